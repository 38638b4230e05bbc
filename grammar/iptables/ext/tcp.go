package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

var tcpFlagNames = []Name{{"FIN", ast.TCPFin}, {"SYN", ast.TCPSyn}, {"RST", ast.TCPRst}, {"PSH", ast.TCPPsh}, {"ACK", ast.TCPAck}, {"URG", ast.TCPUrg}}

var tcpFlagList = Bits("TCP flags", append(append([]Name{}, tcpFlagNames...), Name{"ALL", 0x3f}, Name{"NONE", 0})...)

// tcpFlags is the argument of --tcp-flags: the flags to look at and those of
// them that are set (Value.Hi and Lo).
var tcpFlags = &Arg{
	What:  "the TCP flags to look at, and those of them that must be set",
	Words: 2,
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		mask, err := parseTCPFlags(c, w[:1])
		if err != nil {
			return err
		}
		comp, err := parseTCPFlags(c, w[1:])
		v.Lo, v.Hi = comp, mask
		return err
	},
	Save: func(p *Printer, v *Value) {
		p.Word(tcpFlagText(v.Hi))
		p.Word(tcpFlagText(v.Lo))
	},
}

func parseTCPFlags(c *Context, w []Word) (uint64, *grammar.Error) {
	if n, ok := number(w[0].Text, 0, 0x3f); ok && c.Listing {
		return n, nil
	}
	var v Value
	err := tcpFlagList.Parse(c, w, &v)
	return v.Lo, err
}

func tcpFlagText(bits uint64) string {
	if bits == 0 {
		return "NONE"
	}
	return bitNames(tcpFlagNames, bits)
}

// The tcp match (iptables-extensions(8), tcp). Flags are compared under a mask;
// --syn is SYN,RST,ACK,FIN against SYN. Every form of it asks for a TCP header,
// and so for no later fragment (tcp_mt in xt_tcpudp).
var _ = match(Ext{
	Name:   "tcp",
	Protos: []uint8{ProtoTCP},
	Loads:  true,
	Options: []Option{
		{Name: "sport", Aliases: []string{"source-port"}, Arg: PortRange, Not: true, Save: savePorts, Lower: Field(ast.TCPSport)},
		{Name: "dport", Aliases: []string{"destination-port"}, Arg: PortRange, Not: true, Save: savePorts, Lower: Field(ast.TCPDport)},
		{Name: "tcp-option", Arg: Uint(1, 255), Not: true, Lower: lowerTCPOption},
		{Name: "tcp-flags", Arg: tcpFlags, Not: true, Save: saveTCPFlags, Lower: lowerTCPFlags},
		{Name: "syn", Not: true, Save: saveSyn, Lower: lowerTCPFlags, Excl: []string{"tcp-flags"}},
	},
	Bare: header(ast.TCPSport),
	// The last are those of releases before 1.6.2, which printed no blank
	// before the flags and one behind their colon.
	Listed: append(listed("tcp", "-m tcp", append(append([]string{}, portForms...),
		"option=$1", "--tcp-option $1", "flags:$1/$2", "--tcp-flags $1 $2")...),
		Listed{"tcpflags: $1/$2", "-m tcp --tcp-flags $1 $2"},
		Listed{"tcp dpt:$1flags: $2/$3", "-m tcp --dport $1 --tcp-flags $2 $3"}, Listed{"tcp dpts:$1flags: $2/$3", "-m tcp --dport $1 --tcp-flags $2 $3"},
		Listed{"tcp spt:$1flags: $2/$3", "-m tcp --sport $1 --tcp-flags $2 $3"}, Listed{"tcp spts:$1flags: $2/$3", "-m tcp --sport $1 --tcp-flags $2 $3"},
	),
})

// savePorts leaves a port range out that holds all ports, as libxt_tcp and
// libxt_udp do.
func savePorts(p *Printer, g *Given) {
	if g.Not || g.Lo != 0 || g.Hi != 65535 {
		p.Flag(g.Not, g.Option.Name)
		PortRange.Save(p, &g.Value)
	}
}

// saveTCPFlags leaves out what looks at no flag and asks for none. iptables-save
// leaves out whatever looks at none, though NONE never has the flags SYN.
func saveTCPFlags(p *Printer, g *Given) {
	if g.Not || g.Hi != 0 || g.Lo != 0 {
		p.Flag(g.Not, "tcp-flags")
		tcpFlags.Save(p, &g.Value)
	}
}

const synMask = ast.TCPSyn | ast.TCPRst | ast.TCPAck | ast.TCPFin

func saveSyn(p *Printer, g *Given) {
	p.Flag(g.Not, "tcp-flags")
	tcpFlags.Save(p, &Value{Lo: ast.TCPSyn, Hi: synMask})
}

func lowerTCPFlags(l *Lowering, g *Given) {
	mask, comp := g.Hi, g.Lo
	if g.Option.Name == "syn" {
		mask, comp = synMask, ast.TCPSyn
	}
	left := &ast.Binary{Span: g.Name.Span, Op: ast.OpAnd, Left: l.Payload(g.Name.Span, ast.TCPFlags), Right: l.Int(g.ArgSpan(), mask)}
	l.Match(g.Span, left, ast.OpEq, g.Not, l.Int(g.ArgSpan(), comp))
}

func lowerTCPOption(l *Lowering, g *Given) {
	l.existsIn(ast.TCPSport, g.Span, &ast.TCPOption{Span: g.ArgSpan(), Kind: uint8(g.Lo)}, g.Not)
}
