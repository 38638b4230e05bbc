package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// socket prints something of the local socket.
func (p *printer) socket(e *ast.Socket) {
	p.text("socket ")
	p.text(e.Key)
	if e.Key == "cgroupv2" {
		p.b = strconv.AppendUint(append(p.b, " level "...), uint64(e.Level), 10)
	}
}

// osf prints the operating system that a SYN looks like.
func (p *printer) osf(e *ast.OSF) {
	p.text("osf ")
	if e.TTL != "" {
		p.text("ttl ")
		p.text(e.TTL)
		p.b = append(p.b, ' ')
	}
	if e.Version {
		p.text("version")
	} else {
		p.text("name")
	}
}
