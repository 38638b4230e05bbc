package load

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// family finds the family of a file's rules. What iptables-save or the file's
// name says holds; else the addresses and names in it do. IPv4 is the default.
func (f *facts) family(name string, d Dialect) ast.Family {
	if d == Commands {
		return f.commandFamily()
	}
	if d == Save {
		switch {
		case strings.HasPrefix(f.generated, "ip6tables"):
			return ast.FamilyIP6
		case strings.HasPrefix(f.generated, "iptables"):
			return ast.FamilyIP
		case strings.Contains(f.shebang, "ip6tables"):
			return ast.FamilyIP6
		}
	}
	byName := familyOfName(name)
	if byName.sure {
		return byName.family
	}
	if c := f.contentFamily(); c != ast.FamilyUnknown {
		return c
	}
	if byName.family != ast.FamilyUnknown {
		return byName.family
	}
	return ast.FamilyIP
}

// IPv6 says what a file has to do with IPv6 packets.
type IPv6 uint8

const (
	// WithoutIPv6 says: no rule is for them, as far as can be seen.
	WithoutIPv6 IPv6 = iota
	// WithIPv6 says: some rules are, or may be.
	WithIPv6
	// OnlyIPv6 says: all rules are.
	OnlyIPv6
)

// SeesIPv6 finds out, without parsing it, what a file has to do with IPv6. A
// script need not be a ruleset to load one.
func SeesIPv6(name string, src []byte) IPv6 {
	f := scan(strings.TrimPrefix(string(src), bom))
	switch d := f.dialect(name); d {
	case Save, Listing:
		if f.family(name, d) == ast.FamilyIP6 {
			return OnlyIPv6
		}
	case Commands:
		if f.commandFamily() == ast.FamilyIP6 {
			return OnlyIPv6
		}
		return mentions(f.text, "ip6")
	case NFT:
		return mentions(f.text, "ip6", "inet")
	case IPSet:
	default:
		if f.shebang != "" || strings.HasSuffix(name, ".sh") {
			return mentions(f.text, "ip6tables", "nft")
		}
	}
	return WithoutIPv6
}

func mentions(text string, words ...string) IPv6 {
	for _, w := range words {
		if strings.Contains(text, w) {
			return WithIPv6
		}
	}
	return WithoutIPv6
}

// commandFamily is that of lines that do not name their command: of iptables -S,
// and where a script calls ip6tables alone.
func (f *facts) commandFamily() ast.Family {
	v4, v6 := 0, 0
	for _, m := range toolCall.FindAllStringSubmatch(f.text, -1) {
		if strings.HasPrefix(m[1], "ip6") {
			v6++
		} else {
			v4++
		}
	}
	switch {
	case v4 > 0:
		return ast.FamilyIP
	case v6 > 0:
		return ast.FamilyIP6
	case f.changes == 0 && f.contentFamily() == ast.FamilyIP6:
		return ast.FamilyIP6
	}
	return ast.FamilyIP
}

type nameFamily struct {
	family ast.Family
	sure   bool
}

// familyOfName finds the family that a file's name says: rules.v6,
// ip6tables.up.rules, user6.rules. A 6 that is part of another word, or stands
// by itself, says nothing. That a name has no 6 where it could (iptables.save)
// says little: it only decides where the text says nothing.
func familyOfName(name string) nameFamily {
	name = strings.ToLower(toSlash(name))
	words := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("._- ", r) })
	}
	weak := nameFamily{}
	for _, w := range words(path.Base(name)) {
		switch {
		case slices.Contains([]string{"v6", "ip6", "ipv6", "inet6", "rules6", "user6", "before6", "after6", "iptables6", "firewall6", "fw6", "ipt6", "iptv6", "rulesv6"}, w),
			strings.HasPrefix(w, "ip6t"):
			return nameFamily{ast.FamilyIP6, true}
		case slices.Contains([]string{"v4", "ip4", "ipv4", "rules4", "iptables4", "ip4tables", "ipt4", "rulesv4"}, w):
			return nameFamily{ast.FamilyIP, true}
		case w == "iptables":
			weak.family = ast.FamilyIP
		}
	}
	return weak
}

// contentFamily finds the family by what stands in the rules.
func (f *facts) contentFamily() ast.Family {
	v4, v6 := 0, 0
	for line := range strings.Lines(f.text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ':' {
			continue
		}
		if v4+v6 > 200 {
			break // enough is seen
		}
		for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,\"'=!()", r) }) {
			switch {
			case strings.HasPrefix(w, "ipv6-icmp") || strings.HasPrefix(w, "icmp6-") || w == "icmpv6" || w == "icmp6" || w == "--icmpv6-type":
				v6++
				continue
			case w == "--icmp-type" || w == "icmp" || strings.HasPrefix(w, "icmp-"):
				v4++
				continue
			}
			if strings.Count(w, ".") < 3 && strings.Count(w, ":") < 2 {
				continue
			}
			host, _, _ := strings.Cut(w, "/")
			host, _, _ = strings.Cut(host, "-")
			host = strings.TrimPrefix(host, "to:")
			if h, _, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok {
				host = h
			}
			if a, err := netip.ParseAddr(host); err == nil {
				if a.Is4() || a.Is4In6() {
					v4++
				} else {
					v6++
				}
			} else if h, _, ok := strings.Cut(host, ":"); ok && strings.Count(host, ":") == 1 {
				if a, err := netip.ParseAddr(h); err == nil && a.Is4() { // with a port
					v4++
				}
			}
		}
	}
	switch {
	case v6 > v4:
		return ast.FamilyIP6
	case v4 > 0:
		return ast.FamilyIP
	}
	return ast.FamilyUnknown
}
