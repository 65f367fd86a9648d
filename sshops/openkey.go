package sshops

// openkey.go: a key file that only we can open, PuTTY's or one with a passphrase, for others who
// want to compare it with what EC2 keeps of its pair.

import (
	"context"
	"crypto/md5"
	"crypto/x509"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/sshops/keys"
)

// OpenKey returns the public half of a key file, and the fingerprints that EC2 may keep of it: of
// RSA the SHA-1 of the private key where EC2 made it and the MD5 of the public one where it was
// imported, of others the SHA-256. It may ask for a passphrase, once in the life of the client.
func (c *Client) OpenKey(ctx context.Context, path, shown string) (ssh.PublicKey, []string, error) {
	k, err := c.ring.Load(ctx, keys.File{Path: path, Shown: shown}, c.ask)
	if err != nil {
		return nil, nil, err
	}
	public := k.Signer.PublicKey()
	if certificate, ok := public.(*ssh.Certificate); ok {
		public = certificate.Key
	}
	prints := []string{k.Info.SHA256}
	if k.Info.Made != "" {
		der, err := x509.MarshalPKIXPublicKey(public.(ssh.CryptoPublicKey).CryptoPublicKey())
		if err != nil {
			return nil, nil, fmt.Errorf("the key %s: %w", clean(shown), err)
		}
		prints = []string{k.Info.Made, strings.TrimPrefix(colons(md5.Sum(der)), ":")}
	}
	return public, prints, nil
}

// colons is a digest as EC2 shows it, 1f:51:ae….
func colons(sum [md5.Size]byte) string {
	var text strings.Builder
	for _, b := range sum {
		fmt.Fprintf(&text, ":%02x", b)
	}
	return text.String()
}
