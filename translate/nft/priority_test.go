package nft

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/internal/nfttest"
)

// TestPriorities prints chains of each family and hook around each priority that
// has a name somewhere, and compares them with how nft lists them.
func TestPriorities(t *testing.T) {
	hooks := map[ast.Family][]ast.Hook{
		ast.FamilyIP:     {ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting},
		ast.FamilyIP6:    {ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting},
		ast.FamilyInet:   {ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting, ast.HookIngress},
		ast.FamilyARP:    {ast.HookInput, ast.HookOutput},
		ast.FamilyBridge: {ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting},
		ast.FamilyNetdev: {ast.HookIngress, ast.HookEgress},
	}
	rs := &ast.Ruleset{}
	for f := ast.FamilyIP; f <= ast.FamilyNetdev; f++ {
		table := &ast.Table{Family: f, Name: "t"}
		for _, h := range hooks[f] {
			for _, p := range []int32{-300, -200, -150, -100, 0, 50, 100, 300} {
				for _, d := range []int32{-11, -10, -1, 0, 3, 10, 11} {
					c := &ast.Chain{Name: fmt.Sprintf("c%d", len(table.Chains)), Type: ast.ChainFilter, Hook: h, Priority: p + d, Policy: ast.PolicyAccept}
					if h == ast.HookIngress || h == ast.HookEgress {
						c.Devices = []string{"lo"}
					}
					table.Chains = append(table.Chains, c)
				}
			}
		}
		rs.Tables = append(rs.Tables, table)
	}
	want, err := print(t, rs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := nfttest.List(t, want)
	if err != nil {
		t.Fatal(err)
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("nft lists %q; got %q", a[i], b[i])
		}
	}
	if len(a) != len(b) || len(a) < 1000 {
		t.Errorf("nft lists %d lines; got %d", len(a), len(b))
	}
}
