package ext

// The SECMARK target (iptables-extensions(8), SECMARK; xt_SECMARK revision 1).
var _ = target(Ext{
	Name:    "SECMARK",
	Tables:  []string{"mangle", "security"},
	Options: []Option{{Name: "selctx", Arg: nameText("a security context", 255), Required: true}},
	Listed:  []Listed{{"SECMARK selctx $1", "--selctx $1"}},
})
