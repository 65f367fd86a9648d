package plan_test

// schema_test.go: the JSON Schema is made here, from the types, their yaml tags and
// comments, and held against plans: what loads is valid, what is broken is not. Written
// anew by: go test ./tasks/plan -run TestSchemaIsOfTheTypes -update

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"tminus/examples"
	"tminus/tasks/letters"
	"tminus/tasks/plan"
)

const (
	schemaDoc  = "../../docs/plan.schema.json"
	schemaText = "schema_text.go"
	idPattern  = "^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$"
)

// keyword is what the loader wants of a value, beyond its type: value.go in other words.
func keywords() map[string]map[string]any {
	oneOf := func(words ...string) map[string]any { return map[string]any{"enum": words} }
	like := func(pattern string) map[string]any { return map[string]any{"pattern": pattern} }
	from := func(low, high int) map[string]any { return map[string]any{"minimum": low, "maximum": high} }
	awsID := func(prefix string) map[string]any {
		return like("^$|^" + prefix + "-([0-9a-f]{8}|[0-9a-f]{17})$")
	}
	also := func(more map[string]any) map[string]any { // what a task has to be beside a task
		return map[string]any{"allOf": []any{map[string]any{"$ref": "#/definitions/Task"}, more}}
	}
	return map[string]map[string]any{
		"Plan.change": like("^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"), "Contact.id": like(idPattern), "Task.id": like(idPattern), "Risk.id": like(idPattern),
		"Environment.account": like("^$|^[0-9]{12}$"), "Environment.region": like("^$|^[a-z]+(-[a-z]+)+-[1-9]$"),
		"Instance.ami": awsID("ami"), "Instance.vpc": awsID("vpc"), "Instance.subnet": awsID("subnet"),
		"Instance.vcpu": from(1, 1024), "Volume.size_gb": from(1, 65536), "Port.port": from(1, 65535), "Application.port": from(1, 65535),
		"Risk.likelihood": oneOf("low", "medium", "high"), "Risk.impact": oneOf("low", "medium", "high", "critical"), "Risk.priority": from(0, 100),
		"Treatment.kind": oneOf("mitigate", "transfer", "accept", "avoid", "recover"),
		"Task.status":    oneOf("not started", "completed"), "Task.action": like("^$|^[a-z0-9][a-z0-9_-]*(\\.[a-z0-9][a-z0-9_-]*)*$"),
		"Stage.name": oneOf(plan.StageReadOnly, plan.StageFunctional, plan.StageFull), "Check.method": oneOf("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
		"Check.status": from(100, 599), "Check.path": like("^/"), "Check.get": like("^/"), "Check.head": like("^/"), "Check.post": like("^/"), "Check.put": like("^/"), "Check.patch": like("^/"), "Check.delete": like("^/"),
		"Testing.parallel": from(1, 32), "Probe.path": like("^$|^/"),
		"Rollback.instance": oneOf("terminate", "stop", "keep"), "Rollback.address": oneOf("release", "keep"),
		"Rollback.security_group": oneOf("delete", "keep"), "Rollback.key_pair": oneOf("delete", "keep"),
		"Waiver.rule":       like("^L[0-9]{2,3}$"),
		"Instance.ssh_port": from(1, 65535), "Instance.key_pair": like("^$|^[A-Za-z0-9][A-Za-z0-9._@-]{0,254}$"),
		"Environment.ami_owner":   like("^$|^[0-9]{12}$"),
		"Environment.alarm_topic": like("^$|^arn:aws[a-z-]*:sns:[a-z]+(-[a-z]+)+-[1-9]:[0-9]{12}:[A-Za-z0-9][A-Za-z0-9_-]{0,255}$"),
		"Plan.tasks":              {"items": also(map[string]any{"required": []string{"start", "end"}})},
		"Plan.on_demand": {"items": also(map[string]any{"properties": map[string]any{
			"start": false, "end": false, "earliest": false, "gate": false, "poll": false, "quorum": false, "deadline": false}})},
	}
}

func mandatory() map[string][]string {
	return map[string][]string{
		"Plan": {"release", "change", "timezone", "window", "tasks"}, "Window": {"start", "end"}, "Contact": {"id"}, "Port": {"port", "from"},
		"Risk": {"id", "description"}, "Treatment": {"kind"}, "Task": {"id", "title", "in_charge"},
		"Stage": {"name"}, "Waiver": {"rule", "by", "reason"},
	}
}

// made is the schema being made.
type made struct {
	comments    map[string]string // "Task" and "Task.Start"
	keywords    map[string]map[string]any
	definitions map[string]any
}

func (m *made) of(t reflect.Type) map[string]any {
	switch reflect.Zero(t).Interface().(type) {
	case plan.Time:
		return map[string]any{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$"}
	case plan.Duration:
		return map[string]any{"type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.of(t.Elem())
	case reflect.Struct:
		if _, known := m.definitions[t.Name()]; !known {
			m.definitions[t.Name()] = nil
			m.definitions[t.Name()] = m.object(t)
		}
		return map[string]any{"$ref": "#/definitions/" + t.Name()}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": m.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": m.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number", "minimum": 0}
	}
	return map[string]any{"type": "string"}
}

func (m *made) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("yaml")
		if key == "-" {
			continue
		}
		value := m.of(f.Type)
		for k, v := range m.keywords[t.Name()+"."+key] {
			value[k] = v
		}
		delete(m.keywords, t.Name()+"."+key)
		says := m.comments[t.Name()+"."+f.Name]
		if _, ref := value["$ref"]; ref { // draft-07 reads nothing beside a $ref
			value = map[string]any{"allOf": []any{value}}
		}
		if says != "" {
			value["description"] = says
		}
		properties[key] = value
	}
	object := map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "description": m.comments[t.Name()]}
	if required := mandatory()[t.Name()]; required != nil {
		object["required"] = required
	}
	return object
}

// comments are those of the types and of their fields.
func comments(t *testing.T) map[string]string {
	all := map[string]string{}
	for _, name := range []string{"plan.go", "waiver.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				spec := spec.(*ast.TypeSpec)
				all[spec.Name.Name] = letters.OneLine(g.Doc.Text())
				if fields, ok := spec.Type.(*ast.StructType); ok {
					for _, f := range fields.Fields.List {
						for _, n := range f.Names {
							all[spec.Name.Name+"."+n.Name] = letters.OneLine(f.Doc.Text() + f.Comment.Text())
						}
					}
				}
			}
		}
	}
	return all
}

// makeSchema is the schema as it should be.
func makeSchema(t *testing.T) []byte {
	m := made{comments(t), keywords(), map[string]any{}}
	root := map[string]any{"$schema": "http://json-schema.org/draft-07/schema#", "title": "A deployment plan of tminus",
		"allOf": []any{m.of(reflect.TypeFor[plan.Plan]())}, "definitions": m.definitions}
	for key := range m.keywords {
		t.Errorf("no field is %s", key)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSchemaIsOfTheTypes(t *testing.T) {
	want := makeSchema(t)
	source := fmt.Appendf(nil, "// Code generated by go test -run TestSchemaIsOfTheTypes -update; DO NOT EDIT.\n\npackage plan\n\nconst schema = \"\" +\n")
	lines := strings.SplitAfter(strings.TrimSuffix(string(want), "\n"), "\n")
	for i, line := range lines {
		source = fmt.Appendf(source, "\t%s", strconv.Quote(line))
		if i+1 < len(lines) {
			source = append(source, " +"...)
		}
		source = append(source, '\n')
	}
	for path, want := range map[string][]byte{schemaDoc: want, schemaText: source} {
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say (%v); write it anew: go test ./tasks/plan -run TestSchemaIsOfTheTypes -update", path, err)
		}
	}
	if got := plan.Schema() + "\n"; !*update && got != string(want) {
		t.Error("the binary holds another schema")
	}
}

// valid holds a plan file against the schema, as an editor does.
func valid(t testing.TB, src string) error {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(plan.Schema()))
	c := jsonschema.NewCompiler()
	if err == nil {
		err = c.AddResource("plan.schema.json", schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(src), &document); err != nil {
		t.Fatal(err)
	}
	return compiled.Validate(value(document.Content[0]))
}

// value is a YAML value as JSON has it.
func value(n *yaml.Node) any {
	switch {
	case n.Kind == yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			object[n.Content[i].Value] = value(n.Content[i+1])
		}
		return object
	case n.Kind == yaml.SequenceNode:
		list := []any{}
		for _, element := range n.Content {
			list = append(list, value(element))
		}
		return list
	case n.Tag == "!!int" || n.Tag == "!!float":
		return json.Number(n.Value)
	case n.Tag == "!!bool":
		return n.Value == "true"
	case n.Tag == "!!null":
		return nil
	}
	return n.Value
}

func TestSchemaAcceptsWhatLoads(t *testing.T) {
	_, scp := examples.SCP()
	waived := string(scp) + "waivers:\n  - {rule: L19, on: T8, by: LX, reason: agreed}\n"
	for name, src := range map[string]string{"the SCP plan": string(scp), "small.yaml": small(t), "with a waiver": waived,
		"on demand": onDemand(t, "    action: ec2.trial\n    after: [T1]\n"),
		"access":    access(t, "region: ap-southeast-1", "alarm_topic: arn:aws:sns:ap-southeast-1:123456789012:scp", "instance: {ssh_port: 2222, key_pair: scp-2019, key_file: ~/.ssh/scp.pem}"),
		"a gate":    gate(t, "    poll: [MY, LX]\n    quorum: 1\n    deadline: 2019-02-07 17:30\n")} {
		if _, err := plan.Load(name, []byte(src)); err != nil {
			t.Fatal(err)
		}
		if err := valid(t, src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesWhatIsBroken(t *testing.T) {
	for name, change := range map[string][2]string{
		"unknown key": {"in_charge: LX", "in_chrage: LX"}, "no title": {"    title: Two\n", ""}, "a list for text": {"title: Two", "title: [Two]"},
		"a number for text": {"release: R", "release: 1.0"}, "text for a list": {"after: [T1]", "after: T1"}, "a short date": {"2019-02-07 17:00", "07-02-19 17:00"},
		"a time zone in a time": {"2019-02-07 17:00", "2019-02-07 17:00 SGT"}, "a Cyrillic id": {"id: T2", "id: Т2"}, "an unknown status": {"in_charge: LX", "in_charge: LX\n    status: done"},
		"no window": {"window:", "windows:"}, "a space in the change": {"change: C-1", "change: C 1"}, "a waiver without a reason": {"release: R", "release: R\nwaivers: [{rule: L19, by: LX}]"},
		"an unknown rollback": {"release: R", "release: R\nrollback: {instance: explode}"}, "a port too high": {"release: R", "release: R\nenvironment: {instance: {ports: [{port: 70000, from: 0.0.0.0/0}]}}"},
		"a task on demand with a time": {"tasks:\n", "on_demand:\n  - {id: A1, title: A, in_charge: LX, start: 2019-02-07 17:00}\ntasks:\n"},
		"a gate on demand":             {"tasks:\n", "on_demand:\n  - {id: A1, title: A, in_charge: LX, gate: true}\ntasks:\n"},
		"a task without an end":        {"    end: 2019-02-07 18:00\n    in_charge", "    in_charge"},
		"a topic that is no ARN":       {"release: R", "release: R\nenvironment: {alarm_topic: scp}"},
		"a key pair in a folder":       {"release: R", "release: R\nenvironment: {instance: {key_pair: ../scp}}"},
		"a short account":              {"release: R", "release: R\nenvironment: {account: \"123\"}"}, "an unknown likelihood": {"release: R", "release: R\nrisks: [{id: R1, description: d, likelihood: rare}]"},
	} {
		src := strings.ReplaceAll(small(t), change[0], change[1])
		if src == small(t) {
			t.Fatalf("%s: %q is not in small.yaml", name, change[0])
		}
		if _, err := plan.Load(name, []byte(src)); err == nil {
			t.Errorf("%s: it loads", name)
		}
		if err := valid(t, src); err == nil {
			t.Errorf("%s: the schema accepts it", name)
		}
	}
}
