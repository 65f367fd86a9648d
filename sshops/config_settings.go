package sshops

// config_settings.go: what the ssh config says about one host.

import (
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// settings are those that we honour; the zero value is a config that says nothing.
type settings struct {
	hostName       string
	user           string
	port           int
	identities     []string // paths
	certificates   []string // paths
	identitiesOnly bool
	proxyJump      string
	knownHosts     []string // paths
	hostKeyAlias   string
	timeout        time.Duration // of connecting and logging in
	aliveEvery     time.Duration
	aliveCount     int
}

// maxTimeout bounds what ConnectTimeout and the keepalive may ask for.
const maxTimeout = time.Minute

// settings looks a host up by its names, the first of which is %n and %h.
func (c *config) settings(names ...string) settings {
	said := map[string][]string{}
	c.walk(c.root, names, func(key, value string) {
		said[key] = append(said[key], value)
	})
	first := func(key string) string {
		if len(said[key]) == 0 {
			return ""
		}
		return said[key][0]
	}
	name := names[0]
	s := settings{
		hostName:       c.expand("HostName", first("hostname"), name, name),
		user:           first("user"),
		port:           c.number("Port", first("port"), 65535),
		identitiesOnly: c.yes("IdentitiesOnly", first("identitiesonly")),
		proxyJump:      first("proxyjump"),
		hostKeyAlias:   first("hostkeyalias"),
		timeout:        c.seconds("ConnectTimeout", first("connecttimeout")),
		aliveEvery:     c.seconds("ServerAliveInterval", first("serveraliveinterval")),
		aliveCount:     c.number("ServerAliveCountMax", first("serveralivecountmax"), 100),
	}
	host := s.hostName
	if host == "" {
		host = name
	}
	s.identities = c.paths("IdentityFile", said["identityfile"], name, host)
	s.certificates = c.paths("CertificateFile", said["certificatefile"], name, host)
	s.knownHosts = c.paths("UserKnownHostsFile", strings.Fields(first("userknownhostsfile")), name, host)
	if command := first("proxycommand"); command != "" && !strings.EqualFold(command, "none") && s.proxyJump == "" {
		c.warn("ProxyCommand for %s is left out: only ProxyJump is walked", name)
	}
	return s
}

func (c *config) number(key, value string, most int) int {
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > most {
		c.warn("%s %s is left out: it is no number from 1 to %d", key, value, most)
		return 0
	}
	return n
}

// seconds is a time as OpenSSH writes it, "30" or "1m30s"; "none" and 0 say nothing.
func (c *config) seconds(key, value string) time.Duration {
	if value == "" || value == "0" || strings.EqualFold(value, "none") {
		return 0
	}
	if _, err := strconv.Atoi(value); err == nil {
		value += "s"
	}
	d, err := time.ParseDuration(strings.ToLower(value))
	if err != nil || d < time.Second {
		c.warn("%s %s is left out: it is no time of a second or more", key, value)
		return 0
	}
	return min(d, maxTimeout)
}

func (c *config) yes(key, value string) bool {
	switch strings.ToLower(value) {
	case "yes", "true":
		return true
	case "", "no", "false":
	default:
		c.warn("%s %s is left out: it is neither yes nor no", key, value)
	}
	return false
}

// paths expands file names; "none" is no file.
func (c *config) paths(key string, values []string, name, host string) (all []string) {
	for _, value := range values {
		if strings.EqualFold(value, "none") {
			continue
		}
		if path := c.expand(key, value, name, host); path != "" {
			all = append(all, path)
		}
	}
	return all
}

// expand replaces OpenSSH's tokens and a leading "~/". A value with a token that we do not
// know is left out: half a path is worse than none.
func (c *config) expand(key, value, name, host string) string {
	if rest, ok := strings.CutPrefix(value, "~/"); ok {
		value = filepath.Join(strings.ReplaceAll(c.home, "%", "%%"), rest)
	}
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '%' {
			out.WriteByte(value[i])
			continue
		}
		i++
		text, err := c.token(value[i:], name, host)
		if err != nil {
			c.warn("%s %s is left out: %v", key, value, err)
			return ""
		}
		out.WriteString(text)
	}
	return out.String()
}

func (c *config) token(at, name, host string) (string, error) {
	if at == "" {
		return "", errors.New("a % ends it")
	}
	switch at[0] {
	case '%':
		return "%", nil
	case 'h':
		return host, nil
	case 'n':
		return name, nil
	case 'd':
		return c.home, nil
	case 'u':
		return localUser()
	}
	return "", fmt.Errorf("%%%c is not known here", at[0])
}

// localUser is who sits here, to the operating system.
func localUser() (string, error) {
	me, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("nobody knows the user of this process: %w", err)
	}
	_, name, found := strings.Cut(me.Username, `\`) // DOMAIN\name
	if !found {
		name = me.Username
	}
	return name, nil
}
