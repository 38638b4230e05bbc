package xt2nft_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/translate/xt2nft"
)

// kernelSets are sets of many types, with addresses of the peers 1 to 30.
const kernelSets = `create nets hash:net
add nets 198.51.100.0/28
add nets 198.51.100.0/30 nomatch
add nets 198.51.100.2
create ips hash:ip
add ips 198.51.100.5
add ips 198.51.100.6
create svc hash:ip,port
add svc 192.0.2.1,tcp:22
add svc 192.0.2.1,udp:53
create ports bitmap:port range 0-1023
add ports 22
add ports 50-60
create netport hash:net,port
add netport 198.51.100.0/24,tcp:80
add netport 198.51.100.0/28,tcp:80
add netport 198.51.100.0/24,udp:22
create ifaces hash:net,iface
add ifaces 198.51.100.0/24,eth0
create all list:set
add all ips
add all nets
create seen hash:ip timeout 600
`

var setMeanings = []meaning{
	in("-m set --match-set nets src -j DROP"),
	in("-m set ! --match-set nets src -j DROP"),
	in("-m set --match-set nets src -j MARK --set-mark 4"),
	in("-m set ! --match-set nets src -j DROP"),
	in("-m set --match-set ips src -j DROP"),
	in("-m set ! --match-set ips src -j DROP"),
	in("-m set --match-set svc dst,dst -j DROP"),
	in("-m set ! --match-set svc dst,dst -j DROP"),
	in("-p tcp -m set ! --match-set svc dst,dst -j DROP"),
	in("-m set --match-set ports dst -j DROP"),
	in("-m set ! --match-set ports dst -j DROP"),
	in("-m set ! --match-set ports dst -j RETURN", "-j DROP"),
	in("-m set --match-set netport src,dst -j DROP"),
	in("-m set --match-set ifaces src,src -j DROP"),
	in("-m set --match-set all src -j DROP"),
	in("-m set ! --match-set all src -j DROP"),
	in("-m set --match-set seen src -j DROP", "-p udp -j SET --add-set seen src"),
	in("-p tcp -j SET --add-set seen src --exist", "-p udp -j SET --del-set seen src", "-m set --match-set seen src -j DROP"),
}

// TestSetsKernel sends packets through rules with sets, which ipset(8) has loaded, and
// through their translation, with the sets in the table.
func TestSetsKernel(t *testing.T) {
	const f = ast.FamilyIP
	save := restore(setMeanings, f)
	sets := parse(t, "sets", kernelSets).Ruleset.IPSets
	for _, idiomatic := range []bool{false, true} {
		r := xt2nft.Translate(parse(t, "rules", save).Ruleset, xt2nft.Options{IPSets: sets, Idiomatic: idiomatic})
		for _, x := range r.Rules {
			if x.Kind == xt2nft.Refused {
				t.Fatalf("%s: %s", setMeanings[0].rules, x.Notes[0])
			}
		}
		stock := box(t, f, sandbox.Text{Tool: sandbox.IPSet, Text: kernelSets})
		if err := stock.Load(context.Background(), sandbox.Text{Tool: sandbox.IPTablesLegacy, Text: save}); err != nil {
			t.Fatal(err)
		}
		ours := box(t, f, sandbox.Text{Tool: sandbox.NFT, Text: string(r.Text)})
		var all []sandbox.Probe
		var of []int
		for i := range setMeanings {
			for _, p := range probes(t, peer(f, i+1)) {
				all, of = append(all, p), append(of, i)
			}
		}
		a, b := inject(t, stock, all), inject(t, ours, all)
		for i := range all {
			if want, got := fate(a[i]), fate(b[i]); want != got {
				t.Errorf("%s\npacket %d: %s, and translated %s", strings.Join(setMeanings[of[i]].rules, "\n"), i%len(probes(t, peer(f, 1))), want, got)
			}
		}
	}
}
