package nft

import (
	"fmt"
	gotoken "go/token"
	"os"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

func TestZZ(t *testing.T) {
	name := os.Getenv("ZZ")
	if name == "" {
		t.Skip()
	}
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fset := gotoken.NewFileSet()
	f := Parse(fset, name, src, Options{})
	if os.Getenv("ZQ") == "" {
		fmt.Println(ast.Dump(f.Ruleset))
	}
	for _, e := range f.Errors {
		fmt.Println(e.Format(fset))
	}
	fmt.Println(len(f.Comments), "comments", len(f.Included), "included")
}
