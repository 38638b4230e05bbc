// Package exttest checks the declarations of extensions: against what a test
// expects of them, and against the stock iptables and its kernel.
package exttest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
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

// Run checks each case in a subtest of its own, and then all that have no Stock
// with the stock tools in a fresh network namespace.
func Run(t *testing.T, cases []Case) {
	t.Helper()
	var asked []question
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
				if text, got := c.run(t, f); c.Stock == "" {
					asked = append(asked, question{Case: c, f: f, text: text, got: got})
				}
			})
		}
	}
	ask(t, asked)
}

// run checks what ctlint makes of a case. It returns the rule and its canonical
// form.
func (c *Case) run(t *testing.T, f ast.Family) (text, got string) {
	text = "-A " + c.Chain
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
	return text, got
}

// question is a case for the stock tools.
type question struct {
	Case
	f         ast.Family
	text, got string
}

// batch is what questions have in common that can be asked at once.
type batch struct {
	f                    ast.Family
	table, chain, before string
	refused              bool
}

// ask asks the stock tools. A call of them takes long, so cases are loaded
// together; only those of which the answer is not as expected then are asked
// about alone, for rules may be in each other's way.
func ask(t *testing.T, all []question) {
	t.Helper()
	batches := map[batch][]question{}
	var order []batch
	for _, q := range all {
		b := batch{q.f, q.Table, q.Chain, strings.Join(q.Before, "\n"), q.Err != ""}
		if batches[b] == nil {
			order = append(order, b)
		}
		batches[b] = append(batches[b], q)
	}
	for _, b := range order {
		questions := batches[b]
		var alone []question
		if b.refused {
			alone = b.taken(t, questions)
		} else {
			alone = b.different(t, questions)
		}
		for _, q := range alone {
			t.Run(fmt.Sprintf("%s %s, asked alone", q.f, q.Rule), func(t *testing.T) { q.askStock(t, q.f, q.text, q.got) })
		}
	}
}

func (b *batch) tool(variant string) string {
	if b.f == ast.FamilyIP6 {
		return "ip6tables-" + variant
	}
	return "iptables-" + variant
}

// different returns those of which neither tool prints what ctlint does when all
// are loaded together.
func (b *batch) different(t *testing.T, questions []question) (alone []question) {
	t.Helper()
	rules := slices.Clone(questions[0].Before)
	lines := 0
	for _, q := range questions {
		rules = append(rules, q.text)
		lines += strings.Count(q.got, "\n") + 1
	}
	var prints [][]string
	for _, variant := range []string{"legacy", "nft"} {
		out, err := stock(t, b.tool(variant), b.table, len(questions[0].Before), rules)
		printed := strings.Split(out, "\n")
		if err != nil || len(printed) != lines {
			return questions
		}
		prints = append(prints, printed)
	}
	at := 0
	for _, q := range questions {
		n := strings.Count(q.got, "\n") + 1
		if !slices.ContainsFunc(prints, func(p []string) bool { return strings.Join(p[at:at+n], "\n") == q.got }) {
			alone = append(alone, q)
		}
		at += n
	}
	return alone
}

// taken returns those that a tool takes, of which all should be refused. They are
// loaded one after the other in one namespace, as what is refused leaves nothing
// behind.
func (b *batch) taken(t *testing.T, questions []question) (alone []question) {
	t.Helper()
	dir := t.TempDir()
	for i, q := range questions {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)), []byte(restored(b.table, append(slices.Clip(q.Before), q.text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const script = `n=0; while test -e "$1/$n"; do "$0"-restore <"$1/$n" 2>&- && echo "$n"; n=$((n+1)); done; echo all "$n"`
	seen := map[string]bool{}
	for _, variant := range []string{"legacy", "nft"} {
		out, err := inNamespace(t, b.tool(variant), "", script, dir)
		numbers := strings.Fields(out)
		if n := len(numbers); err != nil || n < 2 || numbers[n-1] != strconv.Itoa(len(questions)) {
			t.Fatalf("%s was not asked about all %d cases: %v: %s", b.tool(variant), len(questions), err, out)
		}
		for _, n := range numbers[:len(numbers)-2] {
			if i, _ := strconv.Atoi(n); !seen[n] {
				alone = append(alone, questions[i])
				seen[n] = true
			}
		}
	}
	return alone
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
		out, err := stock(t, tool+"-"+variant, c.Table, len(c.Before), append(slices.Clip(c.Before), text))
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

// stock loads rules in a new network namespace and returns what is saved of
// them, but for the first ones.
func stock(t *testing.T, tool, table string, before int, rules []string) (string, error) {
	t.Helper()
	out, err := inNamespace(t, tool, restored(table, rules), `"$0"-restore && "$0"-save -t "$1"`, table)
	if err != nil {
		return "", err
	}
	var lines []string
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "-A ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines[min(before, len(lines)):], "\n"), nil
}

// restored is a file for iptables-restore.
func restored(table string, rules []string) string {
	return fmt.Sprintf("*%s\n%s\nCOMMIT\n", table, strings.Join(rules, "\n"))
}

// inNamespace runs a script of the package's own in a new network namespace. Its
// $0 is the name of a stock tool.
func inNamespace(t *testing.T, tool, in, script, arg string) (string, error) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the stock tools are not asked")
	}
	if _, err := exec.LookPath(tool + "-restore"); err != nil {
		t.Fatalf("%s-restore is not installed, so this test cannot ask it (apt-get install iptables; or set CTLINT_NO_KERNEL=1)", tool)
	}
	argv := []string{"unshare", "--net"}
	if os.Geteuid() != 0 {
		argv = append(argv, "--user", "--map-root-user")
	}
	cmd := exec.Command(argv[0], append(argv[1:], "sh", "-c", script, tool, arg)...)
	cmd.Stdin = strings.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}
