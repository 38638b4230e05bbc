// Package driver runs checks over the rulesets of hosts. It is a driver of
// go/analysis for files that are not Go: an analyzer's "package" is a host, its
// OtherFiles are the host's ruleset files. Each analyzer runs once for a host,
// after those that it requires, and all that can run at once do.
package driver

import (
	"fmt"
	"go/token"
	"os"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

// Options say how to run. The zero Options run no checks.
type Options struct {
	Checks []*check.Check
	// Config is the settings that checks see; nil for the defaults.
	Config *config.Config
	// ConfigOf returns the settings for one unit; nil for Config for all.
	ConfigOf func(unit.Unit) *config.Config
	// Adjust may change a finding's severity, and returns false to leave it out. It
	// is called by several goroutines.
	Adjust func(*Finding) bool
	// NoInlineIgnores reports what comments in the rulesets suppress, too.
	NoInlineIgnores bool
	// Suppress reports whether a finding that is not suppressed in its ruleset is
	// kept back, and why. It is called by several goroutines.
	Suppress func(*Finding) (reason string, ok bool)
	// Keep keeps the rulesets as they were read in the Hosts of the result.
	Keep bool
	// Overlay are texts that stand for those of the files with these names:
	// standard input, an editor's unsaved text.
	Overlay map[string][]byte
	// ReadFile reads all others; nil for os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// Progress is called when a host is done; never by two goroutines at
	// once.
	Progress func(done, all int)
}

// Result is what has come out of a run.
type Result struct {
	// Findings are in the order of the files as they were given, then of
	// the places and the codes.
	Findings []Finding
	// Suppressed are findings that somebody does not want to hear of.
	Suppressed []Suppressed
	// Files are those that were read, in order; of each host those that it
	// names, and then those that they include.
	Files []File
	// Others are files besides in which something was found: a configuration.
	Others []File
	// Hosts are the rulesets as they were read, if [Options].Keep asks for them; those
	// that could not be read are left out.
	Hosts []*ruleset.Host
	// Errors are files that could not be read (*ReadError) and checks that
	// failed (*InternalError): what is not known, and never a finding.
	Errors []error
	// CutShort are the hosts of which some checks may have overlooked something.
	CutShort []CutShort
}

// CutShort is a host whose rules are so many, or so entangled, that what they do could
// not be worked out for all packets within the budget. What was found there is so; but
// these checks may have overlooked something.
type CutShort struct {
	Unit   unit.Unit
	Checks []*check.Check
}

// Suppressed is a finding that is not told, and why.
type Suppressed struct {
	Finding Finding
	Reason  string
	// Inline says that a comment in the ruleset suppresses it, and not a
	// configuration or a baseline.
	Inline bool
}

// File is a ruleset file that was read.
type File struct {
	Name    string
	Text    string
	Dialect load.Dialect
	// Faults is how many syntax errors the text has, with what it includes.
	Faults int
}

// ReadError tells of a file that cannot be read.
type ReadError struct {
	File string
	Err  error
}

func (e *ReadError) Error() string { return e.Err.Error() }
func (e *ReadError) Unwrap() error { return e.Err }

// InternalError tells of an analyzer that has failed: a fault of ctlint's, or of
// the check's, not of the ruleset's.
type InternalError struct {
	Analyzer *analysis.Analyzer
	Unit     unit.Unit
	Err      error
	Stack    []byte // of a panic
}

func (e *InternalError) Error() string {
	return fmt.Sprintf("internal error in %s on %s: %v", e.Analyzer.Name, e.Unit.Name(), e.Err)
}

func (e *InternalError) Unwrap() error { return e.Err }

// Run runs the checks on each unit. The error tells of a wrong declaration of a
// check, found before anything runs.
func Run(units []unit.Unit, o Options) (*Result, error) {
	if err := valid(o.Checks); err != nil {
		return nil, err
	}
	if o.Config == nil {
		o.Config = config.Default()
	}
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	// Units run side by side, a few of them so that memory holds; within a
	// unit all checks do, as far as there are processors.
	limit := runtime.GOMAXPROCS(0)
	running, working := make(chan struct{}, limit), make(chan struct{}, limit)
	results := make([]*Result, len(units))
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		done int
	)
	for i, u := range units {
		running <- struct{}{}
		wg.Go(func() {
			results[i] = lint(u, &o, working)
			<-running
			if o.Progress != nil {
				mu.Lock()
				done++
				o.Progress(done, len(units))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	all := &Result{}
	for _, r := range results {
		all.Findings = append(all.Findings, r.Findings...)
		all.Suppressed = append(all.Suppressed, r.Suppressed...)
		all.Files = append(all.Files, r.Files...)
		all.Errors = append(all.Errors, r.Errors...)
		all.CutShort = append(all.CutShort, r.CutShort...)
		all.Hosts = append(all.Hosts, r.Hosts...)
	}
	all.once(units)
	return all, nil
}

// once leaves one of what was found and read twice, because two hosts have a file
// in common.
func (r *Result) once(units []unit.Unit) {
	files, shared := map[string]bool{}, false
	for _, u := range units {
		for _, f := range u.Files {
			shared = shared || files[f]
			files[f] = true
		}
	}
	if !shared {
		return
	}
	read := map[string]bool{}
	r.Files = slices.DeleteFunc(r.Files, func(f File) bool {
		again := read[f.Name]
		read[f.Name] = true
		return again
	})
	type key struct {
		pos, end      token.Position
		code, message string
	}
	seen := map[key]bool{}
	again := func(f Finding) bool {
		k := key{f.Pos, f.End, f.Code, f.Message}
		old := seen[k]
		seen[k] = true
		return old
	}
	r.Findings = slices.DeleteFunc(r.Findings, again)
	r.Suppressed = slices.DeleteFunc(r.Suppressed, func(s Suppressed) bool { return again(s.Finding) })
}

func valid(checks []*check.Check) error {
	analyzers := make([]*analysis.Analyzer, len(checks))
	names := map[string]bool{}
	for i, c := range checks {
		analyzers[i] = c.Analyzer
		for _, n := range []string{c.Code, c.Slug} {
			if names[n] {
				return fmt.Errorf("two checks are called %s", n)
			}
			names[n] = true
		}
	}
	if err := analysis.Validate(analyzers); err != nil {
		return err
	}
	return withoutFacts(analyzers, map[*analysis.Analyzer]bool{})
}

// withoutFacts refuses analyzers with facts, which travel between the packages
// of Go and between hosts have no meaning.
func withoutFacts(as []*analysis.Analyzer, seen map[*analysis.Analyzer]bool) error {
	for _, a := range as {
		if seen[a] {
			continue
		}
		seen[a] = true
		if len(a.FactTypes) > 0 {
			return fmt.Errorf("analyzer %s uses facts, which this driver does not keep", a.Name)
		}
		if err := withoutFacts(a.Requires, seen); err != nil {
			return err
		}
	}
	return nil
}
