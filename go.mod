module github.com/ctlint/ctlint

go 1.26.8

require (
	github.com/agext/levenshtein v1.2.3
	github.com/alecthomas/participle/v2 v2.1.4
	golang.org/x/tools v0.52.0
)

require github.com/google/renameio/v2 v2.0.2
