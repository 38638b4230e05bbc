package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// synproxyObject prints what a SYN proxy is, one thing on a line.
func (p *printer) synproxyObject(s *ast.Synproxy) {
	p.line("mss " + strconv.Itoa(int(s.MSS)))
	p.line("wscale " + strconv.Itoa(int(s.Wscale)))
	if s.Timestamp || s.SackPerm || s.ECN {
		p.tabs()
		words := len(p.b)
		p.synproxy(&ast.Synproxy{Span: s.Span, Timestamp: s.Timestamp, SackPerm: s.SackPerm, ECN: s.ECN})
		p.b = append(p.b[:words], p.b[words+1:]...) // the blank before the first
		p.end()
	}
}

func (p *printer) objectOptions(o *ast.Object) {
	p.refuse(o, "TODO")
}
