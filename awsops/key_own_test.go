package awsops_test

// key_own_test.go: a plan that names its own key pair: it is checked against its file,
// used, and left alone by a rollback.

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/crypto/ssh"

	"tminus/awsops"
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

// owned is an account with the team's key pair, and a home with its key file.
type owned struct {
	world
	clock   *clock
	account *awsops.Account
	flight  *flight
	home    string
	file    string
}

func newOwned(t *testing.T, kind types.KeyType) *owned {
	t.Helper()
	o := &owned{clock: newClock(), home: t.TempDir()}
	t.Setenv("HOME", o.home)
	o.world = pretend(t, o.clock, nil)
	made, err := console(t, o.world).CreateKeyPair(t.Context(), &ec2.CreateKeyPairInput{KeyName: aws.String("team"), KeyType: kind})
	must(t, err)
	o.file = filepath.Join(o.home, "team.pem")
	must(t, os.WriteFile(o.file, []byte(aws.ToString(made.KeyMaterial)), 0o400)) // as ssh wants it, and the console advises
	o.account = reach(t, o.url, nil, nil)
	p := scp()
	p.Environment.Instance.KeyPair, p.Environment.Instance.KeyFile = "team", "~/team.pem"
	o.flight = newFlight(o.clock, p)
	return o
}

func TestOwnKeyPair(t *testing.T) {
	for _, kind := range []types.KeyType{types.KeyTypeEd25519, types.KeyTypeRsa} {
		t.Run(string(kind), func(t *testing.T) {
			o := newOwned(t, kind)
			must(t, o.flight.fly(t.Context(), "T4", o.account.Launch(o.flight.plan)))
			must(t, o.flight.fly(t.Context(), "T5", o.account.Credentials()))
			f := o.flight
			if f.facts[tasks.FactKeyName] != "team" || !strings.HasPrefix(f.facts[tasks.FactKeyPrint], "SHA256:") || len(o.Inventory().KeyPairs) != 1 {
				t.Errorf("facts %v, key pairs %+v", f.facts, o.Inventory().KeyPairs)
			}
			if says := f.results["T5/keyfile"].Says; !strings.Contains(says, "~/team.pem") || !strings.Contains(says, "mode 0400") || strings.Contains(says, o.home) {
				t.Errorf("%s", says)
			}
			must(t, f.undo(t.Context()))
			if left := o.Inventory().WithoutTerminated(); len(left.KeyPairs) != 1 || len(left.Instances) != 0 || len(left.Groups) != 1 {
				t.Errorf("after the rollback: %+v", left)
			}
		})
	}
}

// TestOwnKeyPairImported: of an RSA key that was imported EC2 keeps another fingerprint than of one it made.
func TestOwnKeyPairImported(t *testing.T) {
	o := newOwned(t, types.KeyTypeEd25519)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	public, err := ssh.NewPublicKey(&key.PublicKey)
	must(t, err)
	block, err := ssh.MarshalPrivateKey(key, "")
	must(t, err)
	must(t, os.Remove(o.file))
	must(t, os.WriteFile(filepath.Join(o.home, "real.pem"), pem.EncodeToMemory(block), 0o600))
	must(t, os.Symlink("real.pem", o.file))
	_, err = console(t, o.world).ImportKeyPair(t.Context(), &ec2.ImportKeyPairInput{KeyName: aws.String("mine"), PublicKeyMaterial: ssh.MarshalAuthorizedKey(public)})
	must(t, err)
	o.flight.plan.Environment.Instance.KeyPair = "mine"
	must(t, o.flight.step(t.Context(), "T4", *o.account.Launch(o.flight.plan).Step("key")))
}

func TestOwnKeyPairIsRefused(t *testing.T) {
	_, stranger, err := ed25519.GenerateKey(nil)
	must(t, err)
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(stranger, "", []byte("secret"))
	must(t, err)
	other, err := ssh.MarshalPrivateKey(stranger, "")
	must(t, err)
	write := func(data []byte, mode os.FileMode) func(*testing.T, *owned) {
		return func(t *testing.T, o *owned) {
			must(t, os.Remove(o.file))
			must(t, os.WriteFile(o.file, data, mode))
		}
	}
	for name, tt := range map[string]struct {
		change func(*testing.T, *owned)
		plan   func(*plan.Instance)
		words  []string
	}{
		"no pair":       {plan: func(in *plan.Instance) { in.KeyPair = "nobody" }, words: []string{"no key pair nobody", "import it there"}},
		"no file":       {change: func(t *testing.T, o *owned) { must(t, os.Remove(o.file)) }, words: []string{"not at ~/team.pem", "put it there"}},
		"no named file": {plan: func(in *plan.Instance) { in.KeyFile = "" }, words: []string{"keys/team.pem is not in the run folder", "put it there"}},
		"others read":   {change: func(t *testing.T, o *owned) { must(t, os.Chmod(o.file, 0o644)) }, words: []string{"~/team.pem has mode", "0600"}},
		"a folder":      {plan: func(in *plan.Instance) { in.KeyFile = "~/" }, words: []string{"is no file"}},
		"another key":   {change: write(pem.EncodeToMemory(other), 0o600), words: []string{"~/team.pem is SHA256:", "key pair team has", "which of the two"}},
		"PuTTY":         {change: write([]byte("PuTTY-User-Key-File-3: ssh-ed25519\n"), 0o600), words: []string{".ppk", "puttygen"}},
		"locked":        {change: write(pem.EncodeToMemory(locked), 0o600), words: []string{"passphrase", "ssh-keygen -p"}},
		"nonsense":      {change: write([]byte("-----BEGIN"), 0o600), words: []string{"no usable private key"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOwned(t, types.KeyTypeEd25519)
			if tt.change != nil {
				tt.change(t, o)
			}
			if tt.plan != nil {
				tt.plan(&o.flight.plan.Environment.Instance)
			}
			err := o.flight.fly(t.Context(), "T4", o.account.Launch(o.flight.plan))
			wantSentence(t, err, append(tt.words, "T4 key")...)
			if strings.Contains(err.Error(), o.home) {
				t.Errorf("a home directory is nobody's business: %v", err)
			}
			if now := o.Inventory(); len(now.Instances) != 0 || len(now.Groups) != 1 {
				t.Errorf("something was made: %+v", now)
			}
		})
	}
}

// TestKeyForPuTTY: the key of the day is there for those who use PuTTY, the same one, and nobody else reads it.
func TestKeyForPuTTY(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	dir := t.TempDir()
	a := reach(t, w.url, nil, func(o *awsops.Options) {
		o.RunDir = dir
		o.PuTTY = func(w io.Writer, private crypto.PrivateKey, comment string) error {
			public, err := ssh.NewPublicKey(private.(ed25519.PrivateKey).Public())
			if err == nil {
				_, err = fmt.Fprintln(w, comment, ssh.FingerprintSHA256(public))
			}
			return err
		}
	})
	f := newFlight(c, scp())
	if err := f.fly(t.Context(), "T4", a.Launch(scp())); err != nil {
		t.Fatal(err)
	}
	name := f.facts[tasks.FactKeyName]
	path := filepath.Join(dir, "keys", name+".ppk")
	text, err := os.ReadFile(path)
	if err != nil || string(text) != name+" "+f.facts[tasks.FactKeyPrint]+"\n" {
		t.Errorf("%q, %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestSealedKeyIsOpenedOnTheDay: before the day a sealed key is an open question; on it, it is compared as any other.
func TestSealedKeyIsOpenedOnTheDay(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	file := filepath.Join(t.TempDir(), "team.ppk")
	if err := os.WriteFile(file, []byte("PuTTY-User-Key-File-3: ssh-ed25519\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	a := reach(t, w.url, nil, func(o *awsops.Options) {
		o.OpenKey = func(context.Context, string, string) (ssh.PublicKey, []string, error) {
			opened++
			return key, []string{ssh.FingerprintSHA256(key)}, nil
		}
	})
	if _, err := console(t, w).ImportKeyPair(t.Context(), &ec2.ImportKeyPairInput{KeyName: aws.String("team"), PublicKeyMaterial: ssh.MarshalAuthorizedKey(key)}); err != nil {
		t.Fatal(err)
	}
	p := scp()
	p.Environment.Instance.KeyPair, p.Environment.Instance.KeyFile = "team", file
	items, err := a.Preflight(t.Context(), p)
	if err != nil || opened != 0 {
		t.Fatalf("the preflight opened it %d times: %v", opened, err)
	}
	if i := slices.IndexFunc(items, func(i reading.Item) bool { return i.ID == "key.file" }); i < 0 || items[i].Verdict != string(tasks.Inconclusive) {
		t.Errorf("before the day: %+v", items)
	}
	f := newFlight(c, p)
	if err := f.fly(t.Context(), "T4", a.Launch(p)); err != nil || opened == 0 || f.facts[tasks.FactKeyPrint] != ssh.FingerprintSHA256(key) {
		t.Errorf("on the day: opened %d times, %v", opened, err)
	}
}
