//go:build linux

package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/backend/live"
)

// Step is one run of a tool, with a text on its standard input.
type Step struct {
	Argv  []string
	Stdin string
}

// loaders are the command lines that load a text of a layer.
var loaders = map[string][]string{
	layerNFT:           {"nft", "-f", "-"},
	"iptables-legacy":  {"iptables-legacy-restore", "-w"},
	"ip6tables-legacy": {"ip6tables-legacy-restore", "-w"},
	"iptables-nft":     {"iptables-nft-restore"},
	"ip6tables-nft":    {"ip6tables-nft-restore"},
	layerIPSet:         {"ipset", "restore"},
}

// builtin are the chains that x_tables makes with a table (iptables(8), TABLES).
var builtin = map[string][]string{
	"filter":   {"INPUT", "FORWARD", "OUTPUT"},
	"nat":      {"PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"},
	"mangle":   {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"},
	"raw":      {"PREROUTING", "OUTPUT"},
	"security": {"INPUT", "FORWARD", "OUTPUT"},
}

// emptied returns the save file of a table that does nothing.
func emptied(table string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%s\n", table)
	for _, c := range builtin[table] {
		fmt.Fprintf(&b, ":%s ACCEPT [0:0]\n", c)
	}
	b.WriteString("COMMIT\n")
	return b.String()
}

// temporary is the set that takes the elements of another until it is whole.
const temporary = "ctlint-new"

// setSteps returns what makes a set of ipset what a text says: at once, if it is there
// already, so that no packet meets half of it.
func setSteps(name, text string, there bool) []Step {
	if !there {
		return []Step{{loaders[layerIPSet], text}}
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		words := strings.SplitN(strings.TrimRight(line, "\n"), " ", 3)
		if len(words) == 3 {
			fmt.Fprintf(&b, "%s %s %s\n", words[0], temporary, words[2])
		}
	}
	fmt.Fprintf(&b, "swap %s %s\ndestroy %s\n", temporary, name, temporary)
	return []Step{{loaders[layerIPSet], b.String()}}
}

// restoring returns what brings parts back to what they were. Sets come before rules that
// name them, and go after those; all tables of nft are one transaction.
func restoring(was []Piece, parts []Key, setsNow []string) []Step {
	var steps, last []Step
	var nft, texts strings.Builder
	saves := map[string]string{}
	var dropped []Key
	drop := func(family, name string) {
		k := Key{layerNFT, family, name}
		if !slices.Contains(dropped, k) {
			dropped = append(dropped, k)
			// Adding it first lets the deletion succeed where there is none.
			fmt.Fprintf(&nft, "add table %s %s\ndelete table %s %s\n", family, name, family, name)
		}
	}
	for _, k := range parts {
		p, there := piece(was, k)
		family, inNFT := familyOf[k.Layer]
		switch {
		case k.Layer == layerIPSet && there:
			steps = append(steps, setSteps(k.Name, p.Text, slices.Contains(setsNow, k.Name))...)
		case k.Layer == layerIPSet:
			if slices.Contains(setsNow, k.Name) {
				last = append(last, Step{loaders[layerIPSet], "destroy " + k.Name + "\n"})
			}
		case k.Layer == layerNFT:
			drop(k.Family, k.Name)
			texts.WriteString(p.Text)
		case there:
			saves[k.Layer] += p.Text
		case inNFT:
			drop(family, k.Name)
		default:
			saves[k.Layer] += emptied(k.Name)
		}
	}
	if nft.Len() > 0 {
		steps = append(steps, Step{loaders[layerNFT], nft.String() + texts.String()})
	}
	for _, layer := range []string{"iptables-legacy", "iptables-nft", "ip6tables-legacy", "ip6tables-nft"} {
		if text := saves[layer]; text != "" {
			steps = append(steps, Step{append(slices.Clone(loaders[layer]), "-c"), text})
		}
	}
	return append(steps, last...)
}

// setNames returns the sets of ipset that there are.
func setNames(ctx context.Context, run live.Runner) []string {
	text, err := run.Run(ctx, "", "ipset", "list", "-n")
	if err != nil {
		return nil // ipset is not installed, so there is none to restore
	}
	return strings.Fields(text)
}

// restore brings parts back to what they were, and compares what is in force then. It
// goes on after a step that fails, as the others may do some good.
func restore(ctx context.Context, run live.Runner, was []Piece, parts []Key) error {
	var errs []error
	for _, s := range restoring(was, parts, setNames(ctx, run)) {
		if _, err := run.Run(ctx, s.Stdin, s.Argv...); err != nil {
			errs = append(errs, err)
		}
	}
	now, err := ReadState(ctx, run)
	if err != nil {
		return errors.Join(append(errs, fmt.Errorf("reading back: %w", err))...)
	}
	var left []string
	for _, k := range differing(was, now.Pieces) {
		if slices.Contains(parts, k) {
			left = append(left, k.String())
		}
	}
	if left == nil {
		return nil // whatever failed, it is as it was
	}
	return errors.Join(append(errs, fmt.Errorf("not as it was: %s", strings.Join(left, ", ")))...)
}
