package nft

import (
	"maps"
	"slices"
	"testing"

	"github.com/ctlint/ctlint/internal/nfttest"
)

// TestReservedInSets asks nft for each word that no set or object can be called.
func TestReservedInSets(t *testing.T) {
	// The words of releases after the oldest one.
	later := []string{"ih"}
	for _, w := range slices.Sorted(maps.Keys(reservedInSets)) {
		if slices.Contains(later, w) {
			continue
		}
		_, err := nfttest.List(t, "table ip t {\n counter "+w+" { }\n quota "+w+" { 5 bytes; }\n set "+w+" { type mark; }\n chain c { meta mark @"+w+"; counter name "+w+"; }\n}")
		if err == nil {
			t.Errorf("nft takes %s for the name of a set, a counter and a quota", w)
		}
	}
}
