package nft

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/internal/nfttest"
)

// TestKeywords asks nft for each word that is no name, and for names that are.
func TestKeywords(t *testing.T) {
	for _, w := range slices.Sorted(maps.Keys(keywords)) {
		if _, err := nfttest.List(t, "table ip t { chain "+w+" { }; }\n"); err == nil {
			t.Errorf("nft takes %s for the name of a chain", w)
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
	if _, err := nfttest.List(t, b.String()); err != nil {
		t.Errorf("nft refuses a name: %v", err)
	}
	for _, s := range []string{"", ".", "1a", "-a", "a b", "a:b", "a+b", "\u00e9", "log", "th", strings.Repeat("x", 256)} {
		if ValidName(s) {
			t.Errorf("%q is valid", s)
		}
	}
}
