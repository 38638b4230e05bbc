package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// numgen prints a generator of numbers.
func (p *printer) numgen(e *ast.Numgen) {
	p.text("numgen ")
	p.text(e.Mode)
	p.modulus(e.Mod)
	p.offset(e.Offset)
}

// hash prints a hash of an expression, or of the packet's flow.
func (p *printer) hash(e *ast.Hash) {
	if e.Key == nil {
		p.text("symhash")
	} else {
		p.text("jhash ")
		p.expr(e.Key, domain{})
	}
	p.modulus(e.Mod)
	if e.HasSeed {
		p.b = strconv.AppendUint(append(p.b, " seed 0x"...), uint64(e.Seed), 16)
	}
	p.offset(e.Offset)
}

func (p *printer) modulus(n uint32) {
	p.b = strconv.AppendUint(append(p.b, " mod "...), uint64(n), 10)
}

func (p *printer) offset(n uint32) {
	if n != 0 {
		p.b = strconv.AppendUint(append(p.b, " offset "...), uint64(n), 10)
	}
}
