package reading

// preflight.go: what was looked up in the account before anything is made there.

import "slices"

// Preflight is the check list of the account, as looked up. A reading, not evidence:
// the actions look again before they act.
type Preflight struct {
	Stamp
	Items []Item
}

// Pinned is the ID of the item that says whether this is the plan's account and region: where it fails,
// nothing else was looked up.
const Pinned = "account.pinned"

// Item is one line of a check list: of the preflight, of the resolved settings, of the permissions.
type Item struct {
	ID      string // stable: "image.architecture"
	Group   string // heading under which it stands: "image", "network", "permissions"
	Name    string // what was looked up, a few words
	Verdict string // pass, fail, inconclusive as tasks.Verdict has them; of a setting also warning; "" = nothing to judge
	Says    string // what was found
	Next    string `json:",omitempty"` // what to do about it; "" with a pass
	Source  string `json:",omitempty"` // the call or file it comes from: "aws ec2 describe-images", "~/.aws/config [profile scp]"
}

// Headings are the groups of a check list, each once, in the order in which they are met.
func Headings(items []Item) []string {
	var names []string
	for _, i := range items {
		if !slices.Contains(names, i.Group) {
			names = append(names, i.Group)
		}
	}
	return names
}
