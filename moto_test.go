package main

// moto_test.go: moto_server, and in front of it what AWS documents and moto 5.2.1 does otherwise
// or not at all, as far as the day depends on it. Behind its addresses, which are loopback
// addresses, stand an SSH server and an application.

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/crypto/ssh"

	"tminus/rehearsal/host"
)

type moto struct {
	url      string // of the corrections
	direct   string // of moto itself
	ssh, web string // ports
	hostKey  ed25519.PrivateKey

	mu       sync.Mutex
	imported string // the public key that was imported, as an authorized_keys line
	machine  *host.Host
}

func newMoto(t *testing.T) *moto {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("SKIPPED: moto_server is not installed (pip install 'moto[server]==5.2.1'): tminus run was not flown")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	free.Close()
	_, port, _ := net.SplitHostPort(at)
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", port)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // moto_server may be a shim that starts a child
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // gone already only if the test has failed by that
		_ = cmd.Wait()
	})
	m := &moto{direct: "http://" + at}
	if _, m.hostKey, err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	eventually(t, "moto_server answers", func() bool {
		c, err := net.Dial("tcp", at)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	front := httptest.NewServer(m.front(t))
	t.Cleanup(front.Close)
	m.url = front.URL
	m.ssh = m.listen(t, func(h *host.Host, c net.Conn) { h.ServeSSH(t.Context(), c) })
	m.web = m.listen(t, func(h *host.Host, c net.Conn) { h.ServeWeb(t.Context(), c) })
	return m
}

// listen serves every loopback address: moto's Elastic IPs are in 127.0.0.0/8.
func (m *moto) listen(t *testing.T, serve func(*host.Host, net.Conn)) (port string) {
	t.Helper()
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer c.Close()
				if h := m.host(t); h != nil {
					serve(h, c)
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); open.Wait() })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// host is the machine behind the address. It lets in whoever holds the key that was imported.
func (m *moto) host(t *testing.T) *host.Host {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.machine == nil {
		out, err := m.client().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
		if err != nil || len(out.Reservations) != 1 {
			t.Errorf("the machine behind the address: %d reservations, %v", len(out.Reservations), err)
			return nil
		}
		m.machine = host.New(host.Options{InstanceID: aws.ToString(out.Reservations[0].Instances[0].InstanceId), PrivateIP: "172.31.0.10", InstanceType: "t2.micro",
			BootedAt: time.Now().Add(-time.Hour), Now: time.Now, HostKey: m.hostKey, AuthorizedKey: m.imported, Region: "us-east-1"})
	}
	return m.machine
}

// front corrects moto, one AWS behaviour a case:
//   - every image of moto boots by UEFI, which no t2.micro does; Amazon's own do not;
//   - AWS shows an ed25519 key pair's fingerprint as base64 of SHA-256, moto in hexadecimal;
//   - the console shows the host keys that cloud-init printed; moto's is one fixed text.
func (m *moto) front(t *testing.T) http.Handler {
	to, err := url.Parse(m.direct)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		body = bytes.ReplaceAll(body, []byte("<bootMode>uefi</bootMode>"), []byte("<bootMode>legacy-bios</bootMode>"))
		if print := m.fingerprint(); print != "" {
			body = regexp.MustCompile("<keyFingerprint>[^<]*</keyFingerprint>").ReplaceAll(body, []byte("<keyFingerprint>"+print+"</keyFingerprint>"))
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		form, _ := url.ParseQuery(string(body)) // not every protocol is a form
		switch form.Get("Action") {
		case "GetConsoleOutput":
			m.console(w, form.Get("InstanceId"))
			return
		case "ImportKeyPair":
			line, _ := base64.StdEncoding.DecodeString(form.Get("PublicKeyMaterial"))
			m.mu.Lock()
			m.imported = string(line)
			m.mu.Unlock()
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Header.Del("Accept-Encoding") // what comes is to be read
		proxy.ServeHTTP(w, r)
	})
}

func (m *moto) fingerprint() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(m.imported))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(key.Marshal())
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (m *moto) console(w io.Writer, id string) {
	signer, err := ssh.NewSignerFromKey(m.hostKey)
	if err != nil {
		panic(err) // a key made by this test
	}
	text := "-----BEGIN SSH HOST KEY FINGERPRINTS-----\n256 " + ssh.FingerprintSHA256(signer.PublicKey()) + " root@ip-172-31-0-10 (ED25519)\n-----END SSH HOST KEY FINGERPRINTS-----\n"
	var answer struct {
		XMLName xml.Name `xml:"GetConsoleOutputResponse"`
		ID      string   `xml:"instanceId"`
		At      string   `xml:"timestamp"`
		Output  string   `xml:"output"`
	}
	answer.ID, answer.At, answer.Output = id, time.Now().UTC().Format(time.RFC3339), base64.StdEncoding.EncodeToString([]byte(text))
	_ = xml.NewEncoder(w).Encode(answer) // a client that hung up is no concern of moto's
}

func (m *moto) client() *ec2.Client {
	return ec2.New(ec2.Options{Region: "us-east-1", BaseEndpoint: aws.String(m.direct), Credentials: credentials.NewStaticCredentialsProvider("AKIA", "nobody", "")})
}

const motoAccount = "123456789012"

// tminus is the swift program with moto for AWS, and nothing of this machine's AWS configuration.
func (m *moto) tminus(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	env, _ := surroundings(t, "export AWS_ENDPOINT_URL="+m.url+"\nexport AWS_ACCESS_KEY_ID=AKIAEXAMPLEEXAMPLE00\nexport AWS_SECRET_ACCESS_KEY=nobody\nexport AWS_EC2_METADATA_DISABLED=true\n")
	cmd := named(t, "tminus-swift", args...)
	cmd.Env = append(env, "TZ=UTC")
	return cmd
}

// plan writes testdata/live.yaml for moto's own network and images, and the given account.
func (m *moto) plan(t *testing.T, account string) string {
	t.Helper()
	vpcs, err := m.client().DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	if err != nil || len(vpcs.Vpcs) != 1 {
		t.Fatalf("moto's network: %v", err)
	}
	images, err := m.client().DescribeImages(t.Context(), &ec2.DescribeImagesInput{})
	if err != nil {
		t.Fatal(err)
	}
	fits := slices.IndexFunc(images.Images, func(i types.Image) bool {
		return i.Architecture == "x86_64" && i.VirtualizationType == "hvm" && i.RootDeviceType == "ebs" && i.Platform == "" &&
			len(i.BlockDeviceMappings) == 1 && i.BlockDeviceMappings[0].Ebs != nil && aws.ToInt32(i.BlockDeviceMappings[0].Ebs.VolumeSize) <= 15 &&
			aws.ToString(i.BlockDeviceMappings[0].DeviceName) == aws.ToString(i.RootDeviceName)
	})
	if fits < 0 {
		t.Fatal("moto has no image that fits")
	}
	text, err := os.ReadFile(filepath.Join("testdata", "live.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("{{ami}}", aws.ToString(images.Images[fits].ImageId), "{{vpc}}", aws.ToString(vpcs.Vpcs[0].VpcId),
		"{{ssh_port}}", m.ssh, "{{web_port}}", m.web, "{{account}}", account).Replace(string(text))
	file := filepath.Join(t.TempDir(), "live.yaml")
	if err := os.WriteFile(file, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// account is what exists, but for what is always there.
func (m *moto) account(t *testing.T) map[string][]string {
	t.Helper()
	fail := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	all, ctx := map[string][]string{}, t.Context()
	instances, err := m.client().DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
	fail(err)
	for _, r := range instances.Reservations {
		for _, i := range r.Instances {
			if i.State.Name != types.InstanceStateNameTerminated {
				all["instances"] = append(all["instances"], string(i.State.Name))
			}
		}
	}
	keys, err := m.client().DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{})
	fail(err)
	for _, k := range keys.KeyPairs {
		all["keys"] = append(all["keys"], aws.ToString(k.KeyName))
	}
	groups, err := m.client().DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
	fail(err)
	for _, g := range groups.SecurityGroups {
		all["groups"] = append(all["groups"], aws.ToString(g.GroupName))
	}
	addresses, err := m.client().DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	fail(err)
	for _, a := range addresses.Addresses {
		all["addresses"] = append(all["addresses"], fmt.Sprint("serves ", aws.ToString(a.InstanceId)))
	}
	return all
}
