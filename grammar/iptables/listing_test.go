package iptables

import (
	"fmt"
	"go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// listed reads a listing and writes what it means as a save file, with a line
// for each error.
func listed(text string, family ast.Family) (save string, errs []string, f *File) {
	fset := token.NewFileSet()
	tf := fset.AddFile("x", -1, len(text))
	tf.SetLinesForContent([]byte(text))
	f = &File{Name: "x", Text: text, Dialect: Listing, Family: family, base: uint32(tf.Base())}
	rules := map[*ast.Table][]byte{}
	l := f.readListing(func(t *tableBuilder, line *Line) {
		if line.Bad {
			rules[t.Table] = append(rules[t.Table], "(bad) "...)
		}
		rules[t.Table] = appendLine(rules[t.Table], line)
	})
	f.Ruleset, f.Errors = l.b.ruleset, l.errs
	var b strings.Builder
	for _, t := range f.Ruleset.Tables {
		if t.Family == ast.FamilyIP6 {
			b.WriteString("ip6 ")
		}
		fmt.Fprintf(&b, "*%s\n", t.Name)
		for _, c := range t.Chains {
			policy := strings.ToUpper(c.Policy.String())
			if policy == "" {
				policy = "-"
			}
			fmt.Fprintf(&b, ":%s %s", c.Name, policy)
			if c.Counters != nil {
				b.WriteByte(' ')
				b.Write(appendCounters(nil, c.Counters))
			}
			b.WriteByte('\n')
		}
		b.Write(rules[t])
	}
	for _, e := range f.Errors {
		errs = append(errs, e.Format(fset))
	}
	return b.String(), errs, f
}

const noInterfaces = "the listing has no columns for the interfaces"

func TestListing(t *testing.T) {
	for _, c := range []struct {
		name, text, save string
		errs             []string // what each error holds, in order
		family           ast.Family
	}{
		{
			name: "plain",
			text: `Chain INPUT (policy DROP)
target     prot opt source               destination         
ACCEPT     tcp  --  192.0.2.0/24         anywhere             tcp dpt:ssh state NEW
mine       all  --  anywhere             anywhere            

Chain FORWARD (policy ACCEPT)
target     prot opt source               destination         

Chain OUTPUT (policy ACCEPT)
target     prot opt source               destination         

Chain mine (1 references)
target     prot opt source               destination         
           all  --  anywhere            !198.51.100.1        
RETURN    !udp  -f  anywhere             localhost           
`,
			save: `*filter
:INPUT DROP
:FORWARD ACCEPT
:OUTPUT ACCEPT
:mine -
-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT
-A INPUT -j mine
-A mine ! -d 198.51.100.1/32
-A mine -d localhost/32 ! -p udp -f -j RETURN
`,
			errs: []string{"2:1: " + noInterfaces},
		},
		{
			name: "with counters, numbers and interfaces",
			text: `Chain FORWARD (policy DROP 163 packets, 13K bytes)
num   pkts bytes target     prot opt in     out     source               destination         
1       12  101K mine       6    --  !eth0  eth+    0.0.0.0/0            0.0.0.0/0           [goto]  tcp spts:!1:1023
2     1M   2G            0    !f  *      !eth1   0.0.0.0/0           !192.0.2.0/255.0.255.0 

Chain mine (1 references)
num   pkts bytes target     prot opt in     out     source               destination         
`,
			save: `*filter
:FORWARD DROP [163:13000]
:mine -
[12:101000] -A FORWARD ! -i eth0 -o eth+ -p tcp -m tcp ! --sport 1:1023 -g mine
[1000000:2000000000] -A FORWARD ! -d 192.0.2.0/255.0.255.0 ! -o eth1 ! -f
`,
			errs: []string{"1:1: the listing does not say its table, which may be filter or mangle or security; it is read as filter"},
		},
		{
			name: "long names",
			text: `Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 a_chain_with_a_long_name  all  --  *      *       0.0.0.0/0            0.0.0.0/0           
    0     0 tcp        tcp  --  verylongname012 *       192.0.2.111/255.255.0.255  0.0.0.0/0           

Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain a_chain_with_a_long_name (1 references)
 pkts bytes target     prot opt in     out     source               destination         
    0     0            udplite--  *      *       0.0.0.0/0            0.0.0.0/0           
    0     0            ipv6-icmp -- *      *       0.0.0.0/0            0.0.0.0/0           

Chain tcp (1 references)
 pkts bytes target     prot opt in     out     source               destination         
`,
			save: `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:a_chain_with_a_long_name -
:tcp -
[0:0] -A INPUT -j a_chain_with_a_long_name
[0:0] -A INPUT -s 192.0.0.111/255.255.0.255 -i verylongname012 -p tcp -j tcp
[0:0] -A a_chain_with_a_long_name -p udplite
[0:0] -A a_chain_with_a_long_name -p ipv6-icmp
`,
		},
		{
			name: "old ip6tables, whose opt column is blank",
			text: `# ip6tables -L -v
Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     all      lo     any     anywhere             anywhere            
    1    80            tcp      any    any     2001:db8::/32        anywhere            tcp dpt:ssh 
    0     0 tcp        udp      any    any     anywhere             anywhere            

Chain tcp (1 references)
 pkts bytes target     prot opt in     out     source               destination         
    0     0            tcp      tcp    any     anywhere             !2001:db8::1/128    
`,
			save: `ip6 *filter
:INPUT DROP [0:0]
:tcp -
[0:0] -A INPUT -i lo -j ACCEPT
[1:80] -A INPUT -s 2001:db8::/32 -p tcp -m tcp --dport 22
[0:0] -A INPUT -p udp -j tcp
[0:0] -A tcp ! -d 2001:db8::1/128 -i tcp -p tcp
`,
		},
		{
			name: "tables after each other",
			text: `Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain POSTROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain POSTROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
`,
			save: `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
*security
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
`,
		},
		{
			name: "commands and titles between",
			text: `[root@gw ~]# iptables -t mangle -nvL PREROUTING
Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 RETURN     all  --  *      *       0.0.0.0/0            0.0.0.0/0           
[root@gw ~]# uptime
 12:00:00 up 1 day
[root@gw ~]# ip6tables -t nat -L -v
Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 RETURN     all  --  any    any     anywhere             anywhere            
Table: raw
Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 RETURN     all  --  any    any     anywhere             anywhere            
`,
			save: `*mangle
:PREROUTING ACCEPT [0:0]
[0:0] -A PREROUTING -j RETURN
ip6 *nat
:OUTPUT ACCEPT [0:0]
[0:0] -A OUTPUT -j RETURN
*raw
:OUTPUT ACCEPT [0:0]
[0:0] -A OUTPUT -j RETURN
`,
		},
		{
			name: "listed again",
			text: `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0           

Chain FORWARD (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
# iptables -L INPUT -nv
Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0           
`,
			save: `*filter
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:INPUT ACCEPT [0:0]
[0:0] -A INPUT -j DROP
`,
			errs: []string{"11:1: table filter is listed again"},
		},
		{
			name: "text that no form explains",
			text: `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:22 no such match state NEW
    0     0 NOSUCH     all  --  *      *       0.0.0.0/0            0.0.0.0/0            such text
    0     0 Accept     all  --  *      *       0.0.0.0/0            0.0.0.0/0           
    0     0 DROP       tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:nosuch

Chain FORWARD (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
`,
			save: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
(bad) [0:0] -A INPUT -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT
(bad) [0:0] -A INPUT -j NOSUCH
(bad) [0:0] -A INPUT -j Accept
(bad) [0:0] -A INPUT -p tcp -m tcp -j DROP
`,
			errs: []string{
				`3:101: the listing does not say what "no such match" means`,
				"4:13: NOSUCH is neither a target nor a chain of the listing",
				`5:13: Accept is neither a target nor a chain of the listing; expected a target of iptables-extensions(8), or the listing of the whole table; did you mean "ACCEPT"?`,
				`6:98: --dport: "nosuch" is no port`,
			},
		},
		{
			name: "broken lines",
			text: `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0           
tcp dpt:22
    0     0 ACCEPT     tcp  --  *      *       0.0.0.0/0
    0       ACCEPT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0           
    0     0 ACCEPT     tcp  --  *      *       <here>               0.0.0.0/0           
    0     0 ACCEPT     nosuch -- *     *       0.0.0.0/0            0.0.0.0/0           

    0     0 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0           

That is all.
Thanks!

Chain FORWARD (policy DROP 0 packets, 0 bytes)
    0     0 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0           

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
`,
			save: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
[0:0] -A INPUT -p tcp -j ACCEPT
[0:0] -A INPUT -j DROP
[0:0] -A FORWARD -j DROP
`,
			errs: []string{
				`4:1: "tcp" is not a number of packets`,
				"5:56: the line ends before a destination address",
				`6:13: "ACCEPT" is not a number of bytes`,
				`7:48: "<here>" is not a source address`,
				`8:24: "nosuch" is not a protocol`,
				`12:1: "That" is not a number of packets`,
			},
		},
		{
			name: "text around",
			text: `My firewall:

Chain INPUT (policy DENY)
target     prot opt source               destination         
# iptables -F
# iptables -t natt -L
`,
			save: "*filter\n:INPUT -\n",
			errs: []string{
				"1:1: text outside of any chain", `3:21: "DENY" is no policy`, "4:1: " + noInterfaces,
				"5:1: a command other than -L", `6:15: unknown table "natt"; expected filter, nat, mangle, raw or security; did you mean "nat"?`,
				"3:1: the listing does not say its table, which may be filter or nat or mangle or security; it is read as filter",
			},
		},
		{
			name: "heads that are wrong",
			text: `Chain INPUT (policy DROP 5 packets, 3 bites)
 pkts bytes target     prot opt in     out     sauce source               destination         

Chain mine (policy ACCEPT)
 pkts bytes target     prot opt in     out     source
Chain FORWARD (0 references)
Chain OUTPUT (policy ACCEPT
Chain other (whatever)
`,
			save: "*filter\n:INPUT DROP\n:mine -\n:FORWARD -\n:OUTPUT ACCEPT\n:other -\n",
			errs: []string{
				`1:26: "5 packets, 3 bites" are no counters`, `2:48: the column "sauce" is not known here`,
				"5:2: the columns do not end with source destination", "7:1: the chain's line is not whole",
				`8:14: "whatever" is neither a policy nor a number of references`,
				"1:1: no table has the chains INPUT, mine", "7:1: the listing does not say its table",
				"4:1: chain mine in table filter; expected (1 references)", "6:1: chain FORWARD in table filter; expected (policy ACCEPT)",
			},
		},
		{
			name:   "the family is that of the file where nothing else says it",
			family: ast.FamilyIP6,
			text: `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 DROP       all  --  any    any    !anywhere             anywhere            

Chain FORWARD (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
`,
			save: "ip6 *filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n[0:0] -A INPUT ! -s ::/0 -j DROP\n",
		},
		{
			name: "users of the machine that was listed",
			text: `# iptables -L OUTPUT -v
Chain OUTPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     all  --  any    any     anywhere             anywhere             owner UID match no-such-user ! owner GID match root
`,
			save: "*filter\n:OUTPUT DROP [0:0]\n[0:0] -A OUTPUT -m owner --uid-owner no-such-user ! --gid-owner 0 -j ACCEPT\n",
		},
		{
			name: "interfaces called any and *",
			text: `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 DROP       all  --  *      any     anywhere             anywhere            
    0     0 DROP       all  --  any    *       0.0.0.0/0            0.0.0.0/0            
    0     0 DROP       all  --  any    *       192.0.2.1            192.0.2.2            

Chain FORWARD (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
`,
			save: "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n" +
				"[0:0] -A INPUT -i * -j DROP\n[0:0] -A INPUT -i any -j DROP\n[0:0] -A INPUT -s 192.0.2.1/32 -d 192.0.2.2/32 -j DROP\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			save, errs, f := listed(c.text, c.family)
			if save != c.save {
				t.Errorf("\n got\n%s\nwant\n%s", save, c.save)
			}
			for i := range max(len(errs), len(c.errs)) {
				switch {
				case i >= len(c.errs):
					t.Errorf("unexpected error %s", errs[i])
				case i >= len(errs):
					t.Errorf("no error %q", c.errs[i])
				case !strings.HasPrefix(errs[i], "x:"+c.errs[i]):
					t.Errorf("error\n got %s\nwant %s", errs[i], c.errs[i])
				}
			}
			checkSpans(t, f)
		})
	}
}

// checkSpans holds the places of a ruleset against its text.
func checkSpans(t *testing.T, f *File) {
	t.Helper()
	text := func(s ast.Span) string {
		if s.From < f.base || s.To > f.base+uint32(len(f.Text)) || s.From > s.To {
			t.Errorf("span %d-%d is not in the file of %d bytes at %d", s.From, s.To, len(f.Text), f.base)
			return ""
		}
		return f.Text[s.From-f.base : s.To-f.base]
	}
	for _, e := range f.Errors {
		text(e.Span)
	}
	for _, table := range f.Ruleset.Tables {
		text(table.Span)
		text(table.NameSpan)
		for _, c := range table.Chains {
			if text(c.NameSpan) != c.Name {
				t.Errorf("chain %s has the name %q", c.Name, text(c.NameSpan))
			}
			text(c.Span)
			for _, r := range c.Rules {
				text(r.Span)
				for _, s := range r.Stmts {
					if text(s.Source()) == "" {
						t.Errorf("%T has no source", s)
					}
				}
			}
		}
	}
}
