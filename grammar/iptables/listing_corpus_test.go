package iptables

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// corpusListings are the listings of the public corpus, with their tables.
var corpusListings = map[string]string{
	"config_networking.ringofsaturn.com/iptables_Ln":                                        "filter",
	"config_networking.ringofsaturn.com/iptables_Lnv":                                       "filter",
	"config_vsrv/iptables_Lnv.txt":                                                          "filter",
	"configs_chair_for_Network_Architectures_and_Services/iptables-Lnv-2015-05-15_15-23-41": "filter",
	"configs_psa/team_a/iptables.Lnv.2016-01-27":                                            "filter",
	"configs_psa/team_a/psa1_iptables.Lnv.2015-11-14":                                       "filter",
	"configs_psa/team_c/iptables.Lnv.2015-12-01":                                            "filter",
	"configs_sqrl_shorewall/2014_sep_iptables-akachan-Lnv":                                  "filter",
	"configs_srvs_ufw/server1-iptables":                                                     "filter",
	"configs_srvs_ufw/server2-iptables":                                                     "filter",
	"configs_synology_diskstation_ds414/iptables_Ln_default":                                "filter",
	"configs_synology_diskstation_ds414/iptables_Ln_tuned":                                  "filter",
	"configs_synology_diskstation_ds414/iptables_Lnv_default":                               "filter",
	"configs_synology_diskstation_ds414/iptables_Lnv_jun_2015_cleanup":                      "filter",
	"configs_tails_os/2015-aug-tails-i386-1.4.1-iptables-Lv":                                "filter",
	"configs_ugent/iptables-Lnv":                                                            "filter",
	"found_online/solaris.unsoft.hu/iptables1.txt":                                          "filter",
	"found_online/solaris.unsoft.hu/iptables2.txt":                                          "nat",
}

// corpusTexts are the extensions whose text the corpus has, by a word of it.
var corpusTexts = map[string]string{
	"ADDRTYPE": "addrtype", "MAC": "mac", "icmp": "icmp", "icmptype": "icmp", "limit:": "limit", "multiport": "multiport",
	"owner": "owner", "recent:": "recent", "ctstate": "conntrack", "LOG": "LOG", "reject-with": "REJECT", "sctp": "sctp",
}

// TestListingCorpus reads the listings of the public corpus: each line is a
// rule, and nothing in it is left unexplained by an extension that is declared.
func TestListingCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora", "rulesets")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the public corpus is not beside the project, so it is not read: %v", err)
	}
	for name, table := range corpusListings {
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			_, _, f := listed(string(src), ast.FamilyUnknown)
			chains, rules, hidden := 0, 0, 0
			for line := range strings.Lines(string(src)) {
				switch {
				case strings.HasPrefix(line, "Chain "):
					chains++
				case strings.TrimSpace(line) == "" || strings.Contains(line, "prot opt"):
				default:
					rules++
					if strings.Contains(line, "XX:XX:XX") {
						hidden++
					}
				}
			}
			if len(f.Ruleset.Tables) != 1 || f.Ruleset.Tables[0].Name != table || f.Ruleset.Tables[0].Family != ast.FamilyIP {
				t.Fatalf("it has %d tables, the first %s %s; expected ip %s alone", len(f.Ruleset.Tables), f.Ruleset.Tables[0].Family, f.Ruleset.Tables[0].Name, table)
			}
			gotRules := 0
			for _, c := range f.Ruleset.Tables[0].Chains {
				gotRules += len(c.Rules)
			}
			if n := len(f.Ruleset.Tables[0].Chains); n != chains || gotRules != rules {
				t.Errorf("%d chains and %d rules; expected %d and %d", n, gotRules, chains, rules)
			}
			checkSpans(t, f)
			for _, e := range f.Errors {
				at := f.Text[e.From-f.base : e.To-f.base]
				if hiddenAddress(f.Text, int(e.From-f.base)) {
					hidden--
				} else if e.Kind == grammar.Syntax && !undeclared(e, at) {
					t.Errorf("%v at %q", e, at)
				}
			}
			if hidden != 0 {
				t.Errorf("%d lines more have an anonymised address than an error", hidden)
			}
		})
	}
}

// hiddenAddress reports whether the line at byte i has a MAC address that was
// made unreadable.
func hiddenAddress(text string, i int) bool {
	from := strings.LastIndexByte(text[:i], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	return strings.Contains(line, "XX:XX:XX")
}

// undeclared reports whether an error is about the text of an extension that
// has no declaration yet.
func undeclared(e *grammar.Error, at string) bool {
	if strings.Contains(e.Msg, "is neither a target nor a chain") {
		_, known := map[string]bool{"LOG": true, "REJECT": true, "MASQUERADE": true, "SNAT": true, "DNAT": true}[at]
		return known && ext.Find(at, true, ast.FamilyIP) == nil
	}
	if !strings.Contains(e.Msg, "the listing does not say what "+strconv.Quote(at)) {
		return false
	}
	for _, w := range strings.Fields(at) {
		if name, ok := corpusTexts[w]; ok && ext.Find(name, name == strings.ToUpper(name), ast.FamilyIP) == nil {
			return true
		}
	}
	return false
}
