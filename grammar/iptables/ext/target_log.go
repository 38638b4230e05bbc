package ext

import (
	"fmt"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// logLevels are the names of syslog levels that libxtables takes, the number of
// each in Bits, and those that nft prints.
var (
	logLevels = []Name{
		{"emerg", 0}, {"panic", 0}, {"alert", 1}, {"crit", 2}, {"error", 3}, {"warning", 4}, {"notice", 5}, {"info", 6}, {"debug", 7},
	}
	nftLevels = [...]string{"emerg", "alert", "crit", "err", "", "notice", "info", "debug"}
)

const defaultLevel = 4 // warning, of both dialects

// logLevel is a syslog level by its number or name (Value.Lo).
var logLevel = func() *Arg {
	a := *OneName("a log level", false, logLevels...)
	a.What += ", or a number from 0 to 7"
	byName := a.Parse
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if n, ok := number(w[0].Text, 0, 7); ok {
			v.Lo, v.Hi = n, n
			return nil
		}
		err := byName(c, w, v)
		if err == nil {
			return nil
		}
		for _, old := range []struct{ short, name string }{{"err", "error"}, {"warn", "warning"}} {
			if w[0].Text == old.short { // old releases took any part of a name
				err.Hint = old.name
			}
		}
		return err.Expected("%s", a.What)
	}
	a.Save = func(p *Printer, v *Value) { p.Uint(v.Lo) }
	return &a
}()

// logFlags are the flags of LOG, with their bits in a listing (nf_log.h) and
// nft's words for them.
var logFlags = []struct {
	option, listed, nft string
	bit                 int
}{
	{"log-tcp-sequence", "tcp-sequence", "tcp sequence", 0x01},
	{"log-tcp-options", "tcp-options", "tcp options", 0x02},
	{"log-ip-options", "ip-options", "ip options", 0x04},
	{"log-uid", "uid", "skuid", 0x08},
	{"log-macdecode", "macdecode", "ether", 0x20},
}

// The LOG target (iptables-extensions(8), LOG; xt_LOG).
var _ = target(Ext{
	Name: "LOG",
	Options: []Option{
		{Name: "log-prefix", Arg: logPrefix(29)},
		{Name: "log-level", Arg: logLevel, Save: func(p *Printer, g *Given) {
			if g.Lo != defaultLevel {
				p.Flag(false, "log-level")
				p.Uint(g.Lo)
			}
		}},
		{Name: "log-tcp-sequence"},
		{Name: "log-tcp-options"},
		{Name: "log-ip-options"},
		{Name: "log-uid"},
		{Name: "log-macdecode"},
	},
	Lower:  lowerLog,
	Listed: logListed(),
})

func lowerLog(l *Lowering, u *Use) {
	s := &ast.Log{Span: u.Span, Use: l.UseIndex()}
	if g := u.Get("log-prefix"); g != nil {
		s.Prefix = g.Text
	}
	if g := u.Get("log-level"); g != nil {
		s.Level = nftLevels[g.Lo]
	}
	for _, f := range logFlags {
		if u.Has(f.option) {
			s.Flags = append(s.Flags, f.nft)
		}
	}
	l.Add(s)
}

// logListed are the forms of LOG: with -n the flags are a number, else words
// and the level a name.
func logListed() []Listed {
	out := []Listed{{`prefix "$1"`, "--log-prefix $1"}, {"prefix `$1'", "--log-prefix $1"}}
	for bits := range 0x40 {
		words, known := "", 0
		for _, f := range logFlags {
			if bits&f.bit != 0 {
				words += " --" + f.option
				known |= f.bit
			}
		}
		if known == bits {
			out = append(out, Listed{fmt.Sprintf("LOG flags %d level $1", bits), "--log-level $1" + words})
		}
	}
	for _, n := range logLevels {
		out = append(out, Listed{"LOG level " + n.Name, "--log-level " + n.Name})
	}
	out = append(out, Listed{"LOG level err", "--log-level error"}, Listed{"LOG level warn", "--log-level warning"})
	for _, f := range logFlags {
		out = append(out, Listed{f.listed, "--" + f.option})
	}
	return out
}
