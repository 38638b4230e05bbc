package report

import (
	"encoding/json"
	"errors"
	"go/token"
	"io"
	"strings"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// The parts of a SARIF log that ctlint writes (SARIF 2.1.0, section 3).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		Name                 string             `json:"name"`
		ShortDescription     sarifText          `json:"shortDescription"`
		FullDescription      sarifText          `json:"fullDescription"`
		Help                 sarifText          `json:"help"`
		HelpURI              string             `json:"helpUri,omitempty"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
		Properties           sarifProperties    `json:"properties"`
	}
	sarifConfiguration struct {
		Level   string `json:"level"`
		Enabled bool   `json:"enabled"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		RelatedLocations    []sarifLocation    `json:"relatedLocations,omitempty"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Fixes               []sarifFix         `json:"fixes,omitempty"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		ID               *int                   `json:"id,omitempty"`
		PhysicalLocation *sarifPhysical         `json:"physicalLocation,omitempty"`
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations,omitempty"`
		Message          *sarifText             `json:"message,omitempty"`
	}
	sarifLogicalLocation struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description     sarifText     `json:"description"`
		ArtifactChanges []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		ArtifactLocation sarifArtifact      `json:"artifactLocation"`
		Replacements     []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		DeletedRegion   sarifRegion `json:"deletedRegion"`
		InsertedContent *sarifText  `json:"insertedContent,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification,omitempty"`
	}
)

const (
	sarifSchema    = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	informationURI = "https://github.com/ctlint/ctlint"
	// fingerprintName is the version of how fingerprints are made: a hierarchical
	// name (SARIF 2.1.0, 3.27.17).
	fingerprintName = "ctlint/v1"
)

var sarifLevels = [...]string{check.Info: "note", check.Warning: "warning", check.Error: "error"}

// SARIF writes a run as a SARIF 2.1.0 log, for GitHub's code scanning and other
// stores of findings: with the checks' documentation as rules, fingerprints that
// outlive a change of lines, fixes as replacements, and what was suppressed with
// the reason. Columns count UTF-16 code units.
func SARIF(w io.Writer, r *driver.Result, o Options) error {
	s := sarifWriter{texts: textsOf(r), rules: map[string]int{}}
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "ctlint", Version: o.Version, InformationURI: informationURI, Rules: []sarifRule{}}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: len(r.Errors) == 0}},
		ColumnKind:  "utf16CodeUnits",
		Results:     []sarifResult{},
	}
	for i, c := range o.Checks {
		s.rules[c.Code] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(c))
	}
	for _, f := range r.Findings {
		run.Results = append(run.Results, s.result(f))
	}
	for _, x := range r.Suppressed {
		f := s.result(x.Finding)
		kind := "external" // in a configuration or a baseline
		if x.Inline {
			kind = "inSource"
		}
		f.Suppressions = []sarifSuppression{{Kind: kind, Justification: x.Reason}}
		run.Results = append(run.Results, f)
	}
	for _, err := range r.Errors {
		n := sarifNotification{Level: "error", Message: sarifText{Text: err.Error()}}
		var read *driver.ReadError
		if errors.As(err, &read) {
			n.Locations = []sarifLocation{{PhysicalLocation: &sarifPhysical{ArtifactLocation: sarifArtifact{uriOf(read.File)}}}}
		}
		inv := &run.Invocations[0]
		inv.ToolExecutionNotifications = append(inv.ToolExecutionNotifications, n)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifRuleOf(c *check.Check) sarifRule {
	return sarifRule{
		ID: c.Code, Name: c.Slug,
		ShortDescription:     sarifText{Text: c.Title},
		FullDescription:      sarifText{Text: strings.TrimSpace(c.Text)},
		Help:                 sarifText{Text: strings.TrimSpace(c.Text), Markdown: c.Explanation()},
		HelpURI:              c.URL,
		DefaultConfiguration: sarifConfiguration{Level: sarifLevels[c.Severity], Enabled: !c.Off},
		Properties:           sarifProperties{Tags: []string{"firewall", c.Family()}},
	}
}

type sarifWriter struct {
	texts texts
	rules map[string]int
}

func (s *sarifWriter) result(f driver.Finding) sarifResult {
	index, ok := s.rules[f.Code]
	if !ok {
		index = -1 // none of those that the run has told (SARIF 2.1.0, 3.27.6)
	}
	out := sarifResult{
		RuleID: f.Code, RuleIndex: index, Level: sarifLevels[f.Severity],
		Message:             sarifText{Text: f.Message},
		Locations:           []sarifLocation{{PhysicalLocation: s.physical(f.Pos, f.End), LogicalLocations: logical(f.Subject)}},
		PartialFingerprints: map[string]string{fingerprintName: identity(f)},
	}
	if f.Witness != "" {
		out.Message.Text += "\nwitness: " + f.Witness
	}
	for i, r := range f.Related {
		id := i + 1
		out.RelatedLocations = append(out.RelatedLocations, sarifLocation{
			ID: &id, PhysicalLocation: s.physical(r.Pos, r.End), Message: &sarifText{Text: r.Message},
		})
	}
	for _, x := range f.Fixes {
		out.Fixes = append(out.Fixes, s.fix(x))
	}
	return out
}

// physical returns a place; nil for none.
func (s *sarifWriter) physical(pos, end token.Position) *sarifPhysical {
	if pos.Filename == "" {
		return nil
	}
	p := &sarifPhysical{ArtifactLocation: sarifArtifact{uriOf(pos.Filename)}}
	if pos.Line > 0 {
		r := s.region(pos, end)
		p.Region = &r
	}
	return p
}

func (s *sarifWriter) region(pos, end token.Position) sarifRegion {
	return sarifRegion{pos.Line, s.texts.utf16Column(pos), end.Line, s.texts.utf16Column(end)}
}

func logical(s driver.Subject) []sarifLogicalLocation {
	if s.Table == "" {
		return nil
	}
	if s.Chain == "" {
		return []sarifLogicalLocation{{FullyQualifiedName: s.TableName(), Kind: "module"}}
	}
	return []sarifLogicalLocation{{FullyQualifiedName: s.TableName() + " " + s.Chain, Kind: "function"}}
}

func (s *sarifWriter) fix(x driver.Fix) sarifFix {
	out := sarifFix{Description: sarifText{Text: x.Message}, ArtifactChanges: []sarifChange{}}
	if !x.Safe {
		out.Description.Text += " (changes verdicts)"
	}
	at := map[string]int{}
	for _, e := range x.Edits {
		i, ok := at[e.Pos.Filename]
		if !ok {
			i = len(out.ArtifactChanges)
			at[e.Pos.Filename] = i
			out.ArtifactChanges = append(out.ArtifactChanges, sarifChange{ArtifactLocation: sarifArtifact{uriOf(e.Pos.Filename)}})
		}
		r := sarifReplacement{DeletedRegion: s.region(e.Pos, e.End)}
		if e.Text != "" {
			r.InsertedContent = &sarifText{Text: e.Text}
		}
		out.ArtifactChanges[i].Replacements = append(out.ArtifactChanges[i].Replacements, r)
	}
	return out
}
