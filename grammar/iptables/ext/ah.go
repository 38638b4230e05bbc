package ext

import "github.com/ctlint/ctlint/ast"

// spiRange is the argument of the options that compare an SPI.
var spiRange = UintRange(0, 1<<32-1)

// saveFull prints an option with a range unless the range leaves nothing out.
// (iptables-save up to 1.8.9 forgets to look at the ! and leaves out what never
// matches as well.)
func saveFull(most uint64) func(*Printer, *Given) {
	return func(p *Printer, g *Given) {
		if g.Not || g.Lo != 0 || g.Hi != most {
			p.Flag(g.Not, g.Option.Name)
			g.Option.Arg.Save(p, &g.Value)
		}
	}
}

// spiForms are the forms of print_spis in the matches that compare an SPI.
func spiForms(opt string) []string {
	return []string{
		"spi:!$1", "! --" + opt + " $1", "spis:!$1", "! --" + opt + " $1",
		"spi:$1", "--" + opt + " $1", "spis:$1", "--" + opt + " $1",
	}
}

// The ah match of iptables (iptables-extensions(8), ah): the SPI of a packet
// whose protocol is AH.
var _ = match(Ext{
	Name:   "ah",
	Family: V4,
	Protos: []uint8{ProtoAH},
	Loads:  true,
	Options: []Option{
		{Name: "ahspi", Arg: spiRange, Not: true, Save: saveFull(1<<32 - 1), Lower: Field(ast.AHSPI)},
	},
	Bare:   header(ast.AHSPI),
	Listed: listed("ah", "-m ah", spiForms("ahspi")...),
})
