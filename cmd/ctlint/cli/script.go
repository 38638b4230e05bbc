package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// scripts are the flags of all commands that read scripts of nft: those that nft
// itself has for them.
type scripts struct {
	includePath []string
	defines     []string
}

func (s *scripts) flags(f *pflag.FlagSet) {
	f.StringArrayVarP(&s.includePath, "include-path", "I", nil, "look here first for files that scripts of nft include, before the script's own folder and /etc; can be given several times")
	f.StringArrayVarP(&s.defines, "define", "D", nil, "define a variable for scripts of nft: NAME=VALUE; can be given several times")
}

// variables returns the variables of --define.
func (s *scripts) variables() (map[string]string, error) {
	if len(s.defines) == 0 {
		return nil, nil
	}
	vars := map[string]string{}
	for _, d := range s.defines {
		name, value, ok := strings.Cut(d, "=")
		if !ok || name == "" || value == "" {
			return nil, fmt.Errorf("--define %s: a variable is defined as NAME=VALUE", d)
		}
		vars[name] = value
	}
	return vars, nil
}
