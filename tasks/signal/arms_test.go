package signal

// arms_test.go: a condition taken apart and put together is the same condition.

import (
	"fmt"
	"testing"
	"time"
)

func TestArms(t *testing.T) {
	for condition, want := range map[string]string{
		"cloudwatch.cpu > 90":                                   `[cloudwatch.cpu > 90: cloudwatch.cpu > 90]`,
		"20 >= cloudwatch.credits":                              `[20 >= cloudwatch.credits: cloudwatch.credits <= 20]`,
		"cpu.percent > 90 or memory.percent > 9 * 10":           `[cpu.percent > 90: cpu.percent > 90 memory.percent > 90: memory.percent > 90]`,
		"cpu.percent > 90 and (logins.count > 1 or true)":       `[(cpu.percent > 90) and ((logins.count > 1) or true):   <nil>]`,
		"cpu.percent > -1 or not address.allocated":             `[cpu.percent > -1: cpu.percent > -1 not address.allocated:   <nil>]`,
		`instance.state in ["stopped", "pending"]`:              `[instance.state in ["stopped", "pending"]:   <nil>]`,
		`instance.status == "impaired" or cpu.percent*2 > 90.5`: `[instance.status == "impaired": instance.status == impaired (cpu.percent * 2) > 90.5:   <nil>]`,
	} {
		s, err := Compile(condition, time.Minute, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		whole := ""
		for n, arm := range s.Arms() {
			got = append(got, fmt.Sprintf("%s: %s %s %v", arm.Text, arm.Name, arm.Op, arm.Value))
			if n > 0 {
				whole += " or "
			}
			whole += "(" + arm.Text + ")"
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s:\n%s, want\n%s", condition, got, want)
		}
		again, err := Compile(whole, time.Minute, nil, nil)
		if err != nil {
			t.Errorf("%s came apart as %s: %v", condition, whole, err)
			continue
		}
		for _, v := range []Values{{}, {"cpu.percent": 95.0, "memory.percent": 10.0, "cloudwatch.cpu": 91.0, "cloudwatch.credits": 20.0, "instance.state": "stopped",
			"instance.status": "ok", "address.allocated": true, "logins.count": 1.0}, {"cpu.percent": 5.0, "instance.status": "impaired", "address.allocated": false}} {
			if s.Truth(v) != again.Truth(v) {
				t.Errorf("%s is %s, and in its arms %s", condition, s.Truth(v), again.Truth(v))
			}
		}
	}
}
