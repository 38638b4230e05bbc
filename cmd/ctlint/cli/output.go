package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/report"
)

// outputs are the formats in which findings are written and where to: the flag
// --format NAME[=FILE], which may be given several times.
type outputs struct {
	list []output
	// file is --output: that of the format that names none.
	file string
}

type output struct {
	format *report.Format
	file   string // empty: standard output
}

func (o *outputs) String() string {
	var names []string
	for _, x := range o.list {
		names = append(names, x.format.Name)
	}
	if names == nil {
		return "text"
	}
	return strings.Join(names, ",")
}

func (o *outputs) Type() string { return "NAME[=FILE]" }

// Set adds a format. A word that is no format says which there are.
func (o *outputs) Set(s string) error {
	name, file, named := strings.Cut(s, "=")
	if named && file == "" {
		return errors.New("after = there must be a file's name")
	}
	f := report.Find(name)
	if f == nil {
		var names []string
		for _, f := range report.Formats() {
			names = append(names, f.Name)
		}
		if near := grammar.Near(name, names); near != "" {
			return fmt.Errorf("it must be one of %s; did you mean %q?", strings.Join(names, ", "), near)
		}
		return fmt.Errorf("it must be one of %s", strings.Join(names, ", "))
	}
	o.list = append(o.list, output{f, file})
	return nil
}

// resolve says where each format is written. At most one goes to standard output.
func (o *outputs) resolve() error {
	if len(o.list) == 0 {
		o.list = []output{{format: report.Find("text")}}
	}
	unnamed := -1
	files := map[string]bool{}
	for i, x := range o.list {
		switch {
		case x.file != "" && files[x.file]:
			return fmt.Errorf("two formats are to be written to %s", x.file)
		case x.file != "":
			files[x.file] = true
		case unnamed >= 0:
			return fmt.Errorf("%s and %s cannot both be written to standard output; give one of them a file: --format %s=FILE", o.list[unnamed].format.Name, x.format.Name, x.format.Name)
		default:
			unnamed = i
		}
	}
	if o.file == "" {
		return nil
	}
	if unnamed < 0 {
		return fmt.Errorf("all formats have a file of their own, so --output %s has none to hold", o.file)
	}
	if files[o.file] {
		return fmt.Errorf("two formats are to be written to %s", o.file)
	}
	o.list[unnamed].file = o.file
	return nil
}

// onlyText reports whether text on standard output is all that is written.
func (o *outputs) onlyText() bool {
	return len(o.list) == 1 && o.list[0].format.Name == "text" && o.list[0].file == ""
}

// quiet reports whether standard output is for a program: then nothing is said on
// standard error of a run that went well.
func (o *outputs) quiet() bool {
	for _, x := range o.list {
		if x.file == "" && x.format.Name != "text" {
			return true
		}
	}
	return false
}

// write writes a run in all formats; to files at once, so that nobody reads half
// of one.
func (o *outputs) write(stdout io.Writer, r *driver.Result, opts report.Options) error {
	var errs []error
	for _, x := range o.list {
		if x.file == "" {
			errs = append(errs, x.format.Write(stdout, r, opts))
			continue
		}
		var b bytes.Buffer
		plain := opts
		plain.Color, plain.Links = false, false
		if err := x.format.Write(&b, r, plain); err != nil {
			errs = append(errs, err)
			continue
		}
		if err := writeOutput(x.file, b.Bytes()); err != nil {
			errs = append(errs, fmt.Errorf("writing --format %s: %w", x.format.Name, err))
		}
	}
	return errors.Join(errs...)
}

// writeOutput writes a file at once. A link stays one, and what is no regular file, a
// pipe or a device, is written to and not replaced.
func writeOutput(name string, text []byte) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		return errors.Join(err, f.Close())
	}
	return renameio.WriteFile(name, text, 0o644)
}

// Version is that of ctlint: what the build was told with
// -ldflags "-X github.com/ctlint/ctlint/cmd/ctlint/cli.Version=...", or else that of
// the module it was built from.
var Version string

// version returns [Version], or what the build says of itself.
func version() string {
	if Version != "" {
		return Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return ""
}
