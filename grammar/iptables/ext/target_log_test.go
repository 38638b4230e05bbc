package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestLogTarget(t *testing.T) {
	const v4 = ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Rule: "-j LOG", AST: `(log)`},
		{Family: v4, Rule: `-j LOG --log-level warning --log-prefix "it's \"dropped\": "`, Save: `-j LOG --log-prefix "it\'s \"dropped\": "`, AST: `(log prefix="it's \"dropped\": ")`},
		{Family: v4, Rule: "-j LOG --log-macdecode --log-uid --log-ip-options --log-tcp-options --log-tcp-sequence --log-level debug",
			Save: "-j LOG --log-level 7 --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode",
			AST:  `(log level=debug flags=["tcp sequence" "tcp options" "ip options" skuid ether])`},
		{Family: v4, Rule: "-j LOG --log-level error", Save: "-j LOG --log-level 3", AST: `(log level=err)`},
		{Family: v4, Rule: "-j LOG --log-level panic", Save: "-j LOG --log-level 0", AST: `(log level=emerg)`},
		// The kernel has room for 29 bytes, and the tools cut the rest off.
		{Family: v4, Rule: "-j LOG --log-prefix " + strings.Repeat("x", 30), Save: "-j LOG --log-prefix " + strings.Repeat("x", 29)},
		{Family: v4, Rule: "-j LOG --log-level 8", Err: "expected a log level: emerg, panic, alert, crit, error, warning, notice, info, debug, or a number from 0 to 7"},
		{Family: v4, Rule: "-j LOG --log-level warn", Err: `did you mean "warning"?`},
		{Family: v4, Rule: "-j LOG --log-level err", Err: `did you mean "error"?`},
		{Family: v4, Rule: "-j LOG --log-level DEBUG", Err: `did you mean "debug"?`},
		{Family: v4, Rule: `-j LOG --log-prefix ""`, Err: "the prefix is empty"},
		{Family: v4, Rule: "-j LOG --log-prefix", Err: "has no argument"},
	})
}

func TestNflogTarget(t *testing.T) {
	const v4 = ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Rule: "-j NFLOG", AST: `(log group=0)`},
		{Family: v4, Rule: `-j NFLOG --nflog-threshold 5 --nflog-size 6 --nflog-group 65535 --nflog-prefix "a b"`,
			Save: `-j NFLOG --nflog-prefix "a b" --nflog-group 65535 --nflog-size 6 --nflog-threshold 5`,
			AST:  `(log prefix="a b" group=65535 snaplen=6 queue-threshold=5)`},
		{Family: v4, Rule: "-j NFLOG --nflog-group 0 --nflog-threshold 0", Save: "-j NFLOG"},
		// A range has no effect, but a size of 0 has.
		{Family: v4, Rule: "-j NFLOG --nflog-range 100", AST: `(log group=0)`},
		{Family: v4, Rule: "-j NFLOG --nflog-size 0", AST: `(target NFLOG nflog-size="0")`},
		{Family: v4, Rule: "-j NFLOG --nflog-prefix " + strings.Repeat("x", 128), Save: "-j NFLOG --nflog-prefix " + strings.Repeat("x", 127)},
		{Family: v4, Rule: "-j NFLOG --nflog-group 65536", Err: "expected a number from 0 to 65535"},
		{Family: v4, Rule: "-j NFLOG --nflog-size 4294967296", Err: "expected a number from 0 to 4294967295"},
		{Family: v4, Rule: "-j NFLOG --nflog-size 1 --nflog-range 1", Err: "--nflog-range cannot stand with --nflog-size"},
	})
}

func TestAuditTarget(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Rule: "-j AUDIT --type Drop", Save: "-j AUDIT --type drop", AST: `(log level=audit)`},
		{Rule: "-j AUDIT", Err: "AUDIT has no --type", Family: ast.FamilyIP},
		{Rule: "-j AUDIT --type acc", Err: "expected accept, drop, reject", Family: ast.FamilyIP},
	})
}

func TestUlogTarget(t *testing.T) {
	const gone = "the kernel has no ULOG any more"
	const v4 = ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Family: v4, Rule: `-j ULOG --ulog-qthreshold 50 --ulog-cprange 100 --ulog-nlgroup 32 --ulog-prefix "a b"`,
			Save: `-j ULOG --ulog-prefix "a b" --ulog-nlgroup 32 --ulog-cprange 100 --ulog-qthreshold 50`,
			AST:  `(target ULOG ulog-prefix="\"a b\"" ulog-nlgroup="32" ulog-cprange="100" ulog-qthreshold="50")`, Stock: gone},
		{Family: v4, Rule: "-j ULOG --ulog-nlgroup 1 --ulog-cprange 0 --ulog-qthreshold 1", Save: "-j ULOG", Stock: gone},
		{Family: v4, Rule: "-j ULOG --ulog-nlgroup 33", Err: "expected a number from 1 to 32"},
		{Family: v4, Rule: "-j ULOG --ulog-qthreshold 51", Err: "expected a number from 1 to 50"},
		{Family: v4, Rule: `-j ULOG --ulog-prefix ""`, Err: "the prefix is empty"},
		{Family: ast.FamilyIP6, Rule: "-j ULOG --ulog-nlgroup 3", Err: `unknown target "ULOG"`},
	})
}

func TestNfqueueTarget(t *testing.T) {
	const v4, open = ast.FamilyIP, "iptables 1.8.9 takes 65535 for the end that is left out"
	exttest.Run(t, []exttest.Case{
		{Rule: "-j NFQUEUE --queue-bypass", Save: "-j NFQUEUE --queue-num 0 --queue-bypass", AST: `(queue num=0 flags=[bypass])`},
		{Family: v4, Rule: "-j NFQUEUE --queue-num 0xffff", Save: "-j NFQUEUE --queue-num 65535", AST: `(queue num=65535)`},
		{Family: v4, Rule: "-j NFQUEUE --queue-cpu-fanout --queue-bypass --queue-balance 1:65535", Save: "-j NFQUEUE --queue-balance 1:65535 --queue-bypass --queue-cpu-fanout",
			AST: `(queue num=1-65535 flags=[bypass fanout])`},
		{Family: v4, Rule: "-j NFQUEUE --queue-balance :4", Save: "-j NFQUEUE --queue-balance 0:4"},
		{Family: v4, Rule: "-j NFQUEUE --queue-balance :", Save: "-j NFQUEUE --queue-balance 0:65534", Stock: open},
		{Family: v4, Rule: "-j NFQUEUE --queue-balance 4:", Save: "-j NFQUEUE --queue-balance 4:65534", Stock: open},
		{Family: v4, Rule: "-j NFQUEUE --queue-balance 0:65535", Err: "at most 65535 of them"},
		{Family: v4, Rule: "-j NFQUEUE --queue-balance 4:4", Err: "no range of several queues"},
		{Family: v4, Rule: "-j NFQUEUE --queue-balance 4", Err: "expected a range a:b"},
		{Family: v4, Rule: "-j NFQUEUE --queue-num 1 --queue-balance 1:2", Err: "cannot stand with"},
		{Family: v4, Rule: "-j NFQUEUE --queue-num 1 --queue-cpu-fanout", Err: "--queue-cpu-fanout needs --queue-balance"},
		{Family: v4, Rule: "-j NFQUEUE --queue-num 65536", Err: "expected a number from 0 to 65535"},
	})
}

func TestTraceTarget(t *testing.T) {
	exttest.Run(t, []exttest.Case{
		{Table: "raw", Chain: "PREROUTING", Rule: "-j TRACE", AST: `(set meta.nftrace 1)`},
		{Rule: "-j TRACE", Family: ast.FamilyIP, Stock: "iptables-legacy cannot trace here, iptables-nft can"},
	})
}
