package ext

// The comment match (iptables-extensions(8), comment) matches every packet. The
// first one of a rule is the rule's comment.
var _ = match(Ext{
	Name:    "comment",
	Options: []Option{{Name: "comment", Arg: Text(255), Required: true}},
	Lower: func(l *Lowering, u *Use) {
		g := u.Get("comment")
		if l.Rule.CommentSpan.Valid() {
			l.Extension(u)
			return
		}
		l.Rule.Comment, l.Rule.CommentSpan = g.Text, g.ArgSpan()
	},
	Listed: []Listed{{"/* $1 */", "-m comment --comment $1"}},
})
