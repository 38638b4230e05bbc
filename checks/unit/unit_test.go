package unit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const rules = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"

// tree makes files under a new folder and goes there.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func show(units []Unit) string {
	var out []string
	for _, u := range units {
		out = append(out, strings.Join(u.Files, "+"))
	}
	return strings.Join(out, " ")
}

func TestCollect(t *testing.T) {
	tree(t, map[string]string{
		"etc/rules.v4":       rules,
		"etc/rules.v6":       rules,
		"etc/other.v4":       rules,
		"etc/deep/er/save":   rules,
		"etc/.git/rules.v4":  rules,
		"etc/.hidden/rules":  rules,
		"etc/notes.txt":      "not a ruleset\n",
		"etc/picture":        rules + "\x00",
		"etc/empty":          "",
		"etc/deep/notes.txt": "not a ruleset\n",
	})
	if err := os.Symlink("rules.v4", "etc/link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("etc", "linked"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		paths []string
		want  string
	}{
		{"a folder", []string{"etc"}, "etc/.hidden/rules etc/deep/er/save etc/other.v4 etc/rules.v4+etc/rules.v6"},
		{"the current one", []string{"."}, "etc/.hidden/rules etc/deep/er/save etc/other.v4 etc/rules.v4+etc/rules.v6"},
		{"a link to a folder", []string{"linked"}, "linked/.hidden/rules linked/deep/er/save linked/other.v4 linked/rules.v4+linked/rules.v6"},
		{"files that are named are taken", []string{"etc/notes.txt", "etc/empty", "etc/link"}, "etc/notes.txt etc/empty etc/link"},
		{"and put together", []string{"etc/rules.v6", "etc/other.v4", "etc/rules.v4"}, "etc/rules.v4+etc/rules.v6 etc/other.v4"},
		{"once", []string{"etc/rules.v4", "./etc//rules.v4", "etc/deep", "etc/deep/er/save"}, "etc/rules.v4 etc/deep/er/save"},
		{"standard input", []string{"-", "etc/other.v4"}, "<stdin> etc/other.v4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			units, err := Collect(c.paths)
			if got := show(units); got != c.want || err != nil {
				t.Errorf("got %s %v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestCollectErrors(t *testing.T) {
	tree(t, map[string]string{"a/rules": rules, "b/rules": rules})
	units, err := Collect([]string{"a", "gone", "b", "gone too"})
	if got := show(units); got != "a/rules b/rules" {
		t.Errorf("units: %s", got)
	}
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "gone too") {
		t.Errorf("error: %v", err)
	}
}

func TestGroup(t *testing.T) {
	for _, c := range []struct{ files, want string }{
		{"rules.v4 rules.v6", "rules.v4+rules.v6"},
		{"rules.v6 rules.v4", "rules.v4+rules.v6"},
		{"iptables ip6tables", "iptables+ip6tables"},
		{"ip6tables.rules iptables.rules", "iptables.rules+ip6tables.rules"},
		{"web-ip6tables-save web-iptables-save db-iptables-save", "web-iptables-save+web-ip6tables-save db-iptables-save"},
		{"ipv4.conf ipv6.conf", "ipv4.conf+ipv6.conf"},
		{"rules-v4 rules-v6 rules_v4 rules_v6", "rules-v4+rules-v6 rules_v4+rules_v6"},
		{"host.v4.save host.v6.save", "host.v4.save+host.v6.save"},
		{"a/rules.v4 b/rules.v6", "a/rules.v4 b/rules.v6"},
		{"a.v4 b.v6", "a.v4 b.v6"},
		{"iptables iptables2", "iptables iptables2"},
		{"one.nft two.nft", "one.nft two.nft"},
		{"ip6tables/rules iptables/rules", "ip6tables/rules iptables/rules"},
	} {
		if got := show(group(strings.Fields(c.files))); got != c.want {
			t.Errorf("%s: got %s; want %s", c.files, got, c.want)
		}
	}
}
