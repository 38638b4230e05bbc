package checks_test

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/syntax"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/internal/sample"
)

// all is the catalogue and what stands outside of it.
func all() []*check.Check { return append(checks.All(), syntax.Check) }

// TestCatalogue looks at what no single check can know of itself.
func TestCatalogue(t *testing.T) {
	if _, err := driver.Run(nil, driver.Options{Checks: all()}); err != nil {
		t.Error(err) // wrong declarations, names that are there twice
	}
	if !slices.IsSortedFunc(checks.All(), func(a, b *check.Check) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("the catalogue is not in the order of the codes")
	}
	names := map[string]bool{}
	for _, c := range all() {
		if names[c.Name] {
			t.Errorf("two analyzers are called %s", c.Name)
		}
		names[c.Name] = true
		if checks.Find(c.Slug) != checks.Find(c.Code) || c != syntax.Check && checks.Find(c.Code) != c {
			t.Errorf("%s is not found by its names", c.Slug)
		}
	}
	if checks.Find("nonesuch") != nil {
		t.Error("a check that is not there was found")
	}
}

// titleForm is that of a title. It may begin with a name: RELATED, IPv6.
var titleForm = regexp.MustCompile(`^([a-z0-9]|[A-Z][A-Z0-9]).*[^.]$`)

// TestDocumented wants of each check what its users and its next author need.
func TestDocumented(t *testing.T) {
	for _, c := range checks.All() {
		t.Run(c.Slug, func(t *testing.T) {
			if len(c.Bad) == 0 || len(c.Good) == 0 {
				t.Error("it has no bad or no good example")
			}
			if c.Since == "" {
				t.Error("it does not say since when it is there")
			}
			if !titleForm.MatchString(c.Title) {
				t.Errorf("the title %q begins with a capital or ends with a full stop", c.Title)
			}
			if len(c.Title) > 72 {
				t.Errorf("the title %q is too long for a list", c.Title)
			}
			file := filepath.Join(strings.ToLower(c.Family()), strings.ToLower(c.Code)+"_"+c.Name)
			for _, suffix := range []string{".go", "_test.go"} {
				if _, err := os.Stat(file + suffix); err != nil {
					t.Errorf("it is not where it should be: %v", err)
				}
			}
		})
	}
}

func TestExamples(t *testing.T) {
	for _, c := range all() {
		t.Run(c.Slug, func(t *testing.T) { drivertest.Examples(t, c) })
	}
}

// TestGoodExamplesLoad asks the kernel for what no check can know: whether the
// good examples are rulesets that one can have.
func TestGoodExamplesLoad(t *testing.T) {
	for _, c := range all() {
		for i, e := range c.Good {
			if !saved(e) {
				continue
			}
			t.Run(fmt.Sprintf("%s/good%d", c.Slug, i+1), func(t *testing.T) {
				t.Parallel()
				var errs []error
				for _, variant := range drivertest.Variants {
					if err := drivertest.Restore(t, variant, e); err != nil {
						errs = append(errs, err)
					}
				}
				if len(errs) == len(drivertest.Variants) {
					t.Error(errs)
				}
			})
		}
	}
}

// saved reports whether all files of an example are save files.
func saved(e check.Example) bool {
	return !slices.ContainsFunc(e.Files(), func(f check.Example) bool {
		return !strings.HasSuffix(f.File, "v4") && !strings.HasSuffix(f.File, "v6")
	})
}

// fixtures returns the hosts under the fixtures of all checks.
func fixtures(t *testing.T) []unit.Unit {
	t.Helper()
	units, err := unit.Collect([]string{filepath.Join("..", "fixtures", "checks")})
	if err != nil {
		t.Fatal(err)
	}
	if len(units) == 0 {
		t.Fatal("there are no fixtures")
	}
	return units
}

// TestForeignDriver runs all checks under the driver of x/tools, which knows
// nothing of rulesets: it must report what ours does. It panics at a fix that
// cannot be applied.
func TestForeignDriver(t *testing.T) {
	var analyzers []*analysis.Analyzer
	for _, c := range all() {
		analyzers = append(analyzers, c.Analyzer)
	}
	hosts := fixtures(t)
	var files []string // which scripts may include
	for _, u := range hosts {
		files = append(files, u.Files...)
	}
	for _, u := range hosts {
		if !sample.Take(u.Name(), 3) {
			continue
		}
		t.Run(u.Name(), func(t *testing.T) {
			t.Parallel()
			foreign(t, analyzers, u, files)
		})
	}
}

// foreign runs checks on one host under the driver of x/tools, and compares.
func foreign(t *testing.T, analyzers []*analysis.Analyzer, u unit.Unit, files []string) {
	t.Helper()
	p := &packages.Package{
		Name: "ruleset", PkgPath: u.Name(), OtherFiles: u.Files, IgnoredFiles: files, Fset: token.NewFileSet(),
		Types: types.NewPackage(u.Name(), "ruleset"), TypesInfo: &types.Info{}, TypesSizes: types.SizesFor("gc", "amd64"),
	}
	graph, err := checker.Analyze(analyzers, []*packages.Package{p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]bool{}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%s: %v", u.Name(), act.Err)
		}
		for _, d := range act.Diagnostics {
			theirs[fmt.Sprintf("%v: %s %s %s", p.Fset.Position(d.Pos), check.Decode(d).Code, d.Message, d.URL)] = true
		}
	}
	r, err := driver.Run([]unit.Unit{u}, driver.Options{Checks: all(), NoInlineIgnores: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		line := fmt.Sprintf("%v: %s %s %s", f.Pos, f.Code, f.Message, f.URL)
		if !theirs[line] {
			t.Errorf("only ours: %s", line)
		}
		delete(theirs, line)
	}
	for line := range theirs {
		t.Errorf("only theirs: %s", line)
	}
}
