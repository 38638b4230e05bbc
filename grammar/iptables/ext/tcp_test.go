package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestTCP(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p tcp -m tcp --dport 22 -j ACCEPT"},
		{Rule: "-p tcp --dport ssh -j ACCEPT", Save: "-p tcp -m tcp --dport 22 -j ACCEPT"},
		{Rule: "-p TCP --source-port 0x10 --destination-port 010:", Save: "-p tcp -m tcp --sport 16 --dport 8:65535"},
		{Rule: "-m tcp --dport :5 -p 6", Save: "-p tcp -m tcp --dport 0:5"},
		{Rule: "-p tcp -m tcp"},
		{Rule: "-p tcp --sport 0:65535 --dport 65535:", Save: "-p tcp -m tcp --dport 65535"},
		{Rule: "-p tcp -m tcp ! --dport :", Save: "-p tcp -m tcp ! --dport 0:65535", Stock: lostFullRange},
		{Rule: "-p tcp --syn", Save: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN"},
		{Rule: "-p tcp ! --syn", Save: "-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN"},
		{Rule: "-p tcp --tcp-flags ALL none", Save: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE"},
		{Rule: "-p tcp --tcp-flags urg,SYN,ALL SYN,FIN,SYN", Save: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG FIN,SYN"},
		{Rule: "-p tcp -m tcp --tcp-flags SYN ACK"},
		{Rule: "-p tcp --tcp-flags NONE NONE", Save: "-p tcp -m tcp"},
		{Rule: "-p tcp -m tcp ! --tcp-flags NONE NONE"},
		{Rule: "-p tcp -m tcp ! --tcp-flags FIN,SYN NONE"},
		{Rule: "-p tcp -m tcp --tcp-flags NONE SYN", Stock: "iptables-save leaves it out, and so makes a rule that never matches one that always does"},
		{Rule: "-p tcp -m tcp --tcp-option 2", Family: ast.FamilyIP},
		{Rule: "-p tcp --tcp-flags ALL NONE ! --tcp-option 255 --dport 1 --sport 2", Save: "-p tcp -m tcp --sport 2 --dport 1 ! --tcp-option 255 --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE"},

		{Rule: "-p tcp -m tcp --sport 5:2", Err: "reversed"},
		{Rule: "-p tcp -m tcp --dport 65536", Err: "is no port"},
		{Rule: "-p tcp -m tcp --dport 1:2:3", Err: "is no port"},
		{Rule: `-p tcp -m tcp --dport ""`, Err: "is no port"},
		{Rule: "-p tcp -m tcp --dport tftp", Err: `"tftp" is no port`},
		{Rule: "-p tcp --tcp-option 0", Err: "a number from 1 to 255"},
		{Rule: "-p tcp --tcp-option 256", Err: "a number from 1 to 255"},
		{Rule: "-p tcp --tcp-flags ECE,CWR ECE", Err: `"ECE" is none of the TCP flags`},
		{Rule: "-p tcp --tcp-flags SYN", Err: "has no argument"},
		{Rule: "-p tcp --tcp-flags 0x17 0x02", Err: "none of the TCP flags"},
		{Rule: "-p tcp --syn --tcp-flags SYN SYN", Err: "cannot stand with"},
		{Rule: "-p tcp --dport 1 --destination-port 2", Err: "given twice"},
		{Rule: "-m tcp --dport 22", Err: "needs a protocol"},
		{Rule: "-p udp -m tcp --dport 22", Err: "needs a protocol"},
	}...))
}

func TestUDP(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p udp -m udp"},
		{Rule: "-p 17 --dport 53", Save: "-p udp -m udp --dport 53"},
		{Rule: "-m udp --dport 1 -p udp", Save: "-p udp -m udp --dport 1"},
		{Rule: "-p udp -m udp --dport tftp --sport https:", Save: "-p udp -m udp --sport 443:65535 --dport 69"},
		{Rule: "-p udp -m udp --dport 010", Save: "-p udp -m udp --dport 10"},
		{Rule: "-p udp -m udp --sport :", Save: "-p udp -m udp"},
		{Rule: "-p udp -m udp ! --sport :", Save: "-p udp -m udp ! --sport 0:65535", Stock: lostFullRange},
		{Rule: "-p udp -m udp ! --sport 65535 --dport 1"},
		{Rule: "-p udp -m udp --dport 0x10", Err: "is no port"},
		{Rule: "-p udp -m udp --dport 1:2:3", Err: "is no port"},
		{Rule: "-p udp -m udp --dport -1", Err: "is no port"},
		{Rule: "-p udp -m udp --dport 4:3", Err: "reversed", Stock: lostOrder},
		{Rule: "-p udp -m udp --dport 65536", Err: "is no port", Stock: "the stock tools take it for 0"},
		{Rule: `-p udp -m udp --dport ""`, Err: "is no port", Stock: "the stock tools take it for 0"},
		{Rule: "-p udp --syn", Err: "unknown option"},
		{Rule: "-m udp --dport 1", Err: "needs a protocol"},
		// UDP-Lite has no match of its own.
		{Rule: "-p udplite --dport 5", Err: "unknown option"},
		{Rule: "-p udplite -m udp --dport 5", Err: "needs a protocol"},
		{Rule: "-p udplite -m udplite --dport 5", Err: "unknown match"},
	}...))
}
