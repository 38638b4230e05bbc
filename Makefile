# make test is what CI runs. It needs Go, and for the tests that ask the kernel
# root (or user namespaces) and the packages in DEBS.

DEBS    := nftables iptables conntrack iproute2 ipset git pre-commit
TOOLS   := nft iptables-legacy-restore iptables-nft-restore conntrack ip ipset git pre-commit
SHARED  := ../shared
SUITE   := $(SHARED)/conformance/suite.py

SHELL       := /bin/bash
.SHELLFLAGS := -o pipefail -c

.PHONY: test test-full deps build vet lint unit race conformance fuzz bench clean

test: deps build vet lint unit race conformance

# test-full takes all cases of the tests that take a sample of them else: the same
# one each time, see internal/sample. It takes the better part of an hour.
test-full:
	CTLINT_FULL=1 go test -timeout 60m ./...

# deps installs the Debian packages that are missing, as root; otherwise it says
# which they are. The kernel tests fail without them, they are never skipped.
deps:
	@missing=; for t in $(TOOLS); do command -v $$t >/dev/null || missing="$$missing $$t"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing $(DEBS) for:$$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(DEBS) >/dev/null; \
	else echo "missing:$$missing (Debian: apt-get install $(DEBS))" >&2; exit 1; fi

build:
	CGO_ENABLED=0 go build -trimpath -o ctlint ./cmd/ctlint

vet:
	go vet ./...

lint:
	go tool -modfile=tools.mod golangci-lint run ./...

unit:
	go test ./...

# race runs the tests of the packages that start goroutines, in their code or in
# their tests, under the race detector. It has nothing to see in the others, and
# makes their packet sets some seven times as slow. ./checks runs every check, many
# hosts at a time.
STARTS := (^|[^[:alnum:]])go (func|[a-z][A-Za-z.]*)[(]|[.]Go[(]func|t[.]Parallel[(]
race:
	go test -race ./checks $$(grep -rlE '$(STARTS)' --include=*.go ./* | xargs -n1 dirname | sort -u | grep -v '^./internal/')

# conformance runs the public suites against the built binary, where they are.
conformance: build
	@if [ ! -d $(SHARED)/corpora ]; then echo "no $(SHARED)/corpora: the conformance suites are not run"; exit 0; fi; set -e; \
	python3 $(SUITE) iptables-t $(SHARED)/corpora/iptables-tests --tool ./ctlint --min 99; \
	python3 $(SHARED)/conformance/defects.py $(SHARED)/defects --tool ./ctlint --show 5 --min-quiet 95 | tail -6

# fuzz gives each fuzz test FUZZTIME.
FUZZTIME ?= 60s
fuzz:
	@grep -rlE '^func Fuzz' --include=*_test.go . | while read -r f; do \
		grep -oE '^func Fuzz[A-Za-z0-9_]+' "$$f" | cut -c6- | while read -r n; do \
			echo "$$n in $$(dirname $$f)"; go test "$$(dirname $$f)" -run '^$$' -fuzz "^$$n\$$" -fuzztime $(FUZZTIME) || exit 1; done || exit 1; done

bench:
	go test -run '^$$' -bench . ./...

clean:
	rm -f ctlint
