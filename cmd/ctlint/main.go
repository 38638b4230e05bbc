// Command ctlint lints, translates and analyzes Linux firewall rulesets.
package main

import (
	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
)

func main() { cli.Main(checks.All()...) }
