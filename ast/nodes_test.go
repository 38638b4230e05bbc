package ast

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// allNodes are an empty value of each type of node. TestAllNodes compares the
// list with the source.
var allNodes = []Node{
	&Ruleset{}, &Table{}, &Chain{}, &Rule{}, &Use{}, &Command{}, &Set{}, &Elem{}, &Object{}, &Flowtable{}, &Option{},
	&Match{}, &AnyOf{}, &Verdict{}, &VMap{}, &Counter{}, &Last{}, &ObjRef{}, &Log{}, &Limit{}, &Quota{}, &ConnLimit{},
	&Reject{}, &NAT{}, &Notrack{}, &Assign{}, &Reset{}, &Dup{}, &Fwd{}, &Queue{}, &TProxy{}, &Synproxy{}, &FlowAdd{},
	&SetOp{}, &Meter{}, &Extension{}, &Opaque{},
	&Payload{}, &RawPayload{}, &Meta{}, &CT{}, &Exthdr{}, &TCPOption{}, &IPOption{}, &SCTPChunk{}, &DCCPOption{},
	&Socket{}, &TunnelInfo{}, &OSF{}, &Fib{}, &Rt{}, &Ipsec{}, &Numgen{}, &Hash{}, &Binary{}, &Concat{}, &Map{}, &IPSetKey{}, &Int{},
	&Big{}, &Addr{}, &Prefix{}, &MaskedAddr{}, &Ether{}, &String{}, &Host{}, &Bool{}, &Range{}, &SetLit{}, &SetRef{},
	&Unknown{},
}

// TestAllNodes reads the package's source for types that embed Span, and so are
// nodes, and for those with the method of a statement or an expression.
func TestAllNodes(t *testing.T) {
	pkgs, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool {
		return !strings.HasSuffix(f.Name(), "_test.go")
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared, stmts, exprs []string
	ast.Inspect(pkgs["ast"], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			if s, ok := n.Type.(*ast.StructType); ok && embedsSpan(s) {
				declared = append(declared, n.Name.Name)
			}
		case *ast.FuncDecl:
			if n.Recv == nil {
				break
			}
			if star, ok := n.Recv.List[0].Type.(*ast.StarExpr); ok {
				name := star.X.(*ast.Ident).Name
				switch n.Name.Name {
				case "stmt":
					stmts = append(stmts, name)
				case "expr":
					exprs = append(exprs, name)
				}
			}
		}
		return true
	})
	var all, isStmt, isExpr []string
	for _, n := range allNodes {
		name := reflect.TypeOf(n).Elem().Name()
		all = append(all, name)
		if _, ok := n.(Stmt); ok {
			isStmt = append(isStmt, name)
		}
		if _, ok := n.(Expr); ok {
			isExpr = append(isExpr, name)
		}
	}
	for _, c := range []struct {
		what      string
		got, want []string
	}{{"nodes", all, declared}, {"statements", isStmt, stmts}, {"expressions", isExpr, exprs}} {
		slices.Sort(c.got)
		slices.Sort(c.want)
		if len(c.want) < 10 {
			t.Fatalf("only %d %s were found in the source", len(c.want), c.what)
		}
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s\nin allNodes %v\nin source   %v", c.what, c.got, c.want)
		}
	}
}

func embedsSpan(s *ast.StructType) bool {
	return slices.ContainsFunc(s.Fields.List, func(f *ast.Field) bool {
		id, ok := f.Type.(*ast.Ident)
		return ok && len(f.Names) == 0 && id.Name == "Span"
	})
}

var (
	spanType   = reflect.TypeFor[Span]()
	nodeType   = reflect.TypeFor[Node]()
	addrType_  = reflect.TypeFor[netip.Addr]()
	prefixType = reflect.TypeFor[netip.Prefix]()
)

// same is what Equal promises, by reflection: all but spans is equal, and empty
// slices equal nil ones.
func same(a, b reflect.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.Type() == moreType { // an empty one is the same as none
			a, b = orEmpty(a), orEmpty(b)
		}
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return same(a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		switch a.Type() {
		case spanType:
			return true
		case addrType_, prefixType:
			return a.Interface() == b.Interface()
		}
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

var moreType = reflect.TypeFor[*ElemMore]()

func orEmpty(v reflect.Value) reflect.Value {
	if v.IsNil() {
		return reflect.New(v.Type().Elem())
	}
	return v
}

func sameNode(a, b Node) bool {
	return same(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

// Values from which nodes are made: few, so that chance finds nodes that are
// alike, and such as could be mistaken for other parts of a dump.
var (
	someTexts    = []string{"", "a", "b", "a b", `a" b="`, `\`, "a.b", "a,b", "[a]", "(a)", "raw", "#1", "\x00", "x00", `\x00`, "é", "ip", "_"}
	someAddrs    = []string{"", "0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%a", `fe80::1%a" b`}
	somePrefixes = []string{"", "0.0.0.0/0", "192.0.2.1/32", "192.0.2.0/24", "::/0", "2001:db8::/32", "::ffff:192.0.2.0/120"}
)

// variants returns values of a type, the zero value first; those of interfaces
// are of depth levels.
func variants(t reflect.Type, depth int) []reflect.Value {
	var out []reflect.Value
	add := func(v any) { out = append(out, reflect.ValueOf(v).Convert(t)) }
	switch t {
	case addrType_:
		for _, s := range someAddrs {
			a, _ := netip.ParseAddr(s)
			add(a)
		}
		return out
	case prefixType:
		for _, s := range somePrefixes {
			p, _ := netip.ParsePrefix(s)
			add(p)
		}
		add(netip.PrefixFrom(netip.MustParseAddr("192.0.2.1"), 99))
		return out
	}
	switch t.Kind() {
	case reflect.Bool:
		add(false)
		add(true)
	case reflect.String:
		for _, s := range someTexts {
			add(s)
		}
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		for _, n := range []uint64{0, 1, 2, 3, 10, 16, 200, 1<<t.Bits() - 1} {
			out = append(out, reflect.New(t).Elem())
			out[len(out)-1].SetUint(n)
		}
	case reflect.Int, reflect.Int32:
		for _, n := range []int64{0, 1, -1, 10, 1<<31 - 1, -1 << 31} {
			out = append(out, reflect.New(t).Elem())
			out[len(out)-1].SetInt(n)
		}
	case reflect.Slice:
		out = append(out, reflect.Zero(t))
		if depth == 0 {
			break
		}
		elems := variants(t.Elem(), depth-1)
		for i, e := range elems {
			out = append(out, reflect.Append(reflect.Zero(t), e))
			out = append(out, reflect.Append(reflect.Zero(t), e, elems[(i+1)%len(elems)]))
		}
	case reflect.Array:
		for i := range t.Len() + 1 {
			v := reflect.New(t).Elem()
			if i > 0 {
				v.Index(i - 1).SetUint(uint64(i))
			}
			out = append(out, v)
		}
	case reflect.Pointer:
		if t.Implements(nodeType) {
			out = append(out, reflect.New(t.Elem())) // no node is nil in a slice
		} else {
			out = append(out, reflect.Zero(t), reflect.New(t.Elem()))
		}
		for _, f := range fieldVariants(t.Elem(), depth) {
			p := reflect.New(t.Elem())
			p.Elem().Set(f)
			out = append(out, p)
		}
	case reflect.Struct:
		out = append(append(out, reflect.Zero(t)), fieldVariants(t, depth)...)
	case reflect.Interface:
		out = append(out, reflect.Zero(t))
		if depth == 0 {
			break
		}
		for _, n := range allNodes {
			if nt := reflect.TypeOf(n); nt.Implements(t) {
				out = append(out, variants(nt, depth-1)...)
			}
		}
	default:
		panic("no values of type " + t.String())
	}
	return out
}

// fieldVariants returns structs of which one field is not zero.
func fieldVariants(t reflect.Type, depth int) []reflect.Value {
	var out []reflect.Value
	for i := range t.NumField() {
		if t.Field(i).Type == spanType {
			continue
		}
		for _, f := range variants(t.Field(i).Type, depth)[1:] {
			v := reflect.New(t).Elem()
			v.Field(i).Set(f)
			out = append(out, v)
		}
	}
	return out
}

// randomNode fills the fields of a new node of the type by chance.
func randomNode(r *rand.Rand, t reflect.Type, depth int) reflect.Value {
	p := reflect.New(t)
	for i := range t.NumField() {
		if t.Field(i).Type != spanType && r.IntN(3) > 0 {
			p.Elem().Field(i).Set(randomValue(r, t.Field(i).Type, depth))
		}
	}
	return p
}

func randomValue(r *rand.Rand, t reflect.Type, depth int) reflect.Value {
	switch {
	case t.Kind() == reflect.Interface:
		if depth == 0 || r.IntN(6) == 0 {
			return reflect.Zero(t)
		}
		for {
			if nt := reflect.TypeOf(allNodes[r.IntN(len(allNodes))]); nt.Implements(t) {
				return randomNode(r, nt.Elem(), depth-1)
			}
		}
	case t.Kind() == reflect.Slice:
		s := reflect.Zero(t)
		for range r.IntN(3) {
			if depth > 0 || t.Elem().Kind() != reflect.Interface && t.Elem().Kind() != reflect.Pointer {
				s = reflect.Append(s, randomValue(r, t.Elem(), max(depth-1, 0)))
			}
		}
		return s
	case t.Kind() == reflect.Pointer && t.Implements(nodeType):
		return randomNode(r, t.Elem(), depth)
	case t.Kind() == reflect.Struct && t != addrType_ && t != prefixType:
		return randomNode(r, t, depth).Elem()
	}
	v := variants(t, 0)
	return v[r.IntN(len(v))]
}
