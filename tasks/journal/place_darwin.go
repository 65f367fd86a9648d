package journal

// place_darwin.go: what kind of file system holds a folder, by what macOS says of the mount.

import (
	"os"
	"strings"
	"syscall"
)

// mountLocal is MNT_LOCAL: the file system is stored on this machine.
const mountLocal = 0x1000

// remoteKind names the file system of an open folder if it is not a local one.
func remoteKind(folder *os.File) (string, error) {
	var stat syscall.Statfs_t
	if err := syscall.Fstatfs(int(folder.Fd()), &stat); err != nil {
		return "", os.NewSyscallError("statfs", err)
	}
	var name strings.Builder
	for _, c := range stat.Fstypename {
		if c == 0 {
			break
		}
		name.WriteByte(byte(c))
	}
	// FUSE may call itself local, and depends on another program all the same.
	if stat.Flags&mountLocal != 0 && !strings.Contains(name.String(), "fuse") {
		return "", nil
	}
	return name.String(), nil
}
