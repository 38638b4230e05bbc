package nft

import (
	gotoken "go/token"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// fuzzScope is the table that fuzzed rules stand in: it has what a rule may
// speak of.
func fuzzScope(f ast.Family) *scope {
	sc := &scope{
		table: &ast.Table{Family: f, Sets: []*ast.Set{
			{Name: "s", Key: []ast.Type{ast.TypeIPv4Addr}},
			{Name: "m", Key: []ast.Type{ast.TypeInetService}, Data: []ast.Type{ast.TypeVerdict}},
			{Name: "c", Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}, Data: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}},
		}},
		seq:  1,
		vars: &variables{names: map[string][]*define{}},
	}
	at := uint32(1 << 20)
	for name, text := range map[string]string{
		"port": "22", "ports": "{ 22, 80-90 }", "net": "192.0.2.0/24", "st": "established,related", "self": "$self", "pair": "192.0.2.1 . 80",
		"name": `"eth0"`, "set": "@s", "bad": "{ 1, ", "chain": "other", "nested": "{ $ports, 443 }", "again": "$net", "empty": "", "day": "1d2h",
	} {
		d := &define{name: name, text: text, base: at, scope: sc}
		sc.vars.names[name] = []*define{d}
		at += uint32(len(text)) + 1
	}
	return sc
}

// checkTree checks what holds of every tree, and of the errors told with it.
func checkTree(t *testing.T, root ast.Node, errs []*grammar.Error, size int, sc *scope) {
	inside := func(s ast.Span) bool {
		if s.From > s.To {
			return false
		}
		if s.From >= spanBase && s.To <= spanBase+uint32(size) {
			return true
		}
		for _, defs := range sc.vars.names {
			if d := defs[0]; s.From >= d.base && s.To <= d.base+uint32(len(d.text)) {
				return true
			}
		}
		return false
	}
	ast.Walk(root, func(n ast.Node) bool {
		s := n.Source()
		if c, ok := n.(*ast.Set); ok && !c.Valid() {
			return true // made by the test
		}
		if !inside(s) && !spansDefine(s, sc) {
			t.Errorf("%T at %d-%d of %d bytes", n, s.From, s.To, size)
		}
		return true
	})
	_ = ast.Dump(root)
	for _, e := range errs {
		if !inside(e.Span) || e.Msg == "" {
			t.Errorf("error %q at %d-%d of %d bytes", e.Error(), e.From, e.To, size)
		}
	}
}

// spansDefine reports whether a value was computed from one in a rule and one
// in a variable.
func spansDefine(s ast.Span, sc *scope) bool {
	return s.From >= spanBase && s.To >= 1<<20 && s.To <= 1<<20+1<<12
}

func FuzzRule(f *testing.F) {
	for family, rules := range spanRules {
		for _, r := range rules {
			f.Add(r, uint8(family))
		}
	}
	for family, rules := range oracleRules {
		for _, r := range rules {
			f.Add(r, uint8(family))
		}
	}
	for _, c := range errorCases {
		f.Add(c.rule, uint8(c.family))
	}
	if _, err := os.Stat(corpus); err == nil {
		for _, c := range readCorpus(f, false) {
			f.Add(c.rule, uint8(c.scope.table.Family))
		}
	}
	f.Fuzz(func(t *testing.T, text string, family uint8) {
		sc := fuzzScope(ast.Family(1 + family%6))
		var p ruleParser
		r := p.parseRule(text, spanBase, sc)
		checkTree(t, r, p.errs, len(text), sc)
		for _, c := range p.anonymous {
			checkTree(t, c, nil, len(text), sc)
		}
		syntax := 0
		for _, e := range p.errs {
			if e.Kind == grammar.Syntax {
				syntax++
			}
		}
		if r.Bad != (syntax > 0) {
			t.Errorf("bad is %v, with errors %v", r.Bad, p.errs)
		}
		if n := len(r.Stmts); r.Bad {
			if n == 0 {
				t.Fatal("a bad rule has no statement")
			}
			if _, ok := r.Stmts[n-1].(*ast.Opaque); !ok {
				t.Error("a bad rule does not end in what was not understood")
			}
		}
		// What was read before has left nothing behind.
		var q ruleParser
		p.errs, p.anonymous = nil, nil
		if a, b := ast.Dump(p.parseRule(text, spanBase, sc)), ast.Dump(q.parseRule(text, spanBase, sc)); a != b {
			t.Errorf("read again\n%s\n%s", a, b)
		}
	})
}

func FuzzElems(f *testing.F) {
	f.Add("192.0.2.1, 192.0.2.0/24, 198.51.100.1-198.51.100.9", uint8(0))
	f.Add("2001:db8::1 timeout 1h expires 5m comment \"x\" counter packets 1 bytes 2,", uint8(1))
	f.Add("22, 80-90, $ports, { 1, 2 }, *", uint8(2))
	f.Add("192.0.2.1 . 22 : 192.0.2.2 . 23, $pair : $pair", uint8(3))
	f.Add("22 : accept, 23 : jump other, 24 : goto { drop; }", uint8(4))
	f.Add("192.0.2.300, 192.0.2.1, , 192.0.2.2 : drop", uint8(0))
	f.Add("new, established,related | new", uint8(5))
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		sets := []ast.Set{
			{Key: []ast.Type{ast.TypeIPv4Addr}}, {Key: []ast.Type{ast.TypeIPv6Addr}}, {Key: []ast.Type{ast.TypeInetService}},
			{Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}, Data: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetService}},
			{Key: []ast.Type{ast.TypeInetService}, Data: []ast.Type{ast.TypeVerdict}}, {Key: []ast.Type{ast.TypeCTState}},
			{Key: []ast.Type{ast.TypeMark}, Object: ast.ObjectCounter}, {},
		}
		set := sets[int(kind)%len(sets)]
		sc := fuzzScope(ast.FamilyInet)
		var p ruleParser
		p.parseElems(text, spanBase, &set, sc)
		checkTree(t, &set, p.errs, len(text), sc)
	})
}

func FuzzExpr(f *testing.F) {
	for _, text := range []string{"ip saddr . tcp dport", "meta mark & 0xff", "192.0.2.1", "{ 1, 2 }", "jhash ip saddr mod 7", "new,established", "1d2h", `"eth*"`,
		"@th,0,16", "ct original ip saddr", "$nested", "10-20", "srh sid[1]"} {
		f.Add(text, uint8(0))
		f.Add(text, uint8(ast.TypeCTState))
	}
	f.Fuzz(func(t *testing.T, text string, typ uint8) {
		var types []ast.Type
		if typ := ast.Type(typ) % (ast.TypeCgroupV2 + 1); typ != ast.TypeNone {
			types = []ast.Type{typ}
		}
		sc := fuzzScope(ast.FamilyInet)
		var p ruleParser
		e := p.parseExprText(text, spanBase, types, sc)
		if e != nil {
			checkTree(t, e, p.errs, len(text), sc)
		} else if len(p.errs) == 0 {
			t.Error("neither an expression nor an error")
		}
	})
}

// FuzzScript reads whole scripts. Whatever is in them, all places lie in the text;
// and one that can be formatted means the same in its new layout, which stays.
func FuzzScript(f *testing.F) {
	for _, c := range formatCases(f) {
		f.Add(c.in)
	}
	for _, text := range []string{
		"table t{chain c{type filter hook input priority filter+1;policy drop;drop}", "add rule t c jump{accept;drop\n}", "define a={1,\n2}\nredefine a=$a\nundefine a",
		"table t {\nset s{typeof ip saddr.tcp dport;elements={1.1.1.1 . 1,}\n}\n}\n", "include \"/nowhere/*\"\n", "flush ruleset;delete table t;add element t s {1:2}", "table t { map m { type mark:verdict\n} }",
		"add chain t c {type nat hook prerouting priority -5 ; }#x\\\n", "\"", "{", "}", "\\", "\x00", "table t {\n\tchain c {\n\t\t# a\n\n\n\t\tdrop # b\n\t\taccept    # c\n\t}\n}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		none := func(name string) ([]byte, error) {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		file := ParseAt(gotoken.NewFileSet(), "main.nft", text, spanBase, Options{Alone: true, Open: none})
		inside := func(s ast.Span) bool {
			return !s.Valid() || s.From <= s.To && s.From >= spanBase && int(s.To) <= spanBase+len(text)
		}
		ast.Walk(file.Ruleset, func(n ast.Node) bool {
			if s := n.Source(); !inside(s) {
				t.Errorf("%T at %d-%d of %d bytes", n, s.From, s.To, len(text))
			}
			return true
		})
		for _, e := range file.Errors {
			if !inside(e.Span) || e.Msg == "" {
				t.Errorf("error %q at %d-%d of %d bytes", e.Error(), e.From, e.To, len(text))
			}
		}
		for _, c := range file.Comments {
			if got := strings.ReplaceAll(file.Source(c.Span), "\x00", " "); got != c.Text {
				t.Errorf("the comment %q is at %q", c.Text, got)
			}
		}
		if out := file.Format(); out != nil {
			checkFormatted(t, "fuzz", file, out)
		}
	})
}
