package driver

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// errPrerequisite is the error of an analyzer that could not run because one
// that it requires has failed; that one's own error tells why.
var errPrerequisite = errors.New("an analyzer that it requires has failed")

// action is the run of one analyzer on one host.
type action struct {
	host     *host
	analyzer *analysis.Analyzer
	deps     []*action

	once        sync.Once
	result      any
	err         error
	stack       []byte
	diagnostics []analysis.Diagnostic
	// cut says that it may have overlooked something, as the packets of the host
	// could not be worked out within the budget.
	cut bool
}

// exec runs the analyzer once, after those that it requires. It may be called
// by several goroutines; each returns when the work is done.
func (act *action) exec() {
	act.once.Do(func() {
		var wg sync.WaitGroup
		for _, dep := range act.deps {
			wg.Go(dep.exec)
		}
		wg.Wait()
		for _, dep := range act.deps {
			if dep.err != nil {
				act.err = errPrerequisite
				return
			}
		}
		act.host.working <- struct{}{}
		defer func() { <-act.host.working }()
		act.run()
	})
}

// run calls the analyzer. Whatever goes wrong in it becomes the action's error.
func (act *action) run() {
	defer func() {
		if p := recover(); p != nil {
			act.err, act.stack = fmt.Errorf("panic: %v", p), debug.Stack()
			act.diagnostics = nil
		}
	}()
	refused := act.refused()
	act.result, act.err = act.analyzer.Run(act.pass())
	act.cut = act.refused() != refused || slices.ContainsFunc(act.deps, func(dep *action) bool { return dep.cut })
	if act.err != nil {
		act.diagnostics = nil
		return
	}
	if got, want := reflect.TypeOf(act.result), act.analyzer.ResultType; got != want {
		act.err = fmt.Errorf("the result is of type %v, the analyzer declares %v", got, want)
	}
}

// refused returns how many questions about the host's packets have had no answer, of an
// analyzer that asks any. Those of another one that runs at the same time count, too.
func (act *action) refused() int {
	for _, dep := range act.deps {
		if f, ok := dep.result.(*reach.Facts); ok {
			return f.Refused()
		}
	}
	return 0
}

// pass makes the analyzer's Pass. What only Go source has is there, and empty,
// so that an analyzer made for it does not crash.
func (act *action) pass() *analysis.Pass {
	h := act.host
	results := make(map[*analysis.Analyzer]any, len(act.deps))
	for _, dep := range act.deps {
		results[dep.analyzer] = dep.result
	}
	readFile := h.readFile
	if act.analyzer == ruleset.Analyzer {
		readFile = h.readAny // files that others include
	}
	return &analysis.Pass{
		Analyzer:   act.analyzer,
		Fset:       h.fset,
		OtherFiles: slices.Clone(h.unit.Files),
		Pkg:        h.pkg,
		TypesInfo:  &types.Info{},
		TypesSizes: types.SizesFor("gc", "amd64"),
		Module:     &analysis.Module{},
		ResultOf:   results,
		ReadFile:   readFile,
		Report:     act.report,
	}
}

// report takes a diagnostic. One with a fix that cannot be applied is a fault of
// the check.
func (act *action) report(d analysis.Diagnostic) {
	for _, fix := range d.SuggestedFixes {
		if err := act.host.validFix(fix); err != nil {
			panic(fmt.Errorf("the fix %q is not valid: %w", fix.Message, err))
		}
	}
	act.diagnostics = append(act.diagnostics, d)
}

// validFix reports what is wrong with a fix: an edit that is not within one
// file, two that overlap, two that insert at one place.
func (h *host) validFix(fix analysis.SuggestedFix) error {
	edits := slices.Clone(fix.TextEdits)
	for i := range edits {
		e := &edits[i]
		if !e.End.IsValid() {
			e.End = e.Pos
		}
		f := h.fset.File(e.Pos)
		if f == nil || e.End < e.Pos || int(e.End) > f.Base()+f.Size() {
			return fmt.Errorf("no file holds its edit %d-%d", e.Pos, e.End)
		}
	}
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int { return int(a.Pos - b.Pos) })
	for i, e := range edits[min(1, len(edits)):] {
		if last := edits[i]; e.Pos < last.End || e.Pos == last.Pos && e.End == last.End {
			return fmt.Errorf("its edits overlap at %v", h.fset.Position(e.Pos))
		}
	}
	return nil
}
