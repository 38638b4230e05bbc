package grammar

import (
	"strings"
	"testing"
)

// A near miss is a slip of the hand: a word that has little more in common with
// what was written than its length is none.
func TestNear(t *testing.T) {
	words := strings.Fields("accept drop reject return add dup ip ah th xt goto snat flow day notrack conntrack established counter iifname masquerade")
	for _, c := range []struct{ word, want string }{
		{"acept", "accept"}, {"ACCEPT", "accept"}, {"accpet", "accept"}, {"dorp", "drop"}, {"drp", "drop"}, {"rejct", "reject"}, {"retrun", "return"},
		{"contrack", "conntrack"}, {"establishd", "established"}, {"estalbished", "established"}, {"esteblishet", "established"}, {"iifnam", "iifname"},
		{"masqarade", "masquerade"}, {"maskerade", "masquerade"}, {"got", "goto"},
		{"deep", ""}, {"deny", ""}, {"allow", ""}, {"saddr", ""}, {"state", ""}, {"proto", ""}, {"it", ""}, {"is", ""}, {"an", ""}, {"a", ""}, {"", ""}, {"drop", ""},
	} {
		if got := Near(c.word, words); got != c.want {
			t.Errorf("near %q is %q; want %q", c.word, got, c.want)
		}
	}
}
