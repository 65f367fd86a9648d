package rehearsal

// reach.go: what tells a person how to come to the doors: a line for ssh and one for curl, of each instance.

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	"tminus/rehearsal/cloud"
)

// tellReach puts the lines of Reach into their file, where somebody in another terminal finds them.
func (w *World) tellReach() error {
	return w.tell(func() []string {
		if lines := w.Reach(); len(lines) > 0 {
			return lines
		}
		return []string{"no instance has a public address now"}
	})
}

// tellEnd leaves no line in the file that leads nowhere.
func (w *World) tellEnd() error {
	return w.tell(func() []string { return []string{"no instance answers: the rehearsal is closed"} })
}

func (w *World) tell(reach func() []string) error {
	if w.opt.Reach == "" {
		return nil
	}
	d := &w.doors
	d.telling.Lock()
	defer d.telling.Unlock()
	lines := reach()
	text := []byte(strings.Join(lines, "\n") + "\n")
	if bytes.Equal(text, d.told) {
		return nil
	}
	if err := replace(w.opt.Reach, text); err != nil {
		return fmt.Errorf("tell how ssh and curl reach the instances: %w", err)
	}
	d.told = text
	return nil
}

// Reach tells how ssh and curl reach each instance, a line each; or why they do not.
func (w *World) Reach() []string {
	if !w.opt.Doors {
		return nil
	}
	if err := w.doors.closed; err != nil {
		return []string{"ssh and curl cannot reach the instances: this machine has no loopback addresses to spare (" + reason(err) + "); Linux has 127.0.0.0/8 without setup"}
	}
	keys := map[string]string{}
	for _, p := range w.account.PublicAddresses() {
		keys[p.InstanceID] = p.KeyName
	}
	var out []string
	for _, d := range w.Doors() {
		out = append(out, d.lines(keys[d.Instance], w.keyFile(keys[d.Instance]))...)
	}
	if len(out) == 0 && slices.ContainsFunc(w.account.PublicAddresses(), func(p cloud.PublicAddress) bool { return p.InstanceID != "" }) {
		return []string{"ssh and curl cannot reach the instances: their addresses were given before there were doors; a new rehearsal has them"}
	}
	return out
}

// keyFile is where the private key of a pair is; "" = not here: another program made it, and keeps it.
func (w *World) keyFile(pair string) string {
	path := pair + ".pem"
	if w.opt.KeyFile != nil {
		path = w.opt.KeyFile(pair)
	}
	if _, err := os.Stat(path); err != nil || pair == "" {
		return ""
	}
	return path
}

// lines are those of one door, to an instance that was launched with the key pair, "" = with none;
// key is where its private key is, "" = not here.
func (d Door) lines(pair, key string) []string {
	busy := " cannot be reached: another program, perhaps another rehearsal with the same seed, listens there"
	var whose []string
	ssh, web := "ssh: "+d.Address+busy, "http://"+d.Address+busy
	if _, port, err := net.SplitHostPort(d.SSH); err == nil && pair == "" {
		ssh = "ssh: " + d.Address + " has no key pair whose private key could be here"
	} else if err == nil {
		to := " -p " + port + " ec2-user@" + d.Address
		if ssh = "ssh -i " + quoted(key) + to; key == "" {
			ssh, whose = "ssh -i KEY"+to, []string{fmt.Sprintf("# KEY: (the private key of %q)", pair)}
		}
	}
	if d.Web != "" {
		web = "curl http://" + strings.TrimSuffix(d.Web, ":"+webPort) + "/"
	}
	return append(whose, ssh, web)
}

// quoted is a path as a shell reads it.
func quoted(path string) string {
	if strings.ContainsAny(path, " \t\n'\"\\$`&;|<>()*?[]#~!{}") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// reason is the heart of a network error.
func reason(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	return err.Error()
}
