package driver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/grammar"
)

// Select returns the checks that the patterns choose, in their order. A pattern
// is a code (CT010), the beginning of codes with all their letters (CT, CT01), a
// slug (obsolete-state-match) or "all". Without a pattern to select, all checks
// are that are not off by default; ignore wins over both.
func Select(checks []*check.Check, selected, ignored []string) ([]*check.Check, error) {
	want, err := Chosen(checks, selected)
	if err != nil {
		return nil, err
	}
	not, err := Chosen(checks, ignored)
	if err != nil {
		return nil, err
	}
	var out []*check.Check
	for _, c := range checks {
		if (want[c] || len(selected) == 0 && !c.Off) && !not[c] {
			out = append(out, c)
		}
	}
	return out, nil
}

// Chosen returns the checks that patterns such as those of [Select] are of. An error
// tells of a pattern that is of none.
func Chosen(checks []*check.Check, patterns []string) (map[*check.Check]bool, error) {
	out := map[*check.Check]bool{}
	for _, p := range patterns {
		found := false
		for _, c := range checks {
			if matches(c, p) {
				out[c], found = true, true
			}
		}
		if !found {
			return nil, unknown(checks, p)
		}
	}
	return out, nil
}

func matches(c *check.Check, pattern string) bool {
	code := strings.ToUpper(pattern)
	return pattern == "all" || c.Slug == pattern ||
		strings.HasPrefix(c.Code, code) && strings.HasPrefix(code, c.Family())
}

func unknown(checks []*check.Check, p string) error {
	var names []string
	for _, c := range checks {
		names = append(names, c.Slug, c.Code)
	}
	if near := grammar.Near(p, names); near != "" {
		return fmt.Errorf("no check is called %q; did you mean %q?", p, near)
	}
	var families []string
	for _, c := range checks {
		if l := c.Family(); !slices.Contains(families, l) {
			families = append(families, l)
		}
	}
	return fmt.Errorf("no check is called %q; expected a code, a slug, all, or one of %s", p, strings.Join(families, ", "))
}
