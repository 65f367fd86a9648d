package contract

// moto_test.go: one moto_server on loopback, and an account of its own for each scenario.

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// gallery writes the pretend account's images in the form in which moto takes images of its own; those that it brings along
// are a thousand, and make opening an account slow.
func gallery(t *testing.T) (path string) {
	t.Helper()
	type image struct {
		ID             string `json:"ami_id"`
		Name           string `json:"name"`
		Owner          string `json:"owner_id,omitempty"` // left out it is the account's own
		Arch           string `json:"architecture"`
		Virtualization string `json:"virtualization_type"`
		RootDevice     string `json:"root_device_name"`
		RootType       string `json:"root_device_type"`
		BootMode       string `json:"boot_mode"`
		Public         bool   `json:"public"`
	}
	var all []image
	for _, im := range (&clock{}).options().Images {
		owner := im.Owner
		if owner == account {
			owner = ""
		}
		all = append(all, image{im.ID, im.Name, owner, im.Arch, im.Virtualization, im.RootDevice, "ebs", cmp.Or(im.BootMode, "legacy-bios"), im.Shared})
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "images.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// moto starts a server of its own on a free port and ends it with the test.
func moto(t *testing.T) (url string) {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("SKIPPED: moto_server is not installed (pip install 'moto[server]==5.2.1'): the contract was played on the pretend account only")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", strconv.Itoa(port))
	cmd.Env = append(os.Environ(), "MOTO_AMIS_PATH="+gallery(t))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // moto_server may be a shim that starts a child
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		cmd.Wait() // killed: its error is no news
	})
	url = fmt.Sprintf("http://127.0.0.1:%d", port)
	for deadline := time.Now().Add(30 * time.Second); ; {
		conn, err := net.DialTimeout("tcp", url[len("http://"):], time.Second)
		if err == nil {
			conn.Close()
			return url
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto_server does not answer: %v", err)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// inAccount sends everything to one of moto's accounts.
type inAccount struct {
	id   string
	next http.RoundTripper
}

func (w inAccount) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("x-moto-account-id", w.id)
	return w.next.RoundTrip(r)
}

// lent opens an account at moto, with the images of the pretend one.
func lent(t *testing.T, url string, nth int) *place {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	id := fmt.Sprintf("%012d", 100000000000+nth)
	p := enter(t, url, inAccount{id, transport}, true)
	p.now, p.wait = time.Now, func(time.Duration) {}
	subnets, err := p.ec2.DescribeSubnets(context.Background(), &ec2.DescribeSubnetsInput{})
	if err != nil || len(subnets.Subnets) == 0 {
		t.Fatalf("moto's default network: %v", err)
	}
	s := subnets.Subnets[0]
	p.ground = home()
	p.ground.account, p.ground.vpc, p.ground.subnet, p.ground.zone = id, *s.VpcId, *s.SubnetId, *s.AvailabilityZone
	return p
}
