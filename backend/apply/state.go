//go:build linux

package apply

import (
	"context"
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/grammar/load"
)

// Key names a part of what is in force that is saved, compared and restored as a
// whole: a table, or a set of ipset.
type Key struct {
	// Layer is who keeps it: nft, ipset, or iptables and ip6tables with their
	// variant, as in ip6tables-legacy.
	Layer string `json:"layer"`
	// Family is that of a table of nft.
	Family string `json:"family,omitempty"`
	Name   string `json:"name"`
}

// String returns the key in words, as in table inet filter.
func (k Key) String() string {
	switch k.Layer {
	case layerNFT:
		return "table " + k.Family + " " + k.Name
	case layerIPSet:
		return "set " + k.Name + " of ipset"
	}
	return "table " + k.Name + " of " + k.Layer
}

const (
	layerNFT   = "nft"
	layerIPSet = "ipset"
)

// Piece is such a part.
type Piece struct {
	Key
	// Text loads it where it is not.
	Text string `json:"text"`
	// Meaning is its text without what changes by itself: counters, handles, what
	// packets have put into sets, the order of what has none. Two pieces of equal
	// meaning do the same. It is empty for a table that does nothing.
	Meaning string `json:"meaning"`
}

// State is what is in force.
type State struct {
	Pieces []Piece
	// Ruleset is what it means.
	Ruleset *live.Ruleset
}

// ReadState reads what is in force where the tools are run.
func ReadState(ctx context.Context, run live.Runner) (*State, error) {
	listings, err := live.Listings(ctx, run, true)
	if err != nil {
		return nil, err
	}
	s := &State{}
	if s.Ruleset, err = live.Parse(listings); err != nil {
		return nil, err
	}
	for _, l := range listings {
		switch l.Tool {
		case layerIPSet:
			s.Pieces = append(s.Pieces, ipsets(l.Text)...)
		case layerNFT:
			tables, err := nftTables(l)
			if err != nil {
				return nil, err
			}
			for _, p := range tables {
				// iptables-nft-save has printed it already, and knows all of its
				// matches.
				if !slices.ContainsFunc(s.Pieces, func(x Piece) bool { return x.Name == p.Name && x.Layer == iptablesNFT[p.Family] }) {
					s.Pieces = append(s.Pieces, p)
				}
			}
		default:
			s.Pieces = append(s.Pieces, saved(strings.TrimSuffix(l.Tool, "-save"), l.Text)...)
		}
	}
	return s, nil
}

// iptablesNFT are the layers that keep their tables in nf_tables, by the family.
var iptablesNFT = map[string]string{"ip": "iptables-nft", "ip6": "ip6tables-nft"}

// familyOf is the other way round.
var familyOf = map[string]string{"iptables-nft": "ip", "ip6tables-nft": "ip6"}

// Piece returns the part of that name.
func (s *State) Piece(k Key) (Piece, bool) { return piece(s.Pieces, k) }

func piece(all []Piece, k Key) (Piece, bool) {
	if i := slices.IndexFunc(all, func(p Piece) bool { return p.Key == k }); i >= 0 {
		return all[i], true
	}
	return Piece{}, false
}

// Text returns the whole as text to be shown: what it means, part by part.
func (s *State) Text() string {
	var b strings.Builder
	for _, p := range s.Pieces {
		if p.Meaning == "" {
			continue
		}
		if p.Layer != layerNFT {
			fmt.Fprintf(&b, "# %s\n", p.Layer)
		}
		b.WriteString(shown(p))
	}
	return b.String()
}

// differing returns the parts that do not mean the same in both.
func differing(a, b []Piece) []Key {
	var out []Key
	for _, list := range [][]Piece{a, b} {
		for _, p := range list {
			was, _ := piece(a, p.Key)
			is, _ := piece(b, p.Key)
			if was.Meaning != is.Meaning && !slices.Contains(out, p.Key) {
				out = append(out, p.Key)
			}
		}
	}
	return out
}

// nftTables takes a listing of nft apart.
func nftTables(l live.Listing) ([]Piece, error) {
	fset := token.NewFileSet()
	s := load.Parse(fset, l.Name, []byte(l.Text), load.Options{Dialect: load.NFT})
	if len(s.Errors) > 0 {
		e := s.Errors[0]
		return nil, fmt.Errorf("%s: %s", fset.Position(e.Pos()), e.Msg)
	}
	base := int(s.Ruleset.From)
	var out []Piece
	for _, t := range s.Ruleset.Tables {
		from, to := int(t.From)-base, int(t.To)-base
		if from < 0 || to > len(l.Text) || from > to || !strings.HasPrefix(l.Text[from:to], "table ") || !strings.HasSuffix(strings.TrimSpace(l.Text[from:to]), "}") {
			return nil, fmt.Errorf("%s: the text of table %s %s is not found", l.Name, t.Family, t.Name)
		}
		out = append(out, Piece{
			Key:     Key{layerNFT, t.Family.String(), t.Name},
			Text:    strings.TrimSpace(l.Text[from:to]) + "\n",
			Meaning: meaning(t),
		})
	}
	return out, nil
}

// meaning returns what a table of nft does, in one form.
func meaning(t *ast.Table) string {
	var parts []string
	add := func(n ast.Node) { parts = append(parts, string(ast.AppendMeaning(nil, n))) }
	for _, c := range t.Chains {
		add(c)
	}
	for _, s := range t.Sets {
		s := *s
		// What packets add, and what goes by itself, is no part of it.
		if slices.Contains(s.Flags, "dynamic") || slices.Contains(s.Flags, "timeout") || s.Timeout > 0 {
			s.Elems = nil
		}
		s.Elems = slices.Clone(s.Elems)
		slices.SortFunc(s.Elems, func(a, b *ast.Elem) int {
			return strings.Compare(string(ast.AppendMeaning(nil, a)), string(ast.AppendMeaning(nil, b)))
		})
		add(&s)
	}
	for _, o := range t.Objects {
		add(o)
	}
	for _, f := range t.Flowtables {
		add(f)
	}
	slices.Sort(parts)
	head := *t
	head.Chains, head.Sets, head.Objects, head.Flowtables = nil, nil, nil, nil
	return string(ast.AppendMeaning(nil, &head)) + "\n" + strings.Join(parts, "\n")
}

var (
	ruleCounters   = regexp.MustCompile(`^\[\d+:\d+\] `)
	policyCounters = regexp.MustCompile(` \[\d+:\d+\]$`)
)

// saved takes a save file apart.
func saved(layer, text string) []Piece {
	var out []Piece
	var b strings.Builder
	name := ""
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "*"):
			name = strings.TrimSpace(line[1:])
			b.Reset()
			b.WriteString(line)
		case name == "" || strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "COMMIT":
			b.WriteString(line)
			out = append(out, Piece{Key{Layer: layer, Name: name}, b.String(), savedMeaning(b.String())})
			name = ""
		default:
			b.WriteString(line)
		}
	}
	return out
}

// savedMeaning returns a table of a save file without counters; nothing if all it does
// is to accept. A table that is not there does that, too.
func savedMeaning(text string) string {
	var chains, rules []string
	nothing := true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, ":"):
			line = policyCounters.ReplaceAllString(line, "")
			nothing = nothing && strings.HasSuffix(line, " ACCEPT")
			chains = append(chains, line)
		case strings.HasPrefix(line, "*"), line == "COMMIT":
		default:
			rules = append(rules, ruleCounters.ReplaceAllString(line, ""))
			nothing = false
		}
	}
	if nothing {
		return ""
	}
	// Rules stand chain by chain; the order of the chains says nothing.
	slices.Sort(chains)
	slices.SortStableFunc(rules, func(a, b string) int { return strings.Compare(chainOf(a), chainOf(b)) })
	head, _, _ := strings.Cut(text, "\n")
	return strings.Join(slices.Concat([]string{head}, chains, rules), "\n") + "\n"
}

// chainOf returns the chain of a rule's line: -A CHAIN ...
func chainOf(line string) string {
	words := strings.SplitN(line, " ", 3)
	if len(words) < 2 {
		return ""
	}
	return words[1]
}

// passing are the options of ipset save whose values change by themselves, or are
// drawn anew for each set.
var passing = regexp.MustCompile(` (initval|hashsize|timeout|packets|bytes) (0x)?[0-9a-f]+`)

// ipsets takes what ipset save prints apart.
func ipsets(text string) []Piece {
	var out []Piece
	index := map[string]int{}
	var adds [][]string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 3 {
			continue
		}
		i, known := index[words[1]]
		if words[0] == "create" && !known {
			i = len(out)
			index[words[1]] = i
			// The timeout of a set is its own, that of an element passes.
			header := strings.Fields(line)
			if at := slices.Index(header, "initval"); at >= 0 && at+1 < len(header) {
				header = slices.Delete(header, at, at+2)
			}
			if at := slices.Index(header, "hashsize"); at >= 0 && at+1 < len(header) {
				header = slices.Delete(header, at, at+2)
			}
			out = append(out, Piece{Key: Key{Layer: layerIPSet, Name: words[1]}, Meaning: strings.Join(header, " ") + "\n"})
			adds = append(adds, nil)
		}
		if i < len(out) {
			out[i].Text += line
			if words[0] == "add" && !strings.Contains(out[i].Meaning, " timeout ") {
				adds[i] = append(adds[i], passing.ReplaceAllString(line, ""))
			}
		}
	}
	for i := range out {
		slices.Sort(adds[i])
		out[i].Meaning += strings.Join(adds[i], "")
	}
	return out
}

var (
	nftCounters = regexp.MustCompile(`counter packets \d+ bytes \d+`)
	nftExpires  = regexp.MustCompile(` expires [0-9a-z]+`)
)

// shown returns a piece's text without what changes by itself.
func shown(p Piece) string {
	if p.Layer != layerNFT {
		return p.Meaning
	}
	return nftExpires.ReplaceAllString(nftCounters.ReplaceAllString(p.Text, "counter"), "")
}
