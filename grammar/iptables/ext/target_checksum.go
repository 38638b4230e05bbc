package ext

// The CHECKSUM target (iptables-extensions(8), CHECKSUM; xt_CHECKSUM).
var _ = target(Ext{
	Name:    "CHECKSUM",
	Tables:  []string{"mangle"},
	Options: []Option{{Name: "checksum-fill", Required: true}},
	Listed:  []Listed{{"CHECKSUM fill", "--checksum-fill"}},
})
