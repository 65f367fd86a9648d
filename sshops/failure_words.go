package sshops

// failure_words.go: what a host in trouble says of itself, before its banner, on its
// banner or in place of a command's output. Its words tell more than how the wire broke.

import "strings"

// hostWord is a word by which a host tells its trouble, in lower case.
type hostWord struct {
	word string
	kind kind
	next string
}

func hostWords() []hostWord {
	const disk, shell = "make room on the host: logs first; no service that writes can be trusted until then", "give the user a login shell, or amend ssh_user of the plan"
	const wait, account = "others are logging in, or somebody knocks at every door: wait a minute, then test again", "let the host's administrator renew the account, or amend ssh_user of the plan"
	return []hostWord{
		{"no space left on device", kindDiskFull, disk},
		{"disk quota exceeded", kindDiskFull, disk},
		{"account is currently not available", kindNoShell, shell},
		{"account is not available", kindNoShell, shell},
		{"please login as the user", kindUser, "amend ssh_user of the plan to the user that the host names"}, // cloud-init's, for root
		{"allows sftp connections only", kindForced, "sshd gives this user files and no shell (ForceCommand internal-sftp): amend ssh_user of the plan"},
		{"exceeded maxstartups", kindBusy, wait},
		{"not allowed at this time", kindBarred, "sshd bars this address after failed logins: wait a few minutes, or come from another one"},
		{"system is booting up", kindStarting, "the host is still booting: test again in a minute"},
		{"system is going down", kindAccount, "somebody stops the host: find out who before anything else"},
		{"password has expired", kindAccount, account},
		{"account has expired", kindAccount, account},
	}
}

// heard makes of a failure what the host itself says of it.
func (f *failure) heard(text string) *failure {
	said := clean(text)
	if said == "" {
		return f
	}
	if !strings.Contains(f.says, said) {
		f.says += "; the host says: " + said
	}
	low := strings.ToLower(text)
	for _, w := range hostWords() {
		if strings.Contains(low, w.word) {
			f.kind, f.next = w.kind, w.next
			break
		}
	}
	return f
}
