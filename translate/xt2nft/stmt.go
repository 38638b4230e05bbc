package xt2nft

import (
	"github.com/ctlint/ctlint/ast"
)

// all rewrites statements one by one.
func (w *rule) all(stmts []ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for i, s := range stmts {
		switch s := s.(type) {
		case *ast.Match:
			out = append(out, w.match(s, stmts[i+1:])...)
		case *ast.AnyOf:
			a := &ast.AnyOf{Span: s.Span, Not: s.Not, Use: s.Use}
			for _, alt := range s.Alts {
				a.Alts = append(a.Alts, w.all(alt))
			}
			if m := eitherPort(a); m != nil {
				w.how("pairs of ports, of which one is any")
				out = append(out, m)
				continue
			}
			out = append(out, a)
		case *ast.Extension:
			out = append(out, w.extension(s)...)
		case *ast.Opaque:
			w.refuse(s.Span, "%q was not understood", s.Text)
		case *ast.Log:
			l := *s
			l.Prefix = w.readable("the prefix of the log", l.Prefix, maxComment)
			out = append(out, &l)
		case *ast.NAT:
			out = append(out, w.nat(s))
		case *ast.Assign:
			out = append(out, w.assign(s)...)
		case *ast.TProxy:
			out = append(out, w.tproxy(s)...)
		default:
			out = append(out, w.said(s, nil))
		}
	}
	return out
}

// said returns a statement in the words that nft lists it with: in a table of
// IPv4 the protocol is a field of the header, and one that nft adds by itself for a
// match behind it is not said at all. Chains have the names that nft can read.
func (w *rule) said(s ast.Stmt, behind []ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.Match:
		if !isProtocol(s) {
			return s
		}
		if s.Op == ast.OpEq && impliedBy(behind) {
			m := *s
			m.Implied = true
			return &m
		}
		if w.table.src.Family == ast.FamilyIP && !w.spares {
			m := *s
			m.Left = &ast.Payload{Span: s.Left.Source(), Field: ast.IPProtocol}
			return &m
		}
	case *ast.Verdict:
		if s.Chain == "" {
			return s
		}
		if name := w.chains.name(s.Chain); name != s.Chain {
			v := *s
			v.Chain = name
			return &v
		}
	}
	return s
}

// impliedBy reports whether nft asks for a protocol by itself for one of the
// statements.
func impliedBy(stmts []ast.Stmt) bool {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Match:
			if ofTransport(s.Left) {
				return true
			}
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				if impliedBy(alt) {
					return true
				}
			}
		}
	}
	return false
}

// extensions rewrite what has no nft shape, matches and targets apart. Each adds
// itself, in its own file.
var extensions = [2]map[string]func(*rule, *ast.Extension) []ast.Stmt{{}, {}}

// match and target add the rewriting of an extension.
func match(name string, f func(*rule, *ast.Extension) []ast.Stmt) bool {
	extensions[0][name] = f
	return true
}

func target(name string, f func(*rule, *ast.Extension) []ast.Stmt) bool {
	extensions[1][name] = f
	return true
}

func (w *rule) extension(e *ast.Extension) []ast.Stmt {
	kind, what := 0, "match"
	if e.Target {
		kind, what = 1, "target"
	}
	if f := extensions[kind][e.Name]; f != nil {
		return f(w, e)
	}
	if why := lacking[kind][e.Name]; why != "" {
		w.refuse(e.Span, "%s %s: %s", what, e.Name, why)
	} else {
		w.refuse(e.Span, "nft has nothing like the %s %s", what, e.Name)
	}
	return nil
}

// text returns the argument of an option, or def.
func text(e *ast.Extension, name, def string) string {
	o := e.Option(name)
	if o == nil || len(o.Args) == 0 {
		return def
	}
	if s, ok := o.Args[0].(*ast.String); ok {
		return s.Val
	}
	return def
}
