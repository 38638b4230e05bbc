package ext

import "slices"

// The ah match of ip6tables (iptables-extensions(8), ah): an AH header among
// the extension headers, whatever -p says. The length is that of the header in
// bytes, and 0 is any, even negated (ah_mt6 in ip6t_ah).
var _ = match(Ext{
	Name:   "ah",
	Family: V6,
	Loads:  true,
	Options: []Option{
		{Name: "ahspi", Arg: spiRange, Not: true, Save: saveFull(1<<32 - 1), Lower: extField("ah", "spi", 1<<32-1)},
		{Name: "ahlen", Arg: Uint(0, 1<<32-1), Not: true, Save: saveAHLen, Lower: lowerAHLen},
		{Name: "ahres", Lower: extZero("ah", "reserved")},
	},
	Bare: extHeader("ah"),
	Listed: listed("ah", "-m ah", slices.Concat(
		[]string{ // there is no space between the SPI and the length
			"spi:!$1length:!$2", "! --ahspi $1 ! --ahlen $2", "spi:!$1length:$2", "! --ahspi $1 --ahlen $2",
			"spi:$1length:!$2", "--ahspi $1 ! --ahlen $2", "spi:$1length:$2", "--ahspi $1 --ahlen $2",
			"spis:!$1length:!$2", "! --ahspi $1 ! --ahlen $2", "spis:!$1length:$2", "! --ahspi $1 --ahlen $2",
			"spis:$1length:!$2", "--ahspi $1 ! --ahlen $2", "spis:$1length:$2", "--ahspi $1 --ahlen $2",
		},
		spiForms("ahspi"),
		[]string{"length:!$1", "! --ahlen $1", "length:$1", "--ahlen $1", "reserved", "--ahres"})...),
})

func saveAHLen(p *Printer, g *Given) {
	if g.Not || g.Lo != 0 {
		p.Flag(g.Not, g.Option.Name)
		p.Uint(g.Lo)
	}
}

// lowerAHLen lowers a length in bytes to AH's own: units of 4 bytes less 2 (RFC
// 4302 section 2.2).
func lowerAHLen(l *Lowering, g *Given) {
	if g.Lo == 0 {
		l.extExists(g.Span, "ah")
		return
	}
	l.extLength(g, "ah", "hdrlength", 4, 2)
}
