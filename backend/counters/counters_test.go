package counters

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/grammar/load"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"iptables", `*filter
:INPUT DROP [7:700]
:FORWARD ACCEPT [1:10]
:user - [0:0]
[1:10] -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[2:20] -A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT
[3:30] -A INPUT -m state --state ESTABLISHED -j ACCEPT
[4:40] -A INPUT -m conntrack --ctstate INVALID -j DROP
[5:50] -A INPUT -m conntrack ! --ctstate NEW,INVALID -j ACCEPT
[6:60] -A user -j REJECT
[8:80] -A INPUT -m conntrack --ctstate ESTABLISHED,DNAT -j ACCEPT
COMMIT
`, `established INPUT 1 10
established INPUT 3 30
dropped INPUT 4 40
established INPUT 5 50
established INPUT 8 80
dropped INPUT 7 700
dropped user 6 60
`},
		{"nft", `table inet f {
	counter seen { packets 3 bytes 30 }
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established counter packets 1 bytes 10 accept
		ct state { established, related } counter packets 2 bytes 20 accept
		ct state established counter name "seen" accept
		ct state new counter packets 9 bytes 9 accept
		counter packets 9 bytes 9 ct state established accept
		counter packets 9 bytes 9 ct state vmap { established : accept, invalid : drop }
		ct state invalid drop
		counter packets 4 bytes 40 reject
	}
}
`, `established input 1 10
established input 2 20
established input 3 30
established input -
established input -
dropped input -
dropped input 4 40
dropped input -
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rs := live.New()
			if err := rs.Add(tt.name, []byte(tt.text), load.Options{}); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, r := range Of(rs) {
				fmt.Fprintf(&b, "%s %s ", r.Kind, r.Chain)
				if r.Counts {
					fmt.Fprintln(&b, r.Packets, r.Bytes)
				} else {
					fmt.Fprintln(&b, "-")
				}
			}
			if b.String() != tt.want {
				t.Errorf("rules:\n%sexpected\n%s", b.String(), tt.want)
			}
		})
	}
}
