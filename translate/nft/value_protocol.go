package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// protocol prints a protocol's name, as protocols(5) has it, or its number.
func (p *printer) protocol(_ ast.Node, n uint64, d domain) {
	if s := protocolName(n); s != "" && !d.plain && !p.NumericProtocol && d.readable(s) {
		p.text(s)
		return
	}
	p.decimal(n)
}

func protocolName(n uint64) string {
	switch {
	case n == 0:
		return "ip" // all is what iptables calls it
	case n > 255:
		return ""
	}
	return ext.ProtoName(uint8(n))
}
