package nft

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// fib prints a look-up of a route. Whether there is one at all nft 1.0 asks with
// oif exists, which later versions read too.
func (p *printer) fib(e *ast.Fib) {
	p.text("fib ")
	p.text(strings.Join(e.Keys, " . "))
	p.b = append(p.b, ' ')
	p.text(e.Result)
}

// rt prints something of the packet's route.
func (p *printer) rt(e *ast.Rt) {
	p.text("rt ")
	p.family(e.Family)
	p.text(e.Key)
}

// ipsec prints something of the packet's transformation.
func (p *printer) ipsec(e *ast.Ipsec) {
	p.text("ipsec ")
	p.text(e.Dir)
	if e.Num > 0 {
		p.b = strconv.AppendUint(append(p.b, " spnum "...), uint64(e.Num), 10)
	}
	p.b = append(p.b, ' ')
	p.family(e.Family)
	p.text(e.Key)
}
