package ext

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// sctpChunk is a type of chunk (RFC 9260 section 3.2 and those that extend it),
// with the letters of its flags from bit 7 to 0, and nft's name for it.
type sctpChunk struct {
	name  string
	typ   uint8
	flags string
	nft   string
}

// sctpChunks are in the order of their types, in which iptables-save prints
// them.
var sctpChunks = []sctpChunk{
	{"DATA", 0, "----IUBE", "data"}, {"INIT", 1, "", "init"}, {"INIT_ACK", 2, "", "init-ack"}, {"SACK", 3, "", "sack"},
	{"HEARTBEAT", 4, "", "heartbeat"}, {"HEARTBEAT_ACK", 5, "", "heartbeat-ack"}, {"ABORT", 6, "-------T", "abort"},
	{"SHUTDOWN", 7, "", "shutdown"}, {"SHUTDOWN_ACK", 8, "", "shutdown-ack"}, {"ERROR", 9, "", "error"},
	{"COOKIE_ECHO", 10, "", "cookie-echo"}, {"COOKIE_ACK", 11, "", "cookie-ack"}, {"ECN_ECNE", 12, "", "ecne"}, {"ECN_CWR", 13, "", "cwr"},
	{"SHUTDOWN_COMPLETE", 14, "-------T", "shutdown-complete"}, {"I_DATA", 64, "----IUBE", ""}, {"ASCONF_ACK", 128, "", "asconf-ack"},
	{"RE_CONFIG", 130, "", ""}, {"PAD", 132, "", ""}, {"FORWARD_TSN", 192, "", "forward-tsn"}, {"ASCONF", 193, "", "asconf"},
	{"I_FORWARD_TSN", 194, "", ""},
}

// sctpChunkList is what --chunk-types asks for: all, any or only of the chunks.
type sctpChunkList struct {
	how string
	// every is ALL: all types of chunks there are. none is NONE: no type.
	every, none bool
	chunks      []sctpChunkFlags
}

// sctpChunkFlags is a chunk with the flags under mask as they must be.
type sctpChunkFlags struct {
	*sctpChunk
	mask, set uint8
}

var chunkList = newLooseList(':')

const chunkWhat = "a type of chunk such as DATA, with flags behind a colon where it has some: DATA:Be"

// sctpChunkTypes is the argument of --chunk-types (Value.Any is a
// *sctpChunkList).
var sctpChunkTypes = &Arg{
	What:  "all, any or only, and types of chunks joined by commas",
	Words: 2,
	Save: func(p *Printer, v *Value) {
		c := v.Any.(*sctpChunkList)
		p.Word(c.how)
		switch {
		case c.every:
			p.Word("ALL")
		case c.none:
			p.Word("NONE")
		}
		for i, ch := range c.chunks {
			p.next(i)
			p.B = append(p.B, ch.name...)
			p.B = append(p.B, ch.flagText()...)
		}
	},
}

func init() { sctpChunkTypes.Parse = parseChunkTypes }

func parseChunkTypes(c *Context, w []Word, v *Value) *grammar.Error {
	list := &sctpChunkList{how: strings.ToLower(w[0].Text)}
	if !slices.Contains([]string{"all", "any", "only"}, list.how) {
		return grammar.Errorf(w[0].Span, "%q does not say how chunks are compared", w[0].Text).Expected("all, any or only")
	}
	v.Any = list
	switch {
	case strings.EqualFold(w[1].Text, "ALL"):
		list.every = true
		return nil
	case strings.EqualFold(w[1].Text, "NONE"):
		list.none = true
		return nil
	}
	elems, err := chunkList.read(w[1], chunkWhat, nil)
	if err != nil {
		return err
	}
	for i := range elems {
		if err := list.add(c, w[1], &elems[i]); err != nil {
			return err
		}
	}
	slices.SortFunc(list.chunks, func(a, b sctpChunkFlags) int { return cmp.Compare(a.typ, b.typ) })
	return nil
}

// add adds an element of the list. Several of one type are one, with the flags
// of all; of a flag that is asked for both set and unset, set stays
// (save_chunk_flag_info in libxt_sctp).
func (list *sctpChunkList) add(c *Context, w Word, e *listElem) *grammar.Error {
	i := slices.IndexFunc(sctpChunks, func(ch sctpChunk) bool {
		n, ok := number(e.lo, 0, 255)
		return strings.EqualFold(ch.name, e.lo) || c.Listing && ok && n == uint64(ch.typ)
	})
	if i < 0 {
		var names []Name
		for i := range sctpChunks {
			names = append(names, Name{Name: sctpChunks[i].name})
		}
		return unknownName(w.Sub(e.at, e.at+len(e.lo)), e.lo, "type of chunk", names)
	}
	ch := &sctpChunks[i]
	k := slices.IndexFunc(list.chunks, func(x sctpChunkFlags) bool { return x.sctpChunk == ch })
	if k < 0 {
		k = len(list.chunks)
		list.chunks = append(list.chunks, sctpChunkFlags{sctpChunk: ch})
	}
	for j := range len(e.hi) {
		letter := e.hi[j]
		at := strings.IndexByte(ch.flags, letter&^0x20)
		if at < 0 || letter == '-' {
			want := ch.name + " without flags"
			if ch.flags != "" {
				f := strings.TrimLeft(ch.flags, "-")
				want = "of " + f + " (set) and " + strings.ToLower(f) + " (not set)"
			}
			return grammar.Errorf(w.Sub(e.hiAt+j, e.hiAt+j+1), "%q is no flag of %s", letter, ch.name).Expected("%s", want)
		}
		bit := uint8(1) << (7 - at)
		list.chunks[k].mask |= bit
		if letter < 'a' {
			list.chunks[k].set |= bit
		}
	}
	return nil
}

func (c *sctpChunkFlags) flagText() string {
	if c.mask == 0 {
		return ""
	}
	b := []byte{':'}
	for i := range len(c.flags) {
		switch bit := uint8(1) << (7 - i); {
		case c.set&bit != 0:
			b = append(b, c.flags[i])
		case c.mask&bit != 0:
			b = append(b, c.flags[i]|0x20)
		}
	}
	return string(b)
}

// The sctp match (iptables-extensions(8), sctp).
var _ = match(Ext{
	Name:   "sctp",
	Protos: []uint8{ProtoSCTP},
	Loads:  true,
	Options: []Option{
		{Name: "sport", Aliases: []string{"source-port"}, Arg: PortRange, Not: true, Lower: Field(ast.SCTPSport)},
		{Name: "dport", Aliases: []string{"destination-port"}, Arg: PortRange, Not: true, Lower: Field(ast.SCTPDport)},
		{Name: "chunk-types", Arg: sctpChunkTypes, Not: true},
	},
	Bare: header(ast.SCTPSport),
	Lower: func(l *Lowering, u *Use) {
		l.options(u)
		if g := u.Get("chunk-types"); g != nil && !lowerChunks(l, g) {
			l.Extension(u.only(func(g *Given) bool { return g.Option.Name == "chunk-types" }))
		}
	},
	Listed: append(listed("sctp", "-m sctp", portForms...),
		Listed{"sctp ! all $1", "-m sctp ! --chunk-types all $1"}, Listed{"sctp all $1", "-m sctp --chunk-types all $1"},
		Listed{"sctp ! any $1", "-m sctp ! --chunk-types any $1"}, Listed{"sctp any $1", "-m sctp --chunk-types any $1"},
		Listed{"sctp ! only $1", "-m sctp ! --chunk-types only $1"}, Listed{"sctp only $1", "-m sctp --chunk-types only $1"}),
})

// lowerChunks lowers --chunk-types where nft can say the same: chunks without
// flags, all or any of them. Flags would have to be those of any chunk of the
// type, and nft looks at the first alone; only looks at chunks of every other
// type, which nft has no names for (match_packet in xt_sctp).
func lowerChunks(l *Lowering, g *Given) bool {
	c := g.Any.(*sctpChunkList)
	if c.how == "only" || c.every || c.none {
		return false
	}
	var there []*ast.Match
	for _, ch := range c.chunks {
		if ch.nft == "" || ch.mask != 0 {
			return false
		}
		left := &ast.SCTPChunk{Span: g.ArgSpan(), Chunk: ch.nft}
		there = append(there, l.NewMatch(g.Span, left, ast.OpEq, &ast.Bool{Span: g.Name.Span, Val: !g.Not}))
	}
	if g.Not { // a later fragment has no chunks, and does not match
		l.loaded(g.Span, l.Payload(g.Name.Span, ast.SCTPSport), 65535)
	}
	if (c.how == "any") != g.Not && len(there) > 1 {
		l.anyOf(g.Span, there...)
		return true
	}
	for _, m := range there {
		l.Add(m)
	}
	return true
}
