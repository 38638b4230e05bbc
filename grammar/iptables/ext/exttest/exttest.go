// Package exttest checks the declarations of extensions: against what a test
// expects of them, and against the stock iptables and its kernel.
package exttest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// Case is a rule with what must become of it.
type Case struct {
	// Rule is what follows -A CHAIN.
	Rule string
	// Save is the canonical form; empty means that of Rule itself.
	Save string
	// Err is part of the error with which the rule is refused.
	Err string
	// AST is the dump of the rule's statements; empty means unchecked.
	AST string
	// Family is V4 or V6; 0 means that both take the rule alike.
	Family ast.Family
	Table  string // filter if empty
	Chain  string // INPUT if empty
	// Before are lines that the stock tools load before the rule.
	Before []string
	// Stock says why the stock tools are not asked: the kernel lacks
	// something, or they are wrong.
	Stock string
}

// Run checks each case in a subtest of its own, and all that have no Stock with
// the stock tools in a fresh network namespace.
func Run(t *testing.T, cases []Case) {
	t.Helper()
	for _, c := range cases {
		fams := []ast.Family{c.Family}
		if c.Family == ast.FamilyUnknown {
			fams = []ast.Family{ast.FamilyIP, ast.FamilyIP6}
		}
		for _, f := range fams {
			t.Run(fmt.Sprintf("%s %s", f, c.Rule), func(t *testing.T) {
				c := c
				if c.Table == "" {
					c.Table = "filter"
				}
				if c.Chain == "" {
					c.Chain = "INPUT"
				}
				c.run(t, f)
			})
		}
	}
}

func (c *Case) run(t *testing.T, f ast.Family) {
	text := "-A " + c.Chain
	if c.Rule != "" {
		text += " " + c.Rule
	}
	rules, got, errs := iptables.ParseRule(text, c.Table, f)
	got = strings.TrimSuffix(got, "\n")
	if c.Err != "" {
		if len(errs) == 0 {
			t.Errorf("no error; expected one with %q", c.Err)
		} else if !strings.Contains(errs[0].Error(), c.Err) {
			t.Errorf("error %q; expected one with %q", errs[0], c.Err)
		}
	} else {
		for _, e := range errs {
			t.Errorf("%d: %v", e.From, e)
		}
		want := text
		if c.Save != "" {
			want = strings.TrimSpace("-A " + c.Chain + " " + c.Save)
		}
		if got != want {
			t.Errorf("canonical form\n got %s\nwant %s", got, want)
		}
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			if _, again, errs := iptables.ParseRule(line, c.Table, f); again != line+"\n" || len(errs) > 0 {
				t.Errorf("reading the canonical form again gives %s %v", again, errs)
			}
		}
	}
	if c.AST != "" {
		var dump []string
		for _, r := range rules {
			for _, s := range r.Stmts {
				dump = append(dump, ast.Dump(s))
			}
		}
		if d := strings.Join(dump, " "); d != c.AST {
			t.Errorf("statements\n got %s\nwant %s", d, c.AST)
		}
	}
	if c.Stock == "" {
		c.askStock(t, f, text, got)
	}
}

// askStock loads the rule with the stock tool and compares what it prints. Both
// variants of the tool must refuse what ctlint refuses; one of them must print
// what ctlint prints.
func (c *Case) askStock(t *testing.T, f ast.Family, text, got string) {
	t.Helper()
	var prints []string
	tool := "iptables"
	if f == ast.FamilyIP6 {
		tool = "ip6tables"
	}
	for _, variant := range []string{"legacy", "nft"} {
		out, err := stock(t, tool+"-"+variant, c.Table, append(slices.Clip(c.Before), text))
		if err != nil && c.Err == "" {
			t.Errorf("%s-%s refuses the rule: %v", tool, variant, err)
		}
		if err == nil && c.Err != "" {
			t.Errorf("%s-%s takes the rule: %s", tool, variant, out)
		}
		prints = append(prints, out)
	}
	if c.Err == "" && got != prints[0] && got != prints[1] {
		t.Errorf("the stock tools print\n legacy %s\n    nft %s\n ctlint %s", prints[0], prints[1], got)
	}
}

// stock loads rules in a new network namespace and returns what is saved of the
// last one.
func stock(t *testing.T, tool, table string, rules []string) (string, error) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the stock tools are not asked")
	}
	in := fmt.Sprintf("*%s\n%s\nCOMMIT\n", table, strings.Join(rules, "\n"))
	script := []string{"unshare", "--net"}
	if os.Geteuid() != 0 {
		script = []string{"unshare", "--net", "--user", "--map-root-user"}
	}
	if _, err := exec.LookPath(tool + "-restore"); err != nil {
		t.Fatalf("%s-restore is not installed, so this test cannot ask it (apt-get install iptables; or set CTLINT_NO_KERNEL=1)", tool)
	}
	// The words are the test's own; the shell only joins the two tools in
	// one namespace.
	cmd := exec.Command(script[0], append(script[1:], "sh", "-c", `"$0"-restore && "$0"-save -t "$1"`, tool, table)...)
	cmd.Stdin = strings.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "-A ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines[min(len(rules)-1, len(lines)):], "\n"), nil
}
