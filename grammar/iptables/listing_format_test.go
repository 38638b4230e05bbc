package iptables

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestFormatPartialListing does not print a save file of a listing that leaves
// out what a save file must say.
func TestFormatPartialListing(t *testing.T) {
	const head = "Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\n" +
		" pkts bytes target     prot opt in     out     source               destination\n" +
		"    0     0 DROP       0    --  *      *       0.0.0.0/0            0.0.0.0/0            "
	for _, c := range []struct{ text, save, err string }{
		{text: "limit: avg 1/sec burst 7", save: "-m limit --limit 1/sec --limit-burst 7 -j DROP"},
		{text: "limit: up to 1/sec burst 7 mode srcip", err: "does not tell the name"},
	} {
		f := Parse("listing", head+c.text+"\n", Listing, ast.FamilyIP, 1)
		var errs []string
		for _, e := range f.Errors {
			errs = append(errs, e.Error())
		}
		if got := strings.Join(errs, "\n"); !strings.Contains(got, c.err) || c.err == "" && strings.Contains(got, "limit") {
			t.Errorf("%s: errors %q; expected one with %q", c.text, errs, c.err)
		}
		if r := f.Ruleset.Tables[0].Chains[0].Rules; len(r) != 1 || r[0].Bad {
			t.Errorf("%s: the rules are %+v", c.text, r)
		}
		if out := string(f.Format()); (out == "") != (c.save == "") || !strings.Contains(out, c.save) {
			t.Errorf("%s: printed as %q", c.text, out)
		}
	}
}
