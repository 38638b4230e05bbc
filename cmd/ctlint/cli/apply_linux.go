package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"go/token"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/backend/apply"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/verify"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/report"
)

// storeFlags are the flags of the commands that change the ruleset in force.
type storeFlags struct {
	dir   string
	netns string
}

func (s *storeFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&s.dir, "state-dir", "", "where snapshots are kept (default /var/lib/ctlint, or ctlint in $XDG_STATE_HOME)")
	f.StringVar(&s.netns, "netns", "", "act in this network namespace of ip netns")
}

// open goes to the network namespace and opens the store of it.
func (s *storeFlags) open() (*apply.Store, error) {
	if s.netns != "" {
		if err := apply.Enter(s.netns); err != nil {
			return nil, err
		}
	}
	dir := s.dir
	if dir == "" {
		var err error
		if dir, err = apply.DefaultStore(); err != nil {
			return nil, err
		}
	}
	if s.netns != "" {
		dir = filepath.Join(dir, "netns-"+s.netns)
	}
	dir, err := filepath.Abs(dir) // the watchdog is elsewhere
	if err != nil {
		return nil, err
	}
	return apply.OpenStore(dir)
}

// applier is the command ctlint apply with its flags.
type applier struct {
	*CLI
	store    storeFlags
	settings settingFlags
	variant  *choice
	confirm  string
	tty      bool
	force    bool
	lockout  bool
	flushAll bool
	plan     bool
	ensure   bool

	fset *token.FileSet
}

const defaultConfirm = time.Minute

func (c *CLI) applyCommand() *cobra.Command {
	a := &applier{CLI: c, variant: oneOf("auto", "auto", string(verify.Legacy), string(verify.NFTables))}
	cmd := &cobra.Command{
		Use:   "apply RULESET... | apply --confirm TOKEN | apply --ensure-established [CHAIN...]",
		Short: "Load a ruleset into the kernel, and take it back unless it is confirmed",
		Long: `Apply changes the ruleset that is in force to what RULESETs say: scripts of nft, save
files of iptables, files of ipset, or folders with the files of one host.

First it looks, and changes nothing. It loads what is in force, and on top of that the
RULESETs, into a network namespace made for it. It lints them, and stops at errors unless
there is --force. It shows what changes. And it predicts what becomes of the SSH
session that it runs in: unless this session and a new one like it pass, in both
directions, it stops. With --plan it always stops there.

Then it saves what is in force, starts a watchdog, loads, reads back and compares. All
scripts of nft are one transaction, and so is each table of iptables; if one fails, all
is taken back. Now confirm the change from a new connection, with the command that it
prints, or with --confirm-tty by an answer at the terminal. If nobody does, the
watchdog restores what was in force. It does so too if ctlint is killed or the connection
breaks.

Only what the RULESETs change is touched, and only that is restored. Tables of others that
go because of flush ruleset are a reason to stop, unless there is --flush-all.

With --ensure-established it does all that with one rule: it looks whether the chains that
filter input, forward and output accept established packets, whatever the rules are
that do so, and inserts a rule into those that do not, before the first one that drops
some. With CHAINs only those are looked at, such as INPUT.

It takes root. What the system loads when it starts is not changed.

The exit code is 0 if the new ruleset is in force and confirmed, or if nothing had to
change; 1 if ctlint refuses, or if the change was taken back; 2 if a RULESET cannot be
read or loaded; and 3 if something failed.`,
		Example: `  sudo ctlint apply --plan /etc/nftables.conf
  sudo ctlint apply --confirm 90s rules.v4 rules.v6
  sudo ctlint apply --confirm abcd-efgh
  sudo ctlint apply --confirm-tty --iptables legacy /etc/iptables
  sudo ctlint apply --ensure-established INPUT`,
		RunE: func(_ *cobra.Command, args []string) error { return a.run(args) },
	}
	f := cmd.Flags()
	f.StringVar(&a.confirm, "confirm", "", "with RULESETs, how long to wait until it is confirmed (default 1m0s); without, the token of the change that is confirmed")
	f.BoolVar(&a.tty, "confirm-tty", false, "ask at the terminal, instead of waiting for a new connection")
	f.BoolVar(&a.force, "force", false, "go on in spite of findings of severity error")
	f.BoolVar(&a.lockout, "allow-lockout", false, "go on although the SSH session would be lost")
	f.BoolVar(&a.flushAll, "flush-all", false, "let flush ruleset remove tables that are not in the RULESETs")
	f.BoolVar(&a.ensure, "ensure-established", false, "insert a rule that accepts established packets where there is none")
	f.BoolVar(&a.plan, "plan", false, "only show what would be done")
	f.BoolVar(&a.plan, "dry-run", false, "the same as --plan")
	f.Var(a.variant, "iptables", "which iptables-restore loads save files; auto is that of the command iptables")
	f.StringVar(&a.settings.config, "config", "", "the configuration of the checks; the default is that of ctlint lint")
	f.BoolVar(&a.settings.noConfig, "no-config", false, "read no configuration")
	a.settings.dialect, a.settings.family = oneOf("auto"), oneOf("auto")
	a.store.flags(f)
	return cmd
}

// said tells what failed, and returns the exit code for it.
func (c *CLI) said(code exit, err error) error {
	fmt.Fprintf(c.Stderr, "ctlint: %v\n", err)
	return code
}

func (a *applier) run(args []string) error {
	if len(args) == 0 && !a.ensure {
		return a.runConfirm()
	}
	wait := defaultConfirm
	if a.confirm != "" {
		var err error
		if wait, err = time.ParseDuration(a.confirm); err != nil || wait <= 0 {
			return fmt.Errorf("--confirm %s: expected how long to wait, as in 60s; a token stands without RULESETs", a.confirm)
		}
	}
	if a.tty && !a.plan && !isTerminal(a.Stdin) {
		return errors.New("--confirm-tty asks at the terminal, and standard input is none")
	}
	if a.ensure {
		return a.runEnsure(args, wait)
	}
	a.fset = token.NewFileSet()
	h, units, err := a.host(args)
	if err != nil {
		return err
	}
	return a.change(func(*apply.State) (apply.Change, error) { return apply.Load(h), nil }, units, wait)
}

// runEnsure inserts rules that accept established packets.
func (a *applier) runEnsure(chains []string, wait time.Duration) error {
	return a.change(func(now *apply.State) (apply.Change, error) {
		c, found, err := apply.Ensure(now, chains)
		if err != nil {
			return c, err
		}
		for _, e := range found {
			text := e.Why
			switch {
			case e.Missing && e.Before != "":
				text = "a rule is missing, before: " + e.Before
			case e.Missing:
				text = "a rule is missing, at the end"
			}
			if _, err := fmt.Fprintf(a.Stdout, "%s: %s\n", e.Chain, text); err != nil {
				return c, err
			}
		}
		return c, nil
	}, nil, wait)
}

// runConfirm confirms.
func (a *applier) runConfirm() error {
	if a.confirm == "" {
		return errors.New("apply is told neither what to load nor what to confirm; expected a RULESET, or --confirm TOKEN")
	}
	s, err := a.store.open()
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	session, err := apply.FindSession()
	if err != nil {
		return err
	}
	err = apply.Confirm(s, a.confirm, session)
	var refusal apply.Refusal
	if errors.As(err, &refusal) {
		return a.said(Found, err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.Stdout, "confirmed: the new ruleset stays in force")
	return err
}

// host reads the files.
func (a *applier) host(args []string) (*verify.Host, []unit.Unit, error) {
	units, err := unit.Collect(args)
	if err != nil {
		return nil, nil, err
	}
	if len(units) == 0 {
		return nil, nil, fmt.Errorf("%s: there is no ruleset", strings.Join(args, ", "))
	}
	var sources []*load.Source
	for _, u := range units {
		for _, name := range u.Files {
			if name == unit.Stdin {
				return nil, nil, errors.New("apply reads files, not standard input; expected a path")
			}
			src, err := os.ReadFile(name)
			if err != nil {
				return nil, nil, err
			}
			sources = append(sources, load.Parse(a.fset, name, src, load.Options{}))
		}
	}
	h, err := verify.NewHost(a.iptables(), sources...)
	var unread *verify.Unread
	if errors.As(err, &unread) {
		return nil, nil, errors.New(unread.Err.Format(a.fset))
	}
	return h, units, err
}

// iptables says which iptables loads save files: with auto, that which the command
// iptables is, by what it prints as its version.
func (a *applier) iptables() verify.Variant {
	if v := a.variant.value; v != "auto" {
		return verify.Variant(v)
	}
	out, err := exec.Command("iptables", "--version").Output()
	if err == nil && strings.Contains(string(out), "nf_tables") {
		return verify.NFTables
	}
	return verify.Legacy
}

// change makes the change, or shows it.
func (a *applier) change(what func(*apply.State) (apply.Change, error), units []unit.Unit, wait time.Duration) error {
	s, err := a.store.open()
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	session, err := apply.FindSession()
	if err != nil {
		return err
	}
	lock, err := s.Lock()
	if errors.Is(err, apply.ErrBusy) {
		return a.said(Found, fmt.Errorf("%w; nothing is changed", err))
	}
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	now, err := apply.ReadState(ctx, live.Here{})
	if err != nil {
		return a.said(Failed, fmt.Errorf("reading the ruleset in force: %w; nothing is changed", err))
	}
	c, err := what(now)
	if err != nil {
		return err
	}
	plan, err := apply.NewPlan(ctx, now, c, sandbox.Options{})
	var refused *sandbox.Refused
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("%w; nothing is changed", err)
	case err != nil:
		return a.said(Failed, fmt.Errorf("%w; nothing is changed", err))
	}
	ok, err := a.judge(plan, units, session)
	switch {
	case err != nil:
		return err
	case !ok:
		return exit(Found)
	case len(plan.Touched) == 0:
		_, err := fmt.Fprintln(a.Stdout, "it is in force already: nothing is changed")
		return err
	case a.plan:
		_, err := fmt.Fprintln(a.Stdout, "this is the plan: nothing is changed")
		return err
	}
	p, err := plan.Apply(ctx, s, lock, apply.Options{Confirm: wait, Session: session})
	var undone *apply.Undone
	switch {
	case errors.As(err, &undone) && undone.Left == nil:
		return a.said(Found, err)
	case err != nil:
		return a.said(Failed, err)
	}
	return a.await(ctx, p, wait)
}

// judge shows what the change does, and reports whether it may be made. All that speaks
// against it is told at once.
func (a *applier) judge(plan *apply.Plan, units []unit.Unit, session *apply.Session) (bool, error) {
	if _, err := io.WriteString(a.Stdout, plan.Diff()); err != nil {
		return false, err
	}
	changes := plan.PacketChanges()
	for _, c := range changes.Found {
		if _, err := fmt.Fprintf(a.Stdout, "%s %s: %s\n", c.Sign, &c.Witness.Packet, c.What); err != nil {
			return false, err
		}
	}
	for _, w := range changes.Unknown {
		fmt.Fprintf(a.Stderr, "ctlint: not all that changes for packets of %s at %s is known: it is too much to tell\n", w.Family, w.Hook)
	}
	ok, err := a.lint(units)
	if err != nil {
		return false, err
	}
	if len(plan.Removed) > 0 && !a.flushAll {
		ok = false
		for _, k := range plan.Removed {
			fmt.Fprintf(a.Stderr, "ctlint: %s would be removed, and is not in the ruleset; delete tables of your own one by one, or use --flush-all\n", k)
		}
	}
	if session != nil {
		stays, err := a.predict(plan, *session)
		if err != nil {
			return false, err
		}
		ok = ok && stays
	}
	if !ok {
		fmt.Fprintln(a.Stderr, "ctlint: refused: nothing is changed")
	}
	return ok, nil
}

// lint reports whether there is no finding of severity error, or --force.
func (a *applier) lint(units []unit.Unit) (bool, error) {
	if len(units) == 0 {
		return true, nil
	}
	set, err := a.settings.load(a.Checks)
	if err != nil {
		return false, err
	}
	r, err := driver.Run(units, driver.Options{Checks: set.Checks(), ConfigOf: set.Config, Adjust: set.Adjust, Suppress: set.Suppress})
	if err != nil {
		return false, err
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f driver.Finding) bool { return f.Severity < check.Error })
	if err := report.Find("text").Write(a.Stderr, r, report.Options{Checks: set.Checks(), Version: version()}); err != nil {
		return false, err
	}
	if err := errors.Join(r.Errors...); err != nil {
		return false, a.said(Failed, err)
	}
	switch {
	case len(r.Findings) == 0:
		return true, nil
	case a.force:
		fmt.Fprintf(a.Stderr, "ctlint: going on in spite of %s, for there is --force\n", plural(len(r.Findings), "error"))
		return true, nil
	}
	fmt.Fprintf(a.Stderr, "ctlint: %s; --force goes on all the same\n", plural(len(r.Findings), "error"))
	return false, nil
}

// predict reports whether the session stays, or --allow-lockout.
func (a *applier) predict(plan *apply.Plan, session apply.Session) (bool, error) {
	p, err := session.Predict(plan.After.Ruleset)
	if err != nil {
		return false, a.said(Failed, fmt.Errorf("predicting what becomes of the SSH session %s: %w; nothing is changed", session, err))
	}
	for _, chain := range p.Blind {
		fmt.Fprintf(a.Stderr, "ctlint: what chain %s does to the SSH session is not looked at\n", chain)
	}
	for _, d := range p.Unsure {
		fmt.Fprintf(a.Stderr, "ctlint: the SSH session %s: %s\n", session, d)
	}
	for _, d := range p.Dropped {
		fmt.Fprintf(a.Stderr, "ctlint: locks you out: %s\n", d)
	}
	switch {
	case p.Unknown != "":
		fmt.Fprintf(a.Stderr, "ctlint: nothing is known of the SSH session %s: %s\n", session, p.Unknown)
		return true, nil
	case len(p.Dropped) == 0 && len(p.Unsure) == 0:
		_, err := fmt.Fprintf(a.Stdout, "the SSH session %s passes, and so does a new one\n", session)
		return true, err
	case len(p.Dropped) == 0:
		return true, nil
	case a.lockout:
		fmt.Fprintln(a.Stderr, "ctlint: going on all the same, for there is --allow-lockout")
		return true, nil
	}
	return false, nil
}

// await waits until the change is confirmed or taken back.
func (a *applier) await(ctx context.Context, p *apply.Pending, wait time.Duration) error {
	answers := make(chan bool, 1)
	if a.tty {
		fmt.Fprintf(a.Stderr, "The new ruleset is in force. Keep it? It goes in %s. [y/N] ", wait)
		go func() {
			text, err := bufio.NewReader(a.Stdin).ReadString('\n')
			text = strings.ToLower(strings.TrimSpace(text))
			answers <- err == nil && (text == "y" || text == "yes")
		}()
	} else {
		command := "ctlint apply --confirm " + p.ID
		if a.store.dir != "" {
			command += " --state-dir " + a.store.dir
		}
		if a.store.netns != "" {
			command += " --netns " + a.store.netns
		}
		fmt.Fprintf(a.Stderr, "ctlint: the new ruleset is in force, for %s; to keep it, confirm from a new connection:\n  %s\n", wait, command)
	}
	type end struct {
		apply.Outcome
		err error
	}
	ends := make(chan end, 1)
	go func() {
		o, err := p.Wait(context.Background())
		ends <- end{o, err}
	}()
	var e end
	select {
	case e = <-ends:
	case yes := <-answers:
		if yes {
			e.Outcome, e.err = p.Keep()
		} else {
			e.Outcome, e.err = p.Undo("it was not confirmed at the terminal")
		}
	case <-ctx.Done():
		e.Outcome, e.err = p.Undo("it was interrupted")
	}
	switch {
	case e.err != nil:
		return a.said(Failed, e.err)
	case e.Kept:
		_, err := fmt.Fprintln(a.Stdout, "confirmed: the new ruleset stays in force")
		return err
	case e.Err != "":
		return a.said(Failed, fmt.Errorf("%s; the old ruleset could not be restored: %s", e.Why, e.Err))
	}
	return a.said(Found, fmt.Errorf("%s; the old ruleset is in force again", e.Why))
}
