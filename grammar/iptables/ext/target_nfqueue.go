package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// queueRange is a range a:b of queues, of which either end may be left out
// (Value.Lo and Hi). The number of queues is of 16 bits in the kernel, so that
// all 65536 of them are none; the end that is left out is 65534 for that reason
// (iptables 1.8.10), while 1.8.9 says 65535.
var queueRange = &Arg{
	What: "a range a:b of queues from 0 to 65535, at most 65535 of them",
	Save: func(p *Printer, v *Value) {
		p.Uint(v.Lo)
		p.B = append(p.B, ':')
		var q Printer
		q.Uint(v.Hi)
		p.B = append(p.B, q.B...)
	},
}

func init() {
	queueRange.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		from, to, isRange := strings.Cut(w[0].Text, ":")
		ok1, ok2 := true, true
		v.Lo, v.Hi = 0, 65534
		if from != "" {
			v.Lo, ok1 = number(from, 0, 65535)
		}
		if to != "" {
			v.Hi, ok2 = number(to, 0, 65535)
		}
		switch {
		case !isRange || !ok1 || !ok2 || v.Hi-v.Lo == 65535:
			return queueRange.Bad(w[0])
		case v.Lo >= v.Hi:
			return grammar.Errorf(w[0].Span, "%s is no range of several queues", w[0].Text).Expected("the lower number first")
		}
		return nil
	}
}

// The NFQUEUE target (iptables-extensions(8), NFQUEUE; xt_NFQUEUE revision 3).
var _ = target(Ext{
	Name: "NFQUEUE",
	Options: []Option{
		{Name: "queue-num", Arg: Uint(0, 65535), Excl: []string{"queue-balance"}},
		{Name: "queue-balance", Arg: queueRange},
		{Name: "queue-bypass"},
		{Name: "queue-cpu-fanout", Needs: []string{"queue-balance"}},
	},
	Save:  saveNfqueue,
	Lower: lowerNfqueue,
	Listed: []Listed{
		{"NFQUEUE num $1", "--queue-num $1"}, {"NFQUEUE balance $1", "--queue-balance $1"}, {"bypass", "--queue-bypass"},
		{"cpu-fanout", "--queue-cpu-fanout"},
	},
})

func saveNfqueue(p *Printer, u *Use) {
	if !u.Has("queue-num") && !u.Has("queue-balance") {
		p.Word("--queue-num 0")
	}
	for i := range u.Ext.Options {
		if g := u.Get(u.Ext.Options[i].Name); g != nil {
			p.Given(g)
		}
	}
}

func lowerNfqueue(l *Lowering, u *Use) {
	q := &ast.Queue{Span: u.Span, Use: l.UseIndex()}
	if g := u.Get("queue-num"); g != nil {
		q.Num = l.Int(g.ArgSpan(), g.Lo)
	} else if g := u.Get("queue-balance"); g != nil {
		q.Num = l.IntRange(g.ArgSpan(), g.Lo, g.Hi)
	} else {
		q.Num = l.Int(u.Span, 0)
	}
	if u.Has("queue-bypass") {
		q.Flags = append(q.Flags, "bypass")
	}
	if u.Has("queue-cpu-fanout") {
		q.Flags = append(q.Flags, "fanout")
	}
	l.Add(q)
}
