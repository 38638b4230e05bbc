package nft

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// writers print the numbers of a type; those of other types are decimal.
var writers = [...]func(p *printer, e ast.Node, n uint64, d domain){
	ast.TypeIPv4Addr: func(p *printer, e ast.Node, n uint64, _ domain) {
		if n>>32 != 0 {
			p.refuse(e, "%d is no IPv4 address", n)
			return
		}
		p.addr(e, netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(n)))))
	},
	ast.TypeIPv6Addr: func(p *printer, e ast.Node, n uint64, _ domain) {
		p.addr(e, netip.AddrFrom16([16]byte(binary.BigEndian.AppendUint64(make([]byte, 8), n))))
	},
	ast.TypeEtherAddr: func(p *printer, _ ast.Node, n uint64, _ domain) {
		p.ether(binary.BigEndian.AppendUint64(nil, n)[2:])
	},
	ast.TypeMark:      func(p *printer, _ ast.Node, n uint64, _ domain) { p.hex(n, 8) },
	ast.TypeEtherType: func(p *printer, _ ast.Node, n uint64, d domain) { p.symbol(n, d, func() { p.hex(n, 4) }) },
	ast.TypeDSCP:      func(p *printer, _ ast.Node, n uint64, d domain) { p.symbol(n, d, func() { p.hex(n, 2) }) },
	ast.TypeTCHandle:  (*printer).class,
	ast.TypeInetProto: (*printer).protocol,
	ast.TypeTime: func(p *printer, e ast.Node, n uint64, d domain) {
		if d.date {
			p.date(e, n)
		} else {
			p.length(n, d)
		}
	},
	ast.TypeHour:     func(p *printer, e ast.Node, n uint64, _ domain) { p.hour(e, n) },
	ast.TypeDay:      (*printer).quotedSymbol,
	ast.TypeRealm:    (*printer).quotedSymbol,
	ast.TypeDevgroup: (*printer).quotedSymbol,
	ast.TypeCTLabel:  (*printer).labels,
	// Users are numbers to nft, without the option --guid.
	ast.TypeUID: decimal, ast.TypeGID: decimal,
	ast.TypeCgroupV2: nil,
}

// number prints a number in the spelling of its domain.
func (p *printer) number(e ast.Node, n uint64, d domain) {
	switch {
	case int(d.typ) < len(writers) && writers[d.typ] != nil:
		writers[d.typ](p, e, n, d)
	case d.typ.Bitmask():
		p.flags(n, d, " | ")
	case d.hex:
		p.hex(n, 1)
	default:
		p.symbol(n, d, func() { p.decimal(n) })
	}
}

func decimal(p *printer, _ ast.Node, n uint64, _ domain) { p.decimal(n) }

func (p *printer) decimal(n uint64) { p.b = strconv.AppendUint(p.b, n, 10) }

// hex prints a number in hexadecimal, with at least so many digits.
func (p *printer) hex(n uint64, digits int) {
	p.text("0x")
	for i := 15; i >= 0; i-- {
		if c := byte(n >> (4 * i) & 15); i < digits || n>>(4*i) != 0 {
			p.b = append(p.b, "0123456789abcdef"[c])
		}
	}
}

// symbol prints the name of a number, or what otherwise prints if it has none.
func (p *printer) symbol(n uint64, d domain, otherwise func()) {
	if s := d.symbol(n); s != "" {
		p.text(s)
		return
	}
	otherwise()
}

// symbol returns the name of a number, if nft can read it.
func (d domain) symbol(n uint64) string {
	if d.plain {
		return ""
	}
	if s := syntax.SymbolName(d.typ, n); d.readable(s) {
		return s
	}
	return ""
}

// Words of nft's language are no names, but for some that the grammar of values
// knows: a few everywhere (keyword_expr in parser_bison.y), and more behind a
// comparison and in sets (primary_rhs_expr). nft lists the others all the same.
var (
	wordsAnywhere = words("arp destroy dnat ecn ether ip ip6 label original reply reset snat vlan")
	wordsCompared = words("ah comp dccp esp icmp icmpv6 igmp redirect sctp tcp udp udplite")
)

// readable reports whether nft can read a name where the domain is.
func (d domain) readable(name string) bool {
	if name == "helper" {
		return false // it is one of the words that follow ct
	}
	return !syntax.Keyword(name) || wordsAnywhere[name] && !d.element || wordsCompared[name] && !d.assigned
}

// quotedSymbol prints the name of a number in quotes, or the number.
func (p *printer) quotedSymbol(e ast.Node, n uint64, d domain) {
	if s := syntax.SymbolName(d.typ, n); s != "" && !d.plain {
		p.quoted(e, "the name", s)
		return
	}
	p.decimal(n)
}

// class prints a traffic class.
func (p *printer) class(e ast.Node, n uint64, d domain) {
	p.symbol(n, d, func() {
		p.b = strconv.AppendUint(p.b, n>>16&0xffff, 16)
		p.b = strconv.AppendUint(append(p.b, ':'), n&0xffff, 16)
	})
}

// big prints a number of more than 64 bits.
func (p *printer) big(e *ast.Big, d domain) {
	b := e.Bytes
	switch {
	case d.typ == ast.TypeCTLabel:
		p.labelBits(e, b)
		return
	case d.typ == ast.TypeIPv6Addr && len(b) == 16:
		p.addr(e, netip.AddrFrom16([16]byte(b)))
		return
	case d.typ == ast.TypeEtherAddr && len(b) == 6:
		p.ether(b)
		return
	}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	p.text("0x")
	for i, c := range b {
		if i == 0 && c < 16 {
			p.b = append(p.b, "0123456789abcdef"[c])
		} else {
			p.hexByte(c)
		}
	}
}

// rng prints a range.
func (p *printer) rng(e *ast.Range, d domain) {
	d.plain = true
	p.expr(e.Lo, d)
	p.b = append(p.b, '-')
	p.expr(e.Hi, d)
}
