package journal

// place_linux_test.go: the kinds of file systems that Linux knows, and a real FUSE mount, served by a few answers.

import (
	"encoding/binary"
	"fmt"
	"syscall"
	"testing"
)

func TestKindsOfFileSystems(t *testing.T) {
	for magic, want := range map[uint32]string{
		0x6969: "NFS", 0xfe534d42: "SMB", 0xff534d42: "CIFS", 0x01021997: "9p", 0x65735546: "FUSE", 0x00c36400: "CephFS",
		0xef53: "", 0x58465342: "", 0x9123683e: "", 0x2fc12fc1: "", 0x01021994: "", 0x794c7630: "", 0xf2f52010: "", // ext4 xfs btrfs zfs tmpfs overlay f2fs
	} {
		if got := remoteName(magic); got != want {
			t.Errorf("%#x is %q, want %q", magic, got, want)
		}
	}
}

func TestRealFUSERefused(t *testing.T) {
	mount := mountFUSE(t)
	refusedPlace(t, mount, Options{}, "FUSE")
}

// mountFUSE mounts a file system that consists of an empty folder.
func mountFUSE(t *testing.T) string {
	t.Helper()
	device, err := syscall.Open("/dev/fuse", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("NOT TESTED: a real FUSE mount needs /dev/fuse:", err)
	}
	mount := t.TempDir()
	data := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, syscall.Getuid(), syscall.Getgid())
	if err := syscall.Mount("tminus-test", mount, "fuse", syscall.MS_NOSUID|syscall.MS_NODEV, data); err != nil {
		_ = syscall.Close(device)
		t.Skip("NOT TESTED: a real FUSE mount needs the right to mount:", err)
	}
	served := make(chan error, 1)
	go func() { served <- serveFUSE(device) }()
	t.Cleanup(func() {
		if err := syscall.Unmount(mount, 0); err != nil {
			t.Error(err)
			_ = syscall.Unmount(mount, syscall.MNT_DETACH)
		}
		if err := <-served; err != syscall.ENODEV { // what an unmounted device reads
			t.Error("serving the mount:", err)
		}
		_ = syscall.Close(device)
	})
	return mount
}

// serveFUSE answers what stat, open and statfs of a folder ask, until the mount is gone.
func serveFUSE(device int) error {
	const header = 16 // of an answer: length, error, the request's number
	le := binary.LittleEndian
	request := make([]byte, 64<<10)
	for {
		_, err := syscall.Read(device, request)
		if err == syscall.EINTR || err == syscall.EAGAIN {
			continue
		}
		if err != nil {
			return err
		}
		opcode, problem := le.Uint32(request[4:]), syscall.Errno(0)
		var body []byte
		switch opcode {
		case 2, 42: // FORGET and its batch want no answer
			continue
		case 3: // GETATTR
			body = make([]byte, 16+88)
			le.PutUint64(body[16:], 1)           // inode
			le.PutUint32(body[16+60:], 0o40700)  // a folder of its owner's
			le.PutUint32(body[16+64:], 2)        // links
			copy(body[16+68:], request[24:24+8]) // whoever asks is the owner
			le.PutUint32(body[16+80:], 4096)     // block size
		case 17: // STATFS
			body = make([]byte, 80)
		case 26: // INIT: version 7.22 has the short answer
			body = make([]byte, 24)
			le.PutUint32(body, 7)
			le.PutUint32(body[4:], 22)
			le.PutUint32(body[20:], 4096)
		case 27: // OPENDIR
			body = make([]byte, 16)
		case 29, 38: // RELEASEDIR, DESTROY
		case 1: // LOOKUP
			problem = syscall.ENOENT
		default:
			problem = syscall.ENOSYS
		}
		answer := le.AppendUint32(nil, uint32(header+len(body)))
		answer = le.AppendUint32(answer, uint32(-int32(problem)))
		answer = append(append(answer, request[8:16]...), body...)
		if _, err := syscall.Write(device, answer); err != nil && err != syscall.ENOENT { // the asker gave up
			return err
		}
	}
}
