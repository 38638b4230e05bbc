package ast

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// respan returns a deep copy of v in which all spans are n.
func respan(v reflect.Value, n uint32) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(respan(v.Elem(), n))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(respan(v.Elem(), n))
		}
	case reflect.Slice:
		// An empty slice stands for nil, and the other way round.
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(respan(v.Index(i), n))
		}
	case reflect.Struct:
		switch v.Type() {
		case spanType:
			out.Set(reflect.ValueOf(Span{n, n + 1}))
		case addrType_, prefixType:
		default:
			for i := range v.NumField() {
				out.Field(i).Set(respan(v.Field(i), n))
			}
		}
	}
	return out
}

func TestEqual(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		for _, n := range allNodes {
			v := randomNode(r, reflect.TypeOf(n).Elem(), 2)
			a := v.Interface().(Node)
			b := respan(v, 9).Interface().(Node)
			if a.Source() == b.Source() || !sameNode(a, b) {
				t.Fatalf("the copy of %s is wrong: %s", Dump(a), Dump(b))
			}
			if !Equal(a, b) {
				t.Fatalf("spans alone make a difference\n%s\n%s", Dump(a), Dump(b))
			}
			c := randomNode(r, reflect.TypeOf(n).Elem(), 2).Interface().(Node)
			if Equal(a, c) != sameNode(a, c) {
				t.Fatalf("Equal is %v\n%s\n%s", Equal(a, c), Dump(a), Dump(c))
			}
		}
	}
	if Equal(nil, &Int{}) || Equal(&Int{}, nil) || !Equal(nil, nil) {
		t.Error("nil equals a node, or not itself")
	}
	if Equal(&Notrack{Use: 1}, &Notrack{Use: 2}) {
		t.Error("statements of different uses are equal")
	}
	if Equal(&Unknown{Text: "a"}, &String{Val: "a"}) {
		t.Error("nodes of different types are equal")
	}
}

func BenchmarkEqual(b *testing.B) {
	x, y := Node(typicalRule()), Node(typicalRule())
	b.ReportAllocs()
	for b.Loop() {
		if !Equal(x, y) {
			b.Fatal("not equal")
		}
	}
}
