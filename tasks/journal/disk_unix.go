//go:build unix

package journal

// disk_unix.go: what Linux and macOS add to files: owners, modes, synced directories.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// checkOwner refuses a folder in which somebody else could change the journal under us.
func checkOwner(info fs.FileInfo) error {
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("the run folder can be changed by others (mode %04o): make it yours alone with chmod 700", info.Mode().Perm())
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New("the run folder has no owner to check")
	}
	if uid := os.Geteuid(); int64(stat.Uid) != int64(uid) {
		return fmt.Errorf("the run folder belongs to user id %d and you are %d: continue as its owner, or start a run of your own", stat.Uid, uid)
	}
	return nil
}

func syncDir(dir *os.File) error { return dir.Sync() }

func isDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
