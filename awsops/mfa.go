package awsops

// mfa.go: the code of an MFA device, asked of whoever sits at the cockpit. Never on stdin.

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
)

// mfaPatience is how long a question stays before it is asked anew, in real time.
const mfaPatience = 5 * time.Minute

// mfaTries is how many codes in a row may be wrong before nobody is asked any more.
const mfaTries = 3

// code asks for the 6 digits with which a role is assumed.
func (s *Settings) code(ctx context.Context, role, device string) (string, error) {
	what := fmt.Sprintf("to assume the role %s of account %s, the 6 digits of the MFA device %s", roleName(role), orSay(accountOf(role), "?"), safe.Line(device))
	if s.wish.Ask == nil {
		return "", &unsigned{kind: reading.Expired, hold: true, says: "an MFA code is needed " + what + ", and nobody can be asked here; start tminus at a terminal"}
	}
	detail := what
	if s.wrong.Load() > 0 {
		detail += "; AWS did not take the last code: wait for the next one"
	}
	for {
		q := tasks.Question{ID: fmt.Sprintf("mfa-%d", s.asked.Add(1)), Title: "MFA code", Detail: detail, Since: time.Now()}
		answer, err := s.wish.Ask(ctx, q)
		switch {
		case errors.Is(err, tasks.ErrDeclined):
			return "", &unsigned{kind: reading.Expired, hold: true, says: "nobody is signed in: the MFA code was declined; look again to be asked anew"}
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return "", &unsigned{kind: reading.Expired, says: fmt.Sprintf("nobody is signed in: nobody gave the MFA code within %s; it is asked for anew", mfaPatience)}
		case ctx.Err() != nil:
			return "", err
		case err != nil:
			return "", &unsigned{kind: reading.Expired, says: "an MFA code is needed " + what + ", and could not be asked for: " + safe.Line(err.Error())}
		}
		if code := answer.Reveal(); regexp.MustCompile(`^[0-9]{6}$`).MatchString(code) {
			return code, nil
		}
		detail = what + "; the last answer was not 6 digits"
	}
}

// refusedCode counts a code that AWS did not take.
func (s *Settings) refusedCode() error {
	if s.wrong.Add(1) < mfaTries {
		return &unsigned{kind: reading.Expired, says: "AWS did not take the MFA code; wait for the next one, it is asked for again"}
	}
	s.wrong.Store(0)
	return &unsigned{kind: reading.Expired, hold: true, says: fmt.Sprintf("AWS did not take %d MFA codes in a row; check the device and the time on this machine, then look again", mfaTries)}
}
