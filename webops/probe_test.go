package webops

// probe_test.go: the steady light look, and what counts as well.

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

func TestProbe(t *testing.T) {
	ours := `{"build":"1.0.0","instance":"` + instance + `"}`
	health := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		ok     bool
		says   string
		build  string
	}{
		{"well", health(200, ours), true, "", "1.0.0"},
		{"another build", health(200, strings.Replace(ours, "1.0.0", "0.9.9", 1)), false, "build: expected 1.0.0", "0.9.9"},
		{"another instance", health(200, strings.Replace(ours, instance, "i-0b", 1)), false, "instance: expected " + instance, "1.0.0"},
		{"broken", health(503, ours), false, "got 503 Service Unavailable", ""},
		{"a page that names both", health(200, "<p>build 1.0.0 on "+instance+"</p>"), true, "", ""},
		{"late", func(w http.ResponseWriter, _ *http.Request) { time.Sleep(60 * time.Millisecond); fmt.Fprint(w, ours) }, false, "more than 50ms", "1.0.0"},
		{"stuck", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, "timed out", ""},
		{"hostile", health(200, "\x1b]0;owned\x07"), false, "another machine may answer", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked atomic.Int32
			c := call()
			app := &c.Plan.Environment.Application
			app.Probe = plan.Probe{Path: "/healthz", Every: plan.Duration{Duration: 7 * time.Second}, Within: plan.Duration{Duration: 2 * time.Second}}
			if strings.Contains(tt.says, "50ms") || tt.name == "stuck" {
				app.Probe.Within.Duration = 50 * time.Millisecond
			}
			client := New(server(t, func(w http.ResponseWriter, r *http.Request) { asked.Add(1); tt.answer(w, r) }))
			sensor := client.Sensors(c.Plan)[0]
			if sensor.Name != "probe" || sensor.Every != 7*time.Second || !sensor.Real {
				t.Errorf("the sensor is %+v", sensor)
			}
			var r reading.Readings
			for range 2 {
				update, err := sensor.Read(t.Context(), c.Facts, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				update(&r)
			}
			b, _ := r.Probe.Newest()
			if b.OK != tt.ok || !strings.Contains(b.Says, tt.says) || b.Build != tt.build || len(r.Probe.Beats) != 2 || asked.Load() != 2 {
				t.Errorf("%+v after %d requests", b, asked.Load())
			}
			if strings.ContainsAny(fmt.Sprint(r.Probe), "\x1b\x07") {
				t.Errorf("controls came through: %q", b.Says)
			}
			if r.Probe.URL != "http://"+elastic+"/healthz" || r.Probe.Every != 7*time.Second {
				t.Errorf("the probe of %s, every %s", r.Probe.URL, r.Probe.Every)
			}
		})
	}
}

// Before there is an instance with an address nothing is asked, and what was read is forgotten once it is gone.
func TestProbeWithoutAnAddress(t *testing.T) {
	c := call()
	sensor := New(Options{Dial: nowhere}).Sensors(c.Plan)[0]
	if sensor.Every != probeEvery {
		t.Errorf("every %s", sensor.Every)
	}
	r := reading.Readings{Probe: reading.Probe{URL: "x", Beats: make([]reading.Beat, 3)}}
	for _, facts := range []map[string]string{nil, {tasks.FactElasticIP: elastic}, {tasks.FactInstance: instance}} {
		update, err := sensor.Read(t.Context(), facts, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		update(&r)
		if len(r.Probe.Beats) != 0 {
			t.Errorf("%v: %d beats", facts, len(r.Probe.Beats))
		}
	}
}
