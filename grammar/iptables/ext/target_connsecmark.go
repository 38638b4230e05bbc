package ext

// The CONNSECMARK target (iptables-extensions(8), CONNSECMARK; xt_CONNSECMARK).
// It copies a security mark only where there is none yet, which nft cannot.
var _ = target(Ext{
	Name:    "CONNSECMARK",
	Tables:  []string{"mangle", "security"},
	Options: []Option{{Name: "save", Excl: []string{"restore"}}, {Name: "restore"}},
	OneOf:   []string{"save", "restore"},
	Listed:  []Listed{{"CONNSECMARK save", "--save"}, {"CONNSECMARK restore", "--restore"}},
})
