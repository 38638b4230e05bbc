package baseline

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
)

// Revision is the files of a git repository at a revision. It asks git for them
// with a process that stays until Close.
type Revision struct {
	// Name is what the revision was called, Commit its full name.
	Name, Commit string
	root         string

	mu  sync.Mutex
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Open finds a revision of the repository that the current folder is in. Git is run
// as it is, without a shell.
func Open(rev string) (*Revision, error) {
	commit, err := git("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("--new-from %s: git knows no such revision here: %w", rev, err)
	}
	root, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("--new-from %s: %w", rev, err)
	}
	r := &Revision{Name: rev, Commit: commit, root: root}
	r.cmd = exec.Command("git", "cat-file", "--batch")
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.out = bufio.NewReader(out)
	return r, r.cmd.Start()
}

func git(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return "", errors.New(text)
		}
		return "", err
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// Close ends git.
func (r *Revision) Close() error {
	return errors.Join(r.in.Close(), r.cmd.Wait())
}

// ReadFile returns a file's text at the revision. A file that was not there then
// does not exist; one outside of the repository is read as it is now.
func (r *Revision) ReadFile(name string) ([]byte, error) {
	path, ok := r.path(name)
	if !ok {
		return os.ReadFile(name)
	}
	if strings.ContainsAny(path, "\n\r") {
		return nil, fmt.Errorf("the name %q cannot be asked of git", name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := fmt.Fprintf(r.in, "%s:%s\n", r.Commit, path); err != nil {
		return nil, err
	}
	// <object> SP <type> SP <size> LF, or <name> SP missing LF (git-cat-file(1),
	// BATCH OUTPUT).
	head, err := r.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("reading %s at %s: %w", name, r.Name, err)
	}
	words := strings.Fields(head)
	if len(words) < 3 || strings.HasSuffix(head, " missing\n") {
		return nil, &fs.PathError{Op: "read at " + r.Name, Path: name, Err: fs.ErrNotExist}
	}
	size, err := strconv.Atoi(words[len(words)-1])
	if err != nil {
		return nil, fmt.Errorf("reading %s at %s: git says %q", name, r.Name, head)
	}
	text := make([]byte, size+1) // and a line's end
	if _, err := io.ReadFull(r.out, text); err != nil {
		return nil, fmt.Errorf("reading %s at %s: %w", name, r.Name, err)
	}
	if words[len(words)-2] != "blob" {
		return nil, &fs.PathError{Op: "read at " + r.Name, Path: name, Err: fs.ErrNotExist}
	}
	return text[:size], nil
}

// path returns a file's name as git has it; false if it is not in the repository.
func (r *Revision) path(name string) (string, bool) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", false
	}
	// The repository's name has no links in it.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	rel, err := filepath.Rel(r.root, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// Lint runs the checks on the units as they were at the revision, and returns what
// was found then: that is known now. Files that were not there are left out.
func (r *Revision) Lint(units []unit.Unit, o driver.Options) (*Baseline, error) {
	o.ReadFile, o.Overlay, o.Progress, o.Suppress = r.ReadFile, nil, nil, nil
	var then []unit.Unit
	for _, u := range units {
		var files []string
		for _, f := range u.Files {
			if f == unit.Stdin {
				continue
			}
			switch _, err := r.ReadFile(f); {
			case err == nil:
				files = append(files, f)
			case !errors.Is(err, fs.ErrNotExist):
				return nil, err
			}
		}
		if u.Files = files; len(files) > 0 {
			then = append(then, u)
		}
	}
	found, err := driver.Run(then, o)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(found.Errors...); err != nil {
		return nil, fmt.Errorf("checking %s: %w", r.Name, err)
	}
	b := &Baseline{Name: filepath.Join(r.root, DefaultName), known: map[key]bool{}}
	for _, f := range found.Findings {
		if tellable(f) {
			b.known[key{relative(b.Name, f.Pos.Filename), f.Fingerprint}] = true
		}
	}
	return b, nil
}
