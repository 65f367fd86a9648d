package ui

// people.go: who is in charge now and next, who can be reached, which roles
// nobody holds, and who still has to sign. Phones and addresses are masked: this
// screen is shown to watchers too.

import (
	"strings"

	"tminus/tasks/plan"
)

func people(p pen) []line {
	lines := chargeLines(p)
	lines = append(lines, blank(), contactHead(p))
	for i := range p.s.Plan.Contacts {
		lines = append(lines, contactLine(p, &p.s.Plan.Contacts[i]))
	}
	lines = append(lines, blank())
	o := p.s.Plan.Owners
	if o.Business != "" {
		lines = append(lines, row(muted.of(fit("Business owner", 18)), plain.of(o.Business)))
	}
	if o.Deployment != "" {
		lines = append(lines, row(muted.of(fit("Deployment owner", 18)), plain.of(o.Deployment)))
	}
	return append(lines, signOffLines(p)...)
}

// chargeLines say who acts now and who is next.
func chargeLines(p pen) []line {
	var lines []line
	for _, now := range []struct{ label, task string }{{"In charge now", p.s.Schedule.Current}, {"Next", p.s.Schedule.Next}} {
		t := p.s.Plan.Task(now.task)
		if t == nil {
			continue
		}
		lines = append(lines, row(muted.of(fit(now.label, 15)), strong.of(p.person(t.InCharge)), muted.of(" · "+t.ID+" "+t.Title)))
	}
	conn := row(muted.of(fit("Conn", 15)), muted.of("nobody: read-only"))
	if c := p.s.State.Conn; c.Holder != "" {
		conn = row(muted.of(fit("Conn", 15)), strong.of(p.person(c.Holder)), muted.of(" · since "+p.clock(c.Since)+" · local conn"))
	}
	switch c := p.s.State.Conn; {
	case c.Lost != "":
		conn = row(muted.of(fit("Conn", 15)), alarm.of("nobody: "), warn.of(c.Lost))
	case c.Offered != "":
		conn.spans = append(conn.spans, warn.of(" · offered to "+p.person(c.Offered)))
	}
	return append(lines, conn)
}

const (
	idColumns    = 5
	nameColumns  = 20
	phoneColumns = 12
)

// teamColumns is the width of the team column.
func teamColumns(p pen) int {
	if p.w >= 70 {
		return 28
	}
	return 19
}

func contactHead(p pen) line {
	text := fit("", idColumns) + fit("name", nameColumns) + fit("team, role", teamColumns(p)) + fit("phone", phoneColumns)
	if p.w >= 90 {
		text += "e-mail"
	}
	return row(muted.of(text))
}

func contactLine(p pen, c *plan.Contact) line {
	team := c.Team
	if c.Lead {
		team += ", in charge"
	}
	if c.Role != "" {
		team = strings.TrimPrefix(team+", "+c.Role, ", ")
	}
	if c.Open {
		return row(strong.of(fit(c.ID, idColumns)), warn.of(fit("○ open role", nameColumns)), plain.of(fit(atMost(team, teamColumns(p)-1), teamColumns(p))), muted.of("nobody holds it"))
	}
	l := row(strong.of(fit(c.ID, idColumns)), plain.of(fit(c.Name, nameColumns)), muted.of(fit(atMost(team, teamColumns(p)-1), teamColumns(p))), muted.of(fit(maskedPhone(c.Phone), phoneColumns)))
	if p.w >= 90 {
		l.spans = append(l.spans, muted.of(maskedMail(c.Email)))
	}
	if reports := c.Manager; reports != "" && p.w >= 120 {
		l.tail = []span{muted.of("reports to " + reports)}
	}
	return l
}

// maskedPhone keeps the last two digits.
func maskedPhone(phone string) string {
	r := []rune(phone)
	for i := range max(len(r)-2, 0) {
		if r[i] >= '0' && r[i] <= '9' {
			r[i] = '•'
		}
	}
	return string(r)
}

// maskedMail keeps the first letter and the domain.
func maskedMail(mail string) string {
	at := strings.LastIndex(mail, "@")
	if at < 1 {
		return strings.Repeat("•", len([]rune(mail)))
	}
	return string([]rune(mail)[:1]) + "•••" + mail[at:]
}

func signOffLines(p pen) []line {
	var lines []line
	for t := range p.s.Plan.All() {
		for _, so := range p.s.State.Tasks[t.ID].SignOffs {
			lines = append(lines, signedLines(p, t.ID, so, fit(t.ID+" sign-off", 18), true)...)
		}
		for _, w := range p.s.State.Tasks[t.ID].Waivers {
			if w.Contact != "" {
				lines = append(lines, row(muted.of(fit(t.ID+" sign-off", 18)), warn.of("↷ waived "), plain.of(p.person(w.Contact)), muted.of(" · "+p.clock(w.At)+" by "+w.By+because(w.Reason))))
			}
		}
		for _, id := range p.s.State.Missing(t) {
			lines = append(lines, row(muted.of(fit(t.ID+" sign-off", 18)), muted.of("○ "), plain.of(p.person(id)), muted.of(" · not yet")))
		}
	}
	return lines
}
