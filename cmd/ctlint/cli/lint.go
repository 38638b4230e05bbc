package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/checks/baseline"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/fix"
	"github.com/ctlint/ctlint/checks/settings"
	"github.com/ctlint/ctlint/checks/syntax"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/internal/unified"
	"github.com/ctlint/ctlint/report"
)

// lint is the command ctlint lint with its flags.
type lint struct {
	*CLI
	outputs  outputs
	flags    settingFlags
	exitZero bool
	fix      bool
	unsafe   bool
	diff     bool
	color    *choice
	noInline bool
	newFrom  string
	fixOnly  []string
	write    bool // the baseline
	live     liveFlags

	settings *settings.Settings
	only     func(*check.Check) bool
	// complete says that all rulesets of the configuration are checked.
	complete bool
}

func (c *CLI) lintCommand() *cobra.Command {
	l := &lint{CLI: c, color: oneOf("auto", "auto", "always", "never")}
	cmd := &cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Find what is wrong with rulesets",
		Long: `Lint reads the rulesets under each PATH and reports what is wrong with them.

A PATH is a file, a folder in which the files that look like rulesets are taken,
or - for standard input; without one it is the current folder. Files that belong
to one host, such as rules.v4 and rules.v6, are checked together.

A script of nft is read with the files that it includes: those are looked for in
the folders of -I, then beside the script, then in /etc.

The exit code is 0 if nothing was found at or above --fail-on, 1 if something was,
2 if the command line is wrong or a file cannot be read or understood, and 3 if
ctlint itself has failed.`,
		Example: `  ctlint lint /etc/iptables
  sudo ctlint lint --live
  iptables-save | ctlint lint -
  ctlint lint --select CT,unused-chain --fail-on error rules.v4
  ctlint lint --diff rules.v4`,
		RunE: func(_ *cobra.Command, args []string) error { return l.run(args) },
	}
	f := cmd.Flags()
	f.Var(&l.outputs, "format", "how findings are written, and with =FILE where to; may be given several times: "+formatNames())
	f.Var(&l.outputs, "output-format", "the same as --format")
	if err := f.MarkHidden("output-format"); err != nil {
		panic(err) // there is such a flag
	}
	f.StringVarP(&l.outputs.file, "output", "o", "", "write the findings to this file instead of standard output")
	l.flags.add(f)
	l.live.flags(f)
	f.BoolVar(&l.exitZero, "exit-zero", false, "exit with 0 also for findings; the same as --fail-on never")
	f.BoolVar(&l.fix, "fix", false, "apply safe fixes to the files; that of standard input goes to standard output")
	f.BoolVar(&l.unsafe, "unsafe-fixes", false, "with --fix or --diff, take fixes too that change verdicts")
	f.StringSliceVar(&l.fixOnly, "fix-only", nil, "with --fix or --diff, take the fixes of these checks alone")
	f.BoolVar(&l.diff, "diff", false, "print what --fix would change, and change nothing")
	f.BoolVar(&l.noInline, "no-inline-ignores", false, "report what comments in the rulesets suppress, too")
	f.BoolVar(&l.write, "write-baseline", false, "write what is found to the baseline instead of reporting it")
	f.StringVar(&l.newFrom, "new-from", "", "leave findings out that were there at this git revision")
	f.Var(l.color, "color", "write colours; auto is on a terminal, unless NO_COLOR is set")
	return cmd
}

func (l *lint) run(paths []string) error {
	o, err := l.options()
	if err != nil {
		return err
	}
	if err := l.live.check(paths); err != nil {
		return err
	}
	if len(paths) == 0 && !l.live.on {
		paths = []string{"."}
	}
	if slices.Contains(paths, "-") {
		text, err := io.ReadAll(l.Stdin)
		if err != nil {
			return fmt.Errorf("reading standard input: %w", err)
		}
		o.Overlay = map[string][]byte{unit.Stdin: text}
	}
	var units []unit.Unit
	var pathErr error
	if l.live.on {
		units, err = l.live.units(false)
		o.Overlay = l.live.texts
	} else {
		units, pathErr = l.flags.collect(l.settings, paths)
	}
	if err != nil {
		return err
	}
	if pathErr != nil {
		fmt.Fprintf(l.Stderr, "ctlint: %v\n", pathErr)
	}
	if err := l.known(units, &o); err != nil {
		return err
	}
	l.complete = l.settings.Covers(paths)
	p := newProgress(l.Stderr)
	defer p.stop()
	o.Progress = p.update
	var out outcome
	switch {
	case l.write:
		out, err = l.runBaseline(units, o, p)
	case l.diff:
		out, err = l.runDiff(units, o, p)
	case l.fix:
		out, err = l.runFix(units, o, p)
	default:
		out, err = l.runLint(units, o, p)
	}
	if err != nil {
		return err
	}
	out.unreadable = out.unreadable || pathErr != nil
	return l.exitCode(out)
}

// options reads the flags.
func (l *lint) options() (driver.Options, error) {
	var o driver.Options
	if err := l.outputs.resolve(); err != nil {
		return o, err
	}
	switch {
	case l.live.on && (l.fix || l.write || l.newFrom != ""):
		return o, errors.New("--live reads what is in force, which --fix does not change, and which is in no revision and no baseline")
	case l.diff && l.fix:
		return o, errors.New("--diff shows what --fix would do, so only one of them can be given")
	case l.write && (l.fix || l.diff || l.newFrom != ""):
		return o, errors.New("--write-baseline only writes the baseline, so --fix, --diff and --new-from cannot stand with it")
	case len(l.fixOnly) > 0 && !l.fix && !l.diff:
		return o, errors.New("--fix-only only says which fixes --fix or --diff take; give one of them, too")
	case l.unsafe && !l.fix && !l.diff:
		return o, errors.New("--unsafe-fixes only says which fixes --fix or --diff take; give one of them, too")
	case l.diff && !l.outputs.onlyText():
		return o, errors.New("--diff prints a diff, and no other --format")
	}
	if l.exitZero {
		l.flags.failOn.value = "never"
	}
	var err error
	if l.settings, err = l.flags.load(l.Checks); err != nil {
		return o, err
	}
	o.Checks, o.ConfigOf, o.Adjust = l.settings.Checks(), l.settings.Config, l.settings.Adjust
	if len(l.fixOnly) > 0 {
		chosen, err := driver.Chosen(append(slices.Clip(l.Checks), syntax.Check), l.fixOnly)
		if err != nil {
			return o, fmt.Errorf("--fix-only: %w", err)
		}
		l.only = func(c *check.Check) bool { return chosen[c] }
	}
	o.NoInlineIgnores, o.Suppress = l.noInline, l.settings.Suppress
	return o, nil
}

// outcome is what the exit code depends on.
type outcome struct {
	worst      check.Severity
	unreadable bool // a file could not be read, or not understood
	failed     bool
}

func (l *lint) runLint(units []unit.Unit, o driver.Options, p *progress) (outcome, error) {
	r, err := driver.Run(units, o)
	if err != nil {
		return outcome{}, err
	}
	p.stop()
	l.idle(r)
	l.filter(r)
	return l.judge(r), l.report(l.Stdout, r)
}

// known adds what the baseline and the revision know to what is suppressed.
func (l *lint) known(units []unit.Unit, o *driver.Options) error {
	type source struct {
		knows  *baseline.Baseline
		reason string
	}
	var sources []source
	if name := l.settings.Baseline(); name != "" && !l.write {
		b, err := baseline.Read(name)
		if err != nil {
			return err
		}
		sources = append(sources, source{b, "known in " + name})
	}
	if l.newFrom != "" {
		r, err := baseline.Open(l.newFrom)
		if err != nil {
			return err
		}
		b, err := r.Lint(units, *o)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		sources = append(sources, source{b, "was there at " + l.newFrom})
	}
	configured := o.Suppress
	o.Suppress = func(f *driver.Finding) (string, bool) {
		if reason, ok := configured(f); ok {
			return reason, true
		}
		for _, s := range sources {
			if s.knows.Knows(f) {
				return s.reason, true
			}
		}
		return "", false
	}
	return nil
}

// idle adds findings about entries of the configuration that suppress nothing.
func (l *lint) idle(r *driver.Result) {
	if !l.complete {
		return
	}
	if fs := l.settings.Unused(r); len(fs) > 0 {
		r.Findings = append(r.Findings, fs...)
		r.Others = append(r.Others, driver.File{Name: l.settings.Name, Text: l.settings.Text()})
	}
}

// runBaseline writes the baseline.
func (l *lint) runBaseline(units []unit.Unit, o driver.Options, p *progress) (outcome, error) {
	r, err := driver.Run(units, o)
	if err != nil {
		return outcome{}, err
	}
	p.stop()
	l.filter(r)
	name := cmp.Or(l.settings.Baseline(), baseline.DefaultName)
	n, err := baseline.Write(name, r.Findings)
	if err != nil {
		return outcome{}, fmt.Errorf("writing the baseline: %w", err)
	}
	l.errors(r.Errors)
	fmt.Fprintf(l.Stderr, "ctlint: wrote %s to %s\n", plural(n, "finding"), name)
	if l.settings.Baseline() == "" {
		fmt.Fprintf(l.Stderr, "ctlint: say \"baseline: %s\" in %s, or --baseline %s, to have it read\n", name, settings.Name, name)
	}
	out := l.judge(r)
	out.worst = 0
	return out, nil
}

func (l *lint) runDiff(units []unit.Unit, o driver.Options, p *progress) (outcome, error) {
	r, err := fix.Apply(units, fix.Options{Options: o, Unsafe: l.unsafe, Only: l.only})
	if err != nil {
		return outcome{}, err
	}
	p.stop()
	l.filter(r.Before)
	for _, c := range r.Changes {
		if _, err := io.WriteString(l.Stdout, unified.Diff(c.File, c.File, c.Old, c.New)); err != nil {
			return outcome{}, err
		}
	}
	l.errors(r.Before.Errors)
	l.errors(r.Errors)
	out := l.judge(r.Before)
	out.failed = out.failed || len(r.Errors) > 0
	return out, nil
}

func (l *lint) runFix(units []unit.Unit, o driver.Options, p *progress) (outcome, error) {
	r, err := fix.Apply(units, fix.Options{Options: o, Unsafe: l.unsafe, Only: l.only})
	if err != nil {
		return outcome{}, err
	}
	p.stop()
	findings := l.Stdout
	if text, ok := o.Overlay[unit.Stdin]; ok {
		findings = l.Stderr
		fixed := string(text)
		for _, c := range r.Changes {
			if c.File == unit.Stdin {
				fixed = c.New
			}
		}
		if _, err := io.WriteString(l.Stdout, fixed); err != nil {
			return outcome{}, err
		}
	}
	var unwritten []error
	written := 0
	for _, c := range r.Changes {
		if c.File == unit.Stdin {
			continue
		}
		if err := fix.Write(c); err != nil {
			unwritten = append(unwritten, err)
			continue
		}
		written++
	}
	l.errors(r.Errors)
	l.errors(unwritten)
	if len(r.Applied) > 0 {
		fmt.Fprintf(l.Stderr, "ctlint: fixed %s in %s\n", plural(len(r.Applied), "finding"), plural(len(r.Changes), "file"))
	}
	l.idle(r.After)
	l.filter(r.After)
	out := l.judge(r.After)
	out.failed = out.failed || len(r.Errors) > 0
	out.unreadable = out.unreadable || len(unwritten) > 0
	return out, l.report(findings, r.After)
}

// filter takes findings out that matter less than --min-severity.
func (l *lint) filter(r *driver.Result) {
	least := l.settings.MinSeverity()
	r.Findings = slices.DeleteFunc(r.Findings, func(f driver.Finding) bool { return f.Severity < least })
}

// judge says what the exit code depends on.
func (l *lint) judge(r *driver.Result) outcome {
	var out outcome
	for _, f := range r.Findings {
		if f.Check == syntax.Check && f.Severity != check.Warning {
			out.unreadable = out.unreadable || f.Severity == check.Error
			continue
		}
		out.worst = max(out.worst, f.Severity)
	}
	for _, err := range r.Errors {
		var read *driver.ReadError
		if errors.As(err, &read) {
			out.unreadable = true
		} else {
			out.failed = true
		}
	}
	return out
}

func (l *lint) exitCode(out outcome) error {
	least, fails := l.settings.FailOn()
	switch {
	case out.failed:
		return exit(Failed)
	case out.unreadable:
		return exit(Unusable)
	case fails && out.worst >= least:
		return exit(Found)
	}
	return nil
}

// report writes the findings in the chosen formats, and tells of errors on
// standard error.
func (l *lint) report(w io.Writer, r *driver.Result) error {
	err := l.outputs.write(w, r, report.Options{
		Color: useColor(l.color.value, w), Links: l.color.value != "never" && isTerminal(w),
		Checks: l.settings.Checks(), Version: version(),
	})
	l.errors(r.Errors)
	l.cutShort(r.CutShort)
	if err == nil && !l.outputs.quiet() {
		s := report.Summarize(r)
		fmt.Fprintf(l.Stderr, "ctlint: %s\n%s", s, l.remedy(s))
	}
	return err
}

// remedy says how what was found can be repaired; nothing if nothing can, or if that
// is what was just done.
func (l *lint) remedy(s report.Summary) string {
	if l.live.on {
		return "" // there is no file to be repaired
	}
	var b strings.Builder
	what := func(n int) string {
		if s.Errors+s.Warnings+s.Infos == 1 {
			return "it"
		}
		return fmt.Sprintf("%d of them", n)
	}
	if s.Fixable > 0 && !l.fix {
		fmt.Fprintf(&b, "ctlint: ctlint lint --fix repairs %s\n", what(s.Fixable))
	}
	if s.UnsafeFixable > 0 && !l.unsafe {
		fmt.Fprintf(&b, "ctlint: ctlint lint --fix --unsafe-fixes repairs %s, and changes what happens to packets; --diff shows how\n", what(s.UnsafeFixable))
	}
	return b.String()
}

func formatNames() string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// errors tells of errors on standard error; of a panic with its stack, so that
// it can be reported.
func (l *lint) errors(errs []error) {
	for _, err := range errs {
		fmt.Fprintf(l.Stderr, "ctlint: %v\n", err)
		var internal *driver.InternalError
		if errors.As(err, &internal) && internal.Stack != nil {
			fmt.Fprintf(l.Stderr, "%s\n", internal.Stack)
		}
	}
}

// cutShort tells of checks that may have overlooked something.
func (l *lint) cutShort(hosts []driver.CutShort) {
	for _, h := range hosts {
		var codes []string
		for _, c := range h.Checks {
			codes = append(codes, c.Code)
		}
		fmt.Fprintf(l.Stderr, "ctlint: %s: what these rules do with all packets is too much to work out; cut short, so that something may be missing: %s\n", h.Unit.Name(), strings.Join(codes, ", "))
	}
}

func plural(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", n, name)
}
