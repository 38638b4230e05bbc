package ast

// Stmt is a statement of a rule: a condition or an action.
type Stmt interface {
	Node
	stmt()
}

// Op compares the left side of a [Match] with its right side.
type Op uint8

// The operators. With a set on the right, OpEq is membership and OpNe its
// negation; with a Range or a Prefix likewise. OpAny and OpNone test bits:
// left & right != 0 and left & right == 0, nft's implicit operator on bitmask
// types (ct state established,related) and its negation.
const (
	OpEq Op = iota
	OpNe
	OpLt
	OpGt
	OpLe
	OpGe
	OpAny
	OpNone
)

var opNames = [...]string{"==", "!=", "<", ">", "<=", ">=", "any", "none"}

func (o Op) String() string { return name(opNames[:], int(o)) }

// Negate returns the operator that holds where o does not.
func (o Op) Negate() Op {
	return [...]Op{OpEq: OpNe, OpNe: OpEq, OpLt: OpGe, OpGt: OpLe, OpLe: OpGt, OpGe: OpLt, OpAny: OpNone, OpNone: OpAny}[o]
}

// Match is a condition on the packet, its connection or its surroundings.
type Match struct {
	Span
	Left  Expr
	Right Expr
	Op    Op
	// Implied says that the source leaves the match unsaid; the span is that
	// of the match that implies it.
	Implied bool
	// Use is 1 + the index in Rule.Uses of the xtables extension that the
	// match belongs to; 0 for none (-s, -p, or nft's own words).
	Use uint8
}

// AnyOf holds where at least one of its alternatives does; an alternative holds
// where all of its matches do. It is the xtables match that looks at two fields
// at once: --ctstate ESTABLISHED,DNAT, -m multiport --ports 53. nft has no
// single match for it.
type AnyOf struct {
	Span
	Alts [][]Stmt
	Not  bool // holds where no alternative does
	Use  uint8
}

// VerdictKind is what a verdict does.
type VerdictKind uint8

// The verdicts. What hands the packet to userspace is [Queue].
const (
	VerdictNone VerdictKind = iota
	VerdictAccept
	VerdictDrop
	VerdictContinue
	VerdictReturn
	VerdictJump
	VerdictGoto
)

var verdictNames = [...]string{"", "accept", "drop", "continue", "return", "jump", "goto"}

func (k VerdictKind) String() string { return name(verdictNames[:], int(k)) }

// Verdict ends the rule, and for accept and drop the base chain.
type Verdict struct {
	Span
	Kind  VerdictKind
	Chain string // of jump and goto
}

// VMap looks Key up in a verdict map, written out or named.
type VMap struct {
	Span
	Key Expr
	Map Expr // SetLit or SetRef
}

// Counter counts packets and bytes.
type Counter struct {
	Span
	Counters
}

// Last remembers when the rule was last used.
type Last struct {
	Span
	Used uint64 // milliseconds ago
	Set  bool
}

// ObjRef uses a stateful object; Name may be a map from packets to objects.
type ObjRef struct {
	Span
	Kind ObjectKind
	Name Expr
}

// Log writes the packet to the kernel log or, with Group, to userspace.
type Log struct {
	Span
	Prefix   string
	Level    string // emerg alert crit err warn notice info debug audit
	HasGroup bool
	Group    uint16
	Snaplen  uint32
	QueueThr uint32
	// Flags are tcp sequence, tcp options, ip options, skuid, ether, all.
	Flags []string
	Use   uint8
}

// Limit matches up to (or, with Over, above) a rate: Rate packets, or with Bytes
// Rate times RateUnit bytes, in each Unit.
type Limit struct {
	Span
	Rate      uint64
	RateUnit  string // with Bytes: bytes, kbytes, mbytes
	Unit      string // second, minute, hour, day, week
	Burst     uint64 // 0: the default of the dialect, 5 packets or no bytes
	BurstUnit string // with Bytes: bytes, kbytes, mbytes
	Bytes     bool
	Over      bool
	Use       uint8
}

// Quota matches until (or, with Over, after) a number of bytes.
type Quota struct {
	Span
	Bytes uint64
	Used  uint64
	Over  bool
	Use   uint8
}

// ConnLimit matches up to (or, with Over, above) a number of connections.
type ConnLimit struct {
	Span
	Count uint32
	Over  bool
}

// Reject drops the packet and answers it. The zero Kind is the default of the
// family: a port-unreachable.
type Reject struct {
	Span
	// Kind is icmp, icmpv6, icmpx or tcp reset; empty for the default.
	Kind string
	Code uint8
	Use  uint8
}

// NATKind is the kind of a NAT statement.
type NATKind uint8

// The kinds of NAT.
const (
	NATNone NATKind = iota
	SNAT
	DNAT
	Masquerade
	Redirect
)

var natNames = [...]string{"", "snat", "dnat", "masquerade", "redirect"}

func (k NATKind) String() string { return name(natNames[:], int(k)) }

// NAT rewrites the addresses or ports of a connection.
type NAT struct {
	Span
	Kind   NATKind
	Family Family // ip or ip6 where an inet rule says it
	Addr   Expr   // Addr, Range, Prefix, Map; nil for none
	Port   Expr   // Int, Range, Map; nil for none
	// PortBase is the port that a shifted port map counts from
	// (--to-destination 192.0.2.1:1000-2000/5000).
	PortBase Expr
	// Flags are random, fully-random, persistent, prefix (netmap), interval.
	Flags []string
	Use   uint8
}

// Notrack keeps connection tracking off the packet.
type Notrack struct {
	Span
	Use uint8
}

// Assign sets a field of the packet, its metadata or its connection:
// meta mark set 1, ct zone set 2, ip dscp set 8. The helper, timeout and secmark
// that nft sets are objects of the table, and so [ObjRef]; those of xtables (-j
// CT --helper ftp) are known to the kernel by their names, and are set here.
type Assign struct {
	Span
	Left  Expr
	Right Expr
	Use   uint8
}

// Reset removes a header or an option: reset tcp option sack-perm.
type Reset struct {
	Span
	Target Expr
}

// Dup sends a copy of the packet on.
type Dup struct {
	Span
	Addr   Expr
	Device Expr
	Use    uint8
}

// Fwd sends the packet itself on.
type Fwd struct {
	Span
	Family Family
	Addr   Expr
	Device Expr
}

// Queue hands the packet to userspace.
type Queue struct {
	Span
	Num   Expr     // Int, Range, Map; nil is 0
	Flags []string // bypass, fanout
	Use   uint8
}

// TProxy gives the packet to a local socket, unchanged. If no socket takes it,
// the rule ends.
type TProxy struct {
	Span
	Family Family
	Addr   Expr
	Port   Expr
	// Terminal says that the statement decides the packet, as xtables' TPROXY
	// does: it accepts one that a socket takes and drops any other. nft's own
	// goes on with the next statement, or with the next rule.
	Terminal bool
	Use      uint8
}

// Synproxy answers SYN packets in the server's place.
type Synproxy struct {
	Span
	MSS       uint16
	Wscale    uint8
	HasWscale bool
	Timestamp bool
	SackPerm  bool
	ECN       bool
	Use       uint8
}

// FlowAdd puts the connection into a flowtable.
type FlowAdd struct {
	Span
	Table string
}

// SetOp adds, updates or deletes an element of a named set from a packet.
type SetOp struct {
	Span
	Verb    string // add, update, delete
	Set     string
	Key     Expr
	Data    Expr   // of a map
	Timeout uint64 // milliseconds; 0: the set's
	Never   bool   // timeout never
	Stmts   []Stmt
	Use     uint8
}

// Meter is the old meter statement: a set that it names itself.
type Meter struct {
	Span
	Name    string
	Key     Expr
	Timeout uint64 // milliseconds
	Stmts   []Stmt
	Size    uint64
}

// Extension is an xtables match or target that has no nft shape. Its options
// are those that the extension's declaration names, in its canonical order.
type Extension struct {
	Span
	Name    string
	Target  bool
	Options []Option
	Use     uint8
}

// Option returns the option of that name, or nil.
func (e *Extension) Option(name string) *Option {
	for i := range e.Options {
		if e.Options[i].Name == name {
			return &e.Options[i]
		}
	}
	return nil
}

// Opaque is text that could not be understood: an unknown extension, a word
// that only the running shell knows. It may match anything and do anything.
type Opaque struct {
	Span
	Text string
	// Action says that the text may decide the packet, not just match it.
	Action bool
}

func (*Match) stmt()     {}
func (*AnyOf) stmt()     {}
func (*Verdict) stmt()   {}
func (*VMap) stmt()      {}
func (*Counter) stmt()   {}
func (*Last) stmt()      {}
func (*ObjRef) stmt()    {}
func (*Log) stmt()       {}
func (*Limit) stmt()     {}
func (*Quota) stmt()     {}
func (*ConnLimit) stmt() {}
func (*Reject) stmt()    {}
func (*NAT) stmt()       {}
func (*Notrack) stmt()   {}
func (*Assign) stmt()    {}
func (*Reset) stmt()     {}
func (*Dup) stmt()       {}
func (*Fwd) stmt()       {}
func (*Queue) stmt()     {}
func (*TProxy) stmt()    {}
func (*Synproxy) stmt()  {}
func (*FlowAdd) stmt()   {}
func (*SetOp) stmt()     {}
func (*Meter) stmt()     {}
func (*Extension) stmt() {}
func (*Opaque) stmt()    {}
