package ext

import (
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// ledTrigger is the name of a trigger of at most 16 bytes, always saved in
// quotes (Value.Text).
var ledTrigger = func() *Arg {
	a := *Text(16)
	a.Save = func(p *Printer, v *Value) {
		s := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v.Text)
		p.Word(`"` + s + `"`)
	}
	return &a
}()

// ledDelay is a time in milliseconds, or inf (Value.Text).
var ledDelay = &Arg{
	What: "a time in milliseconds, or inf",
	Save: func(p *Printer, v *Value) {
		if v.Text != "" {
			p.Word(v.Text)
			return
		}
		p.Uint(v.Lo)
	},
}

func init() {
	ledDelay.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if strings.EqualFold(w[0].Text, "inf") {
			v.Text = "inf"
			return nil
		}
		n, ok := number(w[0].Text, 0, allOnes)
		if !ok {
			return ledDelay.Bad(w[0])
		}
		v.Lo, v.Hi = n, n
		return nil
	}
}

// The LED target (iptables-extensions(8), LED; xt_LED).
var _ = target(Ext{
	Name: "LED",
	Options: []Option{
		{Name: "led-trigger-id", Arg: ledTrigger, Required: true},
		{Name: "led-delay", Arg: ledDelay, Save: func(p *Printer, g *Given) {
			if g.Lo != 0 || g.Text != "" {
				p.Flag(false, "led-delay")
				ledDelay.Save(p, &g.Value)
			}
		}},
		{Name: "led-always-blink"},
	},
	Listed: []Listed{
		{`led-trigger-id:"$1"`, "--led-trigger-id $1"}, {"led-delay:inf", "--led-delay inf"}, {"led-delay:$1ms", "--led-delay $1"},
		{"led-always-blink", "--led-always-blink"},
	},
})
