// Package outside knows strangers: packets that begin connections from anywhere, by
// interfaces that nobody has called trusted. What is open to them, how much of it,
// and which rule or policy lets them in is computed on the sets of packets.
package outside

import (
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// Analyzer has the *[Host] as its result.
var Analyzer = &analysis.Analyzer{
	Name:             "outside",
	Doc:              "find out what is open to strangers\n\nThe result is an *outside.Host, which may be asked by several checks at once.",
	Requires:         []*analysis.Analyzer{config.Analyzer, ruleset.Analyzer, graph.Analyzer, reach.Analyzer},
	ResultType:       reflect.TypeFor[*Host](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return newHost(config.For(pass), graph.Of(pass), reach.Of(pass)), nil
	},
}

// Of returns the host of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Host { return pass.ResultOf[Analyzer].(*Host) }

// Host is a host as strangers see it.
type Host struct {
	*reach.Facts
	Graph  *graph.Graph
	config *config.Config
	names  map[ast.Family][]string
	// out are the interfaces on which sources are translated.
	out map[string]bool
}

func newHost(c *config.Config, g *graph.Graph, f *reach.Facts) *Host {
	h := &Host{Facts: f, Graph: g, config: c, names: map[ast.Family][]string{}, out: map[string]bool{}}
	for _, t := range g.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				h.note(t, r)
			}
		}
	}
	return h
}

// maxNames is how many interfaces are looked at one by one.
const maxNames = 24

// note keeps the names of interfaces that a rule asks for, and those by which it
// translates sources.
func (h *Host) note(t *graph.Table, r *ast.Rule) {
	var outs []string
	nat, hairpin := false, false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.NAT:
			nat = nat || s.Kind == ast.SNAT || s.Kind == ast.Masquerade
		case *ast.Match:
			if p, ok := s.Left.(*ast.Payload); ok {
				hairpin = hairpin || p.Field == ast.IPDaddr || p.Field == ast.IP6Daddr
			}
			k, ok := s.Left.(*ast.Meta)
			if !ok {
				continue
			}
			switch k.Key {
			case ast.MetaIif, ast.MetaIifname, ast.MetaOif, ast.MetaOifname:
				names := namesIn(s.Right)
				h.add(t.Family, names)
				if (k.Key == ast.MetaOif || k.Key == ast.MetaOifname) && s.Op == ast.OpEq {
					outs = append(outs, names...)
				}
			default:
			}
		case *ast.VMap:
			if k, ok := s.Key.(*ast.Meta); ok && (k.Key == ast.MetaIifname || k.Key == ast.MetaOifname || k.Key == ast.MetaIif || k.Key == ast.MetaOif) {
				h.add(t.Family, namesIn(s.Map))
			}
		}
	}
	if nat && !hairpin {
		for _, n := range outs {
			h.out[n] = true
		}
	}
}

func (h *Host) add(f ast.Family, names []string) {
	for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		if f != family && f != ast.FamilyInet {
			continue
		}
		for _, n := range names {
			if n != "lo" && len(h.names[family]) < maxNames && !slices.Contains(h.names[family], n) {
				h.names[family] = append(h.names[family], n)
			}
		}
	}
}

func namesIn(e ast.Expr) (out []string) {
	switch e := e.(type) {
	case *ast.String:
		if e.Wildcard {
			return []string{e.Val + "0"}
		}
		return []string{e.Val}
	case *ast.SetLit:
		for _, x := range e.Elems {
			out = append(out, namesIn(x.Key)...)
		}
	}
	return out
}

// Other returns an interface that no rule names.
func (h *Host) Other(w *semantics.Way) string {
	for _, n := range []string{"eth0", "eth1", "wan0", "ens3", "enp1s0", "uplink0", "q0", "z0"} {
		if !slices.Contains(h.names[w.Family], n) {
			return n
		}
	}
	return "other0"
}

// Interfaces returns the interfaces that rules of the way's family name, other than
// lo, and last one that none does.
func (h *Host) Interfaces(w *semantics.Way) []string {
	return append(slices.Clone(h.names[w.Family]), h.Other(w))
}

// Protocols are those whose connections are looked at.
var Protocols = []uint8{6, 17}

// First returns packets of a protocol that begin a connection on interfaces; an empty
// name is any. They carry no mark, and are not sent elsewhere than they were meant to.
func First(w *semantics.Way, proto uint8, iif, oif string) semantics.Set {
	f := semantics.Fields{State: ast.StateNew, Proto: proto, Iif: iif, Oif: oif, Whole: true, Unmarked: true, NoStatus: ast.StatusDNAT}
	if proto == 6 {
		f.TCPFlags, f.TCPMask = ast.TCPSyn, ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin
	}
	return w.Where(f)
}

// weighed are the fields by which it is said how large a part of the packets something
// is: who sends them, and what to.
var weighed = []semantics.Field{semantics.FieldDport, semantics.FieldSport, semantics.FieldDaddr, semantics.FieldSaddr, semantics.FieldMAC}

// Part returns how large a part of the whole a set is by addresses and ports, 0 if
// that is not known.
func Part(s, whole semantics.Set) float64 { return PartBy(s, whole, weighed...) }

// PartBy returns how large a part of the whole a set is by some fields. These must not
// be fixed to one value, or next to it, in the whole.
func PartBy(s, whole semantics.Set, fields ...semantics.Field) float64 {
	if !s.Some() {
		return 0
	}
	s, whole = s.Project(fields...), whole.Project(fields...)
	if all := whole.Share(); all > 0 && s.Known() {
		return s.Share() / all
	}
	return 0
}

// Surely returns the packets of the whole that are in the set whatever else they
// have: a route back, a type of their address, an option, for which there is no field.
func Surely(s, whole semantics.Set) semantics.Set {
	s = s.And(whole).Must()
	return s.Minus(whole.Minus(s).Project(fields()...))
}

// fields returns all fields of packets that have a name.
func fields() (out []semantics.Field) {
	for f := semantics.FieldState; f <= semantics.FieldMAC; f++ {
		out = append(out, f)
	}
	return out
}

// Most is the part of all packets from which on a host is open to them: exceptions
// that rules name are far less.
const Most = 0.5

// Open reports whether most packets that begin connections of a protocol are accepted
// for certain.
func (h *Host) Open(w *semantics.Way, proto uint8, iif, oif string) bool {
	first := First(w, proto, iif, oif)
	return Part(first.And(w.Accepts()).Must(), first) > Most
}

// Outside reports whether strangers are behind an interface: it has been said, or
// sources are translated there, or connections may go from another interface there,
// and not back.
func (h *Host) Outside(w *semantics.Way, iif string) bool {
	switch h.config.Interfaces[iif].Side {
	case config.Outside:
		return true
	case config.Inside:
		return false
	}
	if h.out[iif] {
		return true
	}
	forward := h.Way(w.Family, ast.HookForward)
	if !forward.Known() || len(forward.BaseChains()) == 0 {
		return false
	}
	for _, n := range h.names[w.Family] {
		if n != iif && !h.out[n] && h.Open(forward, 6, n, iif) && !h.Open(forward, 6, iif, n) {
			return true
		}
	}
	return false
}

// Inside reports whether somebody has said that those behind an interface are
// trusted.
func (h *Host) Inside(iif string) bool { return h.config.Interfaces[iif].Side == config.Inside }
