package ext

// The ULOG target (iptables-extensions(8), ULOG; libipt_ULOG). Linux 3.17
// removed it; NFLOG is what to use. Its groups are another netlink family's, so
// it is no log statement of nft.
var _ = target(Ext{
	Name:   "ULOG",
	Family: V4,
	Options: []Option{
		{Name: "ulog-prefix", Arg: logPrefix(31)},
		{Name: "ulog-nlgroup", Arg: Uint(1, 32), Save: saveNotOne},
		{Name: "ulog-cprange", Arg: Uint(0, allOnes), Save: saveNonzero},
		{Name: "ulog-qthreshold", Arg: Uint(1, 50), Save: saveNotOne},
	},
	Listed: []Listed{
		{"ULOG copy_range $1 nlgroup $2", "--ulog-cprange $1 --ulog-nlgroup $2"}, {`prefix "$1"`, "--ulog-prefix $1"},
		{"prefix `$1'", "--ulog-prefix $1"}, {"queue_threshold $1", "--ulog-qthreshold $1"},
	},
})

// saveNotOne prints a number that is not the default of 1.
func saveNotOne(p *Printer, g *Given) {
	if g.Lo != 1 {
		p.Flag(false, g.Option.Name)
		p.Uint(g.Lo)
	}
}
