package ui

// place.go: where the run lands, as the header says it: the account, who we are in it, the
// region. What AWS says wins over the plan's word, another account or region than the plan's
// shouts, and so does an address that is not AWS's own.

import (
	"strings"

	"tminus/tasks"
)

// placePiece is alias, role, region and account. Until AWS was asked they are the plan's, with a question mark.
func placePiece(p pen) piece {
	e, id := p.s.Plan.Environment, p.s.Readings.Identity
	if !id.Taken() {
		return piece{[][]span{one(muted.of(middle(e.Region, 20) + " · " + masked(e.Account) + " ?")), one(muted.of(masked(e.Account) + " ?")), nil}, []int{9, 4}}
	}
	account, region := masked(id.Account), middle(id.Region, 20)
	switch {
	case e.Account != "" && id.Account != e.Account:
		return piece{[][]span{one(shout.of(" wrong account " + account + ", plan " + masked(e.Account) + " ")),
			one(shout.of(" wrong account " + account + " ")), one(shout.of(" wrong account "))}, []int{12, 3}}
	case e.Region != "" && id.Region != e.Region:
		return piece{[][]span{one(shout.of(" wrong region " + region + " ")), one(shout.of(" wrong region "))}, []int{3}}
	}
	where := region + " · " + account
	full := where
	for _, name := range []string{id.Role, id.Alias} {
		if name != "" {
			full = middle(name, 24) + " · " + full
		}
	}
	return piece{[][]span{one(muted.of(full)), one(muted.of(where)), one(muted.of(account)), nil}, []int{16, 9, 4}}
}

// endpointPiece is the badge of a live run whose calls go elsewhere than to AWS. In a
// rehearsal they always do.
func endpointPiece(p pen) piece {
	host := elsewhere(p.s)
	if host == "" {
		return piece{[][]span{nil}, nil}
	}
	host = middle(host, 32)
	return piece{[][]span{one(shout.of(" endpoint " + host + ": not AWS's own ")), one(shout.of(" not AWS: " + host + " ")), one(shout.of(" not AWS "))}, []int{14, 13}}
}

// elsewhere is where a live run's calls go when that is not AWS's own address; "" = it is.
func elsewhere(s *tasks.Snapshot) string {
	at := s.Readings.Identity.Endpoint
	if s.State.Mode != tasks.LiveRun {
		return ""
	}
	if _, host, found := strings.Cut(at, "://"); found {
		at = host
	}
	return strings.TrimSuffix(at, "/")
}

// masked shows the ends of an account number.
func masked(account string) string {
	if len(account) < 9 {
		return account
	}
	return account[:4] + "…" + account[len(account)-4:]
}
