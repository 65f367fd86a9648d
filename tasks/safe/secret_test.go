package safe_test

// secret_test.go: secrets are found wherever they stand, and evidence is never taken for one.

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tminus/tasks/safe"
)

// specimens are secrets by kind; § marks where each begins and ends. They are the documented examples or made up.
func specimens() map[string][]string {
	const key, secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	token := "IQoJb3JpZ2luX2Vj" + strings.Repeat("aB3/x+", 30) + "=="
	return map[string][]string{
		"an AWS access key": {"§" + key + "§", "id=§ASIAIOSFODNN7EXAMPLE§,", `"AccessKeyId":"§` + key + `§"`, "(§" + key + "§)"},
		"an AWS secret key": {
			"aws_secret_access_key = §" + secret + "§", "export AWS_SECRET_ACCESS_KEY=§" + secret + "§\n", "<SecretAccessKey>§" + secret + "§</SecretAccessKey>",
			`"SecretAccessKey": "§` + secret + `§"`, "the secret is §" + secret + "§", "my secret key: §" + secret + "§.",
		},
		"an AWS session token": {
			"aws_session_token=§" + token + "§", "x-amz-security-token: §" + token + "§", "X-Amz-Security-Token=§" + strings.Repeat("aB3", 20) + "§&X", "<SessionToken>§" + strings.Repeat("aB3", 40) + "§</SessionToken>",
			"it said §" + token + "§",
		},
		"an AWS signature": {
			"https://x.example/?X-Amz-Signature=§" + strings.Repeat("0fae", 16) + "§", "Authorization: AWS4-HMAC-SHA256 Credential=x/20190207/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=§" + strings.Repeat("0fae", 16) + "§",
		},
		"an Authorization header": {
			"Authorization: Basic §dXNlcjpwYXNzMTIz§", `"authorization":"Bearer §eyJhbGciOiJIUzI1NiJ9.e30.Zk-1_x§"`, "curl -H 'Authorization: Bearer §abcDEF123456§'",
		},
		"a private key": {
			"§-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n-----END OPENSSH PRIVATE KEY-----§\n", "§-----BEGIN RSA PRIVATE KEY-----\\nMIIEow§",
			"§---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56w§", "§-----BEGIN PRIVATE KEY-----\nMC4§",
			"§PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 0fae3c§\nend", "§PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA§",
		},
		"a cookie":   {"Cookie: §sessionid=u3kd82kd92; csrftoken=abc§", "Set-Cookie: §sid=0123456789abcdef; Path=/; HttpOnly§\r\nServer: nginx"},
		"a password": {"https://qa:§s3cret§@host.example/x", "password=§hunter2§", `"password":"§Tr0ub4dor§"`, "passphrase: §correct1horse§ for it", "mysql://root:§x§@10.0.0.1/db"},
		"an e-mail address": {
			"§mingyu.chua.2017@scp.example§", "mail §wendytanlc@scp.example§: she knows", "<§a.b+c@mail.example.co.uk§>", "ask §o@x.sg§.",
		},
		"a phone number": {
			"§+65 5550 0880§", "(§+6555500880§)", "call JC on §5550 9330§ now", "Call §5550-9330§", "tel §5550 8562§", "phone: §55508562§", "ring Wendy Tan at §5550 1967§",
			"mobile number is §90817 26353§", "§+44 (0)20 7946 0958§", "§+1-202-555-0143§", "§+447911123456§", "Tel. §(03) 5550 8562§", `"phone":"§5550 0880§"`,
		},
	}
}

func TestSecretsAreFound(t *testing.T) {
	found, all := 0, 0
	for what, texts := range specimens() {
		for _, marked := range texts {
			parts := strings.Split(marked, "§")
			if len(parts) != 3 {
				t.Fatalf("%q does not say what must go", marked)
			}
			for _, around := range []string{"", "step 3: ", "line\n", "日本 "} {
				text := around + strings.ReplaceAll(marked, "§", "")
				want := around + parts[0] + "[" + what + "]" + parts[2]
				all++
				if got, _ := safe.Secret(text); got != what {
					t.Errorf("Secret(%q) = %q, want %q", text, got, what)
				} else if got := safe.Redact(text); got != want {
					t.Errorf("Redact(%q)\n got %q\nwant %q", text, got, want)
				} else {
					found++
				}
			}
		}
	}
	t.Logf("figure: secrets and personal data found %d of %d", found, all)
}

func TestSecretsInOneText(t *testing.T) {
	secret := "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	got := safe.Redact("AKIAIOSFODNN7EXAMPLE," + secret + " is JC's (jc@scp.example, +65 5550 9330), secret " + secret + " " + secret)
	want := "[an AWS access key],[an AWS secret key] is JC's ([an e-mail address], [a phone number]), secret [an AWS secret key] [an AWS secret key]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// innocent is what a deployment day writes down, all of it as it must stay.
func innocent() []string {
	return []string{
		"", "i-09b93a9c533c167d8", "eipalloc-06ed5dc3e410fc38b", "account 123456789012 in ap-southeast-1", "arn:aws:iam::123456789012:user/rehearsal",
		"AROAIOSFODNN7EXAMPLE:session", "AIDAIOSFODNN7EXAMPLE", "XAKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLEX",
		"token t2am4bx4y77ycjenq2ckglmojegjbzy4cwnwcqzl", "the secret of 59da93a0687c89f0f275b8b0a60bb0b071ffe6a0 is its hash",
		"SHA256:Rm1+fSyl6rUHrEYxOy9eIzr+psZUszFoFxvS+DA+7RM", "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
		"sum 864170124fc9830e0b3b8356e56ebe7ad60534beafbbcd6d172395bfa670d4ff", "request 44469d1e-0c8e-43bc-aa11-9c2f3ad0c7ef", "635c8562-3232-4bcd-5550-912345678901",
		"2019-02-07T16:00:00+08:00", "2019-02-07T16:00:00.000+0800", "Thu, 07 Feb 2019 16:00:00 +0800", "GMT +8 2019-02-07 16:00", "T+12345678", "call JC at 2019-02-07 16:00",
		"call JC at 20190207T160000", "a call took 12345678 ns", "each call 10000000 bytes", "drift +1.23456789 s", "+10485760 bytes more", "+12345678 ns", "reach 10000000 requests", "contact 123456789012", "ring 0: 5550",
		"54.169.198.22:22", "ports 8080 8443", "call 54.169.198.22", "172.31.32.135 is 2406:da18::1",
		"ssh ec2-user@ec2-54-169-198-22.ap-southeast-1.compute.amazonaws.com", "ec2-user@build.example", "lx@ip-172-31-32-135.ap-southeast-1.compute.internal", "ssh -i key.pem lx@bastion.scp.example", "scp x lx@bastion.scp.example:/tmp",
		"lx@bastion.scp.example:/srv/app", "sftp://lx@bastion.scp.example/x", "git@github.com:scp/build", "getty@tty1.service", "user@1000.service failed", "foo@1.2.3", "module@v1.2.3",
		"chacha20-poly1305@openssh.com,curve25519-sha256@libssh.org", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAZSRPZ/suH4KUHazPbhyoQGSXWGNT2MYnPd8SHe2Hbc",
		"import-key-pair --public-key-material c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUFaU1JQWi9zdUg0S1VIYXpQYmh5b1FHU1hXR05UMk1ZblBkOFNIZTJIYmMK",
		"the key begins with BEGIN OPENSSH PRIVATE KEY, as it should", "want PuTTY-User-Key-File-2 or 3", "private key-pair", "the private key is keys/tminus-SCP100X0219-3-d206c4-T4-1.pem in the run folder",
		"401: the Authorization header is missing", "Authorization: token expired", "WWW-Authenticate: Basic realm=x", "Bearer authentication is off", "Authorization: Basic Authentication", "cookie: none", "no Set-Cookie: header", "Set-Cookie: sent",
		"password: missing", "Password authentication failed", "PasswordAuthentication=no", "password=[hidden]", "the passphrase is wrong", "http://host.example:8080/x@y", "http://[::1]:80/",
		"session token expired", "x-amz-security-token is missing", "X-Amz-Date=20190207T160000Z", "aws sts get-caller-identity --region ap-southeast-1 --endpoint-url http://127.0.0.1:45863",
		"sg-0bb845682a41fd1dd secret santa", "telnet 55500880", "tel aviv", "telephone",
	}
}

func TestInnocentTextStays(t *testing.T) {
	alone := 0
	for _, text := range innocent() {
		if what, found := safe.Secret(text); found {
			t.Errorf("%q is taken for %s", text, what)
		} else if got := safe.Redact(text); got != text {
			t.Errorf("%q became %q", text, got)
		} else {
			alone++
		}
	}
	t.Logf("figure: innocent texts left alone %d of %d", alone, len(innocent()))
}

// TestWhatIsRedactedIsClean puts specimens into any text, side by side too.
func TestWhatIsRedactedIsClean(t *testing.T) {
	var all []string
	for _, texts := range specimens() {
		all = append(all, texts...)
	}
	pieces := append(all, innocent()...)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 8).Draw(t, "parts")
		text := strings.ReplaceAll(strings.Join(parts, rapid.SampledFrom([]string{"", " ", ", ", "\n"}).Draw(t, "between")), "§", "")
		checkRedacted(t, text)
	})
}

func FuzzRedact(f *testing.F) {
	for _, texts := range specimens() {
		for _, text := range texts {
			f.Add(strings.ReplaceAll(text, "§", ""))
		}
	}
	for _, text := range innocent() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 4<<10 {
			checkRedacted(t, text)
		}
	})
}

func checkRedacted(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) {
	t.Helper()
	once := safe.Redact(text)
	if what, found := safe.Secret(once); found {
		t.Fatalf("%q\nbecame %q\nin which there still is %s", text, once, what)
	}
	if twice := safe.Redact(once); twice != once {
		t.Fatalf("%q\nbecame %q\nthen   %q", text, once, twice)
	}
	if _, found := safe.Secret(text); found == (once == text) {
		t.Fatalf("Secret and Redact disagree about %q", text)
	}
}

func BenchmarkRedact(b *testing.B) {
	for name, text := range map[string]string{
		"innocent": strings.Repeat("aws ec2 describe-instances --instance-ids i-09b93a9c533c167d8 --region ap-southeast-1; ", 5),
		"hinted":   strings.Repeat("ssh ec2-user@host: the token +1 and the secret; ", 9),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				safe.Redact(text)
			}
		})
	}
}
