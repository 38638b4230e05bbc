package ext

import (
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// timerLabel is the name of a timer, which becomes a file of sysfs
// (idletimer_check_sysfs_name; 27 bytes, MAX_IDLETIMER_LABEL_SIZE).
var timerLabel = func() *Arg {
	a := *nameText("the name of a timer", 27)
	parse := a.Parse
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		s := w[0].Text
		if s == "." || s == ".." || s == "power" || s == "subsystem" || s == "uevent" || strings.Contains(s, "/") {
			return grammar.Errorf(w[0].Span, "%q cannot be the name of a timer", s).Expected("a name that sysfs has no other use for, without a /")
		}
		return parse(c, w, v)
	}
	return &a
}()

// The IDLETIMER target (iptables-extensions(8), IDLETIMER; xt_IDLETIMER revision
// 1). The kernel takes less than INT_MAX / 1000 seconds.
var _ = target(Ext{
	Name: "IDLETIMER",
	Options: []Option{
		{Name: "timeout", Arg: Uint(1, 2147482), Required: true},
		{Name: "label", Arg: timerLabel, Required: true},
		{Name: "alarm"},
	},
	Listed: []Listed{{"timeout:$1 label:$2", "--timeout $1 --label $2"}, {"timeout:$1 label:$2*", "--timeout $1 --label $2"}, {"alarm", "--alarm"}},
})
