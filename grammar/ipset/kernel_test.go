package ipset

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// restore gives each text to ipset restore in a namespace of its own sets, and
// returns for each what ipset save prints after it, or why it was refused.
func restore(t *testing.T, texts []string) (saves []string, refused []string) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: ipset is not asked")
	}
	if _, err := exec.LookPath("ipset"); err != nil {
		t.Fatal("ipset is not installed, so this test cannot ask it (apt-get install ipset; or set CTLINT_NO_KERNEL=1)")
	}
	dir := t.TempDir()
	for i, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A list:set holds its sets until it is destroyed itself.
	const script = `for f in "$0"/*; do
ipset restore <"$f" >/dev/null 2>"$0"/err && rc=0 || rc=1
echo "@@ $rc $(tr '\n' ' ' <"$0"/err)"; rm -f "$0"/err
ipset save; ipset destroy 2>/dev/null || { ipset save | sed -n 's/^create \([^ ]*\) list:set.*/\1/p' | while read -r n; do ipset destroy "$n"; done; ipset destroy; }
done`
	args := []string{"--net", "sh", "-c", script, dir}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	cmd := exec.Command("unshare", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("unshare: %v: %s", err, stderr.String())
	}
	for _, part := range strings.Split(string(out), "@@ ")[1:] {
		head, rest, _ := strings.Cut(part, "\n")
		why := strings.TrimSpace(head[1:])
		if head[0] == '0' {
			why = ""
		} else if why == "" {
			why = "refused without a word"
		}
		saves, refused = append(saves, rest), append(refused, why)
	}
	if len(saves) != len(texts) {
		t.Fatalf("%d answers to %d texts: %s", len(saves), len(texts), stderr.String())
	}
	return saves, refused
}

// unsupported reports whether the kernel was built without a set's type.
func unsupported(why string) bool { return strings.Contains(why, "set type not supported") }

// stored writes the elements of a set as the kernel stores them: each address
// and port of a range by itself. Timeouts run, so they are left out.
func stored(s *ast.Set) []string {
	var out []string
	for _, e := range s.Elems {
		for _, key := range spread(s, e.Key) {
			x := *e
			x.Key = key
			noTimeout := *s
			noTimeout.IPSetOpts = slices.DeleteFunc(slices.Clone(s.IPSetOpts), func(o ast.Option) bool { return o.Name == "timeout" })
			text := string(appendElem(nil, &noTimeout, &x))
			if hasOption(s, "counters") && !strings.Contains(text, " packets ") {
				text += " packets 0 bytes 0"
			}
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// spread returns the keys that a key with ranges stands for.
func spread(s *ast.Set, e ast.Expr) []ast.Expr {
	step := uint32(1)
	if n := maskBits(s); n > 0 && n < 32 {
		step = 1 << (32 - n)
	}
	addrs := func(lo, hi netip.Addr) []ast.Expr {
		var out []ast.Expr
		a, b := lo.As4(), hi.As4()
		for n, last := binary.BigEndian.Uint32(a[:]), binary.BigEndian.Uint32(b[:]); n <= last; n += step {
			out = append(out, &ast.Addr{Addr: addr4(n)})
		}
		return out
	}
	switch e := e.(type) {
	case *ast.Concat:
		out := []ast.Expr{&ast.Concat{}}
		for i, p := range e.Parts {
			d := dimIP
			if t := setTypes[s.IPSet]; i == 0 {
				d = t.dims[0]
			}
			list := []ast.Expr{p}
			switch p.(type) {
			case *ast.Prefix:
				if d == dimIP && i == 0 {
					list = spread(s, p)
				}
			case *ast.Range:
				list = spread(s, p)
			}
			var next []ast.Expr
			for _, o := range out {
				for _, v := range list {
					next = append(next, &ast.Concat{Parts: append(slices.Clone(o.(*ast.Concat).Parts), v)})
				}
			}
			out = next
		}
		return out
	case *ast.Prefix:
		if setTypes[s.IPSet].dims[0] == dimIP && e.Prefix.Addr().Is4() {
			lo, hi := netBounds(e.Prefix.Addr(), e.Prefix.Bits())
			return addrs(lo, hi)
		}
	case *ast.Range:
		if lo, ok := e.Lo.(*ast.Addr); ok {
			return addrs(lo.Addr, e.Hi.(*ast.Addr).Addr)
		}
		var out []ast.Expr
		for n := e.Lo.(*ast.Int).Val; n <= e.Hi.(*ast.Int).Val; n++ {
			out = append(out, &ast.Int{Val: n})
		}
		return out
	}
	return []ast.Expr{e}
}

// TestElementsKernel holds each case of TestElements against ipset: it refuses
// what is refused here, and stores what an element is said to match.
func TestElementsKernel(t *testing.T) {
	var texts []string
	for _, c := range elementCases {
		texts = append(texts, "create s "+c.create+"\nadd s "+c.add+"\n")
	}
	saves, refused := restore(t, texts)
	for i, c := range elementCases {
		t.Run(c.create+" "+c.add, func(t *testing.T) {
			switch {
			case unsupported(refused[i]):
				t.Logf("this kernel has no %s: %s", c.create, refused[i])
				return
			case strings.Contains(c.dump, "(host"):
				return // no resolver is in the namespace
			case c.err != "" && strings.Contains(c.err, "in a set with a bitmask"):
				return // ipset takes it, and stores what never matches
			case c.err != "" && refused[i] == "":
				t.Errorf("ipset takes it: %s", saves[i])
				return
			case c.err != "":
				return
			case refused[i] != "":
				t.Fatalf("ipset refuses it: %s", refused[i])
			}
			ours, _ := parsed(texts[i])
			theirs, errs := parsed(saves[i])
			if len(errs) > 0 {
				t.Fatalf("what ipset saves is not read: %q", errs)
			}
			want, got := stored(theirs.Ruleset.IPSets[0]), stored(ours.Ruleset.IPSets[0])
			if !slices.Equal(got, want) {
				t.Errorf("elements\n got %q\nwant %q", got, want)
			}
		})
	}
}

// TestRoundTripKernel loads a file with sets of all types, and what is printed of
// it, and compares what ipset saves.
func TestRoundTripKernel(t *testing.T) {
	saves, refused := restore(t, []string{allTypes})
	if refused[0] != "" {
		t.Fatal(refused[0])
	}
	f, errs := parsed(saves[0])
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	printed := string(Format(f.Ruleset.IPSets))
	if printed != saves[0] {
		t.Errorf("printed\n%s\nsaved\n%s", printed, saves[0])
	}
	own, _ := parsed(allTypes)
	again, refused := restore(t, []string{printed, string(Format(own.Ruleset.IPSets))})
	for i, s := range again {
		if refused[i] != "" {
			t.Fatal(refused[i])
		}
		if a, b := sorted(saves[0]), sorted(s); a != b {
			t.Errorf("loading what is printed gives\n%s\nwant\n%s", b, a)
		}
	}
}

// sorted sorts a file's lines, as ipset saves elements in the order of their
// hashes, and leaves out the seed of these, which is random unless it is given.
func sorted(save string) string {
	lines := strings.Split(save, "\n")
	for i, l := range lines {
		lines[i], _, _ = strings.Cut(l, " initval")
		if before, after, ok := strings.Cut(lines[i], " timeout "); ok && strings.HasPrefix(l, "add ") {
			_, after, _ = strings.Cut(after, " ") // they run
			lines[i] = before + " " + after
		}
		lines[i] = strings.TrimSpace(lines[i])
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// allTypes has sets of all types that any kernel is built with, and all options.
const allTypes = `create hosts hash:ip family inet hashsize 64 maxelem 1000 timeout 1000 counters comment skbinfo
add hosts 192.0.2.1 timeout 900 packets 1 bytes 2 comment "a b" skbmark 0x1/0xff skbprio 1:10 skbqueue 3
add hosts 192.0.2.2 timeout 0
create v6 hash:ip family inet6 netmask 64
add v6 2001:db8:1::5
create nets hash:net comment
add nets 192.0.2.0/24 comment "c"
add nets 192.0.2.128/25 nomatch
add nets 10.0.0.1-10.0.0.6
create nets6 hash:net family inet6
add nets6 2001:db8::/32
create ports hash:ip,port
add ports 192.0.2.0/31,udp:53-54
add ports 192.0.2.1,icmp:echo-request
add ports 192.0.2.1,vrrp:0
create np hash:net,port
add np 192.0.2.0/24,tcp:80 nomatch
create ipi hash:ip,port,ip
add ipi 192.0.2.1,tcp:22,198.51.100.1
create ipn hash:ip,port,net
add ipn 192.0.2.1,sctp:22,198.51.100.0/24
create ifs hash:net,iface
add ifs 192.0.2.0/24,eth0
add ifs 192.0.2.0/24,physdev:eth1 nomatch
add ifs 0.0.0.0/0,ppp wildcard
create bi bitmap:ip range 192.0.2.0/24
add bi 192.0.2.7-192.0.2.9
create bn bitmap:ip range 10.0.0.0/8 netmask 24
add bn 10.1.2.3
create bm bitmap:ip,mac range 192.0.2.0/24
add bm 192.0.2.1,00:00:5E:00:53:01
add bm 192.0.2.2
create bp bitmap:port range 0-1024
add bp 22-25
create all list:set size 8
add all hosts
add all nets after hosts
add all ports before nets
`
