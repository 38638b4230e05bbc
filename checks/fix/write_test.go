//go:build unix

package fix_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ctlint/ctlint/checks/fix"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "rules.v4")
	link := filepath.Join(dir, "link")
	for _, err := range []error{
		os.WriteFile(name, []byte("old"), 0o600),
		os.Chmod(name, 0o640),
		os.Mkdir(filepath.Join(dir, "sub"), 0o755),
		os.Symlink("../rules.v4", filepath.Join(dir, "sub", "up")),
		os.Symlink("sub/up", link),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := fix.Write(fix.Change{File: link, Old: "old", New: "new"}); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(name); string(b) != "new" {
		t.Errorf("the file holds %q", b)
	}
	info, err := os.Lstat(name)
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

func TestWriteOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	name := filepath.Join(t.TempDir(), "rules.v4")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(name, 1234, 4321); err != nil {
		t.Fatal(err)
	}
	if err := fix.Write(fix.Change{File: name, Old: "old", New: "new"}); err != nil {
		t.Fatal(err)
	}
	if uid, gid := owner(t, name); uid != 1234 || gid != 4321 {
		t.Errorf("the owner is %d:%d", uid, gid)
	}
}

func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	if err := fix.Write(fix.Change{File: filepath.Join(dir, "gone")}); err == nil {
		t.Error("a file that is not there was written")
	}
	if err := fix.Write(fix.Change{File: dir}); err == nil {
		t.Error("a folder was written")
	}
	name := filepath.Join(dir, "rules.v4")
	if err := os.WriteFile(name, []byte("meanwhile"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := fix.Write(fix.Change{File: name, Old: "old", New: "new"}); err == nil {
		t.Error("a file that has changed meanwhile was overwritten")
	}
}
