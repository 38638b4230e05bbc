package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestRecent(t *testing.T) {
	const (
		v4, v6 = ast.FamilyIP, ast.FamilyIP6
		mask4  = " --mask 255.255.255.255 --rsource"
		mask6  = " --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource"
	)
	exttest.Run(t, []exttest.Case{
		{Rule: "-m recent --set", Save: "-m recent --set --name DEFAULT" + mask4, Family: v4},
		{Rule: "-m recent --set", Save: "-m recent --set --name DEFAULT" + mask6, Family: v6},
		{Rule: "-m recent --rcheck --hitcount 8 --name foo" + mask4, Family: v4},
		{Rule: "-m recent --rcheck --hitcount 8 --name foo" + mask6, Family: v6},
		{Rule: "-m recent --update --rttl", Save: "-m recent --update --rttl --name DEFAULT" + mask6, Family: v6},
		{Rule: "-m recent --rcheck --hitcount 3 --name foo" + mask6 + " -m recent --rcheck --hitcount 4 --name foo" + mask6, Family: v6},
		{Rule: "-m recent ! --remove --name foo" + mask4, Family: v4},
		{Rule: "-m recent ! --set --name foo" + mask4, Family: v4},
		{Rule: "-m recent --mask 255.255.255.0 --rdest --name foo --reap --rttl --hitcount 4 --seconds 60 ! --update", Save: "-m recent ! --update --seconds 60 --reap --hitcount 4 --rttl --name foo --mask 255.255.255.0 --rdest", Family: v4},
		{Rule: "-m recent --rcheck --rsource --rdest", Save: "-m recent --rcheck --name DEFAULT --mask 255.255.255.255 --rdest", Family: v4},
		{Rule: "-m recent --rcheck --rdest --rsource", Save: "-m recent --rcheck --name DEFAULT" + mask4, Family: v4},
		{Rule: "-m recent --rcheck --hitcount 0", Save: "-m recent --rcheck --name DEFAULT" + mask4, Family: v4},
		{Rule: "-m recent --set --hitcount 0", Save: "-m recent --set --name DEFAULT" + mask4, Family: v4},
		{Rule: "-m recent --rcheck --hitcount 65535 --name DEFAULT" + mask4, Family: v4},
		{Rule: "-m recent --rcheck --seconds 3000000000 --name DEFAULT" + mask4, Family: v4, Stock: "it prints a negative number"},
		{Rule: "-m recent --rcheck --mask 255.0.255.0 --name x", Save: "-m recent --rcheck --name x --mask 255.0.255.0 --rsource", Family: v4},
		{Rule: "-m recent --rcheck --mask 24", Save: "-m recent --rcheck --name DEFAULT --mask 0.0.0.24 --rsource", Family: v4},
		{Rule: "-m recent --rcheck --mask 255.0xffff", Save: "-m recent --rcheck --name DEFAULT --mask 255.0.255.255 --rsource", Family: v4},
		{Rule: "-m recent --rcheck --mask FFFF:FFFF:0::", Save: "-m recent --rcheck --name DEFAULT --mask ffff:ffff:: --rsource", Family: v6},
		{Rule: "-m recent --rcheck --mask ::", Save: "-m recent --rcheck --name DEFAULT --mask :: --rsource", Family: v6},
		{Rule: "-m recent --rcheck --mask ::ffff:0.1", Err: "is no mask", Family: v6},
		{Rule: "-m recent --rcheck --mask ::ffff:ffff", Save: "-m recent --rcheck --name DEFAULT --mask ::255.255.255.255 --rsource", Family: v6},
		{Rule: "-m recent --rcheck --mask ::ffff", Save: "-m recent --rcheck --name DEFAULT --mask ::ffff --rsource", Family: v6},
		{Rule: "-m recent --rcheck --name " + strings.Repeat("x", 200), Save: "-m recent --rcheck --name " + strings.Repeat("x", 199) + mask4, Family: v4},
		{Rule: "-m recent --name foo", Err: "one of --set, --rcheck, --update, --remove"},
		{Rule: "-m recent --set --rcheck", Err: "--set cannot stand with --rcheck"},
		{Rule: "-m recent --remove --update", Err: "--update cannot stand with --remove"},
		{Rule: "-m recent --set --seconds 5", Err: "--set cannot stand with --seconds"},
		{Rule: "-m recent --set --hitcount 5", Err: "--hitcount without a look at the list; expected --rcheck or --update"},
		{Rule: "-m recent --remove --hitcount 5", Err: "--hitcount without a look"},
		{Rule: "-m recent --remove --rttl", Err: "--remove cannot stand with --rttl"},
		{Rule: "-m recent --rcheck --reap", Err: "--reap needs --seconds"},
		{Rule: "-m recent --rcheck --seconds 0", Err: "from 1 to 4294967295"},
		{Rule: "-m recent --rcheck --hitcount 65536 --name foo" + mask6, Err: "from 0 to 65535", Family: v6},
		{Rule: "-m recent --rcheck --name a/b", Err: "a name that a file can have"},
		{Rule: `-m recent --rcheck --name ""`, Err: "a name that a file can have"},
		{Rule: "-m recent --rcheck --mask 255.255.255.256", Err: "is no mask", Family: v4},
		{Rule: "-m recent --rcheck --mask 255.255.255.0", Err: "such as ffff:", Family: v6},
		{Rule: "-m recent --rcheck --mask 64", Err: "is no mask", Family: v6},
		{Rule: "-m recent --rcheck ! --name foo", Err: "cannot be negated"},
		{Rule: "-m recent --rcheck --rcheck", Err: "given twice"},
	})
}

func TestLowerRecent(t *testing.T) {
	lowersTo(t, "-m recent ! --rcheck --rdest --hitcount 4 --seconds 60 --rttl --reap", ast.FamilyIP,
		"recent ! --rcheck --seconds 60 --reap --hitcount 4 --rttl --name DEFAULT --mask 255.255.255.255 --rdest")
	e := onlyStmt[*ast.Extension](t, "-m recent --set", ast.FamilyIP6)
	if o := e.Option("set"); o == nil || !o.Valid() || o.Not || len(o.Args) != 0 {
		t.Errorf("--set is %+v", o)
	}
	if o := e.Option("name"); o == nil || o.Span != e.Span || o.Args[0].(*ast.String).Val != "DEFAULT" {
		t.Errorf("the default name is %+v", o)
	}
}
