module github.com/ctlint/ctlint

go 1.26.8

require (
	github.com/agext/levenshtein v1.2.3
	github.com/alecthomas/participle/v2 v2.1.4
)

require mvdan.cc/sh/v3 v3.14.1
