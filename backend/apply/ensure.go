//go:build linux

package apply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/semantics"
)

// Ensured is a base chain that was looked at for a rule that accepts established
// packets.
type Ensured struct {
	// Chain names it: inet site input.
	Chain string
	// Missing says that there is no such rule, so that one is inserted: before Before,
	// the text of the first rule that drops established packets, or at the end if that
	// is empty, as the policy drops them.
	Missing bool
	Before  string
	// Why says why nothing is inserted.
	Why string

	step Step
}

// ensurable are the hooks whose chains filter what comes, goes and goes through.
var ensurable = []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput}

// Ensure finds out whether the base chains that filter accept established packets, and
// makes the change of inserting a rule that does into those that do not. With names,
// only chains that are called so are looked at. No text is compared: what counts is what
// the chain does with all established packets.
func Ensure(s *State, names []string) (Change, []Ensured, error) {
	var found []Ensured
	seen := map[string]bool{}
	for _, t := range s.Ruleset.Tables {
		for _, c := range t.Chains {
			if !c.Base() || !slices.Contains(ensurable, c.Hook) || c.Type != ast.ChainFilter && c.Type != ast.ChainRoute {
				continue
			}
			if t.Xtables && t.Name != "filter" || len(names) > 0 && !slices.Contains(names, c.Name) {
				continue
			}
			seen[c.Name] = true
			e, err := ensure(s.Ruleset, t, c, len(names) > 0)
			if err != nil {
				return Change{}, nil, err
			}
			found = append(found, e)
		}
	}
	for _, n := range names {
		if !seen[n] {
			return Change{}, nil, fmt.Errorf("there is no base chain %s that filters input, forward or output", n)
		}
	}
	return Change{Ruleset: &ast.Ruleset{}, Steps: func(*State) []Step {
		var steps []Step
		for _, e := range found {
			if e.Missing {
				steps = append(steps, e.step)
			}
		}
		return steps
	}}, found, nil
}

// families are those of the packets that tables of a family see.
var families = map[ast.Family][]ast.Family{
	ast.FamilyIP: {ast.FamilyIP}, ast.FamilyIP6: {ast.FamilyIP6}, ast.FamilyInet: {ast.FamilyIP, ast.FamilyIP6},
}

// ensure looks at one chain.
func ensure(rs *live.Ruleset, t *ast.Table, c *ast.Chain, named bool) (Ensured, error) {
	e := Ensured{Chain: t.Family.String() + " " + t.Name + " " + c.Name}
	h := semantics.NewHost([]*ast.Ruleset{alone(rs, t, c)}, semantics.Options{})
	at := -1
	for _, f := range families[t.Family] {
		w := h.Way(f, c.Hook)
		if !w.Known() {
			return e, fmt.Errorf("%s: what it does is too much to tell", e.Chain)
		}
		established := w.Where(semantics.Fields{State: ast.StateEstablished})
		lost := w.Drops().And(established).Must()
		switch {
		case lost.Empty():
			e.Why = "it drops no established packets"
			continue
		case !lost.Known():
			return e, fmt.Errorf("%s: what it drops is too much to tell", e.Chain)
		}
		if r := accepting(w, t, c, established); r != nil {
			e.Why = "there is one: " + ruleCounters.ReplaceAllString(rs.Text(r), "")
			continue
		}
		if !named && c.Hook == ast.HookForward && w.Accepts().And(w.Where(semantics.Fields{State: ast.StateNew})).Empty() {
			e.Why = "it lets no connection through"
			continue
		}
		if i := firstDrop(w, t, c, established); at < 0 || i < at {
			at = i
		}
	}
	if at < 0 {
		return e, nil
	}
	e.Missing, e.Why = true, ""
	if at < len(c.Rules) {
		e.Before = ruleCounters.ReplaceAllString(rs.Text(c.Rules[at]), "")
	}
	return e, e.insert(rs, t, c, at)
}

// alone returns the chain with what it calls, without the other base chains.
func alone(rs *live.Ruleset, t *ast.Table, c *ast.Chain) *ast.Ruleset {
	only := *t
	only.Chains = slices.DeleteFunc(slices.Clone(t.Chains), func(x *ast.Chain) bool { return x.Base() && x != c })
	return &ast.Ruleset{Tables: []*ast.Table{&only}, IPSets: rs.IPSets}
}

// accepting returns a rule of the chain that accepts all established packets which come
// to it; nil if there is none.
func accepting(w *semantics.Way, t *ast.Table, c *ast.Chain, established semantics.Set) *ast.Rule {
	for _, r := range c.Rules {
		come := w.Rule(r).Reach.And(established).May()
		if !come.Some() {
			continue
		}
		accepts := w.Rule(r).Accepts.And(come)
		for _, x := range called(t, r)[1:] {
			accepts = accepts.Or(w.Rule(x).Accepts.And(w.Rule(r).Match).And(come))
		}
		if accepts.Must().Covers(come) {
			return r
		}
	}
	return nil
}

// firstDrop returns the index of the first rule that drops established packets, itself or
// in a chain that it goes to; that behind the last one if the policy does.
func firstDrop(w *semantics.Way, t *ast.Table, c *ast.Chain, established semantics.Set) int {
	for i, r := range c.Rules {
		these := w.Rule(r).Match.And(established)
		for _, x := range called(t, r) {
			if w.Rule(x).Drops.And(these).Must().Some() {
				return i
			}
		}
	}
	return len(c.Rules)
}

// called returns a rule and those of the chains that it goes to.
func called(t *ast.Table, r *ast.Rule) []*ast.Rule {
	out := []*ast.Rule{r}
	seen := map[*ast.Chain]bool{}
	for i := 0; i < len(out); i++ {
		for n := range ast.Preorder(out[i]) {
			var names []string
			switch n := n.(type) {
			case *ast.Verdict:
				names = append(names, n.Chain)
			case *ast.VMap:
				if ref, ok := n.Map.(*ast.SetRef); ok {
					if s := t.Set(ref.Name); s != nil {
						for _, el := range s.Elems {
							if v, ok := el.Data.(*ast.Verdict); ok {
								names = append(names, v.Chain)
							}
						}
					}
				}
			}
			for _, name := range names {
				if to := t.Chain(name); to != nil && !seen[to] {
					seen[to] = true
					out = append(out, to.Rules...)
				}
			}
		}
	}
	return out
}

// insert makes the step that inserts the rule before the one of that index.
func (e *Ensured) insert(rs *live.Ruleset, t *ast.Table, c *ast.Chain, at int) error {
	tool, _, _ := strings.Cut(rs.Place(t), ":")
	layer, save := strings.CutSuffix(tool, "-save")
	if !save {
		where := fmt.Sprintf("insert rule %s %s %s index %d", t.Family, t.Name, c.Name, at)
		if at == len(c.Rules) {
			where = fmt.Sprintf("add rule %s %s %s", t.Family, t.Name, c.Name)
		}
		e.step = Step{loaders[layerNFT], where + " ct state established,related counter accept\n"}
		return nil
	}
	load, ok := loaders[layer]
	if !ok {
		return fmt.Errorf("%s: nobody knows who keeps it", e.Chain)
	}
	e.step = Step{
		append(slices.Clone(load), "--noflush"),
		fmt.Sprintf("*%s\n-I %s %d -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n", t.Name, c.Name, at+1),
	}
	return nil
}
