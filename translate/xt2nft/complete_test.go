package xt2nft

import (
	"testing"

	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// TestComplete holds the extensions that have no shape of nft's, and those that are
// spoken of here, against the registry: each of the first is rewritten, or it is said
// why it cannot be.
func TestComplete(t *testing.T) {
	known := [2]map[string]bool{{}, {}}
	for _, e := range ext.All() {
		kind := 0
		if e.Target {
			kind = 1
		}
		known[kind][e.Name] = true
		lowers := e.Lower != nil || e.Bare != nil
		for i := range e.Options {
			lowers = lowers || e.Options[i].Lower != nil
		}
		if !lowers && extensions[kind][e.Name] == nil && lacking[kind][e.Name] == "" {
			t.Errorf("%s is neither rewritten nor is it said why not", e.Name)
		}
	}
	for kind := range known {
		for name := range extensions[kind] {
			if !known[kind][name] {
				t.Errorf("%s is rewritten, and there is no such extension", name)
			}
		}
		for name := range lacking[kind] {
			if !known[kind][name] {
				t.Errorf("%s is lacking, and there is no such extension", name)
			}
		}
	}
	for name := range old {
		if !known[0][name] && !known[1][name] {
			t.Errorf("%s is old, and there is no such extension", name)
		}
	}
}
