package ext

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// network is an address or the name of a host, with /prefix or /mask if need be
// (XTTYPE_HOSTMASK): Value.Addr or Text, and Bits; a mask that is no prefix is in
// AddrHi and Bits is -1. The stock tool takes such a mask for a whole address up
// to 1.8.9, for what it is since.
var network = &Arg{
	What: "an address, with /prefix or /mask if need be",
	Save: func(p *Printer, v *Value) {
		gateway.Save(p, v)
		p.B = append(p.B, '/')
		if v.Bits < 0 {
			p.B = appendAddr(p.B, v.AddrHi)
			return
		}
		p.B = strconv.AppendInt(p.B, int64(v.Bits), 10)
	},
}

func init() { network.Parse = parseNetwork }

func parseNetwork(c *Context, w []Word, v *Value) *grammar.Error {
	host, mask, has := strings.Cut(w[0].Text, "/")
	if err := gatewayWord(c, w[0], host, v); err != nil {
		return err
	}
	v.Bits = 32
	if c.V6() {
		v.Bits = 128
	}
	if !has {
		return nil
	}
	if n, ok := number(mask, 0, uint64(v.Bits)); ok {
		v.Bits = int(n)
		return nil
	}
	m, err := netip.ParseAddr(mask)
	if err != nil || m.BitLen() != v.Bits || m.Zone() != "" {
		return grammar.Errorf(w[0].Sub(len(host)+1, len(w[0].Text)), "%q is no mask", mask).Expected("a number from 0 to %d, or a mask in the form of an address", v.Bits)
	}
	if v.Bits = prefixLen(m); v.Bits < 0 {
		v.AddrHi = m
	}
	return nil
}
