package nft

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestReserved asks nft for each word that is no name, and for words that are.
func TestReserved(t *testing.T) {
	// The words of releases after the oldest one.
	later := []string{"destroy", "ih"}
	for _, w := range slices.Sorted(maps.Keys(reserved)) {
		if slices.Contains(later, w) {
			continue
		}
		if _, err := listed(t, "table ip t { chain "+w+" { }; }"); err == nil {
			t.Errorf("nft takes %s for the name of a chain", w)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(reservedInSets)) {
		if slices.Contains(later, w) {
			continue
		}
		_, err := listed(t, "table ip t {\n counter "+w+" { }\n quota "+w+" { 5 bytes; }\n set "+w+" { type mark; }\n chain c { meta mark @"+w+"; counter name "+w+"; }\n}")
		if err == nil {
			t.Errorf("nft takes %s for the name of a set, a counter and a quota", w)
		}
	}
	var b strings.Builder
	names := []string{"input", "LOG", "_x", ".x", "a.b-c_d/e", "x1", "in", "raw", "filter", "original", "bytes", "state", "mangle", "dormant", "first"}
	for _, w := range names {
		if !ValidName(w) {
			t.Errorf("%s is not valid", w)
		}
		b.WriteString("table ip t { chain " + w + " { }; }\n")
	}
	if _, err := listed(t, b.String()); err != nil {
		t.Errorf("nft refuses a name: %v", err)
	}
}

func TestValidName(t *testing.T) {
	for _, s := range []string{"", ".", "1a", "-a", "a b", "a:b", "a+b", "é", "log", "th"} {
		if ValidName(s) {
			t.Errorf("%q is valid", s)
		}
	}
}
