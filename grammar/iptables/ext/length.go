package ext

import "github.com/ctlint/ctlint/ast"

// The length match (iptables-extensions(8), length). The manual speaks of the
// layer-3 payload; the kernel takes the whole packet, IP header included: the
// total length of IPv4, the payload length of IPv6 and its header of 40 bytes
// (length_mt and length_mt6 in xt_length). The IP layer has cut the packet to
// that length before any hook, so it is nft's meta length.
var _ = match(Ext{
	Name: "length",
	Options: []Option{
		{Name: "length", Arg: UintRange(0, 65535), Not: true, Required: true, Lower: MetaRange(ast.MetaLength)},
	},
	Listed: []Listed{{"length $1", "-m length --length $1"}},
})
