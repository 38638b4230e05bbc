package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestMultiport(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p tcp -m multiport --sports 22"},
		{Rule: "-p udp -m multiport --dports 53,1024:65535"},
		{Rule: "-p udplite -m multiport --ports 22,80:90"},
		{Rule: "-p sctp -m multiport ! --ports 22,80:90"},
		{Rule: "-p dccp -m multiport ! --sports 0,65535"},
		{Rule: "-p tcp -m multiport --source-ports ssh,http:443", Save: "-p tcp -m multiport --sports 22,80:443"},
		{Rule: "-p tcp -m multiport --destination-ports 0x10,010", Save: "-p tcp -m multiport --dports 16,8"},
		{Rule: "-p tcp -m multiport --dports 80,80,80:81"},
		{Rule: "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"},
		{Rule: "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15"},
		{Rule: "-p tcp -m multiport --dports 22 -m multiport --sports 1"},
		// Cut short; -p must not load tcp for it.
		{Rule: "-p tcp -m multiport --dport 80,443", Save: "-p tcp -m multiport --dports 80,443"},
		{Rule: "-p tcp -m multiport --source-port 80", Save: "-p tcp -m multiport --sports 80"},
		{Rule: "-p tcp -m multiport --port 80", Save: "-p tcp -m multiport --ports 80"},
		{Rule: "-p tcp -m multiport --dports 80 --tcp-flags SYN SYN", Save: "-p tcp -m multiport --dports 80 -m tcp --tcp-flags SYN SYN"},

		{Rule: "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", Err: "more than 15 ports"},
		{Rule: "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15:16", Err: "more than 15 ports"},
		{Rule: "-p tcp -m multiport --dports :80", Err: `"" is no port`},
		{Rule: "-p tcp -m multiport --dports 80:", Err: `"" is no port`},
		{Rule: "-p tcp -m multiport --dports 80:80", Err: "80:80 is no range of ports"},
		{Rule: "-p tcp -m multiport --dports 90:80", Err: "90:80 is no range of ports"},
		{Rule: "-p tcp -m multiport --dports 80,", Err: "the list ends too early"},
		{Rule: "-p tcp -m multiport --dports ,80", Err: `unexpected "," in the list`},
		{Rule: "-p tcp -m multiport --dports 80,,81", Err: `unexpected "," in the list`},
		{Rule: `-p tcp -m multiport --dports ""`, Err: "the list is empty"},
		{Rule: "-p tcp -m multiport --dports 1:2:3", Err: `unexpected ":" in the list`},
		{Rule: "-p tcp -m multiport --dports 1024:65536", Err: `"65536" is no port`},
		{Rule: "-p tcp -m multiport --dports sssh", Err: `did you mean "ssh"?`},
		{Rule: "-p tcp -m multiport --dports 1 --sports 2", Err: "cannot stand with"},
		{Rule: "-p tcp -m multiport --dports 1 --dports 2", Err: "given twice"},
		{Rule: "-p tcp -m multiport", Err: "one of --sports, --dports, --ports"},
		{Rule: "-m multiport --dports 1", Err: "-p tcp, -p udp, -p udplite, -p sctp or -p dccp before it"},
		{Rule: "-p icmp -m multiport --dports 1", Err: "needs a protocol that has ports"},
		{Rule: "! -p tcp -m multiport --dports 1", Err: "needs a protocol that has ports"},
		{Rule: "-m multiport --dports 1 -p tcp", Err: "before it"},
	}...))
}
