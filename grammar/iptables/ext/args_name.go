package ext

import (
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// ProcName is a name under which the kernel makes a file in /proc/net, of at
// most n bytes; the stock tool cuts a longer one off in silence (Value.Text). The
// kernel refuses what cannot name a file (xt_check_proc_name).
func ProcName(n int) *Arg {
	a := &Arg{What: "a name that a file can have"}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		s := w[0].Text
		if s == "" || s == "." || s == ".." || strings.Contains(s, "/") {
			return a.Bad(w[0])
		}
		v.Text = s[:min(len(s), n)]
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Word(bare(v.Text)) }
	return a
}
