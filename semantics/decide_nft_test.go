package semantics_test

import (
	"go/token"
	"testing"

	"github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/semantics"
)

// TestDecideNFT decides packets by what only nft has.
func TestDecideNFT(t *testing.T) {
	for _, c := range []struct {
		name, rule   string
		accept, drop bool
	}{
		{"a full set, or a limit in it", "update @seen { ip saddr limit rate over 1/second } drop", true, true},
		{"a set that may be full", "add @seen { ip saddr } drop", true, true},
		{"taken out of a set", "delete @seen { ip saddr } drop", false, true},
		{"a named limit", "limit name \"slow\" drop", true, true},
		{"a named counter", "counter name \"seen-all\" drop", false, true},
		{"a named SYN proxy", "synproxy name \"web\" drop", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "table ip f {\n\tset seen {\n\t\ttype ipv4_addr\n\t\tsize 9\n\t\tflags dynamic\n\t}\n\tlimit slow {\n\t\trate 1/second\n\t}\n\tcounter seen-all {\n\t}\n" +
				"\tsynproxy web {\n\t\tmss 1460\n\t\twscale 7\n\t}\n\tchain c {\n\t\ttype filter hook input priority filter\n\t\ttcp dport 22 " + c.rule + "\n\t}\n}\n"
			f := nft.Parse(token.NewFileSet(), "f", []byte(text), nft.Options{})
			for _, e := range f.Errors {
				t.Fatal(e)
			}
			d := semantics.Decide(f.Ruleset, ssh())
			if d.Accept != c.accept || d.Drop != c.drop {
				t.Errorf("accept %v, drop %v; want %v, %v", d.Accept, d.Drop, c.accept, c.drop)
			}
		})
	}
}

// TestDecideTransport decides packets that have no ports by rules about ports.
func TestDecideTransport(t *testing.T) {
	for _, c := range []struct {
		name, rule   string
		change       func(*semantics.Packet)
		accept, drop bool
	}{
		{"a later fragment, whose bytes nft takes for a header", "tcp dport 80 drop", func(p *semantics.Packet) { p.Fragment = true }, true, true},
		{"a later fragment of another protocol", "udp dport 80 drop", func(p *semantics.Packet) { p.Fragment = true }, true, false},
		{"ports of a protocol that has none", "th dport 80 drop", func(p *semantics.Packet) { p.Proto = 47 }, true, true},
		{"ports of one that has", "th dport 80 drop", func(*semantics.Packet) {}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := nft.Parse(token.NewFileSet(), "f", []byte("table ip f {\n\tchain c {\n\t\ttype filter hook input priority filter\n\t\t"+c.rule+"\n\t}\n}\n"), nft.Options{})
			for _, e := range f.Errors {
				t.Fatal(e)
			}
			p := ssh()
			c.change(&p)
			if d := semantics.Decide(f.Ruleset, p); d.Accept != c.accept || d.Drop != c.drop {
				t.Errorf("accept %v, drop %v; want %v, %v", d.Accept, d.Drop, c.accept, c.drop)
			}
		})
	}
}
