package tasks_test

// secret_test.go: no way of printing shows an answer, wherever it stands.

import (
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"tminus/tasks"
)

func TestSecretIsPrintedNowhere(t *testing.T) {
	const text = "hunter2"
	s := tasks.NewSecret(text)
	type hidden struct { // fmt asks no method of what stands in an unexported field
		n int
		s tasks.Secret
	}
	type shown struct{ S tasks.Secret }
	var told strings.Builder
	for _, v := range []any{s, &s, hidden{1, s}, &hidden{1, s}, shown{s}, []tasks.Secret{s}, map[string]hidden{"k": {1, s}}, fmt.Errorf("refused: %w", fmt.Errorf("%v", s))} {
		for _, verb := range "vdsqxXotTpeUcb" {
			fmt.Fprintf(&told, "%"+string(verb)+" %+"+string(verb)+" %#"+string(verb)+"\n", v, v, v)
		}
		if data, err := json.Marshal(v); err == nil {
			told.Write(data)
		}
		if data, err := xml.Marshal(v); err == nil {
			told.Write(data)
		}
		if data, err := yaml.Marshal(v); err == nil {
			told.Write(data)
		}
		_ = gob.NewEncoder(&told).Encode(v)
		log.New(&told, "", 0).Println(v)
		slog.New(slog.NewTextHandler(&told, nil)).Info("told", "v", v)
		slog.New(slog.NewJSONHandler(&told, nil)).Info("told", "v", v)
		fmt.Fprint(io.Discard, v)
	}
	for _, form := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), fmt.Sprintf("% x", text)} {
		if strings.Contains(told.String(), form) {
			t.Errorf("the answer is told as %s", form)
			for line := range strings.Lines(told.String()) {
				if strings.Contains(line, form) {
					t.Log(line)
				}
			}
		}
	}
	if s.Reveal() != text || (tasks.Secret{}).Reveal() != "" {
		t.Error("whom it is meant for does not get it")
	}
}
