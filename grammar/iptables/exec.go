package iptables

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/shell"
)

// executor carries command lines out on a ruleset as the kernel would, from a
// kernel without rules on.
//
// A script runs on a kernel that may have rules already, so a command that
// fails here (-D of a rule that the script has not added, -N of a chain that is
// there) need not fail there, and mostly is meant to. It is reported only where
// the script's own text leaves no other way: see [knowledge].
//
// Where the script runs a command only under a condition that is not known, the
// model is to hold every rule that there may be: such a command adds rules and
// chains, and takes none away. A policy that it sets counts if no other
// command has set one for sure.
type executor struct {
	*builder
	low   ext.Lowering
	known map[tableKey]*knowledge
	how   how
	// guessed says that a command was not sure to run, so that the model may
	// be more than the kernel has.
	guessed bool
}

// how says how certainly a command runs, and whether its failure is expected.
type how struct{ sure, guarded bool }

// certainly is how a line of a save file runs.
var certainly = how{sure: true}

// knowledge is what the lines so far say for certain of a table, whatever there
// was before them.
type knowledge struct {
	flushed bool // what is not in the model is not in the kernel: rules
	closed  bool // chains likewise
	chains  map[string]*chainKnowledge
}

// chainKnowledge is what is known of a chain, and what the executor keeps to
// find its rules by.
type chainKnowledge struct {
	known bool // the model has the chain's rules, all and no others
	made  bool // the chain is there
	keys  map[*ast.Rule]string
	count map[string]int // of keys
	front []*ast.Rule    // where the chain's rules lie, if they begin at free
	free  int
}

func newExecutor(b *builder) *executor {
	return &executor{builder: b, known: map[tableKey]*knowledge{}}
}

func (x *executor) knowledge(k tableKey) *knowledge {
	kn := x.known[k]
	if kn == nil {
		kn = &knowledge{chains: map[string]*chainKnowledge{}}
		x.known[k] = kn
	}
	return kn
}

func (kn *knowledge) chain(name string) *chainKnowledge {
	c := kn.chains[name]
	if c == nil {
		c = &chainKnowledge{known: kn.flushed, keys: map[*ast.Rule]string{}, count: map[string]int{}}
		kn.chains[name] = c
	}
	return c
}

// fresh says that a table has nothing but what the model has: that of a save
// file, which iptables-restore empties first.
func (x *executor) fresh(k tableKey) {
	kn := x.knowledge(k)
	kn.flushed, kn.closed = true, true
	if t := x.tables[k]; t != nil {
		for _, c := range t.Chains {
			s := kn.chain(c.Name)
			s.made = true
			s.known = len(c.Rules) == len(s.keys)
		}
	}
}

// doubt forgets what is known of a table, or of all of a family: something that
// the script does not show has changed it.
func (x *executor) doubt(k tableKey) {
	for key, kn := range x.known {
		if key.family == k.family && (k.name == "" || key.name == k.name) {
			kn.doubt()
		}
	}
}

func (kn *knowledge) doubt() {
	kn.flushed, kn.closed = false, false
	for _, c := range kn.chains {
		c.known, c.made = false, false
	}
}

// target is the chain that a command is about.
type target struct {
	key   tableKey
	table *tableBuilder // nil, if the model has none
	chain *ast.Chain    // nil, if the model has none
	kn    *knowledge
	c     *chainKnowledge
}

// builtin reports whether the kernel itself makes the chain of that name.
func (k tableKey) builtin(name string) bool { return isBuiltin(k.name, name) }

// apply carries a line out, and returns whether the command succeeds.
func (x *executor) apply(ctx ext.Context, line *Line, how how) shell.Status {
	x.how = how
	x.guessed = x.guessed || !how.sure
	if line.Ignored || line.Verb == verbHelp {
		return shell.Yes
	}
	name := line.Table.Text
	if !line.Table.Valid() {
		name = ctx.Table
	}
	f := ctx.Family
	t := target{key: tableKey{f, name}}
	t.table = x.tables[t.key]
	t.kn = x.knowledge(t.key)
	if line.Chain.Valid() {
		t.c = t.kn.chain(line.Chain.Text)
		if t.table != nil {
			t.chain = t.table.chains[line.Chain.Text]
			if t.chain != nil && len(t.chain.Rules) != len(t.c.keys) {
				t.c.known = false // some came another way
			}
		}
	}
	if line.Bad || len(line.Opaque) > 0 {
		if t.c != nil {
			t.c.known = false
		}
		switch {
		case verbs[line.Verb].rule:
		case line.Bad:
			return shell.No
		default:
			t.kn.doubt()
			return shell.Maybe
		}
	}
	switch {
	case line.Table.Opaque:
		x.doubt(tableKey{family: f})
	case line.Chain.Opaque:
		t.kn.doubt()
	}
	if do := actions[line.Verb]; do != nil {
		return do(x, ctx, &t, line)
	}
	return shell.Maybe
}

// actions carry the verbs out. Whatever the tool refuses changes nothing.
var actions = [len(verbs)]func(*executor, ext.Context, *target, *Line) shell.Status{
	verbAppend:      (*executor).append,
	verbInsert:      (*executor).insert,
	verbReplace:     (*executor).replace,
	verbDelete:      (*executor).remove,
	verbCheck:       (*executor).check,
	verbNew:         (*executor).create,
	verbDeleteChain: (*executor).deleteChain,
	verbPolicy:      (*executor).policy,
	verbFlush:       (*executor).flush,
	verbZero:        (*executor).zero,
	verbRename:      (*executor).rename,
	verbList:        (*executor).list,
	verbListRules:   (*executor).list,
}

// refuse reports that a command fails, if that is certain and not expected.
func (x *executor) refuse(certain bool, e *grammar.Error) shell.Status {
	if certain && x.how.sure && !x.how.guarded {
		*x.errs = append(*x.errs, e)
	}
	return shell.No
}

// record keeps a command that does not add something.
func (x *executor) record(t *target, line *Line, args ...string) {
	v := verbs[line.Verb]
	object := v.object
	if object == "chain" && !line.Chain.Valid() {
		object = "table"
	}
	x.ruleset.Commands = append(x.ruleset.Commands, &ast.Command{
		Span: line.Span, Verb: v.name, Object: object,
		Family: t.key.family, Table: t.key.name, Name: line.Chain.Text, Args: args, Before: x.rules,
	})
}

// open returns the chain of a command that needs it, made if it is not there.
func (x *executor) open(t *target, line *Line) *ast.Chain {
	if t.chain != nil {
		t.table.Span = t.table.Span.Join(line.Span)
		return t.chain
	}
	isNew := t.table == nil
	t.table = x.table(t.key.family, t.key.name, line.Span)
	if isNew {
		t.table.NameSpan = line.Table.Span
	}
	t.chain = t.table.chain(line.Chain)
	return t.chain
}

// rulesOf makes the rules of a line, each with the key that -D finds it by.
func (x *executor) rulesOf(ctx ext.Context, line *Line) ([]*ast.Rule, []string) {
	var rules []*ast.Rule
	lowerLine(&x.low, ctx, line, func(r *ast.Rule) { rules = append(rules, r) })
	return rules, ruleKeys(line)
}

// ruleKeys returns the canonical text of each rule that a line means, without
// its chain and its counters: two rules are the same to -D, -C and the kernel if
// that is the same.
func ruleKeys(line *Line) []string {
	plain := *line
	plain.Verb, plain.Chain, plain.Num, plain.Name, plain.Counters = verbAppend, ext.Word{}, 0, ext.Word{}, nil
	opaque := ""
	for _, w := range line.Opaque {
		opaque += " " + w.Text
	}
	var keys []string
	for l := range strings.Lines(string(appendLine(nil, &plain))) {
		key := opaque + strings.TrimPrefix(strings.TrimSuffix(l, "\n"), "-A")
		if line.Bad {
			key = "" // the same as no other
		}
		keys = append(keys, key)
	}
	return keys
}

// certainRules reports whether it is certain how many rules a line makes: not,
// if it has words that are not known, or names of hosts, which may have several
// addresses.
func certainRules(line *Line) bool {
	if line.Bad || len(line.Opaque) > 0 || line.Base.Opaque() {
		return false
	}
	for _, g := range line.Base.Given {
		for _, it := range g.List {
			if it.Text != "" {
				return false
			}
		}
	}
	return true
}

// changed notes that rules come or go: where that is not sure, or not how many,
// the chain is not known any more.
func (x *executor) changed(t *target, line *Line) {
	if !x.how.sure || !certainRules(line) {
		t.c.known = false
	}
}

func (x *executor) append(ctx ext.Context, t *target, line *Line) shell.Status {
	c := x.open(t, line)
	rules, keys := x.rulesOf(ctx, line)
	for i, r := range rules {
		t.c.put(c, len(c.Rules), r, keys[i])
	}
	x.rules += len(rules)
	x.changed(t, line)
	return shell.Yes
}

// insert puts each rule of the line at the same place, so the last one comes
// first (insert_entry in iptables.c).
func (x *executor) insert(ctx ext.Context, t *target, line *Line) shell.Status {
	n := 0
	if t.chain != nil {
		n = len(t.chain.Rules)
	}
	at := max(line.Num, 1) - 1
	if at > n {
		if t.c.known {
			return x.refuse(true, grammar.Errorf(line.NumWord.Span, "the place %d is too far: %s", line.Num, has(line.Chain.Text, n)).
				Expected("a number from 1 to %d", n+1))
		}
		at = n
	}
	c := x.open(t, line)
	rules, keys := x.rulesOf(ctx, line)
	for i, r := range rules {
		t.c.put(c, at, r, keys[i])
	}
	x.rules += len(rules)
	x.changed(t, line)
	return shell.Yes
}

func has(chain string, n int) string {
	switch n {
	case 0:
		return chain + " has no rule"
	case 1:
		return chain + " has 1 rule"
	}
	return chain + " has " + strconv.Itoa(n) + " rules"
}

func (x *executor) replace(ctx ext.Context, t *target, line *Line) shell.Status {
	rules, keys := x.rulesOf(ctx, line)
	if len(rules) != 1 {
		return shell.No
	}
	n := 0
	if t.chain != nil {
		n = len(t.chain.Rules)
	}
	if line.Num > n && t.c.known {
		return x.refuse(true, grammar.Errorf(line.NumWord.Span, "there is no rule %d: %s", line.Num, has(line.Chain.Text, n)))
	}
	c := x.open(t, line)
	at := min(max(line.Num, 1)-1, n)
	if x.how.sure && !line.Bad && at < n {
		t.c.cut(c, at)
	}
	t.c.put(c, at, rules[0], keys[0])
	x.rules++
	x.changed(t, line)
	if !x.how.sure || line.Num > n {
		t.c.known = false
	}
	return shell.Yes
}

func (x *executor) remove(ctx ext.Context, t *target, line *Line) shell.Status {
	n := 0
	if t.chain != nil {
		n = len(t.chain.Rules)
	}
	if line.Num > 0 {
		x.record(t, line, strconv.Itoa(line.Num))
		switch {
		case line.Num > n:
			return x.refuse(t.c.known, grammar.Errorf(line.NumWord.Span, "there is no rule %d: %s", line.Num, has(line.Chain.Text, n)))
		case !x.how.sure:
			t.c.known = false
			return shell.Maybe
		}
		t.c.cut(t.chain, line.Num-1)
		return shell.Yes
	}
	keys := ruleKeys(line)
	x.record(t, line, keys...)
	if !t.c.hasAll(keys) {
		certain := t.c.known && certainRules(line) && !opaqueLine(line) && !t.c.opaque(t.chain)
		return x.refuse(certain, grammar.Errorf(line.Span, "%s has no such rule to delete", line.Chain.Text).
			Expected("a rule that the chain has at this point, with its conditions in the same order"))
	}
	if !x.how.sure {
		t.c.known = false
		return shell.Maybe
	}
	for _, k := range keys {
		t.c.cut(t.chain, t.c.find(t.chain, k))
	}
	return shell.Yes
}

// opaqueLine reports whether a word of the line is known to the running shell
// only.
func opaqueLine(line *Line) bool {
	return line.Jump.Opaque || line.Target.Ext != nil && line.Target.Opaque() || slices.ContainsFunc(line.Uses, func(u ext.Use) bool { return u.Opaque() })
}

func (x *executor) check(_ ext.Context, t *target, line *Line) shell.Status {
	switch {
	case t.c.hasAll(ruleKeys(line)):
		return shell.Yes
	case line.Bad:
		return shell.Maybe
	}
	return shell.No
}

func (x *executor) create(_ ext.Context, t *target, line *Line) shell.Status {
	name := line.Chain
	if t.chain != nil && !t.chain.Implicit || t.key.builtin(name.Text) && !name.Opaque {
		return x.refuse(t.c.made || t.key.builtin(name.Text), grammar.Errorf(name.Span, "the chain %s is there already", name.Text))
	}
	c := x.open(t, line)
	c.Implicit = false
	c.Span, c.NameSpan = line.Span, name.Span
	t.c.made = x.how.sure && !name.Opaque
	if !x.how.sure {
		t.kn.closed = false
	}
	t.c.known = x.how.sure && t.kn.closed && len(c.Rules) == 0
	return shell.Yes
}

// deleteChain deletes a chain, or all chains that are not the kernel's. One that
// still has rules, or is still jumped to, stays; then of all chains, each stays.
func (x *executor) deleteChain(_ ext.Context, t *target, line *Line) shell.Status {
	x.record(t, line)
	at := line.VerbWord.Span
	var list []*ast.Chain
	switch {
	case !line.Chain.Valid():
		if t.table != nil {
			for _, c := range t.table.Chains {
				if !t.key.builtin(c.Name) {
					list = append(list, c)
				}
			}
		}
	case t.chain == nil:
		return x.refuse(t.kn.closed && !t.key.builtin(line.Chain.Text), noChain(line.Chain))
	case t.key.builtin(line.Chain.Text):
		return shell.Maybe // iptables-nft deletes an empty one, until it is used again
	default:
		at = line.Chain.Span
		list = []*ast.Chain{t.chain}
	}
	for _, c := range list {
		if len(c.Rules) > 0 {
			return x.refuse(t.kn.chain(c.Name).known, grammar.Errorf(at, "%s, so it cannot be deleted", has(c.Name, len(c.Rules))).Expected("-F before -X"))
		}
	}
	for _, c := range list {
		if by := t.table.jumps(c.Name); by != nil {
			return x.refuse(t.kn.chain(by.Name).known, grammar.Errorf(at, "rules of %s still jump to %s, so it cannot be deleted", by.Name, c.Name).Expected("-F before -X"))
		}
	}
	if !x.how.sure {
		for _, c := range list {
			t.kn.chain(c.Name).made = false
		}
		return shell.Maybe
	}
	for _, c := range list {
		t.table.drop(c)
		delete(t.kn.chains, c.Name)
	}
	if !line.Chain.Valid() && t.kn.flushed {
		t.kn.closed = true
	}
	return shell.Yes
}

func noChain(w ext.Word) *grammar.Error {
	return grammar.Errorf(w.Span, "there is no chain %s", w.Text)
}

// jumps returns a chain with a rule that goes to the chain of that name.
func (t *tableBuilder) jumps(name string) *ast.Chain {
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			if jumpOf(r, name) != nil {
				return c
			}
		}
	}
	return nil
}

// jumpOf returns the verdict with which a rule goes to a chain.
func jumpOf(r *ast.Rule, name string) *ast.Verdict {
	for _, s := range r.Stmts {
		if v, ok := s.(*ast.Verdict); ok && v.Chain == name && (v.Kind == ast.VerdictJump || v.Kind == ast.VerdictGoto) {
			return v
		}
	}
	return nil
}

// drop removes a chain from the table.
func (t *tableBuilder) drop(c *ast.Chain) {
	delete(t.chains, c.Name)
	if i := slices.Index(t.Chains, c); i >= 0 {
		t.Chains = slices.Delete(t.Chains, i, i+1)
	}
}

func (x *executor) policy(_ ext.Context, t *target, line *Line) shell.Status {
	x.record(t, line, line.Name.Text)
	p, ok := policies[line.Name.Text]
	if !ok || line.Name.Opaque {
		return shell.Maybe // it is told that the word is not known
	}
	c := x.open(t, line)
	c.Implicit = false
	if x.how.sure || c.Policy == ast.PolicyNone {
		c.Policy, c.PolicySpan = p, line.Name.Span
		if line.Counters != nil {
			c.Counters = line.Counters
		}
		if !c.Span.Valid() {
			c.Span, c.NameSpan = line.Span, line.Chain.Span
		}
	}
	return shell.Yes
}

// flush deletes the rules of a chain, or of all chains.
func (x *executor) flush(_ ext.Context, t *target, line *Line) shell.Status {
	x.record(t, line)
	if line.Chain.Valid() && t.chain == nil && !t.key.builtin(line.Chain.Text) {
		if t.kn.closed && !line.Chain.Opaque {
			return x.refuse(true, noChain(line.Chain))
		}
		return shell.No
	}
	if !x.how.sure {
		for name, c := range t.kn.chains {
			if !line.Chain.Valid() || name == line.Chain.Text {
				c.known = false
			}
		}
		return shell.Maybe
	}
	if line.Chain.Valid() {
		if !line.Chain.Opaque {
			t.c.clear(t.chain)
			t.c.known = true
		}
		return shell.Yes
	}
	if t.table != nil {
		for _, c := range t.table.Chains {
			t.kn.chain(c.Name).clear(c)
		}
	}
	if !line.Table.Opaque {
		t.kn.flushed = true
		for _, c := range t.kn.chains {
			c.known = true
		}
	}
	return shell.Yes
}

func (x *executor) zero(_ ext.Context, t *target, line *Line) shell.Status {
	x.record(t, line)
	if t.table == nil || !x.how.sure {
		return shell.Yes
	}
	for _, c := range t.table.Chains {
		if line.Chain.Valid() && c != t.chain {
			continue
		}
		if c.Counters != nil && line.Num == 0 {
			c.Counters = &ast.Counters{}
		}
		for i, r := range c.Rules {
			if r.Counters != nil && (line.Num == 0 || line.Num == i+1) {
				r.Counters = &ast.Counters{}
			}
		}
	}
	return shell.Yes
}

// rename gives a chain another name; rules that jump to it still do.
func (x *executor) rename(_ ext.Context, t *target, line *Line) shell.Status {
	x.record(t, line, line.Name.Text)
	from, to := line.Chain.Text, line.Name.Text
	switch {
	case t.table != nil && t.table.chains[to] != nil || t.key.builtin(to):
		return x.refuse(t.key.builtin(to) || t.kn.chain(to).made, grammar.Errorf(line.Name.Span, "the chain %s is there already", to))
	case t.chain == nil:
		return x.refuse(t.kn.closed, noChain(line.Chain))
	case line.Name.Opaque || !x.how.sure:
		t.kn.doubt()
		return shell.Maybe
	}
	c := t.chain
	delete(t.table.chains, from)
	t.table.chains[to] = c
	c.Name, c.NameSpan = to, line.Name.Span
	delete(t.kn.chains, from)
	t.kn.chains[to] = t.c
	for _, other := range t.table.Chains {
		o := t.kn.chain(other.Name)
		for _, r := range other.Rules {
			v := jumpOf(r, from)
			if v == nil {
				continue
			}
			v.Chain = to
			if key, ok := o.keys[r]; ok && strings.HasSuffix(key, " "+from) {
				o.count[key]--
				key = strings.TrimSuffix(key, from) + to
				o.keys[r] = key
				o.count[key]++
			}
		}
	}
	return shell.Yes
}

func (x *executor) list(_ ext.Context, t *target, line *Line) shell.Status {
	if line.Chain.Valid() && t.chain == nil && !t.key.builtin(line.Chain.Text) {
		if line.Chain.Opaque {
			return shell.Maybe
		}
		return shell.No
	}
	return shell.Yes
}

// put puts a rule at a place of the chain. Scripts that insert do so at the
// front, so free places are kept there.
func (k *chainKnowledge) put(c *ast.Chain, at int, r *ast.Rule, key string) {
	k.keys[r] = key
	k.count[key]++
	n := len(c.Rules)
	if at > 0 || n == 0 {
		c.Rules = slices.Insert(c.Rules, at, r)
		return
	}
	if k.free == 0 || &c.Rules[0] != &k.front[k.free] {
		k.free = n + 16
		k.front = make([]*ast.Rule, 3*n+32)
		copy(k.front[k.free:], c.Rules)
	}
	k.free--
	k.front[k.free] = r
	c.Rules = k.front[k.free : k.free+n+1]
}

// cut removes the rule at a place of the chain.
func (k *chainKnowledge) cut(c *ast.Chain, at int) {
	r := c.Rules[at]
	k.count[k.keys[r]]--
	delete(k.keys, r)
	c.Rules = slices.Delete(c.Rules, at, at+1)
}

// clear removes all rules of the chain, if the model has it.
func (k *chainKnowledge) clear(c *ast.Chain) {
	clear(k.keys)
	clear(k.count)
	if c != nil {
		c.Rules = nil
	}
}

// hasAll reports whether the chain has a rule for each key.
func (k *chainKnowledge) hasAll(keys []string) bool {
	want := map[string]int{}
	for _, key := range keys {
		if want[key]++; key == "" || k.count[key] < want[key] {
			return false
		}
	}
	return true
}

// find returns the place of the first rule with that key.
func (k *chainKnowledge) find(c *ast.Chain, key string) int {
	return slices.IndexFunc(c.Rules, func(r *ast.Rule) bool { return k.keys[r] == key })
}

// opaque reports whether the chain has a rule that may be the same as others
// whatever its text: one that was not understood or is not known.
func (k *chainKnowledge) opaque(c *ast.Chain) bool {
	if c == nil {
		return false
	}
	return slices.ContainsFunc(c.Rules, func(r *ast.Rule) bool {
		return r.Bad || slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool { _, ok := s.(*ast.Opaque); return ok })
	})
}
