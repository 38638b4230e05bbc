package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/translate/nft"
)

func (c *CLI) fmtCommand() *cobra.Command {
	r := &rewrite{CLI: c}
	json := false
	r.text = func(s *load.Source, left func(at ast.Span, message string)) (string, bool) {
		if json || s.JSON {
			return r.nftModel(s, json, left)
		}
		return r.format(s, left)
	}
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Print rulesets in canonical form",
		Long: `Fmt prints rulesets of iptables in the form that iptables-save prints: names of
options and ports in one spelling, defaults made plain or left out, comments kept.

A save file is formatted line by line. Of a script, of command lines or of a
listing it prints the save file that they amount to, and does not write it back.

Of a script of nft only the layout changes, to that of nft list ruleset: tabs, a
statement a line, one blank where there were several. Words, comments, variables
and blank lines between groups stay. A line that ends within braces or in a
backslash ends there in the result, too. A script is read without what it includes,
which may define its variables; with -I or -D it is read with that, and so a
variable that nothing defines is an error.

The JSON of nft is read, too, and printed as text: what nft list ruleset would print.
--json prints JSON instead, of scripts as well, with what they include: what nft
--json list ruleset would print, an object a line, in the form of nft 1.1. With -w,
--check and --diff a file of JSON stays JSON.

The exit code is 1 if --check finds a file that would change, and 2 if a file
cannot be read or has lines that iptables or nft would refuse; such a file is left
as it is.`,
		Example: `  ctlint fmt rules.v4
  ctlint fmt -w /etc/iptables
  ctlint fmt --diff /etc/nftables.conf
  ctlint fmt --check .
  iptables -L -n -v | ctlint fmt -
  nft --json list ruleset | ctlint fmt -
  ctlint fmt --json /etc/nftables.conf`,
		RunE: func(_ *cobra.Command, args []string) error {
			r.included = json
			return r.run(args)
		},
	}
	r.flags(cmd)
	cmd.Flags().BoolVar(&json, "json", false, "print rulesets of nft as the JSON of nft")
	return cmd
}

// format returns a source in canonical form.
func (r *rewrite) format(s *load.Source, left func(at ast.Span, message string)) (string, bool) {
	if s.NFT != nil {
		text := s.NFT.Format()
		return string(text), text != nil
	}
	if s.IPTables == nil || hasErrors(s) {
		return "", false
	}
	if s.IPTables.Dialect != iptables.Save && (r.write || r.check || r.diff) {
		if r.found {
			return "", false // fmt -w of a folder is about its save files
		}
		left(s.Ruleset.Span, fmt.Sprintf("this is no save file (%s), so there is no canonical form of its own text; without -w, --check and --diff the save file that it amounts to is printed", s.Dialect))
		return "", false
	}
	text := s.IPTables.Format()
	if text == nil {
		left(s.Ruleset.Span, "the text does not tell all of its rules, so no save file can be made of it")
		return "", false
	}
	return string(text), true
}

// nftModel prints the model of a ruleset of nft: as text, or as JSON.
func (r *rewrite) nftModel(s *load.Source, json bool, left func(at ast.Span, message string)) (string, bool) {
	keep := r.write || r.check || r.diff // the file as what it is
	switch {
	case s.Dialect != load.NFT:
		left(s.Ruleset.Span, "only rulesets of nft have JSON: --json is for them")
		return "", false
	case keep && !s.JSON:
		left(s.Ruleset.Span, "this is a script of nft, which stays one; without -w, --check and --diff the JSON of it is printed")
		return "", false
	case hasErrors(s):
		return "", false
	}
	print := nft.Print
	if json || keep {
		print = nft.PrintJSON
	}
	var b strings.Builder
	err := print(&b, s.Ruleset, nft.Options{})
	var refused nft.Refusals
	if errors.As(err, &refused) {
		for _, e := range refused {
			left(e.Span, e.Error())
		}
	}
	return b.String(), err == nil
}
