package iptables

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// FuzzListing reads any text as a listing: it never panics, and every place that
// it tells lies in the text.
func FuzzListing(f *testing.F) {
	for _, s := range []string{
		"Chain INPUT (policy DROP 163 packets, 13K bytes)\n pkts bytes target     prot opt in     out     source               destination\n" +
			"   12  101K mine       6    --  !eth0  eth+    0.0.0.0/0            0.0.0.0/0           [goto]  tcp spts:!1:1023 flags:0x17/0x02 /* a */\n" +
			"    0     0            0    !f  *      *      !192.0.2.0/24         0.0.0.0/0\n\nChain mine (1 references)\n",
		"# ip6tables -t mangle -L\nChain FORWARD (policy ACCEPT)\nnum  target     prot opt source               destination\n1    ACCEPT     tcp      anywhere             !2001:db8::1\nrest\n",
		"[root@h ~]# iptables -tnat -L\nTable: nat\nChain PREROUTING (policy )\nChain x (\nprot source\n! !\n",
		"Chain INPUT (policy ACCEPT)\nprot source\nudplite-- ! a ! b ! state NEW\n!",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := Parse("x", text, Listing, ast.FamilyUnknown, 1)
		checkSpans(t, file)
		for _, table := range file.Ruleset.Tables {
			for _, c := range table.Chains {
				for _, r := range c.Rules {
					for _, s := range r.Stmts {
						ast.Dump(s)
					}
				}
			}
		}
		file.Format()
	})
}
