package nft

import "github.com/ctlint/ctlint/ast"

// vtype is what is known of a value: its data type and its width.
type vtype struct {
	typ  ast.Type
	bits uint16 // 0: not known
	// date says that a TypeTime is a point in time, in nanoseconds since
	// 1970 (meta time), and not a length of time in milliseconds.
	date bool
}

// operand is an expression with the types of its value: more than one for a
// concatenation.
type operand struct {
	e  ast.Expr
	t  vtype
	ts []vtype // of a concatenation
}

// list returns the types of an operand as a list.
func (o *operand) list() []vtype {
	if o.ts != nil {
		return o.ts
	}
	return []vtype{o.t}
}

// typeOf returns the type of an expression that is no concatenation.
func typeOf(e ast.Expr) vtype {
	t := vtype{typ: ast.TypeOf(e), bits: uint16(ast.BitsOf(e))}
	switch e := e.(type) {
	case *ast.Meta:
		switch e.Key {
		case ast.MetaNftrace, ast.MetaBroute:
			// Numbers, to nft: nftrace is set to 1, not to exists.
			t = vtype{typ: ast.TypeInteger, bits: 1}
		case ast.MetaTime:
			t.date = true
		case ast.MetaDay:
			t.bits = 8
		default:
		}
	case *ast.Socket:
		if e.Key == "transparent" || e.Key == "wildcard" {
			t.bits = 1
		}
	}
	return t
}

// typesOf returns the types of the values of a declared set, map or
// concatenation. With the expression of a typeof, the widths of numbers are
// known too.
func typesOf(types []ast.Type, e ast.Expr) []vtype {
	if len(types) == 0 {
		return nil
	}
	parts := []ast.Expr{e}
	if c, ok := e.(*ast.Concat); ok {
		parts = c.Parts
	}
	ts := make([]vtype, len(types))
	for i, t := range types {
		ts[i] = vtype{typ: t, bits: uint16(t.Bits())}
		if e != nil && len(parts) == len(types) {
			if u := typeOf(parts[i]); u.typ == t {
				ts[i] = u
			}
		}
	}
	return ts
}

func isAddr(t ast.Type) bool { return t == ast.TypeIPv4Addr || t == ast.TypeIPv6Addr }

// isText reports whether the values of the type are text.
func isText(t ast.Type) bool {
	switch t {
	case ast.TypeString, ast.TypeIfname, ast.TypeOSName, ast.TypeCgroupV2:
		return true
	default:
		return false
	}
}
