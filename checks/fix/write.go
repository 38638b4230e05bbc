package fix

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// Write puts the new text in the place of the file, at once: whoever reads it
// sees the old text or the new one, also after a crash. A symbolic link stays
// one; the file that it leads to is replaced, and keeps its mode and, where
// that is allowed, its owner. A read-only file, which could be replaced all the same, and
// one that is no longer as it was read are left alone.
func Write(c Change) error {
	name, err := filepath.EvalSymlinks(c.File)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file, so it is not written", c.File)
	}
	if info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("%s is read-only, so it is not written", c.File)
	}
	now, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if string(now) != c.Old {
		return fmt.Errorf("%s has changed since it was read, so it is not written", c.File)
	}
	f, err := renameio.NewPendingFile(name, renameio.WithStaticPermissions(info.Mode().Perm()))
	if err != nil {
		return err
	}
	defer f.Cleanup() //nolint:errcheck // what is left after a success is nothing, after an error a file nobody names
	if err := keepOwner(f.File, info); err != nil {
		return err
	}
	if _, err := f.WriteString(c.New); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}
