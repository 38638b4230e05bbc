package iptables_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// TestPositions looks the text up at each node of each real save file: it must lie
// in its rule, and for what can be compared say what the node does.
func TestPositions(t *testing.T) {
	saveFiles(t, func(t *testing.T, text string, family ast.Family) {
		const base = 1000
		f := iptables.Parse("f", text, iptables.Save, family, base)
		at := func(n ast.Node) string {
			s := n.Source()
			if s.From < base || int(s.To)-base > len(text) || s.From >= s.To {
				t.Fatalf("%s has the place %v", ast.Dump(n), s)
			}
			return text[s.From-base : s.To-base]
		}
		for _, tb := range f.Ruleset.Tables {
			if at(tb.NameSpan) != tb.Name {
				t.Errorf("table %s has its name at %q", tb.Name, at(tb.NameSpan))
			}
			for _, c := range tb.Chains {
				if at(c.NameSpan) != c.Name {
					t.Errorf("chain %s has its name at %q", c.Name, at(c.NameSpan))
				}
				for _, r := range c.Rules {
					line := at(r)
					if strings.Contains(line, "\n") || !strings.Contains(line, "-A "+c.Name) {
						t.Fatalf("a rule of %s is at %q", c.Name, line)
					}
					if r.CommentSpan.Valid() && strings.Trim(at(r.CommentSpan), `"`) != strings.ReplaceAll(r.Comment, `"`, `\"`) {
						t.Errorf("the comment %q is at %q", r.Comment, at(r.CommentSpan))
					}
					for n := range ast.Preorder(r) {
						s := n.Source()
						if s.From < r.From || s.To > r.To {
							t.Fatalf("%s lies outside of its rule %q", ast.Dump(n), line)
						}
						node(t, n, at(n))
					}
				}
			}
		}
	})
}

// node compares a node with its text.
func node(t *testing.T, n ast.Node, text string) {
	t.Helper()
	ok := true
	switch n := n.(type) {
	case *ast.Addr:
		a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimSuffix(text, "/32"), "/128"))
		ok = err != nil || a == n.Addr // a range or a shorter form
	case *ast.String:
		ok = strings.HasPrefix(text, n.Val) || strings.HasPrefix(text, "-") || strings.ContainsAny(text, `" `)
	case *ast.Verdict:
		ok = n.Chain == "" && strings.EqualFold(text, n.Kind.String()) || text == n.Chain
	case *ast.Use:
		ok = strings.Contains(text, n.Name) || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "!")
	case *ast.Match:
		ok = text[0] == '-' || text[0] == '!' || !strings.ContainsAny(text, "\n")
	}
	if !ok {
		t.Errorf("%s is at %q", ast.Dump(n), text)
	}
}
