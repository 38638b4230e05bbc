package driver_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

const text = `*filter
:INPUT DROP [0:0]
:a - [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j a
-A a -j DROP
COMMIT
`

// made makes a check of a function, with all that a check must have.
func made(code, slug string, run func(*analysis.Pass) (any, error), requires ...*analysis.Analyzer) *check.Check {
	return check.New(check.Check{
		Code: code, Slug: slug, Severity: check.Warning, Title: "made for a test", Text: "Made for a test.",
		Analyzer: &analysis.Analyzer{Requires: append(requires, ruleset.Analyzer), Run: run},
	})
}

// everyRule reports every rule, from the last to the first, and twice.
var everyRule = made("TT002", "every-rule", func(pass *analysis.Pass) (any, error) {
	for range 2 {
		for _, p := range slices.Backward(slices.Collect(ruleset.Of(pass).Rules())) {
			check.Report(pass, p.Rule, "rule of "+p.Chain.Name)
		}
	}
	return nil, nil
})

var everyChain = made("TT001", "every-chain", func(pass *analysis.Pass) (any, error) {
	for _, t := range ruleset.Of(pass).Tables() {
		for _, c := range t.Chains {
			check.Report(pass, c.NameSpan, "chain "+c.Name, check.At(check.Info))
		}
	}
	return nil, nil
})

func lint(t *testing.T, files map[string]string, checks ...*check.Check) *driver.Result {
	t.Helper()
	o := driver.Options{Checks: checks, Overlay: map[string][]byte{}}
	var names []string
	for name, text := range files {
		names = append(names, name)
		o.Overlay[name] = []byte(text)
	}
	slices.Sort(names)
	r, err := driver.Run([]unit.Unit{{Files: names}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func show(r *driver.Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%v-%d:%d %v %s %s\n", f.Pos, f.End.Line, f.End.Column, f.Severity, f.Code, f.Message)
	}
	return b.String()
}

func TestOrder(t *testing.T) {
	r := lint(t, map[string]string{"b.v4": text, "a.v4": "*raw\n:OUTPUT ACCEPT\nCOMMIT\n"}, everyRule, everyChain)
	want := `a.v4:2:2-2:8 info TT001 chain OUTPUT
b.v4:2:2-2:7 info TT001 chain INPUT
b.v4:3:2-3:3 info TT001 chain a
b.v4:4:1-4:44 warning TT002 rule of INPUT
b.v4:5:1-5:14 warning TT002 rule of INPUT
b.v4:6:1-6:13 warning TT002 rule of a
`
	if got := show(r); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if len(r.Files) != 2 || r.Files[0].Name != "a.v4" || r.Files[1].Text != text || r.Files[1].Faults != 0 {
		t.Errorf("files: %+v", r.Files)
	}
}

func TestFaults(t *testing.T) {
	r := lint(t, map[string]string{"a.v4": "*filter\n:INPUT DROP\n-A INPUT --nosuch\nCOMMIT\n"})
	if len(r.Files) != 1 || r.Files[0].Faults != 1 || len(r.Findings) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestUnreadable(t *testing.T) {
	r, err := driver.Run([]unit.Unit{{Files: []string{"no/such.v4", "x.v6"}}, {Files: []string{"neither"}}}, driver.Options{
		Checks: []*check.Check{everyChain},
		ReadFile: func(name string) ([]byte, error) {
			if name == "x.v6" {
				return []byte(text), nil
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 2 || r.Findings[0].Pos.Filename != "x.v6" {
		t.Errorf("the file that can be read is not checked: %v", show(r))
	}
	if len(r.Errors) != 2 {
		t.Fatalf("errors: %v", r.Errors)
	}
	for i, name := range []string{"no/such.v4", "neither"} {
		var e *driver.ReadError
		if !errors.As(r.Errors[i], &e) || e.File != name || !errors.Is(e, fs.ErrNotExist) {
			t.Errorf("error %d: %v", i, r.Errors[i])
		}
	}
}

func TestFailures(t *testing.T) {
	base := &analysis.Analyzer{
		Name: "base", Doc: "fails", ResultType: reflect.TypeFor[int](),
		Run: func(*analysis.Pass) (any, error) { return nil, errors.New("no luck") },
	}
	never := func(*analysis.Pass) (any, error) { panic("it ran") }
	for _, c := range []struct {
		name   string
		checks []*check.Check
		want   string
		stack  bool
	}{
		{"panic", []*check.Check{made("TT003", "panics", func(pass *analysis.Pass) (any, error) {
			check.Report(pass, ruleset.Of(pass).Sources[0].Ruleset.Tables[0], "not to be trusted")
			var none []int
			return none[3], nil
		})}, "internal error in panics on a.v4: panic: runtime error: index out of range [3] with length 0", true},
		{"error", []*check.Check{made("TT003", "errs", func(*analysis.Pass) (any, error) { return nil, errors.New("no disk") })},
			"internal error in errs on a.v4: no disk", false},
		{"wrong result", []*check.Check{made("TT003", "results", func(*analysis.Pass) (any, error) { return 5, nil })},
			"internal error in results on a.v4: the result is of type int, the analyzer declares <nil>", false},
		{"a prerequisite, told once", []*check.Check{made("TT003", "one", never, base), made("TT004", "two", never, base)},
			"internal error in base on a.v4: no luck", false},
		{"a fix outside of the file", []*check.Check{made("TT003", "fixes", func(pass *analysis.Pass) (any, error) {
			r := ruleset.Of(pass).Sources[0].Ruleset
			check.Report(pass, r, "x", check.Fix("break out", analysis.TextEdit{Pos: r.Pos(), End: r.End() + 100}))
			return nil, nil
		})}, `panic: the fix "break out" is not valid`, true},
		{"a fix with edits that overlap", []*check.Check{made("TT003", "fixes", func(pass *analysis.Pass) (any, error) {
			r := ruleset.Of(pass).Sources[0].Ruleset
			check.Report(pass, r, "x", check.Fix("twice", analysis.TextEdit{Pos: r.Pos(), End: r.Pos() + 3}, analysis.TextEdit{Pos: r.Pos() + 2}))
			return nil, nil
		})}, `panic: the fix "twice" is not valid: its edits overlap at a.v4:1:3`, true},
		{"a file that is not the host's", []*check.Check{made("TT003", "reads", func(pass *analysis.Pass) (any, error) {
			_, err := pass.ReadFile("/etc/passwd")
			return nil, err
		})}, "not a file of the host a.v4", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := lint(t, map[string]string{"a.v4": text}, append(c.checks, everyChain)...)
			if len(r.Errors) != 1 {
				t.Fatalf("errors: %v", r.Errors)
			}
			var e *driver.InternalError
			if !errors.As(r.Errors[0], &e) || !strings.Contains(e.Error(), c.want) {
				t.Errorf("got %v\nwant %s", r.Errors[0], c.want)
			}
			if (e.Stack != nil) != c.stack {
				t.Errorf("stack: %s", e.Stack)
			}
			if len(r.Findings) != 2 {
				t.Errorf("findings of the check that works, and no others:\n%s", show(r))
			}
		})
	}
}

type fact struct{}

func (*fact) AFact() {}

func TestDeclarations(t *testing.T) {
	withFacts := made("TT005", "facts", func(*analysis.Pass) (any, error) { return nil, nil },
		&analysis.Analyzer{Name: "f", Doc: "f", FactTypes: []analysis.Fact{&fact{}}, Run: func(*analysis.Pass) (any, error) { return nil, nil }})
	for _, c := range []struct {
		want   string
		checks []*check.Check
	}{
		{"two checks are called TT001", []*check.Check{everyChain, made("TT001", "other", everyChain.Run)}},
		{"two checks are called every-chain", []*check.Check{everyChain, made("TT009", "every-chain", everyChain.Run)}},
		{"two checks are called TT001", []*check.Check{everyChain, everyChain}},
		{"analyzer f uses facts", []*check.Check{withFacts}},
	} {
		if _, err := driver.Run(nil, driver.Options{Checks: c.checks}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v; want %s", err, c.want)
		}
	}
}

// TestPass has a check that uses the pass as one made for Go source may.
func TestPass(t *testing.T) {
	curious := made("TT006", "curious", func(pass *analysis.Pass) (any, error) {
		if got := pass.String(); got != "curious@a.v4" {
			return nil, fmt.Errorf("the pass is %s", got)
		}
		if len(pass.TypesInfo.Defs) != 0 || pass.TypesSizes == nil || pass.Module == nil || pass.Pkg.Name() != "ruleset" {
			return nil, errors.New("something of the pass is missing")
		}
		pass.Reportf(pass.Fset.File(ruleset.Of(pass).Sources[0].Ruleset.Pos()).Pos(9), "by Reportf")
		pass.Report(analysis.Diagnostic{Message: "without a place"})
		return nil, nil
	})
	r := lint(t, map[string]string{"a.v4": text}, curious)
	want := "a.v4-0:0 warning TT006 without a place\na.v4:2:2-2:2 warning TT006 by Reportf\n"
	if got := show(r); got != want || len(r.Errors) > 0 {
		t.Errorf("got\n%s%v\nwant\n%s", got, r.Errors, want)
	}
}

func TestConfig(t *testing.T) {
	asks := made("TT007", "asks", func(pass *analysis.Pass) (any, error) {
		c := config.For(pass)
		s := ruleset.Of(pass).Sources[0]
		check.Report(pass, s.Ruleset, fmt.Sprint(c.LateEstablished, c.ManagementPorts, s.Family))
		return nil, nil
	}, config.Analyzer)
	run := func(c *config.Config) string {
		r, err := driver.Run([]unit.Unit{{Files: []string{"a"}}}, driver.Options{
			Checks: []*check.Check{asks}, Config: c, Overlay: map[string][]byte{"a": []byte(text)},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.Findings[0].Message
	}
	if got, want := run(nil), "10 [22] ip"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
	other := config.Default()
	other.LateEstablished, other.ManagementPorts, other.Family = 3, []uint16{2222}, ast.FamilyIP6
	if got, want := run(other), "3 [2222] ip6"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

// TestIncludeOverlay reads a script whose included files are texts that are in no
// file, or not yet: by name and by pattern, and files beside them.
func TestIncludeOverlay(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"d/10.nft": "table ip disk10\n", "d/20.nft": "table ip disk20\n", "one.nft": "table ip disk1\n"} {
		if err := os.MkdirAll(filepath.Dir(in(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := made("TT010", "tables", func(pass *analysis.Pass) (any, error) {
		s := ruleset.Of(pass).Sources[0]
		var all []string
		for _, t := range s.Ruleset.Tables {
			all = append(all, t.Name)
		}
		check.Report(pass, s.Ruleset, fmt.Sprint(all, s.Errors))
		return nil, nil
	})
	for _, c := range []struct {
		name, main, want string
	}{
		{in("main.nft"), `include "d/*.nft"` + "\n" + `include "one.nft"`, "[disk10 shown15 shown20 shown1] []"},
		{in("main.nft"), `include "` + dir + `/./d/../one.nft"`, "[shown1] []"},
		{unit.Stdin, `include "` + dir + `/*/*"`, "[disk10 shown15 shown20] []"},
		{unit.Stdin, `include "<*"`, "[] []"},
	} {
		r, err := driver.Run([]unit.Unit{{Files: []string{c.name}}}, driver.Options{
			Checks: []*check.Check{names}, Config: &config.Config{Dialect: load.NFT},
			Overlay: map[string][]byte{
				c.name: []byte(c.main + "\n"), in("d/15.nft"): []byte("table ip shown15\n"), in("d/20.nft"): []byte("table ip shown20\n"),
				in("one.nft"): []byte("table ip shown1\n"), in("d/.hidden.nft"): []byte("table ip hidden\n"),
			},
		})
		if err != nil || len(r.Errors) > 0 {
			t.Fatal(err, r.Errors)
		}
		if got := r.Findings[0].Message; got != c.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.name, c.main, got, c.want)
		}
	}
}

func TestFinding(t *testing.T) {
	rich := made("TT008", "rich", func(pass *analysis.Pass) (any, error) {
		chains := ruleset.Of(pass).Sources[0].Ruleset.Tables[0].Chains
		check.Report(pass, chains[1].NameSpan, "says much",
			check.At(check.Error),
			check.Witness("tcp 192.0.2.1"),
			check.Related(chains[0].NameSpan, "see here"),
			check.Fix("rename it", analysis.TextEdit{Pos: chains[1].NameSpan.Pos(), End: chains[1].NameSpan.End(), NewText: []byte("b")}),
			check.UnsafeFix("open it", analysis.TextEdit{Pos: chains[1].NameSpan.Pos()}),
		)
		return nil, nil
	})
	f := lint(t, map[string]string{"a.v4": text}, rich).Findings[0]
	if f.Check != rich || f.Severity != check.Error || f.Witness != "tcp 192.0.2.1" || f.Message != "says much" || f.URL != rich.URL {
		t.Errorf("%+v", f)
	}
	if len(f.Related) != 1 || f.Related[0].Message != "see here" || f.Related[0].Pos.Line != 2 {
		t.Errorf("related: %+v", f.Related)
	}
	if len(f.Fixes) != 2 || !f.Fixes[0].Safe || f.Fixes[1].Safe || f.Fixes[1].Message != "open it" {
		t.Errorf("fixes: %+v", f.Fixes)
	}
	if e := f.Fixes[0].Edits[0]; e.Text != "b" || e.Pos.Offset != 27 || e.End.Offset != 28 {
		t.Errorf("edit: %+v", e)
	}
	if e := f.Fixes[1].Edits[0]; e.End != e.Pos {
		t.Errorf("an insertion without an end: %+v", e)
	}
}

// TestMany runs many hosts at once; the race detector has something to see.
func TestMany(t *testing.T) {
	o := driver.Options{Checks: []*check.Check{everyRule, everyChain}, Overlay: map[string][]byte{}}
	var units []unit.Unit
	for i := range 200 {
		name := fmt.Sprintf("%03d.v4", i)
		o.Overlay[name] = []byte(text)
		units = append(units, unit.Unit{Files: []string{name}})
	}
	last := 0
	o.Progress = func(done, all int) {
		if done != last+1 || all != 200 {
			t.Errorf("progress: %d of %d after %d", done, all, last)
		}
		last = done
	}
	r, err := driver.Run(units, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 200*5 || last != 200 {
		t.Errorf("%d findings, %d of 200 done", len(r.Findings), last)
	}
	if !slices.IsSortedFunc(r.Findings, func(a, b driver.Finding) int { return strings.Compare(a.Pos.Filename, b.Pos.Filename) }) {
		t.Error("the findings are not in the order of the hosts")
	}
}

// TestNoFixes has a ruleset that nobody loads again, and one in JSON, which fixes are
// not: there is nothing to fix.
func TestNoFixes(t *testing.T) {
	fixing := made("TT009", "fixing", func(pass *analysis.Pass) (any, error) {
		for p := range ruleset.Of(pass).Rules() {
			check.Report(pass, p.Rule, "not good", check.Fix("take it away", analysis.TextEdit{Pos: p.Rule.Pos(), End: p.Rule.End()}))
		}
		return nil, nil
	})
	listing := "Chain INPUT (policy DROP)\ntarget     prot opt source               destination\nACCEPT     all  --  0.0.0.0/0            0.0.0.0/0\n"
	const script = "table ip t {\n\tchain c {\n\t\taccept\n\t}\n}\n"
	const json = `{"nftables": [{"table": {"family": "ip", "name": "t"}}, {"chain": {"family": "ip", "table": "t", "name": "c"}},
		{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"accept": null}]}}]}`
	for _, c := range []struct {
		dialect load.Dialect
		text    string
		fixes   int
	}{{load.Save, text, 1}, {load.Listing, listing, 0}, {load.NFT, script, 1}, {load.NFT, json, 0}} {
		settings := config.Default()
		settings.Dialect = c.dialect
		r, err := driver.Run([]unit.Unit{{Files: []string{"a"}}}, driver.Options{
			Checks: []*check.Check{fixing}, Config: settings, Overlay: map[string][]byte{"a": []byte(c.text)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Findings) == 0 || len(r.Findings[0].Fixes) != c.fixes {
			t.Errorf("%s: %+v", c.dialect, r.Findings)
		}
	}
}
