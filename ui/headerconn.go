package ui

// headerconn.go: who acts, as the header says it on every page: the holder, an open
// offer, or that the conn was lost.

// connPiece is who has the conn, and what c would do about it.
func connPiece(p pen) piece {
	holder, watching := p.s.State.Conn.Holder, ""
	switch conn := p.s.State.Conn; {
	case conn.Lost != "":
		return lostPiece(p)
	case conn.Offered != "":
		return offerPiece(p)
	}
	if holder != "" && holder != p.v.Actor && !p.v.Watch {
		return piece{[][]span{
			one(warn.of("○ read-only: "), strong.of(holder), warn.of(" has the conn, "), accent.of("c"), warn.of(" takes it")),
			one(warn.of("○ "), strong.of(holder), warn.of(" has the conn: "), accent.of("c")),
			one(warn.of("○ "), strong.of(holder), warn.of(": "), accent.of("c")),
		}, []int{4, 1}}
	}
	if p.v.Watch {
		watching = "watching · "
	}
	if holder == "" {
		if p.v.Watch {
			return piece{[][]span{one(muted.of("○ watching · nobody has the conn")), one(muted.of("○ nobody has the conn")), one(muted.of("○ no conn"))}, []int{7, 2}}
		}
		return piece{[][]span{one(warn.of("○ read-only: "), accent.of("c"), warn.of(" takes the conn")),
			one(warn.of("○ read-only: "), accent.of("c")), one(warn.of("○ "), accent.of("c"))}, []int{5, 1}}
	}
	return piece{[][]span{
		one(muted.of(watching), live.of("● "), strong.of(holder), plain.of(" has the conn"), muted.of(" since "+p.clock(p.s.State.Conn.Since)+" · local conn")),
		one(muted.of(watching), live.of("● "), strong.of(holder), plain.of(" has the conn"), muted.of(" · local conn")),
		one(muted.of(watching), live.of("● "), strong.of(holder), plain.of(" has the conn")),
		one(live.of("● "), strong.of(holder)),
	}, []int{19, 17, 2}}
}

// lostPiece says that nobody can act any more, and why: the machine slept.
func lostPiece(p pen) piece {
	lost := p.s.State.Conn.Lost
	take := []span{warn.of(": "), accent.of("c"), warn.of(" takes it again")}
	if p.v.Watch {
		take = nil
	}
	form := func(n int) []span {
		return append(one(alarm.of("○ conn lost"), warn.of(" · "+atMost(lost, n))), take...)
	}
	bare := one(alarm.of("○ conn lost"))
	if !p.v.Watch {
		bare = append(bare, warn.of(": "), accent.of("c"))
	}
	return piece{[][]span{form(80), form(40), form(24), append(one(alarm.of("○ conn lost")), take...), bare}, []int{9, 4, 4, 2}}
}

// offerPiece says who offers the conn to whom; it is the holder's until then.
func offerPiece(p pen) piece {
	conn := p.s.State.Conn
	offer := one(live.of("● "), strong.of(conn.Holder), warn.of(" offers the conn to "), strong.of(conn.Offered))
	if p.v.Watch {
		return piece{[][]span{append(one(muted.of("watching · ")), offer...), offer, one(live.of("● "), strong.of(conn.Holder), warn.of("→"+conn.Offered))}, []int{7, 2}}
	}
	return piece{[][]span{append(offer[:4:4], warn.of(": "), accent.of("c"), warn.of(" accepts")), offer,
		one(live.of("● "), strong.of(conn.Holder), warn.of("→"+conn.Offered))}, []int{7, 2}}
}
