package document

// write.go: the draft as a plan file: in the order of the plan's keys, with what was
// decided, and what was not, in comments beside the values.

import (
	"path/filepath"
	"strings"
)

// Modeline names the schema by which an editor completes and checks a plan; tminus check
// --schema prints it.
const Modeline = "# yaml-language-server: $schema=plan.schema.json"

// YAML writes the plan. The same document and the same decisions give the same bytes.
func (d *Draft) YAML() []byte {
	w := &writing{}
	w.line(0, Modeline)
	w.line(0, "# Imported from "+comment(filepath.Base(d.Source))+" by tminus import. A comment that starts with")
	w.line(0, "#   was:     says what the document has, where this file has something else;")
	w.line(0, "#   lacking: says what the document does not say;")
	w.line(0, "#   open:    says what somebody still has to decide: tminus check finds each.")
	w.gap()
	w.key(0, "release", d.Release)
	w.key(0, "change", d.Change)
	w.key(0, "timezone", d.Timezone)
	w.gap()
	w.line(0, "window:")
	w.key(1, "start", d.Window.Start)
	w.key(1, "end", d.Window.End)
	w.owners(d)
	w.contacts(d)
	w.environment(d)
	w.risks(d)
	w.tasks(d)
	w.notes(d)
	return []byte(w.b.String())
}

func (w *writing) owners(d *Draft) {
	if d.Owners.Business.absent() && d.Owners.Deployment.absent() {
		return
	}
	w.gap()
	w.line(0, "owners:")
	w.some(1, "business", d.Owners.Business)
	w.some(1, "deployment", d.Owners.Deployment)
}

func (w *writing) contacts(d *Draft) {
	if len(d.Contacts) == 0 {
		return
	}
	w.gap()
	w.line(0, "contacts:")
	for _, c := range d.Contacts {
		if c.Open && c.ID.Ask.Open() { // nobody said yet that there is such a person
			_, about := c.ID.settled()
			w.comment(1, about)
			continue
		}
		w.item = true
		w.key(2, "id", c.ID)
		for _, f := range []struct {
			key   string
			value Field
		}{{"name", c.Name}, {"phone", c.Phone}, {"email", c.Email}, {"manager", c.Manager}, {"deputy", c.Deputy}, {"team", c.Team}, {"role", c.Role}} {
			w.some(2, f.key, f.value)
		}
		if c.Lead {
			w.line(2, "lead: true")
		}
		if c.Open {
			w.line(2, "open: true")
		}
	}
}

// environment writes the settings, section by section.
func (w *writing) environment(d *Draft) {
	if len(d.Settings) == 0 && d.Build.absent() && len(d.Monitoring) == 0 {
		return
	}
	w.gap()
	w.line(0, "environment:")
	w.settings(d, 1, "", "account", "alias", "region")
	w.settings(d, 1, "instance", "platform", "type", "vcpu", "memory_gib", "instance_storage", "ami", "vpc", "subnet", "ssh_user")
	if !w.opened && settled(d, "instance.volume.") {
		w.line(1, "instance:")
	}
	w.settings(d, 2, "volume", "size_gb", "type", "iops_baseline", "iops_burst", "encrypted")
	if !d.Build.absent() {
		w.line(1, "application:")
		w.key(2, "build", d.Build)
	}
	w.settings(d, 1, "guest", "os", "nginx", "django", "python", "pip")
	if len(d.Monitoring) > 0 {
		w.line(1, "monitoring:")
		for _, m := range d.Monitoring {
			w.entry(2, m.Value)
		}
	}
}

// settings writes the settings of one section, if the document has any, under its heading.
func (w *writing) settings(d *Draft, depth int, section string, keys ...string) {
	prefix := section + "."
	switch section {
	case "":
		prefix = ""
	case "volume":
		prefix = "instance.volume."
	}
	w.opened = false
	for _, k := range keys {
		f, ok := d.Settings[prefix+k]
		if !ok {
			continue
		}
		if !w.opened && section != "" {
			w.line(depth, section+":")
			depth++
		}
		w.opened = true
		w.key(depth, k, f)
	}
}

func settled(d *Draft, prefix string) bool {
	for key := range d.Settings {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

func (w *writing) risks(d *Draft) {
	if len(d.Risks) == 0 {
		return
	}
	w.gap()
	w.line(0, "risks:")
	for _, r := range d.Risks {
		if r.merged() {
			continue
		}
		priority := r.Priority
		for _, top := range d.Risks {
			if top.merged() && top.twin == r.ID.Value {
				priority = top.Priority
			}
		}
		w.item = true
		w.key(2, "id", r.ID)
		if r.same != nil && r.same.Open() {
			w.comment(2, "open: "+open(r.same))
		}
		w.some(2, "category", r.Category)
		w.key(2, "description", r.Description)
		w.some(2, "likelihood", r.Likelihood)
		w.some(2, "impact", r.Impact)
		w.some(2, "priority", priority)
		if len(r.Treatments) > 0 {
			w.line(2, "treatments:")
		}
		for _, t := range r.Treatments {
			w.item = true
			w.key(4, "kind", t.Kind)
			w.some(4, "text", t.Text)
		}
		w.some(2, "owner", r.Owner)
	}
}

// merged reports a risk that was agreed to be another one.
func (r *Risk) merged() bool { return r.same != nil && r.same.decided }

func (w *writing) tasks(d *Draft) {
	w.gap()
	w.line(0, "tasks:")
	for i, t := range d.Tasks {
		if i > 0 {
			w.gap()
		}
		w.item = true
		w.key(2, "id", t.ID)
		w.key(2, "title", t.Title)
		w.key(2, "start", t.Start)
		w.key(2, "end", t.End)
		w.flow(2, "teams", t.Teams)
		w.key(2, "in_charge", t.InCharge)
		w.list(2, "preparation", t.Preparation)
		w.list(2, "post_check", t.PostCheck)
		w.flow(2, "after", t.After)
		w.key(2, "status", t.Status)
		var signs []Field
		ids, about := t.SignOff.settled()
		for _, id := range parts(ids, ",") {
			signs = append(signs, text(id))
		}
		if about != "" {
			w.comment(2, about)
		}
		w.flow(2, "signoff", signs)
	}
}

func (w *writing) notes(d *Draft) {
	var all []string
	for _, n := range d.Notes {
		value, about := n.Text.settled()
		if n.Name != "" {
			value = n.Name + ": " + value
		}
		if n.Text.Ask != nil && about != "" {
			value += " (" + about + ")"
		}
		all = append(all, value)
	}
	for _, r := range d.Risks {
		if r.merged() {
			all = append(all, "Top risks, "+r.Priority.Value+" ("+r.twin+"): "+r.words)
		}
	}
	if len(all) == 0 {
		return
	}
	w.gap()
	w.line(0, "# What the document says and no field above holds.")
	w.list(0, "notes", all)
}
