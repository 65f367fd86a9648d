package sshops

// identities.go: which keys are offered to a host, in which order, and which of them it
// took. Keys of the agent sign where the agent runs; it is never forwarded.

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"tminus/sshops/keys"
	"tminus/tasks"
)

// maxOffers is how many keys a host is offered: a stock sshd hangs up at the sixth wrong one.
const maxOffers = 5

// offer is a key that can sign, and how a person is told of it.
type offer struct {
	signer ssh.Signer
	print  string
	name   string
}

// offers are the keys for one login. The closer ends the agent's part.
type offers struct {
	all    []offer
	closer io.Closer
	notes  []string // what was left out, and why
	runErr error    // why the run's key is not among them
	taken  string   // the name of the key that signed last: the host asked for it
}

func (o *offers) close() {
	if o.closer != nil {
		o.closer.Close()
	}
}

// add takes a key unless the very same is there already; a certificate is another key.
func (o *offers) add(k keys.Key, name string) {
	blob := string(k.Signer.PublicKey().Marshal())
	if !slices.ContainsFunc(o.all, func(a offer) bool { return string(a.signer.PublicKey().Marshal()) == blob }) {
		o.all = append(o.all, offer{signer: k.Signer, print: k.Info.SHA256, name: name})
	}
}

// offers opens the keys for t: the run's, those that the config names, the agent's.
func (c *Client) offers(ctx context.Context, t target) (*offers, *failure) {
	o := &offers{}
	held := c.agentKeys(ctx, o)
	for _, i := range t.identities {
		c.offer(ctx, t, i, held, o)
		if ctx.Err() != nil {
			o.close()
			return nil, broken(ctx, rungAuthentication, t, ctx.Err())
		}
	}
	if !t.agentOnly {
		for _, k := range held {
			o.add(k, agentName(k))
		}
	}
	if len(o.all) > maxOffers {
		o.notes = append(o.notes, "more than 5 keys: only the first are offered; name the right one by IdentityFile and IdentitiesOnly")
		o.all = o.all[:maxOffers]
	}
	if len(o.all) > 0 {
		return o, nil
	}
	o.close()
	if o.runErr != nil {
		return nil, t.noKey(o.runErr)
	}
	return nil, &failure{
		rung: rungAuthentication, kind: kindKeyFile,
		says: "there is no key to offer to " + t.addr + strings.Join(append([]string{""}, o.notes...), "; "),
		next: "name a key by IdentityFile in the ssh config, or add one to the agent",
	}
}

// agentKeys are those of the agent, if it may be asked. No agent is no fault.
func (c *Client) agentKeys(ctx context.Context, o *offers) []keys.Key {
	if !c.agent {
		return nil
	}
	held, closer, err := keys.Agent(ctx)
	if err != nil {
		if !errors.Is(err, keys.ErrNoAgent) {
			o.notes = append(o.notes, clean(err.Error()))
		}
		return nil
	}
	o.closer = closer
	return held
}

func agentName(k keys.Key) string {
	if k.Info.Comment == "" {
		return "agent: " + k.Info.SHA256
	}
	return "agent: " + k.Info.Comment
}

// offer opens one identity. What the agent holds is not opened from its file: that might
// ask for a passphrase that the agent has been told.
func (c *Client) offer(ctx context.Context, t target, i identity, held []keys.Key, o *offers) {
	name := i.file.Shown
	if i.run {
		name = "the run's key"
	}
	print := i.print
	if !i.run {
		print = printBeside(i.file.Path)
	}
	at := slices.IndexFunc(held, func(k keys.Key) bool { return print != "" && k.Info.SHA256 == print })
	if at >= 0 && !i.run && i.file.Certificate == "" {
		o.add(held[at], agentName(held[at]))
		return
	}
	if strings.HasSuffix(i.file.Path, ".pub") { // names a key of the agent, which has it not
		o.notes = append(o.notes, "the agent does not hold "+clean(name))
		return
	}
	k, err := c.ring.Load(ctx, i.file, c.asking(i.file.Path, t.asks))
	if err == nil && i.print != "" && k.Info.SHA256 != i.print {
		err = errors.New(i.file.Shown + " is another key: its fingerprint is " + k.Info.SHA256 + ", the instance was launched with " + i.print)
	}
	switch {
	case err == nil:
		o.add(k, name)
		if k.Info.Note != "" {
			o.notes = append(o.notes, k.Info.Note)
		}
	case i.run && at >= 0:
		o.add(held[at], "the run's key, in the agent")
	case i.usual && errors.Is(err, fs.ErrNotExist):
	default:
		o.notes = append(o.notes, clean(err.Error()))
		if i.run {
			o.runErr = err
		}
	}
}

// asking is how to ask for the passphrase of a file. Somebody who declined is not asked again
// by what runs in the background, only when a person tests SSH.
func (c *Client) asking(path string, again bool) tasks.Ask {
	if c.ask == nil {
		return nil
	}
	return func(ctx context.Context, q tasks.Question) (tasks.Secret, error) {
		c.mu.Lock()
		declined := c.declined[path] && !again
		c.mu.Unlock()
		if declined {
			return tasks.Secret{}, tasks.ErrDeclined
		}
		answer, err := c.ask(ctx, q)
		c.mu.Lock()
		c.declined[path] = errors.Is(err, tasks.ErrDeclined)
		c.mu.Unlock()
		return answer, err
	}
}

// printBeside is the fingerprint of the public half in or beside a key file; "" = not told.
func printBeside(path string) string {
	if !strings.HasSuffix(path, ".pub") {
		path += ".pub"
	}
	text, err := readRegular(path, 64<<10)
	if err != nil {
		return ""
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return ""
	}
	if certificate, ok := key.(*ssh.Certificate); ok {
		key = certificate.Key
	}
	return ssh.FingerprintSHA256(key)
}

// method offers the keys one after the other. A host asks for the signature of the one that it
// takes, so that whose turn it was is known.
func (o *offers) method() ssh.AuthMethod {
	signers := make([]ssh.Signer, 0, len(o.all))
	for _, offer := range o.all {
		signers = append(signers, signing(offer.signer, func() { o.taken = offer.name }))
	}
	return ssh.PublicKeys(signers...)
}

// names are the keys that were offered, for a sentence.
func (o *offers) names() string {
	var all []string
	for _, offer := range o.all {
		all = append(all, offer.name+" ("+offer.print+")")
	}
	return clean(strings.Join(all, ", "))
}

// signer tells when it signs.
type signer struct {
	ssh.AlgorithmSigner
	algorithms []string
	signs      func()
}

func signing(s ssh.Signer, signs func()) ssh.Signer {
	by, ok := s.(ssh.AlgorithmSigner)
	if !ok {
		return s
	}
	if many, ok := s.(ssh.MultiAlgorithmSigner); ok {
		return &signer{by, many.Algorithms(), signs}
	}
	switch kind := s.PublicKey().Type(); kind {
	case ssh.KeyAlgoRSA, ssh.CertAlgoRSAv01:
		return &signer{by, []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}, signs}
	default:
		return &signer{by, []string{strings.Replace(kind, "-cert-v01@openssh.com", sameOf(kind), 1)}, signs}
	}
}

// sameOf is what stands in the place of the certificate's mark in an algorithm's own name.
func sameOf(kind string) string {
	if strings.HasPrefix(kind, "sk-") {
		return "@openssh.com"
	}
	return ""
}

func (s *signer) Algorithms() []string { return s.algorithms }

func (s *signer) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s.signs()
	return s.AlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}
