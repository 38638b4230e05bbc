package nft

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// corpus is where the rules with their canonical forms are, seen from here. It
// is not part of the project.
const corpus = "../../../shared/corpora/nft-tests/py"

// corpusRule is a line of a .t file, for one chain of it.
type corpusRule struct {
	file      string
	rule      string
	ok        bool
	canonical string
	scope     *scope
}

// readCorpus returns the rules of all .t files, each for the first family and
// chain that its file names, or with all for each family.
func readCorpus(t testing.TB, all bool) (rules []corpusRule) {
	t.Helper()
	files, _ := filepath.Glob(corpus + "/*/*.t")
	if len(files) == 0 {
		t.Skip("SKIPPED: the corpus of nft rules is not at " + corpus)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, readT(t, filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), string(data), all)...)
	}
	return rules
}

func readT(t testing.TB, file, text string, all bool) (rules []corpusRule) {
	var scopes []*scope
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '-' || line[0] == ':' {
			continue
		}
		f := strings.Split(line, ";")
		switch line[0] {
		case '*':
			family, ok := ast.ParseFamily(f[0][1:])
			if !ok {
				t.Fatalf("%s: family %q", file, f[0])
			}
			if len(scopes) == 0 || all {
				scopes = append(scopes, &scope{table: &ast.Table{Family: family, Name: f[1]}, chain: &ast.Chain{}})
			}
		case '!': // a set: !name type a . b [flags]
			name, spec, _ := strings.Cut(f[0][1:], " ")
			spec, _, _ = strings.Cut(strings.TrimPrefix(spec, "type "), " timeout")
			spec, _, _ = strings.Cut(spec, " flags")
			s := &ast.Set{Name: name}
			for _, w := range strings.Split(spec, " . ") {
				typ, ok := ast.ParseType(strings.TrimSpace(w))
				if !ok {
					t.Fatalf("%s: type %q", file, w)
				}
				s.Key = append(s.Key, typ)
			}
			for _, sc := range scopes {
				sc.table.Sets = append(sc.table.Sets, s)
			}
		case '?', '%':
		default:
			if len(f) < 2 {
				continue // a continued line, or no rule at all
			}
			for _, sc := range scopes {
				r := corpusRule{file: file, rule: f[0], ok: strings.TrimSpace(f[1]) == "ok", scope: sc}
				if len(f) > 2 {
					r.canonical = f[2]
				}
				rules = append(rules, r)
			}
		}
	}
	return rules
}

// TestCorpusParses reads every rule that nft takes: none may have an error.
func TestCorpusParses(t *testing.T) {
	var p ruleParser
	n := 0
	for _, c := range readCorpus(t, true) {
		if !c.ok {
			continue
		}
		n++
		for _, text := range []string{c.rule, c.canonical} {
			if text == "" {
				continue
			}
			p.errs = nil
			r := p.parseRule(text, 1, c.scope)
			if len(p.errs) > 0 || r.Bad {
				t.Errorf("%s %s: %s: %v", c.file, c.scope.table.Family, text, p.errs)
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d rules were read", n)
	}
}

// canonicalDiffers are rules whose canonical form is, for a reason, another
// model.
var canonicalDiffers = map[string]string{
	"ether type ip reject":              "nft lists reject with icmp, which implies another match than ether type",
	"ether type ip6 reject":             "the same",
	"vlan id 2 ether saddr 0:1:2:3:4:6": "nft lists another order of matches",
	"tcp dport 22 iiftype ether ip daddr 1.2.3.4 ether saddr 00:0f:54:0c:11:4 accept": "the same",
	"tcp dport 22 iiftype ether ip6 daddr 1::2 ether saddr 00:0f:54:0c:11:4 accept":   "the same",
	"bridge: tcp dport 22 iiftype ether ether saddr 00:0f:54:0c:11:4 accept":          "nft leaves out iiftype, which always holds there",
	"meta nfproto ipv4 ct original saddr 1.2.3.4":                                     "the kernel's key for ct original ip saddr needs no nfproto, so nft leaves it out",
	"ip protocol tcp tcp dport 22":                                                    "nft lists meta l4proto for ip protocol",
	"ip protocol tcp tcp dport ssh accept":                                            "the same",
	"meta protocol ip udp dport 67":                                                   "nft leaves out what always holds in a table of family ip",
	"iifname \"eth0\" tcp dport 80-90 snat to 192.168.3.0-192.168.3.255":              "nft lists a range that is a network as one",
}

// plain returns a rule's statements as text that is the same for a rule and its
// canonical form: implied matches are as good as those that are said, and the
// elements of sets have no order.
func plain(r *ast.Rule) string {
	var b []byte
	for _, s := range r.Stmts {
		ast.Walk(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Match:
				n.Implied = false
			case *ast.SetLit:
				slices.SortFunc(n.Elems, func(a, b *ast.Elem) int { return strings.Compare(ast.Dump(a), ast.Dump(b)) })
			}
			return true
		})
		b = append(ast.Append(b, s), '\n')
	}
	return string(b)
}

// TestCorpusCanonical compares each rule with its canonical form, as nft lists
// it: both must be the same model.
func TestCorpusCanonical(t *testing.T) {
	var p ruleParser
	n := 0
	for _, c := range readCorpus(t, true) {
		if !c.ok || c.canonical == "" {
			continue
		}
		n++
		a, b := plain(p.parseRule(c.rule, 1, c.scope)), plain(p.parseRule(c.canonical, 1, c.scope))
		why, differs := canonicalDiffers[c.rule]
		if !differs {
			why, differs = canonicalDiffers[c.scope.table.Family.String()+": "+c.rule]
		}
		switch {
		case a != b && !differs:
			t.Errorf("%s %s: %s\n%s%s\n%s", c.file, c.scope.table.Family, c.rule, a, c.canonical, b)
		case a == b && differs:
			t.Errorf("%s %s: %s: the same, but should differ: %s", c.file, c.scope.table.Family, c.rule, why)
		}
	}
	if n < 100 {
		t.Errorf("only %d rules have a canonical form", n)
	}
}

// TestCorpusRefuses counts the rules that nft refuses and that have an error
// here too. The others need what a rule alone does not say.
func TestCorpusRefuses(t *testing.T) {
	var p ruleParser
	all, refused := 0, 0
	for _, c := range readCorpus(t, false) {
		if c.ok {
			continue
		}
		all++
		p.errs = nil
		if p.parseRule(c.rule, 1, c.scope); len(p.errs) > 0 {
			refused++
		} else {
			t.Logf("%s %s: %s: taken", c.file, c.scope.table.Family, c.rule)
		}
	}
	t.Logf("%d of %d", refused, all)
}
