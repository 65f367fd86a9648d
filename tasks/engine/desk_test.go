package engine

// desk_test.go: questions of workers, and that their answers are nowhere but with who asked.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/tasks"
	"tminus/tasks/reading"
)

// reply is what an asker got.
type reply struct {
	secret tasks.Secret
	err    error
}

// asking puts a question in the background.
func asking(ctx context.Context, d *Desk, title string) <-chan reply {
	got := make(chan reply, 1)
	go func() {
		s, err := d.Ask(ctx, tasks.Question{Title: title, Detail: "to assume the role deployer"})
		got <- reply{s, err}
	}()
	synctest.Wait()
	return got
}

// wantReply is who got what; nothing yet when both are "".
func wantReply(t *testing.T, who string, got <-chan reply, text, problem string) {
	t.Helper()
	synctest.Wait()
	select {
	case r := <-got:
		if r.secret.Reveal() != text || (r.err == nil) != (problem == "") || r.err != nil && !strings.Contains(r.err.Error(), problem) {
			t.Errorf("%s got %q, %v; want %q, %q", who, r.secret.Reveal(), r.err, text, problem)
		}
	default:
		if text != "" || problem != "" {
			t.Errorf("%s waits still; want %q, %q", who, text, problem)
		}
	}
}

func TestDeskAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDesk()
		code := asking(t.Context(), d, "MFA code")
		time.Sleep(time.Second)
		phrase := asking(t.Context(), d, "passphrase\x1b[2J")
		same := asking(t.Context(), d, "MFA code")
		q := d.oldest()
		if q == nil || q.Title != "MFA code" || q.Detail != "to assume the role deployer" || q.ID == "" || q.Since.IsZero() {
			t.Fatalf("asked is %+v", q)
		}
		if err := d.Answer(q.ID, tasks.NewSecret("123456")); err != nil {
			t.Fatal(err)
		}
		wantReply(t, "the first", code, "123456", "")
		wantReply(t, "who asked the same", same, "123456", "")
		wantReply(t, "who asked something else", phrase, "", "")
		if err := d.Answer(q.ID, tasks.NewSecret("again")); !errors.As(err, new(tasks.Refusal)) {
			t.Errorf("answered twice: %v", err)
		}
		next := d.oldest()
		if next == nil || next.ID == q.ID || strings.Contains(next.Title, "\x1b") {
			t.Fatalf("asked next is %+v", next)
		}
		if err := d.Answer(next.ID, tasks.NewSecret("")); err != nil {
			t.Fatal(err)
		}
		wantReply(t, "who was declined", phrase, "", tasks.ErrDeclined.Error())
		if d.oldest() != nil {
			t.Error("something is asked still")
		}
	})
}

func TestDeskIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDesk()
		ctx, cancel := context.WithCancel(t.Context())
		var open []<-chan reply
		for n := range mostQuestions {
			open = append(open, asking(ctx, d, fmt.Sprint("question ", n)))
		}
		wantReply(t, "one too many", asking(t.Context(), d, "one more"), "", "one more: 8 questions wait for an answer already")
		same := asking(t.Context(), d, "question 0")
		cancel()
		for n, got := range open {
			wantReply(t, fmt.Sprint("asker ", n), got, "", context.Canceled.Error())
		}
		if q := d.oldest(); q == nil || q.Title != "question 0" { // one of its two askers waits
			t.Fatalf("asked is %+v", q)
		}
		_ = d.Answer(d.oldest().ID, tasks.NewSecret("0"))
		wantReply(t, "the other", same, "0", "")
		long := asking(t.Context(), d, strings.Repeat("x", 10_000))
		if q := d.oldest(); len(q.Title) > mostQuestion+len("…") {
			t.Errorf("a title of %d bytes is shown", len(q.Title))
		}
		d.dismiss(errLeft, true)
		wantReply(t, "who is left", long, "", errLeft.Error())
		wantReply(t, "who comes after", asking(t.Context(), d, "late"), "", errLeft.Error())
	})
}

func TestNobodyCanBeAsked(t *testing.T) {
	var d *Desk
	if _, err := d.Ask(t.Context(), tasks.Question{Title: "MFA code"}); err == nil || err.Error() != "MFA code: nobody can be asked here: there is no cockpit" {
		t.Error(err)
	}
	if err := d.Answer("q1", tasks.NewSecret("x")); !errors.As(err, new(tasks.Refusal)) {
		t.Error(err)
	}
}

// TestAnswersAreNowhere: the question is seen by whoever watches, the answer by its asker alone.
func TestAnswersAreNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const secret = "correct horse 271828"
		desk, early, heard := NewDesk(), context.Background(), make(chan string, 10)
		before := asking(early, desk, "passphrase of the agent") // asked before anything is flown
		w := newToy()
		f := newFlight(t, w)
		f.desk = desk
		f.sensors = []tasks.Sensor{{Name: "cloud", Every: time.Hour, Real: true, Read: func(ctx context.Context, _ map[string]string, _ time.Time) (reading.Update, error) {
			s, err := desk.Ask(ctx, tasks.Question{Title: "MFA code"})
			if err == nil {
				heard <- s.Reveal()
				err = fmt.Errorf("the code %v was refused: %#v", s, s)
			}
			return nil, err
		}}}
		e, stop := f.open(nil)
		s := until(t, e, "the first question", func(s *tasks.Snapshot) bool { return s.Question != nil })
		if s.Question.Title != "passphrase of the agent" {
			t.Errorf("shown first is %+v", s.Question)
		}
		time.Sleep(2 * time.Second) // live.json is written once a second
		if live, err := os.ReadFile(filepath.Join(f.dir, "live.json")); err != nil || !strings.Contains(string(live), "passphrase of the agent") {
			t.Errorf("a follower is not told: %v", err)
		}
		for range 2 {
			s = until(t, e, "a question", func(s *tasks.Snapshot) bool { return s.Question != nil })
			if err := desk.Answer(s.Question.ID, tasks.NewSecret(secret)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		s = until(t, e, "no question", func(s *tasks.Snapshot) bool { return s.Question == nil && len(s.Readings.Failures) == 1 })
		wantReply(t, "who asked before", before, secret, "")
		if got := <-heard; got != secret {
			t.Errorf("the sensor heard %q", got)
		}
		if told := fmt.Sprintf("%v %+v %#v", s.Live, s.State.Events, s.Readings.Failures); strings.Contains(told, secret) {
			t.Error("a snapshot holds the answer")
		}
		left(t, stop)
		wantNowhere(t, f.dir, secret)
	})
}

// wantNowhere looks through all files of a folder for a text.
func wantNowhere(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), text) {
			t.Errorf("%s holds the answer", entry.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAbortAndLeavingEndQuestions: nobody is asked on behalf of what was stopped.
func TestAbortAndLeavingEndQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		desk := NewDesk()
		f := newFlight(t, newToy())
		f.desk = desk
		e, stop := f.open(nil)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}, tasks.Command{Kind: tasks.StartTask, Task: "M1"})
		first := asking(t.Context(), desk, "MFA code")
		must(t, e, tasks.Command{Kind: tasks.AbortRunning})
		wantReply(t, "at the abort", first, "", errAborted.Error())
		second := asking(t.Context(), desk, "MFA code")
		left(t, stop)
		wantReply(t, "at the door", second, "", errLeft.Error())
	})
}

// TestTypingDoesNotCutReadingsShort: twenty seconds are for machines. Whoever is asked has minutes.
func TestTypingDoesNotCutReadingsShort(t *testing.T) {
	for name, row := range map[string]struct {
		typing time.Duration // 0 = nobody is asked, and nothing answers
		within time.Duration // until the reading has come or failed
		fails  bool
	}{
		"typed in time":   {4 * time.Minute, 4*time.Minute + 2*time.Second, false},
		"never typed":     {time.Hour, longestAnswer + sensorTimeout + 2*time.Second, true},
		"nobody is asked": {0, sensorTimeout + 2*time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				desk := NewDesk()
				f := newFlight(t, newToy())
				f.desk = desk
				f.sensors = []tasks.Sensor{{Name: "cloud", Every: 2 * time.Hour, Real: true, Read: func(ctx context.Context, _ map[string]string, _ time.Time) (reading.Update, error) {
					if row.typing == 0 {
						<-ctx.Done()
						return nil, ctx.Err()
					}
					_, err := desk.Ask(ctx, tasks.Question{Title: "MFA code"})
					return func(r *reading.Readings) { r.Identity.Account = "123456789012" }, err
				}}}
				began := time.Now()
				e, stop := f.open(nil)
				if row.typing > 0 {
					s := until(t, e, "the question", func(s *tasks.Snapshot) bool { return s.Question != nil })
					go func() {
						time.Sleep(row.typing)
						_ = desk.Answer(s.Question.ID, tasks.NewSecret("123456"))
					}()
				}
				s := until(t, e, "its end", func(s *tasks.Snapshot) bool {
					return s.Readings.Identity.Account != "" || len(s.Readings.Failures) > 0
				})
				failed := s.Readings.Failures["cloud"]
				if took := time.Since(began); took > row.within || (failed.Says != "") != row.fails {
					t.Errorf("after %s: %+v", took, failed)
				}
				if row.fails && (failed.Kind != reading.Unreachable || failed.Says != "no answer within 20s") {
					t.Errorf("it failed: %+v", failed)
				}
				left(t, stop)
				time.Sleep(row.typing) // whoever types comes to an end
			})
		})
	}
}

// TestLookAgain: everything is read at once over new connections, and a second wish in a breath is the same one.
func TestLookAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlight(t, newToy())
		read := make(chan struct{}, 100)
		f.sensors = []tasks.Sensor{{Name: "cloud", Every: time.Hour, Real: true, Read: func(context.Context, map[string]string, time.Time) (reading.Update, error) {
			read <- struct{}{}
			return nil, nil
		}}}
		e, stop := f.open(nil)
		until(t, e, "the first snapshot", func(*tasks.Snapshot) bool { return true })
		time.Sleep(10 * time.Second)
		events := len(until(t, e, "a snapshot", func(*tasks.Snapshot) bool { return true }).State.Events)
		want := func(when string, reads int, woken int64) {
			t.Helper()
			synctest.Wait()
			if len(read) != reads || f.lid.woke.Load() != woken {
				t.Errorf("%s: read %d times, woken %d times; want %d, %d", when, len(read), f.lid.woke.Load(), reads, woken)
			}
		}
		want("before", 1, 0)
		again := tasks.Command{Kind: tasks.LookAgain}
		for range 3 { // nobody has the conn, and nobody has said who they are
			if err := e.Send(again); err != nil {
				t.Fatal(err)
			}
		}
		want("at once", 2, 1)
		time.Sleep(lookBreath)
		must(t, e, again)
		want("later", 3, 2)
		must(t, e, tasks.Command{Kind: tasks.TakeConn}) // nobody has to wait for what is read again
		if s := until(t, e, "the conn", func(s *tasks.Snapshot) bool { return s.State.Conn.Holder == "AA" }); len(s.State.Events) != events+1 {
			t.Errorf("%d events came of it", len(s.State.Events)-events-1)
		}
		left(t, stop)
		f.still = true
		e, stop = f.open(nil)
		refused(t, e, again, "nothing reads the world here: tminus resume does")
		left(t, stop)
	})
}
