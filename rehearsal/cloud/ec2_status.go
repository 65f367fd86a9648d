package cloud

// ec2_status.go: status checks and the console, both late by as much as at AWS.

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

func (c *call) describeInstanceStatus() ([]element, error) {
	if err := c.whole("InstanceId", "instancesSet"); err != nil {
		return nil, err
	}
	all, err := c.instancesByID()
	if err != nil {
		return nil, err
	}
	if len(c.list("InstanceId")) == 0 {
		all = c.instances()
	}
	stopped, err := c.flag("IncludeAllInstances", false)
	if err != nil {
		return nil, err
	}
	var shown []*instance
	for _, i := range all {
		if stopped || i.Life.at(c.now) == runningState() {
			shown = append(shown, i)
		}
	}
	shown, err = filtered(c, shown, map[string]field[*instance]{
		"instance-state-name":    one(func(i *instance) string { return i.Life.at(c.now).name }),
		"instance-status.status": one(c.check),
		"system-status.status":   one(c.check),
		"availability-zone":      one(func(i *instance) string { return i.Net.Zone }),
	}, instanceTags)
	if err != nil {
		return nil, err
	}
	shown, next, err := page(c, shown)
	var rows [][]element
	for _, i := range shown {
		rows = append(rows, []element{
			txt("instanceId", i.ID), txt("availabilityZone", i.Net.Zone), stateElement("instanceState", i.Life.at(c.now)),
			c.summary("systemStatus", i), c.summary("instanceStatus", i), c.summary("attachedEbsStatus", i),
		})
	}
	return answer(items("instanceStatusSet", rows), next), err
}

// check is the word DescribeInstanceStatus has for an instance's checks.
func (c *call) check(i *instance) string {
	switch {
	case i.Life.at(c.now) != runningState():
		return "not-applicable"
	case c.now.Before(i.Life.checksOK(c.now)):
		return "initializing"
	default:
		return "ok"
	}
}

func (c *call) summary(name string, i *instance) element {
	status := c.check(i)
	if status == "not-applicable" {
		return el(name, txt("status", status))
	}
	detail := map[string]string{"initializing": "initializing", "ok": "passed"}[status]
	return el(name, txt("status", status), items("details", [][]element{{txt("name", "reachability"), txt("status", detail)}}))
}

func (c *call) getConsoleOutput() ([]element, error) {
	i, err := c.oneInstance()
	if err != nil {
		return nil, err
	}
	latest, err := c.flag("Latest", false)
	if err != nil {
		return nil, err
	}
	if m, _ := machineNamed(i.Type); latest && !m.nitro {
		return nil, refuse(400, "UnsupportedOperation", "This instance type does not support retrieving the latest console logs.")
	}
	posted, ok := i.Life.consolePosted()
	if !ok || c.now.Before(posted) {
		return []element{txt("instanceId", i.ID), at("timestamp", c.now), txt("output", "")}, nil
	}
	out := base64.StdEncoding.EncodeToString([]byte(consoleText(i, c.a.image(i.ImageID).Name)))
	return []element{txt("instanceId", i.ID), at("timestamp", posted), txt("output", out)}, nil
}

// consoleText is what the machine printed on its first boot, ending with the host keys as cloud-init prints them.
func consoleText(i *instance, image string) string {
	boot := i.Life.Up[0].From
	host := hostname(i.Net.PrivateIP)
	public, fingerprint := hostKey(i.HostSeed)
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("[    0.000000] Linux version 4.14.97-74.72.amzn1.x86_64 (mockbuild@gobi-build-64010) (gcc version 7.2.1 20170915)")
	line("[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz-4.14.97-74.72.amzn1.x86_64 root=LABEL=/ ro console=tty0 console=ttyS0,115200n8")
	line("[    0.000000] DMI: Xen HVM domU, BIOS 4.2.amazon 08/24/2006")
	line("[    1.812000] XENBUS: Device with no driver: device/console/0")
	line("[    4.331000] init: setting hostname to %s", host)
	line("")
	line("Amazon Linux AMI release 2018.03")
	line("Kernel 4.14.97-74.72.amzn1.x86_64 on an x86_64")
	line("")
	line("%s login: [   19.020000] cloud-init[842]: Cloud-init v. 18.2 running 'init' at %s. Up 18.96 seconds.", host, boot.Add(19*time.Second).UTC().Format(time.RFC1123Z))
	line("ci-info: ++++++++++++++++++++Net device info++++++++++++++++++++")
	line("ci-info: |  eth0  | True | %-15s | %s |", i.Net.PrivateIP, i.Net.MAC)
	line("ci-info: image %s (%s)", i.ImageID, image)
	line("ec2: ")
	line("ec2: #############################################################")
	line("ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----")
	line("ec2: 256 %s root@%s (ED25519)", fingerprint, host)
	line("ec2: -----END SSH HOST KEY FINGERPRINTS-----")
	line("ec2: #############################################################")
	line("-----BEGIN SSH HOST KEY KEYS-----")
	line("%s root@%s", public, host)
	line("-----END SSH HOST KEY KEYS-----")
	line("[   31.480000] cloud-init[1107]: Cloud-init v. 18.2 finished at %s. Datasource DataSourceEc2.  Up 31.44 seconds", boot.Add(31*time.Second).UTC().Format(time.RFC1123Z))
	return b.String()
}

// hostKey derives the public half of a host key, as an authorized_keys line and as OpenSSH's fingerprint.
func hostKey(seed []byte) (line, fingerprint string) {
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	blob := sshString(sshString(nil, "ssh-ed25519"), string(public))
	sum := sha256.Sum256(blob)
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString(blob), "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// sshString appends s in the SSH wire form: its length in four bytes, then itself.
func sshString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}
