package sshops

// users_test.go: who is let in where the planned user is refused.

import (
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"tminus/tasks"
)

func TestCandidates(t *testing.T) {
	for _, tt := range []struct {
		planned, banner, system string
		want                    string
	}{
		{"ec2-user", "SSH-2.0-OpenSSH_7.4", "", "ubuntu centos admin debian"},
		{"ec2-user", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6", "", "ubuntu centos admin debian"},
		{"ubuntu", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "", "admin debian ec2-user centos"},
		{"ec2-user", "SSH-2.0-OpenSSH_7.4", "CentOS 7", "centos ubuntu admin debian"},
		{"centos", "SSH-2.0-OpenSSH_7.4", "Amazon Linux 2018.03", "ec2-user ubuntu admin debian"},
		{"root", "SSH-2.0-OpenSSH_9.8", "Rocky Linux 9", "rocky"}, // three failures and it bars us
		{"root", "SSH-2.0-OpenSSH_10.0p2 Debian-7", "", "admin"},
		{"root", "SSH-2.0-OpenSSH_for_Windows", "", "ec2-user ubuntu centos admin"},
	} {
		if got := strings.Join(candidates(tt.planned, tt.banner, tt.system), " "); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

// door is a server that lets in one user only, and remembers who knocked.
type door struct {
	mu     sync.Mutex
	lets   string
	users  []string
	opened int // sessions and whatever else was asked for
}

func (d *door) answer(host ssh.Signer) func(net.Conn) {
	return func(conn net.Conn) {
		config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, _ ssh.PublicKey) (*ssh.Permissions, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if !slices.Contains(d.users, c.User()) {
				d.users = append(d.users, c.User())
			}
			if c.User() != d.lets {
				return nil, errors.New("not this one")
			}
			return nil, nil
		}}
		config.AddHostKey(host)
		_, channels, requests, err := ssh.NewServerConn(conn, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for c := range channels {
			d.mu.Lock()
			d.opened++
			d.mu.Unlock()
			_ = c.Reject(ssh.Prohibited, "no")
		}
	}
}

func TestAnotherUser(t *testing.T) {
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	for _, tt := range []struct {
		lets   string
		step   func(*Client) tasks.Step
		kind   kind
		words  string
		knocks string
	}{
		{"centos", test, kindUser, "ec2-user is refused, centos is let in; amend ssh_user of the plan to centos", "ec2-user ubuntu centos"},
		{"fedora", test, kindKey, "nor for ubuntu, centos, admin, debian", "ec2-user ubuntu centos admin debian"},
		{"centos", func(c *Client) tasks.Step { return c.Through(tasks.FactElasticIP) }, kindAuthentication, "compare ssh_user", "ec2-user"},
	} {
		d := &door{lets: tt.lets}
		client := New(Options{Dial: to(serve(t, d.answer(host))), Resolve: everything, RunDir: runDir(t, userPEM), Config: "none"})
		waits := 0
		r := do(t, tt.step(client), call("ec2-user", facts(host.PublicKey(), user.PublicKey()), &waits))
		client.Close()
		got := row(t, r, rungAuthentication)
		if got.Verdict != tasks.Fail || !strings.HasPrefix(got.Says, string(tt.kind)+": ") || !strings.Contains(got.Says, tt.words) {
			t.Errorf("%q: %s", got.Verdict, got.Says)
		}
		d.mu.Lock()
		if strings.Join(d.users, " ") != tt.knocks || d.opened > 0 {
			t.Errorf("knocked as %s, and asked for %d channels", d.users, d.opened)
		}
		d.mu.Unlock()
		restUntested(t, r, rungAuthentication)
	}
}

func test(c *Client) tasks.Step { return c.Test().Steps[0] }
