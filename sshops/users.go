package sshops

// users.go: when the host is right and refuses the planned user, which user does it
// let in? Images differ in their first user's name, and sshd does not tell. Asked in
// the SSH test only, and no more than sshd forgives.

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// mostUsers bounds the further logins of one test.
const mostUsers = 4

// candidates are the users to try besides the planned one: those of the system that
// the banner or the plan names first, then those of EC2's usual images.
func candidates(planned, banner, system string) []string {
	seen := strings.ToLower(banner + " " + system)
	var first, others []string
	for _, image := range []struct {
		sign  string
		users []string
	}{
		{"ubuntu", []string{"ubuntu"}}, {"debian", []string{"admin", "debian"}}, {"amazon", []string{"ec2-user"}}, {"centos", []string{"centos", "ec2-user"}},
		{"rocky", []string{"rocky"}}, {"alma", []string{"almalinux", "ec2-user"}}, {"fedora", []string{"fedora"}}, {"red hat", []string{"ec2-user"}}, {"freebsd", []string{"ec2-user"}},
	} {
		if strings.Contains(seen, image.sign) {
			first = append(first, image.users...)
		}
	}
	others = []string{"ec2-user", "ubuntu", "centos", "admin", "debian", "rocky", "almalinux", "fedora", "root"}
	var all []string
	for _, user := range append(first, others...) {
		if user != planned && !slices.Contains(all, user) {
			all = append(all, user)
		}
	}
	return all[:forgiven(banner)]
}

// forgiven is how many further failures a host forgives. From 9.8 on sshd counts five
// seconds for each, and bars an address that has fifteen.
func forgiven(banner string) int {
	_, version, _ := strings.Cut(banner, "OpenSSH_")
	major, rest, _ := strings.Cut(version, ".")
	minor := rest
	if end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		minor = rest[:end]
	}
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	if a > 9 || a == 9 && b >= 8 {
		return 1
	}
	return mostUsers
}

// anotherUser looks who is let in where the planned user is refused, and says what
// that means. Nothing is run as anybody.
func (c *Client) anotherUser(ctx context.Context, t target, system string, l *ladder, refused *failure) *failure {
	if refused.rung != rungAuthentication || refused.kind != kindAuthentication {
		return refused
	}
	f, planned := *refused, clean(t.user)
	t.asks = false
	var tried []string
	for _, user := range candidates(t.user, l.rows[rungBanner].Says, system) {
		t.user = user
		link, why := c.login(ctx, t, nowhere)
		if why == nil {
			link.Close()
			f.kind, f.says, f.next = kindUser, planned+" is refused, "+user+" is let in", "amend ssh_user of the plan to "+user
			return &f
		}
		if why.kind != kindAuthentication || ctx.Err() != nil {
			return refused // something else is wrong now; the first refusal stands alone
		}
		tried = append(tried, user)
	}
	f.kind = kindKey
	f.says += "; nor for " + strings.Join(tried, ", ")
	f.next = "whoever the user is, the key is not in authorized_keys: look there, and at the modes of the user's home, over the console; then compare ssh_user of the plan with the image"
	return &f
}
