package nft

import "github.com/ctlint/ctlint/ast"

// expr prints an expression; d is the domain of the values in it.
func (p *printer) expr(e ast.Expr, d domain) {
	switch e := e.(type) {
	case nil:
		p.refuse(nil, "an expression is missing")
	case *ast.Payload:
		p.payload(e)
	case *ast.RawPayload:
		p.rawPayload(e)
	case *ast.Meta:
		p.meta(e)
	case *ast.CT:
		p.ct(e)
	case *ast.Exthdr:
		p.exthdr(e)
	case *ast.TCPOption:
		p.tcpOption(e)
	case *ast.IPOption:
		p.ipOption(e)
	case *ast.SCTPChunk:
		p.sctpChunk(e)
	case *ast.DCCPOption:
		p.dccpOption(e)
	case *ast.Socket:
		p.socket(e)
	case *ast.TunnelInfo:
		p.text("tunnel ")
		p.text(e.Key)
	case *ast.OSF:
		p.osf(e)
	case *ast.Fib:
		p.fib(e)
	case *ast.Rt:
		p.rt(e)
	case *ast.Ipsec:
		p.ipsec(e)
	case *ast.Numgen:
		p.numgen(e)
	case *ast.Hash:
		p.hash(e)
	case *ast.Binary:
		p.binary(e, d)
	case *ast.Concat:
		p.concat(e, d)
	case *ast.Map:
		p.mapping(e.Key, " map ", e.Map, d)
	case *ast.SetLit:
		p.setLit(e, d, domain{})
	case *ast.SetRef:
		p.setRef(e)
	case *ast.Range:
		p.rng(e, d)
	case *ast.Int:
		p.number(e, e.Val, d)
	case *ast.Big:
		p.big(e, d)
	case *ast.Addr:
		p.addr(e, e.Addr)
	case *ast.Prefix:
		p.prefix(e)
	case *ast.Ether:
		p.ether(e.Addr[:])
	case *ast.String:
		p.str(e, d)
	case *ast.Bool:
		p.boolean(e)
	case *ast.Unknown:
		p.unknown(e, d)
	case *ast.MaskedAddr:
		p.refuse(e, "an address with a mask that is no prefix has no place here")
	case *ast.Host:
		p.refuse(e, "what %q stands for is known when the ruleset is loaded, and may be several addresses", e.Name)
	case *ast.IPSetKey:
		p.refuse(e, "nft cannot look into the sets of ipset(8)")
	default:
		p.refuse(e, "%T is no expression that nft has", e)
	}
}
