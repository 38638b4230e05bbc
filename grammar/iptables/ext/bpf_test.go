package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestBPF(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: `-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"`, AST: `(ext bpf bytecode="\"4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0\"")`},
		{Rule: `-m bpf --bytecode "2, 48 0  0 09 ,6 0 0 1,"`, Save: `-m bpf --bytecode "2,48 0 0 9,6 0 0 1"`, Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,40 0 0 4294963200,22 0 0 0"`, Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,6 0 0 1"`, Err: "says that it has 2 instructions, and has 1", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "0,"`, Err: `unexpected ","`, Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "1,6 0 0"`, Err: "ends too early", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "1,6 0 0 x"`, Err: "not valid", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "1 6 0 0 0"`, Err: `unexpected "6"`, Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "1,6 0 0 4294967296"`, Err: "too large for the 32 bits", Family: ast.FamilyIP, Stock: "cuts the number"},
		{Rule: `-m bpf --bytecode "2,99 0 0 1,6 0 0 0"`, Err: "no instruction 99", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "1,48 0 0 9"`, Err: "does not end with a return", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,52 0 0 0,6 0 0 1"`, Err: "division by zero", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,100 0 0 32,6 0 0 1"`, Err: "shift by 32 bits", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,96 0 0 16,6 0 0 1"`, Err: "no memory word 16", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,5 0 0 1,6 0 0 1"`, Err: "jump out of the program", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,21 0 1 1,6 0 0 1"`, Err: "jump out of the program", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,21 1 0 1,6 0 0 1"`, Err: "jump out of the program", Family: ast.FamilyIP},
		{Rule: `-m bpf --bytecode "2,40 0 0 4294963202,6 0 0 1"`, Err: "no such extension", Family: ast.FamilyIP},
		{Rule: `-m bpf ! --bytecode "1,6 0 0 1"`, Err: "cannot be negated", Family: ast.FamilyIP},
		{Rule: "-m bpf --object-pinned /sys/fs/bpf/gate", AST: `(ext bpf object-pinned="/sys/fs/bpf/gate")`, Family: ast.FamilyIP, Stock: "there must be such an object"},
		{Rule: `-m bpf --bytecode "1,6 0 0 1" --object-pinned /sys/fs/bpf/gate`, Err: "cannot stand with", Family: ast.FamilyIP},
		{Rule: "-m bpf", Err: "one of --bytecode", Family: ast.FamilyIP},
	})
}
