package keys

// beside.go: what lies beside a private key: its public half, and a certificate.

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"

	"golang.org/x/crypto/ssh"

	"tminus/tasks/safe"
)

// beside compares the key with its .pub and takes its certificate: the one that f names
// must be good; one that just lies there, or is inside a .ppk, is left with a note when it is not.
func beside(f File, s *sealed, key Key, now time.Time) (Key, error) {
	if err := pair(f, &key); err != nil {
		return Key{}, err
	}
	if f.Certificate != "" {
		certificate, err := readCertificate(f.Certificate)
		if err == nil {
			key, err = key.certified(certificate, now)
		}
		if err != nil {
			return Key{}, fmt.Errorf("has a certificate, %s, that cannot be used: it %w; sign another, or name none", safe.Line(f.Certificate), err)
		}
		return key, nil
	}
	where := "the certificate beside it"
	certificate, err := readCertificate(f.Path + "-cert.pub")
	if errors.Is(err, fs.ErrNotExist) {
		if certificate, err = s.certificate, nil; certificate == nil {
			return key, nil
		}
		where = "the certificate inside it"
	}
	if err == nil {
		var with Key
		if with, err = key.certified(certificate, now); err == nil {
			return with, nil
		}
	}
	key.Info.Note = where + " is not used: it " + err.Error()
	return key, nil
}

// pair compares the private key with the public half beside it, which an agent or a
// person goes by; one that cannot be read as a key says nothing, and only that.
func pair(f File, key *Key) error {
	data, err := readPublic(f.Path + ".pub")
	if err != nil {
		return nil
	}
	public, comment, _, _, err := ssh.ParseAuthorizedKey(data)
	if err != nil {
		return nil
	}
	if !same(public, key.Signer.PublicKey()) {
		return fmt.Errorf("does not belong to the public key beside it: %s.pub is of %s, the key is %s; find out which is meant, then write the other anew: ssh-keygen -y -f %s",
			f.shown(), ssh.FingerprintSHA256(plain(public)), key.Info.SHA256, word(f.shown()))
	}
	if key.Info.Comment == "" {
		key.Info.Comment = safe.Line(comment)
	}
	return nil
}

// readCertificate reads the first line of a certificate file; errors complete "it …".
func readCertificate(path string) (*ssh.Certificate, error) {
	data, err := readPublic(path)
	if err != nil {
		return nil, err
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(data)
	if err != nil {
		return nil, errors.New("is no certificate")
	}
	certificate, ok := public.(*ssh.Certificate)
	if !ok {
		return nil, errors.New("is a public key and no certificate")
	}
	return certificate, nil
}

// certified is the key with its certificate, when sshd could accept it now. Whether the
// host trusts who signed it is for the host to say.
func (k Key) certified(c *ssh.Certificate, now time.Time) (Key, error) {
	unix := uint64(max(now.Unix(), 0))
	switch {
	case !same(c, k.Signer.PublicKey()):
		return Key{}, fmt.Errorf("is for another key, %s", ssh.FingerprintSHA256(c.Key))
	case c.CertType != ssh.UserCert:
		return Key{}, errors.New("is for a host, not for a user")
	case unix < c.ValidAfter:
		return Key{}, fmt.Errorf("is valid only from %s", day(c.ValidAfter))
	case c.ValidBefore != ssh.CertTimeInfinity && unix >= c.ValidBefore:
		return Key{}, fmt.Errorf("expired on %s", day(c.ValidBefore))
	case len(c.ValidPrincipals) == 0:
		return Key{}, errors.New("names no user, so that sshd accepts it for none")
	}
	signer, err := ssh.NewCertSigner(c, k.Signer)
	if err != nil {
		return Key{}, errors.New("does not go with the key")
	}
	k.Signer = signer
	for _, p := range c.ValidPrincipals {
		k.Info.Principals = append(k.Info.Principals, safe.Line(p))
	}
	return k, nil
}

func day(unix uint64) string {
	return time.Unix(int64(min(unix, math.MaxInt32*64)), 0).UTC().Format("2 January 2006 15:04 UTC")
}
