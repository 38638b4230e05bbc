package xt2nft

import "slices"

// joined returns ranges in order, those that overlap made one: nft takes no set with
// ranges that do.
func joined(ranges [][2]uint64) (out [][2]uint64) {
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b [2]uint64) int {
		if a[0] < b[0] {
			return -1
		}
		if a[0] > b[0] {
			return 1
		}
		return 0
	})
	for _, r := range sorted {
		if n := len(out); n > 0 && r[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out
}
