package nft

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	model "github.com/ctlint/ctlint/ast"
)

// kinds are an empty value of each statement and expression of the model, by
// name. TestEveryKind compares the list with the model's source.
var kinds = func() map[string]model.Node {
	m := map[string]model.Node{}
	for _, n := range []model.Node{
		&model.Match{}, &model.AnyOf{}, &model.Verdict{}, &model.VMap{}, &model.Counter{}, &model.Last{}, &model.ObjRef{}, &model.Log{}, &model.Limit{},
		&model.Quota{}, &model.ConnLimit{}, &model.Reject{}, &model.NAT{}, &model.Notrack{}, &model.Assign{}, &model.Reset{}, &model.Dup{}, &model.Fwd{},
		&model.Queue{}, &model.TProxy{}, &model.Synproxy{}, &model.FlowAdd{}, &model.SetOp{}, &model.Meter{}, &model.Extension{}, &model.Opaque{},
		&model.Payload{}, &model.RawPayload{}, &model.Meta{}, &model.CT{}, &model.Exthdr{}, &model.TCPOption{}, &model.IPOption{}, &model.SCTPChunk{},
		&model.DCCPOption{}, &model.Socket{}, &model.TunnelInfo{}, &model.OSF{}, &model.Fib{}, &model.Rt{}, &model.Ipsec{}, &model.Numgen{}, &model.Hash{},
		&model.Binary{}, &model.Concat{}, &model.Map{}, &model.IPSetKey{}, &model.Int{}, &model.Big{}, &model.Addr{}, &model.Prefix{}, &model.MaskedAddr{},
		&model.Ether{}, &model.String{}, &model.Host{}, &model.Bool{}, &model.Range{}, &model.SetLit{}, &model.SetRef{}, &model.Unknown{},
	} {
		m[kindOf(n)] = n
	}
	return m
}()

func kindOf(n model.Node) string { return reflect.TypeOf(n).Elem().Name() }

// unwritten are the kinds that no text of nft's is printed for.
var unwritten = []string{"AnyOf", "Opaque", "Host", "IPSetKey"}

// TestEveryKind checks that each statement and expression of the model is in a
// case that is printed or, of those without words, in one that is refused.
func TestEveryKind(t *testing.T) {
	pkgs, err := parser.ParseDir(token.NewFileSet(), "../../ast", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(pkgs["ast"], func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok && f.Recv != nil && (f.Name.Name == "stmt" || f.Name.Name == "expr") {
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
				name := star.X.(*ast.Ident).Name
				if declared++; kinds[name] == nil {
					t.Errorf("the list of kinds lacks %s", name)
				}
			}
		}
		return true
	})
	if declared != len(kinds) || declared < 50 {
		t.Errorf("%d kinds are declared, %d are in the list", declared, len(kinds))
	}
	seen := func(tables []*model.Table) map[string]bool {
		m := map[string]bool{}
		for _, table := range tables {
			for n := range model.Preorder(table) {
				if v := reflect.ValueOf(n); !v.IsNil() {
					m[kindOf(n)] = true
				}
			}
		}
		return m
	}
	var written, not []*model.Table
	for _, c := range printCases() {
		written = append(written, c.table)
	}
	for _, c := range refusedCases() {
		if c.name != "no statement" { // of which nothing can be walked
			not = append(not, c.table)
		}
	}
	printed, refused := seen(written), seen(not)
	for name := range kinds {
		switch without := slices.Contains(unwritten, name); {
		case without && !refused[name]:
			t.Errorf("%s is refused in no case", name)
		case without == printed[name]:
			t.Errorf("%s is printed in a case: %t; expected %t", name, printed[name], !without)
		}
	}
}

// zeroRules are rules of a kind in the place of statements and values.
func zeroRules(n model.Node) (rules []*model.Rule) {
	switch n := n.(type) {
	case model.Stmt:
		rules = append(rules, rule(n), rule(&model.SetOp{Verb: "add", Set: "s", Key: field("ip", "saddr"), Stmts: []model.Stmt{n}}))
	case model.Expr:
		rules = append(rules, rule(eq(n, num(1))), rule(eq(field("ip", "saddr"), n)), rule(assign(meta("mark"), n)),
			rule(&model.VMap{Key: n, Map: n}), rule(&model.NAT{Kind: model.DNAT, Addr: n, Port: n}), rule(eq(meta("mark"), set(n))),
			rule(eq(op(n, model.OpAnd, n), num(1))), rule(&model.Queue{Num: n}), rule(&model.ObjRef{Kind: model.ObjectCounter, Name: n}))
	}
	return rules
}

// TestZeroKinds prints the zero value of each kind, and each in the place of a
// value: there must be a refusal or a text, and no panic.
func TestZeroKinds(t *testing.T) {
	for name, n := range kinds {
		for i, r := range zeroRules(n) {
			text, err := Rule(nil, r, &model.Table{Family: ip, Name: "t"})
			if err == nil && len(text) == 0 {
				t.Errorf("%s, rule %d: neither text nor an error", name, i)
			}
			if err != nil && text != nil {
				t.Errorf("%s, rule %d: both %q and %v", name, i, text, err)
			}
		}
	}
}
