package ipset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// fileCases are whole files: what their sets are in the end, or what is wrong
// with them.
var fileCases = []struct {
	name, text, save string
	errs             []string
	// stock says why ipset is not asked.
	stock string
}{
	{name: "empty"},
	{
		name: "comments, blank lines and COMMIT",
		text: "# a comment\n\n create a hash:ip\r\n\tadd a 192.0.2.1\nadd  a\t192.0.2.2 \nCOMMIT\nquit",
		save: "create a hash:ip\nadd a 192.0.2.1\nadd a 192.0.2.2\n",
		// ipset takes quit in its interactive mode alone.
		stock: "quit",
	},
	{
		name: "other forms of the commands",
		text: "-N a iphash\n-A a 192.0.2.1\n--add a 192.0.2.2\na a 192.0.2.3\nad a 192.0.2.4\nn b nethash\nadd \"a\" \"192.0.2.5\"\nadd -exist a 192.0.2.5\n-! add a 192.0.2.6\nadd a \"192.0.2.7\"\n",
		save: "create a hash:ip\nadd a 192.0.2.1\nadd a 192.0.2.2\nadd a 192.0.2.3\nadd a 192.0.2.4\nadd a 192.0.2.5\nadd a 192.0.2.5\nadd a 192.0.2.6\nadd a 192.0.2.7\ncreate b hash:net\n",
		// A set's name cannot be quoted alike in all versions.
		stock: "quotes",
	},
	{
		name: "options of create",
		text: "create a hash:ip --hashsize 64 --netmask 24 --timeout 5 maxelem 0x10 bucketsize 4 initval 0xff forceadd\n" +
			"create b hash:ip -6\ncreate c hash:ip family ipv4 counters comment skbinfo\ncreate d ipmap --network 192.0.2.0/24\ncreate e bitmap:port from 10 to 5\ncreate g bitmap:ip from 192.0.2.1 to 192.0.2.4\ncreate f iphash --probes 8 --resize 50\n",
		save: "create a hash:ip hashsize 64 netmask 24 timeout 5 maxelem 16 bucketsize 4 initval 0x000000ff forceadd\n" +
			"create b hash:ip family inet6\ncreate c hash:ip family inet counters comment skbinfo\ncreate d bitmap:ip network 192.0.2.0-192.0.2.255\ncreate e bitmap:port from 10 to 5\ncreate g bitmap:ip from 192.0.2.1 to 192.0.2.4\ncreate f hash:ip probes 8 resize 50\n",
	},
	{name: "unknown type", text: "create a hash:pi", errs: []string{`x:1:10: unknown type "hash:pi"; expected one of ipset(8), such as hash:ip; did you mean "hash:ip"?`}},
	{name: "unknown option", text: "create a hash:ip timeuot 5", save: "create a hash:ip\n", errs: []string{`x:1:18: hash:ip has no option "timeuot"; expected family, hashsize, maxelem, netmask, bitmask, timeout, counters, comment, skbinfo, forceadd, bucketsize, initval, probes, resize; did you mean "timeout"?`, `x:1:26: hash:ip has no option "5"`}},
	{name: "option of another type", text: "create a hash:net netmask 24", save: "create a hash:net\n", errs: []string{`x:1:19: hash:net has no option "netmask"`, `x:1:27`}},
	{name: "option without its argument", text: "create a hash:ip timeout", save: "create a hash:ip\n", errs: []string{"x:1:18: timeout has no argument"}},
	{name: "option twice", text: "create a hash:ip timeout 5 timeout 6", save: "create a hash:ip timeout 5\n", errs: []string{"x:1:28: timeout is given twice"}},
	{name: "numbers out of range", text: "create a hash:ip hashsize 4294967296 netmask 33 timeout 2147484", save: "create a hash:ip\n", errs: []string{
		`x:1:27: "4294967296" is no number that can stand here; expected a number from 0 to 4294967295`, `x:1:46: "33" is no length of a network; expected a number from 1 to 32`, `x:1:57: "2147484" is no number`}},
	{name: "both masks", text: "create a hash:ip netmask 24 bitmask 255.0.0.0", save: "create a hash:ip netmask 24 bitmask 255.0.0.0\n", errs: []string{"x:1:29: bitmask stands with netmask"}},
	{name: "unknown family", text: "create a hash:ip family inet5", save: "create a hash:ip\n", errs: []string{`x:1:25: unknown family "inet5"; expected inet or inet6; did you mean "inet"?`}},
	{name: "bitmap without a range", text: "create a bitmap:ip", save: "create a bitmap:ip\n", errs: []string{"x:1:10: bitmap:ip has no range"}},
	{name: "bitmap too large", text: "create a bitmap:ip range 10.0.0.0/15", save: "create a bitmap:ip range 10.0.0.0-10.1.255.255\n", errs: []string{"x:1:10: the range has 131072 elements; expected at most 65536"}},
	{name: "bitmap with no range of ports", text: "create a bitmap:port range 5", save: "create a bitmap:port\n", errs: []string{`x:1:28: "5" is no range`, "x:1:10: bitmap:port has no range"}},
	{name: "long name", text: "create abcdefghijklmnopqrstuvwxyz123456 hash:ip", errs: []string{"x:1:8: the set's name"}},
	{name: "created twice", text: "create a hash:ip\ncreate a hash:net\nadd a 192.0.2.1", save: "create a hash:ip\nadd a 192.0.2.1\n", errs: []string{"x:2:8: set a is created already"}},
	{name: "not created", text: "create apple hash:ip\nadd aple 192.0.2.1\nadd aple 192.0.2.2\nadd other 192.0.2.3", save: "create apple hash:ip\n", errs: []string{
		`x:2:5: set aple is not created, so the type of its elements is not known; expected create aple TYPE above; did you mean "apple"?`, "x:4:5: set other is not created"}},
	{name: "unknown command", text: "create a hash:ip\nfoo a\nlist\ndsetroy a", save: "create a hash:ip\n", errs: []string{`x:2:1: unknown command "foo"`, "x:3:1: list stands in a file for restore", `x:4:1: unknown command "dsetroy"; expected create, add, del, flush, destroy, swap or rename; did you mean "destroy"?`},
		stock: "ipset 7 takes list"},
	{name: "arguments", text: "create\ncreate a\ncreate a hash:ip\nadd a\nadd a \nswap a\nflush a b", save: "create a hash:ip\n", errs: []string{
		"x:1:1: create has no argument; expected create NAME TYPE options", "x:2:8: create has 1 arguments", "x:4:1: no element is added", "x:5:1: no element is added", "x:7:9: flush has 2 arguments", "x:6:6: swap has 1 arguments"}},
	{name: "unclosed quote", text: "create a hash:ip \"comment\nadd a 192.0.2.1", errs: []string{"x:1:18: the quote is not closed", "x:2:5: set a is not created"}, stock: "ipset leaves such a word out, and says nothing"},
	{
		name: "commands on sets of the file",
		text: "create a hash:ip\nadd a 192.0.2.1\nflush a\nadd a 192.0.2.2\ncreate b hash:ip\nadd b 192.0.2.3\nswap a b\nrename b c\ncreate d hash:ip\ndestroy d\n",
		save: "create c hash:ip\nadd c 192.0.2.2\ncreate a hash:ip\nadd a 192.0.2.3\n",
	},
	{
		name: "deletions",
		text: "create a hash:ip\nadd a 192.0.2.1\nadd a 192.0.2.2\ndel a 192.0.2.1\nadd a 192.0.2.3\ndel a 192.0.2.3/32\nadd a 192.0.2.1\n",
		save: "create a hash:ip\nadd a 192.0.2.2\nadd a 192.0.2.1\n",
	},
	{name: "deletion of what is not there", text: "create a hash:ip\ndel a 192.0.2.1", save: "create a hash:ip\n", errs: []string{"x:2:7: 192.0.2.1 is not an element of set a"}},
	{name: "swap of two types", text: "create a hash:ip\ncreate b hash:ip family inet6\nswap a b", save: "create a hash:ip\ncreate b hash:ip family inet6\n", errs: []string{"x:3:8: set a is a hash:ip and set b a hash:ip of inet6"}},
	{name: "rename to a name that is taken", text: "create a hash:ip\ncreate b hash:ip\nrename a b", save: "create a hash:ip\ncreate b hash:ip\n", errs: []string{"x:3:10: there is a set b already"}},
	{
		name: "lists",
		text: "create l list:set\ncreate a hash:ip\ncreate b hash:ip\ncreate c hash:ip\nadd l b\nadd l a before b\nadd l c after a\n",
		save: "create a hash:ip\ncreate b hash:ip\ncreate c hash:ip\ncreate l list:set\nadd l a\nadd l c\nadd l b\n",
	},
	{name: "what cannot be in a list", text: "create l list:set\ncreate abcd hash:ip\nadd l abce\nadd l l\nadd l abcd after x\n", save: "create abcd hash:ip\ncreate l list:set\nadd l abce\nadd l l\nadd l abcd\n", errs: []string{
		`x:3:7: set abce is not created; expected create abce TYPE above; did you mean "abcd"?`, "x:4:7: set l is a list itself", "x:5:18: set x is not in the list l"}},
	{name: "a set of a list is destroyed", text: "create l list:set\ncreate a hash:ip\nadd l a\ndestroy a\nrename a b\n", save: "create a hash:ip\ncreate l list:set\nadd l a\n", errs: []string{"x:4:9: set a is an element of set l", "x:5:8: set a is an element of set l"}},
}

func TestFiles(t *testing.T) {
	for _, c := range fileCases {
		t.Run(c.name, func(t *testing.T) {
			f, errs := parsed(c.text)
			checkSpans(t, f)
			if got := string(Format(f.Ruleset.IPSets)); got != c.save {
				t.Errorf("\n got %s\nwant %s", got, c.save)
			}
			for i := range max(len(errs), len(c.errs)) {
				if i >= len(c.errs) {
					t.Errorf("unexpected error %s", errs[i])
				} else if !slices.ContainsFunc(errs, func(e string) bool { return strings.HasPrefix(e, c.errs[i]) }) {
					t.Errorf("no error %q in %q", c.errs[i], errs)
				}
			}
		})
	}
}

// TestFilesKernel holds the cases of TestFiles against ipset: it refuses those
// with an error, and its sets are the same in the end.
func TestFilesKernel(t *testing.T) {
	var texts []string
	for _, c := range fileCases {
		texts = append(texts, c.text)
	}
	saves, refused := restore(t, texts)
	for i, c := range fileCases {
		if c.stock != "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			switch {
			case len(c.errs) > 0 && refused[i] == "":
				t.Fatalf("ipset takes it:\n%s", saves[i])
			case len(c.errs) == 0 && refused[i] != "":
				t.Fatalf("ipset refuses it: %s", refused[i])
			case len(c.errs) > 0:
				return
			}
			ours, _ := parsed(c.text)
			theirs, errs := parsed(saves[i])
			if len(errs) > 0 {
				t.Fatalf("what ipset saves is not read: %q", errs)
			}
			if got, want := contents(ours), contents(theirs); !slices.Equal(got, want) {
				t.Errorf("\n got %q\nwant %q", got, want)
			}
		})
	}
}

// contents writes each set with its type and elements, by name.
func contents(f *File) []string {
	var out []string
	for _, s := range f.Ruleset.IPSets {
		family := "inet"
		if slices.Contains(s.Key, ast.TypeIPv6Addr) {
			family = "inet6"
		}
		elems := stored(s)
		if s.IPSet == "list:set" { // in their order
			elems = nil
			for _, e := range s.Elems {
				elems = append(elems, elementText(s, e))
			}
		}
		out = append(out, fmt.Sprintf("%s %s %s %q", s.Name, s.IPSet, family, elems))
	}
	slices.Sort(out)
	return out
}

// TestCommands looks at what a file leaves to sets that it does not create.
func TestCommands(t *testing.T) {
	f, errs := parsed("flush\nflush x\ndestroy y\nswap x y\nrename x z\ndel x 192.0.2.1 -exist\ntest x 192.0.2.1\n")
	if len(errs) > 0 {
		t.Error(errs)
	}
	var got []string
	for _, c := range f.Ruleset.Commands {
		got = append(got, strings.Join(append([]string{c.Verb, c.Object, c.Name}, c.Args...), " "))
	}
	want := []string{"flush ipset ", "flush ipset x", "destroy ipset y", "swap ipset x y", "rename ipset x z", "del ipset x 192.0.2.1"}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// FuzzParse reads any text: it never panics, every place that it tells lies in
// the text, and what is printed of a file without errors reads the same.
func FuzzParse(f *testing.F) {
	f.Add(allTypes)
	for _, c := range fileCases {
		f.Add(c.text)
	}
	for _, c := range elementCases {
		f.Add("create s " + c.create + "\nadd s " + c.add)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, errs := parsed(text)
		checkSpans(t, file)
		printed := string(Format(file.Ruleset.IPSets))
		if len(errs) > 0 || strings.ContainsRune(text, '"') {
			return
		}
		again, errs := parsed(printed)
		if s := string(Format(again.Ruleset.IPSets)); s != printed || len(errs) > 0 {
			t.Fatalf("%q is printed as\n%s and read again as\n%s%q", text, printed, s, errs)
		}
	})
}

// BenchmarkAdd reads a million elements.
func BenchmarkAdd(b *testing.B) {
	for _, kind := range []struct{ name, create, format string }{
		{"hash_ip", "hash:ip", "10.%d.%d.%d"}, {"hash_net", "hash:net", "10.%d.%d.%d/24"}, {"hash_ip_port", "hash:ip,port", "10.%d.%d.%d,tcp:80"},
		{"timeout", "hash:ip timeout 600", "10.%d.%d.%d timeout 300"}, {"inet6", "hash:ip family inet6", "2001:db8:%d::%d:%d"},
	} {
		b.Run(kind.name, func(b *testing.B) {
			var s strings.Builder
			s.WriteString("create blocklist " + kind.create + "\n")
			for i := range 1_000_000 {
				fmt.Fprintf(&s, "add blocklist "+kind.format+"\n", i>>16+1, i>>8&255, i&255)
			}
			text := s.String()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if f := Parse("x", text, 1); len(f.Errors) > 0 || len(f.Ruleset.IPSets[0].Elems) != 1_000_000 {
					b.Fatal(f.Errors)
				}
			}
		})
	}
}
