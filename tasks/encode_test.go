package tasks

// encode_test.go: the short way of reading an envelope finds what encoding/json finds, or leaves it alone.

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzCutWire: whatever the short way reads, the long way reads the same.
func FuzzCutWire(f *testing.F) {
	for _, c := range []struct {
		payload string
		short   bool
	}{
		{`{"t":"note","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00.5Z","m":12,"by":"LX","d":{"text":"a"}}`, true},
		{`{"t":"note","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00Z","m":0,"by":"","d":{"text":"\",\"d\":{}"}}`, true},
		{`{"t":"note","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00Z","m":0,"by":"L\u0058","d":{"text":"a"}}`, false},
		{`{"t":"note","w":"2019-02-07 08:00","r":"2019-02-07T08:00:00Z","m":0,"by":"LX","d":{"text":"a"}}`, false},
		{`{"t":"note","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00Z","m":1.5,"by":"LX","d":{"text":"a"}}`, false},
		{`{"w":"2019-02-07T08:00:00Z","t":"note","r":"2019-02-07T08:00:00Z","m":0,"by":"LX","d":{"text":"a"}}`, false},
		{`{"t":"note","w":"2019-02-07T08:00:00Z","r":"2019-02-07T08:00:00Z","m":0,"by":"LX","d":{"text":"a"},"v":2}`, true}, // and then its body is no value
		{`{"t":"note"`, false},
		{``, false},
	} {
		if _, ok := cutWire([]byte(c.payload)); ok != c.short {
			f.Errorf("%s: read the short way %v, want %v", c.payload, ok, c.short)
		}
		f.Add([]byte(c.payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		short, ok := cutWire(payload)
		if !ok || !json.Valid(payload) || !json.Valid(short.Body) { // the journal holds valid objects only
			return
		}
		var long wire
		if err := json.Unmarshal(payload, &long); err != nil {
			t.Fatalf("%s: only the short way reads it: %v", payload, err)
		}
		short.Body = bytes.TrimSpace(short.Body)
		if diff := cmp.Diff(long, short); diff != "" {
			t.Fatalf("%s: %s", payload, diff)
		}
	})
}
