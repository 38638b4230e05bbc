package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestIdletimerTarget(t *testing.T) {
	const v4 = ast.FamilyIP
	exttest.Run(t, []exttest.Case{
		{Rule: "-j IDLETIMER --alarm --label eth0.5 --timeout 0x10", Save: "-j IDLETIMER --timeout 16 --label eth0.5 --alarm", AST: `(target IDLETIMER timeout="16" label="eth0.5" alarm)`},
		{Family: v4, Rule: "-j IDLETIMER --timeout 2147482 --label a234567890123456789012345678", Save: "-j IDLETIMER --timeout 2147482 --label a23456789012345678901234567"},
		{Family: v4, Rule: `-j IDLETIMER --timeout 1 --label "a b"`, Stock: "they forget the quotes"},
		{Family: v4, Rule: "-j IDLETIMER --label a", Err: "IDLETIMER has no --timeout"},
		{Family: v4, Rule: "-j IDLETIMER --timeout 5", Err: "IDLETIMER has no --label"},
		{Family: v4, Rule: "-j IDLETIMER --timeout 0 --label a", Err: "expected a number from 1 to 2147482"},
		{Family: v4, Rule: "-j IDLETIMER --timeout 2147483 --label a", Err: "expected a number from 1 to 2147482"},
		{Family: v4, Rule: "-j IDLETIMER --timeout 5 --label a/b", Err: "cannot be the name of a timer"},
		{Family: v4, Rule: "-j IDLETIMER --timeout 5 --label power", Err: "cannot be the name of a timer"},
	})
}

func TestLEDTarget(t *testing.T) {
	const v4, none = ast.FamilyIP, "the kernel has no LED triggers"
	exttest.Run(t, []exttest.Case{
		{Rule: "-j LED --led-trigger-id ssh --led-delay INF --led-always-blink", Save: `-j LED --led-trigger-id "ssh" --led-delay inf --led-always-blink`,
			AST: `(target LED led-trigger-id="\"ssh\"" led-delay="inf" led-always-blink)`, Stock: none},
		{Family: v4, Rule: `-j LED --led-delay 0 --led-trigger-id "a \"b\""`, Save: `-j LED --led-trigger-id "a \"b\""`, Stock: none},
		{Family: v4, Rule: `-j LED --led-trigger-id "ssh" --led-delay 4294967295`, Stock: none},
		{Family: v4, Rule: "-j LED --led-delay 1", Err: "LED has no --led-trigger-id"},
		{Family: v4, Rule: "-j LED --led-trigger-id ssh --led-delay soon", Err: "expected a time in milliseconds, or inf"},
		{Family: v4, Rule: "-j LED --led-trigger-id 12345678901234567", Err: "at most 16 bytes"},
	})
}

func TestRateestTarget(t *testing.T) {
	const v4 = ast.FamilyIP
	rule := func(interval, average string) string {
		return "-j RATEEST --rateest-name est --rateest-interval " + interval + " --rateest-ewmalog " + average
	}
	exttest.Run(t, []exttest.Case{
		{Rule: rule("250ms", "500ms"), Save: rule("250.0ms", "500.0ms"), AST: `(target RATEEST rateest-name="est" rateest-interval="250.0ms" rateest-ewmalog="500.0ms")`},
		{Family: v4, Rule: rule("1", "2"), Save: rule("250.0ms", "500.0ms")},
		{Family: v4, Rule: rule(".3SECS", "9e2msec"), Save: rule("500.0ms", "1.0s")},
		{Family: v4, Rule: rule("8s", "4000s"), Save: rule("8.0s", "2048.0s")},
		{Family: v4, Rule: rule("100ms", "32s"), Save: rule("250.0ms", "64.0s")},
		{Family: v4, Rule: "-j RATEEST --rateest-name est --rateest-interval 1s", Err: "RATEEST has no --rateest-ewmalog"},
		{Family: v4, Rule: "-j RATEEST --rateest-interval 1s --rateest-ewmalog 2s", Err: "RATEEST has no --rateest-name"},
		{Family: v4, Rule: rule("8.1s", "100s"), Err: "the interval 8.1s is too long; expected at most 8s"},
		{Family: v4, Rule: rule("2s", "1s"), Err: "averaging over 1s does not go with an interval of 2s"},
		{Family: v4, Rule: rule("1us", "3600s"), Err: "averaging over 3600s does not go with an interval of 1us"},
		{Family: v4, Rule: rule("5m", "10s"), Err: "expected a time"},
		{Family: v4, Rule: rule("250ms", "4500s"), Err: "of less than 4295s", Stock: "they use the lowest bits of what is too large"},
	})
}

func TestHmarkTarget(t *testing.T) {
	const v4, v6, tail = ast.FamilyIP, ast.FamilyIP6, " --hmark-mod 2 --hmark-rnd 1"
	const saved = " --hmark-rnd 0x00000001 --hmark-mod 2"
	const wide = "they take any mask for a whole address that is no prefix, and any length above 32 for 32"
	exttest.Run(t, []exttest.Case{
		{Family: v4, Rule: "-j HMARK --hmark-tuple CT,proto,dport,sport,dst,src --hmark-offset 0x10" + tail,
			Save: "-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-sport-mask 0xffff --hmark-dport-mask 0xffff --hmark-proto-mask 0xffff" + saved + " --hmark-offset 16 --hmark-tuple ct",
			AST: `(target HMARK hmark-src-prefix="32" hmark-dst-prefix="32" hmark-sport-mask="0xffff" hmark-dport-mask="0xffff" hmark-proto-mask="0xffff" ` +
				`hmark-rnd="0x00000001" hmark-mod="2" hmark-offset="16" hmark-tuple="ct")`},
		{Family: v6, Rule: "-j HMARK --hmark-tuple src --hmark-dst-prefix ffff::" + tail, Save: "-j HMARK --hmark-src-prefix 128 --hmark-dst-prefix 16" + saved},
		{Family: v4, Rule: "-j HMARK --hmark-spi 3 --hmark-spi-mask 0x10" + tail, Save: "-j HMARK --hmark-spi-mask 0x00000010 --hmark-spi 0x00000003" + saved},
		{Family: v4, Rule: "-j HMARK --hmark-sport 80 --hmark-dport-mask 15 --hmark-proto-mask 5" + tail, Save: "-j HMARK --hmark-dport-mask 0x000f --hmark-sport 0x0050 --hmark-proto-mask 0x05" + saved},
		{Family: v4, Rule: "-j HMARK --hmark-tuple d,SP" + tail, Save: "-j HMARK --hmark-dst-prefix 32 --hmark-sport-mask 0xffff" + saved},
		{Family: v4, Rule: "-j HMARK --hmark-tuple src --hmark-mod 2", Err: "HMARK has no --hmark-rnd"},
		{Family: v4, Rule: "-j HMARK" + tail, Err: "HMARK has nothing to hash"},
		{Family: v4, Rule: "-j HMARK --hmark-offset 4" + tail, Err: "HMARK has nothing to hash"},
		{Family: v4, Rule: "-j HMARK --hmark-tuple src,spi,sport" + tail, Err: "--hmark-spi-mask cannot stand with --hmark-sport-mask"},
		{Family: v4, Rule: "-j HMARK --hmark-spi 1 --hmark-sport 2" + tail, Err: "--hmark-sport cannot stand with --hmark-spi"},
		{Family: v4, Rule: "-j HMARK --hmark-tuple src --hmark-src-prefix 24" + tail, Err: "--hmark-tuple src is --hmark-src-prefix, which is given too"},
		{Family: v4, Rule: "-j HMARK --hmark-tuple source" + tail, Err: "is none of the parts of a packet"},
		{Family: v4, Rule: "-j HMARK --hmark-tuple src --hmark-mod 0 --hmark-rnd 1", Err: "expected a number from 1 to 4294967295"},
		{Family: v4, Rule: "-j HMARK --hmark-src-prefix 33" + tail, Err: "expected the length of a prefix", Stock: wide},
		{Family: v4, Rule: "-j HMARK --hmark-src-prefix 255.0.255.0" + tail, Err: "expected the length of a prefix", Stock: wide},
	})
}

func TestSetTarget(t *testing.T) {
	const v4, none = ast.FamilyIP, "there is no such set"
	exttest.Run(t, []exttest.Case{
		{Rule: "-j SET --exist --timeout 0x10 --add-set foo src,dst --exist", Save: "-j SET --add-set foo src,dst --exist --timeout 16",
			AST: `(target SET add-set="foo src,dst" exist timeout="16")`, Stock: none},
		{Table: "mangle", Chain: "FORWARD", Family: v4, Rule: "-j SET --map-set foo src --map-queue --map-mark --map-prio --del-set bar dst",
			Save: "-j SET --del-set bar dst --map-set foo src --map-mark --map-prio --map-queue", Stock: none},
		{Family: v4, Rule: "-j SET", Err: "one of --add-set, --del-set, --map-set"},
		{Family: v4, Rule: "-j SET --add-set foo src,dst,src,dst,src,dst,src", Err: "more than 6 dimensions"},
		{Family: v4, Rule: "-j SET --add-set foo source", Err: "is neither src nor dst"},
		{Family: v4, Rule: "-j SET --add-set foo", Err: "has no argument"},
		{Family: v4, Rule: "-j SET --del-set foo src --exist", Err: "--exist needs --add-set"},
		{Family: v4, Rule: "-j SET --del-set foo src --timeout 1", Err: "--timeout needs --add-set"},
		{Family: v4, Rule: "-j SET --add-set foo src --timeout 4294967295", Err: "expected a number from 0 to 4294967294"},
		{Family: v4, Rule: "-j SET --add-set foo src --map-mark", Err: "--map-mark needs --map-set"},
		{Table: "mangle", Family: v4, Rule: "-j SET --map-set foo src", Err: "--map-set does not say what to map"},
		{Family: v4, Rule: "-j SET --map-set foo src --map-mark", Err: "--map-set cannot stand in table filter"},
		{Table: "mangle", Chain: "PREROUTING", Family: v4, Rule: "-j SET --map-set foo src --map-prio", Err: "--map-prio cannot stand in chain PREROUTING"},
	})
}
