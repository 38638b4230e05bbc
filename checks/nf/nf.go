// Package nf holds the checks of what is nft's own: base chains and their
// priorities, scripts that are loaded again and again, names.
package nf

import "strings"

// words returns the words of a text as a set.
func words(text string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(text) {
		all[w] = true
	}
	return all
}
