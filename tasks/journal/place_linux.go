package journal

// place_linux.go: what kind of file system holds a folder, by the numbers that Linux gives them.

import (
	"os"
	"syscall"
)

// remote are the kinds (f_type of statfs) whose locks or syncs depend on another machine or another program.
var remote = [...]struct {
	magic uint32
	name  string
}{
	{0x6969, "NFS"}, {0x517b, "SMB"}, {0xfe534d42, "SMB"}, {0xff534d42, "CIFS"}, {0x01021997, "9p"},
	{0x65735546, "FUSE"}, // sshfs, sync folders, virtiofs
	{0x00c36400, "CephFS"}, {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"}, {0x01161970, "GFS2"}, {0x7461636f, "OCFS2"},
	{0x5346414f, "AFS"}, {0x6b414653, "AFS"}, {0x73757245, "Coda"}, {0x564c, "NCP"}, {0xaad7aaea, "PanFS"},
	{0x786f4256, "vboxsf"}, {0xbacbacbc, "vmhgfs"}, {0x7c7c6673, "prl_fs"}, {0x53464846, "DrvFs"}, // folders of a virtual machine's host
}

// remoteKind names the file system of an open folder if it is not a local one.
func remoteKind(folder *os.File) (string, error) {
	var stat syscall.Statfs_t
	if err := syscall.Fstatfs(int(folder.Fd()), &stat); err != nil {
		return "", os.NewSyscallError("statfs", err)
	}
	return remoteName(uint32(stat.Type)), nil // the numbers have 32 bits; some architectures extend the sign
}

func remoteName(magic uint32) string {
	for _, kind := range remote {
		if kind.magic == magic {
			return kind.name
		}
	}
	return ""
}
