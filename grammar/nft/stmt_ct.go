package nft

import (
	"github.com/ctlint/ctlint/ast"
)

// ctStmt reads what begins with ct: ct count, an object of the table that is
// given to the connection, or a match or assignment.
func (p *ruleParser) ctStmt(from int) ast.Stmt {
	t := p.peek()
	if t.kind == tokWord {
		switch p.text[t.from:t.to] {
		case "count":
			p.advance()
			p.advance()
			c := &ast.ConnLimit{Over: p.acceptWord("over")}
			c.Count = uint32(p.count(1 << 32))
			c.Span = p.since(from)
			return c
		case "timeout", "expectation":
			p.advance()
			kind := ast.ObjectCTTimeout
			if p.word() == "expectation" {
				kind = ast.ObjectCTExpectation
			}
			p.advance()
			if !p.acceptWord("set") {
				p.unexpected("set, and the name of an object of the table")
				return nil
			}
			return p.objectRefTo(from, kind)
		}
	}
	return p.expressionStmt()
}

// assignObject reads what is set if it is an object of the table; nil if it is
// a value.
func (p *ruleParser) assignObject(from int, l operand) ast.Stmt {
	switch e := l.e.(type) {
	case *ast.CT:
		if e.Key == ast.CTHelper {
			return p.objectRefTo(from, ast.ObjectCTHelper)
		}
	case *ast.Meta:
		if e.Key == ast.MetaSecmark && !p.isWord("ct") {
			return p.objectRefTo(from, ast.ObjectSecmark)
		}
	}
	return nil
}

// objectRef reads the word name and the name of an object.
func (p *ruleParser) objectRef(from int, k ast.ObjectKind) ast.Stmt {
	p.advance()
	return p.objectRefTo(from, k)
}

// objectRefTo reads the name of an object, or a map that gives one.
func (p *ruleParser) objectRefTo(from int, k ast.ObjectKind) ast.Stmt {
	var name ast.Expr
	if _, ok := selectors[p.word()]; ok && p.tok.kind == tokWord {
		at := p.tok.from
		key := p.concat(vtype{}, nil)
		if p.failed {
			return nil
		}
		if !p.isWord("map") {
			p.unexpected("map, and the names of objects")
			return nil
		}
		name = p.mapExpr(at, key, nil, dataObjects)
	} else {
		name = p.objectName()
	}
	if p.failed {
		return nil
	}
	return &ast.ObjRef{Span: p.since(from), Kind: k, Name: name}
}

// objectName reads the name of an object of the table.
func (p *ruleParser) objectName() ast.Expr {
	switch p.tok.kind {
	case tokVar:
		return p.variable(p.objectName)
	case tokWord, tokQuoted, tokTime:
		name, s := p.unquoted(), p.here()
		if name == "" {
			break
		}
		p.advance()
		return p.str(s, name)
	default:
	}
	p.unexpected("the name of an object of the table")
	return nil
}

// notrackStmt reads notrack.
func (p *ruleParser) notrackStmt(from int) ast.Stmt {
	p.advance()
	return &ast.Notrack{Span: p.since(from)}
}

// tunnelStmt reads tunnel name NAME, or a match on a tunnel.
func (p *ruleParser) tunnelStmt(from int) ast.Stmt {
	if t := p.peek(); t.kind == tokWord && p.text[t.from:t.to] == "name" {
		p.advance()
		return p.objectRef(from, ast.ObjectTunnel)
	}
	return p.expressionStmt()
}
