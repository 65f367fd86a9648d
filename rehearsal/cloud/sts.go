package cloud

// sts.go: STS: who am I, and temporary credentials.
//
// Nothing of a session is stored: its token says whose it is and until when, sealed with the account's seed, so that a
// reopened account knows it. Its time is pretend time.

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Role is a role that the account's user may assume. A role's own sessions assume none.
type Role struct {
	Name      string
	MFASerial string // the device whose code is wanted; "" wants none
	Reader    bool   // it may look and change nothing
}

func (a *Account) sts(in *incoming, now time.Time) (out []element, err error) {
	p := in.form
	switch in.Operation {
	case "GetCallerIdentity":
		out = []element{txt("Arn", in.caller.arn), txt("UserId", in.caller.userID), txt("Account", a.opt.AccountID)}
	case "AssumeRole":
		out, err = a.assumeRole(in, now)
	case "GetSessionToken":
		out, err = a.getSessionToken(in, now)
	default:
		return nil, refuse(400, "InvalidAction", "Could not find operation %s for version 2011-06-15", clip(in.Operation))
	}
	if path := p.unread(); err == nil && path != "" {
		return nil, refuse(400, "ValidationError", "The parameter %s is not recognized", clip(path))
	}
	return out, err
}

// session is what a session token says.
type session struct {
	Role    string    `json:"role,omitempty"` // "" is a session of the user's own
	Name    string    `json:"name,omitempty"`
	Expires time.Time `json:"expires"`
	Drawn   int64     `json:"drawn"` // makes two sessions different
}

func (a *Account) assumeRole(in *incoming, now time.Time) ([]element, error) {
	p := in.form
	arn, name := p.text("RoleArn"), p.text("RoleSessionName")
	p.text("ExternalId") // no trust policy here asks for one
	if !regexp.MustCompile(`\A[\w+=,.@-]{2,64}\z`).MatchString(name) {
		return nil, refuse(400, "ValidationError", `1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]{2,64}`, clip(name))
	}
	lasts, err := lasting(p, time.Hour, 12*time.Hour)
	if err != nil {
		return nil, err
	}
	if lasts > time.Hour {
		return nil, refuse(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	i := slices.IndexFunc(a.opt.Roles, func(r Role) bool { return a.roleARN(r.Name) == arn })
	known, err := a.codeGiven(p)
	if err != nil {
		return nil, err
	}
	if i < 0 || in.caller.role || a.opt.Roles[i].MFASerial != "" && a.opt.Roles[i].MFASerial != known {
		return nil, refuse(403, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", in.caller.arn, clip(arn))
	}
	s := session{Role: a.opt.Roles[i].Name, Name: name, Expires: now.Add(lasts).Truncate(time.Second), Drawn: now.UnixNano()}
	as := a.callerOf(s)
	return []element{a.credentials(s), el("AssumedRoleUser", txt("AssumedRoleId", as.userID), txt("Arn", as.arn))}, nil
}

func (a *Account) getSessionToken(in *incoming, now time.Time) ([]element, error) {
	if in.caller.session {
		return nil, refuse(403, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	lasts, err := lasting(in.form, 12*time.Hour, 36*time.Hour)
	if err != nil {
		return nil, err
	}
	if _, err := a.codeGiven(in.form); err != nil {
		return nil, err
	}
	return []element{a.credentials(session{Expires: now.Add(lasts).Truncate(time.Second), Drawn: now.UnixNano()})}, nil
}

func lasting(p *form, usual, most time.Duration) (time.Duration, error) {
	seconds, err := p.number("DurationSeconds", int(usual/time.Second))
	if d := time.Duration(seconds) * time.Second; err != nil || d < 15*time.Minute || d > most {
		return 0, refuse(400, "ValidationError", "1 validation error detected: DurationSeconds must be between 900 and %d", int(most/time.Second))
	}
	return time.Duration(seconds) * time.Second, nil
}

// codeGiven returns the serial number of the device whose code came with the request; "" if none did.
func (a *Account) codeGiven(p *form) (serial string, err error) {
	serial, code := p.text("SerialNumber"), p.text("TokenCode")
	switch {
	case serial == "" && code == "":
		return "", nil
	case !regexp.MustCompile(`\A\d{6}\z`).MatchString(code):
		return "", refuse(400, "ValidationError", "1 validation error detected: Value at 'tokenCode' failed to satisfy constraint: Member must have length 6 and be digits")
	case !slices.ContainsFunc(a.opt.Roles, func(r Role) bool { return r.MFASerial != "" && r.MFASerial == serial }):
		return "", refuse(403, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.")
	case code != MFACode(serial):
		return "", refuse(403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	}
	return serial, nil
}

// MFACode is the six digits that the device of a serial number shows, at any time: the first four bytes of the serial
// number's SHA-256, as a big-endian number, modulo a million.
func MFACode(serial string) string {
	d := sha256.Sum256([]byte(serial))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(d[:])%1_000_000)
}

// roleARN is what AssumeRole knows a role of the account by.
func (a *Account) roleARN(name string) string {
	return "arn:aws:iam::" + a.opt.AccountID + ":role/" + name
}

// callerOf is who calls with the credentials of a session.
func (a *Account) callerOf(s session) caller {
	c := a.user()
	c.session = true
	if s.Role == "" {
		return c
	}
	d := drawAt(a.firstSeed(), 0, "role "+s.Role)
	c.role = true
	c.arn = "arn:aws:sts::" + a.opt.AccountID + ":assumed-role/" + s.Role + "/" + s.Name
	c.userID = "AROA" + base32.StdEncoding.EncodeToString(d[:])[:17] + ":" + s.Name
	c.reader = slices.ContainsFunc(a.opt.Roles, func(r Role) bool { return r.Name == s.Role && r.Reader })
	return c
}

// credentials are the temporary ones of a session.
func (a *Account) credentials(s session) element {
	text, err := json.Marshal(s)
	if err != nil {
		panic("cloud: internal error: session cannot be encoded: " + err.Error())
	}
	secret := a.seal("secret " + string(text))
	return el("Credentials", txt("AccessKeyId", s.key()), txt("SecretAccessKey", base64.StdEncoding.EncodeToString(secret)[:40]),
		txt("SessionToken", base64.StdEncoding.EncodeToString(append(a.seal(string(text)), text...))), at("Expiration", s.Expires))
}

// key is the access key id of a session; temporary ones start with ASIA.
func (s session) key() string {
	d := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %d", s.Role, s.Name, s.Expires.Unix(), s.Drawn))
	return "ASIA" + base32.StdEncoding.EncodeToString(d[:])[:16]
}

// readToken returns the session of a token that this account gave.
func (a *Account) readToken(token string) (s session, ok bool) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(token))
	if err != nil || len(b) < sha256.Size || !hmac.Equal(b[:sha256.Size], a.seal(string(b[sha256.Size:]))) {
		return s, false
	}
	return s, json.Unmarshal(b[sha256.Size:], &s) == nil
}

// seal is what only this account can put on a text.
func (a *Account) seal(text string) []byte {
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64([]byte("session "), uint64(a.firstSeed())))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// firstSeed is the seed that the account has had from the first.
func (a *Account) firstSeed() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state.Seed
}
