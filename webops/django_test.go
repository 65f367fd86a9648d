package webops

// django_test.go: the Smart Contracts application for real: the small Django project of
// testdata/contracts in gunicorn, behind nginx, on loopback, over HTTP and HTTPS.

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// What the real application is installed with.
const (
	djangoAddress  = "13.228.4.17"      // it answers to
	djangoName     = "scp.example.test" // in its certificate
	djangoBuild    = "1.0.0"
	djangoInstance = "i-0c1f00d5cb1000001"
	djangoPassword = "rehearsal" // of qa and of viewer
	djangoPython   = "/usr/bin/python3"
)

// djangoKit is what every installation is made from.
type djangoKit struct {
	nginx    string // the program
	app      string // the project's folder
	database []byte // migrated, with its users and first contracts
}

// django is a running installation.
type django struct {
	http, https string         // where nginx listens: 127.0.0.1:41234
	roots       *x509.CertPool // the authority behind its certificate
}

// newDjangoKit looks for the programs and migrates a database once. Without them the test is skipped.
func newDjangoKit(t *testing.T) *djangoKit {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx, err = exec.LookPath("/usr/sbin/nginx") // not on everybody's PATH
	}
	if err != nil {
		t.Skip("SKIPPED: nginx is not installed (apt-get install nginx): the SCP suite was not run against a real Django")
	}
	if out, err := exec.Command(djangoPython, "-c", "import django, gunicorn").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: %s has no Django or no gunicorn (apt-get install python3-django gunicorn): the SCP suite was not run against a real Django: %v\n%s",
			djangoPython, err, out)
	}
	app, err := filepath.Abs("testdata/contracts")
	if err != nil {
		t.Fatal(err)
	}
	k := &djangoKit{nginx: nginx, app: app}
	file := filepath.Join(t.TempDir(), "contracts.sqlite3")
	install := k.python("", file, "install.py")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("install.py: %v\n%s", err, out)
	}
	if k.database, err = os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	return k
}

// python is a command in the project's folder, with its settings.
func (k *djangoKit) python(defect, database string, args ...string) *exec.Cmd {
	cmd := exec.Command(djangoPython, args...)
	cmd.Dir = k.app
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", "DATABASE=" + database, "SECRET_KEY=of this test",
		"ALLOWED_HOSTS=" + djangoAddress + ",127.0.0.1," + djangoName, "BUILD=" + djangoBuild, "INSTANCE=" + djangoInstance,
		"QA_PASSWORD=" + djangoPassword, "VIEWER_PASSWORD=" + djangoPassword, "DEFECT=" + defect}
	return cmd
}

// startDjango is one installation, when only one is wanted.
func startDjango(t *testing.T, defect string) *django {
	t.Helper()
	return newDjangoKit(t).start(t, defect)
}

// start makes an installation with a defect, or with none, and ends it with the test.
func (k *djangoKit) start(t *testing.T, defect string) *django {
	t.Helper()
	dir := t.TempDir()
	database := filepath.Join(dir, "contracts.sqlite3")
	writeFile(t, database, k.database)
	valid := time.Now().Add(90 * 24 * time.Hour)
	if defect == "expired-certificate" {
		valid = time.Now().Add(-30 * 24 * time.Hour)
	}
	d := &django{roots: certify(t, dir, valid)}
	app, appFile := openDoor(t)
	var httpFile, httpsFile *os.File
	d.http, httpFile = openDoor(t)
	d.https, httpsFile = openDoor(t)

	var conf bytes.Buffer
	if err := template.Must(template.ParseFiles(filepath.Join(k.app, "nginx.conf"))).Execute(&conf, map[string]string{
		"Dir": dir, "App": k.app, "Defect": defect, "HTTP": d.http, "HTTPS": d.https, "Gunicorn": app}); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "nginx.conf"), conf.Bytes())

	launch(t, k.python(defect, database, "-m", "gunicorn", "--bind", "fd://3", "--threads", "4", "--worker-tmp-dir", dir, "scp.wsgi"), appFile)
	nginx := exec.Command(k.nginx, "-e", "stderr", "-c", filepath.Join(dir, "nginx.conf"))
	nginx.Env = []string{"NGINX=3;4;"} // sockets it is born with, as after an upgrade of itself
	launch(t, nginx, httpFile, httpsFile)
	d.await(t)
	return d
}

// openDoor opens a socket to be handed to a program: a port chosen once, and a client that comes
// early waits until the program accepts.
func openDoor(t *testing.T) (addr string, f *os.File) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // f keeps the socket open
	if f, err = l.(*net.TCPListener).File(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String(), f
}

// launch starts a program that holds files from number 3 on, and ends it, and what it started,
// with the test. What it said is shown when the test fails.
func launch(t *testing.T, cmd *exec.Cmd, files ...*os.File) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &said, &said, files
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err := cmd.Start()
	for _, f := range files {
		f.Close() // the program's copy is the last: when it dies its clients are told
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		cmd.Wait() // killed: its error is no news
		if t.Failed() && said.Len() > 0 {
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), &said)
		}
	})
}

// await makes the first request, which waits until all is loaded.
func (d *django) await(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.http+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: d.dial, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatalf("the real Django does not answer: %v", err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the real Django is not well: %s", resp.Status)
	}
}

// dial leads every address to this installation, port 443 to HTTPS.
func (d *django) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	to := d.http
	if _, port, err := net.SplitHostPort(addr); err == nil && port == "443" {
		to = d.https
	}
	return (&net.Dialer{}).DialContext(ctx, network, to)
}

// certify writes a certificate and its key for nginx, and returns who vouches for it.
func certify(t *testing.T, dir string, until time.Time) *x509.CertPool {
	t.Helper()
	from := until.Add(-365 * 24 * time.Hour)
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SCP test authority"},
		NotBefore: from, NotAfter: time.Now().Add(365 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: djangoName}, DNSNames: []string{djangoName},
		NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	sign := func(c, by *x509.Certificate, key, byKey *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, byKey)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		return c
	}
	authorityKey, leafKey := newKey(), newKey()
	authority = sign(authority, authority, authorityKey, authorityKey)
	leaf = sign(leaf, authority, leafKey, authorityKey)
	der, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "certificate.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}))
	writeFile(t, filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	return pool
}

func writeFile(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
