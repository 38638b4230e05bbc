package driver_test

import (
	"fmt"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
)

func Example() {
	rules := "*filter\n:INPUT DROP [0:0]\n-A INPUT -j services\nCOMMIT\n"
	r, err := driver.Run([]unit.Unit{{Files: []string{"rules.v4"}}}, driver.Options{
		Checks:  []*check.Check{checks.Find("undefined-chain")},
		Overlay: map[string][]byte{"rules.v4": []byte(rules)},
	})
	if err != nil {
		panic(err)
	}
	for _, f := range r.Findings {
		fmt.Printf("%v: %v: %s [%s]\n", f.Pos, f.Severity, f.Message, f.Code)
	}
	// Output:
	// rules.v4:3:13: error: jump to chain services, which table filter does not have [RD009]
}
