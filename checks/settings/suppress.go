package settings

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/su"
)

// usage counts what the entries of suppress have kept back.
type usage struct {
	sync.Mutex
	n []int
}

// Suppress is the Suppress of [driver.Options]: it says which entry of the
// configuration keeps a finding back.
func (s *Settings) Suppress(f *driver.Finding) (reason string, ok bool) {
	for i, x := range s.File.Suppress {
		if !s.suppresses(x, f) {
			continue
		}
		s.used.Lock()
		for len(s.used.n) < len(s.File.Suppress) {
			s.used.n = append(s.used.n, 0)
		}
		s.used.n[i]++
		s.used.Unlock()
		if !ok {
			reason, ok = x.Reason, true
		}
	}
	return reason, ok
}

func (s *Settings) suppresses(x Suppression, f *driver.Finding) bool {
	if f.Slug != x.Check && !strings.EqualFold(f.Code, x.Check) {
		return false
	}
	if len(x.Files) > 0 {
		if r, ok := rel(s.Root, f.Pos.Filename); !ok || !matchAny(x.Files, r) {
			return false
		}
	}
	return (x.Table == "" || x.Table == f.Subject.Table || x.Table == f.Subject.TableName()) &&
		(x.Chain == "" || x.Chain == f.Subject.Chain) &&
		(x.Rule == "" || strings.Contains(f.Subject.Rule, strings.Join(strings.Fields(x.Rule), " ")))
}

// Unused returns a finding for each entry of suppress that has kept nothing back
// though its check ran. It only means something after a run over all that the
// configuration is about; see [Settings.Covers].
func (s *Settings) Unused(r *driver.Result) []driver.Finding {
	for _, f := range r.Files {
		if f.Faults > 0 {
			return nil // what cannot be read cannot be judged
		}
	}
	var out []driver.Finding
	for i, x := range s.File.Suppress {
		c := chosen1(s.Checks(), x.Check)
		if c == nil || i < len(s.used.n) && s.used.n[i] > 0 {
			continue
		}
		at := s.places[fmt.Sprintf("suppress[%d].check", i)]
		pos := token.Position{Filename: s.Name, Line: at.Line, Column: at.Column}
		f := driver.Finding{
			Check: su.UnusedSuppression, Code: su.UnusedSuppression.Code, Slug: su.UnusedSuppression.Slug,
			Severity: su.UnusedSuppression.Severity, URL: su.UnusedSuppression.URL, Pos: pos, End: pos,
			Message:     fmt.Sprintf("this entry suppresses %s, which finds nothing that it is about; take it out", x.Check),
			Fingerprint: fmt.Sprintf("suppress-%s-%s-%s-%s", x.Check, x.Table, x.Chain, x.Rule),
		}
		f.Pos.Offset, f.End.Offset = s.offset(at), s.offset(at)
		if chosen1(s.Checks(), f.Code) != nil && s.Adjust(&f) {
			out = append(out, f)
		}
	}
	return out
}

// offset returns the offset of a place in the configuration's text.
func (s *Settings) offset(p Place) int {
	offset, line := 0, 1
	for l := range strings.Lines(s.text) {
		if line == p.Line {
			return offset + p.Column - 1
		}
		offset += len(l)
		line++
	}
	return 0
}

// Text returns the text of the configuration.
func (s *Settings) Text() string { return s.text }

// Covers reports whether a run over the paths sees all files that the configuration
// is about: one of them is its folder, or one above it.
func (s *Settings) Covers(paths []string) bool {
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			continue
		}
		if _, in := rel(abs, s.Root); in && p != "-" {
			return true
		}
	}
	return false
}
