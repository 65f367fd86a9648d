package cli

// amend_test.go: what a preview of an amendment promises.

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/run"
)

// TestAPreviewPromisesNothingThatIsRefused: --yes writes nothing while somebody else has the conn.
func TestAPreviewPromisesNothingThatIsRefused(t *testing.T) {
	s := fold(t, four, conn) // the rehearsal's people have it
	w := amending{seat: seat{as: "BB"}}
	if got := w.hint(s); !strings.Contains(got, "--yes would be refused: rehearsal has the conn") || !strings.Contains(got, "--take") {
		t.Error(got)
	}
	if w.seat.take = true; w.hint(s) != "nothing was written: --yes writes it" {
		t.Error(w.hint(s))
	}
	if w.seat.take = false; w.hint(fold(t, four)) != "nothing was written: --yes writes it" {
		t.Error(w.hint(fold(t, four)))
	}
}

// TestNewTestsAloneAreAnAmendment: the plan says what it said, and the files that it names say something else.
func TestNewTestsAloneAreAnAmendment(t *testing.T) {
	root := t.TempDir()
	old, next := run.Suite{"smoke/a.hurl": []byte("GET http://a/\n")}, run.Suite{"smoke/a.hurl": []byte("GET http://b/\n")}
	p, err := plan.Load("plan.yaml", []byte(toyPlan))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := run.Create(root, p.Change, []byte(toyPlan), old, func(id string) tasks.Event {
		return tasks.Event{Wall: four, Run: four, By: tasks.ActorEngine, Body: tasks.RunOpened{Run: id, Change: p.Change, Plan: p.Hash, Mode: tasks.RehearsalRun, Suite: old.Digest()}}
	})
	if err != nil {
		t.Fatal(err)
	}
	amend := func(suite run.Suite, args ...string) (exit int, out, complaints string) {
		program := Program{
			Amendment: func(string, string) (*tasks.Amendment, error) {
				return &tasks.Amendment{Source: []byte(toyPlan), Plan: p, Suite: suite, Digest: suite.Digest()}, nil
			},
			Resume: func(ctx context.Context, f Flight, pilot Pilot) error {
				r, err := run.Load(f.Run)
				if err != nil {
					return err
				}
				first := tasks.NewSnapshot(r.Plan, tasks.Fold(r.Plan, r.Events), tasks.Live{Now: four, Wall: four, Speed: 1, Seq: uint64(len(r.Events))})
				return pilot(ctx, Session{Dir: f.Run, First: first, Send: func(c tasks.Command) error {
					if c.Kind == tasks.AmendPlan {
						out += "written: " + c.Amend.Digest
					}
					return nil
				}})
			},
		}
		var stdout, stderr bytes.Buffer
		exit = Execute(t.Context(), program, append([]string{"amend", filepath.Base(dir), "plan.yaml", "--as", "LX", "--reason", "r", "--runs", root}, args...),
			Stdio{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
		return exit, stdout.String() + out, stderr.String()
	}
	if exit, out, says := amend(next); exit != OK || out != "the smoke tests' files changed\n" || !strings.Contains(says, "--yes writes it") {
		t.Errorf("exit %d, %q, %q", exit, out, says)
	}
	if exit, out, says := amend(next, "--yes"); exit != OK || !strings.Contains(out, "written: "+next.Digest()) {
		t.Errorf("exit %d, %q, %q", exit, out, says)
	}
	if exit, out, _ := amend(old, "--yes"); exit != OK || !strings.Contains(out, "nothing to change") || strings.Contains(out, "written") {
		t.Errorf("the same files: exit %d, %q", exit, out)
	}
	if exit, out, _ := amend(nil); exit != OK || out != "the smoke tests' files changed\n" {
		t.Errorf("no files any more: exit %d, %q", exit, out)
	}
}
