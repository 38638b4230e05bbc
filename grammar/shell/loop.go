package shell

import "mvdan.cc/sh/v3/syntax"

// around handles how a loop's body ends: it reports whether the loop goes on,
// and if not, how the loop itself ends.
func around(f flow) (bool, flow) {
	switch f.kind {
	case flowNext:
		return true, f
	case flowContinue:
		if f.n > 1 {
			return false, flow{flowContinue, f.n - 1}
		}
		return true, flow{}
	case flowBreak:
		if f.n > 1 {
			return false, flow{flowBreak, f.n - 1}
		}
		return false, flow{}
	default: // it leaves the loop's surroundings too
		return false, f
	}
}

func (m *machine) forClause(c *syntax.ForClause) flow {
	m.repeat++
	m.push(false)
	defer func() {
		m.pop()
		m.repeat--
	}()
	it, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		return m.cLoop(c, c.Loop.(*syntax.CStyleLoop))
	}
	name := it.Name.Value
	var items []field
	if it.InPos.IsValid() {
		items = m.words2fields(it.Items)
	} else if list, ok := m.params(); ok {
		for _, t := range list {
			items = append(items, field{Span: m.src.node(it), text: t})
		}
	} else {
		items = []field{{Span: m.src.node(it), text: m.environment("@", m.src.node(it)), multi: true}}
	}
	if c.Select {
		for i := range items {
			items[i].multi = true
		}
	}
	if len(items) == 0 {
		m.deadRun(m.src.node(c), func() {
			m.set(name, m.unknownVar(name, "$"+name+" is never set"))
			m.stmts(c.Do)
		})
		m.status = Yes
		return flow{}
	}
	for i, f := range items {
		if f.glob && !f.multi {
			f.multi = true
			src := f.text.String()
			f.text = Text{{Span: f.Span, Text: src, Unknown: m.unknown("glob:"+src, f.Span, src, src+" stands for files that only the running system knows")}}
		}
		var end flow
		goOn := true
		if f.multi {
			end = m.maybeLoop(c.Do, func() { m.set(name, &variable{text: f.text}) })
		} else {
			m.set(name, &variable{text: f.text})
			goOn, end = around(m.stmts(c.Do))
		}
		if end.kind != flowNext || !goOn {
			return end
		}
		if i+1 < len(items) && (m.dead > 0 || !m.step(1)) {
			break
		}
	}
	return flow{}
}

func (m *machine) cLoop(c *syntax.ForClause, l *syntax.CStyleLoop) flow {
	if l.Init != nil {
		m.arith(l.Init)
	}
	return m.loop(c.Do, l.Cond == nil, func() (Status, flow) {
		if l.Cond == nil {
			return Yes, flow{}
		}
		return m.arithStatus(l.Cond), flow{}
	}, func() {
		if l.Post != nil {
			m.arith(l.Post)
		}
	})
}

func (m *machine) whileClause(c *syntax.WhileClause) flow {
	m.repeat++
	m.push(false)
	defer func() {
		m.pop()
		m.repeat--
	}()
	return m.loop(c.Do, endless(c.Cond), func() (Status, flow) {
		st, f := m.condition(c.Cond)
		if c.Until {
			st = st.Not()
		}
		return st, f
	}, func() {})
}

// endless reports whether a condition can never change: while true, while :.
func endless(cond []*syntax.Stmt) bool {
	if len(cond) != 1 {
		return false
	}
	if c, ok := cond[0].Cmd.(*syntax.CallExpr); ok && len(c.Args) > 0 {
		switch c.Args[0].Lit() {
		case "true", ":", "false":
			return true
		case "[", "test":
			for _, a := range c.Args {
				if a.Lit() == "" {
					return false
				}
			}
			return true
		}
	}
	return false
}

// loop runs a loop while its condition holds. A condition that is not known
// means that the body runs some number of times: see maybeLoop. One that always
// holds is left from within, or never; its body is read once.
func (m *machine) loop(body []*syntax.Stmt, endless bool, cond func() (Status, flow), post func()) flow {
	for n := 0; ; n++ {
		st, f := cond()
		if f.kind != flowNext {
			return f
		}
		switch {
		case st == No:
			if n == 0 {
				m.deadStmts(body)
			}
			m.status = Yes
			return flow{}
		case st == Maybe:
			f := m.maybeLoop(body, func() {})
			m.status = Maybe
			return f
		}
		goOn, end := around(m.stmts(body))
		if !goOn {
			return end
		}
		post()
		if endless || m.dead > 0 || !m.step(1) {
			m.forget(body)
			return flow{}
		}
	}
}

// maybeLoop runs the body of a loop that runs an unknown number of times: once,
// unsure, and with the variables that it changes not known, as they would be
// another time around.
func (m *machine) maybeLoop(body []*syntax.Stmt, begin func()) flow {
	return m.either(
		func() flow {
			m.forget(body)
			begin()
			_, f := around(m.stmts(body))
			m.forget(body)
			return f
		},
		func() flow { return flow{} },
	)
}

// forget makes all variables unknown that statements may set.
func (m *machine) forget(body []*syntax.Stmt) {
	for _, name := range m.assigned(body) {
		if m.vars[name] != nil {
			m.set(name, m.unknownVar(name, "$"+name+" changes in a loop that runs until the running system ends it"))
		}
	}
}

// assigned returns the names of the variables that statements may set, also in
// the functions that they call.
func (m *machine) assigned(body []*syntax.Stmt) []string {
	var names []string
	seen := map[string]bool{}
	add := func(n string) {
		if !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	called := map[*function]bool{}
	var visit func(n syntax.Node) bool
	visit = func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				add(n.Name.Value)
			}
		case *syntax.WordIter:
			add(n.Name.Value)
		case *syntax.BinaryArithm:
			if w, ok := n.X.(*syntax.Word); ok && assigns(n.Op) {
				add(w.Lit())
			}
		case *syntax.UnaryArithm:
			if w, ok := n.X.(*syntax.Word); ok && (n.Op == syntax.Inc || n.Op == syntax.Dec) {
				add(w.Lit())
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			name := n.Args[0].Lit()
			if name == "read" {
				for _, a := range n.Args[1:] {
					add(a.Lit())
				}
			}
			if f := m.funcs[name]; f != nil && !called[f] {
				called[f] = true
				syntax.Walk(f.decl.Body, visit)
			}
		}
		return true
	}
	for _, s := range body {
		syntax.Walk(s, visit)
	}
	return names
}
