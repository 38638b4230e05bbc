package load

import (
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// corpusFiles are the files of the public corpus: what each is, and whether it
// is taken when it is found in a folder.
var corpusFiles = []struct {
	name    string
	dialect Dialect
	family  ast.Family
	looks   bool
}{
	{"blog_a-unikernel-firewall-for-qubesos/iptables-save", Save, ast.FamilyIP, true},
	{"config_home_user/typical_home_user_iptables-save", Save, ast.FamilyIP, true},
	{"config_kornwall/kornwall/kornwall.sh", Commands, ast.FamilyIP, true},
	{"config_networking.ringofsaturn.com/iptables_Ln", Listing, ast.FamilyIP, true},
	{"config_networking.ringofsaturn.com/iptables_Lnv", Listing, ast.FamilyIP, true},
	{"config_networking.ringofsaturn.com/iptables_script.sh", Commands, ast.FamilyIP, true},
	{"config_private_root/iptables-save", Save, ast.FamilyIP, true},
	{"config_veroneau.net/iptables-save", Save, ast.FamilyIP, true},
	{"config_vsrv/iptables-save.txt", Save, ast.FamilyIP, true},
	{"config_vsrv/iptables_Lnv.txt", Listing, ast.FamilyIP, true},
	{"configs_chair_for_Network_Architectures_and_Services/ip6tables-save-2016-03-16_13-53-28", Save, ast.FamilyIP6, true},
	{"configs_chair_for_Network_Architectures_and_Services/iptables-Lnv-2015-05-15_15-23-41", Listing, ast.FamilyIP, true},
	{"configs_chair_for_Network_Architectures_and_Services/iptables-save-2015-05-15_15-23-41", Save, ast.FamilyIP, true},
	{"configs_corny_docker/dfwfw/dfwfw.conf", "", ast.FamilyIP, false},
	{"configs_corny_docker/dfwfw/ipassmt_docker2", "", ast.FamilyIP, false},
	{"configs_corny_docker/dfwfw/routingtbldocker", "", ast.FamilyIP, false},
	{"configs_corny_docker/iptables-save.topos4.1", Save, ast.FamilyIP, true},
	{"configs_corny_docker/iptables-save.topos4.1.established", Save, ast.FamilyIP, true},
	{"configs_ipv6_server/mailserver", Save, ast.FamilyIP6, true},
	{"configs_kornwall_alpha/v1.03.06.2006/rc.block", Commands, ast.FamilyIP, true},
	{"configs_kornwall_alpha/v1.03.06.2006/rc.fw.samba", Commands, ast.FamilyIP, true},
	{"configs_kornwall_alpha/v1.03.06.2006/rc.pc2allow", Commands, ast.FamilyIP, true},
	{"configs_kornwall_alpha/v2.27.05.2006/rc.firewall", Commands, ast.FamilyIP, true},
	{"configs_kornwall_alpha/v3.02.06.2006/rc.DHCP.save.firewall.txt", Commands, ast.FamilyIP, true},
	{"configs_medium-sized-company/iptables-save.iptables_mainfw_31.01.2016", Save, ast.FamilyIP, true},
	{"configs_medium-sized-company/iptables_mainfw_30.01.2016.sh", Commands, ast.FamilyIP, true},
	{"configs_medium-sized-company/iptables_mainfw_31.01.2016.sh", Commands, ast.FamilyIP, true},
	{"configs_psa/2016/iptables-save.2016-07-07", Save, ast.FamilyIP, true},
	{"configs_psa/team_a/iptables-save.2016-01-27", Save, ast.FamilyIP, true},
	{"configs_psa/team_a/iptables.Lnv.2016-01-27", Listing, ast.FamilyIP, true},
	{"configs_psa/team_a/psa1_iptables-save.2015-11-14", Save, ast.FamilyIP, true},
	{"configs_psa/team_a/psa1_iptables.Lnv.2015-11-14", Listing, ast.FamilyIP, true},
	{"configs_psa/team_c/iptables.Lnv.2015-12-01", Listing, ast.FamilyIP, true},
	{"configs_serverfault/758088-info.txt", Save, ast.FamilyIP, false},
	{"configs_serverfault/759927.txt", Save, ast.FamilyIP, true},
	{"configs_serverfault/769294-info.txt", "", ast.FamilyIP, false},
	{"configs_serverfault/795234-info.txt", "", ast.FamilyIP, false},
	{"configs_serverfault/795234.txt", Save, ast.FamilyIP, true},
	{"configs_sns.ias.edu/iptables_ruleset_updated.txt", Commands, ast.FamilyIP, true},
	{"configs_sqrl_shorewall/2014_sep_iptables-akachan-Lnv", Listing, ast.FamilyIP, true},
	{"configs_sqrl_shorewall/2014_sep_iptables-saveakachan", Save, ast.FamilyIP, true},
	{"configs_srvs_ufw/server1-iptables", Listing, ast.FamilyIP, true},
	{"configs_srvs_ufw/server1-iptables-save", Save, ast.FamilyIP, true},
	{"configs_srvs_ufw/server2-iptables", Listing, ast.FamilyIP, true},
	{"configs_srvs_ufw/server2-iptables-save", Save, ast.FamilyIP, true},
	{"configs_synology_diskstation_ds414/iptables-save_jun_2015", Save, ast.FamilyIP, true},
	{"configs_synology_diskstation_ds414/iptables-save_jun_2015_cleanup", Save, ast.FamilyIP, true},
	{"configs_synology_diskstation_ds414/iptables_Ln_default", Listing, ast.FamilyIP, true},
	{"configs_synology_diskstation_ds414/iptables_Ln_tuned", Listing, ast.FamilyIP, true},
	{"configs_synology_diskstation_ds414/iptables_Lnv_default", Listing, ast.FamilyIP, true},
	{"configs_synology_diskstation_ds414/iptables_Lnv_jun_2015_cleanup", Listing, ast.FamilyIP, true},
	{"configs_tails_os/2015-aug-tails-i386-1.4.1-iptables-Lv", Listing, ast.FamilyIP, true},
	{"configs_ugent/iptables-Lnv", Listing, ast.FamilyIP, true},
	{"examples_ferm/webserver.ferm.iptables-save", Save, ast.FamilyIP, true},
	{"found_online/appscale/firewall.conf.txt", Commands, ast.FamilyIP, true},
	{"found_online/cyberciti.biz/script.sh", Commands, ast.FamilyIP, true},
	{"found_online/in-bad-schmiedeberg.de/iptables-save.txt", Save, ast.FamilyIP, true},
	{"found_online/jvehent/firewall", Save, ast.FamilyIP, true},
	{"found_online/linux.gda.pl/firewallp.txt", Save, ast.FamilyIP, true},
	{"found_online/myiptables/src", "", ast.FamilyIP, false},
	{"found_online/openvpn.eu/iptables-save", Save, ast.FamilyIP, true},
	{"found_online/openwrt.org/iptables-save-AA.txt", Save, ast.FamilyIP, true},
	{"found_online/pastebin.com_FNwfaEED/iptables-save", Save, ast.FamilyIP, true},
	{"found_online/pastebin.com_bbWXHaTn/iptables-save", Save, ast.FamilyIP, true},
	{"found_online/rimuhosting.com/script.sh", Save, ast.FamilyIP, true},
	{"found_online/rlworkman.net/rc.firewall.desktop.generic.txt", Commands, ast.FamilyIP, true},
	{"found_online/sargon/iptables-save.txt", Save, ast.FamilyIP, true},
	{"found_online/solaris.unsoft.hu/iptables1.txt", Listing, ast.FamilyIP, true},
	{"found_online/solaris.unsoft.hu/iptables2.txt", Listing, ast.FamilyIP, true},
	{"found_online/sourceforge.net_fwbuilder/iptables.conf", Save, ast.FamilyIP, true},
	{"found_online/sourceforge.net_fwbuilder/src", "", ast.FamilyIP, false},
	{"found_online/tilb.sze.hu/bash_history-iptables.txt", Commands, ast.FamilyIP, true},
	{"found_online/tptp.cc/iptables.save.txt", Save, ast.FamilyIP, true},
	{"rfc4890/appendixB.sh", Commands, ast.FamilyIP6, true},
	{"web_rtcquickstart/iptables", Commands, ast.FamilyIP, true},
}

// shared returns a folder of public test data beside the project.
func shared(t *testing.T, name ...string) string {
	t.Helper()
	root := filepath.Join(append([]string{"..", "..", "..", "shared"}, name...)...)
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the public corpus is not beside the project, so it is not read: %v", err)
	}
	return root
}

// look reads a file in both ways: as one that is named, and as one that is found.
func look(t *testing.T, name string) (s *Source, looks bool) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(token.NewFileSet(), name, src, Options{}), LooksLikeRuleset(name, src[:min(len(src), 16<<10)])
}

// TestCorpus finds out what each file of the public corpus is.
func TestCorpus(t *testing.T) {
	root := shared(t, "corpora", "rulesets")
	told := map[string]bool{}
	for _, c := range corpusFiles {
		told[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			s, looks := look(t, filepath.Join(root, c.name))
			if s.Dialect != c.dialect || looks != c.looks || c.dialect != "" && s.Family != c.family {
				t.Errorf("dialect %q family %s looks %v; expected %q %s %v", s.Dialect, s.Family, looks, c.dialect, c.family, c.looks)
			}
		})
	}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(root, name); err == nil && d.Type().IsRegular() && !told[filepath.ToSlash(rel)] {
			t.Errorf("no line here tells what %s is", rel)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestDefects finds out what the files of the public defect cases are, whose
// names say it.
func TestDefects(t *testing.T) {
	root := shared(t, "defects")
	n := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		s, looks := look(t, name)
		dialect, family := Dialect(""), ast.FamilyUnknown
		switch base := filepath.Base(name); {
		case base == "rules.v4":
			dialect, family = Save, ast.FamilyIP
		case base == "rules.v6":
			dialect, family = Save, ast.FamilyIP6
		case strings.HasSuffix(base, ".nft"):
			dialect = NFT
		default:
			family = s.Family
		}
		if s.Dialect != dialect || s.Family != family || looks != (dialect != "") {
			t.Errorf("%s: dialect %q family %s looks %v; expected %q %s", name, s.Dialect, s.Family, looks, dialect, family)
		}
		n++
		return nil
	})
	if err != nil || n == 0 {
		t.Errorf("%d files are read: %v", n, err)
	}
}
