package guest

// files.go: the guest's file system as an fs.FS for each user; what can be written is in home.go.

import (
	"cmp"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"tminus/rehearsal/host/shell"
)

// file is a regular file whose text is made when it is read. An empty owner is root.
type file struct {
	text  func() string
	mode  fs.FileMode
	owner string
	size  int64 // what a listing shows; files of /proc show 0, as there
}

// tree is the file system at one moment and for one user: files by their full
// path without the leading slash. Directories are the prefixes of the files.
type tree struct {
	files map[string]file
	user  string
	at    time.Time
}

// Files makes Guest a shell.Machine.
func (g *Guest) Files(user string) fs.FS {
	files := maps.Clone(g.fixed)
	g.procFiles(files)
	g.homeFiles(files)
	for name := range g.log.names() {
		files[name] = file{text: func() string { return g.log.text(name) }, mode: 0o600, size: int64(len(g.log.text(name)))}
	}
	return tree{files: files, user: user, at: g.now()}
}

func (t tree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	f, ok := t.files[name]
	if !ok {
		return t.openDir(name)
	}
	if f.mode&0o004 == 0 && t.user != "root" && t.user != f.owner {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return &opened{Reader: strings.NewReader(f.text()), info: t.info(name, f)}, nil
}

// Stat does without reading, so that what may not be read can still be listed.
func (t tree) Stat(name string) (fs.FileInfo, error) {
	if f, ok := t.files[name]; ok {
		return t.info(name, f), nil
	}
	d, err := t.openDir(name)
	if err != nil {
		return nil, err
	}
	return d.Stat()
}

func (t tree) openDir(name string) (fs.File, error) {
	entries, err := t.ReadDir(name)
	if err != nil {
		return nil, err
	}
	return &opened{Reader: strings.NewReader(""), info: t.dir(name), entries: entries}, nil
}

// ReadDir lists a directory by name.
func (t tree) ReadDir(name string) ([]fs.DirEntry, error) {
	prefix := name + "/"
	if name == "." {
		prefix = ""
	}
	found := map[string]fs.DirEntry{}
	for full, f := range t.files {
		rest, ok := strings.CutPrefix(full, prefix)
		if !ok {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		if deeper {
			found[first] = fs.FileInfoToDirEntry(t.dir(first))
		} else {
			found[first] = fs.FileInfoToDirEntry(t.info(full, f))
		}
	}
	if len(found) == 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	byName := func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) }
	return slices.SortedFunc(maps.Values(found), byName), nil
}

func (t tree) info(name string, f file) info {
	return info{path.Base(name), f.size, f.mode, cmp.Or(f.owner, "root"), t.at}
}

func (t tree) dir(name string) info {
	return info{path.Base(name), 4096, fs.ModeDir | 0o755, "root", t.at}
}

// info is a file's listing; Sys gives the owner's name.
type info struct {
	name  string
	size  int64
	mode  fs.FileMode
	owner string
	at    time.Time
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return i.at }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return i.owner }

// opened is a file or directory being read.
type opened struct {
	*strings.Reader
	info    info
	entries []fs.DirEntry
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *opened) Close() error               { return nil }

func (o *opened) Read(p []byte) (int, error) {
	if o.info.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: o.info.name, Err: errIsDir}
	}
	return o.Reader.Read(p)
}

// ReadDir keeps the contract of fs.ReadDirFile.
func (o *opened) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(o.entries) {
		if n > 0 && len(o.entries) == 0 {
			return nil, io.EOF
		}
		n = len(o.entries)
	}
	part := o.entries[:n]
	o.entries = o.entries[n:]
	return part, nil
}

type fileError string

func (e fileError) Error() string { return string(e) }

const errIsDir = fileError("Is a directory")

// fixedFiles are those that stay as the image brought them.
func (g *Guest) fixedFiles() map[string]file {
	files := map[string]file{}
	put := func(name, text string) {
		files[name] = file{text: func() string { return text }, mode: 0o644, size: int64(len(text))}
	}
	put("etc/os-release", osRelease)
	put("etc/system-release", "Amazon Linux AMI release 2018.03\n")
	put("etc/hostname", g.Hostname()+"\n")
	put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nsshd:x:74:74::/var/empty/sshd:/sbin/nologin\nnginx:x:498:498:nginx user:/var/cache/nginx:/sbin/nologin\n"+
		"scp:x:501:501::/srv/scp:/sbin/nologin\n"+g.o.User+":x:500:500:EC2 Default User:"+g.home()+":/bin/bash\n")
	put("etc/nginx/nginx.conf", nginxConf)
	put("tmp/cloud-init.done", "")
	put("srv/scp/BUILD", g.o.Build+"\n")
	put("srv/scp/requirements.txt", "Django==2.1.5\ngunicorn==19.9.0\npytz==2018.9\n")
	put("var/lib/cloud/data/instance-id", g.o.InstanceID+"\n")
	put("sys/class/net/eth0/address", "02:5c:b1:00:00:01\n")
	put("sys/class/net/eth0/operstate", "up\n")
	put("sys/class/net/lo/operstate", "unknown\n")
	put("sys/hypervisor/type", "xen\n")
	put("var/cache/yum/x86_64/latest/amzn-updates/repomd.xml", "<repomd/>\n")
	files["dev/null"] = file{text: func() string { return "" }, mode: 0o666}
	files["etc/shadow"] = file{text: func() string { return "root:*LOCK*:14600::::::\n" }, mode: 0, size: 24}
	home := shell.Inside("/", g.home())
	files[home+"/.bash_profile"] = file{text: func() string { return "# .bash_profile\n" }, mode: 0o644, owner: g.o.User, size: 16}
	for name := range programs() {
		files["usr/bin/"+name] = file{text: func() string { return "\x7fELF" }, mode: 0o755, size: int64(20_000 + 700*len(name))}
	}
	return files
}

const nginxConf = `user nginx;
worker_processes auto;
events { worker_connections 1024; }
http {
    keepalive_timeout 65;
    server {
        listen 80 default_server;
        client_max_body_size 1m;
        location /static/ { root /srv/scp; }
        location / { proxy_pass http://127.0.0.1:8000; }
    }
}
`
