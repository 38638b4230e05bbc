package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// synproxy prints the options of a SYN proxy, each with a blank before it.
func (p *printer) synproxy(s *ast.Synproxy) {
	if s.MSS != 0 {
		p.b = strconv.AppendUint(append(p.b, " mss "...), uint64(s.MSS), 10)
	}
	if s.HasWscale {
		p.b = strconv.AppendUint(append(p.b, " wscale "...), uint64(s.Wscale), 10)
	}
	if s.Timestamp {
		p.text(" timestamp")
	}
	if s.SackPerm {
		p.text(" sack-perm")
	}
	if s.ECN {
		p.refuse(s, "nft has no word for ECN of a SYN proxy")
	}
}
