package contract

// contract_test.go: plays every scenario everywhere, and writes docs/contract.md.

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// areas are all scenarios, in the order of the document.
func areas() []area {
	return []area{
		{"Launch", launches()}, {"Image and instance type", images()}, {"Course of an instance", courses()}, {"Status, console, monitoring", statuses()},
		{"Metadata service", metadata()}, {"Volumes", volumes()}, {"Tags", tags()}, {"Lists, filters, pages", lists()}, {"Key pairs", keys()},
		{"Security groups", groups()}, {"Elastic IP", addresses()}, {"Network", networks()}, {"Quotas", quotas()}, {"Metrics", metrics()},
		{"Alarms", alarms()}, {"Callers", callers()}, {"On the wire", wires()}, {"Dry runs", dryRuns()}, {"Late reads", lates()},
	}
}

func every() (all []scenario) {
	for _, a := range areas() {
		all = append(all, a.all...)
	}
	return all
}

// TestContract plays all scenarios on the pretend account and on moto.
func TestContract(t *testing.T) {
	all := every()
	names := map[string]bool{}
	for _, s := range all {
		if names[s.name] || s.says == "" || s.source == "" || (s.moto.why == "") != (s.moto.shows == "") {
			t.Errorf("%q: it is there twice, or does not say what AWS documents and where, or what moto lacks and how that shows", s.name)
		}
		names[s.name] = true
	}
	if len(all) < 60 {
		t.Fatalf("only %d scenarios", len(all))
	}
	var kept, played, lacked atomic.Int32
	t.Run("pretend", func(t *testing.T) {
		for _, s := range all {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				if err := s.play(pretend(t, s, false)); err != nil {
					t.Fatalf("AWS says: %s (%s)\nthe pretend account: %v", s.says, s.source, err)
				}
				kept.Add(1)
			})
		}
	})
	t.Run("pretend in JSON", func(t *testing.T) {
		for _, s := range append(metrics(), alarms()...) {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				if err := s.play(pretend(t, s, true)); err != nil {
					t.Error(err)
				}
			})
		}
	})
	t.Run("moto", func(t *testing.T) {
		url := moto(t)
		t.Run("all", func(t *testing.T) { // ends before the server does
			for n, s := range all {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					if s.onMoto(t, lent(t, url, n)) {
						played.Add(1)
					} else {
						lacked.Add(1)
					}
				})
			}
		})
	})
	t.Logf("figure: contract %d scenarios, pretend %d passed, moto %d passed, %d exceptions", len(all), kept.Load(), played.Load(), lacked.Load())
}

// onMoto plays a scenario on moto and reports whether moto can. An exception must be one, and in the way that is listed.
func (s scenario) onMoto(t *testing.T, p *place) bool {
	err := s.play(p)
	switch {
	case s.moto.why == "" && err != nil:
		t.Errorf("AWS says: %s (%s)\nmoto: %v", s.says, s.source, err)
	case s.moto.why == "":
		return true
	case err == nil:
		t.Errorf("moto has learnt this: take it off the exceptions (%s)", s.moto.why)
	case !strings.Contains(err.Error(), s.moto.shows):
		t.Errorf("moto: %s; that should show as %q and not as: %v", s.moto.why, s.moto.shows, err)
	}
	return false
}

const docs = "../../../docs/contract.md"

// TestDocumentedContract keeps docs/contract.md equal to the scenarios; TMINUS_WRITE_DOCS=1 writes it.
func TestDocumentedContract(t *testing.T) {
	want := document()
	if os.Getenv("TMINUS_WRITE_DOCS") != "" {
		if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("docs/contract.md is not what the scenarios say: TMINUS_WRITE_DOCS=1 go test ./rehearsal/cloud/contract -run TestDocumentedContract")
	}
}

func document() string {
	all, exceptions := every(), 0
	for _, s := range all {
		if s.moto.why != "" {
			exceptions++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The pretend AWS and its contract\n\n"+
		"Made from the scenarios in `rehearsal/cloud/contract` by `TMINUS_WRITE_DOCS=1 go test ./rehearsal/cloud/contract -run TestDocumentedContract`.\n"+
		"`go test ./rehearsal/cloud/contract -v` plays them with the Go SDK's clients on the pretend account (CloudWatch in CBOR and again in AWS JSON)\n"+
		"and, where it is installed, on moto_server 5.2.1 (CloudWatch in AWS JSON: it speaks no CBOR).\n\n"+
		"%d scenarios. The pretend account keeps every one. moto keeps %d; the other %d are the exceptions: what AWS documents is in the second column,\n"+
		"what moto does instead in the last. An exception is played on moto all the same and has to fail in the way that is listed.\n\n"+
		"The exceptions of the last area are moto's by nature: it has no knob for reads that are late.\n\n"+
		"What AWS says is told in our words; the source is the page of AWS's documentation, of the API reference where it is an operation's name.\n",
		len(all), len(all)-exceptions, exceptions)
	for _, a := range areas() {
		fmt.Fprintf(&b, "\n## %s\n\n| scenario | AWS says | source | pretend | moto |\n|---|---|---|---|---|\n", a.name)
		for _, s := range a.all {
			onMoto := "✓"
			if s.moto.why != "" {
				onMoto = s.moto.why
			}
			fmt.Fprintf(&b, "| %s | %s | %s | ✓ | %s |\n", s.name, s.says, s.source, onMoto)
		}
	}
	return b.String()
}
