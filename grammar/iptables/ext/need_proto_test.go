package ext

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestHiddenProtocol checks that no option misses a protocol that only the shell
// knows.
func TestHiddenProtocol(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		c := &Context{Family: ast.FamilyIP, ProtoHidden: hidden}
		if err := needProto(c, ast.Span{}, "it", ProtoTCP); (err == nil) != hidden {
			t.Errorf("needProto, hidden %v: %v", hidden, err)
		}
		var v Value
		if err := natDestination.Parse(c, []Word{{Text: "192.0.2.1:80"}}, &v); (err == nil) != hidden {
			t.Errorf("a port to map to, hidden %v: %v", hidden, err)
		}
		ct := Find("CT", true, ast.FamilyIP)
		u := &Use{Ext: ct, Given: []Given{{Option: ct.Lookup("helper"), Value: Value{Text: "ftp"}}}}
		if err := ct.Check(c, u); (err == nil) != hidden {
			t.Errorf("CT --helper, hidden %v: %v", hidden, err)
		}
	}
}
