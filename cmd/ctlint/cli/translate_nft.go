package cli

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/translate/xt2nft"
)

// toNFT is translate --to nft.
type toNFT struct {
	*rewrite
	style    *choice
	counters *choice
	report   *choice
	ipsets   []string
	partial  bool
	prove    bool
	inet     bool
	version  string
	output   string
}

func (n *toNFT) flags(cmd *cobra.Command) {
	n.style = oneOf("idiomatic", "idiomatic", "plain")
	n.counters = oneOf("zero", "keep", "zero", "none")
	n.report = oneOf("", "text", "json")
	f := cmd.Flags()
	f.Var(n.style, "style", "how the script is written: plain is rule by rule; idiomatic makes one rule with a set of runs of rules that differ in a field")
	f.Var(n.counters, "counters", "what becomes of the rules' counters: keep what they have counted, begin at zero, or have none")
	f.StringArrayVar(&n.ipsets, "ipset", nil, "a file that ipset save has printed, with the sets that the rules name")
	f.BoolVar(&n.partial, "partial", false, "print what can be said if some rules are refused, with comments in their place")
	f.BoolVar(&n.inet, "inet", false, "make one table of the family inet of two that have the same name, for IPv4 and for IPv6")
	f.BoolVar(&n.prove, "prove", true, "read the script again and hold it to the rules that it was made of")
	f.Var(n.report, "report", "print what became of each rule, instead of the script unless --output names a file for it")
	f.StringVar(&n.version, "nft-version", xt2nft.DefaultVersion.String(), "the version of nft that will load the script")
	f.StringVarP(&n.output, "output", "o", "", "write the script to this file")
}

// host is the ruleset of a host, read from all of its files.
type host struct {
	ruleset  ast.Ruleset
	fset     *token.FileSet
	texts    map[string]string // of the files, by their names
	unusable bool
}

func (n *toNFT) run(paths []string) error {
	o := xt2nft.Options{Idiomatic: n.style.value == "idiomatic", Inet: n.inet, Counters: map[string]xt2nft.CounterMode{
		"zero": xt2nft.ZeroCounters, "keep": xt2nft.KeepCounters, "none": xt2nft.NoCounters,
	}[n.counters.value]}
	var err error
	if o.Version, err = xt2nft.ParseVersion(n.version); err != nil {
		return err
	}
	if n.diff && (n.inet || n.report.value != "") {
		return errors.New("--diff goes with neither --inet nor --report")
	}
	if len(paths) == 0 && !n.live.on {
		return errors.New("there is nothing to translate; expected files, or - for standard input")
	}
	n.rewrite.counters = n.counters.value == "keep"
	h := host{fset: token.NewFileSet(), texts: map[string]string{}}
	units, unread, err := n.collect(paths)
	if err != nil {
		return err
	}
	if unread != nil {
		fmt.Fprintf(n.Stderr, "ctlint: %v\n", unread)
		h.unusable = true
	}
	for _, u := range units {
		for _, name := range u.Files {
			if n.live.on && name == live.NFTRuleset {
				continue // it is nft's already
			}
			n.read1(&h, name, "")
		}
	}
	for _, name := range n.ipsets {
		n.read1(&h, name, load.IPSet)
	}
	if h.unusable {
		return exit(Unusable)
	}
	o.Line = func(r *xt2nft.Rule) string {
		p := h.fset.Position(r.Source.Pos())
		return fmt.Sprintf("%s:%d", p.Filename, p.Line)
	}
	o.Comments = h.comments
	res := xt2nft.Translate(&h.ruleset, o)
	if n.prove {
		if err := res.Prove(); err != nil {
			fmt.Fprintf(n.Stderr, "ctlint: internal error: the translation is not proved, so nothing is written: %v\n", err)
			return exit(Failed)
		}
	}
	return n.print(&h, res)
}

// read1 adds a file to the host's ruleset, read in that dialect if it is not empty.
func (n *toNFT) read1(h *host, name string, d load.Dialect) {
	src, err := n.read(name)
	if err != nil {
		fmt.Fprintf(n.Stderr, "ctlint: %v\n", err)
		h.unusable = true
		return
	}
	dialect, family := n.form(name)
	s := load.Parse(h.fset, name, src, load.Options{Dialect: cmp.Or(d, dialect), Family: family})
	h.texts[name] = s.Text
	for _, e := range s.Errors {
		if note, ok := xt2nft.Place(s.Ruleset, e); ok {
			if note != "" {
				note = ": " + note
			}
			fmt.Fprintf(n.Stderr, "%s: warning: %v; x_tables refuses the rule there, and nft takes its translation%s\n", h.place(e.Span), e, note)
			continue
		}
		fmt.Fprintln(n.Stderr, e.Format(h.fset))
		h.unusable = h.unusable || e.Kind != grammar.RunTime
	}
	for _, t := range s.Ruleset.Tables {
		if other := h.ruleset.Table(t.Family, t.Name); other != nil {
			fmt.Fprintf(n.Stderr, "%s: table %s %s is in %s, too: the files are not of one host\n",
				h.fset.Position(t.Pos()), t.Family, t.Name, h.fset.Position(other.Pos()).Filename)
			h.unusable = true
		}
	}
	h.ruleset.Tables = append(h.ruleset.Tables, s.Ruleset.Tables...)
	h.ruleset.IPSets = append(h.ruleset.IPSets, s.Ruleset.IPSets...)
	h.ruleset.Commands = append(h.ruleset.Commands, s.Ruleset.Commands...)
}

// print writes the script, the report, and what is refused.
func (n *toNFT) print(h *host, r *xt2nft.Result) error {
	refused := r.Refused()
	if n.report.value == "" {
		n.tell(h, r)
	}
	if r.Text != nil && (refused == 0 || n.partial) {
		switch {
		case n.output != "":
			if err := renameio.WriteFile(n.output, r.Text, 0o644); err != nil {
				return err
			}
		case n.diff:
			if err := h.diff(n.Stdout, r); err != nil {
				return err
			}
		case n.report.value == "":
			if _, err := n.Stdout.Write(r.Text); err != nil {
				return err
			}
		}
	}
	var err error
	switch n.report.value {
	case "json":
		err = h.report(r).json(n.Stdout)
	case "text":
		err = h.report(r).text(n.Stdout)
	}
	if err == nil && refused > 0 {
		err = exit(Found)
	}
	return err
}

// tell says on standard error what is refused, and what to know of the rest.
func (n *toNFT) tell(h *host, r *xt2nft.Result) {
	for _, x := range r.Notes {
		fmt.Fprintf(n.Stderr, "%s: note: %s\n", h.place(x.Span), x.Text)
	}
	for i := range r.Rules {
		if x := &r.Rules[i]; x.Kind == xt2nft.Refused {
			fmt.Fprintf(n.Stderr, "%s: refused: %s\n", h.place(x.At), x.Notes[0])
			if n.partial {
				fmt.Fprintf(n.Stderr, "\twithout it, %s\n", x.Effect())
			}
		}
	}
	for _, x := range r.Refusals {
		fmt.Fprintf(n.Stderr, "%s: refused: %s\n", h.place(x.Span), x.Reason)
	}
}

// comments returns the lines of comments right above a place in a file, but for those
// that iptables-save writes itself.
func (h *host) comments(at ast.Span) (lines []string) {
	p := h.fset.Position(at.Pos())
	above := h.texts[p.Filename]
	above = above[:min(p.Offset, len(above))]
	above = above[:strings.LastIndexByte(above, '\n')+1]
	for above != "" {
		start := strings.LastIndexByte(above[:len(above)-1], '\n') + 1
		text, ok := strings.CutPrefix(strings.TrimSpace(above[start:]), "#")
		if !ok || strings.HasPrefix(text, "!") {
			break
		}
		text = strings.TrimSpace(text)
		if !strings.HasPrefix(text, "Generated by ") && !strings.HasPrefix(text, "Completed on ") && text != "" {
			lines = append(lines, text)
		}
		above = above[:start]
	}
	slices.Reverse(lines)
	return lines
}
