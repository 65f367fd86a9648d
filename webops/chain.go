package webops

// chain.go: what is known of a chain before it runs.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"

	"tminus/webops/hurl"
)

// used are the names that chains take from outside: what they do not capture before.
func used(chains []chain) map[string]bool {
	names := map[string]bool{}
	for _, ch := range chains {
		captured := map[string]bool{}
		for _, f := range ch {
			for _, u := range f.Unbound(func(name string) bool { return captured[name] }) {
				names[u.Name] = true
			}
			for _, name := range f.Captures() {
				captured[name] = true
			}
		}
	}
	return names
}

// digest tells a test from what it was before somebody changed it: its text, the files it sends, the
// plan's variables and limit. A result of another test is none of this one.
func (s *stageRun) digest(ch chain) string {
	sum := sha256.New()
	for _, f := range ch {
		src := s.c.o.Suite.Files[f.Name]
		if src == nil { // the plan's own checks
			src = hurl.Format(f)
		}
		fmt.Fprintf(sum, "%q %q\n", f.Name, src)
		for _, body := range f.FilesUsed() {
			fmt.Fprintf(sum, "%q %q\n", body, s.c.o.Suite.Files[path.Join(path.Dir(f.Name), body)])
		}
	}
	variables := s.call.Plan.Testing.Variables
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		fmt.Fprintf(sum, "%q=%q\n", name, variables[name])
	}
	fmt.Fprintf(sum, "%s %s\n", s.stage.Name, s.stage.Degraded.Duration)
	return hex.EncodeToString(sum.Sum(nil)[:6])
}
