package nft

import (
	"cmp"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/internal/nfttest"
	"github.com/ctlint/ctlint/internal/sample"
)

// corpus is where rulesets and rules with their canonical forms are, seen from
// here. It is not part of the project.
const corpus = "../../../shared/corpora/nft-tests"

// corpusRule is a rule of a .t file that nft takes, in a script around it.
type corpusRule struct {
	file, rule string
	family     ast.Family
	canonical  string // how nft -nn lists it
	script     string
}

// corpusRules reads the .t files: lines of chains, tables, sets with elements,
// objects, and rules, each for all families that the file names.
func corpusRules(t testing.TB) (rules []corpusRule) {
	t.Helper()
	files, _ := filepath.Glob(corpus + "/py/*/*.t")
	if len(files) == 0 {
		t.Skip("SKIPPED: the corpus of nft rules is not at " + corpus)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, readRules(t, filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), string(data))...)
	}
	if len(rules) < 2000 {
		t.Errorf("only %d rules were read", len(rules))
	}
	return rules
}

// loadable are the rules that nft is asked about: one in three, each in some of its
// families, or all with CTLINT_FULL=1.
func loadable(t testing.TB) []corpusRule {
	t.Helper()
	return slices.DeleteFunc(corpusRules(t), func(c corpusRule) bool {
		return !sample.Take(c.family.String()+" "+c.rule, 3)
	})
}

func readRules(t testing.TB, file, text string) (rules []corpusRule) {
	hooks := map[string]string{}
	var tables [][]string
	var declared strings.Builder
	names := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		f := append(strings.Split(line, ";"), "", "")
		ok := strings.TrimSpace(f[1]) == "ok"
		switch {
		case line == "" || line[0] == '#' || line[0] == '-':
		case line[0] == ':':
			hooks[f[0][1:]] = f[1]
		case line[0] == '*':
			tables = append(tables, f)
		case line[0] == '!' && ok: // name type T [timeout N] [flags F]
			name, spec, _ := strings.Cut(f[0][1:], " ")
			if !names[name] {
				names[name] = true
				fmt.Fprintf(&declared, "set %s { %s; }\n", name, strings.NewReplacer(" timeout", "; timeout", " flags", "; flags").Replace(spec))
			}
		case line[0] == '%' && ok: // name type KIND what
			name, spec, _ := strings.Cut(f[0][1:], " type ")
			kind, what, _ := strings.Cut(spec, " ")
			fmt.Fprintf(&declared, "%s %s { %s; }\n", kind, name, strings.Replace(what, "rate", "rate", 1))
		case strings.ContainsRune("!%?", rune(line[0])) || !ok:
		default:
			for _, table := range tables {
				family, known := ast.ParseFamily(table[0][1:])
				if !known {
					t.Fatalf("%s: family %q", file, table[0])
				}
				chain, _, _ := strings.Cut(table[2], ",")
				hook := hooks[chain]
				if hook != "" {
					hook += ";\n"
				}
				rules = append(rules, corpusRule{
					file: file, rule: f[0], family: family, canonical: cmp.Or(f[2], f[0]),
					script: fmt.Sprintf("table %s t {\n%schain c {\n%s%s\n}\n}\n", family, declared.String(), hook, f[0]),
				})
			}
		}
	}
	return rules
}

// parse reads a script that must have no errors.
func parse(t testing.TB, what, script string) *ast.Ruleset {
	t.Helper()
	fset := token.NewFileSet()
	f := syntax.Parse(fset, "t.nft", []byte(script), syntax.Options{})
	for _, e := range f.Errors {
		t.Errorf("%s: %s\n%s", what, e.Format(fset), script)
	}
	return f.Ruleset
}

// onlyRule returns the rule of a script of one.
func onlyRule(rs *ast.Ruleset) *ast.Rule {
	for _, c := range rs.Tables[0].Chains {
		for _, r := range c.Rules {
			return r
		}
	}
	return &ast.Rule{}
}

var braces = regexp.MustCompile(`\{[^{}]*\}`)

// loose brings the sets of a rule into one form: nft lists elements in an order
// of its own, which is that of the model here.
func loose(rule string) string {
	rule = braces.ReplaceAllStringFunc(rule, func(set string) string {
		list := strings.Split(strings.Trim(set, "{}"), ",")
		for i := range list {
			list[i] = strings.Join(strings.Fields(strings.NewReplacer(":", " : ", " - ", "-").Replace(list[i])), " ")
		}
		slices.Sort(list)
		return "{ " + strings.Join(list, ", ") + " }"
	})
	return strings.Join(strings.Fields(rule), " ")
}

// TestCorpusRules reads each rule, prints it and reads it again: the models must
// be equal. The text must be the form in which nft lists it.
func TestCorpusRules(t *testing.T) {
	other := map[string]int{}
	seen := map[string]bool{}
	for _, c := range corpusRules(t) {
		what := fmt.Sprintf("%s %s: %s", c.file, c.family, c.rule)
		want := parse(t, what, c.script)
		text, err := print(t, want, Options{Stateless: true})
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if got := parse(t, what+"\nprinted", text); !ast.Equal(got, want) {
			t.Errorf("%s\nprinted %s\nparsed  %s\nbecomes %s", what, text, ast.Dump(want), ast.Dump(got))
		}
		line, err := (Options{NumericProtocol: true, Stateless: true}).Rule(nil, onlyRule(want), want.Tables[0])
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if got := string(line); loose(got) != loose(c.canonical) {
			why := reasonFor(c, got)
			if why == "" {
				t.Errorf("%s\nprinted  %s\nexpected %s", what, got, c.canonical)
			}
			other[why]++
		}
		seen[c.rule] = true
	}
	for why, n := range other {
		t.Logf("%d rules: %s", n, why)
	}
}

// otherForms are the forms in which a rule is printed that are not those in which
// nft lists it, each as what makes the one of the other. Reading them gives the
// model that is printed, and the kernel lists them alike (TestCorpusLoads).
var otherForms = []struct {
	why  string
	edit func(string) string
}{
	{"nft lists no match that a later one would imply; what a rule says is printed",
		without(`(meta (nfproto|l4proto|protocol|iiftype)|ip protocol|ether type|vlan type|icmpv6 type) [a-z0-9-]+ `)},
	{"nft lists no match that a later one would imply, a tag's type among them", without(`vlan type ip `)},
	{"nft lists the match on the type that a field of ICMPv6 implies, and so changes the rule that it lists",
		func(s string) string { return "icmpv6 type { echo-reply, echo-request } " + s }},
	{"nft lists the protocol that a TCP reset implies, and so changes the rule that it lists",
		func(s string) string { return "meta l4proto 6 " + s }},
	{"nft lists no family before a reject that goes with it", func(s string) string {
		return map[string]string{"ether type ip reject": "reject with icmp port-unreachable", "ether type ip6 reject": "reject with icmpv6 port-unreachable"}[s]
	}},
	{"nft lists a range of addresses as a network where it is one", func(s string) string {
		return strings.Replace(s, "192.168.3.0-192.168.3.255", "192.168.3.0/24", 1)
	}},
	{"nft joins loads of the link layer, and so lists them in another order", func(s string) string {
		return strings.Replace(s, "vlan id 2 ether saddr 00:01:02:03:04:06", "ether saddr 00:01:02:03:04:06 vlan id 2", 1)
	}},
	{"nft joins loads of the link layer, and so lists them in another order, without what they imply", func(s string) string {
		return strings.Replace(s, "meta iiftype ether ip daddr 1.2.3.4 ether saddr 00:0f:54:0c:11:04", "ether saddr 00:0f:54:0c:11:04 ip daddr 1.2.3.4", 1)
	}},
}

// without leaves out the first text that a pattern matches.
func without(pattern string) func(string) string {
	re := regexp.MustCompile(pattern)
	return func(s string) string {
		if at := re.FindStringIndex(s); at != nil {
			return s[:at[0]] + s[at[1]:]
		}
		return s
	}
}

// reasonFor says why a rule is printed in another form than nft lists it; "" if
// there is no reason.
func reasonFor(c corpusRule, got string) string {
	for _, f := range otherForms {
		if loose(f.edit(got)) == loose(c.canonical) {
			return f.why
		}
	}
	return ""
}

// TestCorpusLoads loads each rule, and what is printed of it, and compares how nft
// lists the two.
func TestCorpusLoads(t *testing.T) {
	var rules []corpusRule
	var scripts, printed []string
	for _, c := range loadable(t) {
		rs := parse(t, c.rule, c.script)
		text, err := print(t, rs, Options{Stateless: true})
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		name := fmt.Sprintf("table %s t%d {", c.family, len(rules))
		head := fmt.Sprintf("table %s t {", c.family)
		rules = append(rules, c)
		scripts = append(scripts, strings.Replace(c.script, head, name, 1))
		printed = append(printed, strings.Replace(text, head, name, 1))
	}
	listA, errA := nfttest.ListEach(t, scripts, "--stateless")
	listB, errB := nfttest.ListEach(t, printed, "--stateless")
	refused := 0
	for i, c := range rules {
		switch {
		case errA[i] != nil && errB[i] != nil:
			refused++ // by this nft or this kernel, as it is written
		case errA[i] != nil:
			t.Errorf("%s: nft refuses the rule, but not what is printed: %v\n%s", c.rule, errA[i], printed[i])
		case errB[i] != nil:
			t.Errorf("%s: nft refuses what is printed: %v\n%s", c.rule, errB[i], printed[i])
		case listA[i] != listB[i] && listedOtherwise[c.rule] == "":
			t.Errorf("%s\nnft lists it as       %s\nand what is printed as %s", c.rule, listA[i], listB[i])
		}
	}
	t.Logf("nft refuses %d of %d rules", refused, len(rules))
	if refused > len(rules)/20 {
		t.Errorf("nft refuses %d of %d rules; expected few", refused, len(rules))
	}
}

// listedOtherwise says why nft lists a rule in another form than what is printed
// of it.
var listedOtherwise = map[string]string{
	"meta nfproto ipv4 ct original saddr 1.2.3.4": "nft takes the family from the match, and lists it in the place of the match; printed are both",
}
