package reading

// reading.go: what each part of the world looks like when read.

import "time"

// Readings is the newest of everything. The zero value means nothing was read yet.
// A published value is never changed again: sensors replace whole parts.
type Readings struct {
	Identity Identity
	Cloud    Cloud
	Metrics  Metrics
	Alarms   Alarms
	Usage    Usage
	Host     Host
	Guest    Guest
	Probe    Probe
	// Preflight is what the account says of the plan before anything is launched.
	Preflight Preflight
	// Failures holds, by sensor name, why its last reading failed; absent = it worked.
	Failures map[string]Failure
}

// Update folds one sensor's result into the readings.
type Update func(*Readings)

// Stamp says when something was read and how often it is.
// At is run time, but for the host, the guest and the probe, which are read in real time.
type Stamp struct {
	At    time.Time
	Every time.Duration
}

// Taken reports whether anything was read at all.
func (s Stamp) Taken() bool { return !s.At.IsZero() }

// Age is the time since the reading; 0 when nothing was read.
func (s Stamp) Age(now time.Time) time.Duration {
	if s.At.IsZero() || now.Before(s.At) {
		return 0
	}
	return now.Sub(s.At)
}

// Stale reports whether the reading is older than two and a half of its own
// periods, or of a beat: the time between two chances to read, which a fast
// rehearsal clock makes longer than the period.
func (s Stamp) Stale(now time.Time, beat time.Duration) bool {
	return s.Taken() && s.Every > 0 && s.Age(now) > max(s.Every, beat)*5/2
}

// Host is one sample of a guest, htop's view of it.
type Host struct {
	Stamp         // real time
	Address       string
	Cores         []float64 // busy share, 0…1, one a core
	MemUsed       int64     // bytes
	MemTotal      int64
	SwapUsed      int64
	SwapTotal     int64
	Load          [3]float64 // 1, 5, 15 minutes
	Disks         []Disk
	NetIn, NetOut float64 // bytes a second
	Processes     []Process
	Users         []string // who is logged in
	Uptime        time.Duration
	// Missing are the parts that could not be read, or not wholly, each with why:
	// "disks: df is not there".
	Missing []string
}

// Disk is one mounted file system, in bytes.
type Disk struct {
	Mount       string
	Used, Total int64
}

// Process is one row of top.
type Process struct {
	PID     int
	User    string
	CPU     float64 // percent of one core
	Mem     float64 // percent
	RSS     int64   // bytes
	Command string
}
