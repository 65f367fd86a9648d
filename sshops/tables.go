package sshops

// tables.go: the tables that df, ps and who print, and our own of processes, which
// looks like that of ps. A row that is not understood
// is left out: one odd mount must not blind the operator to the rest.

import (
	"slices"
	"strconv"
	"strings"

	"tminus/tasks/reading"
)

// parseDisks reads df -P -k and keeps what lies on a disk: /, and devices that
// are not images mounted through a loop.
func parseDisks(text string) []reading.Disk {
	var disks []reading.Disk
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 6 || len(disks) == maxDisks {
			continue
		}
		mount := strings.Join(f[5:], " ")
		device := strings.HasPrefix(f[0], "/dev/") && !strings.HasPrefix(f[0], "/dev/loop")
		total, err1 := kibibytes(f[1])
		used, err2 := kibibytes(f[2])
		if (!device && mount != "/") || !strings.HasPrefix(mount, "/") || err1 != nil || err2 != nil || total == 0 || used > total || isListed(disks, mount) {
			continue
		}
		disks = append(disks, reading.Disk{Mount: clean(mount), Used: used, Total: total})
	}
	return disks
}

// isListed reports whether a mount is listed: the rootfs of old images and what is
// mounted on it are both on /.
func isListed(disks []reading.Disk, mount string) bool {
	return slices.ContainsFunc(disks, func(d reading.Disk) bool { return d.Mount == clean(mount) })
}

// parseProcesses reads ps -eo pid,user,pcpu,pmem,rss,comm.
func parseProcesses(text string) []reading.Process {
	var processes []reading.Process
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 6 || len(processes) == maxProcesses {
			continue
		}
		pid, err := strconv.ParseUint(f[0], 10, 31)
		if err != nil {
			continue // the heading
		}
		cpu, err1 := number(f[2])
		mem, err2 := number(f[3])
		rss, err3 := kibibytes(f[4])
		if err1 != nil || err2 != nil || err3 != nil {
			continue
		}
		processes = append(processes, reading.Process{
			PID: int(pid), User: clean(f[1]), CPU: cpu, Mem: mem, RSS: rss, Command: clean(strings.Join(f[5:], " ")),
		})
	}
	return processes
}

// parseUsers reads who: name, terminal and, where it is told, from where. GNU's
// prints that in brackets, busybox's behind idle time, month, day and time.
func parseUsers(text string) []string {
	var users []string
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 || len(users) == maxUsers || f[0] == "USER" && f[1] == "TTY" {
			continue
		}
		user, from := f[0]+" "+f[1], f[len(f)-1]
		switch {
		case strings.HasPrefix(from, "(") && strings.HasSuffix(from, ")"):
			user += " " + from
		case len(f) == 7:
			user += " (" + from + ")"
		}
		users = append(users, clean(user))
	}
	return users
}
