package hurl

// tls_test.go: certificates that are accepted, and a sentence for each that is not.

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// certificate makes one for a name, valid for a time.
func certificate(t *testing.T, name string, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(0x1ee8b1), Subject: pkix.Name{Country: []string{"SG"}, Organization: []string{"SCP"}, CommonName: name},
		NotBefore: from, NotAfter: until, DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestTLS(t *testing.T) {
	now := time.Now()
	good := certificate(t, "scp.example", now.Add(-48*time.Hour), now.Add(90*24*time.Hour+time.Hour))
	old := certificate(t, "scp.example", now.Add(-48*time.Hour), time.Date(2020, 1, 2, 3, 4, 0, 0, time.UTC))
	early := certificate(t, "scp.example", now.Add(48*time.Hour), now.Add(96*time.Hour))
	other := certificate(t, "other.example", now.Add(-time.Hour), now.Add(time.Hour))
	for _, c := range []struct {
		name    string
		shown   tls.Certificate
		trusted bool
		says    string
	}{
		{"good", good, true, ""},
		{"unknown", good, false, "signed by C=SG, O=SCP, CN=scp.example, which this machine does not know"},
		{"expired", old, true, "expired on 2020-01-02 03:04 UTC; renew it"},
		{"early", early, true, "is valid only from"},
		{"other", other, true, "is not for scp.example but for DNS:other.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshakes
			server.TLS = &tls.Config{Certificates: []tls.Certificate{c.shown}}
			server.StartTLS()
			t.Cleanup(server.Close)
			roots := x509.NewCertPool()
			if c.trusted {
				roots.AddCert(c.shown.Leaf)
			}
			dialed := ""
			transport := func(config *tls.Config) *http.Transport {
				tr := &http.Transport{TLSClientConfig: config, DisableCompression: true,
					DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
						dialed = addr
						return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
					}}
				t.Cleanup(tr.CloseIdleConnections)
				return tr
			}
			s := &site{Server: server, Runner: newRunner(t), session: NewSession(nil, nil)}
			s.Transport, s.Insecure = transport(&tls.Config{RootCAs: roots}), transport(&tls.Config{InsecureSkipVerify: true})
			_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
			s.session.Variables["port"] = port
			if c.says != "" {
				lost := s.fails(t, "GET https://scp.example:{{port}}/\nHTTP 200\n", "tls: ", c.says)
				var kind *LostError
				if !errors.As(lost.Tries[0].Err, &kind) || kind.Kind != "tls" {
					t.Errorf("%+v", lost.Tries[0].Err)
				}
				s.passes(t, "GET https://scp.example:{{port}}/\n[Options]\ninsecure: true\nHTTP 200\n[Asserts]\ncertificate \"Subject\" contains \"example\"\n")
				return
			}
			s.passes(t, "GET https://scp.example:{{port}}/\n"+`HTTP 200
[Asserts]
certificate "Subject" == "C=SG, O=SCP, CN=scp.example"
certificate "Issuer" contains "CN=scp.example"
certificate "Start-Date" daysBeforeNow == 2
certificate "Expire-Date" daysAfterNow == 90
certificate "Serial-Number" == "1e:e8:b1"
certificate "Subject-Alt-Name" == "DNS:scp.example"
certificate "Value" startsWith "-----BEGIN CERTIFICATE-----\n"
ip == "127.0.0.1"
`)
			if dialed != "scp.example:"+port {
				t.Errorf("dialled %s", dialed)
			}
			s.fails(t, "GET http://127.0.0.1:{{port}}/\nHTTP 200\n", "expected 200 | actual 400")
		})
	}
	plain := serve(t, http.HandlerFunc(echo))
	plain.session.Variables["addr"] = strings.TrimPrefix(plain.URL, "http://")
	plain.fails(t, "GET https://{{addr}}/\nHTTP 200\n", "speaks no TLS on this port")
}

// A redirect out of https is not followed.
func TestNoRedirectOutOfHTTPS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/plain", http.StatusFound)
	}))
	defer s.Close()
	r := &Runner{Transport: s.Client().Transport, Limit: 5 * time.Second}
	f, err := Parse("a.hurl", []byte("GET {{base}}/\n[Options]\nlocation: true\nHTTP 200\n\nGET {{base}}/\n"))
	if err != nil {
		t.Fatal(err)
	}
	results, err := r.Run(t.Context(), f, NewSession(map[string]Value{"base": s.URL}, nil))
	var refused *RefusedError
	if err != nil || results[0].Verdict != Failed || !errors.As(results[0].Tries[0].Err, &refused) || !strings.Contains(refused.Error(), "from https to http") || len(results[0].Tries[0].Calls) != 1 {
		t.Errorf("%+v, %v", results[0], err)
	}
}
