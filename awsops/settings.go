package awsops

// settings.go: which account and region, by which credentials, over which endpoint: as the AWS
// command line would find them, and each with where it was said.

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/config"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const (
	maxConfig = 1 << 20 // bytes of a configuration file or a bundle of certificates
	maxName   = 128     // characters of a profile's name
)

// Wish is what a person asked for.
type Wish struct {
	Profile, Region string     // --profile and --region; "" = not given
	Plan            *plan.Plan // its region is used where nothing else names one; may be nil
	Ask             tasks.Ask  // for MFA codes; nil = nobody can be asked
	RunDir          string
}

// Settings are how AWS is reached. Nothing is retrieved before the first call.
type Settings struct {
	Profile, ProfileFrom string // the profile read, "default" if none was named, and who named it
	Region, RegionFrom   string // "" = nothing names one

	wish   Wish
	env    config.EnvConfig
	shared config.SharedConfig
	origin origin
	doors  []door
	roots  *x509.CertPool // nil = the system's
	asked  atomic.Int64   // questions so far
	wrong  atomic.Int64   // MFA codes in a row that AWS did not take

	kept    atomic.Pointer[keptRole] // what a code has given, for whoever wakes
	doubted atomic.Bool              // AWS has refused the credentials, or a call by them, since
}

// Resolve reads the environment and the shared configuration. It sends nothing, writes nothing
// and retrieves no credentials. Its errors say what to change and where.
func Resolve(ctx context.Context, w Wish) (*Settings, error) {
	s := &Settings{wish: w}
	var err error
	if s.env, err = config.NewEnvConfig(); err != nil {
		return nil, fmt.Errorf("the environment's AWS settings: %s; correct the variable it names", safe.Redact(firstLine(err)))
	}
	s.Profile, s.ProfileFrom = firstOf(said{w.Profile, "--profile"}, variable("AWS_PROFILE"), variable("AWS_DEFAULT_PROFILE"), said{"default", "nothing else is named"})
	if len(s.Profile) > maxName {
		return nil, fmt.Errorf("%s: the profile's name is longer than %d characters", s.ProfileFrom, maxName)
	}
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	var planned string
	if w.Plan != nil {
		planned = w.Plan.Environment.Region
	}
	s.Region, s.RegionFrom = firstOf(said{w.Region, "--region"}, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"),
		said{s.shared.Region, s.section()}, said{planned, "the plan"})
	if s.Region != "" && !regexp.MustCompile(`^[a-z]{2}[a-z0-9-]{1,30}$`).MatchString(s.Region) {
		return nil, fmt.Errorf("%s names the region %s: that is none; write one such as ap-southeast-1", s.RegionFrom, safe.Line(s.Region))
	}
	if s.doors, err = s.endpoints(ctx); err != nil {
		return nil, err
	}
	if s.roots, err = certificates(cmp.Or(s.env.CustomCABundle, s.shared.CustomCABundle)); err != nil {
		return nil, err
	}
	s.origin = originOf(s.env, &s.shared, w.Profile != "", homely(s.files()[0]))
	return s, nil
}

// load reads the profile. That nobody has configured anything is no error, that a named profile is not there is one.
func (s *Settings) load(ctx context.Context) error {
	files := s.files()
	for _, path := range files {
		if info, err := os.Stat(path); err == nil && path != os.DevNull && (!info.Mode().IsRegular() || info.Size() > maxConfig) {
			return fmt.Errorf("%s is not a file of at most %d MiB: no AWS configuration is read from it", safe.Line(path), maxConfig>>20)
		}
	}
	shared, err := config.LoadSharedConfigProfile(ctx, s.Profile, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = files[:1], files[1:]
	})
	var absent config.SharedConfigProfileNotExistError
	named := s.wish.Profile != "" || s.env.SharedConfigProfile != ""
	switch {
	case errors.As(err, &absent) && !named:
		return nil
	case errors.As(err, &absent) && absent.Profile == s.Profile:
		return fmt.Errorf("%s names the profile %s, which is neither in %s nor in %s; aws configure list-profiles shows what there is", s.ProfileFrom, safe.Line(s.Profile), homely(files[0]), homely(files[1]))
	case err != nil:
		return s.misread(err)
	}
	s.shared = shared
	return nil
}

// misread says what is wrong with the configuration, without what it quotes of it.
func (s *Settings) misread(err error) error {
	var role config.SharedConfigAssumeRoleError
	var bare config.CredentialRequiresARNError
	switch {
	case errors.As(err, &role):
		return fmt.Errorf("the role %s is assumed from the profile %s, which is missing or has no credentials; correct it in %s", safe.Line(role.RoleARN), safe.Line(role.Profile), homely(s.files()[0]))
	case errors.As(err, &bare):
		return fmt.Errorf("profile %s has a %s and no role_arn; correct it in %s", safe.Line(bare.Profile), safe.Line(bare.Type), homely(s.files()[0]))
	}
	return fmt.Errorf("the AWS configuration cannot be used: %s; correct it in %s", safe.Redact(firstLine(err)), homely(s.files()[0]))
}

// files are the configuration and the credentials file, whether there or not.
func (s *Settings) files() []string {
	return []string{cmp.Or(s.env.SharedConfigFile, config.DefaultSharedConfigFilename()), cmp.Or(s.env.SharedCredentialsFile, config.DefaultSharedCredentialsFilename())}
}

// section is where the profile's own values stand.
func (s *Settings) section() string {
	head := "[profile " + s.Profile + "]"
	if s.Profile == "default" {
		head = "[default]"
	}
	return safe.Line(homely(s.files()[0]) + " " + head)
}

// Options completes base with what was resolved.
func (s *Settings) Options(base Options) Options {
	base.Credentials, base.Region, base.RunDir = s, s.Region, cmp.Or(base.RunDir, s.wish.RunDir)
	base.Profile, base.Source, base.Mend = "", s.origin.words, s.origin.mend
	if s.ProfileFrom != "nothing else is named" || s.shared.Profile != "" {
		base.Profile = safe.Line(s.Profile)
	}
	base.Endpoints = map[string]string{}
	for _, d := range s.doors {
		if d.url != "" {
			base.Endpoints[d.service] = d.url
		}
	}
	base.FIPS, base.DualStack = s.fips(), s.dualStack()
	base.Roots, base.Proxied = s.roots, true
	return base
}

// said is a value and who said it.
type said struct{ value, by string }

func variable(name string) said { return said{os.Getenv(name), name} }

// firstOf is the first value that is not empty.
func firstOf(all ...said) (value, by string) {
	for _, one := range all {
		if one.value != "" {
			return one.value, one.by
		}
	}
	return "", ""
}

// certificates reads a bundle of roots to trust besides none; "" = the system's own.
func certificates(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxConfig) {
		err = fmt.Errorf("not a file of at most %d MiB", maxConfig>>20)
	}
	var pem []byte
	if err == nil {
		pem, err = os.ReadFile(path)
	}
	pool := x509.NewCertPool()
	if err == nil && !pool.AppendCertsFromPEM(pem) {
		err = errors.New("it holds no certificate")
	}
	if err != nil {
		return nil, fmt.Errorf("AWS_CA_BUNDLE or ca_bundle %s: %s; correct the path or leave it out", safe.Line(path), safe.Line(plainly(err)))
	}
	return pool, nil
}

// plainly is an error without the path that the sentence names already.
func plainly(err error) string {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// homely is a path as a person writes it.
func homely(path string) string {
	if home, err := os.UserHomeDir(); err == nil && home != "" {
		if rest, inside := strings.CutPrefix(path, home+string(os.PathSeparator)); inside {
			path = "~" + string(os.PathSeparator) + rest
		}
	}
	return safe.Line(path)
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return line
}
