// Package fix applies the fixes that checks suggest: round after round, until a
// round finds nothing more to repair.
package fix

import (
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
)

// maxRounds is how often a host is checked anew; a fix may make another one
// possible, but not without end.
const maxRounds = 10

// Options say which fixes to apply.
type Options struct {
	driver.Options
	// Unsafe takes fixes that change verdicts, too.
	Unsafe bool
	// Only reports whether a check's fixes are taken; nil for those of all.
	Only func(*check.Check) bool
}

// Result is what has come of it.
type Result struct {
	// Before and After are the runs on the texts as they were and as they
	// have become.
	Before, After *driver.Result
	// Changes are the files whose text has changed, in the order of the
	// units.
	Changes []Change
	// Applied are the fixes that were applied, in the order of the units.
	Applied []Applied
	// Errors are fixes that had to be refused, and hosts that could not be
	// brought to rest: faults of checks.
	Errors []error
}

// Change is a file's text before and after.
type Change struct {
	File     string
	Old, New string
}

// Applied is a fix with the finding that it repaired. The places are those of
// the round that it was applied in.
type Applied struct {
	Finding driver.Finding
	Fix     driver.Fix
}

// Apply lints the units and applies fixes to their texts, of each finding the
// first one that the options allow. Nothing is written. Of fixes that touch the
// same text the first is applied, and the host checked again; edits that are the
// same are one. A fix after which a file has more syntax errors is refused, and, unless
// unsafe ones are taken, one after which a packet is treated otherwise. The error is that of [driver.Run].
func Apply(units []unit.Unit, o Options) (*Result, error) {
	results := make([]*Result, len(units))
	errs := make([]error, len(units))
	running := make(chan struct{}, runtime.GOMAXPROCS(0))
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		done int
	)
	progress := o.Progress
	o.Progress = nil
	for i, u := range units {
		running <- struct{}{}
		wg.Go(func() {
			results[i], errs[i] = applyUnit(u, o)
			<-running
			if progress != nil {
				mu.Lock()
				done++
				progress(done, len(units))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	all := &Result{Before: &driver.Result{}, After: &driver.Result{}}
	for _, r := range results {
		join(all.Before, r.Before)
		join(all.After, r.After)
		all.Changes = append(all.Changes, r.Changes...)
		all.Applied = append(all.Applied, r.Applied...)
		all.Errors = append(all.Errors, r.Errors...)
	}
	return all, nil
}

func join(to, from *driver.Result) {
	to.Findings = append(to.Findings, from.Findings...)
	to.Suppressed = append(to.Suppressed, from.Suppressed...)
	to.Files = append(to.Files, from.Files...)
	to.Errors = append(to.Errors, from.Errors...)
}

// host is the work on one unit.
type host struct {
	unit    unit.Unit
	options Options
	files   []driver.File // as they are now
	now     *ruleset.Host // what they mean; nil if they cannot be read
	result  Result
	refused map[*check.Check]bool
}

func applyUnit(u unit.Unit, o Options) (*Result, error) {
	o.Overlay = maps.Clone(o.Overlay)
	if o.Overlay == nil {
		o.Overlay = map[string][]byte{}
	}
	h := &host{unit: u, options: o, refused: map[*check.Check]bool{}}
	run, err := h.lint(o.Checks)
	if err != nil {
		return nil, err
	}
	h.result.Before = run
	old := run.Files
	for round := 0; ; round++ {
		h.files, h.now = run.Files, meaning(run)
		todo := h.choose(run.Findings)
		if len(todo) == 0 {
			break
		}
		if round == maxRounds {
			h.result.Errors = append(h.result.Errors, fmt.Errorf("%s: after %d rounds there is still something to fix: %s of %s", u.Name(), maxRounds, todo[0].Fix.Message, todo[0].Finding.Slug))
			break
		}
		if run, err = h.apply(todo); err != nil {
			return nil, err
		}
	}
	h.result.Before.Hosts, run.Hosts = nil, nil
	h.result.After = run
	for i, f := range run.Files {
		if f.Text != old[i].Text {
			h.result.Changes = append(h.result.Changes, Change{File: f.Name, Old: old[i].Text, New: f.Text})
		}
	}
	return &h.result, nil
}

func (h *host) lint(checks []*check.Check) (*driver.Result, error) {
	o := h.options.Options
	o.Checks, o.Keep = checks, true
	return driver.Run([]unit.Unit{h.unit}, o)
}

// choose returns the fixes that this round applies: for each finding the first
// allowed one, if its edits agree with those chosen before.
func (h *host) choose(findings []driver.Finding) []Applied {
	var out []Applied
	p := patch{}
	for _, f := range findings {
		i := slices.IndexFunc(f.Fixes, func(x driver.Fix) bool { return x.Safe || h.options.Unsafe })
		if i < 0 || h.options.Only != nil && !h.options.Only(f.Check) || h.refused[f.Check] || !h.own(f.Fixes[i]) {
			continue
		}
		if p.add(f.Fixes[i]) {
			out = append(out, Applied{f, f.Fixes[i]})
		}
	}
	return out
}

// own reports whether a fix keeps to the unit's files, and changes anything.
func (h *host) own(x driver.Fix) bool {
	changes := false
	for _, e := range x.Edits {
		i := slices.IndexFunc(h.files, func(f driver.File) bool { return f.Name == e.Pos.Filename })
		if i < 0 {
			return false
		}
		changes = changes || h.files[i].Text[e.Pos.Offset:e.End.Offset] != e.Text
	}
	return changes
}

// apply applies fixes and lints the host with them.
func (h *host) apply(todo []Applied) (*driver.Result, error) {
	h.put(todo)
	run, err := h.lint(h.options.Checks)
	if err == nil && h.worse(run) != "" {
		if todo, err = h.sound(nil, todo); err == nil {
			h.put(todo)
			run, err = h.lint(h.options.Checks)
		}
	}
	if err != nil {
		return nil, err
	}
	h.result.Applied = append(h.result.Applied, todo...)
	return run, nil
}

// sound returns the fixes of more that can be applied together with those of in
// without a new syntax error, in before them. What cannot is found by halving.
func (h *host) sound(in, more []Applied) ([]Applied, error) {
	all := append(slices.Clip(in), more...)
	h.put(all)
	run, err := h.lint(nil)
	if err != nil {
		return nil, err
	}
	worse := h.worse(run)
	if worse == "" {
		return all, nil
	}
	if len(more) == 1 {
		f := more[0].Finding
		h.refused[f.Check] = true
		h.result.Errors = append(h.result.Errors, fmt.Errorf("%v: the fix %q of %s %s, so it is not applied", f.Pos, more[0].Fix.Message, f.Slug, worse))
		return in, nil
	}
	if in, err = h.sound(in, more[:len(more)/2]); err != nil {
		return nil, err
	}
	return h.sound(in, more[len(more)/2:])
}

// worse says what is worse than before the round: a file has more syntax errors, or a
// safe fix has changed a verdict. It is empty if nothing is.
func (h *host) worse(run *driver.Result) string {
	for i := range h.files {
		if i >= len(run.Files) || run.Files[i].Faults > h.files[i].Faults {
			return "would leave text that cannot be read"
		}
	}
	if after := meaning(run); !h.options.Unsafe && h.now != nil && after != nil {
		if p := changedVerdict(h.now, after); p != "" {
			return "is called safe and changes a verdict: the ruleset " + p
		}
	}
	return ""
}

// meaning returns the host as a run has read it.
func meaning(run *driver.Result) *ruleset.Host {
	if len(run.Hosts) == 0 {
		return nil
	}
	return run.Hosts[0]
}

// put puts the files' texts with the fixes into the overlay.
func (h *host) put(fixes []Applied) {
	p := patch{}
	for _, a := range fixes {
		p.add(a.Fix)
	}
	for _, f := range h.files {
		h.options.Overlay[f.Name] = []byte(p.apply(f.Name, f.Text))
	}
}
