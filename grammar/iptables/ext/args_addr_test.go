package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

func TestAddressArgs(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     *ext.Arg
		family   ast.Family
		in, want string
		err      string
	}{
		{"address", ext.HostAddr, ast.FamilyIP, "192.0.2.1", "192.0.2.1", ""},
		{"inet_aton, two numbers", ext.HostAddr, ast.FamilyIP, "192.513", "192.0.2.1", ""},
		{"inet_aton, one number", ext.HostAddr, ast.FamilyIP, "0xc0000201", "192.0.2.1", ""},
		{"inet_aton, octal", ext.HostAddr, ast.FamilyIP, "0300.0.02.01", "192.0.2.1", ""},
		{"too large a number", ext.HostAddr, ast.FamilyIP, "192.0.2.256", "", "neither an address"},
		{"five numbers", ext.HostAddr, ast.FamilyIP, "1.2.3.4.5", "", "neither an address"},
		{"host", ext.HostAddr, ast.FamilyIP6, "gate.example", "gate.example", ""},
		{"zone", ext.HostAddr, ast.FamilyIP6, "fe80::1%eth0", "", "no IPv4 address"},
		{"IPv4 in IPv6", ext.HostAddr, ast.FamilyIP6, "192.0.2.1", "", "an IPv4 address in an IPv6 rule"},

		{"network keeps its host bits", ext.HostMask, ast.FamilyIP, "192.0.2.1/24", "192.0.2.1/24", ""},
		{"whole mask", ext.HostMask, ast.FamilyIP, "192.0.2.1/32", "192.0.2.1", ""},
		{"whole mask", ext.HostMask, ast.FamilyIP6, "2001:db8::1/128", "2001:db8::1", ""},
		{"IPv6 with 32 bits", ext.HostMask, ast.FamilyIP6, "2001:db8::1/32", "2001:db8::1/32", ""},
		{"host's network", ext.HostMask, ast.FamilyIP, "gate.example/24", "gate.example/24", ""},
		{"no mask", ext.HostMask, ast.FamilyIP, "192.0.2.1/", "", "is no mask"},
		{"mask of the other family", ext.HostMask, ast.FamilyIP, "192.0.2.1/ffff::", "", "is no mask"},

		{"range", ext.AddrRange, ast.FamilyIP, "192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9", ""},
		{"one address", ext.AddrRange, ast.FamilyIP6, "2001:db8::1", "2001:db8::1-2001:db8::1", ""},
		{"parts left out", ext.AddrRange, ast.FamilyIP, "192.0-192.0.2", "192.0.0.0-192.0.2.0", ""},
		{"no end", ext.AddrRange, ast.FamilyIP, "192.0.2.1-", "", `"" is no address`},
		{"name", ext.AddrRange, ast.FamilyIP, "gate-192.0.2.1", "", `"gate" is no address`},

		{"length", ext.MaskLen, ast.FamilyIP6, "64", "64", ""},
		{"mask", ext.MaskLen, ast.FamilyIP6, "ffff:ff00::", "24", ""},
		{"mask that is no prefix", ext.MaskLen, ast.FamilyIP, "255.0.255.0", "255.0.255.0", ""},
		{"too long", ext.MaskLen, ast.FamilyIP, "33", "", "is no mask"},
	} {
		t.Run(c.name+" "+c.in, func(t *testing.T) {
			var v ext.Value
			err := c.kind.Parse(&ext.Context{Family: c.family}, []ext.Word{{Text: c.in}}, &v)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v; want one with %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var p ext.Printer
			if c.kind.Save(&p, &v); string(p.B) != c.want {
				t.Errorf("printed as %q; want %q", p.B, c.want)
			}
		})
	}
}
