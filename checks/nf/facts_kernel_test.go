package nf_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// facts are what the checks say the kernel does. The scripts are loaded one after the
// other in a network namespace of their own, and then three UDP packets of one
// connection are sent over lo to port 9009. A rule with the comment "n packets" must
// have counted so many.
var facts = []struct {
	name    string
	scripts []string
}{
	{"of equal priorities the last one loaded is first (NF002)", []string{
		"table ip a {\nchain c {\ntype filter hook input priority 0\ncounter comment \"0 packets\"\n}\n}\n",
		"table ip b {\nchain c {\ntype filter hook input priority 0\ncounter drop comment \"3 packets\"\n}\n}\n",
	}},
	{"and so the order is another one when they are loaded the other way round (NF002)", []string{
		"table ip b {\nchain c {\ntype filter hook input priority 0\ncounter drop comment \"3 packets\"\n}\n}\n",
		"table ip a {\nchain c {\ntype filter hook input priority 0\ncounter comment \"3 packets\"\n}\n}\n",
	}},
	{"a chain of type nat sees first packets (NF006)", []string{
		"table ip a {\nchain n {\ntype nat hook output priority -100\ncounter comment \"1 packets\"\n}\n" +
			"chain f {\ntype filter hook output priority 0\nct state new counter comment \"3 packets\"\n}\n}\n",
	}},
	{"and none where conntrack is off (NF006)", []string{
		"table ip a {\nchain n {\ntype nat hook output priority -100\ncounter drop comment \"0 packets\"\n}\n" +
			"chain f {\ntype filter hook output priority 0\ncounter comment \"3 packets\"\n}\n}\n",
	}},
	{"a script that is loaded again adds its rules again (NF003)", []string{
		"table ip a {\nchain c {\ntype filter hook input priority 0\ncounter comment \"3 packets\"\n}\n}\n",
		"table ip a {\nchain c {\ntype filter hook input priority 0\ncounter comment \"3 packets\"\n}\n}\n",
		"add counter ip a seen\ninsert rule ip a c counter comment \"3 packets\"\n",
	}},
}

// inFacts says to a run of the test binary which fact it is to try.
const inFacts = "CTLINT_NF_FACT"

func TestKernelFacts(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	for _, f := range facts {
		if name := os.Getenv(inFacts); name != "" {
			if name == f.name {
				tryFact(t, f.scripts)
			}
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			args := []string{"--net"}
			if os.Geteuid() != 0 {
				args = append(args, "--user", "--map-root-user")
			}
			cmd := exec.Command("unshare", append(args, os.Args[0], "-test.run", "^TestKernelFacts$", "-test.v")...)
			cmd.Env = append(os.Environ(), inFacts+"="+f.name)
			if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestKernelFacts")) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

var counted = regexp.MustCompile(`counter packets (\d+) .*comment "(\d+) packets"`)

// tryFact loads the scripts, sends the packets and looks at the counters.
func tryFact(t *testing.T, scripts []string) {
	run := func(stdin, name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("", "ip", "link", "set", "lo", "up")
	for _, s := range scripts {
		run(s, "nft", "-f", "-")
	}
	server, err := net.ListenPacket("udp", "127.0.0.1:9009")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := net.Dial("udp", "127.0.0.1:9009")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for range 3 {
		if _, err := client.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	list := run("", "nft", "list", "ruleset")
	rules := counted.FindAllStringSubmatch(list, -1)
	wanted := strings.Count(strings.Join(scripts, ""), "comment")
	if len(rules) != wanted {
		t.Errorf("%d rules are there, want %d:\n%s", len(rules), wanted, list)
	}
	for _, r := range rules {
		if r[1] != r[2] {
			t.Errorf("%s\nin\n%s", r[0], list)
		}
	}
}
