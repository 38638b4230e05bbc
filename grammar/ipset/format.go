package ipset

import (
	"fmt"
	"math"
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// Format prints sets as ipset save does: each with its create line and an add
// line for each element. Lists stand last, as the sets in them must be there
// before. Of an element that could not be read, its own text is printed.
func Format(sets []*ast.Set) []byte {
	var b []byte
	for _, lists := range []bool{false, true} {
		for _, s := range sets {
			if (s.IPSet == "list:set") != lists {
				continue
			}
			b = appendCreate(b, s)
			for _, e := range s.Elems {
				b = append(append(append(b, "add "...), s.Name...), ' ')
				b = append(appendElem(b, s, e), '\n')
			}
		}
	}
	return b
}

func appendCreate(b []byte, s *ast.Set) []byte {
	b = append(append(append(b, "create "...), s.Name...), ' ')
	b = append(b, s.IPSet...)
	for i := range s.IPSetOpts {
		o := &s.IPSetOpts[i]
		b = append(append(b, ' '), o.Name...)
		for _, a := range o.Args {
			b = append(b, ' ')
			if n, ok := a.(*ast.Int); ok && (o.Name == "initval" || o.Name == "markmask") {
				b = fmt.Appendf(b, "0x%08x", n.Val)
				continue
			}
			b = appendPart(b, s, a)
		}
	}
	return append(b, '\n')
}

// elementText returns an element's key as ipset prints it.
func elementText(s *ast.Set, e *ast.Elem) string { return string(appendKey(nil, s, e)) }

// appendElem prints an element with its options.
func appendElem(b []byte, s *ast.Set, e *ast.Elem) []byte {
	b = appendKey(b, s, e)
	if hasOption(s, "timeout") {
		b = strconv.AppendUint(append(b, " timeout "...), e.Extra().Timeout/1000, 10)
	}
	var skb *ast.Extension
	for _, st := range e.Extra().Stmts {
		switch st := st.(type) {
		case *ast.Counter:
			b = strconv.AppendUint(append(b, " packets "...), st.Packets, 10)
			b = strconv.AppendUint(append(b, " bytes "...), st.Bytes, 10)
		case *ast.Extension:
			skb = st
		}
	}
	if comment := e.Extra().Comment; comment != "" {
		b = append(append(append(b, ` comment "`...), comment...), '"')
	}
	if skb != nil {
		b = appendSKB(b, skb)
	}
	if wildcard(e.Key) {
		b = append(b, " wildcard"...)
	}
	if e.NoMatch {
		b = append(b, " nomatch"...)
	}
	return b
}

func hasOption(s *ast.Set, name string) bool {
	for i := range s.IPSetOpts {
		if s.IPSetOpts[i].Name == name {
			return true
		}
	}
	return false
}

func appendSKB(b []byte, x *ast.Extension) []byte {
	for _, o := range x.Options {
		var n [2]uint64
		for i, a := range o.Args {
			if v, ok := a.(*ast.Int); ok && i < 2 {
				n[i] = v.Val
			}
		}
		switch o.Name {
		case "skbmark":
			b = fmt.Appendf(b, " skbmark 0x%x", n[0])
			if len(o.Args) > 1 && n[1] != math.MaxUint32 {
				b = fmt.Appendf(b, "/0x%x", n[1])
			}
		case "skbprio":
			b = fmt.Appendf(b, " skbprio %x:%x", n[0], n[1])
		case "skbqueue":
			b = fmt.Appendf(b, " skbqueue %d", n[0])
		}
	}
	return b
}

// wildcard reports whether an element's interface is how names begin.
func wildcard(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.String:
		return e.Wildcard
	case *ast.Concat:
		return len(e.Parts) > 0 && wildcard(e.Parts[len(e.Parts)-1])
	}
	return false
}

// appendKey prints what an element matches.
func appendKey(b []byte, s *ast.Set, e *ast.Elem) []byte {
	c, ok := e.Key.(*ast.Concat)
	if !ok {
		return appendPart(b, s, e.Key)
	}
	t := setTypes[s.IPSet]
	if t == nil {
		return b
	}
	i := 0
	for n, d := range t.dims {
		if i >= len(c.Parts) {
			break
		}
		if u, ok := c.Parts[i].(*ast.Unknown); ok && u.Text == "" {
			break // a MAC address that is not known yet
		}
		if n > 0 {
			b = append(b, ',')
		}
		if d == dimPort && i+1 < len(c.Parts) {
			b = appendPort(b, c.Parts[i], c.Parts[i+1])
			i += 2
			continue
		}
		if v, ok := c.Parts[i].(*ast.Int); ok && d == dimMark {
			b = fmt.Appendf(b, "0x%08x", v.Val)
		} else if p, ok := c.Parts[i].(*ast.Concat); ok && len(p.Parts) == 2 {
			b = appendPart(append(b, "physdev:"...), s, p.Parts[1])
		} else {
			b = appendPart(b, s, c.Parts[i])
		}
		i++
	}
	return b
}

// appendPort prints a protocol and its port.
func appendPort(b []byte, proto, port ast.Expr) []byte {
	p, _ := proto.(*ast.Int)
	if p == nil {
		return b
	}
	if name := ext.ProtoName(uint8(p.Val)); name != "" {
		b = append(b, name...)
	} else {
		b = strconv.AppendUint(b, p.Val, 10)
	}
	b = append(b, ':')
	names := icmpNames
	switch uint8(p.Val) {
	case protoICMPv6:
		names = icmpv6Names
	case protoICMP:
	default:
		return appendPart(b, nil, port)
	}
	v, _ := port.(*ast.Int)
	if v == nil {
		return b
	}
	for _, n := range names {
		if uint64(n.typ)<<8|uint64(n.code) == v.Val {
			return append(b, n.name...)
		}
	}
	return fmt.Appendf(b, "%d/%d", v.Val>>8, v.Val&0xff)
}

// appendPart prints a node of an element or an option.
func appendPart(b []byte, s *ast.Set, e ast.Expr) []byte {
	switch e := e.(type) {
	case *ast.Addr:
		return e.Addr.AppendTo(b)
	case *ast.MaskedAddr: // the mask is the set's
		return e.Addr.AppendTo(b)
	case *ast.Prefix:
		if s != nil && e.Prefix.Bits() == maskBits(s) {
			return e.Prefix.Addr().AppendTo(b)
		}
		return e.Prefix.AppendTo(b)
	case *ast.Range:
		b = appendPart(b, nil, e.Lo)
		return appendPart(append(b, '-'), nil, e.Hi)
	case *ast.Int:
		return strconv.AppendUint(b, e.Val, 10)
	case *ast.Ether:
		a := e.Addr
		return fmt.Appendf(b, "%02X:%02X:%02X:%02X:%02X:%02X", a[0], a[1], a[2], a[3], a[4], a[5])
	case *ast.String:
		return append(b, e.Val...)
	case *ast.SetRef:
		return append(b, e.Name...)
	case *ast.Host:
		b = append(append(append(b, '['), e.Name...), ']')
		if e.Bits >= 0 && e.Bits != 32 && e.Bits != 128 {
			b = strconv.AppendInt(append(b, '/'), int64(e.Bits), 10)
		}
		return b
	case *ast.Unknown:
		return append(b, e.Text...)
	}
	return b
}

// maskBits returns the length of the networks that addresses in a set stand
// for, or -1.
func maskBits(s *ast.Set) int {
	for i := range s.IPSetOpts {
		o := &s.IPSetOpts[i]
		if len(o.Args) != 1 {
			continue
		}
		switch a := o.Args[0].(type) {
		case *ast.Int:
			if o.Name == "netmask" {
				return int(a.Val)
			}
		case *ast.Addr:
			if o.Name == "bitmask" {
				return prefixLen(a.Addr)
			}
		}
	}
	return -1
}
