package nft

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/bits"
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// value writes a constant.
func (j *jsonPrinter) value(e ast.Expr, d domain) {
	switch e := e.(type) {
	case *ast.Int:
		j.number(e, e.Val, d)
	case *ast.Big:
		j.big(e, d)
	case *ast.Addr:
		j.addr(e, e.Addr)
	case *ast.Prefix:
		j.prefix(e)
	case *ast.MaskedAddr:
		j.p.refuse(e, "an address with a mask that is no prefix has no place here")
	case *ast.Range:
		d.plain = true
		j.named("range", func() {
			j.array(2, func(i int) { j.expr([2]ast.Expr{e.Lo, e.Hi}[i], d) })
		})
	case *ast.Bool:
		j.bool(e.Val)
	case *ast.Ether, *ast.String, *ast.Unknown:
		j.text(func(p *printer) { p.expr(e, d) })
	default:
		j.p.refuse(e, "%T has no JSON of nft", e)
	}
}

func (j *jsonPrinter) addr(at ast.Node, a netip.Addr) {
	j.text(func(p *printer) { p.addr(at, a) })
}

// prefix writes a network.
func (j *jsonPrinter) prefix(e *ast.Prefix) {
	j.members("prefix", func() {
		j.key("addr")
		j.addr(e, e.Prefix.Addr())
		j.keyUint("len", uint64(e.Prefix.Bits()))
	})
}

// asText has the types whose numbers are strings of the form that they have in
// text.
var asText = [...]bool{
	ast.TypeIPv4Addr: true, ast.TypeIPv6Addr: true, ast.TypeEtherAddr: true, ast.TypeTCHandle: true, ast.TypeHour: true,
	ast.TypeCgroupV2: false,
}

// number writes a number: by name, if it has one.
func (j *jsonPrinter) number(e ast.Node, n uint64, d domain) {
	switch {
	case asText[d.typ]:
		j.text(func(p *printer) { p.number(e, n, d) })
	case d.typ == ast.TypeTime && d.date:
		j.date(e, n)
	case d.typ == ast.TypeTime:
		j.length(n)
	case d.typ == ast.TypeCTLabel:
		j.labels(e, binary.BigEndian.AppendUint64(nil, n))
	case d.typ.Bitmask():
		j.bitsOr(n, d)
	default:
		j.symbol(n, d)
	}
}

// date writes a point in time, in nanoseconds since 1970.
func (j *jsonPrinter) date(e ast.Node, ns uint64) {
	if j.p.NumericTime {
		// As a number, nft would take it for nanoseconds.
		j.p.refuse(e, "the JSON of nft has no points in time in seconds")
		return
	}
	j.text(func(p *printer) { p.date(e, ns) })
}

// length writes a length of time: in seconds, or, with parts of them, as in text.
func (j *jsonPrinter) length(ms uint64) {
	if ms%1000 == 0 {
		j.uint(ms / 1000)
		return
	}
	j.text(func(p *printer) { p.duration(ms) })
}

// symbol writes the name of a number, or the number.
func (j *jsonPrinter) symbol(n uint64, d domain) {
	if s := j.nameOf(n, d); s != "" {
		j.str(s)
		return
	}
	j.plain(n)
}

// plain writes a number without a name. Those that nft's JSON library has no
// numbers for (jansson: of 64 bits, with a sign) are strings.
func (j *jsonPrinter) plain(n uint64) {
	if n > math.MaxInt64 {
		j.text(func(p *printer) { p.hex(n, 1) })
		return
	}
	j.uint(n)
}

// nameOf returns the name of a number; "" if it has none. What the lexer of text
// cannot read JSON can.
func (j *jsonPrinter) nameOf(n uint64, d domain) string {
	switch {
	case d.typ != ast.TypeInetProto:
		return syntax.SymbolName(d.typ, n)
	case j.p.NumericProtocol, d.plain:
		return ""
	}
	return protocolName(n)
}

// bitNames returns the names of the bits of a number; false if one has none.
func (j *jsonPrinter) bitNames(n uint64, d domain) (names []string, ok bool) {
	for ; n != 0; n &= n - 1 {
		s := syntax.SymbolName(d.typ, n&-n)
		if s == "" {
			return nil, false
		}
		names = append(names, s)
	}
	return names, len(names) > 0
}

// bitsOr writes bits as one value: | of their names.
func (j *jsonPrinter) bitsOr(n uint64, d domain) {
	names, ok := j.bitNames(n, d)
	if !ok {
		j.plain(n)
		return
	}
	for range names[1:] {
		j.b = append(j.b, `{"|": [`...)
	}
	j.str(names[0])
	for _, s := range names[1:] {
		j.next()
		j.str(s)
		j.b = append(j.b, `]}`...)
	}
}

// bitList writes bits as a list of their names.
func (j *jsonPrinter) bitList(at ast.Node, n uint64, d domain) {
	if d.typ == ast.TypeCTLabel {
		j.labels(at, binary.BigEndian.AppendUint64(nil, n))
		return
	}
	names, ok := j.bitNames(n, d)
	switch {
	case !ok:
		j.plain(n)
	case len(names) == 1:
		j.str(names[0])
	default:
		j.array(len(names), func(i int) { j.str(names[i]) })
	}
}

// labels writes labels of connections: the numbers of the bits.
func (j *jsonPrinter) labels(at ast.Node, b []byte) {
	var set []uint64
	for i := len(b) - 1; i >= 0; i-- {
		for c := b[i]; c != 0; c &= c - 1 {
			set = append(set, uint64((len(b)-1-i)*8+bits.TrailingZeros8(c)))
		}
	}
	switch len(set) {
	case 0:
		j.p.refuse(at, "nft has no words for the absence of all labels")
	case 1:
		j.uint(set[0])
	default:
		j.array(len(set), func(i int) { j.uint(set[i]) })
	}
}

// big writes a number of more than 64 bits.
func (j *jsonPrinter) big(e *ast.Big, d domain) {
	if d.typ == ast.TypeCTLabel {
		j.labels(e, e.Bytes)
		return
	}
	if d.typ == ast.TypeIPv6Addr && len(e.Bytes) == 16 || d.typ == ast.TypeEtherAddr && len(e.Bytes) == 6 {
		j.text(func(p *printer) { p.big(e, d) })
		return
	}
	s := strings.TrimLeft(hex.EncodeToString(e.Bytes), "0")
	if s == "" {
		s = "0"
	}
	j.str("0x" + s)
}
