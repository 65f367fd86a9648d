package hurl

// certificate.go: what a certificate says.

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
)

// certified is one field of the certificate that the answer came with; nothing when there was none. Names are written
// as in Hurl's documentation, C=SG, O=SCP, CN=localhost, which is how curl has them from OpenSSL 3.2 on. (Before, and
// with other libraries, blanks and semicolons stand between: use contains for what must hold everywhere.)
func certified(c *x509.Certificate, field string) (Value, error) {
	if c == nil {
		return nil, nil
	}
	switch strings.ToLower(field) {
	case "subject":
		return distinguished(c.Subject), nil
	case "issuer":
		return distinguished(c.Issuer), nil
	case "start-date":
		return c.NotBefore, nil
	case "expire-date":
		return c.NotAfter, nil
	case "serial-number":
		return serial(c), nil
	case "subject-alt-name":
		if names := alternatives(c); len(names) > 0 {
			return strings.Join(names, ", "), nil
		}
		return nil, nil
	case "value":
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})), nil
	}
	return nil, fmt.Errorf("a certificate has no field %s; it has Subject, Issuer, Start-Date, Expire-Date, Serial-Number, "+
		"Subject-Alt-Name, Value", Shown(field))
}

// distinguished is a name in the order of the certificate.
func distinguished(n pkix.Name) string {
	short := map[string]string{"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O",
		"2.5.4.11": "OU", "2.5.4.5": "serialNumber", "1.2.840.113549.1.9.1": "emailAddress"}
	var parts []string
	for _, part := range n.Names {
		oid := part.Type.String()
		if name, ok := short[oid]; ok {
			oid = name
		}
		parts = append(parts, fmt.Sprintf("%s=%v", oid, part.Value))
	}
	return strings.Join(parts, ", ")
}

// serial is the number in pairs of digits: 1e:e8:b1.
func serial(c *x509.Certificate) string {
	var pairs []string
	for pair := range slices.Chunk([]byte(hex.EncodeToString(c.SerialNumber.Bytes())), 2) {
		pairs = append(pairs, string(pair))
	}
	return strings.Join(pairs, ":")
}

// alternatives are the names that the certificate is valid for.
func alternatives(c *x509.Certificate) []string {
	var names []string
	for _, name := range c.DNSNames {
		names = append(names, "DNS:"+name)
	}
	for _, ip := range c.IPAddresses {
		names = append(names, "IP Address:"+ip.String())
	}
	for _, address := range c.EmailAddresses {
		names = append(names, "email:"+address)
	}
	for _, uri := range c.URIs {
		names = append(names, "URI:"+uri.String())
	}
	return names
}
