package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// exthdr prints a field of an IPv6 extension header, or its presence.
func (p *printer) exthdr(e *ast.Exthdr) {
	switch e.Header {
	case "ah", "esp", "none":
		p.refuse(e, "nft does not look for %s in the chain of IPv6 headers", e.Header)
		return
	}
	if e.Field == "" {
		p.text("exthdr ")
		p.text(e.Header)
		return
	}
	p.text(e.Header)
	p.b = append(p.b, ' ')
	p.text(e.Field)
}

// tcpOption prints a field of a TCP option, bits of it, or its presence.
func (p *printer) tcpOption(e *ast.TCPOption) {
	p.text("tcp option ")
	if e.Raw {
		p.b = strconv.AppendUint(append(p.b, '@'), uint64(e.Kind), 10)
		p.b = strconv.AppendUint(append(p.b, ','), uint64(e.Offset), 10)
		p.b = strconv.AppendUint(append(p.b, ','), uint64(e.Len), 10)
		return
	}
	p.text(ast.TCPOptionName(e.Kind))
	if e.Block > 0 {
		p.b = strconv.AppendUint(p.b, uint64(e.Block), 10)
	}
	p.field(e.Field)
}

// ipOption prints a field of an IPv4 option, or its presence.
func (p *printer) ipOption(e *ast.IPOption) {
	p.text("ip option ")
	p.text(e.Kind)
	p.field(e.Field)
}

// sctpChunk prints a field of an SCTP chunk, or its presence.
func (p *printer) sctpChunk(e *ast.SCTPChunk) {
	p.text("sctp chunk ")
	p.text(e.Chunk)
	p.field(e.Field)
}

// dccpOption prints the presence of a DCCP option.
func (p *printer) dccpOption(e *ast.DCCPOption) {
	p.text("dccp option ")
	p.b = strconv.AppendUint(p.b, uint64(e.Kind), 10)
}

// field prints the name of a field, if there is one.
func (p *printer) field(name string) {
	if name != "" {
		p.b = append(p.b, ' ')
		p.text(name)
	}
}
