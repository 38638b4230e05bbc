package driver

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/suppress"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/load"
)

// host is the work on one unit.
type host struct {
	unit    unit.Unit
	options *Options
	working chan struct{} // has a place for each analyzer that may run
	fset    *token.FileSet
	texts   map[string][]byte
	pkg     *types.Package
	actions map[*analysis.Analyzer]*action
	order   []*action
	result  Result
}

// lint runs the checks on one unit.
func lint(u unit.Unit, o *Options, working chan struct{}) *Result {
	h := &host{
		unit: u, options: o, working: working,
		fset:    token.NewFileSet(),
		texts:   map[string][]byte{},
		pkg:     types.NewPackage(u.Name(), "ruleset"),
		actions: map[*analysis.Analyzer]*action{},
	}
	h.read()
	if len(h.unit.Files) == 0 {
		return &h.result
	}
	rulesets := h.action(ruleset.Analyzer)
	directives := h.action(suppress.Analyzer)
	for _, c := range o.Checks {
		h.action(c.Analyzer)
	}
	var wg sync.WaitGroup
	for _, act := range h.order {
		wg.Go(act.exec)
	}
	wg.Wait()
	h.gather(rulesets, directives)
	return &h.result
}

// read reads the files. Those that cannot be read are left out of the unit.
func (h *host) read() {
	var files []string
	for _, name := range h.unit.Files {
		text, err := h.readAny(name)
		if err != nil {
			h.result.Errors = append(h.result.Errors, &ReadError{File: name, Err: err})
			continue
		}
		h.texts[name] = text
		files = append(files, name)
	}
	h.unit.Files = files
}

// action returns the run of an analyzer on the host, with those that it needs.
func (h *host) action(a *analysis.Analyzer) *action {
	if act := h.actions[a]; act != nil {
		return act
	}
	act := &action{host: h, analyzer: a}
	switch a {
	case config.Analyzer:
		c := *h.options.Config
		if h.options.ConfigOf != nil {
			c = *h.options.ConfigOf(h.unit)
		}
		if len(h.options.Overlay) > 0 {
			c.Glob = h.glob(c.Glob)
		}
		act.result = &c
		act.once.Do(func() {})
	case unit.Analyzer:
		act.result = &h.unit
		act.once.Do(func() {})
	}
	for _, req := range a.Requires {
		act.deps = append(act.deps, h.action(req))
	}
	h.actions[a] = act
	h.order = append(h.order, act)
	return act
}

// readAny reads a file, whether it is the host's or not.
func (h *host) readAny(name string) ([]byte, error) {
	if text, ok := h.texts[name]; ok {
		return text, nil
	}
	if text, ok := h.options.Overlay[name]; ok {
		return text, nil
	}
	if text, ok := h.options.Overlay[filepath.Clean(name)]; ok {
		return text, nil // a script says ./name
	}
	return h.options.ReadFile(name)
}

// glob returns a function that finds what another one does, and the texts of the
// overlay whose names match.
func (h *host) glob(files func(string) ([]string, error)) func(string) ([]string, error) {
	if files == nil {
		files = filepath.Glob
	}
	return func(pattern string) ([]string, error) {
		names, err := files(pattern)
		if err != nil {
			return nil, err
		}
		there := map[string]bool{}
		for _, n := range names {
			there[filepath.Clean(n)] = true
		}
		for name := range h.options.Overlay {
			if name == unit.Stdin || there[filepath.Clean(name)] {
				continue
			}
			if ok, err := filepath.Match(filepath.Clean(pattern), filepath.Clean(name)); err == nil && ok {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names, nil
	}
}

// readFile is the ReadFile of all passes but that of the rulesets.
func (h *host) readFile(name string) ([]byte, error) {
	if text, ok := h.texts[name]; ok {
		return text, nil
	}
	return nil, &os.PathError{Op: "read", Path: name, Err: fmt.Errorf("not a file of the host %s", h.unit.Name())}
}

// gather takes together what the analyzers have found.
func (h *host) gather(rulesets, directives *action) {
	for _, act := range h.order {
		if act.err != nil && !errors.Is(act.err, errPrerequisite) {
			h.result.Errors = append(h.result.Errors, &InternalError{Analyzer: act.analyzer, Unit: h.unit, Err: act.err, Stack: act.stack})
		}
	}
	var cut []*check.Check
	for _, c := range h.options.Checks {
		if h.actions[c.Analyzer].cut {
			cut = append(cut, c)
		}
	}
	if len(cut) > 0 {
		h.result.CutShort = append(h.result.CutShort, CutShort{h.unit, cut})
	}
	for _, c := range h.options.Checks {
		for _, d := range h.actions[c.Analyzer].diagnostics {
			f := finding(h.fset, c, d, h.unit.Files[0])
			if h.options.Adjust == nil || h.options.Adjust(&f) {
				h.result.Findings = append(h.result.Findings, f)
			}
		}
	}
	if rulesets.err != nil {
		h.result.Findings = sortFindings(h.result.Findings, h.unit.Files)
		return
	}
	read := rulesets.result.(*ruleset.Host)
	if h.options.Keep {
		h.result.Hosts = append(h.result.Hosts, read)
	}
	for _, s := range read.Sources {
		f := File{Name: s.Name, Text: s.Text, Dialect: s.Dialect}
		for _, e := range s.Errors {
			if e.Kind == grammar.Syntax {
				f.Faults++
			}
		}
		h.result.Files = append(h.result.Files, f)
	}
	for _, s := range read.Included {
		if !slices.ContainsFunc(h.result.Files, func(f File) bool { return f.Name == s.Name }) {
			h.result.Files = append(h.result.Files, File{Name: s.Name, Text: s.Text, Dialect: s.Dialect})
		}
	}
	h.describe(read)
	if list, ok := directives.result.([]*suppress.Directive); ok && len(list) > 0 && !h.options.NoInlineIgnores {
		h.inline(read, list)
	}
	h.result.Findings = sortFindings(h.result.Findings, h.unit.Files)
	h.dropFixes(read)
	fingerprint(h.result.Findings, func(f Finding) string { return read.Text(f.span) })
	h.suppress()
}

// dropFixes takes the fixes of listings out: nobody loads the output of iptables
// -L, so there is nothing to be had from mending it. It takes those of JSON out, too:
// their text is not JSON.
func (h *host) dropFixes(rulesets *ruleset.Host) {
	for i := range h.result.Findings {
		f := &h.result.Findings[i]
		f.Fixes = slices.DeleteFunc(f.Fixes, func(x Fix) bool {
			return slices.ContainsFunc(x.Edits, func(e Edit) bool {
				return slices.ContainsFunc(rulesets.Sources, func(s *load.Source) bool {
					return s.Name == e.Pos.Filename && (s.JSON || s.Dialect == load.Dialect(iptables.Listing))
				})
			})
		})
	}
}

// describe says of each finding which rule it is about.
func (h *host) describe(read *ruleset.Host) {
	if len(h.result.Findings) == 0 {
		return
	}
	s := newSubjects(read)
	for i := range h.result.Findings {
		f := &h.result.Findings[i]
		f.Subject = s.of(f.span)
	}
}

// suppress keeps findings back that the run's options do not want to hear of.
func (h *host) suppress() {
	if h.options.Suppress == nil {
		return
	}
	h.result.Findings = slices.DeleteFunc(h.result.Findings, func(f Finding) bool {
		reason, ok := h.options.Suppress(&f)
		if ok {
			h.result.Suppressed = append(h.result.Suppressed, Suppressed{Finding: f, Reason: reason})
		}
		return ok
	})
}
