package nft

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// step is something that is done when all declarations are known, in the order
// of the script: rules and elements that are added, and commands that take some
// away again.
type step struct {
	jobs [2]int // of rules, from and to
	// set and what follows is of elements.
	set  *ast.Set
	text string
	base uint32
	sc   *scope
	do   func() // anything else
}

// ruleJob is a rule that is to be read.
type ruleJob struct {
	chain *chainBuild
	sc    *scope
	text  string
	base  uint32
	epoch int32
	index uint32 // of placeBefore and placeAfter; an index into the handles
	place place
	bad   bool // its braces or quotes do not fit, so it is not read
}

// place is where a rule goes in its chain.
type place uint8

const (
	placeEnd place = iota
	placeFront
	placeBefore        // the rule with an index
	placeAfter         // the rule with an index
	placeBeforeHandle  // the rule with a handle
	placeAfterHandle   // the rule with a handle
	placeReplaceHandle // instead of the rule with a handle
)

// ruleBatch is how many rules a goroutine reads at a time.
const ruleBatch = 1024

// addJob notes a rule to be read.
func (b *builder) addJob(j ruleJob) {
	j.epoch = int32(j.chain.epoch)
	if n := len(b.steps); n > 0 && b.steps[n-1].jobs[1] == len(b.jobs) && b.steps[n-1].set == nil && b.steps[n-1].do == nil {
		b.steps[n-1].jobs[1]++
	} else {
		b.steps = append(b.steps, step{jobs: [2]int{len(b.jobs), len(b.jobs) + 1}})
	}
	b.jobs = append(b.jobs, j)
}

// finish reads the rules and the elements.
func (b *builder) finish() {
	rules, anonymous := b.readRules()
	for i := range b.steps {
		s := &b.steps[i]
		switch {
		case s.do != nil:
			s.do()
		case s.set != nil:
			b.parser.parseElems(s.text, s.base, s.set, s.sc)
		default:
			for n := s.jobs[0]; n < s.jobs[1]; n++ {
				j := &b.jobs[n]
				if int(j.epoch) != j.chain.epoch {
					continue
				}
				b.place(j, rules[n])
				j.chain.table.addAnonymous(rules[n], anonymous[n])
			}
		}
	}
	for _, t := range b.tables {
		for _, c := range t.chains {
			c.settle()
			b.checkChain(c)
		}
		for _, s := range t.Sets {
			b.checkIntervals(s)
		}
	}
	b.errs = append(b.errs, b.parser.errs...)
}

// addAnonymous adds the chains that are written in a rule. They are called by
// their number in the table, so that the same ruleset is the same wherever its
// text stands.
func (t *tableBuild) addAnonymous(r *ast.Rule, chains []*ast.Chain) {
	if len(chains) == 0 {
		return
	}
	names := make(map[string]string, len(chains))
	for _, c := range chains {
		t.anonymous++
		names[c.Name] = "{" + uintText(uint64(t.anonymous)) + "}"
		c.Name = names[c.Name]
		t.Chains = append(t.Chains, c)
	}
	rename := func(n ast.Node) bool {
		if v, ok := n.(*ast.Verdict); ok && names[v.Chain] != "" {
			v.Chain = names[v.Chain]
		}
		return true
	}
	ast.Walk(r, rename)
	for _, c := range chains {
		ast.Walk(c, rename)
	}
}

// readRules reads all rules, on all processors. The chains that are written in
// rules are given by the number of the rule.
func (b *builder) readRules() ([]*ast.Rule, map[int][]*ast.Chain) {
	rules := make([]*ast.Rule, len(b.jobs))
	n := (len(b.jobs) + ruleBatch - 1) / ruleBatch
	type result struct {
		errs      []*grammar.Error
		anonymous map[int][]*ast.Chain
	}
	results := make([]result, n)
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			var p ruleParser
			for i := range next {
				p.errs, p.anonymous = nil, nil
				r := &results[i]
				for at := i * ruleBatch; at < min(len(b.jobs), (i+1)*ruleBatch); at++ {
					rules[at] = p.read(&b.jobs[at])
					if len(p.anonymous) > 0 {
						if r.anonymous == nil {
							r.anonymous = map[int][]*ast.Chain{}
						}
						r.anonymous[at], p.anonymous = p.anonymous, nil
					}
				}
				r.errs = p.errs
			}
		})
	}
	wg.Wait()
	anonymous := map[int][]*ast.Chain{}
	for _, r := range results {
		b.errs = append(b.errs, r.errs...)
		for at, chains := range r.anonymous {
			anonymous[at] = chains
		}
	}
	return rules, anonymous
}

// read reads the rule of a job.
func (p *ruleParser) read(j *ruleJob) *ast.Rule {
	if !j.bad {
		n := len(p.errs)
		r := p.parseRule(j.text, j.base, j.sc)
		if len(p.errs) > n && p.errs[n].From == j.base && p.errs[n].Hint == "" {
			word, _, _ := strings.Cut(j.text, " ")
			p.errs[n].Hint = grammar.Near(word, chainClauses)
		}
		return r
	}
	s := ast.Span{From: j.base, To: j.base + uint32(len(j.text))}
	return &ast.Rule{Span: s, Bad: true, Stmts: []ast.Stmt{&ast.Opaque{Span: s, Text: j.text, Action: true}}}
}

// place puts a rule into its chain.
func (b *builder) place(j *ruleJob, r *ast.Rule) {
	c := j.chain
	switch j.place {
	case placeEnd:
		c.Rules = append(c.Rules, r)
		return
	case placeFront:
		c.front = append(c.front, r)
		return
	}
	c.settle()
	at := int(j.index)
	switch j.place {
	case placeBeforeHandle, placeAfterHandle, placeReplaceHandle:
		at = slices.IndexFunc(c.Rules, func(r *ast.Rule) bool { return r.Handle == uint64(j.index) })
		switch {
		case at < 0 && j.place == placeBeforeHandle:
			at = 0 // a rule that is loaded already
		case at < 0:
			at = len(c.Rules)
		case j.place == placeReplaceHandle:
			c.Rules[at] = r
			return
		case j.place == placeAfterHandle:
			at++
		}
	default:
		if at >= len(c.Rules) {
			if !c.Implicit {
				b.failf(r.Span, "chain %s has %d rules here, so none has the index %d", c.Name, len(c.Rules), at)
			}
			at = len(c.Rules)
		} else if j.place == placeAfter {
			at++
		}
	}
	c.Rules = slices.Insert(c.Rules, at, r)
}

// settle puts the rules that were inserted at the beginning of a chain there.
func (c *chainBuild) settle() {
	if len(c.front) == 0 {
		return
	}
	slices.Reverse(c.front)
	c.Rules = append(c.front, c.Rules...)
	c.front = nil
}
