package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestDCCP(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p dccp -m dccp"},
		{Rule: "-p dccp --dport 1", Save: "-p dccp -m dccp --dport 1"},
		{Rule: "-p dccp -m dccp --sport http", Save: "-p dccp -m dccp --sport 80"},
		{Rule: "-p dccp -m dccp --sport domain:", Save: "-p dccp -m dccp --sport 53:65535"},
		{Rule: "-p dccp -m dccp --sport :", Save: "-p dccp -m dccp --sport 0:65535"},
		{Rule: "-p dccp -m dccp ! --dport 1:2 ! --sport 3", Save: "-p dccp -m dccp ! --sport 3 ! --dport 1:2"},
		{Rule: "-p dccp -m dccp --dccp-types data,Request", Save: "-p dccp -m dccp --dccp-types REQUEST,DATA"},
		{Rule: "-p dccp -m dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID"},
		{Rule: "-p dccp -m dccp --dccp-types DATA,,ACK", Save: "-p dccp -m dccp --dccp-types DATA,ACK"},
		{Rule: "-p dccp -m dccp ! --dccp-types INVALID"},
		{Rule: "-p dccp -m dccp ! --dccp-option 32"},
		{Rule: "-p dccp -m dccp --dccp-option 1 --dccp-types DATA --dport 1 --sport 2", Save: "-p dccp -m dccp --sport 2 --dport 1 --dccp-types DATA --dccp-option 1"},

		{Rule: "-p dccp -m dccp --dccp-types FOO", Err: `"FOO" is no type of DCCP packets`},
		{Rule: "-p dccp -m dccp --dccp-option 0", Err: "a number from 1 to 255"},
		{Rule: "-p dccp -m dccp --dccp-option 256", Err: "a number from 1 to 255"},
		{Rule: "-p dccp -m dccp --sport 0x10", Err: "is no port"},
		{Rule: "-p dccp -m dccp --sport 1:2:3", Err: "is no port"},
		{Rule: "-p dccp -m dccp --sport 4:3", Err: "reversed", Stock: "iptables 1.8.9 takes it, 1.8.10 refuses it"},
		{Rule: "-p dccp -m dccp --sport 65536", Err: "is no port", Stock: "the stock tools take it for 0"},
		{Rule: "-m dccp --sport 1", Err: "needs a protocol"},
	}...))
}
