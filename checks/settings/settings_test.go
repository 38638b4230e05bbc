package settings_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/settings"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

var update = flag.Bool("update", false, "write the schema")

func parse(t *testing.T, text string, flags settings.Flags) (*settings.Settings, error) {
	t.Helper()
	return settings.Parse(filepath.Join(t.TempDir(), settings.Name), []byte(text), flags, checks.All())
}

func must(t *testing.T, text string, flags settings.Flags) *settings.Settings {
	t.Helper()
	s, err := parse(t, text, flags)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"near miss", "selct: [CT]\n", `:1:1: unknown key "selct"; did you mean "select"?`},
		{"no near miss", "\nfoo: 1\n", `:2:1: unknown key "foo"; expected one of select, ignore, `},
		{"deeper", "options:\n  late-establishd: 1\n", `:2:3: unknown key "late-establishd" of options; did you mean "late-established"?`},
		{"in a list", "overrides:\n  - files: a\n    selekt: CT\n", `:3:5: unknown key "selekt" of overrides; did you mean "select"?`},
		{"unknown check", "ignore:\n  - RD001\n  - unusd-chain\n", `:3:5: no check is called "unusd-chain"; did you mean "unused-chain"?`},
		{"unknown check of a severity", "severity: {XX001: info}\n", `:1:12: no check is called "XX001"`},
		{"severity", "severity:\n  CT: fatal\n", `:2:7: CT: "fatal" is no severity: expected error, warning or info`},
		{"word", "fail-on: warnings\n", `:1:10: fail-on is "warnings"; did you mean "warning"?`},
		{"number", "options: {late-established: many}\n", `:1:29: late-established is "many"; expected a number from 0 on`},
		{"port", "options: {management-ports: [22, 70000]}\n", `:1:34: management-ports is "70000"; expected a number from 0 to 65535`},
		{"a list for a word", "baseline: [a]\n", `:1:11: baseline is a list; expected a single value`},
		{"a word for a mapping", "options: 5\n", `:1:10: options is a single value; expected keys with values`},
		{"a mapping for a list", "exclude: {a: b}\n", `:1:10: exclude is a mapping; expected a list`},
		{"no keys", "- a\n- b\n", `:1:1: the configuration is a list; expected keys with values`},
		{"what must be there", "hosts:\n  - name: gw\n", `:2:5: hosts has no "files", which it must have`},
		{"no reason", "suppress:\n  - check: CT004\n    reason: ' '\n", `:3:5: the reason is empty; say why the findings are meant so`},
		{"a group suppressed", "suppress:\n  - check: CT\n    reason: x\n", `:2:5: "CT" is a group of checks; expected one, by its code or slug`},
		{"pattern", "exclude: ['a[']\n", `:1:11: "a[" is no pattern`},
		{"network", "hosts:\n  - name: gw\n    files: [a]\n    interfaces: {eth0: {networks: [192.0.2.1]}}\n", `:4:36: networks: netip.ParsePrefix("192.0.2.1"): no '/'`},
		{"side", "hosts:\n  - name: gw\n    files: [a]\n    interfaces: {eth0: {side: outsid}}\n", `:4:31: side is "outsid"; did you mean "outside"?`},
		{"no such file", "hosts:\n  - name: gw\n    files: [gone.v4]\n", `:3:13: host gw has no file gone.v4`},
		{"two hosts", "hosts:\n  - {name: gw, files: [gone.v4]}\n  - {name: gw, files: [gone.v4]}\n", `:3:6: two hosts are called "gw"`},
		{"dialect", "overrides:\n  - {files: a, dialect: pf}\n", `:2:16: "pf" is no dialect; expected one of iptables-save, `},
		{"twice", "ignore: CT\nignore: RD\n", `:2:1: this is no YAML: `},
		{"no YAML", "select: [CT\n", `this is no YAML: `},
		{"a tab", "options:\n\tlate-established: 1\n", `this is no YAML: `},
		{"two documents", "select: CT\n---\nselect: RD\n", `:3:1: a second document begins here; expected one`},
		{"no anchor", "select: *gone\n", `:1:9: no anchor is called gone`},
		{"all of them", "a: 1\nb: 2\n", `:2:1: unknown key "b"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parse(t, c.text, settings.Flags{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "select:\n", "{}\n", "\ufeffselect: [all]\n"} {
		if _, err := parse(t, text, settings.Flags{}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	s := must(t, `
select: &some
  - CT
  - unused-chain
overrides:
  - files: a
    select: *some
    ignore: CT010
define:
  port: 0x16
  version: 1.10
`, settings.Flags{})
	if got := s.File.Overrides[0]; !slices.Equal(got.Select, []string{"CT", "unused-chain"}) || !slices.Equal(got.Ignore, []string{"CT010"}) {
		t.Errorf("%+v", got)
	}
	if d := s.Defines(); d["port"] != "0x16" || d["version"] != "1.10" {
		t.Errorf("numbers are not kept as they are written: %v", d)
	}
}

// TestWhichChecks asks whether unused-chain (RD008) and late-established (CT003) run
// for lab/a.v4 and for b.v4.
func TestWhichChecks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		flags      settings.Flags
		want       string
	}{
		{"default", "", settings.Flags{}, "lab: RD008 CT003, b: RD008 CT003"},
		{"select", "select: RD", settings.Flags{}, "lab: RD008, b: RD008"},
		{"ignore", "ignore: [RD]", settings.Flags{}, "lab: CT003, b: CT003"},
		{"ignore wins", "select: [RD, CT]\nignore: [unused-chain]", settings.Flags{}, "lab: CT003, b: CT003"},
		{"a flag chooses anew", "select: CT\nignore: RD008", settings.Flags{Select: []string{"RD"}}, "lab: RD008, b: RD008"},
		{"a flag adds", "ignore: RD008", settings.Flags{Ignore: []string{"CT"}}, "lab:, b:"},
		{"override", "overrides: [{files: lab/**, ignore: RD008}]", settings.Flags{}, "lab: CT003, b: RD008 CT003"},
		{"override selects", "select: CT\noverrides: [{files: lab, select: RD008}]", settings.Flags{}, "lab: RD008 CT003, b: CT003"},
		{"but not beyond the flag", "overrides: [{files: lab, select: RD008}]", settings.Flags{Select: []string{"CT"}}, "lab: CT003, b: CT003"},
		{"the last one wins", "overrides: [{files: lab/*, ignore: all}, {files: '*.v4', select: RD}]", settings.Flags{}, "lab: RD008, b: RD008 CT003"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := must(t, c.text, c.flags)
			var got []string
			for _, f := range []string{"lab/a.v4", "b.v4"} {
				line := strings.TrimSuffix(strings.TrimSuffix(f, ".v4"), "/a") + ":"
				for _, code := range []string{"RD008", "CT003"} {
					if k := checks.Find(code); s.Enabled(k, filepath.Join(s.Root, f)) && slices.Contains(s.Checks(), k) {
						line += " " + code
					}
				}
				got = append(got, line)
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("got %s; want %s", strings.Join(got, ", "), c.want)
			}
		})
	}
	if _, err := parse(t, "", settings.Flags{Select: []string{"XX"}}); err == nil {
		t.Error("a flag names no check")
	}
	for text, want := range map[string]bool{"select: CT": true, "ignore: all": true, "ignore: SYNTAX": false} {
		s := must(t, text, settings.Flags{})
		on := slices.ContainsFunc(s.Checks(), func(c *check.Check) bool { return c.Code == "SYNTAX" })
		if on != want {
			t.Errorf("%s: SYNTAX is on: %v", text, on)
		}
	}
}

func TestSeverity(t *testing.T) {
	s := must(t, "severity: {all: info, CT003: error, CT: warning}\noverrides:\n  - files: lab\n    severity: {RD: error}\n", settings.Flags{})
	for _, c := range []struct {
		code, file string
		want       check.Severity
	}{
		{"CT003", "a.v4", check.Error}, {"CT001", "a.v4", check.Warning}, {"RD008", "a.v4", check.Info}, {"RD008", "lab/a.v4", check.Error},
	} {
		f := driver.Finding{Check: checks.Find(c.code), Severity: check.Severity(9)}
		f.Pos.Filename = filepath.Join(s.Root, c.file)
		if !s.Adjust(&f) || f.Severity != c.want {
			t.Errorf("%s in %s is %v", c.code, c.file, f.Severity)
		}
	}
	if s := must(t, "", settings.Flags{}); s.Severity(checks.Find("CT003"), "a.v4") != 0 {
		t.Error("a severity that nobody has said")
	}
	for _, c := range []struct {
		text  string
		flags settings.Flags
		min   check.Severity
		fail  check.Severity
		fails bool
	}{
		{"", settings.Flags{}, check.Info, check.Warning, true},
		{"min-severity: warning\nfail-on: never", settings.Flags{}, check.Warning, 0, false},
		{"min-severity: warning\nfail-on: never", settings.Flags{MinSeverity: "error", FailOn: "info"}, check.Error, check.Info, true},
	} {
		s := must(t, c.text, c.flags)
		fail, fails := s.FailOn()
		if s.MinSeverity() != c.min || fails != c.fails || fails && fail != c.fail {
			t.Errorf("%q %+v: %v, %v %v", c.text, c.flags, s.MinSeverity(), fail, fails)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, file string
		want          bool
	}{
		{"*.bak", "a.bak", true}, {"*.bak", "x/y/a.bak", true}, {"*.bak", "a.bak2", false},
		{"lab", "lab/x/a.v4", true}, {"lab/", "x/lab/a.v4", true}, {"lab/**", "lab/x/a.v4", true}, {"lab/**", "x/lab/a.v4", false},
		{"lab/*.v4", "lab/a.v4", true}, {"lab/*.v4", "lab/x/a.v4", false}, {"./lab/a.v4", "lab/a.v4", true}, {"/lab", "lab/a.v4", true},
		{"**/x/*.nft", "a/x/b.nft", true}, {"{a,b}.v4", "b.v4", true}, {"../a", "a", false},
	} {
		s := must(t, "exclude: ['"+c.pattern+"']\n", settings.Flags{})
		if got := s.Excluded(filepath.Join(s.Root, c.file)); got != c.want {
			t.Errorf("%s is a pattern of %s: %v", c.pattern, c.file, got)
		}
		if s.Excluded("/elsewhere/" + c.file) {
			t.Errorf("%s is the pattern of a file in another folder", c.pattern)
		}
	}
}

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"gw/rules.v4", "gw/ipset.save", "lab/a.rules"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, f)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f), []byte("*filter\nCOMMIT\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	text := `
options: {late-established: 3, management-ports: [22, 2222]}
include-path: [inc, /etc/nft]
define: {wan: eth0, lan: eth1}
baseline: known.json
overrides:
  - {files: lab, options: {late-established: 9}, dialect: iptables-save, family: ipv6}
hosts:
  - name: gw
    files: [gw/*]
    family: ipv4
    interfaces:
      eth0: {networks: [192.0.2.0/24, '2001:db8::/32'], side: outside}
`
	s, err := settings.Parse(settings.Name, []byte(text), settings.Flags{IncludePath: []string{"mine"}, Defines: map[string]string{"wan": "ppp0"}}, checks.All())
	if err != nil {
		t.Fatal(err)
	}
	units, err := unit.Options{Hosts: s.Hosts()}.Collect([]string{"."})
	if err != nil || len(units) != 2 || units[0].Host != "gw" || !slices.Equal(units[0].Files, []string{"gw/ipset.save", "gw/rules.v4"}) || units[0].WithoutIPv6 || !units[0].Whole {
		t.Fatalf("%+v, %v", units, err)
	}
	gw, lab := s.Config(units[0]), s.Config(units[1])
	if gw.LateEstablished != 3 || lab.LateEstablished != 9 || !slices.Equal(lab.ManagementPorts, []uint16{22, 2222}) {
		t.Errorf("%+v\n%+v", gw, lab)
	}
	if i := gw.Interfaces["eth0"]; gw.Host != "gw" || i.Side != "outside" || !slices.Contains(i.Networks, netip.MustParsePrefix("2001:db8::/32")) || lab.Interfaces != nil {
		t.Errorf("%+v", gw.Interfaces)
	}
	if !slices.Equal(gw.IncludePath, []string{"mine", "inc", "/etc/nft"}) || gw.Defines["wan"] != "ppp0" || gw.Defines["lan"] != "eth1" {
		t.Errorf("%v %v", gw.IncludePath, gw.Defines)
	}
	if d, f := lab.FormOf("lab/a.rules"); d != load.Save || f != ast.FamilyIP6 {
		t.Errorf("%v %v", d, f)
	}
	if d, f := gw.FormOf("gw/rules.v4"); d != "" || f != ast.FamilyIP {
		t.Errorf("%v %v", d, f)
	}
	if s.Baseline() != "known.json" {
		t.Errorf("%s", s.Baseline())
	}
	// One file of a host brings the others.
	units, err = unit.Options{Hosts: s.Hosts()}.Collect([]string{"gw/rules.v4"})
	if err != nil || len(units) != 1 || len(units[0].Files) != 2 {
		t.Errorf("%+v, %v", units, err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o777); err != nil {
		t.Fatal(err)
	}
	if got, err := settings.Find(filepath.Join(dir, "a", "b")); got != "" || err != nil {
		t.Skipf("SKIPPED: there is a configuration above the temporary folder: %s, %v", got, err)
	}
	name := filepath.Join(dir, settings.Name)
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := settings.Find(filepath.Join(dir, "a", "b")); got != name || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

// TestSchema keeps docs/config.schema.json to the types, and has it say of
// configurations what the reader says.
func TestSchema(t *testing.T) {
	s, err := jsonschema.For[settings.File](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[check.Severity](): {Type: "string", Enum: []any{"error", "warning", "info"}},
		reflect.TypeFor[int]():            {Type: "integer", Minimum: jsonschema.Ptr(0.0)},
		reflect.TypeFor[uint16]():         {Type: "integer", Minimum: jsonschema.Ptr(0.0), Maximum: jsonschema.Ptr(65535.0)},
		reflect.TypeFor[netip.Prefix]():   {Type: "string", Pattern: `^[0-9A-Fa-f.:]+/[0-9]+$`},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Schema, s.Title = "https://json-schema.org/draft/2020-12/schema", "The configuration of ctlint, "+settings.Name
	enum := func(words ...any) *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Enum: words} }
	set := func(at *jsonschema.Schema, key string, words ...any) {
		e := enum(words...)
		e.Description = at.Properties[key].Description
		*at.Properties[key] = *e
	}
	var dialects []any
	for _, d := range load.Dialects() {
		dialects = append(dialects, string(d))
	}
	set(s, "fail-on", "error", "warning", "info", "never")
	set(s.Properties["overrides"].Items, "dialect", dialects...)
	set(s.Properties["overrides"].Items, "family", "ipv4", "ipv6")
	set(s.Properties["hosts"].Items, "family", "ipv4", "ipv6")
	set(s.Properties["hosts"].Items.Properties["interfaces"].AdditionalProperties, "side", "inside", "outside")
	lists(s)
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	name := filepath.Join("..", "..", "docs", "config.schema.json")
	if *update {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(name); err != nil || !bytes.Equal(text, want) {
		t.Errorf("%s is not what the types say (go test ./checks/settings -update): %v", name, err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"select: [CT, RD]\nignore: RD008\nseverity: {CT010: info}\nmin-severity: info\nfail-on: never\n", true},
		{"options: {late-established: 5, management-ports: [22]}\nexclude: a\ninclude-path: [b]\ndefine: {a: b}\nbaseline: x\n", true},
		{"overrides: [{files: a, select: CT, ignore: [RD], severity: {CT: info}, options: {late-established: 1}, dialect: nft, family: ipv6}]\n", true},
		{"suppress: [{check: CT004, reason: r, files: [a], table: t, chain: c, rule: r}]\n", true},
		{"selct: CT\n", false},
		{"fail-on: warnings\n", false},
		{"options: {late-established: many}\n", false},
		{"options: {management-ports: [70000]}\n", false},
		{"overrides: [{select: CT}]\n", false},
		{"overrides: [{files: a, dialect: pf}]\n", false},
		{"suppress: [{check: CT004}]\n", false},
		{"severity: {CT010: fatal}\n", false},
	} {
		_, ours := parse(t, c.text, settings.Flags{})
		var v any
		if err := yaml.Unmarshal([]byte(c.text), &v); err != nil {
			t.Fatal(err)
		}
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(j, &doc); err != nil {
			t.Fatal(err)
		}
		if theirs := resolved.Validate(doc); (ours == nil) != c.ok || (theirs == nil) != c.ok {
			t.Errorf("%s: ctlint says %v, the schema %v; want it to be right: %v", c.text, ours, theirs, c.ok)
		}
	}
}

// lists lets a single value stand for a list of it, and takes back that what Go has
// no value for may be null.
func lists(s *jsonschema.Schema) {
	if s == nil || s.Type == "string" {
		return
	}
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
	lists(s.AdditionalProperties)
	for _, p := range s.Properties {
		lists(p)
	}
	if s.Type != "array" {
		return
	}
	lists(s.Items)
	if s.Items.Type != "object" {
		*s = jsonschema.Schema{Description: s.Description, AnyOf: []*jsonschema.Schema{{Type: "array", Items: s.Items.CloneSchemas()}, s.Items}}
	}
}

// TestKeys keeps the table of keys in docs/configuration.md to the types.
func TestKeys(t *testing.T) {
	const begin, end = "<!-- keys: written by go test ./checks/settings -update -->\n", "<!-- end of keys -->"
	name := filepath.Join("..", "..", "docs", "configuration.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("there is no place for the table")
	}
	var b strings.Builder
	b.WriteString("| key | meaning |\n|---|---|\n")
	var keys func(typ reflect.Type, path string)
	keys = func(typ reflect.Type, path string) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			key = path + key
			fmt.Fprintf(&b, "| `%s` | %s |\n", key, strings.NewReplacer("|", `\|`, "*", `\*`).Replace(f.Tag.Get("jsonschema")))
			switch el := f.Type; {
			case el.Kind() == reflect.Struct:
				keys(el, key+".")
			case el.Kind() == reflect.Slice && el.Elem().Kind() == reflect.Struct && el.Elem().PkgPath() == typ.PkgPath():
				keys(el.Elem(), key+"[].")
			case el.Kind() == reflect.Map && el.Elem().Kind() == reflect.Struct:
				keys(el.Elem(), key+".NAME.")
			}
		}
	}
	keys(reflect.TypeFor[settings.File](), "")
	want := before + begin + b.String() + end + after
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(text) != want {
		t.Errorf("the keys in docs/configuration.md are not those of the types (go test ./checks/settings -update); want\n%s", b.String())
	}
}
