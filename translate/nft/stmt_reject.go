package nft

import "github.com/ctlint/ctlint/ast"

// rejectTypes are the types of the codes of a reject, by its kind.
var rejectTypes = map[string]ast.Type{"icmp": ast.TypeICMPCode, "icmpv6": ast.TypeICMPv6Code, "icmpx": ast.TypeICMPXCode}

// reject prints a reject.
func (p *printer) reject(r *ast.Reject) {
	p.text("reject")
	if r.Kind == "" {
		return
	}
	p.text(" with ")
	p.text(r.Kind)
	if r.Kind == "tcp reset" {
		return
	}
	t, ok := rejectTypes[r.Kind]
	if !ok {
		p.refuse(r, "nft cannot reject with %s", r.Kind)
	}
	p.b = append(p.b, ' ')
	p.number(r, uint64(r.Code), domain{typ: t})
}
