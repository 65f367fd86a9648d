package cloud_test

// newkey_test.go: keys that the account makes work as keys, and their fingerprints are AWS's.

import (
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/crypto/ssh"
)

func TestCreateKeyPair(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	for _, kind := range []types.KeyType{types.KeyTypeEd25519, types.KeyTypeRsa} {
		name := "made-" + string(kind)
		dry := &ec2.CreateKeyPairInput{KeyName: &name, KeyType: kind, DryRun: aws.Bool(true)}
		refused(t, second(b.ec2.CreateKeyPair(ctx, dry)), "DryRunOperation")
		made := must(b.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{KeyName: &name, KeyType: kind, TagSpecifications: runTag("key-pair")}))(t)
		raw, err := ssh.ParseRawPrivateKey([]byte(*made.KeyMaterial))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		signer := must(ssh.NewSignerFromKey(raw))(t)
		kept := must(b.ec2.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{KeyNames: []string{name}, IncludePublicKey: aws.Bool(true)}))(t).KeyPairs[0]
		if want := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))); *kept.PublicKey != want || kept.KeyType != kind || len(kept.Tags) != 1 {
			t.Errorf("%s: kept %+v", kind, kept)
		}
		want := strings.TrimPrefix(ssh.FingerprintSHA256(signer.PublicKey()), "SHA256:") + "="
		if kind == types.KeyTypeRsa {
			digits := fmt.Sprintf("%x", sha1.Sum(must(x509.MarshalPKCS8PrivateKey(raw))(t)))
			for n := len(digits) - 2; n > 0; n -= 2 {
				digits = digits[:n] + ":" + digits[n:]
			}
			want = digits
		}
		if *made.KeyFingerprint != want || *kept.KeyFingerprint != want {
			t.Errorf("%s: fingerprint %s, want %s", kind, *made.KeyFingerprint, want)
		}
		refused(t, second(b.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{KeyName: &name})), "InvalidKeyPair.Duplicate")
	}
	refused(t, second(b.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{KeyName: aws.String("putty"), KeyFormat: "ppk"})), "InvalidParameterValue")
	refused(t, second(b.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{KeyName: aws.String("dsa"), KeyType: "dsa"})), "InvalidParameterValue")
	if n := len(b.account.Inventory().KeyPairs); n != 2 {
		t.Errorf("%d key pairs, want 2", n)
	}
}
