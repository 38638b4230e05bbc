package xt2nft_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
)

// sequences are rules that remember what they have seen.
var sequences = []meaning{
	in("-m recent --name a --set", "-m recent --name a --rcheck --seconds 2 --hitcount 3 -j DROP"),
	in("-m recent --name b --update --seconds 2 --hitcount 4 -j DROP", "-m recent --name b --set"),
	in("-m recent --name c --rcheck --seconds 1 -j DROP", "-m recent --name c --set -j ACCEPT"),
	in("-m recent --name d ! --rcheck -j MARK --set-mark 1", "-m recent --name d --set"),
	in("-m recent --name e --update --hitcount 3 -m recent --name e --remove -j DROP", "-m recent --name e --set"),
	in("-m recent --name f --rcheck --seconds 3 --hitcount 7 -j MARK --set-mark 7", "-m recent --name f --rcheck --seconds 1 --hitcount 2 -j DROP", "-m recent --name f --set"),
	in("-m recent --name g ! --rcheck --seconds 2 --hitcount 2 -j MARK --set-mark 7", "-m recent --name g --set"),
	in("-m recent --name h --update --seconds 1 --reap -j DROP", "-m recent --name h --set --rsource -j MARK --set-mark 2"),
	in("-m limit --limit 1/minute --limit-burst 3 -j DROP"),
	in("-m limit --limit 1/second --limit-burst 2 -j DROP"),
	in("-p udp -m multiport --ports 53,65535 -m limit --limit 1/minute --limit-burst 2 -j DROP"),
	in("-m hashlimit --hashlimit-above 1/minute --hashlimit-burst 4 --hashlimit-mode srcip --hashlimit-name i -j DROP"),
	in("-m hashlimit --hashlimit-upto 1/second --hashlimit-burst 3 --hashlimit-mode srcip,dstip --hashlimit-name j --hashlimit-htable-expire 60000 -j DROP"),
	in("-m hashlimit --hashlimit-above 1/minute --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name k -j MARK --set-mark 1",
		"-m hashlimit --hashlimit-above 9/minute --hashlimit-burst 9 --hashlimit-mode srcip --hashlimit-name k -j DROP"),
	in("-m quota --quota 100 -j DROP"),
	in("-m quota ! --quota 100 -j DROP"),
	in("-m statistic --mode nth --every 3 --packet 1 -j DROP"),
	in("-m statistic --mode nth ! --every 3 --packet 0 -j DROP"),
}

// TestSequenceKernel sends packets in bursts, with pauses between them, through the
// rules and through their translations, and compares what becomes of each.
func TestSequenceKernel(t *testing.T) {
	bursts := []struct {
		packets int
		pause   time.Duration
	}{{9, 1400 * time.Millisecond}, {5, 1400 * time.Millisecond}, {4, 0}}
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			stock, ours := pair(t, f, restore(sequences, f))
			one := make([]sandbox.Probe, len(sequences))
			for i := range one {
				p := semantics.Packet{Saddr: peer(f, i+1), Daddr: host[f], Proto: 17, Sport: 40000, Dport: 53}
				b, err := wire.Encode(&p, nil)
				if err != nil {
					t.Fatal(err)
				}
				one[i] = sandbox.Probe{Hook: ast.HookInput, Iif: "eth0", Packet: b}
			}
			want, got := make([][]string, len(sequences)), make([][]string, len(sequences))
			for _, burst := range bursts {
				var all []sandbox.Probe
				for range burst.packets {
					all = append(all, one...)
				}
				a, b := inject(t, stock, all), inject(t, ours, all)
				for i := range all {
					n := i % len(one)
					want[n], got[n] = append(want[n], fate(a[i])), append(got[n], fate(b[i]))
				}
				time.Sleep(burst.pause)
			}
			for i, c := range sequences {
				if slices.Equal(want[i], got[i]) {
					if all := slices.Compact(slices.Sorted(slices.Values(want[i]))); len(all) < 2 || strings.Contains(all[0], "error") {
						t.Errorf("%s\nall packets fare alike, so nothing is told: %s", strings.Join(c.rules, "\n"), all)
					}
					continue
				}
				t.Errorf("%s", strings.Join(c.rules, "\n"))
				for n := range want[i] {
					if want[i][n] != got[i][n] {
						t.Errorf("packet %d: %s, and translated %s", n, want[i][n], got[i][n])
					}
				}
			}
		})
	}
}
