// Package sample takes some of the cases of a test that would take long with all of
// them: the same ones each time. With CTLINT_FULL=1 (make test-full) it takes all.
package sample

import (
	"hash/fnv"
	"os"
)

// Full reports whether tests shall take all cases that they have.
func Full() bool { return os.Getenv("CTLINT_FULL") != "" }

// Take reports whether to take the case of this name, where about one of n is taken.
// Which are depends on nothing but their names, so that a case that is added
// changes nothing for the others.
func Take(name string, n int) bool {
	if n <= 1 || Full() {
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	x := h.Sum32()
	x ^= x >> 15 // the low bits of FNV follow the last letter
	return x*0x9e3779b1>>16%uint32(n) == 0
}
