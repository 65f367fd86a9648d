package check

// times.go: float, gaps, overlaps, and what else the clock says of a plan.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/tasks/plan"
)

// tooOld is how long a finished task's result is taken on trust.
const tooOld = 3 * 24 * time.Hour

func timeRules() []Rule {
	return []Rule{
		{ID: "L19", Severity: Error, Title: "no float: the first slip leaves the window", look: noFloat,
			Why:    "Tasks back to back until the last minute of the window succeed only on a day on which nothing takes longer than it should. There is no such day.",
			Fix:    "a longer window, an earlier start, or fewer tasks in it",
			Source: "the SCP plan: T4 to T8 from 16:00 to 18:00 without a minute between them"},
		{ID: "L30", Severity: Warning, Title: "the plan was edited after it was handed out", look: edited,
			Why:    "What people approved is not what is flown, and nobody can tell what changed.",
			Fix:    "hand out the plan again, and let its approval name the version",
			Source: "the SCP plan: uploaded on 31 January by T2, and it records what T3 did on 1 February"},
		{ID: "L31", Severity: Warning, Title: "an old result is taken on trust", look: stale,
			Why:    "What was true days ago may not be: images are withdrawn, accounts are closed, people go on holiday.",
			Fix:    "a task shortly before the window that looks again, or the check of an action",
			Source: "the SCP plan: five days, with holidays in them, between getting the AMI and launching it"},
		{ID: "L32", Severity: Warning, Title: "inside business hours", look: businessHours,
			Why:    "Users are at work, and so is everything else that can break. Who deploys then needs to have chosen it.",
			Fix:    "a window outside 09:00 to 18:00 on working days, or a waiver that says why not",
			Source: "the SCP plan: Thursday 16:00, while its first risk is a crash during business hours"},
		{ID: "L61", Severity: Warning, Title: "little float", look: littleFloat,
			Why:    "Less than a tenth of the window is left for everything that takes longer than planned.",
			Fix:    "a longer window, an earlier start, or fewer tasks in it",
			Source: "the weaker case of L19"},
		{ID: "L65", Severity: Warning, Title: "in two places at once", look: overlaps,
			Why:    "One of the two tasks will wait, and with it everything that waits for it.",
			Fix:    "another person, or another time",
			Source: "resource planning: a person does one thing at a time"},
		{ID: "L70", Severity: Warning, Title: "a task that takes no time", look: instant,
			Why:    "Everything takes time. A task of no length makes the forecast too early from the start.",
			Fix:    "an end after the start; a decision is a gate",
			Source: "forecasts of deployment days"},
		{ID: "L73", Severity: Warning, Title: "the clocks change inside the window", look: clocksChange,
			Why:    "For an hour nobody is sure what time it is: logs, alarms and people disagree.",
			Fix:    "another night",
			Source: "operations practice: no changes during the change of the clocks"},
		{ID: "L74", Severity: Note, Title: "the weekend begins after it", look: fridays,
			Why:    "What breaks after the window breaks while everybody is away.",
			Fix:    "an earlier day of the week, or a watch over the weekend",
			Source: "operations practice: no deployments on Fridays"},
	}
}

// finish works out when everything that is still to be done would end at the earliest, and
// the chain of tasks that decides it. What waits for nothing that is known starts as
// planned; everything else when those before it have ended. ok is false when there is nothing to work it out from.
func (s *sight) finish() (end time.Time, chain []*plan.Task, ok bool) {
	if !s.windowed() || len(s.open) == 0 {
		return end, nil, false
	}
	ends := make([]time.Time, len(s.plan.Tasks))
	from := make([]int, len(s.plan.Tasks))
	last := -1
	for _, i := range s.graph.Order {
		t := s.task(i)
		from[i] = -1
		if !s.timed(t) {
			continue
		}
		if ends[i] = t.End.Time; t.Done() {
			continue
		}
		start := t.Start.Time
		if known := len(s.graph.After[i]); known > 0 && known >= len(t.After) && start.After(s.plan.Window.Start.Time) {
			start = s.plan.Window.Start.Time // as soon as those before it have ended
		}
		if t.Earliest != nil && t.Earliest.After(start) {
			start = t.Earliest.Time
		}
		for _, j := range s.graph.After[i] {
			if s.timed(s.task(j)) && !ends[j].Before(start) {
				start, from[i] = ends[j], j
			}
		}
		ends[i] = start.Add(max(t.Duration(), 0))
		if last < 0 || ends[i].After(ends[last]) {
			last = i
		}
	}
	for i := last; i >= 0 && !s.task(i).Done(); i = from[i] {
		chain = append(chain, s.task(i))
	}
	slices.Reverse(chain)
	if last < 0 {
		return end, nil, false
	}
	return ends[last], chain, true
}

func noFloat(s *sight) {
	end, chain, ok := s.finish()
	if !ok || end.Before(s.plan.Window.End.Time) {
		return
	}
	last := chain[len(chain)-1]
	if over := end.Sub(s.plan.Window.End.Time); over > 0 {
		s.about(last.ID, &last.End, last).say("", "%s take %s longer than the window has", route(chain), lasting(over))
		return
	}
	if len(chain) == 1 {
		s.about(last.ID, &last.End, last).say("", "%s ends with the window, %s: the first slip leaves it", last.ID, clock(s.plan.Window.End))
		return
	}
	s.about(last.ID, &last.End, last).say("", "%s fill the window to its last minute, %s: the first slip leaves it", route(chain), clock(s.plan.Window.End))
}

func littleFloat(s *sight) {
	end, chain, ok := s.finish()
	window := s.plan.Window
	left := window.End.Sub(end)
	if !ok || left <= 0 || left >= window.End.Sub(window.Start.Time)/10 {
		return
	}
	last := chain[len(chain)-1]
	s.about(last.ID, &last.End, last).say("", "%s leave %s of the window", route(chain), lasting(left))
}

// route names a chain of tasks: its beginning and its end are what matters.
func route(chain []*plan.Task) string {
	var ids []string
	for i, t := range chain {
		if i > 3 && i < len(chain)-3 {
			if i == 4 {
				ids = append(ids, "…")
			}
			continue
		}
		ids = append(ids, t.ID)
	}
	return strings.Join(ids, " → ")
}

func edited(s *sight) {
	for i := range s.plan.Tasks {
		t := &s.plan.Tasks[i]
		if !t.Done() || !s.timed(t) || !handedOut.MatchString(t.Title) {
			continue
		}
		for j := range s.plan.Tasks {
			if later := &s.plan.Tasks[j]; later.Done() && s.timed(later) && later.End.After(t.End.Time) {
				s.about(t.ID, &t.Title, t).say("", "%s handed the plan out on %s, and it records that %s was completed on %s", t.ID, day(t.End), later.ID, day(later.End))
				break
			}
		}
		return // one is enough, and a second pass over all tasks for each would be slow
	}
}

// lasting is a length of time as a sentence tells it: 1h30m, 10m.
func lasting(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "m0s")
	if text != d.String() {
		text = strings.TrimSuffix(text+"m", "h0m")
		if !strings.HasSuffix(text, "m") {
			text += "h"
		}
	}
	return text
}

func day(t plan.Time) string { return t.Format("2 January") }

func stale(s *sight) {
	for _, i := range s.open {
		t := s.task(i)
		for k, id := range t.After {
			j, known := s.index(i, id)
			if !known || !s.task(j).Done() || !s.timed(t) || !s.timed(s.task(j)) {
				continue
			}
			if age := t.Start.Sub(s.task(j).End.Time); age > tooOld {
				s.about(t.ID, &t.After[k], t).say("", "%s relies on %s, which will be %s old, and nothing looks again", t.ID, id, days(age))
			}
		}
	}
}

// index is the task that a dependency of task i names.
func (s *sight) index(i int, id string) (int, bool) {
	for _, j := range s.graph.After[i] {
		if s.task(j).ID == id {
			return j, true
		}
	}
	return 0, false
}

func days(d time.Duration) string {
	return fmt.Sprintf("%d days %d h", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

func businessHours(s *sight) {
	if !s.windowed() || !s.plan.Environment.Production {
		return
	}
	w := s.plan.Window
	y, m, d := w.Start.Date()
	for i := range 8 { // a window of more than a week meets a working day
		opens := time.Date(y, m, d+i, 9, 0, 0, 0, s.plan.Zone)
		closes := time.Date(y, m, d+i, 18, 0, 0, 0, s.plan.Zone)
		weekend := opens.Weekday() == time.Saturday || opens.Weekday() == time.Sunday
		if !weekend && w.Start.Before(closes) && w.End.After(opens) {
			s.about("", &s.plan.Window.Start).say("", "the window is inside business hours: %s, %s to %s", w.Start.Weekday(), clock(w.Start), clock(w.End))
			return
		}
	}
}

func overlaps(s *sight) {
	byPerson := map[string][]*plan.Task{}
	for _, i := range s.open {
		if t := s.task(i); s.timed(t) && s.contacts[t.InCharge] != nil {
			byPerson[t.InCharge] = append(byPerson[t.InCharge], t)
		}
	}
	for i := range s.plan.Contacts {
		who := s.plan.Contacts[i].ID
		own := byPerson[who]
		delete(byPerson, who)
		slices.SortStableFunc(own, func(a, b *plan.Task) int { return a.Start.Compare(b.Start.Time) })
		var before *plan.Task // the one that ends last of those that have begun
		for _, t := range own {
			if before != nil && t.Start.Before(before.End.Time) && t.End.After(t.Start.Time) {
				s.about(t.ID, &t.Start, t).say("", "%s is in charge of %s from %s on, and of %s until %s", who, t.ID, clock(t.Start), before.ID, clock(before.End))
			}
			if before == nil || t.End.After(before.End.Time) {
				before = t
			}
		}
	}
}

func instant(s *sight) {
	for _, i := range s.open {
		if t := s.task(i); !t.Gate && s.timed(t) && t.Duration() == 0 {
			s.about(t.ID, &t.End, t).say("", "%s ends when it starts, %s", t.ID, clock(t.Start))
		}
	}
}

func clocksChange(s *sight) {
	if !s.windowed() {
		return
	}
	if _, change := s.plan.Window.Start.ZoneBounds(); !change.IsZero() && change.Before(s.plan.Window.End.Time) {
		s.about("", &s.plan.Window.Start).say("", "the clocks of %s change at %s, inside the window", s.plan.Zone, change.Add(-time.Second).Format("15:04"))
	}
}

func fridays(s *sight) {
	if end := s.plan.Window.End; s.windowed() && s.plan.Environment.Production && end.Weekday() == time.Friday && end.Hour() >= 12 {
		s.about("", &s.plan.Window.End).say("", "the window ends on a Friday at %s", clock(end))
	}
}
