package nft

import "github.com/ctlint/ctlint/ast"

// elements prints the elements of a declared set, as many on a line as nft
// prints of its type.
func (p *printer) elements(s *ast.Set) {
	if len(s.Elems) == 0 {
		return
	}
	d, data := domainOfTypes(s.Key, s.KeyExpr), domainOfTypes(s.Data, s.DataExpr)
	if s.Object != ast.ObjectNone {
		data = domain{typ: ast.TypeString}
	}
	most := elementsPerLine(s)
	p.tabs()
	p.text("elements = { ")
	for i, e := range s.Elems {
		switch {
		case i == 0:
		case i%most == 0:
			p.text(",\n")
			p.tabs()
			p.text("\t     ") // below the first element
		default:
			p.text(", ")
		}
		p.elem(e, d, data)
	}
	p.text(" }\n")
}

// perLine has how many elements of a type stand on a line, if it is not one
// (calculate_delim of nft).
var perLine = [...]int{
	ast.TypeNFProto: 5, ast.TypeInteger: 5, ast.TypeARPOp: 5, ast.TypeInetProto: 5, ast.TypeInetService: 5, ast.TypeTCPFlag: 5,
	ast.TypeDCCPType: 5, ast.TypeMark: 5, ast.TypeUID: 5, ast.TypeGID: 5, ast.TypeTCHandle: 5, ast.TypeCTDir: 5,
	ast.TypeIPv4Addr: 2, ast.TypePktType: 2, ast.TypeCTState: 2, ast.TypeCTStatus: 2,
	ast.TypeCgroupV2: 0,
}

func elementsPerLine(s *ast.Set) int {
	t := ast.TypeNone
	switch {
	case s.KeyExpr != nil:
		t = domainOf(s.KeyExpr).typ
	case len(s.Key) == 1:
		t = s.Key[0]
	}
	return max(1, perLine[t])
}

// elem prints an element of a set or map.
func (p *printer) elem(e *ast.Elem, d, data domain) {
	if e.NoMatch {
		p.refuse(e, "nft has no elements that a set does not match")
	}
	if e.Key == nil {
		p.b = append(p.b, '*')
	} else {
		p.expr(e.Key, d)
	}
	more := e.Extra()
	if len(more.Stmts) > 0 {
		p.b = append(p.b, ' ')
		p.stateful(more.Stmts, false)
	}
	switch {
	case more.Never:
		p.text(" timeout never")
	case more.Timeout != 0:
		p.text(" timeout ")
		p.duration(more.Timeout)
	}
	if more.Expires != 0 && !p.Stateless {
		p.text(" expires ")
		p.duration(more.Expires)
	}
	if more.Comment != "" {
		p.b = append(p.b, ' ')
		p.comment(e, more.Comment)
	}
	switch {
	case e.Data != nil:
		p.text(" : ")
		if v, ok := e.Data.(*ast.Verdict); ok {
			p.verdict(v)
		} else {
			p.refuse(e, "a map gives a verdict, no other statement")
		}
	case e.Value != nil:
		p.text(" : ")
		p.expr(e.Value, data)
	}
}
