// Package baseline keeps the findings that a repository knows of, so that only new
// ones are told: a linter can be taken up without repairing everything first.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/syntax"
)

// Version is that of the file's form.
const Version = 1

// DefaultName is the file's name where nobody says another one.
const DefaultName = ".ctlint-baseline.json"

// File is what a baseline's file holds.
type File struct {
	Version  int     `json:"version"`
	Findings []Entry `json:"findings"`
}

// Entry is a finding that is known. File and Fingerprint tell it; the rest is for
// people who read the file.
type Entry struct {
	// File is relative to the baseline's own folder, with slashes.
	File        string `json:"file"`
	Code        string `json:"code"`
	Fingerprint string `json:"fingerprint"`
	Chain       string `json:"chain,omitempty"`
	Rule        string `json:"rule,omitempty"`
}

// Baseline is findings that are known.
type Baseline struct {
	// Name is the file's name.
	Name  string
	known map[key]bool
}

type key struct{ file, print string }

// Read reads a baseline.
func Read(name string) (*Baseline, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s; --write-baseline writes it", name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("%s: this is no baseline: %w", name, err)
	}
	if f.Version != Version {
		return nil, fmt.Errorf("%s: the baseline is of version %d; expected %d. --write-baseline writes it anew", name, f.Version, Version)
	}
	b := &Baseline{Name: name, known: map[key]bool{}}
	for _, e := range f.Findings {
		b.known[key{e.File, e.Fingerprint}] = true
	}
	return b, nil
}

// Knows reports whether a finding is in the baseline.
func (b *Baseline) Knows(f *driver.Finding) bool {
	return tellable(*f) && b.known[key{relative(b.Name, f.Pos.Filename), f.Fingerprint}]
}

// Len returns how many findings are in the baseline.
func (b *Baseline) Len() int { return len(b.known) }

// Write writes the findings as a baseline, and returns how many they are. What was
// known and is not found any more is not in it. Text that cannot be read is left
// out: nothing is known of such a file.
func Write(name string, findings []driver.Finding) (int, error) {
	out := File{Version: Version, Findings: []Entry{}}
	for _, f := range findings {
		if tellable(f) {
			out.Findings = append(out.Findings, Entry{
				File: relative(name, f.Pos.Filename), Code: f.Code, Fingerprint: f.Fingerprint,
				Chain: f.Subject.Chain, Rule: f.Subject.Rule,
			})
		}
	}
	slices.SortFunc(out.Findings, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return 0, err
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	return len(out.Findings), renameio.WriteFile(name, text.Bytes(), 0o644)
}

func tellable(f driver.Finding) bool {
	return f.Fingerprint != "" && (f.Check != syntax.Check || f.Severity != check.Error)
}

// relative returns a file's name relative to the folder of the baseline.
func relative(baseline, file string) string {
	dir, err := filepath.Abs(filepath.Dir(baseline))
	if err != nil {
		return filepath.ToSlash(file)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return filepath.ToSlash(file)
	}
	if r, err := filepath.Rel(dir, abs); err == nil {
		return filepath.ToSlash(r)
	}
	return filepath.ToSlash(abs)
}
