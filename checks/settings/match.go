package settings

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// matchAny reports whether one of the patterns is that of a file. A pattern is
// relative to the folder of the configuration and has * for anything in one name,
// ** for any folders; without a slash it is that of a name in any folder, and the
// pattern of a folder is also that of all in it.
func matchAny(patterns []string, rel string) bool {
	for _, p := range patterns {
		if match(p, rel) {
			return true
		}
	}
	return false
}

func match(pattern, rel string) bool {
	pattern = strings.TrimPrefix(pattern, "./")
	if !strings.Contains(strings.TrimSuffix(pattern, "/"), "/") && !strings.HasPrefix(pattern, "**") {
		pattern = "**/" + pattern
	}
	pattern = strings.TrimPrefix(pattern, "/")
	pattern = strings.TrimSuffix(pattern, "/")
	for p := rel; p != "." && p != "/"; p = path.Dir(p) {
		if ok, err := doublestar.Match(pattern, p); ok && err == nil {
			return true
		}
	}
	return false
}

// validPattern says what is wrong with a pattern.
func validPattern(p string) error {
	if !doublestar.ValidatePattern(p) {
		return fmt.Errorf("%q is no pattern: a [ or { is not closed, or a range is wrong", p)
	}
	return nil
}

// rel returns a file's name relative to the folder, with slashes; false if it lies
// outside.
func rel(root, name string) (string, bool) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", false
	}
	r, err := filepath.Rel(root, abs)
	if err != nil || r == ".." || strings.HasPrefix(r, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(r), true
}
