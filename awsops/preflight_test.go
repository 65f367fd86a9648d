package awsops_test

// preflight_test.go: each thing that can be wrong with the account or the plan is provoked
// and caught, with a sentence of its own that names it, and with what to do about it.

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tminus/rehearsal/cloud"
	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/reading"
)

const theImage = "ami-04681a1dbd79675a5"

// wrong is one thing that is wrong, and the item in which it shows.
type wrong struct {
	world   func(*cloud.Options)
	plan    func(*plan.Plan)
	item    string
	verdict tasks.Verdict // "" = fail
	says    []string
	next    string
}

func image(change func(*cloud.Image)) func(*cloud.Options) {
	return func(o *cloud.Options) { change(&o.Images[0]) }
}

func instance(change func(*plan.Instance)) func(*plan.Plan) {
	return func(p *plan.Plan) { change(&p.Environment.Instance) }
}

func wrongs() map[string]wrong {
	nitro := instance(func(in *plan.Instance) { in.Type = "t3.micro" })
	return map[string]wrong{
		"another architecture": {world: image(func(i *cloud.Image) { i.Arch = "arm64" }), item: "image.architecture", says: []string{"arm64", "t2.micro", "x86_64"}, next: "built for i386 or x86_64"},
		"paravirtual":          {world: image(func(i *cloud.Image) { i.Virtualization = "paravirtual" }), item: "image.virtualization", says: []string{"paravirtual"}, next: "hvm"},
		"no ENA on Nitro":      {plan: nitro, item: "image.ena", says: []string{"no ENA", "t3.micro starts none"}, next: "t2.micro"},
		"NVMe on Nitro":        {plan: nitro, item: "image.nvme", verdict: tasks.Inconclusive, says: []string{"NVMe driver", "no mark"}, next: "ec2.trial"},
		"UEFI only on t2":      {world: image(func(i *cloud.Image) { i.BootMode = "uefi" }), item: "image.boot_mode", says: []string{"boots by uefi", "t2.micro by legacy-bios"}, next: "legacy-bios"},
		"large root snapshot":  {world: image(func(i *cloud.Image) { i.RootGiB = 12 }), item: "image.root_size", says: []string{"needs 12 GB", "gives 10 GB"}, next: "size_gb to 12"},
		"encrypted snapshot":   {world: image(func(i *cloud.Image) { i.Encrypted = true }), item: "image.encryption", says: []string{"is encrypted", "not encrypted"}, next: "encrypted: true"},
		"encrypted by account": {world: func(o *cloud.Options) { o.Encrypted = true }, item: "volume.encryption", says: []string{"encrypts every new volume"}, next: "encrypted: true"},
		"deprecated": {world: image(func(i *cloud.Image) { i.Deprecated = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }), item: "image.deprecated", verdict: tasks.Inconclusive,
			says: []string{"deprecated since 1 January 2019"}, next: "newer one"},
		"not marked for IMDSv2": {item: "image.imds", verdict: tasks.Inconclusive, says: []string{"version 2", "old boto"}, next: "imds-support"},
		"not shared": {world: func(o *cloud.Options) {
			o.Before = func(r cloud.Request) *cloud.Fault {
				if r.Operation != "DescribeImages" {
					return nil
				}
				return &cloud.Fault{Status: 403, Code: "AuthFailure", Message: "Not authorized for images: [" + theImage + "]"}
			}
		}, item: "image.shared", says: []string{theImage, "exists", "not shared with account " + pretendAccount}, next: "--launch-permission 'Add=[{UserId="},
		"hidden":         {world: image(func(i *cloud.Image) { i.Shared = false }), item: "image.region", says: []string{"none of the 16 other regions shows image " + theImage}, next: "--launch-permission 'Add=[{UserId=" + pretendAccount + "}]' --region " + pretendRegion},
		"another owner":  {plan: func(p *plan.Plan) { p.Environment.AMIOwner = "610000000008" }, item: "image.shared", says: []string{"610000000007", "the plan says of account 610000000008"}, next: "do not launch"},
		"nowhere":        {plan: instance(func(in *plan.Instance) { in.AMI = "ami-0a00000000000000f" }), item: "image.found", says: []string{"ami-0a00000000000000f is not visible"}, next: "share it"},
		"nowhere else":   {plan: instance(func(in *plan.Instance) { in.AMI = "ami-0a00000000000000f" }), item: "image.region", says: []string{"none of the 16 other regions shows image ami-0a00000000000000f"}, next: "compare the id"},
		"another region": {world: image(func(i *cloud.Image) { i.Region = "ap-southeast-2" }), item: "image.region", says: []string{"is in ap-southeast-2 and not in " + pretendRegion}, next: "copy-image --source-region ap-southeast-2 --source-image-id " + theImage + " --name " + theImage + " --region " + pretendRegion},
		"no id":          {plan: instance(func(in *plan.Instance) { in.AMI = "ami-new" }), item: "image.found", says: []string{`"ami-new" is no image id`}, next: "hexadecimal"},
		"unknown type":   {plan: instance(func(in *plan.Instance) { in.Type = "t9.micro" }), item: "type.known", says: []string{"no instance type t9.micro"}, next: "amend"},
		"another size":   {plan: instance(func(in *plan.Instance) { in.VCPU, in.MemoryGiB = 2, 1 }), item: "type.size", says: []string{"1 vCPU", "planned 2 and 1"}, next: "amend the type"},
		"not in the zone": {world: func(o *cloud.Options) { o.VPC.Subnets[1].Lacks = []string{"t2.micro"} }, item: "type.offered", says: []string{"t2.micro is not offered in " + pretendRegion + "a", "subnet-0a"},
			next: "a subnet in " + pretendRegion + "b"},
		"bought IOPS":    {plan: instance(func(in *plan.Instance) { in.Volume.Type = "io1" }), item: "volume.type", says: []string{"io1"}, next: "gp2 or gp3"},
		"too large":      {plan: instance(func(in *plan.Instance) { in.Volume.SizeGB = 20000 }), item: "volume.size", says: []string{"20000 GB of gp2"}, next: "size_gb"},
		"other IOPS":     {plan: instance(func(in *plan.Instance) { in.Volume.BaseIOPS = 300 }), item: "volume.iops", says: []string{"100 IOPS", "the plan says 300"}, next: "iops_baseline to 100"},
		"no network":     {plan: instance(func(in *plan.Instance) { in.VPC = "vpc-00000001" }), item: "network.vpc", says: []string{"no network vpc-00000001"}, next: "network to use"},
		"no such subnet": {plan: instance(func(in *plan.Instance) { in.Subnet = "subnet-0c000000000000001" }), item: "network.subnet", says: []string{"no available subnet subnet-0c"}, next: "amend"},
		"private subnet": {world: func(o *cloud.Options) { o.VPC.Subnets[0].Private = true }, plan: instance(func(in *plan.Instance) { in.Subnet = "subnet-0b000000000000001" }), item: "network.public",
			says: []string{"subnet-0b000000000000001 gives no public addresses"}, next: "public subnet"},
		"subnet full": {world: func(o *cloud.Options) { o.VPC.Subnets[1].Taken = 4091 }, plan: instance(func(in *plan.Instance) { in.Subnet = "subnet-0a000000000000001" }), item: "network.free",
			says: []string{"subnet-0a000000000000001 has no free address"}, next: "another subnet"},
		"no gateway":      {world: func(o *cloud.Options) { o.VPC.NoGateway = true }, item: "network.route", says: []string{"no route to an internet gateway"}, next: "0.0.0.0/0"},
		"no public names": {world: func(o *cloud.Options) { o.VPC.NoHostnames = true }, item: "network.names", says: []string{"enableDnsHostnames off"}, next: "turned on"},
		"no vCPU left":    {world: func(o *cloud.Options) { o.Quotas.VCPU = 1 }, plan: nitro, item: "quota.vcpu", says: []string{"0 of 1 vCPUs", "2 more"}, next: "L-1216C47A"},
		"quota not told": {world: func(o *cloud.Options) { o.Denied = []string{"servicequotas:*"} }, item: "quota.address", verdict: tasks.Inconclusive, says: []string{"0 Elastic IPs are in use", "quota is not known"},
			next: "permission"},
		"no such quota": {world: func(o *cloud.Options) {
			o.Before = func(r cloud.Request) *cloud.Fault {
				if r.Operation != "GetServiceQuota" {
					return nil
				}
				return &cloud.Fault{Status: 400, Code: "NoSuchResourceException", Message: "The request failed because the specified service does not exist."}
			}
		}, item: "quota.address", verdict: tasks.Inconclusive, says: []string{"quota is not known"}, next: `look for "EC2-VPC Elastic IPs" (L-0263D0A3) in the console`},
		"key pair missing": {plan: instance(func(in *plan.Instance) { in.KeyPair = "team" }), item: "key.pair", says: []string{"no key pair team"}, next: "import-key-pair"},
		"port 22 alone":    {plan: instance(func(in *plan.Instance) { in.Ports = in.Ports[:1] }), item: "rules.application", says: []string{"tcp/22", "not tcp/80", "smoke tests"}, next: "rule for port 80"},
		"no SSH":           {plan: instance(func(in *plan.Instance) { in.SSHPort = 2222 }), item: "rules.ssh", says: []string{"not tcp/2222"}, next: "rule for port 2222"},
		"private rule": {plan: instance(func(in *plan.Instance) {
			in.Ports = []plan.Port{{Port: 22, From: "10.0.0.0/8"}, {Port: 80, From: "0.0.0.0/0"}}
		}), item: "rules.ssh", verdict: tasks.Inconclusive,
			says: []string{"10.0.0.0/8 only"}, next: "inside the network"},
		"no topic":        {plan: func(p *plan.Plan) { p.Environment.Topic = "alarms@scp.example" }, item: "account.topic", says: []string{"alarms@scp.example", "not the ARN"}, next: "arn:aws:sns"},
		"topic elsewhere": {plan: func(p *plan.Plan) { p.Environment.Topic = "arn:aws:sns:us-east-1:" + pretendAccount + ":scp" }, item: "account.topic", says: []string{"us-east-1", pretendRegion}, next: "alarm_topic"},
		"another account": {plan: func(p *plan.Plan) { p.Environment.Account = "999999999999" }, item: "account.pinned", says: []string{pretendAccount, "999999999999"}, next: "sign in to 999999999999"},
		"no standby":      {plan: func(p *plan.Plan) { p.Environment.Standby = "scp-standby" }, item: "standby.found", says: []string{"0 instances are called scp-standby"}, next: "amend standby"},
		"denied permission": {world: func(o *cloud.Options) { o.Denied = []string{"ec2:RunInstances"} }, item: "permission.ec2:RunInstances", says: []string{"not allowed", "ec2:RunInstances"},
			next: "ask the owner"},
		"denied look": {world: func(o *cloud.Options) { o.Denied = []string{"ec2:DescribeRouteTables"} }, item: "network.route", verdict: tasks.Inconclusive, says: []string{"DescribeRouteTables", "UnauthorizedOperation"},
			next: "permission"},
	}
}

// planned is the plan with the tasks that need permissions.
func planned() *plan.Plan {
	p := scp()
	p.Environment.Application.Port = 80
	p.Tasks = []plan.Task{{ID: "T4", Action: "ec2.launch"}, {ID: "T7", Action: "eip.assign"}}
	return p
}

func TestPreflightCatches(t *testing.T) {
	said := map[string]string{}
	for name, w := range wrongs() {
		t.Run(name, func(t *testing.T) {
			p := planned()
			if w.plan != nil {
				w.plan(p)
			}
			world := pretend(t, newClock(), w.world)
			items, err := reach(t, world.url, nil, nil).Preflight(t.Context(), p)
			must(t, err)
			n := slices.IndexFunc(items, func(i reading.Item) bool { return i.ID == w.item })
			if n < 0 {
				t.Fatalf("no item %s in %+v", w.item, items)
			}
			i, verdict := items[n], w.verdict
			if verdict == "" {
				verdict = tasks.Fail
			}
			if i.Verdict != string(verdict) || i.Group == "" || i.Name == "" || i.Source == "" || !strings.Contains(i.Next, w.next) || w.next == "" {
				t.Errorf("%+v", i)
			}
			for _, word := range w.says {
				if !strings.Contains(i.Says, word) {
					t.Errorf("%q lacks %q", i.Says, word)
				}
			}
			if other := said[i.Says]; other != "" {
				t.Errorf("%s says the same: %s", other, i.Says)
			}
			said[i.Says] = name
		})
	}
}

// TestPreflightOfAGoodPlan: nothing fails, nothing is changed, and the calls are counted.
func TestPreflightOfAGoodPlan(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	var calls, dry atomic.Int64
	a := reach(t, w.url, func(next http.RoundTripper) http.RoundTripper {
		return wires{next, func(op string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasPrefix(op, "Describe") || strings.HasPrefix(op, "Get") || op == "" {
				calls.Add(1)
			} else {
				dry.Add(1)
			}
			return next.RoundTrip(r)
		}}
	}, nil)
	before := w.State()
	p := planned()
	p.Environment.Instance.VCPU, p.Environment.Instance.MemoryGiB = 1, 1
	items, err := a.Preflight(t.Context(), p)
	must(t, err)
	ids, groups := map[string]bool{}, []string{}
	for _, i := range items {
		if groups = append(groups, i.Group); i.ID == "rules.ssh" && (strings.Contains(i.Says, "0.0.0.0/0") != (p.Environment.Instance.Ports[0].From != "0.0.0.0/0")) {
			t.Errorf("%+v", i)
		}
		if i.Verdict == string(tasks.Fail) || (i.Verdict == string(tasks.Pass)) != (i.Next == "") && i.Verdict != "" {
			t.Errorf("%+v", i)
		}
		if ids[i.ID] {
			t.Errorf("%s stands there twice", i.ID)
		}
		ids[i.ID] = true
	}
	if groups = slices.Compact(groups); !slices.Equal(groups, []string{"account", "image", "instance type", "volume", "network", "quota", "key", "rules", "permissions"}) {
		t.Errorf("the groups are %q", groups)
	}
	if len(items) < 35 || string(before) != string(w.State()) {
		t.Errorf("%d items; changed %v", len(items), string(before) != string(w.State()))
	}
	t.Logf("%d items by %d looks and %d dry runs", len(items), calls.Load(), dry.Load())
	if calls.Load() > 21 || dry.Load() > 12 {
		t.Errorf("%d looks, %d dry runs", calls.Load(), dry.Load())
	}
}

// TestPreflightUnanswered: an AWS that cannot be asked is an error and no tick.
func TestPreflightUnanswered(t *testing.T) {
	w := pretend(t, newClock(), func(o *cloud.Options) {
		o.Before = func(cloud.Request) *cloud.Fault {
			return &cloud.Fault{Status: 400, Code: "RequestExpired", Message: "Request has expired"}
		}
	})
	items, err := reach(t, w.url, nil, nil).Preflight(t.Context(), planned())
	if err == nil || len(items) != 1 || items[0].Verdict != string(tasks.Inconclusive) {
		t.Errorf("%v, %+v", err, items)
	}
	ctx, abort := context.WithCancel(t.Context())
	abort()
	if items, err := reach(t, w.url, nil, nil).Preflight(ctx, planned()); err == nil {
		t.Errorf("after an abort: %+v", items)
	}
}

// TestPreflightDeniedEverywhere: whoever may ask nothing but who they are gets no tick from AWS.
func TestPreflightDeniedEverywhere(t *testing.T) {
	w := pretend(t, newClock(), func(o *cloud.Options) { o.Denied = []string{"ec2:*", "servicequotas:*"} })
	items, err := reach(t, w.url, nil, nil).Preflight(t.Context(), planned())
	must(t, err)
	for _, i := range items {
		own := i.Source == "the plan" || i.ID == "account.pinned"
		if i.Verdict == string(tasks.Pass) && !own {
			t.Errorf("a tick out of nothing: %+v", i)
		}
	}
}

// TestPreflightSensor: it is read until there is an instance; then the last reading stays.
func TestPreflightSensor(t *testing.T) {
	c := newClock()
	w := pretend(t, c, nil)
	a := reach(t, w.url, nil, nil)
	var sensor tasks.Sensor
	for _, s := range a.Sensors(planned(), "SCP100X0219-1") {
		if s.Name == "preflight" {
			sensor = s
		}
	}
	if sensor.Every != 10*time.Minute {
		t.Fatalf("%+v", sensor)
	}
	update, err := sensor.Read(t.Context(), nil, c.Now())
	must(t, err)
	var r reading.Readings
	if update(&r); len(r.Preflight.Items) < 35 || r.Preflight.At != c.Now() {
		t.Errorf("%+v", r.Preflight)
	}
	if update, err = sensor.Read(t.Context(), map[string]string{tasks.FactInstance: "i-0123456789abcdef0"}, c.Now()); update != nil || err != nil {
		t.Errorf("there is an instance: %v, %v", update != nil, err)
	}
}

// TestPreflightStandby: the instance that is to take over is looked at as well.
func TestPreflightStandby(t *testing.T) {
	b := newByHand(t, nil)
	p := planned()
	p.Environment.Standby = b.instance
	find := func(id string) reading.Item {
		t.Helper()
		items, err := reach(t, b.url, nil, nil).Preflight(t.Context(), p)
		must(t, err)
		n := slices.IndexFunc(items, func(i reading.Item) bool { return i.ID == id })
		if n < 0 {
			t.Fatalf("no %s", id)
		}
		return items[n]
	}
	if i := find("standby.state"); i.Verdict != string(tasks.Fail) || !strings.Contains(i.Says, "pending") {
		t.Errorf("%+v", i)
	}
	b.clock.Wait(t.Context(), time.Minute)
	if i := find("standby.checks"); i.Verdict != string(tasks.Inconclusive) || !strings.Contains(i.Says, "initializing") {
		t.Errorf("%+v", i)
	}
	b.clock.Wait(t.Context(), 6*time.Minute)
	for _, id := range []string{"standby.state", "standby.type", "standby.image", "standby.network", "standby.checks"} {
		if i := find(id); i.Verdict != string(tasks.Pass) {
			t.Errorf("%+v", i)
		}
	}
	p.Environment.Instance.Type = "t2.small"
	if i := find("standby.type"); i.Verdict != string(tasks.Fail) || !strings.Contains(i.Says, b.instance) {
		t.Errorf("%+v", i)
	}
}
