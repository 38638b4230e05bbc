package cli

import (
	"bytes"
	_ "embed" // the template
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/checks/settings"
	"github.com/ctlint/ctlint/checks/unit"
)

//go:embed scaffold/ctlint.yaml
var configText string

var configTemplate = template.Must(template.New(settings.Name).Parse(configText))

// preCommitName is the configuration of pre-commit (https://pre-commit.com).
const preCommitName = ".pre-commit-config.yaml"

func (c *CLI) initCommand() *cobra.Command {
	hook := oneOf("auto", "auto", "golang", "system", "none")
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Set a repository up",
		Long: `Init writes a commented ` + settings.Name + ` into a folder, the current one by default,
and adds ctlint to the ` + preCommitName + ` of the git repository that the folder is in.
What is there already is left as it is.

With --pre-commit golang, pre-commit builds the version of ctlint that runs now; with
system it runs the ctlint that is installed. auto is golang for a released version.`,
		Example: `  ctlint init
  ctlint init --pre-commit system etc`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return c.init(dir, hook.value)
		},
	}
	cmd.Flags().Var(hook, "pre-commit", "how pre-commit shall run ctlint")
	return cmd
}

func (c *CLI) init(dir, hook string) error {
	if err := c.initConfig(dir); err != nil {
		return err
	}
	if hook == "none" {
		return nil
	}
	root, ok := repository(dir)
	if !ok {
		fmt.Fprintf(c.Stdout, "there is no git repository here, so no %s is written\n", preCommitName)
		return nil
	}
	return c.initHook(root, hook)
}

func (c *CLI) initConfig(dir string) error {
	name := filepath.Join(dir, settings.Name)
	if _, err := os.Lstat(name); err == nil {
		fmt.Fprintf(c.Stdout, "%s is there already and stays\n", name)
		return nil
	}
	units, err := unit.Collect([]string{dir})
	if err != nil {
		return err
	}
	var found struct{ Units []string }
	for _, u := range units {
		var files []string
		for _, f := range u.Files {
			if r, err := filepath.Rel(dir, f); err == nil {
				f = r
			}
			files = append(files, filepath.ToSlash(f))
		}
		found.Units = append(found.Units, strings.Join(files, ", "))
	}
	var text bytes.Buffer
	if err := configTemplate.Execute(&text, found); err != nil {
		return err
	}
	if err := renameio.WriteFile(name, text.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "wrote %s, which lists %s\n", name, plural(len(units), "ruleset"))
	return nil
}

// repository returns the folder of the git repository that a folder is in.
func repository(dir string) (string, bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil { // a file in a worktree
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// release is the form of a released version.
var release = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`)

func (c *CLI) initHook(root, hook string) error {
	name := filepath.Join(root, preCommitName)
	shown := name
	if r, err := filepath.Rel(mustGetwd(), name); err == nil {
		shown = r
	}
	v := version()
	if hook == "auto" {
		hook = "system"
		if release.MatchString(v) {
			hook = "golang"
		}
	}
	var entry string
	switch {
	case hook == "system":
		entry = systemHook
	case release.MatchString(v):
		entry = fmt.Sprintf(golangHook, v)
	default:
		return errors.New("--pre-commit golang needs a released version of ctlint, which this is not; --pre-commit system runs the one that is installed")
	}
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if strings.Contains(string(old), "ctlint") {
		fmt.Fprintf(c.Stdout, "%s knows ctlint already and stays\n", shown)
		return nil
	}
	text, err := addHook(string(old), entry)
	if err != nil {
		return fmt.Errorf("%s: %w; add this to its repos:\n%s", shown, err, entry)
	}
	if err := renameio.WriteFile(name, []byte(text), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "added the hook ctlint to %s; \"pre-commit install\" makes git run it\n", shown)
	return nil
}

func mustGetwd() string {
	dir, err := os.Getwd()
	if err != nil {
		return "/"
	}
	return dir
}
