package ext

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// bpfText is the argument of --bytecode: how many instructions there are, then
// each with its code, its jumps if true and if false, and its operand.
type bpfText struct {
	Len   bpfNumber `parser:"@@"`
	Insns []bpfInsn `parser:"(',' @@)+ ','?"`
}

type bpfInsn struct {
	Code bpfNumber `parser:"@@"`
	JT   bpfNumber `parser:"@@"`
	JF   bpfNumber `parser:"@@"`
	K    bpfNumber `parser:"@@"`
}

type bpfNumber struct {
	Pos  lexer.Position
	Text string `parser:"@Number"`
}

var (
	bpfParser = participle.MustBuild[bpfText](
		participle.Lexer(lexer.MustSimple([]lexer.SimpleRule{{Name: "Number", Pattern: `[0-9]+`}, {Name: "Comma", Pattern: `,`}, {Name: "Blank", Pattern: `[ \t]+`}})),
		participle.Elide("Blank"),
		participle.UseLookahead(2),
	)
	bpfPrograms memo[string]
)

// bytecode is a program of classic BPF (Value.Text, in canonical form), as
// nfbpf_compile(8) prints it.
var bytecode = &Arg{
	What: `a BPF program such as "1,6 0 0 1": the number of instructions, and each with its code, two jumps and an operand`,
	Save: func(p *Printer, v *Value) { p.Word(`"` + v.Text + `"`) },
}

func init() {
	bytecode.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		text := w[0].Text
		if c.Listing { // iptables -L leaves the number of instructions out
			text = strconv.Itoa(1+strings.Count(text, ",")) + "," + text
		}
		text, err := bpfPrograms.get(text, canonicalBPF)
		var at *bpfError
		switch {
		case errors.As(err, &at):
			return grammar.Errorf(w[0].Sub(at.from, at.to), "%s", at.msg).Expected("%s", bytecode.What)
		case err != nil:
			return bytecode.Bad(w[0])
		}
		v.Text = text
		return nil
	}
}

// bpfError is an error in a program, from one byte of it to another.
type bpfError struct {
	from, to int
	msg      string
}

func (e *bpfError) Error() string { return e.msg }

func (n *bpfNumber) bad(format string, args ...any) error {
	return &bpfError{n.Pos.Offset, n.Pos.Offset + len(n.Text), fmt.Sprintf(format, args...)}
}

// in returns the number, if it fits into so many bits.
func (n *bpfNumber) in(bits int) (uint64, bool) {
	x, err := strconv.ParseUint(n.Text, 10, bits)
	return x, err == nil
}

// maxBPF is how many instructions a program may have (XT_BPF_MAX_NUM_INSTR).
const maxBPF = 64

// canonicalBPF reads a program and prints it as iptables-save does.
func canonicalBPF(text string) (string, error) {
	tree, err := bpfParser.ParseString("", text)
	var unexpected *participle.UnexpectedTokenError
	switch {
	case errors.As(err, &unexpected) && unexpected.Unexpected.EOF():
		return "", &bpfError{0, len(text), "the program ends too early"}
	case errors.As(err, &unexpected):
		t := unexpected.Unexpected
		return "", &bpfError{t.Pos.Offset, t.Pos.Offset + len(t.Value), fmt.Sprintf("unexpected %q in the program", t.Value)}
	case err != nil:
		return "", err
	}
	if n, ok := tree.Len.in(16); !ok || n != uint64(len(tree.Insns)) {
		return "", tree.Len.bad("the program says that it has %s instructions, and has %d", tree.Len.Text, len(tree.Insns))
	} else if n > maxBPF {
		return "", tree.Len.bad("the program has %d instructions, and may have %d", n, maxBPF)
	}
	var b strings.Builder
	b.WriteString(strconv.Itoa(len(tree.Insns)))
	for i := range tree.Insns {
		n, err := tree.Insns[i].check(i, len(tree.Insns))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, ",%d %d %d %d", n[0], n[1], n[2], n[3])
	}
	return b.String(), nil
}

// check checks an instruction, the i-th of n, as the kernel does when it loads
// the program (bpf_check_classic), but for what is read of memory before it is
// written. It returns the numbers.
func (in *bpfInsn) check(i, n int) (num [4]uint64, err error) {
	for j, t := range []*bpfNumber{&in.Code, &in.JT, &in.JF, &in.K} {
		bits := []int{16, 8, 8, 32}[j]
		var ok bool
		if num[j], ok = t.in(bits); !ok {
			return num, t.bad("%s is too large for the %d bits of this number", t.Text, bits)
		}
	}
	op, known := bpfOps[num[0]]
	left := uint64(n - i - 1) // instructions behind this one
	switch {
	case !known:
		return num, in.Code.bad("BPF has no instruction %d", num[0])
	case left == 0 && op != bpfReturn:
		return num, in.Code.bad("the program does not end with a return")
	case op == bpfDivide && num[3] == 0:
		return num, in.K.bad("a division by zero")
	case op == bpfShift && num[3] > 31:
		return num, in.K.bad("a shift by %d bits of 32", num[3])
	case op == bpfMemory && num[3] > 15:
		return num, in.K.bad("there is no memory word %d", num[3])
	case op == bpfJump && num[3] >= left:
		return num, in.K.bad("a jump out of the program")
	case op == bpfBranch && num[1] >= left:
		return num, in.JT.bad("a jump out of the program")
	case op == bpfBranch && num[2] >= left:
		return num, in.JF.bad("a jump out of the program")
	case op == bpfPacket && num[3] >= bpfAncillary && (num[3] > bpfAncillary+60 || num[3]%4 != 0):
		return num, in.K.bad("there is no such extension of BPF")
	}
	return num, nil
}

// bpfAncillary is where loads read what the kernel knows of a packet (SKF_AD_OFF
// as a number without sign).
const bpfAncillary = 0xfffff000

// bpfOp is what an instruction needs to be checked for.
type bpfOp uint8

const (
	bpfPlain  bpfOp = iota
	bpfPacket       // loads from the packet
	bpfMemory       // loads or stores a word of memory
	bpfDivide       // by the operand
	bpfShift        // by the operand
	bpfJump         // always
	bpfBranch       // if
	bpfReturn
)

// bpfOps are the instructions that the kernel takes (chk_code_allowed), by code.
var bpfOps = map[uint64]bpfOp{
	0x00: bpfPlain, 0x01: bpfPlain, // ld, ldx of a constant
	0x20: bpfPacket, 0x28: bpfPacket, 0x30: bpfPacket, // ld at
	0x40: bpfPlain, 0x48: bpfPlain, 0x50: bpfPlain, // ld at x +
	0x80: bpfPlain, 0x81: bpfPlain, 0xb1: bpfPlain, // ld, ldx of the length; of the header's
	0x60: bpfMemory, 0x61: bpfMemory, 0x02: bpfMemory, 0x03: bpfMemory, // ld, ldx, st, stx
	0x04: bpfPlain, 0x14: bpfPlain, 0x24: bpfPlain, 0x44: bpfPlain, 0x54: bpfPlain, 0xa4: bpfPlain, // + - * | & ^
	0x0c: bpfPlain, 0x1c: bpfPlain, 0x2c: bpfPlain, 0x4c: bpfPlain, 0x5c: bpfPlain, 0xac: bpfPlain,
	0x34: bpfDivide, 0x94: bpfDivide, 0x3c: bpfPlain, 0x9c: bpfPlain, // / %
	0x64: bpfShift, 0x74: bpfShift, 0x6c: bpfPlain, 0x7c: bpfPlain, // << >>
	0x84: bpfPlain, 0x07: bpfPlain, 0x87: bpfPlain, // negation, tax, txa
	0x05: bpfJump,
	0x15: bpfBranch, 0x25: bpfBranch, 0x35: bpfBranch, 0x45: bpfBranch, // == > >= &
	0x1d: bpfBranch, 0x2d: bpfBranch, 0x3d: bpfBranch, 0x4d: bpfBranch,
	0x06: bpfReturn, 0x16: bpfReturn,
}

// The bpf match (iptables-extensions(8), bpf): a program decides. nft has
// nothing of the kind.
var _ = match(Ext{
	Name: "bpf",
	Options: []Option{
		{Name: "bytecode", Arg: bytecode, Excl: []string{"object-pinned"}},
		{Name: "object-pinned", Arg: pinnedPath},
	},
	OneOf: []string{"bytecode", "object-pinned"},
	Listed: []Listed{
		{"match bpf pinned $1", "-m bpf --object-pinned $1"},
		{"match bpf $1*\x00", "-m bpf --bytecode $1"}, // it does end with a NUL
		{"match bpf $1*", "-m bpf --bytecode $1"},
	},
})

// pinnedPath is the path of an object in the BPF file system.
var pinnedPath = &Arg{
	What: "a path of at most 511 bytes", // XT_BPF_PATH_MAX
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		if n := len(w[0].Text); n == 0 || n > 511 {
			return grammar.Errorf(w[0].Span, "the path is %d bytes long", n).Expected("1 to 511")
		}
		v.Text = w[0].Text
		return nil
	},
	Save: saveBare,
}
