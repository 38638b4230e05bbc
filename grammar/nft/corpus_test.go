package nft

import (
	"os"
	"path/filepath"
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
