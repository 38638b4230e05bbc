package ext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// packet gives what an expression finds in a packet; what is missing cannot be
// loaded.
type packet map[string]uint64

// key names what an expression looks at.
func key(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Payload:
		return e.Field.String()
	case *ast.Meta:
		return "meta " + e.Key.String()
	case *ast.Exthdr:
		return strings.TrimSpace("exthdr " + e.Header + " " + e.Field)
	case *ast.TCPOption:
		return strings.TrimSpace(fmt.Sprintf("tcp option %d %s", e.Kind, e.Field))
	case *ast.SCTPChunk:
		return "sctp chunk " + e.Chunk
	case *ast.DCCPOption:
		return fmt.Sprintf("dccp option %d", e.Kind)
	case *ast.Rt:
		return "rt " + e.Key
	}
	return fmt.Sprintf("%T", e)
}

func (p packet) value(e ast.Expr) (uint64, bool) {
	switch e := e.(type) {
	case *ast.Int:
		return e.Val, true
	case *ast.Binary:
		a, ok1 := p.value(e.Left)
		b, ok2 := p.value(e.Right)
		return a & b, ok1 && ok2 && e.Op == ast.OpAnd
	}
	n, ok := p[key(e)]
	return n, ok
}

// in reports whether n is one of the values of a right-hand side.
func (p packet) in(n uint64, right ast.Expr) bool {
	switch r := right.(type) {
	case *ast.Range:
		lo, _ := p.value(r.Lo)
		hi, _ := p.value(r.Hi)
		return lo <= n && n <= hi
	case *ast.SetLit:
		for _, e := range r.Elems {
			if p.in(n, e.Key) {
				return true
			}
		}
		return false
	}
	v, _ := p.value(right)
	return n == v
}

// holds reports whether all statements match the packet, by the rules of
// package ast.
func (p packet) holds(t *testing.T, stmts []ast.Stmt) bool {
	for _, s := range stmts {
		ok := false
		switch s := s.(type) {
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				ok = ok || p.holds(t, alt)
			}
			ok = ok != s.Not
		case *ast.Match:
			if b, is := s.Right.(*ast.Bool); is {
				_, there := p[key(s.Left)]
				ok = there == b.Val
				break
			}
			n, loaded := p.value(s.Left)
			if !loaded {
				break
			}
			v, _ := p.value(s.Right)
			switch s.Op {
			case ast.OpEq:
				ok = p.in(n, s.Right)
			case ast.OpNe:
				ok = !p.in(n, s.Right)
			case ast.OpLt:
				ok = n < v
			case ast.OpGt:
				ok = n > v
			case ast.OpAny:
				ok = n&v != 0
			case ast.OpNone:
				ok = n&v == 0
			default:
				t.Fatalf("operator %v", s.Op)
			}
		default:
			t.Fatalf("statement %T %+v", s, s)
		}
		if !ok {
			return false
		}
	}
	return true
}

// lowered returns the statements of a rule that follow the n of its -p and its
// like.
func lowered(t *testing.T, rule string, f ast.Family, n int) []ast.Stmt {
	t.Helper()
	rules, _, errs := iptables.ParseRule("-A INPUT "+rule, "filter", f)
	if len(errs) > 0 || len(rules) != 1 {
		t.Fatalf("%s: %v", rule, errs)
	}
	return rules[0].Stmts[n:]
}

// bang returns "! " for true.
func bang(not bool) string {
	if not {
		return "! "
	}
	return ""
}

func TestLowerICMP(t *testing.T) {
	for _, not := range []bool{false, true} {
		for _, arg := range []struct {
			text          string
			typ, from, to uint64
		}{
			{"8", 8, 0, 255}, {"8/0", 8, 0, 0}, {"3/1:3", 3, 1, 3}, {"any", 255, 0, 255}, {"255/7", 255, 7, 7},
		} {
			v4 := lowered(t, "-p icmp "+bang(not)+"--icmp-type "+arg.text, ast.FamilyIP, 1)
			var v6 []ast.Stmt
			if arg.text != "any" {
				v6 = lowered(t, "-p ipv6-icmp "+bang(not)+"--icmpv6-type "+arg.text, ast.FamilyIP6, 1)
			}
			for _, typ := range []uint64{0, 3, 8, 255} {
				for _, code := range []uint64{0, 1, 2, 3, 4, 7, 255} {
					same := typ == arg.typ && arg.from <= code && code <= arg.to
					if got := (packet{"icmp type": typ, "icmp code": code}).holds(t, v4); got != ((same || arg.typ == 255) != not) {
						t.Errorf("%s--icmp-type %s matches %d/%d: %v", bang(not), arg.text, typ, code, got)
					}
					if arg.text == "any" {
						continue
					}
					if got := (packet{"icmpv6 type": typ, "icmpv6 code": code}).holds(t, v6); got != (same != not) {
						t.Errorf("%s--icmpv6-type %s matches %d/%d: %v", bang(not), arg.text, typ, code, got)
					}
				}
			}
			if (packet{}).holds(t, v4) { // a later fragment has no ICMP header
				t.Errorf("%s--icmp-type %s matches without a header", bang(not), arg.text)
			}
		}
	}
}

func TestLowerMultiport(t *testing.T) {
	listed := func(n uint64) bool { return n == 22 || n == 80 || 85 <= n && n <= 90 || n == 443 }
	ports := []uint64{0, 21, 22, 23, 80, 84, 85, 87, 90, 91, 443, 65535}
	for proto, name := range map[string]string{"tcp": "tcp", "udp": "udp", "udplite": "udplite", "sctp": "sctp", "dccp": "dccp"} {
		for _, not := range []bool{false, true} {
			for _, opt := range []string{"sports", "dports", "ports"} {
				stmts := lowered(t, "-p "+proto+" -m multiport "+bang(not)+"--"+opt+" 22,80,85:88,443,86:90,22", ast.FamilyIP, 1)
				for _, s := range ports {
					for _, d := range ports {
						want := opt != "dports" && listed(s) || opt != "sports" && listed(d)
						if got := (packet{name + " sport": s, name + " dport": d}).holds(t, stmts); got != (want != not) {
							t.Errorf("-p %s %s--%s matches %d to %d: %v", proto, bang(not), opt, s, d, got)
						}
					}
				}
				if (packet{}).holds(t, stmts) {
					t.Errorf("-p %s %s--%s matches without a header", proto, bang(not), opt)
				}
			}
		}
	}
}

// TestLowerMultiportShape holds that a list without overlaps stays as it is
// written, and one port is no set.
func TestLowerMultiportShape(t *testing.T) {
	for rule, want := range map[string]string{
		"-p tcp -m multiport --dports 443":         "443",
		"-p tcp -m multiport --dports 80:88":       "80-88",
		"-p tcp -m multiport --dports 443,80:88,1": "{443 80-88 1}",
		"-p tcp -m multiport --dports 5,3:9,1,3":   "{1 3-9}",
		"-p tcp -m multiport --dports 5,5":         "5",
	} {
		m := lowered(t, rule, ast.FamilyIP, 1)[0].(*ast.Match)
		if got := show(m.Right); got != want {
			t.Errorf("%s: %s; want %s", rule, got, want)
		}
	}
}

func show(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Int:
		return fmt.Sprint(e.Val)
	case *ast.Range:
		return show(e.Lo) + "-" + show(e.Hi)
	case *ast.SetLit:
		var out []string
		for _, x := range e.Elems {
			out = append(out, show(x.Key))
		}
		return "{" + strings.Join(out, " ") + "}"
	}
	return fmt.Sprintf("%T", e)
}

func TestLowerTOS(t *testing.T) {
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		for _, not := range []bool{false, true} {
			for _, mask := range []uint64{0, 0x01, 0x03, 0x10, 0x1c, 0x3f, 0xfc, 0xfd, 0xff} {
				for _, val := range []uint64{0, 0x01, 0x03, 0x10, 0x12, 0x1f, 0xb8, 0xff} {
					rule := fmt.Sprintf("-m tos %s--tos %d/%d", bang(not), val, mask)
					stmts := lowered(t, rule, f, 0)
					for tos := range uint64(256) {
						p := packet{f.String() + " dscp": tos >> 2, f.String() + " ecn": tos & 3}
						if got, want := p.holds(t, stmts), (tos&mask == val) != not; got != want {
							t.Fatalf("%s %s matches 0x%02x: %v", f, rule, tos, got)
						}
					}
				}
			}
		}
	}
}

func TestLowerHeaders(t *testing.T) {
	for _, c := range []struct {
		rule string
		p    packet
		want bool
	}{
		// The lengths are those of the header in bytes.
		{"-m ah --ahlen 24", packet{"exthdr ah hdrlength": 4}, true},
		{"-m ah --ahlen 24", packet{"exthdr ah hdrlength": 24}, false},
		{"-m ah ! --ahlen 24", packet{"exthdr ah hdrlength": 4}, false},
		{"-m ah --ahlen 25", packet{"exthdr ah hdrlength": 4}, false},
		{"-m ah ! --ahlen 25", packet{"exthdr ah hdrlength": 4}, true},
		{"-m ah --ahlen 4", packet{"exthdr ah hdrlength": 0}, false},
		{"-m ah ! --ahlen 0", packet{"exthdr ah": 0}, true},
		{"-m ah ! --ahlen 0", packet{}, false},
		{"-m ah --ahres", packet{"exthdr ah reserved": 0}, true},
		{"-m ah --ahres", packet{"exthdr ah reserved": 1}, false},
		{"-m ah", packet{"exthdr ah": 0}, true},
		{"-m ah", packet{}, false},
		{"-m ah --ahspi :", packet{"exthdr ah": 0}, true},
		{"-m ah ! --ahspi :", packet{"exthdr ah": 0, "exthdr ah spi": 5}, false},
		{"-m hbh --hbh-len 8", packet{"exthdr hbh hdrlength": 0}, true},
		{"-m hbh --hbh-len 16", packet{"exthdr hbh hdrlength": 1}, true},
		{"-m hbh --hbh-len 2048", packet{"exthdr hbh hdrlength": 255}, true},
		{"-m hbh --hbh-len 2056", packet{"exthdr hbh hdrlength": 0}, false},
		{"-m dst ! --dst-len 0", packet{"exthdr dst hdrlength": 0}, true},
		{"-m dst ! --dst-len 0", packet{}, false},
		{"-m rt --rt-len 24", packet{"exthdr rt hdrlength": 2}, true},
		{"-m rt ! --rt-len 22", packet{"exthdr rt hdrlength": 2}, true},
		{"-m rt --rt-type 256", packet{"exthdr rt type": 0}, false},
		{"-m rt ! --rt-type 256", packet{"exthdr rt type": 0}, true},
		{"-m rt --rt-segsleft 200:300", packet{"exthdr rt seg-left": 255}, true},
		{"-m rt --rt-segsleft 256:", packet{"exthdr rt seg-left": 255}, false},
		{"-m rt ! --rt-segsleft :", packet{"exthdr rt seg-left": 0}, false},
		{"-m frag --fraglen 5", packet{"exthdr frag": 0}, true},
		{"-m frag ! --fraglen 8", packet{"exthdr frag": 0}, true},
		{"-m frag --fragres", packet{"exthdr frag reserved": 0, "exthdr frag reserved2": 0}, true},
		{"-m frag --fragres", packet{"exthdr frag reserved": 0, "exthdr frag reserved2": 2}, false},
		{"-m frag --fragfirst --fragmore", packet{"exthdr frag frag-off": 0, "exthdr frag more-fragments": 1}, true},
		{"-m frag --fraglast", packet{"exthdr frag more-fragments": 1}, false},
		{"-p mh -m mh --mh-type 1:2", packet{"meta l4proto": 135, "exthdr mh type": 2}, true},
		{"-p mh -m mh", packet{"meta l4proto": 135, "exthdr mh": 0}, true},
		{"-p ipcomp -m ipcomp", packet{"meta l4proto": 108, "comp cpi": 0}, true},
		{"-p ipcomp -m ipcomp", packet{"meta l4proto": 108, "comp cpi": 1}, false},
		{"-p ipcomp -m ipcomp --ipcompspi 70000:", packet{"meta l4proto": 108, "comp cpi": 1}, false},
		{"-p ipcomp -m ipcomp ! --ipcompspi 70000:", packet{"meta l4proto": 108, "comp cpi": 1}, true},
		{"-p esp -m esp", packet{"meta l4proto": 50}, false},
		{"-p esp -m esp", packet{"meta l4proto": 50, "esp spi": 9}, true},
		{"-p tcp -m tcp", packet{"meta l4proto": 6}, false},
		{"-p tcp -m tcp", packet{"meta l4proto": 6, "tcp sport": 9}, true},
		{"-p udp -m udp ! --dport :", packet{"meta l4proto": 17, "udp dport": 9}, false},
		{"-p tcp -m tcpmss ! --mss 42", packet{"meta l4proto": 6}, false}, // a later fragment
		{"-p tcp -m tcpmss ! --mss 42", packet{"meta l4proto": 6, "tcp sport": 1}, true},
		{"-p tcp -m tcpmss ! --mss 42", packet{"meta l4proto": 6, "tcp sport": 1, "tcp option 2": 0, "tcp option 2 size": 42}, false},
		{"-p tcp -m tcpmss ! --mss 42", packet{"meta l4proto": 6, "tcp sport": 1, "tcp option 2": 0, "tcp option 2 size": 43}, true},
		{"-p tcp ! --tcp-option 8", packet{"meta l4proto": 6}, false},
		{"-p tcp ! --tcp-option 8", packet{"meta l4proto": 6, "tcp sport": 1}, true},
		{"-p tcp ! --tcp-option 8", packet{"meta l4proto": 6, "tcp sport": 1, "tcp option 8": 0}, false},
		{"-p tcp -m tcpmss --mss 42", packet{"meta l4proto": 6}, false},
		{"-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr", packet{"meta l4proto": 6, "tcp flags": 0x52}, true},
		{"-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr", packet{"meta l4proto": 6, "tcp flags": 0xd2}, false},
		{"-m ecn ! --ecn-ip-ect 1", packet{"ip6 ecn": 2}, true},
		{"-m hl --hl-gt 255", packet{"ip6 hoplimit": 255}, false},
		{"-m hl ! --hl 3", packet{"ip6 hoplimit": 4}, true},
		{"-m policy --dir in", packet{"meta ipsec": 0}, true},
		{"-m policy --dir in --pol none", packet{"meta ipsec": 0}, false},
		{"-m policy --dir in --pol none", packet{}, true},
		{"-p sctp -m sctp --chunk-types all DATA,INIT", packet{"meta l4proto": 132, "sctp chunk data": 0}, false},
		{"-p sctp -m sctp --chunk-types any DATA,INIT", packet{"meta l4proto": 132, "sctp chunk data": 0}, true},
		{"-p sctp -m sctp ! --chunk-types all DATA,INIT", packet{"meta l4proto": 132, "sctp sport": 1, "sctp chunk data": 0}, true},
		{"-p sctp -m sctp ! --chunk-types any DATA,INIT", packet{"meta l4proto": 132, "sctp sport": 1, "sctp chunk data": 0}, false},
		{"-p sctp -m sctp ! --chunk-types any DATA,INIT", packet{"meta l4proto": 132, "sctp sport": 1, "sctp chunk sack": 0}, true},
		{"-p dccp -m dccp --dccp-types DATA,INVALID", packet{"meta l4proto": 33, "dccp type": 13}, true},
		{"-p dccp -m dccp ! --dccp-types DATA,INVALID", packet{"meta l4proto": 33, "dccp type": 3}, true},
		{"-p dccp -m dccp ! --dccp-option 5", packet{"meta l4proto": 33, "dccp sport": 1, "dccp option 5": 0}, false},
		{"-p dccp -m dccp ! --dccp-option 5", packet{"meta l4proto": 33, "dccp sport": 1}, true},
		{"-p sctp -m sctp ! --chunk-types any DATA,INIT", packet{"meta l4proto": 132}, false}, // a later fragment
	} {
		if got := c.p.holds(t, lowered(t, c.rule, ast.FamilyIP6, 0)); got != c.want {
			t.Errorf("%s matches %v: %v", c.rule, c.p, got)
		}
	}
}

// TestLowerExtension holds that what nft cannot say stays as it is, whole.
func TestLowerExtension(t *testing.T) {
	for rule, want := range map[string]string{
		"-m hbh --hbh-len 8 --hbh-opts 5:2,0":                                `hbh hbh-opts 5:2,0`,
		"-m rt --rt-type 0 --rt-0-addrs ::1 --rt-0-not-strict --rt-0-res":    `rt rt-0-res rt-0-addrs ::1 rt-0-not-strict`,
		"-p sctp -m sctp --sport 1 --chunk-types any DATA:B":                 `sctp chunk-types any DATA:B`,
		"-p sctp -m sctp ! --chunk-types only DATA":                          `sctp ! chunk-types only DATA`,
		"-p sctp -m sctp --chunk-types all I_DATA":                           `sctp chunk-types all I_DATA`,
		"-m srh --srh-hdr-len-eq 1 --srh-hdr-len-gt 2":                       `srh srh-hdr-len-eq 2 srh-hdr-len-gt 2`,
		"-m ipv6header --header hop,prot --soft":                             `ipv6header header hop-by-hop,protocol soft`,
		"-m eui64":                                                           `eui64`,
		"-m policy --dir in --reqid 1":                                       `policy dir in pol ipsec reqid 1`,
		"-m policy --dir in --strict --mode tunnel --reqid 2 --next --spi 5": `policy dir in pol ipsec strict reqid 2 mode tunnel next spi 0x5`,
	} {
		stmts := lowered(t, rule, ast.FamilyIP6, 0)
		e, ok := stmts[len(stmts)-1].(*ast.Extension)
		if !ok {
			t.Errorf("%s: %T; want an extension", rule, stmts[len(stmts)-1])
			continue
		}
		got := []string{e.Name}
		for _, o := range e.Options {
			if o.Not {
				got = append(got, "!")
			}
			got = append(got, o.Name)
			for _, a := range o.Args {
				got = append(got, a.(*ast.String).Val)
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: %s; want %s", rule, g, want)
		}
	}
}
