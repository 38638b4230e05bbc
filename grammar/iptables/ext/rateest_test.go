package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestRateest(t *testing.T) {
	estimators := []string{
		"-A INPUT -j RATEEST --rateest-name a --rateest-interval 250ms --rateest-ewmalog 500ms",
		"-A INPUT -j RATEEST --rateest-name b --rateest-interval 250ms --rateest-ewmalog 500ms",
	}
	var cases []exttest.Case
	for _, c := range []struct{ rule, save, stock string }{
		{"--rateest a --rateest-lt --rateest-bps 5000Kbit", "", ""},
		{"--rateest a ! --rateest-lt --rateest-bps 5mbit", "--rateest a ! --rateest-lt --rateest-bps 5000Kbit", ""},
		{"--rateest a --rateest-gt --rateest-pps 5", "", ""},
		{"--rateest a --rateest-pps 0x10 ! --rateest-eq", "--rateest a ! --rateest-eq --rateest-pps 16", ""},
		{"--rateest1 a --rateest-lt --rateest-bps2 5mbit", "--rateest a --rateest-lt --rateest-bps 5000Kbit", ""},
		{"--rateest a --rateest-lt --rateest-bps1 5mbit", "--rateest a --rateest-lt --rateest-bps 0bit", ""},
		{"--rateest a --rateest-bps --rateest-lt", "--rateest a --rateest-lt --rateest-bps 0bit", ""},
		{"--rateest-lt --rateest a --rateest-bps", "--rateest a --rateest-lt --rateest-bps 0bit", ""},
		{"! --rateest-lt --rateest-gt --rateest a --rateest-pps 4", "--rateest a ! --rateest-gt --rateest-pps 4", ""},
		{"--rateest-delta --rateest a --rateest-bps1 5mbit --rateest-lt --rateest-bps 6mbit", "--rateest-delta --rateest a --rateest-bps1 5000Kbit --rateest-lt --rateest-bps2 6000Kbit", ""},
		{"--rateest-delta --rateest a --rateest-pps1 5 --rateest-lt --rateest-pps2 6", "", ""},
		{"--rateest1 a --rateest-lt --rateest-bps --rateest2 b", "", ""},
		{"--rateest1 a --rateest-lt --rateest-pps1 5 --rateest2 b --rateest-pps2 6", "--rateest1 a --rateest-lt --rateest-pps --rateest2 b", ""},
		{"--rateest-delta --rateest1 a --rateest-bps1 2500Kbit --rateest-gt --rateest-bps2 2000Kbit --rateest2 b", "", ""},
		{"--rateest-delta --rateest1 a --rateest-pps1 5 --rateest-gt --rateest2 b --rateest-pps2 6", "--rateest-delta --rateest1 a --rateest-pps1 5 --rateest-gt --rateest-pps2 6 --rateest2 b", ""},
		{"--rateest a --rateest-lt --rateest-bps 8kbit --rateest-pps 5", "--rateest a --rateest-lt --rateest-bps 8000bit --rateest-pps 5", "it prints --rateest-lt twice, and does not read that"},
		{"--rateest1 a --rateest-eq --rateest-pps --rateest2 b --rateest-bps", "--rateest1 a --rateest-eq --rateest-bps --rateest-pps --rateest2 b", "it prints --rateest-eq twice, and does not read that"},
	} {
		if c.save == "" {
			c.save = c.rule
		}
		cases = append(cases, exttest.Case{Rule: "-m rateest " + c.rule, Save: "-m rateest " + c.save, Before: estimators, Stock: c.stock})
	}
	for rate, save := range map[string]string{
		"500": "496bit", "5": "0bit", "0x10": "16bit", "1e6": "1000Kbit", "1.5mbit": "1500Kbit", "123456bit": "123456bit", "1048576bit": "1049Kbit",
		"1234567890bit": "1235Mbit", "1mbps": "8000Kbit", "1MiBps": "8389Kbit", "5mibit": "5243Kbit", "4GBps": "32000Mbit",
		"5gbps": "5640Mbit", "1tbit": "3568Mbit", // beyond 32 bits of bytes
	} {
		const rule = "-m rateest --rateest a --rateest-lt --rateest-bps "
		cases = append(cases, exttest.Case{Rule: rule + rate, Save: rule + save, Before: estimators, Family: ast.FamilyIP})
	}
	for _, c := range []struct{ rule, err string }{
		{"", "has no --rateest"},
		{"--rateest a", "does not say how to compare"},
		{"--rateest a --rateest-pps 5", "does not say how to compare"},
		{"--rateest a --rateest-lt", "does not say what to compare"},
		{"--rateest-lt --rateest-pps 5", "has no --rateest"},
		{"--rateest a --rateest1 b --rateest-lt --rateest-pps 5", "given twice"},
		{"--rateest a --rateest-lt --rateest-bps 5mbit --rateest-bps2 6mbit", "given twice"},
		{"--rateest a --rateest-lt --rateest-lt --rateest-bps 5mbit", "given twice"},
		{"--rateest a --rateest-lt --rateest-bps 1xx", `"xx" is no unit of a rate; expected bit or Bps`},
		{"--rateest a --rateest-lt --rateest-bps 1mbut", `did you mean "mbit"?`},
		{"--rateest a --rateest-lt --rateest-bps fast", `unexpected "fast"`},
		{"--rateest a --rateest-lt --rateest-bps=5mbit", "only as the next word; expected a blank instead of ="},
		{"--rateest a --rateest-lt --rateest-bps -5", "unknown option"},
		{"--rateest a --rateest-lt --rateest-pps 5k", "from 0 to 4294967295"},
		{"--rateest a --rateest-lt --rateest-pps 4294967296", "from 0 to 4294967295"},
		{"! --rateest a --rateest-lt --rateest-bps 5mbit", "cannot be negated"},
		{"--rateest a --rateest-lt ! --rateest-bps 5mbit", "cannot be negated"},
		{"--rateest a ! --rateest-delta --rateest-lt --rateest-bps 5mbit", "cannot be negated"},
	} {
		cases = append(cases, exttest.Case{Rule: strings.TrimSpace("-m rateest " + c.rule), Err: c.err, Before: estimators, Family: ast.FamilyIP})
	}
	exttest.Run(t, cases)
}

func TestLowerRateest(t *testing.T) {
	lowersTo(t, "-m rateest --rateest-delta --rateest1 a --rateest-bps1 2.5mbit ! --rateest-gt --rateest2 b --rateest-bps 2mbit", ast.FamilyIP,
		"rateest --rateest-delta --rateest1 a --rateest-bps1 2500Kbit ! --rateest-gt --rateest-bps2 2000Kbit --rateest2 b")
}
