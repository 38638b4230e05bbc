package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestSCTP(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p sctp -m sctp"},
		{Rule: "-p sctp --dport 80", Save: "-p sctp -m sctp --dport 80"},
		{Rule: "-p 132 --source-port 1 --destination-port 2:2", Save: "-p sctp -m sctp --sport 1 --dport 2"},
		{Rule: "-p sctp -m sctp --sport :", Save: "-p sctp -m sctp --sport 0:65535"},
		{Rule: "-p sctp -m sctp ! --sport :", Save: "-p sctp -m sctp ! --sport 0:65535"},
		{Rule: "-p sctp -m sctp ! --dport 5 --sport 1:3", Save: "-p sctp -m sctp --sport 1:3 ! --dport 5"},
		{Rule: "-p sctp -m sctp --chunk-types all DATA"},
		{Rule: "-p sctp -m sctp --chunk-types ALL data,init", Save: "-p sctp -m sctp --chunk-types all DATA,INIT"},
		{Rule: "-p sctp -m sctp --chunk-types any INIT,DATA:Be", Save: "-p sctp -m sctp --chunk-types any DATA:Be,INIT"},
		{Rule: "-p sctp -m sctp --chunk-types any DATA:eB,DATA:I", Save: "-p sctp -m sctp --chunk-types any DATA:IBe"},
		{Rule: "-p sctp -m sctp --chunk-types any DATA:bB", Save: "-p sctp -m sctp --chunk-types any DATA:B"},
		{Rule: "-p sctp -m sctp --chunk-types any DATA:", Save: "-p sctp -m sctp --chunk-types any DATA"},
		{Rule: "-p sctp -m sctp --chunk-types any DATA:uIbE", Save: "-p sctp -m sctp --chunk-types any DATA:IubE"},
		{Rule: "-p sctp -m sctp --chunk-types any ABORT:T,SHUTDOWN_COMPLETE:t"},
		{Rule: "-p sctp -m sctp ! --chunk-types only ALL"},
		{Rule: "-p sctp -m sctp --chunk-types only none", Save: "-p sctp -m sctp --chunk-types only NONE"},
		{Rule: "-p sctp -m sctp --chunk-types all DATA,,INIT,", Save: "-p sctp -m sctp --chunk-types all DATA,INIT"},
		{
			Rule: "-p sctp -m sctp --chunk-types any RE_CONFIG,PAD,ASCONF,ASCONF_ACK,FORWARD_TSN,I_FORWARD_TSN,I_DATA",
			Save: "-p sctp -m sctp --chunk-types any I_DATA,ASCONF_ACK,RE_CONFIG,PAD,FORWARD_TSN,ASCONF,I_FORWARD_TSN",
		},
		{Rule: "-p sctp -m sctp --chunk-types all INIT_ACK,SACK,HEARTBEAT,HEARTBEAT_ACK,SHUTDOWN,SHUTDOWN_ACK,ERROR,COOKIE_ECHO,COOKIE_ACK,ECN_ECNE,ECN_CWR"},
		{Rule: "-p sctp -m sctp --chunk-types any I_DATA:Be", Stock: "libxt_sctp keeps the flags under the chunk's place in its table and not under its type, and so loses those of I_DATA"},

		{Rule: "-p sctp -m sctp --sport 5:2", Err: "reversed"},
		{Rule: "-p sctp -m sctp --sport 65536", Err: "is no port"},
		{Rule: "-p sctp -m sctp --sport http", Err: `"http" is no port`},
		{Rule: "-p sctp -m sctp --sport 1 --sport 2", Err: "given twice"},
		{Rule: "-m sctp --sport 1", Err: "needs a protocol"},
		{Rule: "-p sctp -m sctp --chunk-types foo DATA", Err: "all, any or only"},
		{Rule: "-p sctp -m sctp --chunk-types all FOO", Err: `"FOO" is no type of chunk`},
		{Rule: "-p sctp -m sctp --chunk-types all HARTBEAT", Err: `did you mean "HEARTBEAT"?`},
		{Rule: "-p sctp -m sctp --chunk-types all", Err: "has no argument"},
		{Rule: "-p sctp -m sctp --chunk-types any DATA:X", Err: `is no flag of DATA`},
		{Rule: "-p sctp -m sctp --chunk-types any INIT:B", Err: `INIT without flags`},
		{Rule: "-p sctp -m sctp --chunk-types any DATA:-", Err: `is no flag`, Stock: "the stock tools take the - of their own table for a flag"},
		{Rule: "-p sctp -m sctp --chunk-types all DATA --chunk-types all INIT", Err: "given twice"},
	}...))
}
