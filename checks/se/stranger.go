package se

import (
	"net/netip"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/semantics"
)

// stranger returns an address that no rule names, or as few as can be.
func stranger(pass *analysis.Pass, w *semantics.Way) netip.Addr {
	for _, f := range flows.Of(pass).Families {
		if f.Family == w.Family {
			p := f.NewPacket(ast.HookInput)
			return p.Saddr
		}
	}
	return map[ast.Family]netip.Addr{ast.FamilyIP: netip.MustParseAddr("198.51.100.7"), ast.FamilyIP6: netip.MustParseAddr("2001:db8:1::7")}[w.Family]
}

// host returns the prefix that is one address.
func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }
