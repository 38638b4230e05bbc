package nft

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// The functions below make the nodes of models.

func field(proto, name string) *ast.Payload {
	f, ok := ast.ParseField(proto, name)
	if !ok {
		panic("no field " + proto + " " + name)
	}
	return &ast.Payload{Field: f}
}

func meta(name string) *ast.Meta {
	k, ok := ast.ParseMetaKey(name)
	if !ok {
		panic("no key meta " + name)
	}
	return &ast.Meta{Key: k}
}

func ct(name string) *ast.CT {
	k, ok := ast.ParseCTKey(name)
	if !ok {
		panic("no key ct " + name)
	}
	return &ast.CT{Key: k}
}

func num(n uint64) *ast.Int          { return &ast.Int{Val: n} }
func str(s string) *ast.String       { return &ast.String{Val: s} }
func wild(s string) *ast.String      { return &ast.String{Val: s, Wildcard: true} }
func addr(s string) *ast.Addr        { return &ast.Addr{Addr: netip.MustParseAddr(s)} }
func prefix(s string) *ast.Prefix    { return &ast.Prefix{Prefix: netip.MustParsePrefix(s)} }
func rng(lo, hi ast.Expr) *ast.Range { return &ast.Range{Lo: lo, Hi: hi} }
func ref(s string) *ast.SetRef       { return &ast.SetRef{Name: s} }
func exists(there bool) *ast.Bool    { return &ast.Bool{Val: there} }

func ether(b ...byte) *ast.Ether { return &ast.Ether{Addr: [6]byte(b)} }

func concat(parts ...ast.Expr) *ast.Concat { return &ast.Concat{Parts: parts} }

func set(keys ...ast.Expr) *ast.SetLit {
	s := &ast.SetLit{}
	for _, k := range keys {
		s.Elems = append(s.Elems, &ast.Elem{Key: k})
	}
	return s
}

// to is an element of a map, or of a verdict map.
func to(key ast.Expr, data ast.Node) *ast.Elem {
	e := &ast.Elem{Key: key}
	switch d := data.(type) {
	case *ast.Verdict:
		e.Data = d
	case ast.Expr:
		e.Value = d
	}
	return e
}

func elems(e ...*ast.Elem) *ast.SetLit { return &ast.SetLit{Elems: e} }

func mapped(key, m ast.Expr) *ast.Map { return &ast.Map{Key: key, Map: m} }

func op(left ast.Expr, o ast.BinaryOp, right ast.Expr) *ast.Binary {
	return &ast.Binary{Left: left, Op: o, Right: right}
}

func match(left ast.Expr, o ast.Op, right ast.Expr) *ast.Match {
	return &ast.Match{Left: left, Op: o, Right: right}
}

func eq(left, right ast.Expr) *ast.Match   { return match(left, ast.OpEq, right) }
func ne(left, right ast.Expr) *ast.Match   { return match(left, ast.OpNe, right) }
func any_(left, right ast.Expr) *ast.Match { return match(left, ast.OpAny, right) }

func implied(left ast.Expr, n uint64) *ast.Match {
	m := eq(left, num(n))
	m.Implied = true
	return m
}

func v4() *ast.Match  { return implied(meta("nfproto"), 2) }
func v6() *ast.Match  { return implied(meta("nfproto"), 10) }
func tcp() *ast.Match { return implied(meta("l4proto"), 6) }
func udp() *ast.Match { return implied(meta("l4proto"), 17) }

// isTCP and isUDP are matches that the text says.
func isTCP() *ast.Match { return eq(meta("l4proto"), num(6)) }

func assign(left, right ast.Expr) *ast.Assign { return &ast.Assign{Left: left, Right: right} }

var (
	accept = &ast.Verdict{Kind: ast.VerdictAccept}
	drop   = &ast.Verdict{Kind: ast.VerdictDrop}
)

func jump(chain string) *ast.Verdict { return &ast.Verdict{Kind: ast.VerdictJump, Chain: chain} }

// rule is a rule of statements.
func rule(stmts ...ast.Stmt) *ast.Rule { return &ast.Rule{Stmts: stmts} }

// chain is a chain that is only jumped to.
func chain(name string, rules ...*ast.Rule) *ast.Chain { return &ast.Chain{Name: name, Rules: rules} }

// base is a base chain of type filter.
func base(name string, h ast.Hook, priority int32, rules ...*ast.Rule) *ast.Chain {
	return &ast.Chain{Name: name, Hook: h, Type: ast.ChainFilter, Priority: priority, Policy: ast.PolicyAccept, Rules: rules}
}
