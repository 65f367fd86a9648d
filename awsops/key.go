package awsops

// key.go: the SSH key pair of a launch, at EC2 and as a file.

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/crypto/ssh"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const kindKey = "key pair"

func (a *Account) keyStep() tasks.Step {
	return a.effect(tasks.Step{
		ID: "key", Title: "make an SSH key here and import its public half", Call: "aws ec2 import-key-pair",
		Do: a.step(a.importKey), Find: a.find(a.findKey),
		Undo: &tasks.Undo{Describe: a.describeKeyUndo, Do: a.step(a.deleteKey), Gone: a.keyGone, Prove: a.proveKey},
	})
}

// importKey writes the private key before EC2 hears of the public one: a key pair
// nobody holds the key of would be worth nothing.
func (a *Account) importKey(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	key, err := a.makeKey(name(c))
	if err != nil {
		return tasks.Result{}, err
	}
	in := &ec2.ImportKeyPairInput{KeyName: aws.String(name(c)), PublicKeyMaterial: ssh.MarshalAuthorizedKey(key.public),
		TagSpecifications: tagged(c, types.ResourceTypeKeyPair)}
	line := append([]string{"ec2", "import-key-pair", "--key-name", name(c), "--public-key-material",
		base64.StdEncoding.EncodeToString(in.PublicKeyMaterial)}, tagLine(in.TagSpecifications)...)
	_, err = tell(ctx, t, line, a.write().ImportKeyPair, in)
	if hasCode(err, "InvalidKeyPair.Duplicate") {
		return taken(err, func() (tasks.Result, bool, error) { return a.findKey(ctx, t, c) })
	}
	if err != nil {
		return tasks.Result{}, err
	}
	return keyResult(c, key.sha256()), nil
}

func keyResult(c tasks.Call, print string) tasks.Result {
	return tasks.Result{
		Says:  fmt.Sprintf("key pair %s imported, %s; the private key is keys/%s.pem in the run folder", name(c), print, name(c)),
		Facts: map[string]string{tasks.FactKeyName: name(c), tasks.FactKeyPrint: print},
		Made:  []tasks.Resource{{Kind: kindKey, ID: name(c)}},
	}
}

func (a *Account) findKey(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, bool, error) {
	found, err := settled(ctx, c, kindKey+" "+name(c), func() (bool, error) {
		k, err := a.keyPair(ctx, t, name(c))
		return k != nil && tag(k.Tags, tasks.IntentTag) == c.Token, err
	})
	if err != nil || !found {
		return tasks.Result{}, false, err
	}
	key, err := readKey(plan.Instance{}, a.opt.RunDir, name(c))
	if err != nil { // it can be taken back all the same; without its facts nothing is launched with a key that nobody holds
		return tasks.Result{Says: fmt.Sprintf("key pair %s is at EC2, but %s; roll back and start again", name(c), safe.Line(err.Error())),
			Made: []tasks.Resource{{Kind: kindKey, ID: name(c)}}}, true, nil
	}
	return keyResult(c, key.sha256()), true, nil
}

// keyPair returns the key pair of a name, nil if there is none.
func (a *Account) keyPair(ctx context.Context, t *trail, name string) (*types.KeyPairInfo, error) {
	out, err := ask(ctx, t, []string{"ec2", "describe-key-pairs", "--key-names", name}, a.read().ec2.DescribeKeyPairs,
		&ec2.DescribeKeyPairsInput{KeyNames: []string{name}})
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(out.KeyPairs) == 0 {
		return nil, nil
	}
	return &out.KeyPairs[0], nil
}

func (a *Account) describeKeyUndo(c tasks.Call) tasks.UndoWords {
	w := tasks.UndoWords{Title: "delete the key pair", Call: "aws ec2 delete-key-pair --key-name " + name(c),
		Lost: "no further instance can be launched with it; the private key stays in the run folder", Expect: undoQuick}
	if c.Plan.Rollback.Key == "keep" {
		w.Keep = "the key pair stays at EC2; it costs nothing"
	}
	return w
}

func (a *Account) deleteKey(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	if c.Plan.Rollback.Key == "keep" {
		return tasks.Result{Says: "kept, as the plan says"}, nil
	}
	r := tasks.Result{Drop: []string{tasks.FactKeyName, tasks.FactKeyPrint}}
	for _, id := range made(c, kindKey) {
		var k *types.KeyPairInfo
		if _, err := settled(ctx, c, kindKey+" "+id, func() (found bool, err error) {
			k, err = a.keyPair(ctx, t, id)
			return k != nil, err
		}); err != nil {
			return r, err
		}
		if k == nil {
			continue
		}
		if err := notOurs(c, kindKey, id, k.Tags); err != nil {
			return r, err
		}
		_, err := tell(ctx, t, []string{"ec2", "delete-key-pair", "--key-name", id}, a.write().DeleteKeyPair,
			&ec2.DeleteKeyPairInput{KeyName: aws.String(id)})
		if err != nil && !missing(err) {
			return r, err
		}
	}
	r.Says = "key pair deleted at EC2"
	return r, nil
}

func (a *Account) keyGone(ctx context.Context, c tasks.Call) (bool, error) {
	return vanished(ctx, c, kindKey, func(id string) (bool, error) {
		k, err := a.keyPair(ctx, &trail{a: a}, id)
		return k != nil, err
	})
}

// samePrint compares EC2's fingerprint of a key with ours: of an ed25519 key base64 of
// SHA-256 with padding, where OpenSSH has SHA256:… without.
func samePrint(atEC2, ours string) bool {
	bare := func(s string) string { return strings.TrimRight(strings.TrimPrefix(safe.Line(s), "SHA256:"), "=") }
	return bare(ours) != "" && bare(atEC2) == bare(ours)
}
