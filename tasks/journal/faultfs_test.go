package journal

// faultfs_test.go: a disk whose writes and syncs a test may spoil.

import "io/fs"

// faultFS is the real disk with its writes and syncs passed through functions that may spoil them. nil spoils none.
type faultFS struct {
	write func(name string, data []byte, write func([]byte) (int, error)) (int, error)
	sync  func(name string, sync func() error) error // the folder's name is "."
	kind  string                                     // of a file system that is not this machine's own
	ask   error                                      // when it cannot be found out
}

// noSync saves time where no test can tell.
func noSync(string, func() error) error { return nil }

// noReserve saves a megabyte where no test can tell: the reserve has its size, but no bytes.
func noReserve(name string, data []byte, write func([]byte) (int, error)) (int, error) {
	if name == reserveName {
		return len(data), nil
	}
	return write(data)
}

func (f faultFS) OpenDir(path string) (Dir, error) {
	dir, err := Disk{}.OpenDir(path)
	if err != nil {
		return nil, err
	}
	return faultDir{dir, f}, nil
}

func (f faultFS) syncOr(name string, sync func() error) error {
	if f.sync == nil {
		return sync()
	}
	return f.sync(name, sync)
}

type faultDir struct {
	Dir
	fs faultFS
}

func (d faultDir) Sync() error { return d.fs.syncOr(".", d.Dir.Sync) }

func (d faultDir) Remote() (string, error) {
	if d.fs.kind != "" || d.fs.ask != nil {
		return d.fs.kind, d.fs.ask
	}
	return d.Dir.Remote()
}

func (d faultDir) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	file, err := d.Dir.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return faultFile{file, name, d.fs}, nil
}

type faultFile struct {
	File
	name string
	fs   faultFS
}

func (f faultFile) Sync() error { return f.fs.syncOr(f.name, f.File.Sync) }

func (f faultFile) Write(data []byte) (int, error) {
	if f.fs.write == nil {
		return f.File.Write(data)
	}
	return f.fs.write(f.name, data, f.File.Write)
}
