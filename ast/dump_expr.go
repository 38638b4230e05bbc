package ast

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// fieldTexts are the fields as a dump names them: ip.saddr, arp.saddr-ether.
var fieldTexts = func() []string {
	texts := make([]string, len(fields))
	for i, f := range fields {
		if f.Proto != "" {
			texts[i] = f.Proto + "." + strings.ReplaceAll(f.Name, " ", "-")
		}
	}
	return texts
}()

// hexType reports whether numbers of a type are read best in hexadecimal.
func hexType(t Type) bool { return t == TypeMark || t.Bitmask() }

// hexExpr reports whether what is compared with e is printed in hexadecimal.
func hexExpr(e Expr) bool { return e != nil && hexType(TypeOf(e)) }

// besides returns the dumper for what is compared with e, is assigned to it, or
// has it as its key.
func (d dumper) besides(e Expr) dumper {
	if hexExpr(e) {
		return d | inHex
	}
	return d &^ inHex
}

func (d dumper) exprAttr(b []byte, label string, e Expr) []byte {
	if e == nil {
		return b
	}
	return d.expr(append(b, label...), e)
}

func (d dumper) expr(b []byte, e Expr) []byte {
	switch e := e.(type) {
	case nil:
		return append(b, '_')
	case *Payload:
		if e.Tunnel != TunnelNone {
			b = append(appendEnum(b, tunnelNames[:], int(e.Tunnel)), '>')
		}
		if e.Field != FieldNone && int(e.Field) < len(fieldTexts) {
			return append(b, fieldTexts[e.Field]...)
		}
		return strconv.AppendUint(append(b, "field.#"...), uint64(e.Field), 10)
	case *RawPayload:
		b = appendEnum(append(b, '@'), baseNames[:], int(e.Base))
		b = strconv.AppendUint(append(b, ','), uint64(e.Offset), 10)
		return strconv.AppendUint(append(b, ','), uint64(e.Len), 10)
	case *Meta:
		return appendKey(append(b, "meta."...), metaKeys[:], int(e.Key))
	case *CT:
		b = append(b, "ct."...)
		if e.Dir != DirNone {
			b = appendEnum(b, dirNames[:], int(e.Dir))
		}
		if e.Dir != DirNone || e.Family != FamilyUnknown {
			b = append(b, '.')
		}
		if e.Family != FamilyUnknown {
			b = append(appendEnum(b, familyNames[:], int(e.Family)), '.')
		}
		return appendKey(b, ctKeys[:], int(e.Key))
	case *Int:
		if d&inHex != 0 {
			return strconv.AppendUint(append(b, "0x"...), e.Val, 16)
		}
		return strconv.AppendUint(b, e.Val, 10)
	case *Addr:
		return appendAddr(b, e.Addr)
	case *Prefix:
		b = appendAddr(b, e.Prefix.Addr())
		return strconv.AppendInt(append(b, '/'), int64(e.Prefix.Bits()), 10)
	case *String:
		b = appendQuoted(b, e.Val)
		return appendFlag(b, "*", e.Wildcard)
	case *Range:
		if simple(e.Lo) && simple(e.Hi) {
			b = append(d.expr(b, e.Lo), '-')
			return d.expr(b, e.Hi)
		}
		b = d.expr(append(b, "(range "...), e.Lo)
		b = d.expr(append(b, ' '), e.Hi)
	case *SetLit:
		b = append(b, '{')
		for i, e := range e.Elems {
			if i > 0 {
				b = append(b, ' ')
			}
			b = d.elem(b, e)
		}
		return append(b, '}')
	case *SetRef:
		if e.IPSet {
			b = append(b, "ipset"...)
		}
		return appendQuoted(append(b, '@'), e.Name)
	case *Binary:
		b = appendEnum(append(b, '('), binaryNames[:], int(e.Op))
		b = d.expr(append(b, ' '), e.Left)
		b = d.besides(e.Left).or(d).expr(append(b, ' '), e.Right)
	case *Concat:
		b = append(b, "(concat"...)
		for _, p := range e.Parts {
			b = d.expr(append(b, ' '), p)
		}
	case *Map:
		b = d.expr(append(b, "(map "...), e.Key)
		b = d.besides(e.Key).expr(append(b, ' '), e.Map)
	case *Bool:
		if e.Val {
			return append(b, "exists"...)
		}
		return append(b, "missing"...)
	case *Big:
		b = append(b, '#')
		for _, c := range e.Bytes {
			b = appendHexByte(b, c)
		}
		return b
	case *MaskedAddr:
		b = appendAddr(b, e.Addr)
		return appendAddr(append(b, '&'), e.Mask)
	case *Ether:
		for i, c := range e.Addr {
			if i > 0 {
				b = append(b, ':')
			}
			b = appendHexByte(b, c)
		}
		return b
	case *Host:
		b = appendQuoted(append(b, "(host "...), e.Name)
		if e.Bits != -1 {
			b = strconv.AppendInt(append(b, '/'), int64(e.Bits), 10)
		}
	case *Unknown:
		return appendQuoted(append(b, '$'), e.Text)
	case *IPSetKey:
		b = append(b, "setkey["...)
		for i, dst := range e.Dst {
			if i > 0 {
				b = append(b, ' ')
			}
			if dst {
				b = append(b, "dst"...)
			} else {
				b = append(b, "src"...)
			}
		}
		return append(b, ']')
	case *Exthdr:
		b = appendWord(append(b, "exthdr."...), e.Header)
		return appendWordAttr(b, ".", e.Field)
	case *TCPOption:
		b = strconv.AppendUint(append(b, "tcpopt."...), uint64(e.Kind), 10)
		b = appendUint(b, "#", uint64(e.Block))
		b = appendWordAttr(b, ".", e.Field)
		if e.Raw || e.Offset != 0 || e.Len != 0 {
			b = strconv.AppendUint(append(b, '@'), uint64(e.Offset), 10)
			b = strconv.AppendUint(append(b, ','), uint64(e.Len), 10)
			b = appendFlag(b, "?", !e.Raw)
		}
		return b
	case *IPOption:
		b = appendWord(append(b, "ipopt."...), e.Kind)
		return appendWordAttr(b, ".", e.Field)
	case *SCTPChunk:
		b = appendWord(append(b, "chunk."...), e.Chunk)
		return appendWordAttr(b, ".", e.Field)
	case *DCCPOption:
		return strconv.AppendUint(append(b, "dccpopt."...), uint64(e.Kind), 10)
	case *Socket:
		b = appendWord(append(b, "socket."...), e.Key)
		return appendUint(b, ".", uint64(e.Level))
	case *TunnelInfo:
		return appendWord(append(b, "tunnel."...), e.Key)
	case *OSF:
		b = append(b, "osf"...)
		b = appendWordAttr(b, ".", e.TTL)
		return appendFlag(b, ":version", e.Version)
	case *Fib:
		b = appendWords(append(b, "(fib"...), " ", e.Keys)
		b = appendWordAttr(b, " result=", e.Result)
		b = appendFlag(b, " check", e.Check)
	case *Rt:
		b = append(b, "rt."...)
		if e.Family != FamilyUnknown {
			b = append(appendEnum(b, familyNames[:], int(e.Family)), '.')
		}
		return appendWord(b, e.Key)
	case *Ipsec:
		b = appendWord(append(b, "ipsec."...), e.Dir)
		b = strconv.AppendUint(append(b, '.'), uint64(e.Num), 10)
		if e.Family != FamilyUnknown {
			b = appendEnum(append(b, '.'), familyNames[:], int(e.Family))
		}
		return appendWord(append(b, '.'), e.Key)
	case *Numgen:
		b = appendWord(append(b, "(numgen "...), e.Mode)
		b = appendUint(b, " mod=", uint64(e.Mod))
		b = appendUint(b, " offset=", uint64(e.Offset))
	case *Hash:
		if e.Key == nil {
			b = append(b, "(symhash"...)
		} else {
			b = d.expr(append(b, "(jhash "...), e.Key)
		}
		b = appendUint(b, " mod=", uint64(e.Mod))
		b = appendOptional(b, " seed=", uint64(e.Seed), e.HasSeed)
		b = appendUint(b, " offset=", uint64(e.Offset))
	default:
		panic(fmt.Sprintf("ast.Dump: %T is no expression of a ruleset", e))
	}
	return append(b, ')')
}

// or returns a dumper in hexadecimal if one of the two is.
func (d dumper) or(e dumper) dumper { return d | e&inHex }

// simple reports whether e is a value that is printed without - in it.
func simple(e Expr) bool {
	switch e.(type) {
	case *Int, *Addr, *Ether:
		return true
	}
	return false
}

func appendKey(b []byte, keys []keyInfo, i int) []byte {
	if i < len(keys) && keys[i].name != "" {
		return append(b, keys[i].name...)
	}
	return strconv.AppendInt(append(b, '#'), int64(i), 10)
}

func appendAddr(b []byte, a netip.Addr) []byte {
	switch {
	case !a.IsValid():
		return append(b, "noaddr"...)
	case a.Zone() != "":
		b = append(a.WithZone("").AppendTo(b), '%')
		return appendQuoted(b, a.Zone())
	}
	return a.AppendTo(b)
}
