package unit

import (
	"maps"
	"strings"
	"testing"
)

func TestWithoutIPv6(t *testing.T) {
	const (
		v4     = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 192.0.2.1 -j ACCEPT\nCOMMIT\n"
		v6     = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 2001:db8::1 -j ACCEPT\nCOMMIT\n"
		inet   = "#!/usr/sbin/nft -f\ntable inet filter {\n}\n"
		nft4   = "#!/usr/sbin/nft -f\ntable ip filter {\n}\n"
		script = "#!/bin/sh\nexec ip6tables-restore < /etc/rules\n"
		both   = "#!/bin/sh\niptables -P INPUT DROP\nip6tables -P INPUT DROP\n"
		other  = "#!/bin/sh\necho start\n"
	)
	for _, c := range []struct {
		name  string
		files map[string]string
		paths string // the current folder if empty
		want  string // the units without IPv6
	}{
		{"alone in a folder", map[string]string{"rules.v4": v4}, "", "rules.v4"},
		{"named", map[string]string{"rules.v4": v4}, "rules.v4", ""},
		{"named, and in a folder", map[string]string{"etc/rules.v4": v4}, "etc/rules.v4 etc", ""},
		{"a pair", map[string]string{"rules.v4": v4, "rules.v6": v6}, "", ""},
		{"with a partner of another name", map[string]string{"web4.save": v4, "other.save": v6}, "", ""},
		{"only IPv6", map[string]string{"rules.v6": v6}, "", ""},
		{"two hosts, one has both", map[string]string{"a/rules.v4": v4, "a/rules.v6": v6, "b/rules.v4": v4}, "", "b/rules.v4"},
		{"folders by family", map[string]string{"v4/web.save": v4, "v6/web.save": v6}, "", ""},
		{"with a script for the other", map[string]string{"rules.v4": v4, "start": script}, "", ""},
		{"with a script below", map[string]string{"rules.v4": v4, "boot/start.sh": script}, "", ""},
		{"with one for IPv6 alone elsewhere", map[string]string{"a/rules.v4": v4, "b/start.sh": script}, "", ""},
		{"with one for both elsewhere", map[string]string{"a/rules.v4": v4, "b/start.sh": both}, "", "a/rules.v4"},
		{"with a script of another kind", map[string]string{"rules.v4": v4, "start.sh": other}, "", "rules.v4"},
		{"with words about it", map[string]string{"rules.v4": v4, "README": "ip6tables is not used here.\n"}, "", "rules.v4"},
		{"with nft for both", map[string]string{"rules.v4": v4, "main.nft": inet}, "", ""},
		{"nft for IPv4", map[string]string{"main.nft": nft4}, "", "main.nft"},
		{"nft for both", map[string]string{"main.nft": inet}, "", ""},
		{"a script for both", map[string]string{"fw.sh": both}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree(t, maps.Clone(c.files))
			paths := strings.Fields(c.paths)
			if len(paths) == 0 {
				paths = []string{"."}
			}
			units, err := Collect(paths)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range units {
				if u.WithoutIPv6 {
					got = append(got, u.Name())
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("without IPv6: %q; want %q", got, c.want)
			}
		})
	}
}
