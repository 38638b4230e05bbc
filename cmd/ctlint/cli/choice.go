package cli

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value string
	words []string
}

func oneOf(value string, words ...string) *choice { return &choice{value: value, words: words} }

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.words, "|") }

func (c *choice) Set(s string) error {
	for _, w := range c.words {
		if s == w {
			c.value = s
			return nil
		}
	}
	if near := grammar.Near(s, c.words); near != "" {
		return fmt.Errorf("it must be one of %s; did you mean %q?", strings.Join(c.words, ", "), near)
	}
	return fmt.Errorf("it must be one of %s", strings.Join(c.words, ", "))
}
