package ast

import "testing"

func TestFieldNames(t *testing.T) {
	for f := FieldNone + 1; int(f) < len(fields); f++ {
		i := f.Info()
		if i.Proto == "" || i.Name == "" || i.Len == 0 || i.Type == TypeNone {
			t.Errorf("field %d is incomplete: %+v", f, i)
		}
		if got, ok := ParseField(i.Proto, i.Name); !ok || got != f {
			t.Errorf("%s is read as %s, %v", f, got, ok)
		}
	}
	for alias, name := range fieldAliases {
		if _, ok := fieldIndex[alias]; ok {
			t.Errorf("%s is an alias and a field", alias)
		}
		if _, ok := fieldIndex[name]; !ok {
			t.Errorf("%s is an alias of %s, which is no field", alias, name)
		}
	}
	if f, ok := ParseField("vlan", "cfi"); !ok || f.String() != "vlan dei" {
		t.Errorf("vlan cfi is read as %s, %v", f, ok)
	}
	if _, ok := ParseField("ip", "tos"); ok {
		t.Error("there is a field ip tos")
	}
}

func TestKeyNames(t *testing.T) {
	for k := MetaNone + 1; int(k) < len(metaKeys); k++ {
		if got, ok := ParseMetaKey(k.String()); !ok || got != k || k.Type() == TypeNone {
			t.Errorf("meta %s is read as %s, %v; its type is %s", k, got, ok, k.Type())
		}
	}
	for k := CTNone + 1; int(k) < len(ctKeys); k++ {
		if got, ok := ParseCTKey(k.String()); !ok || got != k {
			t.Errorf("ct %s is read as %s, %v", k, got, ok)
		}
	}
	for typ := TypeNone + 1; int(typ) < len(types); typ++ {
		if got, ok := ParseType(typ.String()); !ok || got != typ {
			t.Errorf("type %s is read as %s, %v", typ, got, ok)
		}
	}
	for what, names := range map[string][]string{
		"family": familyNames[1:], "hook": hookNames[1:], "chain type": chainTypeNames[1:], "policy": policyNames[1:],
		"operator": opNames[:], "verdict": verdictNames[1:], "nat": natNames[1:], "object": objectNames[1:],
		"binary": binaryNames[:], "base": baseNames[:], "direction": dirNames[1:],
	} {
		seen := map[string]bool{}
		for _, n := range names {
			if n == "" || seen[n] {
				t.Errorf("the %s %q has no name of its own", what, n)
			}
			seen[n] = true
		}
	}
	// The first of a value that is not in the enumeration.
	for what, s := range map[string]string{
		"MetaKey": MetaKey(len(metaKeys)).String(), "CTKey": CTKey(len(ctKeys)).String(), "Type": Type(len(types)).String(),
		"Op": Op(len(opNames)).String(), "Field": Field(len(fields)).Info().Name,
	} {
		if s != "?" {
			t.Errorf("%s out of range prints as %q", what, s)
		}
	}
	if MetaKey(200).Type() != TypeNone || CTKey(200).Bits() != 0 || Type(200).Bitmask() {
		t.Error("a value out of range has a type")
	}
}

func TestOpNegate(t *testing.T) {
	for op := OpEq; op <= OpNone; op++ {
		if op.Negate() == op || op.Negate().Negate() != op {
			t.Errorf("%s is negated to %s", op, op.Negate())
		}
	}
}

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		e           Expr
		offset, len int // len 0: no layout
		typ         Type
		bits        int
	}{
		{&Payload{Field: TCPDport}, 16, 16, TypeInetService, 16},
		{&Payload{Field: FieldNone}, 0, 0, TypeNone, 0},
		{&RawPayload{Base: BaseTransport, Offset: 13, Len: 3}, 13, 3, TypeInteger, 3},
		{&TCPOption{Kind: 2, Field: "size"}, 16, 16, TypeInteger, 16},
		{&TCPOption{Kind: 5, Field: "right", Block: 2}, 176, 32, TypeInteger, 32},
		{&TCPOption{Kind: 5, Field: "length", Block: 2}, 8, 8, TypeInteger, 8},
		{&TCPOption{Kind: 77, Field: "length"}, 8, 8, TypeInteger, 8},
		{&TCPOption{Kind: 77, Field: "size"}, 0, 0, TypeNone, 0},
		{&TCPOption{Kind: 1, Field: "length"}, 0, 0, TypeNone, 0},
		{&TCPOption{Kind: 2}, 0, 0, TypeBoolean, 1},
		{&Exthdr{Header: "frag", Field: "more-fragments"}, 31, 1, TypeInteger, 1},
		{&Exthdr{Header: "frag"}, 0, 0, TypeBoolean, 1},
		{&Exthdr{Header: "rt2", Field: "addr"}, 64, 128, TypeIPv6Addr, 128},
		{&Exthdr{Header: "ah", Field: "spi"}, 0, 0, TypeNone, 0},
		{&SCTPChunk{Chunk: "abort", Field: "flags"}, 8, 8, TypeInteger, 8},
		{&SCTPChunk{Chunk: "abort", Field: "tsn"}, 0, 0, TypeNone, 0},
		{&IPOption{Kind: "ra", Field: "value"}, 16, 16, TypeInteger, 16},
		{&Binary{Left: &Payload{Field: IPDSCP}, Right: &Int{}}, 0, 0, TypeDSCP, 6},
		{&Int{Val: 5}, 0, 0, TypeNone, 0},
	} {
		f, ok := Layout(c.e)
		if ok != (c.len != 0) || int(f.Len) != c.len || int(f.Offset) != c.offset {
			t.Errorf("%s lies at %d, %d bits; expected %d, %d", Dump(c.e), f.Offset, f.Len, c.offset, c.len)
		}
		if TypeOf(c.e) != c.typ || BitsOf(c.e) != c.bits {
			t.Errorf("%s is a %s of %d bits; expected %s, %d", Dump(c.e), TypeOf(c.e), BitsOf(c.e), c.typ, c.bits)
		}
	}
}

func TestTCPOptionNames(t *testing.T) {
	for kind := range 256 {
		got, block, ok := TCPOptionKind(TCPOptionName(uint8(kind)))
		if !ok || int(got) != kind || block != 0 {
			t.Errorf("%s is read as %d block %d, %v", TCPOptionName(uint8(kind)), got, block, ok)
		}
	}
	for name, want := range map[string][2]uint8{"noop": {1, 0}, "sack-permitted": {4, 0}, "sack0": {5, 0}, "sack3": {5, 3}} {
		if kind, block, ok := TCPOptionKind(name); !ok || kind != want[0] || block != want[1] {
			t.Errorf("%s is read as %d block %d, %v", name, kind, block, ok)
		}
	}
	for _, name := range []string{"", "sack4", "256", "-1"} {
		if _, _, ok := TCPOptionKind(name); ok {
			t.Errorf("%q is read as an option", name)
		}
	}
	if n, ok := SCTPChunkType("asconf"); !ok || n != 0xc1 {
		t.Errorf("asconf is chunk %d, %v", n, ok)
	}
}
