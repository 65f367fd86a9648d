package document

// setting.go: the rows of the configuration table as the environment of a plan.

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tminus/tasks/letters"
)

var (
	size       = regexp.MustCompile(`(?i)^(\d+)\s*Gi?B$`)
	pair       = regexp.MustCompile(`^(\d+)\s*/\s*(\d+)$`)
	decimal    = regexp.MustCompile(`^\d+(\.\d+)?$`)
	whole      = regexp.MustCompile(`^[1-9]\d{0,5}$`)
	volumeType = regexp.MustCompile(`\(((?:gp|io|st|sc)\d|standard)\)`)
	machine    = regexp.MustCompile(`(?i)^(?:aws\s+|ec2\s+)*([a-z]\w*\.\w+)$`)
	software   = regexp.MustCompile(`(?i)^(nginx|django|python)\s+v?(\S+)$`)
	mangled    = regexp.MustCompile(`^<(\w+)((?:\s+\w+="")+)\s*/?>`)
	attrName   = regexp.MustCompile(`(\w+)=""`)
)

// settingOf is the place in a plan that a row of the configuration names; "" = none.
func settingOf(name string) string {
	name = words(name)
	for _, known := range [][2]string{
		{"deployment environment", "instance.platform"}, {"platform", "instance.platform"}, {"instance type", "instance.type"}, {"vcpu", "instance.vcpu"},
		{"memory gib", "instance.memory_gib"}, {"memory", "instance.memory_gib"}, {"instance storage", "instance.instance_storage"},
		{"network", "instance.vpc"}, {"vpc", "instance.vpc"}, {"subnet", "instance.subnet"}, {"ami", "instance.ami"}, {"ami id", "instance.ami"},
		{"storage size", "instance.volume.size_gb"}, {"volume size", "instance.volume.size_gb"}, {"volume type", "instance.volume.type"},
		{"iops input output operations per second", "instance.volume.iops"}, {"iops", "instance.volume.iops"}, {"encrypted", "instance.volume.encrypted"},
		{"ssh user", "instance.ssh_user"}, {"operating system", "guest.os"}, {"os", "guest.os"}, {"web server", "guest.nginx"}, {"web framework", "guest.django"},
		{"language", "guest.python"}, {"nginx", "guest.nginx"}, {"django", "guest.django"}, {"python", "guest.python"}, {"pip", "guest.pip"},
		{"region", "region"}, {"aws region", "region"}, {"account", "account"}, {"aws account", "account"}, {"account alias", "alias"},
	} {
		if name == known[0] || len(known[0]) > 8 && letters.Distance(name, known[0]) == 1 {
			return known[1]
		}
	}
	return ""
}

// settings reads the configuration. What fits no place, or does not have its form, is a note.
func (w *drafting) settings() {
	w.Figures.SettingRows, w.Figures.Tools = len(w.parts.settings), len(w.parts.monitoring)
	for _, s := range w.parts.settings {
		if w.mangledCell(s) || w.setting(settingOf(s.name), s) {
			continue
		}
		w.note("%s: %s", s.name, s.value.Text)
	}
	for _, c := range w.parts.monitoring {
		w.Monitoring = append(w.Monitoring, text(letters.OneLine(c.Text)))
	}
}

// setting gives one row its place; false when the value has not the form it needs there.
func (w *drafting) setting(key string, s fact) bool {
	value := letters.OneLine(s.value.Text)
	f := text(value)
	switch key {
	case "":
		return false
	case "instance.type":
		m := machine.FindStringSubmatch(value)
		if m == nil {
			return false
		}
		f.Value = strings.ToLower(m[1])
	case "instance.vcpu":
		if f.Bare = whole.MatchString(value); !f.Bare {
			return false
		}
	case "instance.memory_gib":
		if f.Bare = decimal.MatchString(value); !f.Bare {
			return false
		}
	case "instance.volume.size_gb":
		m := size.FindStringSubmatch(value)
		if m == nil || !whole.MatchString(m[1]) {
			return false
		}
		f = Field{Value: m[1], Bare: true}
		w.Settings[key] = f
		return true
	case "instance.volume.type":
		if m := volumeType.FindStringSubmatch(value); m != nil {
			f.Value = m[1]
		}
	case "instance.volume.iops":
		return w.iops(s.name, value)
	case "instance.volume.encrypted":
		answer := strings.ToLower(value)
		if answer != "yes" && answer != "no" && answer != "true" && answer != "false" {
			return false
		}
		w.Settings[key] = Field{Value: strconv.FormatBool(answer == "yes" || answer == "true"), Bare: true}
		return true
	case "guest.nginx", "guest.django", "guest.python":
		if m := software.FindStringSubmatch(value); m != nil {
			key, f.Value = "guest."+strings.ToLower(m[1]), m[2]
		} else if !strings.HasPrefix(key, "guest."+words(s.name)) {
			return false // another web server, framework or language
		}
		w.Settings[key] = f
		return true
	}
	if f.Value != value {
		f.Was = value
	}
	if _, twice := w.Settings[key]; twice {
		return false
	}
	w.Settings[key] = f
	return true
}

// iops reads "100/3000" as baseline and burst.
func (w *drafting) iops(name, value string) bool {
	m := pair.FindStringSubmatch(value)
	if m == nil {
		m = []string{"", value, ""}
	}
	if !whole.MatchString(m[1]) || m[2] != "" && !whole.MatchString(m[2]) {
		return false
	}
	w.Settings["instance.volume.iops_baseline"] = Field{Value: m[1], Bare: true}
	if m[2] != "" {
		w.Settings["instance.volume.iops_burst"] = Field{Value: m[2], Bare: true}
		w.note("%s: %s, read as baseline and burst.", name, value)
	}
	return true
}

// mangledCell finds a cell that a web page took for HTML: "<to be set during deployment>"
// came back as a tag with empty attributes, sorted by their names.
func (w *drafting) mangledCell(s fact) bool {
	m := mangled.FindStringSubmatch(s.value.Text)
	if m == nil {
		return false
	}
	meant := m[1]
	for _, a := range attrName.FindAllStringSubmatch(m[2], -1) {
		meant += " " + a[1]
	}
	if meant == "to be deployment during set" {
		meant = "to be set during deployment" // what the sorting undid
	}
	p := w.propose(Proposal{ID: strings.ReplaceAll(words(s.name), " ", "_"), Rule: "L45", Severity: Error, Place: s.value.Place, From: s.value.Text, To: "<" + meant + ">",
		What: fmt.Sprintf("%s is a placeholder that came through a web page as HTML", s.name), Reason: "its words became a tag and attributes in the order of the alphabet"})
	w.Notes = append(w.Notes, Remark{s.name, Field{Value: s.value.Text, Ask: p}})
	return true
}
