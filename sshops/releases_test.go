package sshops

// releases_test.go: what the images that a plan may name answer, as their programs
// and kernels lay it out, and the reading that it must become.

import (
	"slices"
	"testing"

	"tminus/tasks/reading"
)

// recorded is an image and the parts of a sample in which images differ.
type recorded struct {
	name                           string
	memory, net, disks, users, top string
	plain                          bool // no awk: the files as they are, and ps

	wantUsed, wantSwap int64 // KiB
	wantIn             uint64
	wantDisks          []string
	wantUsers          []string
	wantTop            reading.Process
	wantMissing        []string
}

const heading = "Filesystem     1024-blocks    Used Available Capacity Mounted on\n"

func recordings() []recorded {
	return []recorded{
		{
			name:   "Amazon Linux 2018.03, raw files",
			memory: "MemTotal:        1009140 kB\nMemFree:          283148 kB\nMemAvailable:     735476 kB\nBuffers:           31000 kB\nCached:           514320 kB\nSwapCached:            0 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\nHugePages_Total:       0\n",
			net:    "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n  eth0: 86213051   64121    0    0    0     0          0         0  1893012   19800    0    0    0     0       0          0\n    lo:    4200      60    0    0    0     0          0         0     4200      60    0    0    0     0       0          0\n",
			disks:  heading + "devtmpfs            493472      60    493412       1% /dev\ntmpfs               504568       0    504568       0% /dev/shm\n/dev/xvda1        10189076 1204560   8884268      12% /\n",
			users:  "ec2-user pts/0        2019-02-07 17:02 (203.0.113.9)\n",
			top:    "  PID USER     %CPU %MEM   RSS COMMAND\n 2615 scp       0.4  4.8 48900 python3\n    1 root      0.0  0.2  2600 init\n",
			plain:  true, wantUsed: 1009140 - 735476, wantIn: 86213051,
			wantDisks: []string{"/"}, wantUsers: []string{"ec2-user pts/0 (203.0.113.9)"},
			wantTop:     reading.Process{PID: 2615, User: "scp", CPU: 0.4, Mem: 4.8, RSS: 48900 << 10, Command: "python3"},
			wantMissing: []string{"processes: CPU is the average of their whole life, awk is not there"},
		},
		{
			name:     "Amazon Linux 2",
			memory:   "MemTotal: 2002876 kB\nMemFree: 1203340 kB\nMemAvailable: 1685512 kB\nBuffers: 2088 kB\nCached: 612340 kB\nShmem: 440 kB\nSReclaimable: 40120 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
			net:      "lo: 504 6 0 0 0 0 0 0 504 6 0 0 0 0 0 0\neth0: 73811220 51010 0 0 0 0 0 0 911200 9902 0 0 0 0 0 0\n",
			disks:    heading + "/dev/xvda1        31444972 2301388  29143584       8% /\n",
			top:      "all 96 2.01 1\n3312 root 1.5 0.7 14820 amazon-ssm-agen\n",
			wantUsed: 2002876 - 1685512, wantIn: 73811220, wantDisks: []string{"/"},
			wantTop: reading.Process{PID: 3312, User: "root", CPU: 1.5, Mem: 0.7, RSS: 14820 << 10, Command: "amazon-ssm-agen"},
		},
		{
			name:     "Amazon Linux 2023, NVMe, zram",
			memory:   "MemTotal: 948312 kB\nMemFree: 302124 kB\nMemAvailable: 637840 kB\nBuffers: 292 kB\nCached: 441120 kB\nShmem: 2860 kB\nSReclaimable: 30772 kB\nSwapTotal: 473084 kB\nSwapFree: 470012 kB\n",
			net:      "lo: 1122 14 0 0 0 0 0 0 1122 14 0 0 0 0 0 0\nens5: 9122334 8012 0 0 0 0 0 0 402114 3123 0 0 0 0 0 0\n",
			disks:    heading + "/dev/nvme0n1p1       8310764 1673212   6637552      21% /\n/dev/nvme0n1p128       10202    1318      8884      13% /boot/efi\n",
			users:    "ec2-user pts/0        2023-11-20 09:14 (198.51.100.23)\nec2-user pts/1        2023-11-20 09:15 (tmux(2210).%0)\n",
			top:      "all 118 2.00 1\n1 root 0.0 1.7 16424 systemd\n",
			wantUsed: 948312 - 637840, wantSwap: 3072, wantIn: 9122334, wantDisks: []string{"/", "/boot/efi"},
			wantUsers: []string{"ec2-user pts/0 (198.51.100.23)", "ec2-user pts/1 (tmux(2210).%0)"},
			wantTop:   reading.Process{PID: 1, User: "root", Mem: 1.7, RSS: 16424 << 10, Command: "systemd"},
		},
		{
			name:     "CentOS 6, a kernel without MemAvailable",
			memory:   "MemTotal: 1020128 kB\nMemFree: 602344 kB\nBuffers: 21876 kB\nCached: 201300 kB\nShmem: 188 kB\nSReclaimable: 21012 kB\nSwapTotal: 1048572 kB\nSwapFree: 1048572 kB\n",
			net:      "lo: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\neth0: 5101 40 0 0 0 0 0 0 3300 30 0 0 0 0 0 0\n",
			disks:    heading + "/dev/mapper/VolGroup-lv_root   18003272 1502324  15579756       9% /\n/dev/xvda1              487652   34882    427170       8% /boot\n",
			users:    "root     tty1         2019-02-07 16:58\ncentos   pts/0        2019-02-07 17:00 (192.0.2.77)\n",
			top:      "all 71 2.02 1\n1411 mysql 2.0 3.1 31610 mysqld\n",
			wantUsed: 1020128 - 602344 - 21876 - 201300 - 21012 + 188, wantIn: 5101, wantDisks: []string{"/", "/boot"},
			wantUsers:   []string{"root tty1", "centos pts/0 (192.0.2.77)"},
			wantTop:     reading.Process{PID: 1411, User: "mysql", CPU: 2, Mem: 3.1, RSS: 31610 << 10, Command: "mysqld"},
			wantMissing: []string{"memory: what is available is estimated, this kernel does not tell it"},
		},
		{
			name:   "CentOS 7, no who",
			memory: "MemTotal: 1014756 kB\nMemFree: 702112 kB\nMemAvailable: 781540 kB\nBuffers: 2068 kB\nCached: 196872 kB\nShmem: 6744 kB\nSReclaimable: 21876 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
			net:    "eth0: 881122 900 0 0 0 0 0 0 77120 610 0 0 0 0 0 0\nlo: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
			disks:  heading + "/dev/xvda1         8377344 1022536   7354808      13% /\n",
			users:  "status 127\n", top: "all 88 2.00 1\n987 polkitd 0.0 0.9 9120 polkitd\n",
			wantUsed: 1014756 - 781540, wantIn: 881122, wantDisks: []string{"/"},
			wantTop:     reading.Process{PID: 987, User: "polkitd", Mem: 0.9, RSS: 9120 << 10, Command: "polkitd"},
			wantMissing: []string{"users: who is not there"},
		},
		{
			name:   "Debian 12, mawk, a disk that df may not look at",
			memory: "MemTotal: 974292 kB\nMemFree: 488120 kB\nMemAvailable: 698004 kB\nBuffers: 14212 kB\nCached: 302188 kB\nShmem: 512 kB\nSReclaimable: 28764 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
			net:    "lo: 88 1 0 0 0 0 0 0 88 1 0 0 0 0 0 0\nens5: 120000 100 0 0 0 0 0 0 9000 80 0 0 0 0 0 0\n",
			disks:  heading + "/dev/nvme0n1p1     8025396 1102440   6495032      15% /\nstatus 1\n",
			users:  "admin    pts/0        2026-11-23 13:40 (2001:db8::7)\n", top: "all 92 2.01 1\n451 root 0.0 2.3 22104 unattended-upgr\n",
			wantUsed: 974292 - 698004, wantIn: 120000, wantDisks: []string{"/"}, wantUsers: []string{"admin pts/0 (2001:db8::7)"},
			wantTop: reading.Process{PID: 451, User: "root", Mem: 2.3, RSS: 22104 << 10, Command: "unattended-upgr"},
		},
		{
			name:   "Ubuntu 22.04 with snaps and docker",
			memory: "MemTotal: 3978416 kB\nMemFree: 1102332 kB\nMemAvailable: 2911020 kB\nBuffers: 80120 kB\nCached: 1930000 kB\nShmem: 1020 kB\nSReclaimable: 120400 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
			net:    "lo: 77 1 0 0 0 0 0 0 77 1 0 0 0 0 0 0\nens5: 5000 50 0 0 0 0 0 0 4000 40 0 0 0 0 0 0\ndocker0: 900 9 0 0 0 0 0 0 900 9 0 0 0 0 0 0\nbr-0a1b2c3d4e5f: 700 7 0 0 0 0 0 0 700 7 0 0 0 0 0 0\nveth1a2b3c4: 900 9 0 0 0 0 0 0 900 9 0 0 0 0 0 0\n",
			disks:  heading + "/dev/root          8065444 4312200   3736860      54% /\n/dev/loop0           25216   25216         0     100% /snap/amazon-ssm-agent/5656\n/dev/nvme0n1p15     106858    5329    101529       5% /boot/efi\n/dev/nvme1n1     103081248 1024000  96774984       2% /var/lib/docker\n",
			users:  "ubuntu   pts/0        2026-11-23 10:02 (203.0.113.9)\n", top: "all 143 2.00 1\n812 systemd-resolve 3.0 0.3 12544 systemd-resolve\n",
			wantUsed: 3978416 - 2911020, wantIn: 5000, wantDisks: []string{"/", "/boot/efi", "/var/lib/docker"},
			wantUsers: []string{"ubuntu pts/0 (203.0.113.9)"},
			wantTop:   reading.Process{PID: 812, User: "systemd-resolve", CPU: 3, Mem: 0.3, RSS: 12544 << 10, Command: "systemd-resolve"},
		},
		{
			name:     "Alpine 3, busybox",
			memory:   "MemTotal: 1003644 kB\nMemFree: 830112 kB\nMemAvailable: 862344 kB\nBuffers: 9120 kB\nCached: 88012 kB\nShmem: 312 kB\nSReclaimable: 9012 kB\nSwapTotal: 524284 kB\nSwapFree: 524284 kB\n",
			net:      "lo: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\neth0: 30221 300 0 0 0 0 0 0 20110 200 0 0 0 0 0 0\n",
			disks:    "Filesystem           1024-blocks    Used Available Capacity Mounted on\n/dev/nvme0n1p2        1013880    214520    799360  21% /\n/dev/nvme0n1p1         523248       620    522628   0% /boot/efi\n",
			users:    "USER            TTY             IDLE    TIME             HOST\nalpine          pts/0           00:00   Nov 23 13:00:00  203.0.113.9\n",
			top:      "all 64 2.00 1\n2201 nginx 0.5 0.4 4012 nginx\n",
			wantUsed: 1003644 - 862344, wantIn: 30221, wantDisks: []string{"/", "/boot/efi"}, wantUsers: []string{"alpine pts/0 (203.0.113.9)"},
			wantTop: reading.Process{PID: 2201, User: "nginx", CPU: 0.5, Mem: 0.4, RSS: 4012 << 10, Command: "nginx"},
		},
	}
}

func TestReleases(t *testing.T) {
	for _, r := range recordings() {
		t.Run(r.name, func(t *testing.T) {
			sections := canned()
			before, err := parse(sections)
			if err != nil {
				t.Fatal(err)
			}
			before.in, before.out = 0, 0
			sections[secUptime], sections[secMemory], sections[secNet] = "101.00 9\n", r.memory, r.net
			sections[secDisks], sections[secUsers], sections[secTop] = r.disks, r.users, r.top
			if r.plain {
				sections[secPlain] = ""
			}
			s, err := parse(sections)
			if err != nil {
				t.Fatal(err)
			}
			h := s.since(&before)
			if h.MemUsed != r.wantUsed<<10 || h.SwapUsed != r.wantSwap<<10 || h.NetIn != float64(r.wantIn) {
				t.Errorf("%d of memory, %d of swap, %.0f received", h.MemUsed>>10, h.SwapUsed>>10, h.NetIn)
			}
			var mounts []string
			for _, d := range h.Disks {
				mounts = append(mounts, d.Mount)
			}
			if !slices.Equal(mounts, r.wantDisks) || !slices.Equal(h.Users, r.wantUsers) || !slices.Equal(h.Missing, r.wantMissing) {
				t.Errorf("disks %q, users %q, missing %q", mounts, h.Users, h.Missing)
			}
			if len(h.Processes) == 0 || h.Processes[0] != r.wantTop {
				t.Errorf("processes %+v", h.Processes)
			}
		})
	}
}
