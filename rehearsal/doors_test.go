package rehearsal_test

// doors_test.go: programs of this machine at the world's doors: plain sockets, curl and ssh.

import (
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"golang.org/x/crypto/ssh"

	"tminus/rehearsal"
)

// withDoors opens a world whose addresses are real ones of this machine.
func withDoors(t *testing.T, seed int64, path ...string) *bench {
	t.Helper()
	needLoopback(t)
	c := &clock{t: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)}
	return enter(t, c, rehearsal.Options{Seed: seed, Doors: true, Path: strings.Join(path, "")})
}

func needLoopback(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.64.0.0:0")
	if err != nil {
		t.Skipf("SKIPPED: this machine has no loopback addresses but 127.0.0.1 (%v): no door was tried", err)
	}
	l.Close()
}

// door is that of an instance.
func (b *bench) door(id string) rehearsal.Door {
	b.Helper()
	for _, d := range b.Doors() {
		if d.Instance == id {
			return d
		}
	}
	b.Fatalf("no door leads to %s: %+v", id, b.Doors())
	return rehearsal.Door{}
}

// group is the id of the group of a name.
func (b *bench) group(name string) string {
	b.Helper()
	for _, g := range b.Inventory().Groups {
		if g.Name == name {
			return g.ID
		}
	}
	b.Fatalf("no group is called %s", name)
	return ""
}

// fetch gets a page over a real socket, on a connection of its own.
func fetch(door string) (status int, err error) {
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Get("http://" + door + "/healthz")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func (b *bench) elastic(id string) (allocation, ip string) {
	b.Helper()
	a := must(b.ec2.AllocateAddress(b.Context(), &ec2.AllocateAddressInput{}))(b)
	b.move(*a.AllocationId, id)
	return *a.AllocationId, *a.PublicIp
}

func (b *bench) move(allocation, id string) {
	b.Helper()
	must(b.ec2.AssociateAddress(b.Context(), &ec2.AssociateAddressInput{AllocationId: &allocation, InstanceId: &id, AllowReassociation: aws.Bool(true)}))(b)
}

func TestDoorsComeAndGo(t *testing.T) {
	b := withDoors(t, 101)
	id, auto := b.launch()
	d := b.door(id)
	if !strings.HasPrefix(auto, "127.") || d.Address != auto || d.SSH == "" || d.Web == "" {
		t.Fatalf("the instance is at %s, its door %+v", auto, d)
	}
	if status, err := fetch(d.Web); status != 200 || err != nil {
		t.Fatalf("through the door: %d, %v", status, err)
	}
	kept := must(net.Dial("tcp", d.SSH))(t)
	defer kept.Close()
	kept.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(kept, make([]byte, 4)); err != nil {
		t.Fatalf("sshd greets: %v", err)
	}
	_, ip := b.elastic(id)
	if e := b.door(id); e.Address != ip || len(b.Doors()) != 1 {
		t.Fatalf("the Elastic IP %s has the doors %+v", ip, b.Doors())
	}
	if _, err := io.Copy(io.Discard, kept); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("the connection through the old door is still open")
	}
	if _, err := net.Dial("tcp", d.SSH); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("the automatic address is gone, but: %v", err)
	}
	if status, err := fetch(b.door(id).Web); status != 200 || err != nil {
		t.Fatalf("through the Elastic IP: %d, %v", status, err)
	}
	must(b.ec2.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))(t)
	b.clock.pass(time.Minute)
	if _, err := fetch(d.Web); err == nil {
		t.Fatal("a terminated instance answers")
	}
}

func TestDoorsShowTheNetwork(t *testing.T) {
	b := withDoors(t, 102)
	id, _ := b.launch()
	d := b.door(id)
	if err := b.Inject(rehearsal.SSHRefused); err != nil {
		t.Fatal(err)
	}
	hear := func(address string) error {
		c, err := net.Dial("tcp", address)
		if err != nil { // the reset was faster
			return err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(20 * time.Second))
		_, err = c.Read(make([]byte, 1))
		return err
	}
	if err := hear(d.SSH); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("sshd is down, but: %v", err)
	}
	must(b.ec2.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: aws.String(b.group("scp")), CidrIp: aws.String("0.0.0.0/0"),
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(80), ToPort: aws.Int32(80)}))(t)
	before := b.clock.now()
	if err := hear(d.Web); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the group lets nobody in, but: %v", err)
	}
	if waited := b.clock.now().Sub(before); waited != 20*time.Second { // pretend time passes when somebody waits
		t.Fatalf("it was given up after %v", waited)
	}
}

func TestDoorsOfTheSameSeed(t *testing.T) {
	one := withDoors(t, 103)
	id, ip := one.launch()
	two := withDoors(t, 103)
	same, second := two.launch()
	if ip != second || id != same {
		t.Fatalf("the same seed is at %s and %s", ip, second)
	}
	if d := two.door(same); d.SSH != "" || d.Web != "" {
		t.Fatalf("two worlds listen at one address: %+v", d)
	}
	if lines := two.Reach(); len(lines) != 2 || !strings.Contains(lines[0], "another program") {
		t.Fatalf("it says %q", lines)
	}
	one.Close()
	must(two.ec2.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{}))(t) // at the next change they are free
	if status, err := fetch(two.door(same).Web); status != 200 || err != nil {
		t.Fatalf("%d, %v", status, err)
	}
}

func TestDoorsOfAResumedWorld(t *testing.T) {
	path := t.TempDir() + "/world.json"
	b := withDoors(t, 105, path)
	id, _ := b.launch()
	d := b.door(id)
	b.Close()
	if _, err := net.Dial("tcp", d.SSH); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("the world is closed, but: %v", err)
	}
	again := enter(t, b.clock, rehearsal.Options{Doors: true, Path: path})
	if e := again.door(id); e != d {
		t.Fatalf("the door was %+v and is %+v", d, e)
	}
	if status, err := fetch(d.Web); status != 200 || err != nil {
		t.Fatalf("%d, %v", status, err)
	}
}

// TestDoorsComeLate resumes a world that was made without doors: its addresses are none of this machine.
func TestDoorsComeLate(t *testing.T) {
	needLoopback(t)
	path := t.TempDir() + "/world.json"
	b := open(t, path)
	id, _ := b.launch()
	b.Close()
	again := enter(t, b.clock, rehearsal.Options{Doors: true, Path: path})
	if lines := again.Reach(); len(lines) != 1 || len(again.Doors()) != 0 {
		t.Fatalf("doors %+v, and it says %q", again.Doors(), lines)
	}
	if _, ip := again.elastic(id); again.door(id).Address != ip {
		t.Fatalf("the new address %s has no door: %+v", ip, again.Doors())
	}
}

func TestNoDoorsUnlessWanted(t *testing.T) {
	b := open(t, "")
	if _, ip := b.launch(); strings.HasPrefix(ip, "127.") || len(b.Doors()) != 0 || b.Reach() != nil {
		t.Fatalf("an instance at %s, doors %+v", ip, b.Doors())
	}
}

// TestCurlAndSSH goes by the lines of the file that the world keeps for it, as a person would.
func TestCurlAndSSH(t *testing.T) {
	for _, name := range []string{"curl", "ssh"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("SKIPPED: %s is not on PATH; no line of Reach was tried", name)
		}
	}
	needLoopback(t)
	keys := t.TempDir()
	reach := filepath.Join(keys, "reach.txt")
	b := enter(t, &clock{t: time.Date(2019, 2, 7, 8, 0, 0, 0, time.UTC)}, rehearsal.Options{Seed: 104, Doors: true, Reach: reach,
		KeyFile: func(pair string) string { return filepath.Join(keys, pair+".pem") }})
	told := func() string { return string(must(os.ReadFile(reach))(t)) }
	if told() != "no instance has a public address now\n" {
		t.Errorf("before the launch the file says %q", told())
	}
	first, _ := b.launch()
	second := *must(b.run(b.group("scp"), "T4-2"))(b).Instances[0].InstanceId
	b.clock.pass(90 * time.Second)
	allocation, ip := b.elastic(first)
	if told := told(); !strings.Contains(told, "# KEY: (the private key of \"scp\")\nssh -i KEY -p ") || !strings.Contains(told, "ec2-user@"+ip+"\n") || strings.Contains(told, "scp.pem") {
		t.Errorf("another program made the key, and the file says %q", told)
	}
	block := must(ssh.MarshalPrivateKey(b.private, ""))(t)
	if err := os.WriteFile(filepath.Join(keys, "scp.pem"), pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	b.move(allocation, second) // any change: the file is written anew
	line := func(program string) string {
		t.Helper()
		for l := range strings.Lines(told()) {
			if l = strings.TrimSpace(l); strings.HasPrefix(l, program+" ") && strings.Contains(l, ip) {
				return l
			}
		}
		t.Fatalf("no line of %s leads to %s: %q", program, ip, told())
		return ""
	}
	do := func(l string, more ...string) string {
		t.Helper()
		words := strings.Fields(l)
		out, err := exec.CommandContext(t.Context(), words[0], append(words[1:], more...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", l, err, out)
		}
		return string(out)
	}
	curl, shell := line("curl"), line("ssh")
	options := []string{"-s", "-f", "-o", os.DevNull, "-w", "%{http_code}", "--max-time", "20"}
	login := strings.Replace(shell, "ssh ", "ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile="+os.DevNull+" -o LogLevel=ERROR -o BatchMode=yes ", 1)
	for _, id := range []string{first, second} {
		b.move(allocation, id)
		b.clock.pass(10 * time.Second)
		if code := do(curl, options...); code != "200" && code != "302" {
			t.Errorf("%s answered %s", curl, code)
		}
		private := must(b.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}}))(t).Reservations[0].Instances[0].PrivateIpAddress
		want := "ip-" + strings.ReplaceAll(*private, ".", "-")
		if name := do(login, "hostname"); !strings.HasPrefix(name, want) {
			t.Errorf("behind the Elastic IP is %q, want %s", name, want)
		}
	}
	t.Log("\n" + curl + "\n" + shell + "\n" + do(login, "hostname"))
	b.Close()
	if told() != "no instance answers: the rehearsal is closed\n" {
		t.Errorf("after the end the file says %q", told())
	}
}
