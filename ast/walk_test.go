package ast

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// reachable returns the nodes in v that reflection finds, v's own left out.
func reachable(v reflect.Value, found map[Node]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		if v.Kind() == reflect.Pointer && v.Type().Implements(nodeType) {
			found[v.Interface().(Node)] = true
		}
		reachable(v.Elem(), found)
	case reflect.Slice:
		for i := range v.Len() {
			reachable(v.Index(i), found)
		}
	case reflect.Struct:
		if v.Type() == spanType || v.Type() == addrType_ || v.Type() == prefixType {
			return
		}
		if v.CanAddr() && v.Addr().Type().Implements(nodeType) {
			found[v.Addr().Interface().(Node)] = true
		}
		for i := range v.NumField() {
			reachable(v.Field(i), found)
		}
	}
}

// TestWalkVisitsAll compares Walk with what reflection finds in many trees.
func TestWalkVisitsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	visited := 0
	for range 200 {
		for _, n := range allNodes {
			root := randomNode(r, reflect.TypeOf(n).Elem(), 3).Interface().(Node)
			want := map[Node]bool{}
			reachable(reflect.ValueOf(root), want)
			order := map[Node]int{}
			Walk(root, func(n Node) bool {
				if _, twice := order[n]; twice {
					t.Fatalf("%T is visited twice in %s", n, Dump(root))
				}
				order[n] = len(order)
				return true
			})
			for n := range want {
				if _, ok := order[n]; !ok {
					t.Fatalf("%T is not visited in %s", n, Dump(root))
				}
			}
			if len(order) != len(want) {
				t.Fatalf("%d nodes are visited, %d are in %s", len(order), len(want), Dump(root))
			}
			if order[root] != 0 {
				t.Fatalf("the root of %s is visited late", Dump(root))
			}
			visited += len(order)
		}
	}
	t.Logf("%d nodes", visited)
}

func kinds(nodes []Node) (out []string) {
	for _, n := range nodes {
		out = append(out, reflect.TypeOf(n).Elem().Name())
	}
	return out
}

func TestWalkOrderAndPruning(t *testing.T) {
	rule := &Rule{
		Stmts: []Stmt{
			&Match{Left: &Meta{Key: MetaMark}, Right: &SetLit{Elems: []*Elem{{Key: &Int{Val: 1}}}}},
			&Extension{Name: "recent", Options: []Option{{Name: "name", Args: []Expr{&String{Val: "x"}}}}},
			&Verdict{Kind: VerdictAccept},
		},
		Uses: []Use{{Name: "mark"}},
	}
	all := []string{"Rule", "Match", "Meta", "SetLit", "Elem", "Int", "Extension", "Option", "String", "Verdict", "Use"}
	if got := kinds(slices.Collect(Preorder(rule))); !slices.Equal(got, all) {
		t.Errorf("\n got %v\nwant %v", got, all)
	}
	var got []Node
	Walk(rule, func(n Node) bool {
		got = append(got, n)
		_, match := n.(*Match)
		_, option := n.(*Option)
		return !match && !option
	})
	if want := []string{"Rule", "Match", "Extension", "Option", "Verdict", "Use"}; !slices.Equal(kinds(got), want) {
		t.Errorf("pruned\n got %v\nwant %v", kinds(got), want)
	}
	for stop := range len(all) {
		got = nil
		for n := range Preorder(rule) {
			if got = append(got, n); len(got) == stop+1 {
				break
			}
		}
		if !slices.Equal(kinds(got), all[:stop+1]) {
			t.Errorf("stopped after %d: %v", stop+1, kinds(got))
		}
	}
	Walk(nil, func(Node) bool { t.Error("nil is visited"); return true })
}

func BenchmarkWalk(b *testing.B) {
	r, n := Node(typicalRule()), 0
	b.ReportAllocs()
	for b.Loop() {
		Walk(r, func(Node) bool { n++; return true })
	}
}
