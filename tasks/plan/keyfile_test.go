package plan

import (
	"path/filepath"
	"testing"
)

func TestKeyFileOf(t *testing.T) {
	t.Setenv("HOME", "/home/lx")
	own := Instance{KeyPair: "scp", KeyFile: "~/.ssh/scp.pem"}
	for _, tt := range []struct {
		in                Instance
		pair, path, shown string
	}{
		{Instance{}, "tminus-1", "/run/keys/tminus-1.pem", "keys/tminus-1.pem"},
		{own, "scp", "/home/lx/.ssh/scp.pem", "~/.ssh/scp.pem"},
		{own, "tminus-1", "/run/keys/tminus-1.pem", "keys/tminus-1.pem"}, // a key of the day beside the plan's own
		{Instance{KeyPair: "scp"}, "scp", "/run/keys/scp.pem", "keys/scp.pem"},
		{Instance{KeyPair: "scp", KeyFile: "/etc/scp.pem"}, "scp", "/etc/scp.pem", "/etc/scp.pem"},
	} {
		path, shown, err := tt.in.KeyFileOf(tt.pair, "/run")
		if err != nil || filepath.ToSlash(path) != tt.path || shown != tt.shown {
			t.Errorf("%+v of %s: %s, %s, %v", tt.in, tt.pair, path, shown, err)
		}
	}
	for _, odd := range []string{"", "../scp", "/scp", "a/b"} {
		if path, _, err := own.KeyFileOf(odd, "/run"); err == nil {
			t.Errorf("%q is %s", odd, path)
		}
	}
}
