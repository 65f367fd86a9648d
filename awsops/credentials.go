package awsops

// credentials.go: ec2.credentials, everything SSH will need: the names, the key
// file, the host key told by the console, and who may come in at all.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// factHostKeyType is the algorithm of the host key in tasks.FactHostKey: ED25519,
// ECDSA or RSA. A client must ask the host for this one, or it compares apples with pears.
const factHostKeyType = "host_key.type"

// Credentials is ec2.credentials. It only looks.
func (a *Account) Credentials() tasks.Action {
	return tasks.Action{Kind: "ec2.credentials", States: []string{tasks.FactHostKey}, Stated: a.stated(sayHostKey(), a.statedCredentials), Steps: []tasks.Step{
		{ID: "names", Title: "retrieve the public DNS name", Needs: []string{tasks.FactInstance}, Do: a.step(a.publicNames)},
		{ID: "keyfile", Title: "check the key file against the key pair", Needs: []string{tasks.FactKeyName}, Do: a.step(a.keyFile)},
		{ID: "hostkey", Title: "read the host key's fingerprint from the console", Needs: []string{tasks.FactInstance}, Do: a.step(a.hostKey)},
		{ID: "rules", Title: "check that exactly the planned ports are open", Needs: []string{tasks.FactGroup}, Do: a.step(a.checkRules)},
	}}
}

func (a *Account) publicNames(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	i, err := a.instance(ctx, t, c.Facts[tasks.FactInstance])
	if err != nil {
		return tasks.Result{}, err
	}
	facts := names(i)
	if facts[tasks.FactPublicIP] == "" {
		return no(fmt.Sprintf("instance %s is %s and has no public address; check its subnet", c.Facts[tasks.FactInstance], state(i)))
	}
	if facts[tasks.FactPublicDNS] == "" {
		return no(fmt.Sprintf("instance %s has the address %s and no public name; turn on DNS hostnames for its network", c.Facts[tasks.FactInstance], facts[tasks.FactPublicIP]))
	}
	return tasks.Result{Verdict: tasks.Pass, Facts: facts, Rests: []string{tasks.FactPublicDNS, tasks.FactPublicIP},
		Says: fmt.Sprintf("%s (%s)", facts[tasks.FactPublicDNS], facts[tasks.FactPublicIP])}, nil
}

func (a *Account) keyFile(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id := c.Facts[tasks.FactKeyName]
	key, err := a.openedKey(ctx, c.Plan.Environment.Instance, id)
	if err != nil {
		return no(safe.Line(err.Error()))
	}
	print := key.sha256()
	if want := c.Facts[tasks.FactKeyPrint]; want != "" && want != print {
		return no(fmt.Sprintf("the key file %s is another key (%s) than the one the instance was launched with (%s)", key.shown, print, want))
	}
	if pair := c.Facts[tasks.FactKeyPair]; pair != "" { // another key opens the host by now, and EC2 does not know of it
		return tasks.Result{Verdict: tasks.Pass, Rests: []string{tasks.FactKeyName, tasks.FactKeyPrint},
			Says: fmt.Sprintf("%s: %s; the host's key was rotated, and EC2 still has the pair %s: a new instance would take that one", key.shown, print, pair)}, nil
	}
	k, err := a.keyPair(ctx, t, id)
	if err != nil {
		return tasks.Result{}, err
	}
	if k == nil {
		return no(fmt.Sprintf("there is no key pair %s at EC2; somebody deleted it: the instance still takes the key, a new launch would not", id))
	}
	if !key.is(*k) {
		return no(fmt.Sprintf("key pair %s has the fingerprint %s at EC2 and the key file has %s; do not use either before it is clear who changed it", id, safe.Line(aws.ToString(k.KeyFingerprint)), strings.Join(key.prints, " or ")))
	}
	return tasks.Result{Verdict: tasks.Pass, Facts: map[string]string{tasks.FactKeyPrint: print}, Rests: []string{tasks.FactKeyName, tasks.FactKeyPrint},
		Says: fmt.Sprintf("%s: %s, mode %04o, %s, the same as at EC2", key.shown, key.public.Type(), key.mode.Perm(), print)}, nil
}

// hostKey waits for the fingerprints that cloud-init prints on the first boot.
// There is no trust on first use: without them the SSH test has nothing to compare with.
func (a *Account) hostKey(ctx context.Context, t *trail, c tasks.Call) (tasks.Result, error) {
	id := c.Facts[tasks.FactInstance]
	var prints []print
	size := 0
	err := poll(ctx, c, patience, fresh(c, func() (bool, error) {
		shown, n, err := a.console(ctx, t, id)
		prints, size = shown, n
		if errors.Is(err, errNoBlock) {
			progress(c, "the console of %s shows %d bytes and no host keys yet", id, size)
			return false, nil
		}
		if err != nil {
			return false, err
		}
		return true, nil
	}))
	var over *ending
	switch {
	case errors.As(err, &over):
		return no(over.text)
	case errors.Is(err, errPatience):
		return unclear(fmt.Sprintf("the console of %s shows no host-key fingerprints after %s (%d bytes read), so the host cannot be verified; look at the console, then try again", id, patience, size))
	case err != nil:
		return tasks.Result{}, err
	}
	return printed(id, prints), nil
}

// printed is what the run learns of an instance's host keys.
func printed(id string, prints []print) tasks.Result {
	found := preferred(prints)
	r := tasks.Result{Verdict: tasks.Pass, Rests: []string{tasks.FactInstance}, Says: fmt.Sprintf("host key of %s: %s", id, found),
		Facts: map[string]string{tasks.FactHostPrints: allOf(prints), factHostKeyType: found.kind}}
	if found.sha256 == "" {
		r.Drop = []string{tasks.FactHostKey} // of another boot: the console does not show it
	} else {
		r.Facts[tasks.FactHostKey] = found.sha256
	}
	return r
}

// console reads the host keys that the console shows now, and how many bytes it
// shows. errNoBlock means none yet, an ending that they cannot be believed.
func (a *Account) console(ctx context.Context, t *trail, id string) ([]print, int, error) {
	text, err := a.consoleNow(ctx, t, id)
	if err != nil {
		return nil, 0, err
	}
	prints, err := fingerprints(text)
	if err != nil && !errors.Is(err, errNoBlock) {
		err = &ending{fmt.Sprintf("the host keys on the console of %s cannot be trusted: %s; compare them in the console", id, safe.Line(err.Error()))}
	}
	return prints, len(text), err
}

// consoleNow is what the console of an instance shows; its text is the machine's, unclean.
func (a *Account) consoleNow(ctx context.Context, t *trail, id string) (string, error) {
	// Latest is left out: only Nitro instances have it.
	out, err := ask(ctx, t, []string{"ec2", "get-console-output", "--instance-id", id, "--output", "text"}, a.read().ec2.GetConsoleOutput,
		&ec2.GetConsoleOutputInput{InstanceId: aws.String(id)})
	if err != nil {
		return "", err
	}
	text, err := consoleText(aws.ToString(out.Output))
	if err != nil {
		return "", &ending{fmt.Sprintf("the console output of %s cannot be used: %s", id, safe.Line(err.Error()))}
	}
	return text, nil
}
