package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/haya14busa/go-checkstyle/checkstyle"
	"github.com/joshdk/go-junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	draft4 "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
)

var update = flag.Bool("update", false, "write the schemas and the expected reports")

// real lints a ruleset with many findings, in both dialects: with witnesses,
// related places, fixes and letters of several bytes before a place.
func real(t *testing.T) *driver.Result {
	t.Helper()
	overlay := map[string][]byte{
		"hosts/gw ü/rules.v4": []byte(`*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:unused - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p udp -j DROP
-A INPUT -m comment --comment "käse 🧀" -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 22 -j nowhere
-A INPUT -p tcp --nosuch
COMMIT
`),
		"fw.nft": []byte(`table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		log prefix "ü<&]]>|` + "`" + `" comment "🧀"; jump gone
	}
}
`),
	}
	r, err := driver.Run([]unit.Unit{{Files: []string{"hosts/gw ü/rules.v4"}, WithoutIPv6: true}, {Files: []string{"fw.nft"}}, {Files: []string{"gone.v4"}}},
		driver.Options{Checks: checks.All(), Overlay: overlay})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) < 6 || len(r.Errors) != 1 {
		t.Fatalf("%d findings, errors %v", len(r.Findings), r.Errors)
	}
	r.Suppressed = []driver.Suppressed{{Finding: r.Findings[0], Reason: "it is meant so", Inline: true}, {Finding: r.Findings[1]}}
	return r
}

func written(t *testing.T, format string, r *driver.Result) []byte {
	t.Helper()
	f := Find(format)
	if f == nil {
		t.Fatalf("there is no format %s", format)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r, Options{Checks: checks.All(), Version: "1.0.0"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestGolden compares each format of one run with a file.
func TestGolden(t *testing.T) {
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			var b bytes.Buffer
			if err := f.Write(&b, sample(), Options{Checks: []*check.Check{checks.Find("RD009")}}); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "sample."+f.Name), b.Bytes())
			b.Reset()
			if err := f.Write(&b, &driver.Result{}, Options{}); err != nil {
				t.Errorf("an empty run: %v", err)
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// schemaOf returns the schema of what JSON writes, with what Go's types do not
// say.
func schemaOf[T any](t *testing.T, title string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[check.Severity](): {Type: "string", Enum: words(check.Severities())},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = title
	open(s)
	return s
}

func words(ss []string) []any {
	var out []any
	for _, s := range ss {
		out = append(out, s)
	}
	return out
}

// open allows fields that are not known yet: new ones may come in version 1. And
// it takes back that a list may be null.
func open(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	s.AdditionalProperties = nil
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
	open(s.Items)
	for _, p := range s.Properties {
		open(p)
	}
}

// TestJSONSchema keeps docs/json.schema.json to the types, and what is written to
// the schema.
func TestJSONSchema(t *testing.T) {
	s := schemaOf[JSONReport](t, "What ctlint lint --format json writes, version 1")
	s.Properties["version"].Const = jsonschema.Ptr[any](JSONVersion)
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("..", "docs", "json.schema.json"), append(text, '\n'))
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(written(t, "json", real(t)), &v); err != nil {
		t.Fatal(err)
	}
	if err := resolved.Validate(v); err != nil {
		t.Errorf("what is written does not keep to the schema: %v", err)
	}
	for _, broken := range []func(o map[string]any){
		func(o map[string]any) { o["version"] = 2 },
		func(o map[string]any) { delete(o, "findings") },
		func(o map[string]any) { o["findings"] = nil },
		func(o map[string]any) { o["findings"].([]any)[0].(map[string]any)["severity"] = "fatal" },
		func(o map[string]any) { delete(o["findings"].([]any)[0].(map[string]any), "line") },
	} {
		var v map[string]any
		if err := json.Unmarshal(written(t, "json", real(t)), &v); err != nil {
			t.Fatal(err)
		}
		broken(v)
		if resolved.Validate(v) == nil {
			t.Errorf("the schema takes %.200v", v)
		}
	}
}

func TestJSONLines(t *testing.T) {
	r := real(t)
	lines := strings.Split(strings.TrimSuffix(string(written(t, "jsonl", r)), "\n"), "\n")
	if len(lines) != len(r.Findings)+len(r.Errors)+1 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, l := range lines {
		var v JSONLine
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%v in %s", err, l)
		}
		if (v.Finding != nil) != (i < len(r.Findings)) || (v.Summary != nil) != (i == len(lines)-1) {
			t.Errorf("line %d: %s", i+1, l)
		}
	}
}

// officialSchema returns the official schema, as the module go-sarif holds it: a
// constant of its source.
func officialSchema(t *testing.T) any {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(out)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := strconv.Unquote(f.Scope.Lookup("schema").Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := draft4.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSARIF validates with the official schema, which allows no field that it does
// not know, and reads the log with another program's types.
func TestSARIF(t *testing.T) {
	compiler := draft4.NewCompiler()
	if err := compiler.AddResource(sarifSchema, officialSchema(t)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(sarifSchema)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*driver.Result{real(t), sample(), {}} {
		text := written(t, "sarif", r)
		v, err := draft4.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
		log, err := sarif.FromBytes(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := len(log.Runs[0].Results), len(r.Findings)+len(r.Suppressed); got != want {
			t.Errorf("%d results; want %d", got, want)
		}
		v.(map[string]any)["version"] = "2.0.0"
		if schema.Validate(v) == nil {
			t.Error("the schema takes any version")
		}
	}
}

// TestSARIFPlaces has columns in UTF-16, and names of files as URIs.
func TestSARIFPlaces(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal(written(t, "sarif", real(t)), &log); err != nil {
		t.Fatal(err)
	}
	found := false
	prints := map[string]bool{}
	for _, r := range log.Runs[0].Results {
		if r.Suppressions != nil {
			continue
		}
		if print := r.PartialFingerprints[fingerprintName]; print == "" || prints[print] {
			t.Errorf("two results have the fingerprint %q", print)
		} else {
			prints[print] = true
		}
		if log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the rule of %s is number %d", r.RuleID, r.RuleIndex)
		}
		if r.RuleID == "CT010" {
			found = true
			// -A INPUT -m comment --comment "käse 🧀" -m state: 38 characters
			// before the place, of which one is two units.
			p := r.Locations[0].PhysicalLocation
			if p.Region.StartColumn != 41 || p.ArtifactLocation.URI != "hosts/gw%20%C3%BC/rules.v4" {
				t.Errorf("%+v %+v", p.Region, p.ArtifactLocation)
			}
			if l := r.Locations[0].LogicalLocations; len(l) != 1 || l[0].FullyQualifiedName != "ip filter INPUT" {
				t.Errorf("%+v", l)
			}
		}
	}
	if !found {
		t.Error("there is no CT010")
	}
	for name, want := range map[string]string{"./a.v4": "a.v4", "/etc/nftables.conf": "file:///etc/nftables.conf", "a b": "a%20b", "../x": "../x", "a:b": "./a:b"} {
		if got := uriOf(name); got != want {
			t.Errorf("the URI of %s is %s; want %s", name, got, want)
		}
	}
}

// TestGitLab validates against what GitLab's own parser wants
// (lib/gitlab/ci/parsers/codequality of GitLab: a JSON schema, written anew here).
func TestGitLab(t *testing.T) {
	schema := `{
		"type": "array",
		"items": {
			"type": "object",
			"required": ["description", "fingerprint", "severity", "location"],
			"properties": {
				"description": {"type": "string"},
				"check_name": {"type": "string"},
				"fingerprint": {"type": "string", "minLength": 1},
				"severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
				"location": {
					"type": "object",
					"required": ["path", "lines"],
					"properties": {
						"path": {"type": "string", "pattern": "^[^./]"},
						"lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
					}
				}
			}
		}
	}`
	var s jsonschema.Schema
	if err := json.Unmarshal([]byte(schema), &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*driver.Result{real(t), sample(), {}} {
		var v []any
		if err := json.Unmarshal(written(t, "gitlab", r), &v); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(v); err != nil {
			t.Error(err)
		}
		seen := map[any]bool{}
		for _, i := range v {
			print := i.(map[string]any)["fingerprint"]
			if seen[print] {
				t.Errorf("two entries have the fingerprint %v, so GitLab shows one of them", print)
			}
			seen[print] = true
		}
		if len(v) != len(r.Findings) {
			t.Errorf("%d of %d findings", len(v), len(r.Findings))
		}
	}
}

// TestCheckstyle reads the report back as reviewdog does.
func TestCheckstyle(t *testing.T) {
	r := real(t)
	var back checkstyle.Result
	if err := xml.Unmarshal(written(t, "checkstyle", r), &back); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range back.Files {
		for _, e := range f.Errors {
			want := r.Findings[n]
			if f.Name != want.Pos.Filename || e.Line != want.Pos.Line || e.Severity != want.Severity.String() || !strings.HasPrefix(e.Message, want.Message) || e.Source != "ctlint."+want.Slug {
				t.Errorf("got %s %+v; want %+v", f.Name, e, want)
			}
			n++
		}
	}
	if n != len(r.Findings) {
		t.Errorf("%d of %d findings", n, len(r.Findings))
	}
}

// TestJUnit reads the report back as a consumer of JUnit's XML does.
func TestJUnit(t *testing.T) {
	r := real(t)
	suites, err := junit.Ingest(written(t, "junit", r))
	if err != nil {
		t.Fatal(err)
	}
	var passed, failed, broken int
	for _, s := range suites {
		passed, failed, broken = passed+s.Totals.Passed, failed+s.Totals.Failed, broken+s.Totals.Error
	}
	sum := Summarize(r)
	if failed != sum.Errors+sum.Warnings || passed != sum.Infos || broken != len(r.Errors) {
		t.Errorf("%d passed, %d failed, %d errors of %+v", passed, failed, broken, sum)
	}
	if suites, err = junit.Ingest(written(t, "junit", &driver.Result{Files: []driver.File{{Name: "a.v4"}}})); err != nil || suites[0].Totals.Passed != 1 {
		t.Errorf("a file without findings: %+v, %v", suites, err)
	}
}

// TestGitHub reads the commands back as the runner does: data and properties are
// unescaped after the line is cut (actions/runner, ActionCommand.TryParseV2).
func TestGitHub(t *testing.T) {
	r := real(t)
	r.Findings[0].Message = "100%: a, b\r\nc ::error::x"
	lines := strings.Split(strings.TrimSuffix(string(written(t, "github", r)), "\n"), "\n")
	if len(lines) != len(r.Findings)+len(r.Errors) {
		t.Fatalf("%d lines", len(lines))
	}
	data := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%")
	property := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for i, f := range r.Findings {
		rest, ok := strings.CutPrefix(lines[i], "::")
		head, message, ok2 := strings.Cut(rest, "::")
		name, list, _ := strings.Cut(head, " ")
		if !ok || !ok2 || name != githubLevels[f.Severity] {
			t.Fatalf("no command: %s", lines[i])
		}
		properties := map[string]string{}
		for _, p := range strings.Split(list, ",") {
			k, v, _ := strings.Cut(p, "=")
			properties[k] = property.Replace(v)
		}
		if properties["file"] != f.Pos.Filename || !strings.HasPrefix(data.Replace(message), f.Message) || properties["title"] != f.Code+" "+f.Slug {
			t.Errorf("got %v %s; want %+v", properties, data.Replace(message), f)
		}
		if (properties["line"] == "") != (f.Pos.Line == 0) || (properties["col"] != "") != (f.Pos.Line > 0 && f.Pos.Line == f.End.Line) {
			t.Errorf("the place is %v; want %v to %v", properties, f.Pos, f.End)
		}
	}
}

func TestTextLinks(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, sample(), TextOptions{Links: true}); err != nil {
		t.Fatal(err)
	}
	if want := "[\x1b]8;;https://example.org/made-up\x1b\\TT001 made-up\x1b]8;;\x1b\\]\n"; !strings.Contains(b.String(), want) {
		t.Errorf("%q is not in\n%q", want, b.String())
	}
	if want := "[TT002 whole]\n"; !strings.Contains(b.String(), want) { // has no page
		t.Errorf("%q is not in\n%q", want, b.String())
	}
}
