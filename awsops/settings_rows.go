package awsops

// settings_rows.go: the resolved settings as a check list, each with where it was said.

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// warning is the verdict of a setting that is known, and worth a second look.
const warning tasks.Verdict = "warning"

// Items are the settings for a person. No secret is among them.
func (s *Settings) Items() []reading.Item {
	l := &findings{group: "settings"}
	s.rowProfile(l)
	s.rowRegion(l)
	for n, one := range [][3]string{{"settings.config", "config file", "AWS_CONFIG_FILE"}, {"settings.credentials_file", "credentials file", "AWS_SHARED_CREDENTIALS_FILE"}} {
		path, says := s.files()[n], "read"
		if _, err := os.Stat(path); err != nil {
			says = "not there"
		}
		_, by := firstOf(variable(one[2]), said{"default", "default"})
		l.row("", one[0], one[1], homely(path)+": "+says, "", by)
	}
	source := s.section()
	if s.origin.first == nil {
		source = "environment"
	}
	if half := s.origin.half; half != (lack{}) && half != s.origin.lacks {
		l.row(warning, "settings.credentials", "credentials", s.origin.words+"; "+half.says, half.mends, source)
	} else {
		l.row("", "settings.credentials", "credentials", s.origin.words, "", source)
	}
	if devices := s.origin.mfa(); len(devices) > 0 {
		l.row("", "settings.mfa", "MFA device", strings.Join(devices, ", ")+": its code is asked for with the first call", "", s.section())
	}
	s.rowEndpoints(l)
	retries := fmt.Sprintf("a look is tried %d times, a change sent once", readAttempts)
	for _, name := range []string{"AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"} {
		if os.Getenv(name) != "" {
			retries += "; " + name + " is not used"
		}
	}
	l.row("", "settings.retries", "retries", retries, "", "tminus")
	s.rowNetwork(l)
	l.row("", "settings.clock", "clock", time.Now().UTC().Format("2006-01-02 15:04:05 MST"), "", "this machine")
	return l.items
}

// row adds an item with a source of its own.
func (l *findings) row(v tasks.Verdict, id, name, says, next, source string) {
	l.source = safe.Line(source)
	l.add(v, id, name, says, next)
}

func (s *Settings) rowProfile(l *findings) {
	if s.origin.first == nil && s.env.SharedConfigProfile != "" {
		l.row(warning, "settings.profile", "profile", s.Profile+"; its credentials are not used: those in the environment come first",
			"--profile "+s.Profile+" uses them, or unset AWS_ACCESS_KEY_ID", s.ProfileFrom)
		return
	}
	l.row("", "settings.profile", "profile", s.Profile, "", s.ProfileFrom)
}

func (s *Settings) rowRegion(l *findings) {
	planned := ""
	if s.wish.Plan != nil {
		planned = s.wish.Plan.Environment.Region
	}
	switch {
	case s.Region == "":
		l.row(tasks.Fail, "settings.region", "region", "none", "name one: --region, AWS_REGION, or region in the profile", "nothing names one")
	case planned != "" && s.Region != planned:
		l.row(tasks.Fail, "settings.region", "region", fmt.Sprintf("%s; the plan is for %s", s.Region, planned), "--region "+planned+", or set it where this one is said", s.RegionFrom)
	default:
		l.row("", "settings.region", "region", s.Region, "", s.RegionFrom)
	}
}

// rowEndpoints has one row where all services are reached alike.
func (s *Settings) rowEndpoints(l *findings) {
	first := s.doors[0]
	alike := !slices.ContainsFunc(s.doors, func(d door) bool { return d.url != first.url || d.by != first.by })
	if alike && first.url == "" {
		says := "AWS's own"
		if s.fips() {
			says += ", FIPS 140"
		}
		if s.dualStack() {
			says += ", IPv4 and IPv6"
		}
		l.row("", "settings.endpoint", "endpoints", says, "", "tminus")
		return
	}
	for _, d := range s.doors {
		id, name, says := "settings.endpoint."+strings.ToLower(strings.ReplaceAll(d.service, " ", "")), d.service+" endpoint", showURL(d.url)
		if alike {
			id, name, says = "settings.endpoint", "endpoints", "of every service: "+says
		}
		switch {
		case d.url == "":
			l.row("", id, name, "AWS's own", "", "tminus")
		case ofAWS(d.url):
			l.row("", id, name, says, "", d.by)
		default:
			l.row(warning, id, name, says, "make sure that this is where you want to act; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true goes to AWS itself", d.by)
		}
		if alike {
			return
		}
	}
}

// rowNetwork tells what stands between this machine and AWS.
func (s *Settings) rowNetwork(l *findings) {
	proxy, by := firstOf(variable("HTTPS_PROXY"), variable("https_proxy"))
	if proxy == "" {
		l.row("", "settings.proxy", "proxy", "none", "", "environment")
	} else {
		l.row("", "settings.proxy", "proxy", showURL(proxy), "", by)
	}
	if bundle := cmp.Or(s.env.CustomCABundle, s.shared.CustomCABundle); bundle != "" {
		by := "AWS_CA_BUNDLE"
		if s.env.CustomCABundle == "" {
			by = s.section()
		}
		l.row("", "settings.roots", "certificates", homely(bundle)+" and no others are trusted", "", by)
	}
}
