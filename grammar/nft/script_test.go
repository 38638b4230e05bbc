package nft

import (
	gotoken "go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// parseFiles reads a script called main.nft, which may include the other files.
func parseFiles(files map[string]string, o Options) (*File, *gotoken.FileSet) {
	fset := gotoken.NewFileSet()
	o.Open = func(name string) ([]byte, error) {
		text, ok := files[filepath.Clean(name)]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	}
	o.Glob = func(pattern string) (names []string, err error) {
		for name := range files {
			ok, err := filepath.Match(filepath.Clean(pattern), name)
			if err != nil {
				return nil, err
			}
			if ok {
				names = append(names, name)
			}
		}
		return names, nil
	}
	return Parse(fset, "main.nft", []byte(files["main.nft"]), o), fset
}

// errorTexts are the errors of a file with their places.
func errorTexts(f *File, fset *gotoken.FileSet) (out []string) {
	for _, e := range f.Errors {
		out = append(out, strings.TrimPrefix(e.Format(fset), "main.nft:"))
	}
	return out
}

// lines returns the lines of a text, without the blanks around each and without
// the blank ones.
func lines(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// TestScript compares what scripts declare with its dump.
func TestScript(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"comments alone", "# a\n\n# b", ""},
		{"a table", "table inet f {\n}\n", `(table inet "f")`},
		{"without a family it is ip", "table f { }", `(table ip "f")`},
		{"flags and a comment", "table netdev f { comment \"a { b\"; flags dormant,owner\nflags dormant; }\n", `(table netdev "f" flags=[dormant owner] comment="a { b")`},
		{"without a block", "add table arp f\ncreate table bridge g\n", `
			(table arp "f")
			(table bridge "g")`},
		{"in several parts", "table f {\n\tchain a {\n\t\tdrop\n\t}\n}\ntable ip f {\n\tchain b {\n\t}\n\tchain a {\n\t\taccept\n\t}\n}\n", `
			(table ip "f"
			(chain "a"
			(rule (drop))
			(rule (accept)))
			(chain "b"))`},
		{"everything on one line", "table f { chain c { type filter hook input priority 0; policy drop; accept; drop; }; set s { type mark; }; }", `
			(table ip "f"
			(set "s" key=mark)
			(chain "c" type=filter hook=input priority=0 policy=drop
			(rule (accept))
			(rule (drop))))`},
		{"a chain with all there is", `table netdev f {
			define more = { eth2 , eth0 }
			chain c {
				comment "in" ; flags offload
				type filter hook ingress device eth0 priority filter - 5
				policy accept
				accept # yes
				# no
				drop comment "never"
			}
			chain d {
				type filter hook egress devices = { eth0, "eth1", $more, } priority -7; devices = { eth3 }
			}
		}`, `
			(table netdev "f"
			(chain "c" type=filter hook=ingress priority=-5 policy=accept devices=[eth0] flags=[offload] comment="in"
			(rule (accept))
			(rule (drop) comment="never"))
			(chain "d" type=filter hook=egress priority=-7 devices=[eth0 eth1 eth2 eth3]))`},
		{"commands that add rules", `
			add table inet f
			add chain inet f c { type filter hook input priority 0; }
			add rule inet f c tcp dport 1 drop; rule inet f c tcp dport 2 drop
			inet f c tcp dport 3 drop # without a verb
			insert rule inet f c tcp dport 4 drop
			insert rule inet f c tcp dport 5 drop
			insert rule inet f c index 2 tcp dport 6 drop
			add rule inet f c index 0 tcp dport 7 drop
			add rule inet f d accept`, `
			(table inet "f"
			(chain "c" type=filter hook=input priority=0
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 5) (drop))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 7) (drop))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 4) (drop))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 6) (drop))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 1) (drop))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 2) (drop))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 3) (drop)))
			(chain "d" implicit
			(rule (accept))))`},
		{"rules by handles of rules that are loaded", `
			replace rule f c handle 5 drop
			add rule f c handle 7 accept
			insert rule f c position 8 continue`, `
			(table ip "f"
			(chain "c" implicit
			(rule (continue))
			(rule (drop))
			(rule (accept))))
			(command replace rule family=ip table="f" name="c" args=[handle 5])`},
		{"rules over several lines", "table f {\nchain c {\n\ttcp dport { 1, # one\n\t\t2,\n\t\t# two\n\t\t3 } \\\n\t\taccept\n\tip saddr 192.0.2.1 jump {\n\t\ttcp dport 1 accept; udp dport 2 drop\n\t\treturn\n\t}\n}\n}\n", `
			(table ip "f"
			(chain "c"
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == {1 2 3}) (accept))
			(rule (match ip.saddr == 192.0.2.1) (jump "{1}")))
			(chain "{1}" anonymous
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 1) (accept))
			(rule (match meta.l4proto == 17 implied) (match udp.dport == 2) (drop))
			(rule (return))))`},
		{"chains that are gone again", `
			table f { chain a { accept; }; chain b { drop; }; chain c { return; }; }
			flush chain f a
			delete chain f b
			add rule f a drop
			destroy chain f nobody
			flush table f
			add rule f c accept`, `
			(table ip "f"
			(chain "a")
			(chain "c"
			(rule (accept))))
			(command flush chain family=ip table="f" name="a" before=3 declared)
			(command delete chain family=ip table="f" name="b" before=3 declared)
			(command destroy chain family=ip table="f" name="nobody" before=4)
			(command flush table family=ip table="f" before=4 declared)`},
		{"tables that are gone again", `
			table f { chain a { accept; }; }
			delete table f
			table f { chain b { drop; }; }
			table inet g { chain b { drop; }; }
			table ip6 h { chain b { drop; }; }
			destroy table ip6 h
			flush ruleset inet`, `
			(table ip "f"
			(chain "b"
			(rule (drop))))
			(command delete table family=ip table="f" before=1 declared)
			(command destroy table family=ip6 table="h" before=4 declared)
			(command flush ruleset family=inet before=4)`},
		{"the whole ruleset is gone", "table f { }\nflush ruleset\ntable inet g { }\n", `
			(table inet "g")
			(command flush ruleset)`},
		{"a chain with a new name", `
			table f { chain a { accept; }; chain b { jump a; tcp dport vmap { 22 : goto a }; }; }
			rename chain f a c
			add rule f c drop`, `
			(table ip "f"
			(chain "c"
			(rule (accept))
			(rule (drop)))
			(chain "b"
			(rule (jump "c"))
			(rule (match meta.l4proto == 6 implied) (vmap tcp.dport {22=(goto "c")}))))
			(command rename chain family=ip table="f" name="a" args=[c] before=3 declared)`},
		{"elements come and go", `
			table f {
				set s { type inet_service; elements = { 22, 80, 443 }; }
				set gone { type mark; }
				set empty { type mark; elements = { 5 }
				}
			}
			add element f s { 8080 }
			delete element f s { 80, 8080 }
			flush set f empty
			delete set f gone
			create element f empty { 7 }
			add element f loose { 192.0.2.1 }`, `
			(table ip "f"
			(set "s" key=inet_service
			22
			443)
			(set "empty" key=mark
			0x7)
			(set "loose"
			192.0.2.1))
			(command delete element family=ip table="f" name="s" args=["80, 8080"])
			(command flush set family=ip table="f" name="empty" declared)
			(command delete set family=ip table="f" name="gone" declared)`},
		{"commands that change nothing here", `
			list ruleset
			list table inet f
			list sets
			list ct timeouts table f
			reset counters table inet f
			reset quota f q
			get element f s { 1.2.3.4 }
			monitor new rules
			describe tcp flags
			export vm json
			delete rule inet f c handle 7
			delete set ip6 f handle 12
			delete table handle 5
			delete ct helper inet f h
			delete flowtable inet f ft { devices = { eth0 } ; }`, `
			(command list ruleset)
			(command list table family=inet table="f")
			(command list sets)
			(command list ct args=[timeouts table f])
			(command reset counters args=[table inet f])
			(command reset quota family=ip table="f" name="q")
			(command get element family=ip table="f" name="s" args=["1.2.3.4"])
			(command monitor "" args=[new rules])
			(command describe "" args=["tcp flags"])
			(command export "" args=[vm json])
			(command delete rule family=inet table="f" name="c" args=[handle 7])
			(command delete set family=ip6 table="f" args=[handle 12])
			(command delete table family=ip args=[handle 5])
			(command delete "ct helper" family=inet table="f" name="h")
			(command delete flowtable family=inet table="f" name="ft" args=["{ devices = { eth0 } ; }"])`},
		{"sets", `table inet f {
			set a { type ipv4_addr . inet_service . mark; flags interval,timeout; timeout 1d2h3m4s5ms; gc-interval 10s; size 0x10; policy memory; auto-merge; comment "c"; }
			set b {
				typeof ip saddr . tcp dport
				flags dynamic, constant
				counter
				limit rate 5/second
			}
			set c { typeof meta mark; elements = { 1, 2 } ; }
			define names = { "eth*", lo }
			set d { type ifname; flags interval; elements = $names; }
			set e { type icmp_type; elements = { echo-request } flags constant; }
		}`, `
			(table inet "f"
			(set "a" key=ipv4_addr.inet_service.mark flags=[interval timeout] timeout=93784005 gc=10000 size=16 policy="memory" auto-merge comment="c")
			(set "b" key=ipv4_addr.inet_service keyexpr=(concat ip.saddr tcp.dport) flags=[constant dynamic] stmts=[(counter) (limit 5/second)])
			(set "c" key=mark keyexpr=meta.mark
			0x1
			0x2)
			(set "d" key=ifname flags=[interval]
			"eth"*
			"lo")
			(set "e" key=icmp_type flags=[constant]
			8))`},
		{"maps", `table inet f {
			map a { type ipv4_addr : verdict; elements = { 192.0.2.1 : drop, * : jump x }; }
			map b { type ipv4_addr . inet_service : interval ipv4_addr . inet_service; flags interval; elements = { 192.0.2.1 . 80-90 : 198.51.100.1-198.51.100.9 . 8080 }; }
			map c { type mark : counter; elements = { 1 : "n" }; }
			map d { typeof meta iif : meta mark; }
			map e { typeof ip daddr : ct helper; }
			map f { typeof tcp dport : interval ip daddr . tcp dport; }
			map g { typeof tcp dport : verdict; }
			map h { type mark : ct timeout; }
		}`, `
			(table inet "f"
			(set "a" key=ipv4_addr data=verdict
			192.0.2.1=(drop)
			(elem * data=(jump "x")))
			(set "b" key=ipv4_addr.inet_service data=ipv4_addr.inet_service data-interval flags=[interval]
			(concat 192.0.2.1 80-90)=(concat 198.51.100.1-198.51.100.9 8080))
			(set "c" key=mark object=counter
			0x1="n")
			(set "d" key=iface_index keyexpr=meta.iif data=mark dataexpr=meta.mark)
			(set "e" key=ipv4_addr keyexpr=ip.daddr object="ct helper")
			(set "f" key=inet_service keyexpr=tcp.dport data=ipv4_addr.inet_service dataexpr=(concat ip.daddr tcp.dport) data-interval)
			(set "g" key=inet_service keyexpr=tcp.dport data=verdict)
			(set "h" key=mark object="ct timeout"))`},
		{"objects", `table inet f {
			counter c1 { packets 10 bytes 20 ; comment "x" }
			counter c2 { }
			quota q1 { over 5 mbytes used 3 kbytes }
			quota q2 { 10 bytes ; }
			limit l1 { rate 400/minute; }
			limit l2 { rate over 1 mbytes/second burst 5 kbytes comment "y" }
			synproxy s1 {
				mss 1460
				wscale 7
				timestamp sack-perm
			}
			secmark m1 { "system_u:object_r:a_t:s0" }
			ct helper h1 { type "ftp" protocol tcp ; l3proto ip ; }
			ct timeout t1 { protocol tcp; policy = { established : 2m , close : 10 }; l3proto ip6; }
			ct expectation e1 { protocol udp; dport 5060; timeout 2m; size 12; l3proto inet; }
			tunnel u1 { id 64; ip saddr 192.0.2.1; ip daddr 192.0.2.2; sport 1; dport 2; ttl 3; tos 4; vxlan { gbp 200; }; }
			tunnel u2 { id 65; ip6 saddr 2001:db8::1; erspan {
					version 2
					direction egress
					id 7
				}
			}
		}`, `
			(table inet "f"
			(object counter "c1" (counter counters=10/20) comment="x")
			(object counter "c2" (counter))
			(object quota "q1" (quota 5242880 used=3072 over))
			(object quota "q2" (quota 10))
			(object limit "l1" (limit 400/minute))
			(object limit "l2" (limit 1:mbytes/second burst=5 burst-unit=kbytes bytes over) comment="y")
			(object synproxy "s1" (synproxy mss=1460 wscale=7 timestamp sack-perm))
			(object secmark "m1" opts=[context="system_u:object_r:a_t:s0"])
			(object "ct helper" "h1" opts=[type="ftp" protocol="tcp" l3proto="ip"])
			(object "ct timeout" "t1" opts=[protocol="tcp" policy={"established"=120 "close"=10} l3proto="ip6"])
			(object "ct expectation" "e1" opts=[protocol="udp" dport=5060 timeout=120000 size=12 l3proto="inet"])
			(object tunnel "u1" opts=[id=64 "ip saddr"=192.0.2.1 "ip daddr"=192.0.2.2 sport=1 dport=2 ttl=3 tos=4 "vxlan gbp"=200])
			(object tunnel "u2" opts=[id=65 "ip6 saddr"=2001:db8::1 "erspan version"=2 "erspan direction"="egress" "erspan id"=7]))`},
		{"objects by command", `
			add counter f c
			add counter f c2 packets 3 bytes 4
			add quota ip6 f q { until 5 bytes; }
			add limit f l rate 5/second burst 7 packets
			add ct helper inet f h { type "tftp" protocol udp; }
			create synproxy f s mss 1 wscale 2
			delete counter f c`, `
			(table ip "f"
			(object counter "c2" (counter counters=3/4))
			(object limit "l" (limit 5/second burst=7))
			(object synproxy "s" (synproxy mss=1 wscale=2)))
			(table ip6 "f"
			(object quota "q" (quota 5)))
			(table inet "f"
			(object "ct helper" "h" opts=[type="tftp" protocol="udp"]))
			(command delete counter family=ip table="f" name="c")`},
		{"flowtables", `
			define devs = { eth1, eth2 }
			table inet f {
				flowtable a { hook ingress priority filter + 5; devices = { eth0, $devs }; counter; flags offload; }
				flowtable b { hook ingress priority 0 ; devices = $devs ; counter
				}
			}
			delete flowtable inet f b`, `
			(table inet "f"
			(flowtable "a" hook=ingress priority=5 devices=[eth0 eth1 eth2] flags=[offload] counter))
			(command delete flowtable family=inet table="f" name="b")`},
		{"variables", `
			define net = 192.0.2.0/24
			define nets = { $net, 198.51.100.0/24 }
			define prio = "filter - 5"
			define stance = "drop"
			table inet f {
				define port = 22
				chain c {
					type filter hook input priority $prio; policy $stance;
					ip saddr $nets tcp dport $port accept
					redefine port = 23
					tcp dport $port accept
					undefine port
					tcp dport $port accept
				}
				chain d {
					tcp dport $port drop
				}
			}
			redefine net = 203.0.113.0/24
			add rule inet f d ip saddr $nets drop
			add rule inet f d ip saddr $net drop`, `
			(table inet "f"
			(chain "c" type=filter hook=input priority=-5 policy=drop
			(rule (match meta.nfproto == 2 implied) (match ip.saddr == {192.0.2.0/24 198.51.100.0/24}) (match meta.l4proto == 6 implied) (match tcp.dport == 22) (accept))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 23) (accept))
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 22) (accept)))
			(chain "d"
			(rule (match meta.l4proto == 6 implied) (match tcp.dport == 22) (drop))
			(rule (match meta.nfproto == 2 implied) (match ip.saddr == {192.0.2.0/24 198.51.100.0/24}) (drop))
			(rule (match meta.nfproto == 2 implied) (match ip.saddr == 203.0.113.0/24) (drop))))`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, fset := parseFiles(map[string]string{"main.nft": c.text}, Options{})
			got := lines(strings.TrimSuffix(strings.TrimPrefix(ast.Dump(f.Ruleset), "(ruleset"), ")"))
			if errs := errorTexts(f, fset); !slices.Equal(got, lines(c.want)) || errs != nil {
				t.Errorf("got\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(lines(c.want), "\n"), strings.Join(errs, "\n"))
			}
		})
	}
}
