package awsops

// settings_origin.go: where the credentials will come from, in words, and what signs in again.

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"

	"tminus/tasks/safe"
)

// kind is a way to come by credentials.
type kind int

const (
	ofMachine     kind = iota // the instance metadata service, because nothing else is configured
	ofEnvironment             // keys in variables
	ofFile                    // keys in a file
	ofSSO
	ofLogin // aws login
	ofToken // a web identity token in a file
	ofProcess
	ofContainer
)

// origin is where credentials begin, and the roles assumed from there.
type origin struct {
	kind  kind
	first *config.SharedConfig   // the profile in which the chain begins; nil = none
	roles []*config.SharedConfig // profiles whose role is assumed, in order
	words string
	mend  []string // the command that signs in again; nil = there is none
	lacks lack     // why nothing better was found than the instance metadata
	half  lack     // a key pair in the environment of which one half is missing
}

// lack is what is missing for credentials: something that was half said, or everything.
type lack struct{ says, mends string }

// because begins a sentence that ends in whom was asked instead.
func (l lack) because() string {
	if l.says == "" {
		return ""
	}
	return l.says + ", and "
}

func (l lack) next() string {
	return orSay(l.mends, "sign in with aws configure sso or aws login, or name a profile with --profile")
}

// halfOf is half a key pair in the environment, which the SDK passes over in silence.
func halfOf() lack {
	id, has := firstOf(variable("AWS_ACCESS_KEY_ID"), variable("AWS_ACCESS_KEY"))
	key, knows := firstOf(variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SECRET_KEY"))
	lacks := "AWS_SECRET_ACCESS_KEY"
	switch {
	case (id == "") == (key == ""):
		return lack{}
	case id == "":
		has, lacks = knows, "AWS_ACCESS_KEY_ID"
	}
	return lack{has + " is set and " + lacks + " is not", "set " + lacks + " too, or unset " + has}
}

// originOf follows the order of the SDK: named, a profile wins over the environment's keys. file is the configuration's name.
func originOf(env config.EnvConfig, top *config.SharedConfig, named bool, file string) origin {
	o := origin{first: top}
	if !named {
		o.half = halfOf()
	}
	switch {
	case !named && env.Credentials.HasKeys():
		return origin{kind: ofEnvironment, words: "environment, key " + keyID(env.Credentials.AccessKeyID)}
	case !named && env.WebIdentityTokenFilePath != "":
		return origin{kind: ofToken, words: fmt.Sprintf("web identity token %s, role %s (environment)", homely(env.WebIdentityTokenFilePath), roleName(env.RoleARN))}
	}
	for ; o.first.Source != nil; o.first = o.first.Source {
		o.roles = append([]*config.SharedConfig{o.first}, o.roles...)
	}
	if o.kind, o.words = begins(env, o.first); o.kind == ofMachine && o.first.CredentialSource == "" {
		switch {
		case o.half != lack{}:
			o.lacks = o.half
		case o.first.RoleARN != "":
			o.lacks = lack{fmt.Sprintf("profile %s has a role_arn and neither source_profile nor credential_source", safe.Line(o.first.Profile)), "add source_profile to it in " + file}
		default:
			o.lacks.says = "nothing else is configured"
		}
		o.words += ", because " + o.lacks.says
	}
	if o.first.RoleARN != "" && o.kind != ofToken { // a web identity's role is assumed by the token itself
		o.roles = append([]*config.SharedConfig{o.first}, o.roles...)
	}
	for _, p := range o.roles {
		o.words = fmt.Sprintf("role %s (profile %s), from %s", roleName(p.RoleARN), safe.Line(p.Profile), o.words)
	}
	if name := o.first.Profile; regexp.MustCompile(`^[A-Za-z0-9_./@+][A-Za-z0-9_./@+ -]*$`).MatchString(name) {
		switch o.kind {
		case ofSSO:
			o.mend = []string{"aws", "sso", "login", "--profile", name}
		case ofLogin:
			o.mend = []string{"aws", "login", "--profile", name}
		}
	}
	return o
}

// begins is how a profile that is built on no other comes by credentials.
func begins(env config.EnvConfig, p *config.SharedConfig) (kind, string) {
	in := ", profile " + safe.Line(cmp.Or(p.Profile, "default"))
	switch {
	case p.Credentials.HasKeys():
		return ofFile, "shared credentials file" + in + ", key " + keyID(p.Credentials.AccessKeyID)
	case p.CredentialSource == "Environment":
		return ofEnvironment, "environment, key " + keyID(env.Credentials.AccessKeyID)
	case p.CredentialSource == "EcsContainer":
		return ofContainer, "container's credentials"
	case p.CredentialSource != "":
		return ofMachine, "instance metadata"
	case p.WebIdentityTokenFile != "":
		return ofToken, fmt.Sprintf("web identity token %s, role %s%s", homely(p.WebIdentityTokenFile), roleName(p.RoleARN), in)
	case p.SSOSession != nil:
		return ofSSO, fmt.Sprintf("SSO session %s %s, role %s", safe.Line(p.SSOSession.Name), safe.Line(p.SSOSession.SSOStartURL), safe.Line(p.SSORoleName))
	case p.SSOStartURL != "":
		return ofSSO, fmt.Sprintf("SSO %s, role %s%s", safe.Line(p.SSOStartURL), safe.Line(p.SSORoleName), in)
	case p.LoginSession != "":
		return ofLogin, "aws login" + in
	case p.CredentialProcess != "":
		return ofProcess, "credential_process" + in
	case env.ContainerCredentialsRelativePath != "" || env.ContainerCredentialsEndpoint != "":
		return ofContainer, "container's credentials"
	}
	return ofMachine, "instance metadata"
}

// mfa are the devices of the roles on the way, with whose code they are assumed.
func (o origin) mfa() []string {
	var all []string
	for _, p := range o.roles {
		if p.MFASerial != "" {
			all = append(all, safe.Line(p.MFASerial))
		}
	}
	return all
}

// keyID is an access key id as it may be shown.
func keyID(id string) string {
	if len(id) < 12 {
		return "…"
	}
	return safe.Line(id[:4] + "…" + id[len(id)-4:])
}

// roleName is the last part of a role's ARN.
func roleName(arn string) string {
	return safe.Line(arn[strings.LastIndexByte(arn, '/')+1:])
}

// accountOf is the account in an ARN, "" if it has none.
func accountOf(arn string) string {
	if part := strings.SplitN(arn, ":", 6); len(part) == 6 {
		return safe.Line(part[4])
	}
	return ""
}
