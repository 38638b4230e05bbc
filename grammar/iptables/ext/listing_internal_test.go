package ext

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestListingArguments reads arguments in the form that they have in a listing
// alone.
func TestListingArguments(t *testing.T) {
	for _, c := range []struct {
		arg       *Arg
		text      string
		canonical string // on a command line it is refused, or another one
	}{
		{hashlimitMode, "srcip-srcport-dstip-dstport", "srcip,srcport,dstip,dstport"},
		{Monthdays, "1st,2nd,3rd,21st,31st", "1,2,3,21,31"},
		{stringPattern, `a\"b\\c`, `"a\"b\\c"`},
	} {
		for _, listing := range []bool{true, false} {
			var v Value
			var p Printer
			if err := c.arg.Parse(&Context{Family: ast.FamilyIP, Listing: listing}, []Word{{Text: c.text}}, &v); err == nil {
				c.arg.Save(&p, &v)
			} else if listing {
				t.Errorf("%s: %v", c.text, err)
			}
			if same := string(p.B) == c.canonical; same != listing {
				t.Errorf("%s (listing: %t) is %s", c.text, listing, p.B)
			}
		}
	}
}

// TestListingTimeZone takes a listing that does not say UTC for what it means.
func TestListingTimeZone(t *testing.T) {
	e := Find("time", false, ast.FamilyIP6)
	for _, c := range []struct {
		listing, utc, kernel bool
	}{{true, false, true}, {true, true, false}, {false, false, false}} {
		u := Use{Ext: e}
		if c.utc {
			*u.Next() = Given{Option: e.Lookup("utc")}
		}
		if err := e.Check(&Context{Listing: c.listing}, &u); err != nil {
			t.Error(err)
		}
		if got := u.Has("kerneltz"); got != c.kernel {
			t.Errorf("%+v: --kerneltz is %t", c, got)
		}
	}
}

// TestExplainStateful explains what iptables 1.8.9 lists of the matches that
// keep a state, and older releases where they differ.
func TestExplainStateful(t *testing.T) {
	for _, c := range []struct{ text, words string }{
		{"limit: avg 1/sec burst 7", "-m limit --limit 1/sec --limit-burst 7"},
		{"limit: above 5/sec burst 5 mode srcip-srcport htable-size 100 htable-max 200 htable-gcinterval 1001 htable-expire 10000 srcmask 24 dstmask 16", "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-mode srcip-srcport --hashlimit-htable-size 100 --hashlimit-htable-max 200 --hashlimit-htable-gcinterval 1001 --hashlimit-htable-expire 10000 --hashlimit-srcmask 24 --hashlimit-dstmask 16"},
		{"limit: up to 5kb/s", "-m hashlimit --hashlimit-upto 5kb/s"},
		{"limit: avg 5/sec burst 5 mode srcip-dstip", "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-mode srcip-dstip"},
		{"limit: up to 61/min burst 5 rate-match", "-m hashlimit --hashlimit-upto 61/min --hashlimit-burst 5 ‹rate-match›"},
		{"quota: 5 bytes", "‹quota: 5 bytes›"},
		{"! recent: SET name: DEFAULT side: source mask: 255.255.255.255", "-m recent ! --set --name DEFAULT --rsource --mask 255.255.255.255"},
		{"recent: UPDATE seconds: 60 reap hit_count: 4 TTL-Match name: foo side: dest mask: 255.255.255.0", "-m recent --update --seconds 60 --reap --hitcount 4 --rttl --name foo --rdest --mask 255.255.255.0"},
		{"recent: UPDATE seconds: 60 name: A side: source recent: SET name: B side: source", "-m recent --update --seconds 60 --name A --rsource -m recent --set --name B --rsource"},
		{"recent: CHECK name: A side: source ! recent: CHECK name: B side: source limit: avg 1/sec burst 5", "-m recent --rcheck --name A --rsource -m recent ! --rcheck --name B --rsource -m limit --limit 1/sec --limit-burst 5"},
		{"recent: REMOVE name: A side: source", "-m recent --remove --name A --rsource"},
		{"statistic mode random probability 0.50000000000", "-m statistic --mode random --probability 0.50000000000"},
		{"statistic mode random ! probability 0.50000000000", "-m statistic --mode random ! --probability 0.50000000000"},
		{"statistic mode nth every 5", "-m statistic --mode nth --every 5 --packet 0"},
		{"statistic mode nth ! every 5", "-m statistic --mode nth ! --every 5 --packet 0"},
		{"statistic mode nth every 5 packet 2", "-m statistic --mode nth --every 5 --packet 2"},
		{"statistic mode nth ! every 5 packet 2", "-m statistic --mode nth ! --every 5 --packet 2"},
		{`STRING match  "te st" ALGO name bm FROM 10 TO 20 ICASE`, "-m string --string [te st] --algo bm --from 10 --to 20 --icase"},
		{`STRING match ! "test" ALGO name bm`, "-m string ! --string test --algo bm"},
		{`STRING match  "|0102|" ALGO name bm`, "-m string --hex-string |0102| --algo bm"},
		{`STRING match ! "|0102|" ALGO name bm TO 65535`, "-m string ! --hex-string |0102| --algo bm --to 65535"},
		{"TIME", "-m time"},
		{"TIME UTC", "-m time --utc"},
		{"TIME on Sat,Sun UTC", "-m time --weekdays Sat,Sun --utc"},
		{"TIME on 31st UTC", "-m time --monthdays 31st --utc"},
		{"TIME from 10:00:00 to 09:00:00 on Mon,Tue on 1st,2nd,21st starting from 2020-01-01 00:00:00 until date 2021-01-01 00:00:00 contiguous",
			"-m time --timestart 10:00:00 --timestop 09:00:00 --weekdays Mon,Tue --monthdays 1st,2nd,21st --datestart 2020-01-01T00:00:00 --datestop 2021-01-01T00:00:00 --contiguous"},
		{`u32 "0x0=0x1&&0x0>>0x16&0x3c@0x5=0x1:0x5"`, "-m u32 --u32 0x0=0x1&&0x0>>0x16&0x3c@0x5=0x1:0x5"},
		{`u32 ! "0x0=0x1"`, "-m u32 ! --u32 0x0=0x1"},
		{"u32 0x0=0x1", "-m u32 --u32 0x0=0x1"},
		{"u32 ! 0x0=0x1", "-m u32 ! --u32 0x0=0x1"},
		{"rateest match a bps 625000 lt", "-m rateest --rateest a --rateest-lt --rateest-bps 625000Bps"},
		{"rateest match a bps 625000 ! lt", "-m rateest --rateest a ! --rateest-lt --rateest-bps 625000Bps"},
		{"rateest match a pps gt 5", "-m rateest --rateest a --rateest-gt --rateest-pps 5"},
		{"rateest match a delta bps 625000 750000 lt", "-m rateest --rateest-delta --rateest a --rateest-bps1 625000Bps --rateest-lt --rateest-bps 750000Bps"},
		{"rateest match a delta pps 5 lt 6", "-m rateest --rateest-delta --rateest a --rateest-pps1 5 --rateest-lt --rateest-pps 6"},
		{"rateest match a bps lt b bps", "-m rateest --rateest1 a --rateest-bps --rateest-lt --rateest2 b"},
		{"rateest match a bps pps eq b bps pps", "-m rateest --rateest1 a --rateest-bps --rateest-pps --rateest-eq --rateest2 b"},
		{"rateest match a delta pps 5 ! gt b pps 2", "-m rateest --rateest-delta --rateest1 a --rateest-pps1 5 ! --rateest-gt --rateest2 b --rateest-pps 2"},
		{"rateest match a delta bps 312500 gt b bps 250000", "-m rateest --rateest-delta --rateest1 a --rateest-bps1 312500Bps --rateest-gt --rateest2 b --rateest-bps 250000Bps"},
	} {
		words, _, _ := Explain(&Context{Family: ast.FamilyIP, Listing: true}, c.text, 1, nil)
		if got := show(words); got != c.words {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.words)
		}
	}
}
