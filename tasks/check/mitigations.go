package check

// mitigations.go: what the register promises and no task does. A mitigation that is only
// planned is the most expensive line of a plan: everybody believes in it.

import (
	"regexp"

	"tminus/tasks/plan"
)

func mitigationRules() []Rule {
	return []Rule{
		{ID: "L35", Severity: Error, Title: "failover without a standby", look: noStandby,
			Why:    "Without the machine that would take over, failover is impossible on the day, and the register says the opposite.",
			Fix:    "environment: standby, when it is there; until then another response (R, the way back) and a text that says so",
			Source: "the SCP plan: the mirror of its first risk will be planned for after the deployment"},
		{ID: "L42", Severity: Warning, Title: "a trial that no task makes", look: noTrial,
			Why:    "The image is met for the first time on the production machine, in the window.",
			Fix:    "a task before the window that launches the image on a machine of its own",
			Source: "the SCP plan: deploy on a separate testing instance"},
		{ID: "L43", Severity: Warning, Title: "a mitigation that no task does", look: undone,
			Why:    "The register counts on it, and nobody has it to do.",
			Fix:    "a task that does it, or in_place: true where it is done",
			Source: "the SCP plan: apply updates, set up monitoring, keep track of logins, ban and captcha"},
		{ID: "L44", Severity: Warning, Title: "back to a version that there is not", look: noEarlier,
			Why:    "A first release has nothing to go back to: the way back removes what the day made.",
			Fix:    "say what is restored, or that the application is gone until the next attempt",
			Source: "the SCP plan: roll back to the last working configuration, and build 1.0.0 is the first"},
		{ID: "L78", Severity: Warning, Title: "monitoring that alarms nobody", look: unwatched,
			Why:    "CloudWatch collects figures by itself and says nothing: without an alarm somebody has to look at the right moment.",
			Fix:    "a task, on demand perhaps, with action: cloudwatch.alarms; and an alarm_topic",
			Source: "the SCP plan: set up monitoring with CloudWatch, in three of its mitigations and none of its tasks"},
	}
}

func noStandby(s *sight) {
	if standby := s.plan.Environment.Standby; standby != "" && !placeholder.MatchString(standby) {
		return
	}
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		if r.InPlace {
			continue
		}
		promised := r.Response == "F"
		var at *string
		for j := range r.Treatments {
			if t := &r.Treatments[j]; t.Kind != "accept" && t.Kind != "avoid" && standingBy.MatchString(t.Text) {
				promised, at = true, &t.Text
			}
		}
		if !promised {
			continue
		}
		s.about(r.ID, &r.InPlace, &r.Response, at, r).say("", "%s is answered by failover, and there is no standby to fail over to", r.ID)
	}
}

// promise is a thing that mitigations promise, and how a task that does it is known.
type promise struct {
	what        string
	says, tasks *regexp.Regexp
}

var (
	trialSaid   = regexp.MustCompile(`(?i)\b(separate|dedicated)? ?test(ing)? (instance|server|environment|machine)\b`)
	trialDone   = regexp.MustCompile(`(?i)\b(test(ing)?|staging) (instance|server|environment|machine)\b|\bdry run\b|\brehears`)
	updateSaid  = regexp.MustCompile(`(?i)\b(apply|install)\b.{0,30}\b(updates?|patches)\b`)
	updateDone  = regexp.MustCompile(`(?i)\bupdates?\b|\bpatch`)
	monitorSaid = regexp.MustCompile(`(?i)\bset up\b.{0,20}\bmonitoring\b`)
	monitorDone = regexp.MustCompile(`(?i)\bmonitoring\b|\balarms?\b|\balerts?\b`)
	loginSaid   = regexp.MustCompile(`(?i)\bkeep track of\b.{0,30}\blogins?\b|\b(log|audit) (all )?(logins|access)\b`)
	loginDone   = regexp.MustCompile(`(?i)\blogins?\b|\baudit\b|\bcloudtrail\b`)
	watchSaid   = regexp.MustCompile(`(?i)\bcloud ?watch\b`)
	banSaid     = regexp.MustCompile(`(?i)\bban ip\b|\bcaptcha\b`)
	banDone     = regexp.MustCompile(`(?i)\bban\b|\bcaptcha\b|\bfirewall\b|\bwaf\b`)
)

func noTrial(s *sight) {
	s.unkept(promise{"a trial on a machine of its own", trialSaid, trialDone})
}

func undone(s *sight) {
	s.unkept(promise{"updates", updateSaid, updateDone})
	s.unkept(promise{"monitoring", monitorSaid, monitorDone})
	s.unkept(promise{"a record of logins", loginSaid, loginDone})
	s.unkept(promise{"a ban or a captcha", banSaid, banDone})
}

// unkept tells each risk that makes the promise, when no task keeps it.
func (s *sight) unkept(p promise) {
	looked := false
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		text := promising(r, p.says)
		if text == nil || r.InPlace {
			continue
		}
		if !looked && s.titled(p.tasks) {
			return
		}
		looked = true
		s.about(r.ID, text, r).say("", "%s counts on %s, and no task is about that", r.ID, p.what)
	}
}

// titled reports whether a task's title says something.
func (s *sight) titled(what *regexp.Regexp) bool {
	for t := range s.plan.All() {
		if what.MatchString(t.Title) {
			return true
		}
	}
	return false
}

// alarming is the first task that creates alarms, or nil.
func (s *sight) alarming() *plan.Task {
	for t := range s.plan.All() {
		if t.Action == "cloudwatch.alarms" {
			return t
		}
	}
	return nil
}

// unwatched tells each risk that counts on CloudWatch, when no task makes it say anything.
func unwatched(s *sight) {
	if s.alarming() != nil {
		return
	}
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		if text := promising(r, watchSaid); text != nil && !r.InPlace {
			s.about(r.ID, text, r).say("", "%s counts on CloudWatch, and no task creates an alarm: the plan's monitoring mitigation is no task", r.ID)
		}
	}
}

// promising is the first treatment of a risk that says something.
func promising(r *plan.Risk, what *regexp.Regexp) *string {
	for j := range r.Treatments {
		if what.MatchString(r.Treatments[j].Text) {
			return &r.Treatments[j].Text
		}
	}
	return nil
}

var (
	goingBack = regexp.MustCompile(`(?i)\broll-? ?back to\b|\b(restore|return to)\b.{0,20}\b(last|previous)\b`)
	firstOne  = regexp.MustCompile(`(^|[^0-9.])(v?1\.0(\.0)?|0\.1(\.0)?)$`)
)

func noEarlier(s *sight) {
	if !firstOne.MatchString(s.plan.Release) && !firstOne.MatchString(s.plan.Environment.Application.Build) {
		return
	}
	for i := range s.plan.Risks {
		r := &s.plan.Risks[i]
		if text := promising(r, goingBack); text != nil {
			s.about(r.ID, text, r).say("", "%s goes back to an earlier version, and %s looks like the first", r.ID, clip(s.plan.Release))
		}
	}
}
