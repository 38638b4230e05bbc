package nft

import (
	"encoding/binary"
	"math/bits"
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// flags prints the names of bits, in their order, with sep between them; those
// without a name are one number at the end.
func (p *printer) flags(n uint64, d domain, sep string) {
	if n == 0 || d.assigned && !d.allNamed(n) {
		p.hex(n, 1) // a list that is set has names alone
		return
	}
	first := true
	next := func() {
		if !first {
			p.text(sep)
		}
		first = false
	}
	var rest uint64
	for left := n; left != 0; left &= left - 1 {
		bit := left & -left
		if s := d.symbol(bit); s != "" {
			next()
			p.text(s)
		} else {
			rest |= bit
		}
	}
	if rest != 0 {
		next()
		p.hex(rest, 1)
	}
}

// allNamed reports whether all bits of a number have names.
func (d domain) allNamed(n uint64) bool {
	for ; n != 0; n &= n - 1 {
		if d.symbol(n&-n) == "" {
			return false
		}
	}
	return true
}

// labels prints labels of connections: the numbers of the bits.
func (p *printer) labels(e ast.Node, n uint64, _ domain) {
	p.labelBits(e, binary.BigEndian.AppendUint64(nil, n))
}

func (p *printer) labelBits(e ast.Node, b []byte) {
	first := true
	for i := len(b) - 1; i >= 0; i-- {
		for c := b[i]; c != 0; c &= c - 1 {
			if !first {
				p.b = append(p.b, ',')
			}
			first = false
			p.b = strconv.AppendInt(p.b, int64((len(b)-1-i)*8+bits.TrailingZeros8(c)), 10)
		}
	}
	if first {
		p.refuse(e, "nft has no words for the absence of all labels")
	}
}
