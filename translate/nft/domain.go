package nft

import "github.com/ctlint/ctlint/ast"

// domain says how values are written: by the type of what they are compared
// with, are set to, or are the keys of.
type domain struct {
	typ   ast.Type
	parts []ast.Expr // of a concatenation, where they are known
	types []ast.Type // of a concatenation, where only they are known
	hex   bool       // numbers are hexadecimal
	date  bool       // a TypeTime is a point in time
	plain bool       // numbers have no names: they are the ends of a range
	// assigned says that the value is set, not compared with something, and
	// element that it is so in an element that a rule adds.
	assigned, element bool
}

// domainOf returns the domain of what an expression gives.
func domainOf(e ast.Expr) domain {
	switch e := e.(type) {
	case *ast.Concat:
		return domain{parts: e.Parts}
	case *ast.Binary:
		return domainOf(e.Left)
	case *ast.RawPayload:
		return domain{typ: ast.TypeInteger, hex: true}
	case *ast.Payload:
		// nft knows of no names for these flags, but calls them bits.
		return domain{typ: ast.TypeOf(e), hex: e.Field == ast.COMPFlags}
	case *ast.Meta:
		switch e.Key {
		case ast.MetaTime:
			return domain{typ: ast.TypeTime, date: true}
		case ast.MetaNftrace, ast.MetaBroute:
			return domain{typ: ast.TypeInteger} // set to 1, not to exists
		}
	}
	return domain{typ: ast.TypeOf(e)}
}

// domainOfTypes returns the domain of a set's keys or a map's data: types, and
// the expression of a typeof, or nil.
func domainOfTypes(types []ast.Type, e ast.Expr) domain {
	switch {
	case e != nil:
		return domainOf(e)
	case len(types) == 1:
		return domain{typ: types[0]}
	}
	return domain{types: types}
}

// part returns the domain of a part of a concatenation.
func (d domain) part(i int) domain {
	switch {
	case i < len(d.parts):
		return domainOf(d.parts[i])
	case i < len(d.types):
		return domain{typ: d.types[i]}
	}
	return domain{}
}
