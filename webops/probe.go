package webops

// probe.go: the steady light look at the application: the tests' own engine, one request
// every few seconds, from the address on to the end of the day. An answer counts when it
// comes in time and names the planned build and the instance of this run.

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
	"tminus/tasks/safe"
	"tminus/webops/hurl"
)

// The probe of a plan that says nothing of it.
const (
	probePath   = "/healthz"
	probeEvery  = 5 * time.Second
	probeWithin = 2 * time.Second
)

// Sensors are what is read of the application again and again.
func (c *Client) Sensors(p *plan.Plan) []tasks.Sensor {
	probe := p.Environment.Application.Probe
	return []tasks.Sensor{{
		Name: "probe", Every: cmp.Or(probe.Every.Duration, probeEvery), Real: true,
		Read: func(ctx context.Context, facts map[string]string, _ time.Time) (reading.Update, error) {
			return c.beat(ctx, tasks.Call{Plan: p, Facts: facts, Now: time.Now})
		},
	}}
}

// beat makes one request. That the application does not answer is what the probe is for, and no
// failure of the sensor.
func (c *Client) beat(ctx context.Context, call tasks.Call) (reading.Update, error) {
	t, found := c.find(call, tasks.FactElasticIP, tasks.FactPublicIP)
	if !found || call.Facts[tasks.FactInstance] == "" {
		return func(r *reading.Readings) { r.Probe = reading.Probe{} }, nil
	}
	probe := call.Plan.Environment.Application.Probe
	path, within := cmp.Or(probe.Path, probePath), cmp.Or(probe.Within.Duration, probeWithin)
	x := c.exchanges(c.fence(call, t))
	defer x.leave()
	runner := x.runner(call, nil, nil, true)
	runner.Limit = min(within+time.Second, limit) // late is late: nobody needs to know how late
	f := &hurl.File{Name: "the probe", Entries: []*hurl.Entry{identity(call, path)}}
	began := time.Now()
	results, err := runner.Run(ctx, f, hurl.NewSession(map[string]hurl.Value{"base": t.url()}, nil))
	if err != nil {
		return nil, err
	}
	b := beatOf(results[0].Tries[0], within)
	b.At = began
	url, every := t.url()+path, cmp.Or(probe.Every.Duration, probeEvery)
	return func(r *reading.Readings) { r.Probe = r.Probe.With(url, every, within, b) }, nil
}

func beatOf(t hurl.Try, within time.Duration) reading.Beat {
	b := reading.Beat{Took: t.Took, Says: wrong(t)}
	if n := len(t.Calls); n > 0 {
		b.Status, b.Took = t.Calls[n-1].Status, t.Calls[n-1].Took
		b.Build, b.Instance = claims(t.Calls[n-1].Body)
		if b.Status != http.StatusOK {
			b.Build, b.Instance = "", ""
		}
	}
	if b.Says == "" && b.Took > within {
		b.Says = "it took " + short(b.Took) + ", more than " + within.String()
	}
	b.OK = b.Says == ""
	return b
}

// claims are the build and the instance that a health page in JSON names.
func claims(body string) (build, instance string) {
	var page struct {
		Build    string `json:"build"`
		Instance string `json:"instance"`
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		return "", "" // another kind of page; whether it names them was matched
	}
	return safe.Line(page.Build), safe.Line(page.Instance)
}
