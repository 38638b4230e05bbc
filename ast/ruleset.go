package ast

// Ruleset is what one file, or the files that are loaded together, declare.
type Ruleset struct {
	Span
	Tables []*Table
	// Commands are the commands of a script that do not declare something:
	// flush, delete, destroy, reset and their like, in order.
	Commands []*Command
	// IPSets are the sets of ipset(8) that xtables rules name. They live
	// outside any table.
	IPSets []*Set
}

// Table returns the table of that family and name, or nil.
func (r *Ruleset) Table(f Family, name string) *Table {
	for _, t := range r.Tables {
		if t.Family == f && t.Name == name {
			return t
		}
	}
	return nil
}

// Family is the address family of a table (nft(8), ADDRESS FAMILIES).
type Family uint8

// The families of nft(8). The tables of iptables have FamilyIP, those of
// ip6tables FamilyIP6.
const (
	FamilyUnknown Family = iota
	FamilyIP
	FamilyIP6
	FamilyInet
	FamilyARP
	FamilyBridge
	FamilyNetdev
)

var familyNames = [...]string{"unknown", "ip", "ip6", "inet", "arp", "bridge", "netdev"}

func (f Family) String() string { return name(familyNames[:], int(f)) }

// ParseFamily returns the family of that name.
func ParseFamily(s string) (Family, bool) {
	i, ok := index(familyNames[1:], s)
	return Family(i + 1), ok
}

// IPv4 reports whether chains of the family see IPv4 packets.
func (f Family) IPv4() bool { return f != FamilyIP6 && f != FamilyARP }

// IPv6 reports whether chains of the family see IPv6 packets.
func (f Family) IPv6() bool { return f != FamilyIP && f != FamilyARP }

// Table is a table of one family.
type Table struct {
	Span
	Name     string
	NameSpan Span
	Family   Family
	Flags    []string // dormant, owner, persist
	Comment  string
	Handle   uint64

	Chains     []*Chain
	Sets       []*Set // sets, and maps: those with Data
	Objects    []*Object
	Flowtables []*Flowtable

	// Xtables says that the table was written for iptables or ip6tables:
	// its name then fixes its chains, and verdicts follow x_tables.
	Xtables bool
}

// Chain returns the chain of that name, or nil.
func (t *Table) Chain(name string) *Chain {
	for _, c := range t.Chains {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Set returns the set or map of that name, or nil.
func (t *Table) Set(name string) *Set {
	for _, s := range t.Sets {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Hook is a netfilter hook (nft(8), ADDRESS FAMILIES).
type Hook uint8

// The hooks. HookNone is that of a chain that is only jumped to.
const (
	HookNone Hook = iota
	HookPrerouting
	HookInput
	HookForward
	HookOutput
	HookPostrouting
	HookIngress
	HookEgress
)

var hookNames = [...]string{"", "prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"}

func (h Hook) String() string { return name(hookNames[:], int(h)) }

// ParseHook returns the hook of that name, in nft's lower case.
func ParseHook(s string) (Hook, bool) {
	i, ok := index(hookNames[1:], s)
	return Hook(i + 1), ok
}

// ChainType is the type of a base chain (nft(8), CHAINS).
type ChainType uint8

// The types of base chains.
const (
	ChainNone ChainType = iota
	ChainFilter
	ChainNAT
	ChainRoute
)

var chainTypeNames = [...]string{"", "filter", "nat", "route"}

func (t ChainType) String() string { return name(chainTypeNames[:], int(t)) }

// ParseChainType returns the chain type of that name.
func ParseChainType(s string) (ChainType, bool) {
	i, ok := index(chainTypeNames[1:], s)
	return ChainType(i + 1), ok
}

// Policy is what a base chain does with a packet that no rule decides.
type Policy uint8

// The policies. PolicyNone says that none is written: accept, in both dialects.
const (
	PolicyNone Policy = iota
	PolicyAccept
	PolicyDrop
)

var policyNames = [...]string{"", "accept", "drop"}

func (p Policy) String() string { return name(policyNames[:], int(p)) }

// ParsePolicy returns the policy of that name, in nft's lower case.
func ParsePolicy(s string) (Policy, bool) {
	i, ok := index(policyNames[1:], s)
	return Policy(i + 1), ok
}

// Chain is a chain: a base chain if it has a Hook, else one to jump to.
type Chain struct {
	Span
	Name     string
	NameSpan Span
	Hook     Hook
	// HookSpan is where type, hook and priority are written, in nft.
	HookSpan Span
	Type     ChainType
	// Priority orders the base chains of one hook: the lower, the earlier.
	// The standard names (filter, dstnat + 5) are resolved to numbers.
	Priority   int32
	Policy     Policy
	PolicySpan Span
	Devices    []string // of ingress and egress chains
	Flags      []string // offload
	Comment    string
	Handle     uint64
	Counters   *Counters // of the policy, where the source has them
	Rules      []*Rule

	// Implicit says that no line declares the chain: a command file that
	// appends to INPUT means the kernel's chain.
	Implicit bool
	// Anonymous says that the chain is written where a rule goes to it
	// (jump { ... }): its name is one that no text can say, and no other rule
	// goes to it.
	Anonymous bool
}

// Base reports whether the kernel itself gives packets to the chain.
func (c *Chain) Base() bool { return c.Hook != HookNone }

// Counters are packets and bytes that something has counted.
type Counters struct{ Packets, Bytes uint64 }

// Rule is one rule of a chain.
type Rule struct {
	Span
	Stmts       []Stmt
	Comment     string
	CommentSpan Span
	Counters    *Counters
	Handle      uint64
	// Uses names the xtables extensions that the rule's text loads, in
	// order, its target last; nil for a rule in nft's own words.
	Uses []Use
	// Part and Parts say that one line of text is Parts rules of which this
	// is number Part, from 1: iptables makes a rule of each address of
	// -s 192.0.2.1,192.0.2.2. Both are 0 otherwise.
	Part, Parts uint16
	// Bad says that the line was not understood as a whole; Stmts then ends
	// with an [Opaque]. Nothing may be claimed about the packets it matches.
	Bad bool
}

// Use is the place in a rule's text that loads an xtables extension: the name
// after -m or -j, or, for an extension that -p loads by itself, the option that
// needed it.
type Use struct {
	Span
	Name string
	// Target tells a target from a match: there are mark and MARK, but
	// also two extensions called TOS and tos.
	Target bool
}

// Command is a command of a script that acts on what is loaded already.
type Command struct {
	Span
	Verb   string // flush, delete, destroy, reset, rename, zero, ...
	Object string // ruleset, table, chain, rule, set, map, element, ...
	Family Family
	Table  string
	Name   string // of the object in the table
	Args   []string
	// Before is how many rules of the whole script stand above the command.
	Before int
	// Declared says that the script itself declares the table, chain, set or
	// map above: it need not be loaded already.
	Declared bool
}

// Set is a named set or, with Data, a map (nft(8), SETS and MAPS); or a set of
// ipset(8).
type Set struct {
	Span
	Name     string
	NameSpan Span
	Key      []Type // more than one: a concatenation
	KeyExpr  Expr   // from typeof; nil with type
	// Data is the type that a map gives; nil in a set.
	Data     []Type
	DataExpr Expr
	// DataInterval says that a map's data may be ranges.
	DataInterval bool
	// Object is the kind of the stateful objects that the map gives: then
	// there is no Data, and the values of elements are names.
	Object ObjectKind
	// Flags are constant, dynamic, interval, timeout.
	Flags     []string
	Timeout   uint64 // milliseconds
	GC        uint64 // gc-interval, milliseconds
	Size      uint64
	Policy    string // performance, memory
	AutoMerge bool
	Elems     []*Elem
	// Stmts are stateful statements that each element starts with.
	Stmts   []Stmt
	Comment string
	Handle  uint64
	// IPSet is the type of a set of ipset(8), such as hash:ip,port; empty
	// for nft's own. IPSetOpts are its create options.
	IPSet     string
	IPSetOpts []Option
}

// Elem is an element of a set or map. There may be millions of them, so what few
// have is apart.
type Elem struct {
	Span
	Key   Expr // nil: the catch-all element *
	Data  Stmt // of a verdict map: a Verdict
	Value Expr // of any other map; a String that names an object
	// NoMatch is an ipset element that excludes what a wider one includes.
	NoMatch bool
	More    *ElemMore // nil: nothing of it
}

// ElemMore is what few elements have.
type ElemMore struct {
	Timeout uint64 // milliseconds; 0: the set's
	Never   bool   // timeout never: there is none, whatever the set's is
	Expires uint64 // milliseconds from when the set was listed
	Comment string
	Stmts   []Stmt
}

// Extra returns what e has of ElemMore.
func (e *Elem) Extra() ElemMore {
	if e.More == nil {
		return ElemMore{}
	}
	return *e.More
}

// Extend returns e.More, made if e has none, to be filled.
func (e *Elem) Extend() *ElemMore {
	if e.More == nil {
		e.More = &ElemMore{}
	}
	return e.More
}

// Object is a named stateful object (nft(8), STATEFUL OBJECTS).
type Object struct {
	Span
	Kind     ObjectKind
	Name     string
	NameSpan Span
	Comment  string
	Handle   uint64
	// Stmt holds what a counter, quota, limit or synproxy object is.
	Stmt Stmt
	// Options are the words of the other kinds: type "ftp" protocol tcp,
	// l3proto ip, policy = { established : 60 }, and so on.
	Options []Option
}

// ObjectKind is the kind of a stateful object.
type ObjectKind uint8

// The kinds of stateful objects.
const (
	ObjectNone ObjectKind = iota
	ObjectCounter
	ObjectQuota
	ObjectLimit
	ObjectCTHelper
	ObjectCTTimeout
	ObjectCTExpectation
	ObjectSecmark
	ObjectSynproxy
	ObjectTunnel
)

var objectNames = [...]string{"", "counter", "quota", "limit", "ct helper", "ct timeout", "ct expectation", "secmark", "synproxy", "tunnel"}

func (k ObjectKind) String() string { return name(objectNames[:], int(k)) }

// ParseObjectKind returns the kind of that name.
func ParseObjectKind(s string) (ObjectKind, bool) {
	i, ok := index(objectNames[1:], s)
	return ObjectKind(i + 1), ok
}

// Flowtable is a flowtable (nft(8), FLOWTABLES).
type Flowtable struct {
	Span
	Name     string
	NameSpan Span
	Hook     Hook
	Priority int32
	Devices  []string
	Flags    []string
	Counter  bool
	Handle   uint64
}

// Option is an option or a keyword with its arguments, as it is written.
type Option struct {
	Span
	Name string
	Not  bool
	Args []Expr
}

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "?"
}

func index(names []string, s string) (int, bool) {
	for i, n := range names {
		if n == s {
			return i, s != ""
		}
	}
	return -1, false
}
