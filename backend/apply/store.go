//go:build linux

package apply

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Store is the folder where snapshots are. Only its owner may read and write there.
type Store struct {
	path string
	dir  *os.File
}

// DefaultStore returns the folder of the store: /var/lib/ctlint for root, else as the
// XDG base directory specification has it.
func DefaultStore() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/ctlint", nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ctlint"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "ctlint"), err
}

// OpenStore opens the folder, and makes it if it is not there. It must belong to the
// caller, and nobody else may write in it; it must not be a symbolic link.
func OpenStore(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; expected a folder, and no symbolic link", path, err)
	}
	dir := os.NewFile(uintptr(fd), path)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	if int(st.Uid) != os.Geteuid() || st.Mode&0o022 != 0 {
		return nil, errors.Join(fmt.Errorf("%s: others may write there; expected a folder of your own, with mode 0700", path), dir.Close())
	}
	return &Store{path, dir}, nil
}

// Close closes the store.
func (s *Store) Close() error { return s.dir.Close() }

// open opens a file in the store; links are not followed.
func (s *Store) open(name string, flags int) (*os.File, error) {
	fd, err := unix.Openat(int(s.dir.Fd()), name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: filepath.Join(s.path, name), Err: err}
	}
	return os.NewFile(uintptr(fd), filepath.Join(s.path, name)), nil
}

func (s *Store) read(name string) ([]byte, error) {
	f, err := s.open(name, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	return text, errors.Join(err, f.Close())
}

// write makes a file that is there as a whole, on the disk, or not at all. If it is to be
// the first of that name, an error that is [os.ErrExist] says that it is not.
func (s *Store) write(name string, text []byte, first bool) (err error) {
	tmp := "." + newID() + ".tmp"
	f, err := s.open(tmp, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL)
	if err != nil {
		return err
	}
	dir := int(s.dir.Fd())
	defer func() {
		// A renamed file has this name no more.
		if first || err != nil {
			_ = unix.Unlinkat(dir, tmp, 0)
		}
	}()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if first {
		err = unix.Linkat(dir, tmp, dir, name, 0)
	} else {
		err = unix.Renameat(dir, tmp, dir, name)
	}
	if err != nil {
		return &os.PathError{Op: "write", Path: filepath.Join(s.path, name), Err: err}
	}
	return s.dir.Sync()
}

// ErrBusy is the error of a store that another process changes the ruleset with.
var ErrBusy = errors.New("another change of this ruleset is going on, or waits to be confirmed")

// lock keeps others from changing the ruleset, until all processes are gone that have
// the file.
func (s *Store) lock() (*os.File, error) {
	f, err := s.open("lock", unix.O_RDWR|unix.O_CREAT)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrBusy
		}
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Snapshot is what was in force before a change, and what of it the change touches.
type Snapshot struct {
	Version int       `json:"version"`
	ID      string    `json:"id"`
	Time    time.Time `json:"time"`
	// Boot and Namespace say which network namespace it is of.
	Boot      string        `json:"boot"`
	Namespace uint64        `json:"namespace"`
	Session   *Session      `json:"session,omitempty"`
	Confirm   time.Duration `json:"confirm"`
	Previous  string        `json:"previous,omitempty"`
	Pieces    []Piece       `json:"pieces"`
	Touched   []Key         `json:"touched"`
}

const snapshotVersion = 1

// place returns the boot and the network namespace that this process is in.
func place() (boot string, namespace uint64, err error) {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", 0, err
	}
	var st unix.Stat_t
	err = unix.Stat("/proc/thread-self/ns/net", &st)
	return strings.TrimSpace(string(text)), st.Ino, err
}

// newID returns a name for a change: short enough to be typed, and no duration.
func newID() string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // it never fails
	text := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	return text[:4] + "-" + text[4:]
}

var validID = regexp.MustCompile(`^[a-z2-7]{4}-[a-z2-7]{4}$`)

// last is the file that names the newest snapshot.
const last = "last"

// save writes the snapshot, and makes it the newest one.
func (s *Store) save(x *Snapshot) error {
	if old, err := s.read(last); err == nil {
		x.Previous = string(old)
	}
	text, err := json.Marshal(x)
	if err == nil {
		err = s.write(x.ID+".snapshot", text, false)
	}
	if err == nil {
		err = s.write(last, []byte(x.ID), false)
	}
	if err == nil {
		s.prune(x)
	}
	return err
}

// kept is how many changes can be taken back, one after the other.
const kept = 20

// prune removes what belongs to changes that are too long ago, or were taken back. It
// does no harm if it fails.
func (s *Store) prune(newest *Snapshot) {
	keep := map[string]bool{}
	for x := newest; x != nil && len(keep) < kept; {
		keep[x.ID] = true
		if x.Previous == "" {
			break
		}
		x, _ = s.snapshot(x.Previous)
	}
	names, err := os.ReadDir(s.path)
	if err != nil {
		return
	}
	for _, f := range names {
		if id, _, _ := strings.Cut(f.Name(), "."); validID.MatchString(id) && !keep[id] {
			_ = unix.Unlinkat(int(s.dir.Fd()), f.Name(), 0)
		}
	}
}

// forget makes the snapshot of before a change the newest one, where that was the
// change's own: the change has been taken back.
func (s *Store) forget(x *Snapshot) error {
	now, err := s.read(last)
	if err != nil || string(now) != x.ID {
		return err
	}
	return s.write(last, []byte(x.Previous), false)
}

// snapshot reads a snapshot; the newest one if there is no ID.
func (s *Store) snapshot(id string) (*Snapshot, error) {
	if id == "" {
		text, err := s.read(last)
		if errors.Is(err, os.ErrNotExist) || err == nil && len(text) == 0 {
			return nil, fmt.Errorf("%s: there is no snapshot of before a change", s.path)
		}
		if err != nil {
			return nil, err
		}
		id = string(text)
	}
	if !validID.MatchString(id) {
		return nil, fmt.Errorf("%q is no token; expected one such as abcd-efgh", id)
	}
	text, err := s.read(id + ".snapshot")
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no snapshot %s in %s", id, s.path)
	}
	x := &Snapshot{}
	if err == nil {
		err = json.Unmarshal(text, x)
	}
	if err == nil && x.Version != snapshotVersion {
		err = fmt.Errorf("snapshot %s is of version %d; expected %d", id, x.Version, snapshotVersion)
	}
	return x, err
}

// Outcome is how a change has ended.
type Outcome struct {
	// Kept says that the change stays; else it is taken back.
	Kept bool   `json:"kept"`
	Why  string `json:"why"`
	// Done says that taking it back has come to its end, and Err how it failed.
	Done bool   `json:"done"`
	Err  string `json:"err,omitempty"`
}

// decide says how a change ends, if nobody has yet. It returns what was decided.
func (s *Store) decide(id string, o Outcome) (Outcome, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return o, err
	}
	err = s.write(id+".outcome", text, true)
	if errors.Is(err, os.ErrExist) {
		have, err := s.outcome(id)
		if err == nil && have == nil {
			err = errors.New("the outcome is gone")
		}
		if err != nil {
			return o, err
		}
		return *have, nil
	}
	return o, err
}

// outcome returns what was decided; nil if nothing was.
func (s *Store) outcome(id string) (*Outcome, error) {
	for _, name := range []string{id + ".result", id + ".outcome"} {
		text, err := s.read(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		o := &Outcome{}
		if err == nil {
			err = json.Unmarshal(text, o)
		}
		return o, err
	}
	return nil, nil //nolint:nilnil // nothing was decided
}

// finish notes that a change has been taken back, or that this failed.
func (s *Store) finish(id string, o Outcome) error {
	o.Done = true
	text, err := json.Marshal(o)
	if err == nil {
		err = s.write(id+".result", text, false)
	}
	return err
}
