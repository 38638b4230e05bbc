package check

import (
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Option adds something to a finding.
type Option func(*analysis.Diagnostic)

// Report reports a finding at rng. The message says what is wrong there, what it
// does and what to do about it, in one line without a capital or a full stop at
// its ends.
func Report(pass *analysis.Pass, rng analysis.Range, message string, options ...Option) {
	d := analysis.Diagnostic{Pos: rng.Pos(), End: rng.End(), Message: message}
	for _, o := range options {
		o(&d)
	}
	pass.Report(d)
}

// At gives the finding a severity of its own.
func At(s Severity) Option {
	return func(d *analysis.Diagnostic) { d.Category = "/" + s.String() }
}

// Witness adds a packet that proves the finding.
func Witness(packet string) Option {
	return func(d *analysis.Diagnostic) {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: d.Pos, End: d.End, Message: witnessPrefix + packet})
	}
}

// Related adds another place that the finding is about.
func Related(rng analysis.Range, message string) Option {
	return func(d *analysis.Diagnostic) {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: rng.Pos(), End: rng.End(), Message: message})
	}
}

// Fix offers a safe fix. The message is a verb phrase: "remove the rule". Where
// a finding has several fixes, the first is the one that --fix applies.
func Fix(message string, edits ...analysis.TextEdit) Option {
	return func(d *analysis.Diagnostic) {
		d.SuggestedFixes = append(d.SuggestedFixes, analysis.SuggestedFix{Message: message, TextEdits: edits})
	}
}

// UnsafeFix offers a fix that changes verdicts.
func UnsafeFix(message string, edits ...analysis.TextEdit) Option {
	return Fix(message+unsafeSuffix, edits...)
}

// How a diagnostic of go/analysis carries what it has no field for. A foreign
// driver shows these words as they stand.
const (
	witnessPrefix = "witness: "
	unsafeSuffix  = " (unsafe)"
)

// Decoded is what a diagnostic says, taken out of its encoding.
type Decoded struct {
	Code     string
	Severity Severity // 0 is the check's own
	Witness  string
	Related  []analysis.RelatedInformation
	Fixes    []DecodedFix
}

// DecodedFix is a fix of a diagnostic.
type DecodedFix struct {
	Message string
	Safe    bool
	Edits   []analysis.TextEdit
}

// Decode takes a diagnostic of a check apart. Its encoding is stable:
//
//   - the Category is the check's code, and where the finding has a severity of
//     its own, a slash and the severity: "CT004/info";
//   - the witness is a Related entry that begins with "witness: ";
//   - the message of a fix that is not safe ends in " (unsafe)".
func Decode(d analysis.Diagnostic) Decoded {
	var out Decoded
	code, severity, _ := strings.Cut(d.Category, "/")
	out.Code = code
	out.Severity, _ = ParseSeverity(severity)
	for _, r := range d.Related {
		if w, ok := strings.CutPrefix(r.Message, witnessPrefix); ok && out.Witness == "" {
			out.Witness = w
			continue
		}
		out.Related = append(out.Related, r)
	}
	for _, f := range d.SuggestedFixes {
		message, unsafe := strings.CutSuffix(f.Message, unsafeSuffix)
		out.Fixes = append(out.Fixes, DecodedFix{Message: message, Safe: !unsafe, Edits: f.TextEdits})
	}
	return out
}
