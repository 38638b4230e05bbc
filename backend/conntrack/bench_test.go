//go:build linux

package conntrack

import (
	"bytes"
	"io"
	"net/netip"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/mdlayher/netlink"
)

// fillMany makes n flows of TCP, many with each message.
func fillMany(t testing.TB, c *Conn, n int) {
	t.Helper()
	const batch = 200
	for at := 0; at < n; at += batch {
		var msgs []netlink.Message
		for i := at; i < min(n, at+batch); i++ {
			f := Flow{Set: HasTimeout | HasStatus | HasState | HasMark, Timeout: 100000, Status: StatusSeenReply | StatusAssured, State: 3, Mark: uint32(i)}
			f.Orig = Tuple{
				Set: HasSrc | HasDst | HasProto | HasSrcPort | HasDstPort, Proto: TCP,
				Src: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), Dst: netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}),
				SrcPort: uint16(i), DstPort: 443,
			}
			f.Reply = f.Orig.Answer()
			var buf attrs
			msgs = append(msgs, message(&buf, subsysFlow, msgNew, netlink.Create, FamilyIPv4, func(a *attrs) { a.flow(&f) }))
		}
		if _, err := c.nl.SendMessages(msgs); err != nil {
			t.Fatal(err)
		}
	}
	if got, _, err := c.Count(); err != nil || int(got) < n {
		t.Fatalf("%d flows are there after %d were made (%v)", got, n, err)
	}
}

// listTo lists the whole table.
func listTo(t testing.TB, c *Conn, w io.Writer) (peak uint64) {
	t.Helper()
	var format Format
	var mem runtime.MemStats
	b := make([]byte, 0, 1<<16)
	n := 0
	if err := c.Dump(DumpOptions{}, func(f *Flow) error {
		if b = append(format.Append(b, f), '\n'); len(b) > 1<<15 {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
		if n++; n%2000 == 0 {
			runtime.ReadMemStats(&mem)
			peak = max(peak, mem.HeapInuse)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	return peak
}

// TestMemory lists a table of 10,000 flows, which would be some 5 MB as a whole.
func TestMemory(t *testing.T) {
	c := dial(t)
	fillMany(t, c, 10000)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var count lineCounter
	peak := listTo(t, c, &count)
	if count < 10000 {
		t.Fatalf("%d lines of 10,000 flows", count)
	}
	if grown := int64(peak) - int64(before.HeapInuse); grown > 2<<20 {
		t.Errorf("the heap has grown by %d bytes while the table was listed: expected at most 2 MiB", grown)
	}
}

type lineCounter int

func (l *lineCounter) Write(b []byte) (int, error) {
	*l += lineCounter(bytes.Count(b, []byte("\n")))
	return len(b), nil
}

// BenchmarkList lists 200,000 flows and has conntrack(8) list them, by turns. It
// reports the ratio of the two times.
func BenchmarkList(b *testing.B) {
	c := dial(b)
	const n = 200_000
	fillMany(b, c, n)
	var ours, theirs time.Duration
	var peak uint64
	for b.Loop() {
		start := time.Now()
		var count lineCounter
		peak = max(peak, listTo(b, c, &count))
		ours += time.Since(start)
		if count < n {
			b.Fatalf("%d lines of %d flows", count, n)
		}
		start = time.Now()
		count = 0
		cmd := exec.Command("conntrack", "-L")
		cmd.Stdout = &count
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
		theirs += time.Since(start)
		if count < n {
			b.Fatalf("%d lines of %d flows by conntrack", count, n)
		}
	}
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms/list")
	b.ReportMetric(float64(theirs.Milliseconds())/float64(b.N), "ms/conntrack-L")
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
	b.ReportMetric(float64(peak)/1e6, "MB-heap")
}
