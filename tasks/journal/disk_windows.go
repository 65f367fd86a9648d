//go:build windows

package journal

// disk_windows.go: what Windows lacks or calls differently. Untested: nobody here flies from Windows.

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// checkOwner checks nothing: Windows keeps access in lists, and the user's profile folder is private by default.
func checkOwner(fs.FileInfo) error { return nil }

// syncDir does nothing: a directory cannot be flushed here, NTFS journals its names itself.
func syncDir(*os.File) error { return nil }

const (
	errorHandleDiskFull = syscall.Errno(39)
	errorDiskFull       = syscall.Errno(112)
)

func isDiskFull(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}
