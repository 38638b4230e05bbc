// Package bdd keeps sets of bit vectors as reduced ordered binary decision
// diagrams: graphs in which equal functions are the same node, so that to
// compare two sets is to compare two numbers.
//
// A [Store] owns all nodes of a set of variables. A variable is a number, its
// place in the order: 0 is asked for first. Nodes have complement edges, so [Not]
// costs nothing. Nodes are never freed: a store lives as long as the questions
// asked of one ruleset.
//
// A store has a [Budget] of nodes and of steps. When it is used up, an operation
// returns [Bad] in place of a wrong or an endless answer, and so does each
// operation on Bad. A caller asks [Node.OK] of the results it relies on.
//
// A store is not safe for use by several goroutines at once.
package bdd
