//go:build linux

package apply

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ctlint/ctlint/backend/live"
)

// Lock keeps others from changing the ruleset.
type Lock struct{ file *os.File }

// Lock takes the lock of the store. The error is [ErrBusy] if somebody else has it.
func (s *Store) Lock() (*Lock, error) {
	f, err := s.lock()
	if err != nil {
		return nil, err
	}
	return &Lock{f}, nil
}

// Release gives the lock back; a watchdog keeps it as long as it is there.
func (l *Lock) Release() error { return l.file.Close() }

// Options say how a change is made.
type Options struct {
	// Confirm is how long somebody has to confirm it.
	Confirm time.Duration
	// Session is the SSH session that the change is made from; nil for none. It may not
	// confirm itself.
	Session *Session
}

// Undone is the error of a change that failed and was taken back.
type Undone struct {
	Why error
	// Left is why taking it back has failed; nil if the old ruleset is in force.
	Left error
}

func (u *Undone) Error() string {
	if u.Left != nil {
		return fmt.Sprintf("%v; the old ruleset could not be restored: %v", u.Why, u.Left)
	}
	return fmt.Sprintf("%v; the old ruleset is in force", u.Why)
}

func (u *Undone) Unwrap() error { return u.Why }

// Pending is a change that is in force, and goes if nobody confirms it.
type Pending struct {
	ID       string
	store    *Store
	snapshot *Snapshot
	dog      *watchdog
}

// Apply makes the change: it saves what is in force, starts the watchdog, loads, reads
// back and compares. If one of that fails, what was in force is in force again. The
// caller has the lock.
func (p *Plan) Apply(ctx context.Context, s *Store, lock *Lock, o Options) (*Pending, error) {
	now, err := ReadState(ctx, live.Here{})
	if err != nil {
		return nil, err
	}
	if changed := differing(p.Before.Pieces, now.Pieces); len(changed) > 0 {
		return nil, fmt.Errorf("somebody has changed %s meanwhile; nothing is changed, run it again", changed[0])
	}
	x := &Snapshot{Version: snapshotVersion, ID: newID(), Time: time.Now(), Session: o.Session, Confirm: o.Confirm, Pieces: now.Pieces, Touched: p.Touched}
	if x.Boot, x.Namespace, err = place(); err != nil {
		return nil, err
	}
	if err := s.save(x); err != nil {
		return nil, fmt.Errorf("saving what is in force: %w; nothing is changed", err)
	}
	dog, err := arm(s, x.ID, lock)
	if err != nil {
		return nil, fmt.Errorf("%w; nothing is changed", err)
	}
	pending := &Pending{ID: x.ID, store: s, snapshot: x, dog: dog}
	if err := pending.load(ctx, p); err != nil {
		out, e := pending.Undo(err.Error())
		switch {
		case e != nil:
		case out.Kept:
			e = errors.New("it was confirmed meanwhile")
		case out.Err != "":
			e = errors.New(out.Err)
		}
		return nil, &Undone{Why: err, Left: e}
	}
	return pending, nil
}

// load loads the change, and compares what is in force with what should be.
func (p *Pending) load(ctx context.Context, plan *Plan) error {
	for _, s := range plan.steps {
		if err := p.step(ctx, s); err != nil {
			return err
		}
	}
	now, err := ReadState(ctx, live.Here{})
	if err != nil {
		return fmt.Errorf("reading back: %w", err)
	}
	for _, k := range differing(plan.After.Pieces, now.Pieces) {
		if slices.Contains(plan.Touched, k) {
			return fmt.Errorf("%s is not what it should be after loading", k)
		}
	}
	if err := p.dog.tell(wordApplied); err != nil {
		return fmt.Errorf("the watchdog has ended: %w", err)
	}
	return nil
}

// step runs a tool. It has the pipe to the watchdog, so that should this process die,
// the watchdog restores nothing before the tool has ended.
func (p *Pending) step(ctx context.Context, s Step) error {
	path, err := exec.LookPath(s.Argv[0])
	if err != nil {
		return fmt.Errorf("%s is not installed: %w", s.Argv[0], err)
	}
	cmd := exec.CommandContext(ctx, path, s.Argv[1:]...)
	cmd.Stdin = strings.NewReader(s.Stdin)
	cmd.ExtraFiles = []*os.File{p.dog.control}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what the terminal sends is for ctlint
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(s.Argv, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Wait returns how the change has ended. If the watchdog has died, it does the
// watchdog's work.
func (p *Pending) Wait(ctx context.Context) (Outcome, error) {
	if err := p.dog.ended(ctx); err != nil {
		return Outcome{}, err
	}
	o, err := p.store.outcome(p.ID)
	if err != nil {
		return Outcome{}, err
	}
	if o == nil {
		decided, err := p.store.decide(p.ID, Outcome{Why: "the watchdog has died"})
		if err != nil {
			return decided, err
		}
		o = &decided
	}
	if !o.Kept && !o.Done {
		if err := undo(ctx, p.store, p.snapshot, *o); err != nil {
			o.Err = err.Error()
		}
	}
	return *o, nil
}

// Undo takes the change back, unless it has been confirmed, and returns how it has
// ended.
func (p *Pending) Undo(why string) (Outcome, error) {
	// It has ended if that fails; Wait finds out.
	_ = p.dog.tell(wordUndo + strings.Join(strings.Fields(why), " "))
	return p.Wait(context.Background())
}

// Keep confirms the change from where it was made.
func (p *Pending) Keep() (Outcome, error) {
	return p.store.decide(p.ID, Outcome{Kept: true, Why: "confirmed at the terminal", Done: true})
}

// Refusal is the error of a change that cannot be confirmed, or not so.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Confirm confirms a change by its token. The error is a [Refusal] if there is such a change. It must come from another connection than the
// change, as that shows that new ones are let in.
func Confirm(s *Store, id string, session *Session) error {
	x, err := s.snapshot(id)
	if err != nil {
		return err
	}
	if x.Session != nil && session != nil && *x.Session == *session {
		return Refusal(fmt.Sprintf("this is the connection that the change was made from, %s, so it does not show that new ones are let in; confirm from a new one", session))
	}
	if have, err := s.outcome(id); err != nil || have != nil {
		return errors.Join(err, ended(have))
	}
	if lock, err := s.Lock(); err == nil {
		return errors.Join(Refusal("there is no watchdog any more; ctlint rollback restores the ruleset from before"), lock.Release())
	}
	o, err := s.decide(id, Outcome{Kept: true, Why: "confirmed", Done: true})
	if err != nil {
		return err
	}
	if !o.Kept {
		return ended(&o)
	}
	return nil
}

// ended is the error of a change that has ended already.
func ended(o *Outcome) error {
	switch {
	case o == nil:
		return nil
	case o.Kept:
		return Refusal("it has been confirmed already; the new ruleset is in force")
	case o.Err != "":
		return Refusal(fmt.Sprintf("it is too late: %s; the old ruleset could not be restored: %s", o.Why, o.Err))
	}
	return Refusal(fmt.Sprintf("it is too late: %s; the old ruleset is in force", o.Why))
}

// Rollback restores what was in force before a change, the newest one if there is no
// ID, whether it is confirmed or not. The next one then goes back further. It returns the snapshot that it has restored.
func Rollback(ctx context.Context, s *Store, id string) (*Snapshot, error) {
	x, err := s.snapshot(id)
	if err != nil {
		return nil, err
	}
	boot, namespace, err := place()
	switch {
	case err != nil:
		return nil, err
	case x.Namespace != namespace && x.Boot == boot:
		return nil, fmt.Errorf("snapshot %s is of another network namespace; expected --netns, or that ctlint runs there", x.ID)
	}
	lock, err := s.Lock()
	if errors.Is(err, ErrBusy) {
		return x, rollbackPending(ctx, s, x)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Release() }()
	return x, undo(ctx, s, x, Outcome{Why: "taken back by ctlint rollback"})
}

// rollbackPending has the watchdog restore.
func rollbackPending(ctx context.Context, s *Store, x *Snapshot) error {
	o, err := s.decide(x.ID, Outcome{Why: "taken back by ctlint rollback"})
	if err != nil {
		return err
	}
	if o.Kept {
		return ErrBusy // it is another change that somebody makes
	}
	for ctx.Err() == nil {
		o, err := s.outcome(x.ID)
		switch {
		case err != nil:
			return err
		case o != nil && o.Err != "":
			return errors.New(o.Err)
		case o != nil && o.Done:
			return nil
		}
		time.Sleep(pollOutcome)
	}
	return ctx.Err()
}
