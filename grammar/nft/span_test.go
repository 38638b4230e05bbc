package nft

import (
	gotoken "go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// spanBase is where the rules of these tests begin: not at 0, which is no place.
const spanBase = 1000

// spanRules are rules of every kind of node, besides those of the corpus.
var spanRules = map[ast.Family][]string{
	ast.FamilyInet: {
		`iifname "eth*" ip saddr 192.0.2.0/24 tcp dport { 22, 80-90, http } counter packets 5 bytes 6 accept comment "a comment"`,
		`meta l4proto { tcp, udp } th dport 53 jump { ip saddr 192.0.2.1 accept ; ip6 saddr ::1 drop }`,
		`ct state vmap { established : accept, related : accept, invalid : drop, * : jump other }`,
		`ct mark set ip saddr . tcp dport map { 192.0.2.1 . 22 : 0x10, 192.0.2.2 . 80-90 : 32 }`,
		`tcp flags & (fin | syn | rst | ack) == syn limit rate over 10/second burst 7 packets drop`,
		`tcp option maxseg size set rt mtu`, `fib saddr . iif oif missing drop`, `ct original ip saddr 192.0.2.1-192.0.2.9 reject with icmpx admin-prohibited`,
		`add @s { ip saddr . tcp dport timeout 1h limit rate 3/minute } accept`, `meter m size 10 { ip saddr timeout 5s counter }`,
		`meta mark set (meta mark & 0xffff0000) | 0x10`, `meta mark set numgen inc mod 3 offset 2`, `meta mark set jhash ip saddr . tcp dport mod 7 seed 0x10`,
		`@th,16,16 { 53, 0x35 }`, `log prefix "in: " level info flags ip options`, `queue flags bypass to 3-5`, `quota over 25 mbytes drop`, `ct count over 20 reject`,
		`meta l4proto tcp dnat ip to ip saddr map { 192.0.2.1 : 198.51.100.1 . 80, 192.0.2.2 : 198.51.100.2 . 81 }`, `tcp dport 80 redirect to :8080 random`,
		`udp dport 4789 vxlan ip saddr 192.0.2.1`, `meta hour "17:00"-"18:30" meta day Monday`, `ct helper set "ftp"`, `flow add @f`, `ct label 3 ct label set 5`,
		`socket cgroupv2 level 2 "a/b" osf ttl skip name "Linux"`, `ipsec in spnum 1 ip6 saddr 2001:db8::1`, `sctp chunk data tsn 5`, `last used 5s`, `reset tcp option sack-perm`,
		`ip saddr != @s ct status ! snat,dnat`, `xt target "TCPMSS"`, `ip option lsrr exists dccp option 3 exists`, `exthdr frag exists srh sid[1] 2001:db8::1`,
		`meta l4proto tcp tproxy ip to 192.0.2.1:80 accept`, `synproxy mss 1460 wscale 7 timestamp sack-perm`, `counter name tcp dport map { 80 : "web", 443 : "tls" }`,
	},
	ast.FamilyNetdev: {`fwd ip to 192.0.2.1 device "lo"`, `dup to "lo"`},
	ast.FamilyIP:     {`dup to 192.0.2.1 device "lo"`, `ip saddr example.com`},
}

// folded are the texts of values that are computed from several.
func folded(text string) bool {
	return strings.Contains(text, "=") || strings.Contains(text, "/") || strings.ContainsAny(text, ",|^&") || strings.Contains(text, " or ") ||
		strings.Contains(text, " xor ") || strings.Contains(text, " and ")
}

// TestSpans walks the trees of all rules. Each node lies in its parent, and the
// text at each value and each expression is what it was read from: read alone,
// it gives an equal node.
func TestSpans(t *testing.T) {
	var rules []corpusRule
	for f, list := range spanRules {
		sc := &scope{table: &ast.Table{Family: f, Sets: []*ast.Set{{Name: "s"}}}}
		for _, r := range list {
			rules = append(rules, corpusRule{rule: r, ok: true, scope: sc})
		}
	}
	t.Run("rules", func(t *testing.T) { checkSpans(t, rules) })
	t.Run("corpus", func(t *testing.T) { checkSpans(t, readCorpus(t, true)) })
}

func checkSpans(t *testing.T, rules []corpusRule) {
	var p ruleParser
	values := 0
	for _, c := range rules {
		if !c.ok {
			continue
		}
		p.errs, p.anonymous = nil, nil
		r := p.parseRule(c.rule, spanBase, c.scope)
		if len(p.errs) > 0 {
			t.Errorf("%s: %v", c.rule, p.errs[0])
			continue
		}
		roots := []ast.Node{r}
		for _, a := range p.anonymous {
			roots = append(roots, a)
		}
		for _, root := range roots {
			values += spansOf(t, c, root)
		}
	}
	if values < 50 {
		t.Errorf("only %d values were looked at", values)
	}
}

// spansOf checks a tree and returns how many values are in it.
func spansOf(t *testing.T, c corpusRule, root ast.Node) (values int) {
	t.Helper()
	type frame struct {
		n    ast.Node
		span ast.Span
	}
	outer := frame{root, ast.Span{From: spanBase, To: spanBase + uint32(len(c.rule))}}
	var walk func(n ast.Node, in frame)
	walk = func(n ast.Node, in frame) {
		if m, ok := n.(*ast.Match); ok && m.Implied {
			return
		}
		s := n.Source()
		if !s.Valid() || s.From < in.span.From || s.To > in.span.To || s.From >= s.To {
			t.Errorf("%s: %T at %d-%d is not in %T at %d-%d", c.rule, n, s.From, s.To, in.n, in.span.From, in.span.To)
			return
		}
		text := c.rule[s.From-spanBase : s.To-spanBase]
		if e, ok := n.(ast.Expr); ok {
			values++
			if !readsAs(text, e, c.scope) && !folded(text) {
				t.Errorf("%s: the text at %s is %q", c.rule, ast.Dump(e), text)
			}
		}
		first := true
		ast.Walk(n, func(child ast.Node) bool {
			if first {
				first = false
				return true
			}
			if b, ok := n.(*ast.Binary); ok && child == ast.Node(b.Right) && strings.Contains(c.rule, "/") {
				return false // the mask of a prefix or of flags lies behind the value
			}
			if _, ok := n.(*ast.Range); ok && folded(text) {
				return false // of a prefix
			}
			walk(child, frame{n, s})
			return false
		})
	}
	walk(root, outer)
	return values
}

// readsAs reports whether a text alone is read as an expression, in the types
// that it may be of.
func readsAs(text string, e ast.Expr, sc *scope) bool {
	var p ruleParser
	same := func(types []ast.Type) bool {
		p.errs = nil
		got := p.parseExprText(text, spanBase, types, sc)
		return got != nil && ast.Equal(got, e)
	}
	if same(nil) {
		return true
	}
	if c, ok := e.(*ast.Concat); ok {
		// Its parts are looked at one by one.
		return len(c.Parts) > 1
	}
	switch e := e.(type) {
	case *ast.SetLit, *ast.SetRef, *ast.Map, *ast.Hash:
		return strings.ContainsAny(text, "{@") || e != nil && strings.Contains(text, "jhash")
	case *ast.CT, *ast.Rt:
		return strings.HasPrefix(text, "ct ") || strings.HasPrefix(text, "rt ") // the family is that of the rule
	case *ast.Fib:
		strict := *e
		strict.Check = false // exists or missing behind it says so
		got, ok := p.parseExprText(text, spanBase, nil, sc).(*ast.Fib)
		return ok && ast.Equal(got, &strict)
	case *ast.Range:
		_, lo := e.Lo.(*ast.Int)
		if lo && text[0] == '"' {
			return strings.Count(text, `"`) == 4 // hours, or days
		}
	}
	for typ := ast.TypeNone + 1; typ <= ast.TypeCgroupV2; typ++ {
		if same([]ast.Type{typ}) {
			return true
		}
	}
	return slices.Contains([]string{`"lo"`, "lo"}, text)
}

// TestFileSpans walks the models of all whole scripts. What has a name has it at
// its place; each node lies in its parent; and what nft lists has a place, but for
// what is implied. In a script a table may stand in several parts, and a value
// where its variable is defined.
func TestFileSpans(t *testing.T) {
	names, nodes, values := 0, 0, 0
	for _, s := range wholeScripts(t) {
		f := Parse(gotoken.NewFileSet(), s.name, []byte(s.text), Options{Alone: true})
		text := func(n ast.Span) string { return f.Source(n) }
		named := func(what, name string, at ast.Span) {
			names++
			if got := strings.Trim(text(at), `"`); got != name {
				t.Errorf("%s: the %s %s is at %q", s.name, what, name, got)
			}
		}
		var walk func(n, parent ast.Node, in ast.Span, sc *scope)
		walk = func(n, parent ast.Node, in ast.Span, sc *scope) {
			at := n.Source()
			switch n := n.(type) {
			case *ast.Match:
				if n.Implied {
					return
				}
			case *ast.Table:
				named("table", n.Name, n.NameSpan)
				sc = &scope{table: n}
			case *ast.Chain:
				if n.Anonymous || n.Implicit {
					return
				}
				named("chain", n.Name, n.NameSpan)
				if n.Policy != ast.PolicyNone && n.PolicySpan.Valid() && !strings.HasPrefix(text(n.PolicySpan), "$") {
					named("policy", n.Policy.String(), n.PolicySpan)
				}
			case *ast.Set:
				named("set", n.Name, n.NameSpan)
			case *ast.Object:
				named("object", n.Name, n.NameSpan)
			case *ast.Flowtable:
				named("flowtable", n.Name, n.NameSpan)
			case *ast.Rule:
				if n.Comment != "" {
					named("comment", n.Comment, n.CommentSpan)
				}
			}
			nodes++
			own := text(at)
			_, rule := n.(*ast.Rule)
			_, ruleset := n.(*ast.Ruleset)
			_, topmost := parent.(*ast.Ruleset)
			_, inTable := parent.(*ast.Table)
			_, inSet := parent.(*ast.Set)
			_, ofChain := parent.(*ast.Chain)
			// Commands add to what stands elsewhere.
			loose := !s.listed && (rule || topmost || inTable || inSet || ofChain) || strings.Contains(text(in), "$") && !s.listed
			if _, object := parent.(*ast.Object); object && !at.Valid() {
				return // a counter that says nothing: counter c { }
			}
			switch {
			case ruleset:
			case own == "":
				t.Errorf("%s: %T at %d-%d has no text", s.name, n, at.From, at.To)
			case !loose && (at.From < in.From || at.To > in.To):
				t.Errorf("%s: %T %q is not in %T %q", s.name, n, clip(own), parent, clip(text(in)))
			}
			switch e := n.(type) {
			case *ast.Int, *ast.Addr, *ast.Prefix, *ast.Payload, *ast.Meta, *ast.CT:
				values++
				if i, ok := e.(*ast.Int); ok {
					if ms, ok := milliseconds(own); ok && ms/1000 == i.Val {
						break // the seconds of a ct timeout
					}
				}
				if !readsAs(own, e.(ast.Expr), sc) && !folded(own) && !strings.Contains(own, "$") {
					t.Errorf("%s: the text at %s is %q", s.name, ast.Dump(e), own)
				}
			}
			first := true
			ast.Walk(n, func(child ast.Node) bool {
				if first {
					first = false
					return true
				}
				if b, ok := n.(*ast.Binary); ok && child == ast.Node(b.Right) && strings.Contains(own, "/") {
					return false // the mask of a prefix or of flags lies behind the value
				}
				if _, ok := n.(*ast.Range); ok && folded(own) {
					return false // of a prefix
				}
				walk(child, n, at, sc)
				return false
			})
		}
		walk(f.Ruleset, nil, f.Ruleset.Span, nil)
	}
	t.Logf("%d names, %d nodes, %d values", names, nodes, values)
	if names < 50 || nodes < 500 || values < 100 {
		t.Errorf("only %d names, %d nodes and %d values were looked at", names, nodes, values)
	}
}
