package cli

import (
	"errors"
	"fmt"
	"go/token"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/fix"
	"github.com/ctlint/ctlint/checks/settings"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/grammar/nft"
	"github.com/ctlint/ctlint/internal/unified"
)

// rewrite is what the commands share that make new text of rulesets: fmt and
// translate.
type rewrite struct {
	*CLI
	files    settingFlags
	settings *settings.Settings
	live     liveFlags
	counters bool // of what is in force are read
	write    bool
	check    bool
	diff     bool
	// included says that the new text has what a script of nft includes, too.
	included bool
	// found says that the file at hand was found in a folder: nobody has named it.
	found bool
	// text makes the new text of a file; ok is false if there is none. It
	// tells of what is left by calling left.
	text func(s *load.Source, left func(at ast.Span, message string)) (text string, ok bool)
}

// flags adds the flags that all rewriting commands have.
func (r *rewrite) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	r.files.addFiles(f)
	r.live.flags(f)
	f.BoolVarP(&r.write, "write", "w", false, "write the result to the files instead of standard output")
	f.BoolVar(&r.check, "check", false, "only list the files that would change, and exit with 1 if there are any")
	f.BoolVar(&r.diff, "diff", false, "print what would change as a unified diff")
}

func (r *rewrite) run(paths []string) error {
	if r.write && (r.check || r.diff) {
		return errors.New("-w writes the files; --check and --diff write nothing, so they cannot stand with it")
	}
	if r.live.on && r.write {
		return errors.New("--live reads what is in force, and -w writes files; ctlint apply changes what is in force")
	}
	if len(paths) == 0 && !r.live.on {
		paths = []string{"."}
	}
	units, pathErr, err := r.collect(paths)
	if err != nil {
		return err
	}
	if pathErr != nil {
		fmt.Fprintf(r.Stderr, "ctlint: %v\n", pathErr)
	}
	out := rewritten{unusable: pathErr != nil}
	for _, u := range units {
		r.found = u.Whole
		for _, name := range u.Files {
			if err := r.file(name, &out); err != nil {
				return err
			}
		}
	}
	switch {
	case out.unusable:
		return exit(Unusable)
	case out.left, r.check && out.changed:
		return exit(Found)
	}
	return nil
}

// collect reads the configuration and finds the files. The first error tells of paths
// that cannot be read, the second of the configuration.
func (r *rewrite) collect(paths []string) (units []unit.Unit, unread, err error) {
	if r.settings, err = r.files.load(r.Checks); err != nil {
		return nil, nil, err
	}
	if err := r.live.check(paths); err != nil {
		return nil, nil, err
	}
	if r.live.on {
		units, err = r.live.units(r.counters)
		return units, nil, err
	}
	o := unit.Options{Exclude: r.settings.Excluded, ForceExclude: r.files.forceExclude}
	units, unread = o.Collect(paths)
	return units, unread, nil
}

// form returns the dialect and the family in which a file is read; zero to find them
// out.
func (r *rewrite) form(name string) (load.Dialect, ast.Family) {
	return r.settings.Config(unit.Unit{Files: []string{name}}).FormOf(name)
}

// rewritten is what the exit code depends on.
type rewritten struct {
	changed  bool
	left     bool // something could not be rewritten
	unusable bool
}

// file rewrites one file. An error is one of writing the output.
func (r *rewrite) file(name string, out *rewritten) error {
	src, err := r.read(name)
	if err != nil {
		fmt.Fprintf(r.Stderr, "ctlint: %v\n", err)
		out.unusable = true
		return nil
	}
	fset := token.NewFileSet()
	dialect, family := r.form(name)
	s := load.Parse(fset, name, src, load.Options{
		Dialect: dialect, Family: family,
		NFT: nft.Options{
			Path: r.settings.IncludePath(), Defines: r.settings.Defines(),
			// What is included does not change the text. Whoever says on the
			// command line where it is wants it read.
			Alone: !r.included && len(r.files.scripts.includePath) == 0 && len(r.files.scripts.defines) == 0,
		},
	})
	for _, e := range s.Errors {
		fmt.Fprintln(r.Stderr, e.Format(fset))
		// A script of nft can be read all the same if the kernel would not
		// take it.
		out.unusable = out.unusable || !e.Kind.Loads() && (e.Kind != grammar.Placement || s.Dialect != load.NFT)
	}
	text, ok := r.text(s, func(at ast.Span, message string) {
		fmt.Fprintf(r.Stderr, "%s: %s\n", fset.Position(at.Pos()), message)
		out.left = true
	})
	if !ok {
		return nil
	}
	old := string(src)
	changed := text != old
	out.changed = out.changed || changed
	switch {
	case r.write:
		if changed {
			return r.replace(name, old, text, out)
		}
	case r.diff:
		_, err = io.WriteString(r.Stdout, unified.Diff(name, name, old, text))
	case r.check:
		if changed {
			_, err = fmt.Fprintln(r.Stdout, name)
		}
	default:
		_, err = io.WriteString(r.Stdout, text)
	}
	return err
}

func (r *rewrite) read(name string) ([]byte, error) {
	if text, ok := r.live.texts[name]; ok {
		return text, nil
	}
	if name == unit.Stdin {
		b, err := io.ReadAll(r.Stdin)
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return b, nil
	}
	return os.ReadFile(name)
}

// replace writes the new text to the file; that of standard input goes to
// standard output.
func (r *rewrite) replace(name, old, text string, out *rewritten) error {
	if name == unit.Stdin {
		_, err := io.WriteString(r.Stdout, text)
		return err
	}
	if err := fix.Write(fix.Change{File: name, Old: old, New: text}); err != nil {
		fmt.Fprintf(r.Stderr, "ctlint: %v\n", err)
		out.unusable = true
	}
	return nil
}

func auto(word string) string {
	if word == "auto" {
		return ""
	}
	return word
}

// hasErrors reports whether a source has lines that could not be loaded.
func hasErrors(s *load.Source) bool {
	return slices.ContainsFunc(s.Errors, func(e *grammar.Error) bool { return !e.Kind.Loads() })
}
