package sshops

// sampler.go: what runs on the host while it is read: one sh, and in it one awk.
// Both stay for as long as the connection does and start no program for a
// sample, which is why a sample costs next to nothing: sh reads the request and
// lists /proc, awk reads the files, keeps what each process had used at the look
// before and sends the few rows that are shown. df and who are started only when
// they are asked for. Nothing is installed, nothing is written to a disk.
//
// The texts are fixed: nothing of the plan or of the host becomes part of them.
// They are what sh, dash, bash and ash, and awk, mawk, gawk and busybox have in
// common; case and functions of sh are avoided, and so are regular expressions
// that old mawks do not know.

// ready is printed once all of sampler has been read. Nothing may be sent
// before: dash reads its input in blocks, and would take the request for script.
const ready = "tminus-ready"

// A request is a line of a mark, which the answer carries back, and of three
// flags: whether disks, users and processes are asked for. The answer is a line
// "<mark>-<section>", the section's lines, and so on up to "<mark>-end".
//
// mawk collects 4 KiB of requests before it looks at one, unless it is told that
// it is interactive; an awk that has anything to say about that is not told.
const sampler = `LC_ALL=C; export LC_ALL
if command -v awk >/dev/null 2>&1; then
i=
[ -z "$(awk -W interactive 'BEGIN { exit }' 2>&1 </dev/null)" ] && i='-W interactive'
while read -r n d u p; do
echo "ask $n $p"
[ "$p" = 1 ] && printf '%s\n' /proc/[0-9]*
echo "answer $d $u"
done | awk $i '` + looker + `'
else
` + plainSampler + `fi
`

// looker is the awk of sampler. It prints lines of /proc as they are, less what
// nobody reads, and processes as ps would, so that one parser serves all hosts.
// Ticks are hundredths of a second on every Linux that EC2 runs.
const looker = `
function put(line) { out = out line "\n" }
function part(name) { put(mark "-" name) }
function file(path,  line) {
	if ((getline line < path) > 0) put(line)
	close(path)
	return line
}
function cores(  line, f, n, i, row) {
	while ((getline line < "/proc/stat") > 0 && line ~ /^cpu/) {
		n = split(line, f, " ")
		row = f[1]
		for (i = 2; i <= n && i <= 9; i++) row = row " " f[i]
		if (row !~ /^cpu /) put(row)
	}
	close("/proc/stat")
}
function memory(  line, f) {
	while ((getline line < "/proc/meminfo") > 0)
		if (line ~ /^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SReclaimable|Shmem|SwapTotal|SwapFree):/) {
			split(line, f, " ")
			if (f[1] == "MemTotal:") total = f[2]
			put(f[1] " " f[2] " " f[3])
		}
	close("/proc/meminfo")
}
function network(  line, f, n, i, row, rows) {
	while ((getline line < "/proc/net/dev") > 0) {
		if (line !~ /:/ || line ~ /^ *(veth|cali|lxc|docker|br-|virbr|cni|flannel|bond|tun|tap|wg)/ || rows++ >= 16) continue
		sub(/:/, ": ", line)
		n = split(line, f, " ")
		row = f[1]
		for (i = 2; i <= n; i++) row = row " " f[i]
		put(row)
	}
	close("/proc/net/dev")
}
function program(command, most,  line, n) {
	command = command " 2>/dev/null </dev/null || echo status $?"
	while ((command | getline line) > 0) if (n++ < most) put(line)
	close(command)
}
function disks(  line, f, list, seen, n) {
	list = "/"
	while ((getline line < "/proc/mounts") > 0) {
		split(line, f, " ")
		if (f[1] !~ "^/dev/" || f[1] ~ "^/dev/loop" || f[1] in seen) continue
		seen[f[1]] = 1
		if (f[2] ~ "^/[A-Za-z0-9._/-]+$" && n++ < 24) list = list " " f[2]
	}
	close("/proc/mounts")
	program("df -P -k " list, 40)
}
function look(path,  line, f, key, used, since, rank, i) {
	if ((getline line < path) <= 0 || !match(line, /.*\) /)) { close(path); return }
	close(path)
	count++
	split(substr(line, RLENGTH + 1), f, " ")
	key = (line + 0) " " f[20]
	used = f[12] + f[13]
	since = (key in ticks) ? used - ticks[key] : (looks > 1 ? used : 0)
	ticks[key] = used
	last[key] = looks
	rank = since * 10000000000 + f[22]
	if (rank <= ranks[most]) return
	for (i = most; i > 1 && rank > ranks[i-1]; i--) {
		ranks[i] = ranks[i-1]; pids[i] = pids[i-1]; spent[i] = spent[i-1]; names[i] = names[i-1]
	}
	ranks[i] = rank; pids[i] = line + 0; spent[i] = since
	names[i] = substr(line, index(line, "(") + 1, RLENGTH - index(line, "(") - 2)
}
function top(  i, path, line, f, uid, size, key) {
	put("all " count + 0 " " seconds " " init + 0)
	for (i = 1; i <= most && ranks[i] >= 0; i++) {
		path = "/proc/" pids[i] "/status"
		uid = ""; size = 0
		while ((getline line < path) > 0) {
			split(line, f, " ")
			if (f[1] == "Uid:") uid = f[3]
			if (f[1] == "VmRSS:") { size = f[2]; break }
		}
		close(path)
		if (uid == "") continue
		put(sprintf("%d %s %.1f %.1f %d %s", pids[i], (uid in users) ? users[uid] : uid,
			seconds > 0 ? spent[i] / seconds : 0, total > 0 ? 100 * size / total : 0, size, names[i]))
	}
	for (key in last) if (last[key] != looks) { delete last[key]; delete ticks[key] }
}
BEGIN {
	most = 12
	ORS = ""
	while ((getline line < "/etc/passwd") > 0) {
		split(line, f, ":")
		if (!(f[3] in users)) users[f[3]] = f[1]
	}
	close("/etc/passwd")
	if ((getline line < "/sys/fs/cgroup/memory.max") > 0 && line != "max") limited = "memory"
	if ((getline line < "/sys/fs/cgroup/memory/memory.limit_in_bytes") > 0 && length(line) < 16) limited = "memory"
	if ((getline line < "/sys/fs/cgroup/cpu.max") > 0 && line !~ /^max/) limited = "CPU"
	print "` + ready + `\n"
	fflush()
}
$1 == "ask" {
	mark = $2; wanted = $3; out = ""
	part("uptime")
	split(file("/proc/uptime"), now, " ")
	if (wanted) {
		seconds = looks++ ? now[1] - then : 0
		then = now[1]
		count = init = 0
		for (i = 1; i <= most; i++) ranks[i] = -1
	}
	next
}
$1 == "answer" {
	part("cpu"); cores()
	part("memory"); memory()
	part("load"); file("/proc/loadavg")
	part("net"); network()
	if (wanted) { part("top"); top() }
	if ($2) { part("disks"); disks(); part("limits"); put(limited) }
	if ($3) { part("users"); program("who", 32) }
	part("end")
	print out
	fflush()
	next
}
{ if ($0 == "/proc/1") init = 1; look($0 "/stat") }
`

// plainSampler is for a host without awk: more bytes, a few programs a sample,
// processes as ps counts them. df is asked for the root only: a dead network
// file system would hold it up for ever.
const plainSampler = `echo ` + ready + `
while read -r n d u p; do
echo "$n-plain"
echo "$n-uptime"; cat /proc/uptime
echo "$n-cpu"; cat /proc/stat
echo "$n-memory"; cat /proc/meminfo
echo "$n-load"; cat /proc/loadavg
echo "$n-net"; cat /proc/net/dev
if [ "$p" = 1 ]; then
echo "$n-top"
if command -v ps >/dev/null 2>&1; then ps -eo pid,user,pcpu,pmem,rss,comm --sort=-pcpu | head -n 13; else echo status 127; fi
fi
if [ "$d" = 1 ]; then echo "$n-disks"; df -P -k / 2>/dev/null || echo status $?; fi
if [ "$u" = 1 ]; then echo "$n-users"; who 2>/dev/null || echo status $?; fi
echo "$n-end"
done
`
