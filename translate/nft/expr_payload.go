package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// payload prints a header field.
func (p *printer) payload(e *ast.Payload) {
	f := e.Field.Info()
	if e.Field == ast.FieldNone || f.Proto == "?" {
		p.refuse(e, "the header field has no name")
		return
	}
	if e.Tunnel != ast.TunnelNone {
		p.text(e.Tunnel.String())
		p.b = append(p.b, ' ')
	}
	p.text(f.Proto)
	p.b = append(p.b, ' ')
	p.text(f.Name)
}

// rawPayload prints bits of a header.
func (p *printer) rawPayload(e *ast.RawPayload) {
	p.b = append(p.b, '@')
	p.text(e.Base.String())
	p.b = strconv.AppendUint(append(p.b, ','), uint64(e.Offset), 10)
	p.b = strconv.AppendUint(append(p.b, ','), uint64(e.Len), 10)
}
