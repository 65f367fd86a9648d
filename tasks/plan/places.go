package plan

// places.go: where the values of a plan that was read stand in its file. Whoever judges
// what a plan means (tminus check) points at the same places as the loader does.

import "go.yaml.in/yaml/v4"

// The kinds of mistakes the loader finds, one for each way to repair them. The ids are
// stable; package check tells of each what it is and why it is refused.
const (
	unreadable    = "P01"
	notYAML       = "P02"
	noZone        = "P03"
	badValue      = "P04"
	unknownKey    = "P05"
	twiceGiven    = "P06"
	badTime       = "P07"
	missing       = "P08"
	inHead        = "P09"
	inContacts    = "P10"
	inEnvironment = "P11"
	inRisks       = "P12"
	inTasks       = "P13"
	inSmoke       = "P14"
	inRollback    = "P15"
	badName       = "P16"
	inCircle      = "P17"
	inWaivers     = "P18"
)

// Reading is what came of reading a plan file.
type Reading struct {
	// Plan is the plan. With Errors it is what could be read of it: a part of it may be
	// missing, name nobody, or wait for itself. Nobody flies such a plan.
	Plan   *Plan
	Places *Places
	Errors *Errors // nil = the plan is whole
}

// Places knows where the values of one Plan stand. A value is named by its address:
// &p.Tasks[3].End, &p.Tasks[3].After[0], &p.Tasks[3] for a whole row.
type Places struct {
	at      map[any]*yaml.Node
	spoiled map[any]bool
	source  source
}

// Sound reports whether a value was written, and fits its type: only then a rule may judge it.
func (p *Places) Sound(value any) bool { return p.at[value] != nil && !p.spoiled[value] }

// Find returns a finding without words at the first of the values that the file holds; at
// the beginning of the file when it holds none of them.
func (p *Places) Find(values ...any) Finding {
	f := Finding{Line: 1, Col: 1}
	for _, value := range values {
		if n := p.at[value]; n != nil {
			f.Line, f.Col = n.Line, n.Column
			break
		}
	}
	return p.source.quote(f)
}
