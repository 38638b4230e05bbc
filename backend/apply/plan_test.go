//go:build linux

package apply

import (
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/grammar/load"
)

// TestNetwork finds the devices without which a ruleset does not load, and no others: an
// ordinary user cannot make any everywhere.
func TestNetwork(t *testing.T) {
	for _, c := range []struct{ rules, want string }{
		{`tcp dport 22 iifname "eth0" accept`, ""},
		{`iif "lo" accept`, ""},
		{`iif "eth0" oif "eth1" log prefix "x" accept`, "eth0 eth1"},
		{`iif { "eth0", "eth1" } accept`, "eth0 eth1"},
		{`iif . tcp dport vmap { "eth2" . 22 : accept }`, "eth2"},
		{`iif @lans accept`, "lan0 lan1"},
	} {
		r := live.New()
		text := "table inet t {\nset lans {\ntype iface_index\nelements = { LANS }\n}\nchain c {\n" + c.rules + "\n}\n}\n"
		if strings.Contains(c.rules, "@lans") {
			text = strings.Replace(text, "LANS", `"lan0", "lan1"`, 1)
		} else {
			text = strings.Replace(text, "elements = { LANS }\n", "", 1)
		}
		if err := r.Add("x.nft", []byte(text), load.Options{Dialect: load.NFT}); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, i := range network(&ast.Ruleset{}, r.Ruleset).Interfaces {
			names = append(names, i.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: the devices are %q, not %q", c.rules, got, c.want)
		}
	}
	devices := live.New()
	if err := devices.Add("x.nft", []byte("table netdev t {\nchain c {\ntype filter hook ingress device eth7 priority 0;\n}\n}\ntable inet u {\nflowtable f {\nhook ingress priority 0; devices = { eth8, eth9 };\n}\n}\n"), load.Options{Dialect: load.NFT}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range network(devices.Ruleset).Interfaces {
		names = append(names, i.Name)
	}
	if want := []string{"eth7", "eth8", "eth9"}; !slices.Equal(names, want) {
		t.Errorf("the devices are %q, not %q", names, want)
	}
}
