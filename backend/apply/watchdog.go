//go:build linux

package apply

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/ctlint/ctlint/backend/live"
)

// watchdogName is what the watchdog is called in its arguments: by that the program
// knows itself again.
const watchdogName = "ctlint-watchdog"

// Main does nothing in an ordinary process. In one that [Plan.Apply] has started it is
// the watchdog, and does not return.
func Main() {
	if len(os.Args) == 0 || os.Args[0] != watchdogName {
		return
	}
	if err := guard(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// The files that the watchdog inherits. While a process has the lock nobody else may
// change the ruleset.
const (
	fdControl = 3 + iota
	fdStatus
	fdLock
)

// What is said through the pipes.
const (
	wordArmed   = "armed"
	wordApplied = "applied"
	wordUndo    = "undo "
)

const (
	// mostLoading is how long loading may take.
	mostLoading = 10 * time.Minute
	// pollOutcome is how often the watchdog looks whether somebody has confirmed.
	pollOutcome = 100 * time.Millisecond
	// tries is how often restoring is tried, as somebody else may be about to change
	// something, too.
	tries    = 5
	tryAgain = 500 * time.Millisecond
)

// watchdog is the process as its parent sees it.
type watchdog struct {
	control *os.File // written to; tools that load have it, too
	status  *os.File // read from
	lines   *bufio.Reader
	process *os.Process
}

// arm starts the watchdog, in a session of its own so that no terminal's end reaches
// it, and returns when it is ready.
func arm(s *Store, id string, lock *Lock) (*watchdog, error) {
	theirs, control, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	status, reports, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirs.Close(), control.Close())
	}
	log, err := s.open(id+".log", syscall.O_WRONLY|syscall.O_CREAT|syscall.O_APPEND)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{watchdogName, s.path, id}
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{theirs, reports, lock.file}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	err = errors.Join(err, theirs.Close(), reports.Close(), log.Close())
	w := &watchdog{control: control, status: status, lines: bufio.NewReader(status), process: cmd.Process}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	go func() { _ = cmd.Wait() }() // that it has ended its pipe tells
	if err := status.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if line, err := w.lines.ReadString('\n'); err != nil || strings.TrimSpace(line) != wordArmed {
		return nil, errors.Join(fmt.Errorf("the watchdog does not start: %w; see %s.log", err, id), w.close())
	}
	return w, status.SetReadDeadline(time.Time{})
}

func (w *watchdog) close() error { return errors.Join(w.control.Close(), w.status.Close()) }

// tell tells the watchdog something.
func (w *watchdog) tell(word string) error {
	_, err := fmt.Fprintln(w.control, word)
	return err
}

// ended returns when the watchdog has.
func (w *watchdog) ended(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = w.status.SetReadDeadline(time.Now()) })
	defer stop()
	for {
		if _, err := w.lines.ReadString('\n'); err != nil {
			return ctx.Err()
		}
	}
}

// guard is the watchdog: it waits until somebody confirms, and restores otherwise.
func guard(args []string) error {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE)
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	if len(args) != 2 {
		return errors.New("the watchdog is started by ctlint apply alone")
	}
	s, err := OpenStore(args[0])
	if err != nil {
		return err
	}
	x, err := s.snapshot(args[1])
	if err != nil {
		return err
	}
	// Not everybody may be spared when memory ends (proc(5), oom_score_adj).
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("-1000"), 0)
	// The files are closed in the tools that it starts, but for the lock: while one of
	// these runs, nobody else should change anything.
	syscall.CloseOnExec(fdControl)
	syscall.CloseOnExec(fdStatus)
	control, status := os.NewFile(fdControl, "control"), os.NewFile(fdStatus, "status")
	if _, err := fmt.Fprintln(status, wordArmed); err != nil {
		return err
	}
	words := make(chan string)
	go func() {
		defer close(words)
		for lines := bufio.NewScanner(control); lines.Scan(); {
			words <- lines.Text()
		}
	}()
	o, err := await(s, x, words, term)
	if err != nil {
		return err
	}
	if o.Kept {
		return nil
	}
	return undo(context.Background(), s, x, o)
}

// await returns how the change ends.
func await(s *Store, x *Snapshot, words <-chan string, term <-chan os.Signal) (Outcome, error) {
	deadline := time.NewTimer(mostLoading)
	late := "loading did not come to an end"
	poll := time.NewTicker(pollOutcome)
	defer poll.Stop()
	applied := false
	for {
		select {
		case word, open := <-words:
			why, told := strings.CutPrefix(word, wordUndo)
			switch {
			case told:
				return s.decide(x.ID, Outcome{Why: why})
			case word == wordApplied:
				applied = true
				late = fmt.Sprintf("nobody confirmed it within %s", x.Confirm)
				deadline.Reset(x.Confirm)
			case !open && !applied:
				return s.decide(x.ID, Outcome{Why: "ctlint has ended while it was loading"})
			case !open:
				words = nil // it need not wait with us
			}
		case <-poll.C:
			if o, err := s.outcome(x.ID); err == nil && o != nil {
				return *o, nil
			}
		case <-term:
			return s.decide(x.ID, Outcome{Why: "the watchdog was told to end"})
		case <-deadline.C:
			return s.decide(x.ID, Outcome{Why: late})
		}
	}
}

// undo restores what the change has touched, and notes that it has.
func undo(ctx context.Context, s *Store, x *Snapshot, o Outcome) error {
	var err error
	for i := range tries {
		if i > 0 {
			time.Sleep(tryAgain)
		}
		if err = restore(ctx, live.Here{}, x.Pieces, x.Touched); err == nil {
			break
		}
	}
	if err != nil {
		o.Err = err.Error()
	} else {
		err = s.forget(x)
	}
	return errors.Join(err, s.finish(x.ID, o))
}
