package contract

// key_test.go: key pairs.

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func keys() []scenario {
	const verify = "EC2 User Guide: Verify the fingerprint of your key pair"
	return []scenario{
		{name: "the fingerprint of an ed25519 key", says: "it is the base64 of the SHA-256 of the public key", source: verify, run: keyFingerprint,
			moto: lack{"shows it in hexadecimal", "fingerprint: "}},
		{name: "an import that is no key", says: "it is refused with InvalidKey.Format", source: codes, run: keyJunk,
			moto: lack{"says InvalidKeyPair.Format", "InvalidKeyPair.Format, want InvalidKey.Format"}},
		{name: "a name imported twice", says: "it is refused with InvalidKeyPair.Duplicate", source: codes, run: keyImportedTwice},
		{name: "a name made twice", says: "it is refused with InvalidKeyPair.Duplicate", source: codes, run: keyMadeTwice},
		{name: "the private half", says: "CreateKeyPair hands out the private key, PEM unless said otherwise, and once", source: "CreateKeyPair", run: keyMade},
		{name: "a key pair deleted", says: "a deleted key pair is not found: InvalidKeyPair.NotFound", source: "DeleteKeyPair", run: keyDeleted},
		{name: "the deletion of what is not there", says: "DeleteKeyPair of a name that does not exist succeeds", source: "DeleteKeyPair", run: keyNotThere},
		{name: "the public half", says: "IncludePublicKey shows the public key", source: "DescribeKeyPairs", run: keyPublic},
		{name: "a key pair outlived", says: "an instance keeps its key's name when the key pair is deleted", source: "DeleteKeyPair", run: keyOutlived},
	}
}

func (p *place) importKey(name string) *ec2.ImportKeyPairOutput {
	return got(p.ec2.ImportKeyPair(p.ctx, &ec2.ImportKeyPairInput{KeyName: str(name), PublicKeyMaterial: []byte(edKey)}))
}

func keyFingerprint(p *place) {
	made := p.importKey("scp")
	blob := got(base64.StdEncoding.DecodeString(strings.Fields(edKey)[1]))
	sum := sha256.Sum256(blob)
	same("fingerprint", *made.KeyFingerprint, base64.StdEncoding.EncodeToString(sum[:]))
	out := got(p.ec2.DescribeKeyPairs(p.ctx, &ec2.DescribeKeyPairsInput{KeyNames: []string{"scp"}})).KeyPairs[0]
	same("shown again", *out.KeyFingerprint, *made.KeyFingerprint)
	same("kind", out.KeyType, types.KeyTypeEd25519)
}

func keyJunk(p *place) {
	in := &ec2.ImportKeyPairInput{KeyName: str("scp"), PublicKeyMaterial: []byte("ssh-ed25519 junk")}
	same("code", code(p.ec2.ImportKeyPair(p.ctx, in)), "InvalidKey.Format")
}

func keyImportedTwice(p *place) {
	p.importKey("scp")
	in := &ec2.ImportKeyPairInput{KeyName: str("scp"), PublicKeyMaterial: []byte(edKey)}
	same("code", code(p.ec2.ImportKeyPair(p.ctx, in)), "InvalidKeyPair.Duplicate")
}

func keyMadeTwice(p *place) {
	p.importKey("scp")
	in := &ec2.CreateKeyPairInput{KeyName: str("scp"), KeyType: types.KeyTypeEd25519}
	same("code", code(p.ec2.CreateKeyPair(p.ctx, in)), "InvalidKeyPair.Duplicate")
}

func keyMade(p *place) {
	out := got(p.ec2.CreateKeyPair(p.ctx, &ec2.CreateKeyPairInput{KeyName: str("scp"), KeyType: types.KeyTypeEd25519}))
	same("PEM", strings.HasPrefix(*out.KeyMaterial, "-----BEGIN ") && strings.Contains(*out.KeyMaterial, "PRIVATE KEY-----"), true)
	same("id", strings.HasPrefix(*out.KeyPairId, "key-"), true)
}

func keyDeleted(p *place) {
	p.importKey("scp")
	got(p.ec2.DeleteKeyPair(p.ctx, &ec2.DeleteKeyPairInput{KeyName: str("scp")}))
	same("code", code(p.ec2.DescribeKeyPairs(p.ctx, &ec2.DescribeKeyPairsInput{KeyNames: []string{"scp"}})), "InvalidKeyPair.NotFound")
}

func keyNotThere(p *place) {
	got(p.ec2.DeleteKeyPair(p.ctx, &ec2.DeleteKeyPairInput{KeyName: str("scp")}))
}

func keyPublic(p *place) {
	p.importKey("scp")
	out := got(p.ec2.DescribeKeyPairs(p.ctx, &ec2.DescribeKeyPairsInput{IncludePublicKey: new(true)})).KeyPairs[0]
	same("type and key", strings.Fields(*out.PublicKey)[:2], strings.Fields(edKey)[:2])
}

func keyOutlived(p *place) {
	p.importKey("scp")
	in := p.order("one")
	in.KeyName = str("scp")
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	got(p.ec2.DeleteKeyPair(p.ctx, &ec2.DeleteKeyPairInput{KeyName: str("scp")}))
	same("key name", *p.instance(id).KeyName, "scp")
}
