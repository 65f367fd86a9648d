package tasks

// results.go: what a task's steps found, as one digest: a sign-off names it, so that nobody can say later that
// something else was signed.

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Results is the SHA-256, in hexadecimal, of what the task's steps found: each step's verdict and rows. "" for a task
// without steps, whose work a person attests.
func (s *State) Results(task string) string {
	t := s.Tasks[task]
	if t == nil || len(t.Steps) == 0 {
		return ""
	}
	type found struct {
		Step    string     `json:"step"`
		Status  StepStatus `json:"status"`
		Verdict Verdict    `json:"verdict"`
		Says    string     `json:"says,omitempty"`
		Rows    []Row      `json:"rows,omitempty"`
	}
	all := make([]found, len(t.Steps))
	for i, st := range t.Steps {
		all[i] = found{st.ID, st.Status, st.Verdict, st.Says, st.Rows}
	}
	data, err := json.Marshal(all)
	if err != nil {
		return "" // a row holds nothing that has no JSON
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Signed reports a sign-off given for what the task's steps find now, and not for something older.
func (s *State) Signed(task string, so SignOff) bool {
	return so.Results == "" || so.Results == s.Results(task)
}
