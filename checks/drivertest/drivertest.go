// Package drivertest tests checks against fixtures: rulesets with comments that
// say what is to be found.
//
//	func TestUnusedChain(t *testing.T) { drivertest.Run(t, rd.UnusedChain) }
//
// runs the check on the examples of its documentation, and on each host of
// rulesets under fixtures/checks/unused-chain (at the root of the module): the files
// there, and the folders, which are searched as ctlint searches them. There a
// comment
//
//	# want "nothing jumps to chain guests"
//
// says that the check reports the next rule line with a message that matches the
// regular expression; see [parseWants] for its other forms. What is found must be
// wanted, and what is wanted found. Text that cannot be read is found, too, with
// the code SYNTAX.
//
// A fixture whose findings have fixes needs a golden file: rules.v4.golden with
// the text after all safe fixes, rules.v4.unsafe.golden with that after all fixes,
// if that is another. In a fixed text nothing may be left to fix.
// go test -update writes the golden files.
package drivertest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/fix"
	"github.com/ctlint/ctlint/checks/syntax"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

var update = flag.Bool("update", false, "write the golden files")

// Run tests a check on its examples and its fixtures.
func Run(t *testing.T, c *check.Check) {
	t.Helper()
	Test{Check: c}.Run(t)
}

// Test is a test of a check with settings of its own.
type Test struct {
	Check *check.Check
	// Config is the settings; nil for the defaults.
	Config *config.Config
	// Fixtures is the folder with the fixtures; empty for that of the check
	// under the module's root.
	Fixtures string
}

// Run runs the test.
func (x Test) Run(t *testing.T) {
	t.Helper()
	if x.Config == nil {
		Examples(t, x.Check)
	}
	folder := x.Fixtures
	if folder == "" {
		folder = filepath.Join(moduleRoot(t), "fixtures", "checks", x.Check.Slug)
	}
	units, err := hosts(folder)
	if err != nil {
		t.Fatal(err)
	}
	wanted := 0
	for _, u := range units {
		wants, err := x.wants(u)
		if err != nil {
			t.Fatal(err)
		}
		wanted += len(wants)
		t.Run(strings.ReplaceAll(u.Name(), folder+string(filepath.Separator), ""), func(t *testing.T) {
			o := driver.Options{Checks: with(x.Check), Config: x.Config}
			r := run(t, u, o)
			for _, problem := range compare(r.Findings, wants) {
				t.Error(problem)
			}
			x.fixes(t, u, o, r)
		})
	}
	if wanted == 0 {
		t.Errorf("no fixture under %s wants a finding", folder)
	}
}

// wants reads the want comments of a host's files.
func (x Test) wants(u unit.Unit) ([]*want, error) {
	var out []*want
	for _, name := range u.Files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		wants, err := parseWants(name, string(text), x.Check.Code)
		if err != nil {
			return nil, err
		}
		out = append(out, wants...)
	}
	return out, nil
}

// Examples tests a check on the examples of its documentation: each bad one must
// make it report something, a good one nothing, and all of them must be
// understood.
func Examples(t *testing.T, c *check.Check) {
	t.Helper()
	for i, e := range c.Bad {
		t.Run(fmt.Sprintf("bad%d", i+1), func(t *testing.T) {
			if fs := example(t, c, e); !slices.ContainsFunc(fs, func(f driver.Finding) bool { return f.Check == c }) {
				t.Errorf("%s finds nothing in the bad example\n%s", c.Code, e.Text)
			}
		})
	}
	for i, e := range c.Good {
		t.Run(fmt.Sprintf("good%d", i+1), func(t *testing.T) {
			for _, f := range example(t, c, e) {
				t.Errorf("%v: %s: %s", f.Pos, f.Code, f.Message)
			}
		})
	}
}

func example(t *testing.T, c *check.Check, e check.Example) []driver.Finding {
	t.Helper()
	u := unit.Unit{WithoutIPv6: true} // an example is all that its host has
	o := driver.Options{Checks: with(c), Overlay: map[string][]byte{}}
	for _, f := range e.Files() {
		u.Files = append(u.Files, f.File)
		o.Overlay[f.File] = []byte(f.Text)
		if load.SeesIPv6(f.File, []byte(f.Text)) != load.WithoutIPv6 {
			u.WithoutIPv6 = false
		}
	}
	r := run(t, u, o)
	for _, f := range r.Findings {
		if f.Check == syntax.Check && c != syntax.Check {
			t.Errorf("%v: the example is not understood: %s", f.Pos, f.Message)
		}
	}
	return r.Findings
}

// with returns the check and the one for syntax.
func with(c *check.Check) []*check.Check {
	if c == syntax.Check {
		return []*check.Check{c}
	}
	return []*check.Check{c, syntax.Check}
}

func run(t *testing.T, u unit.Unit, o driver.Options) *driver.Result {
	t.Helper()
	if o.Config == nil {
		o.Config = config.Default()
		for _, c := range append(checks.All(), syntax.Check) {
			o.Config.Known = append(o.Config.Known, c.Code, c.Slug)
		}
	}
	r, err := driver.Run([]unit.Unit{u}, o)
	if err != nil {
		t.Fatal(err)
	}
	failed(t, r.Errors)
	return r
}

func failed(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		t.Error(err)
		var in *driver.InternalError
		if errors.As(err, &in) {
			t.Logf("%s", in.Stack)
		}
	}
}

// compare returns what was found and is not wanted, and what is wanted and was
// not found.
func compare(findings []driver.Finding, wants []*want) []string {
	var out []string
	for _, f := range findings {
		i := slices.IndexFunc(wants, func(w *want) bool {
			return !w.met && w.code == f.Code && w.file == f.Pos.Filename && w.line == f.Pos.Line && w.re.MatchString(f.Message)
		})
		if i < 0 {
			out = append(out, fmt.Sprintf("%v: not wanted: %s: %s", f.Pos, f.Code, f.Message))
			continue
		}
		wants[i].met = true
	}
	for _, w := range wants {
		if !w.met {
			out = append(out, fmt.Sprintf("%s:%d: wanted in line %d, and not found: %s %q", w.file, w.comment, w.line, w.code, w.re))
		}
	}
	return out
}

// fixes tests the fixes that the findings offer.
func (x Test) fixes(t *testing.T, u unit.Unit, o driver.Options, r *driver.Result) {
	t.Helper()
	for _, f := range r.Findings {
		for _, y := range f.Fixes {
			if kind := x.Check.Fix; f.Check == x.Check && (kind == check.None || !y.Safe && kind == check.Safe) {
				t.Errorf("%v: offers the fix %q, but the check declares its fixes as %v", f.Pos, y.Message, kind)
			}
		}
	}
	safe := x.golden(t, u, fix.Options{Options: o}, ".golden", nil)
	x.golden(t, u, fix.Options{Options: o, Unsafe: true}, ".unsafe.golden", safe)
}

// golden compares the texts after the fixes with the golden files. A text that
// is in but needs no golden file.
func (x Test) golden(t *testing.T, u unit.Unit, o fix.Options, suffix string, but map[string]string) map[string]string {
	t.Helper()
	r, err := fix.Apply([]unit.Unit{u}, o)
	if err != nil {
		t.Fatal(err)
	}
	failed(t, r.Errors)
	failed(t, r.After.Errors)
	for _, f := range r.After.Findings {
		for _, y := range f.Fixes {
			if y.Safe || o.Unsafe {
				t.Errorf("%v: there is still something to fix in the fixed text: %s", f.Pos, y.Message)
			}
		}
	}
	texts := map[string]string{}
	for _, c := range r.Changes {
		texts[c.File] = c.New
	}
	for _, name := range u.Files {
		text, changed := texts[name]
		if changed && but[name] == text {
			changed = false
		}
		compareGolden(t, name+suffix, text, changed)
	}
	return texts
}

func compareGolden(t *testing.T, golden, text string, changed bool) {
	t.Helper()
	if *update {
		var err error
		if changed {
			err = os.WriteFile(golden, []byte(text), 0o644)
		} else if err = os.Remove(golden); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	switch {
	case errors.Is(err, fs.ErrNotExist) && changed:
		t.Errorf("no %s; go test -update writes it. The fixed text is\n%s", golden, text)
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		t.Error(err)
	case !changed:
		t.Errorf("there is a %s, but the fixes change nothing", golden)
	case string(want) != text:
		t.Errorf("%s: the fixed text is another\n got\n%s\nwant\n%s", golden, text, want)
	}
}

// hosts returns the hosts of the fixtures in a folder. The files in it are as if
// they were named one by one; each folder in it is searched by itself.
func hosts(folder string) ([]unit.Unit, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	var units []unit.Unit
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		switch {
		case e.IsDir():
			us, err := unit.Collect([]string{path})
			if err != nil {
				return nil, err
			}
			units = append(units, slices.DeleteFunc(us, isGolden)...)
		default:
			files = append(files, path)
		}
	}
	us, err := unit.Collect(files)
	return append(slices.DeleteFunc(us, isGolden), units...), err
}

func isGolden(u unit.Unit) bool { return strings.HasSuffix(u.Files[0], ".golden") }

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}
