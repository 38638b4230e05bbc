package iptables

import (
	"go/token"
	"os"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

func BenchmarkBig(b *testing.B) {
	src, err := os.ReadFile("/tmp/o/big.save")
	if err != nil {
		b.Skip(err)
	}
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		f := Parse("x", string(src), Save, ast.FamilyIP, 1)
		if len(f.Errors) > 0 {
			b.Fatal(f.Errors[0])
		}
	}
}

func TestSmoke(t *testing.T) {
	fset := token.NewFileSet()
	f := Parse("x", "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -m state --state NEW,FOO -j ACCEPT\n-A INPUT -s 1.2.3.4,2.3.4.0/24 -p tcp ! --syn --dport ssh -j ACCEPT\nCOMMIT\nCOMMIT\nfoo\n", Save, ast.FamilyIP, 1)
	tf := fset.AddFile("x", -1, len(f.Text))
	tf.SetLinesForContent([]byte(f.Text))
	for _, e := range f.Errors {
		t.Log(e.Format(fset))
	}
	r := f.newReader("filter", nil)
	for line := range 2 {
		_ = line
	}
	_ = r
}
