package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/grammar"
)

// What the shell refuses is read line by line.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         []string
		err          string
	}{
		{"a bracket too much", "fw a\nfw b )\nfw c\n", []string{"fw a", "~ fw b", "fw c"}, `")"`},
		{"an if without end", "fw a\nif [ -e x ]; then\n\tfw b\nfw c\n", []string{"fw a", "~ fw b", "~ fw c"}, "if"},
		{"an if closed twice", "if [ -e x ]; then fw a; fi fi\nfw b\n", []string{"~ fw a", "fw b"}, "statements must be separated"},
		{"keywords on their own", "done\nthen fw a; fi\nfw b\n", []string{"~ fw a", "fw b"}, "done"},
		{"a quote that is not closed", "fw a \"b\nfw c\n", []string{`~ fw a b`, "~ fw c"}, "closing quote"},
		{"a case that is not closed", "case $1 in\n start)\n  fw a ;;\n stop) fw b ;;\n", []string{"~ fw a", "~ fw b"}, "esac"},
		{"an error within a case", "case $1 in\n start)\n  fw a ) ;;\n stop) fw b ;;\nesac\nfw c", []string{"~ fw a", "~ fw b", "fw c"}, ""},
		{"a here-document that is not closed", "fw a\nfw b <<EOF\nx\n", []string{"fw a", "~ x"}, "here-document"},
		{"bytes that are no UTF-8", "# f\xfcr\nfw \"\xfcb\" \xe4\n", []string{"fw \xfcb \xe4"}, ""},
		{"a NUL byte", "fw a\x00b c\n", []string{"fw ab c"}, ""},
		{"a function that POSIX allows", "fw() ( fw x )\nif !(test -e x); then fw a; fi\n", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, errs := read(t, c.script)
			if c.want != nil && strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("%s\n got %q\nwant %q", c.script, got, c.want)
			}
			switch {
			case len(errs) > 1:
				t.Errorf("errors %q; the first alone says enough", errs)
			case c.err != "" && (len(errs) == 0 || !strings.Contains(errs[0], c.err)):
				t.Errorf("errors %q; want one with %q", errs, c.err)
			}
		})
	}
}

// What does not end is given up, with a message, and the rest is read.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		name, script string
		err          string // empty: no message, it is only not followed
	}{
		{"a loop", "i=0\nwhile [ $i -ge 0 ]; do i=$((i+1)); done\nfw end", "too long"},
		{"loops within loops", "L='1 2 3 4 5 6 7 8 9 10'\nfor a in $L; do for b in $L; do for c in $L; do for d in $L; do for e in $L; do for f in $L; do for g in $L; do :; done; done; done; done; done; done; done\nfw end", "too long"},
		{"functions", "f() { g; g; }\ng() { h; h; }\nh() { f; f; }\nf\nfw end", "too long"},
		{"recursion", "f() { f; f; }\nf\nfw end", "too long"},
		{"braces", "fw {1..1000000000}\nfw end", "too long"},
		{"braces squared", "X=$(echo {1..1000}{1..1000}{1..1000})\nfw end", "too long"},
		{"braces at the ends of numbers", "fw {9223372036854775800..9223372036854775807} {-9223372036854775808..-9223372036854775800}\nfw end", ""},
		{"a value that doubles", "X=aaaaaaaaaaaaaaaa\nfor i in {1..64}; do X=$X$X; done\nfw end", ""},
		{"eval of eval", "X='eval \"$X\"'\neval \"$X\"\nfw end", ""},
		{"seq", "for i in $(seq 1 1000000000); do :; done\nfw end", ""},
		{"division", "fw $((1/0)) $((-9223372036854775808/-1)) $((1%0)) $((1<<99)) $((2**9999))\nfw end", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			var last string
			var errs []string
			Run(Config{
				Text: c.script, Base: 1,
				Installed: func(string) bool { return false },
				Fail:      func(e *grammar.Error) { errs = append(errs, e.Error()) },
				Command: func(c *Command) Status {
					if c.Live {
						last = c.Words[len(c.Words)-1].Text
					}
					return Maybe
				},
			})
			if last != "end" {
				t.Errorf("the last command is %q", last)
			}
			if all := strings.Join(errs, " "); c.err == "" && all != "" || !strings.Contains(all, c.err) || len(errs) > 1 {
				t.Errorf("errors %q; want one with %q", errs, c.err)
			}
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	}
}

// A text that nests without end must not be given to the parser, which recurses.
func TestNesting(t *testing.T) {
	for _, unit := range []string{"(", "((", "$(", "$((", "{ ", "${a:-", "if ", "case a in a) ", "while ", "\"$(", "f() {"} {
		text := strings.Repeat(unit, 200_000) + "\nfw end\n"
		var errs int
		last := ""
		Run(Config{
			Text: text, Base: 1,
			Installed: func(string) bool { return false },
			Fail:      func(e *grammar.Error) { errs++ },
			Command:   func(c *Command) Status { last = c.Words[len(c.Words)-1].Text; return Yes },
		})
		if errs == 0 || last != "end" {
			t.Errorf("%q: %d errors, last command %q", unit, errs, last)
		}
	}
}

// Places are told exactly where the script has a text as it is.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"fw a 'b c' \"d\"", "fw|a|'b c'|\"d\""},
		{"X='1 2'\nfw $X ${X}y \"$X\"", "fw|$X|$X|${X}|${X}y|\"$X\""},
		{"f() { fw \"$@\" $1; }\nf a b", "fw|\"$@\"|\"$@\"|$1"},
		{"for i in 1; do fw x$i; done", "fw|x$i"},
		{"fw {a,b} ab\\\n\tc", "fw|{a,b}|{a,b}|ab\\\n|c"},
		{"fw a\\\nb", "fw|a\\\nb"},
		{"A=1\r\nfw \\\r\n $A\r\nfw b\r\n", "fw|$A fw|b"},
		{"eval 'fw a b'", "fw|a|b"},
		{"sh -c \"fw $HOME\"", "fw|$HOME"},
		{"sudo fw a", "fw|a"},
		{"X=$(fw a)", "fw|a"},
	} {
		var calls []string
		Run(Config{
			Text: c.script, Base: 7,
			Installed: func(string) bool { return false },
			Fail:      func(e *grammar.Error) { t.Error(e) },
			Command: func(k *Command) Status {
				var words []string
				for _, w := range k.Words {
					words = append(words, c.script[w.From-7:w.To-7])
				}
				calls = append(calls, strings.Join(words, "|"))
				return Yes
			},
		})
		if got := strings.Join(calls, " "); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.script, got, c.want)
		}
	}
}

// What is not known is told of once, at its place.
func TestUnknowns(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"A=$(date)\nfw $A $A\nfw $A", "3 $(date) is known only"},
		{"fw $X ${X} \"$X\"\nfw $X", "4 $X is not set above"},
		{"while read ip; do fw $ip; done", "12 $ip is read"},
		{"fw $1", "4 $1 is given when the script is started"},
		{"if [ -e x ]; then A=1; fi\nfw $A", "30 the value of $A depends"},
	} {
		seen := map[*Unknown]string{}
		Run(Config{
			Text: c.script, Base: 1,
			Installed: func(string) bool { return false },
			Fail:      func(e *grammar.Error) { t.Error(e) },
			Command: func(k *Command) Status {
				for _, w := range k.Words {
					for _, u := range w.Unknown {
						seen[u] = fmt.Sprint(u.From, " ", u.Msg)
					}
				}
				return Maybe
			},
		})
		if len(seen) != 1 {
			t.Errorf("%q: %d things are not known: %v", c.script, len(seen), seen)
		}
		for _, got := range seen {
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("%q\n got %q\nwant %q", c.script, got, c.want)
			}
		}
	}
}

func FuzzRun(f *testing.F) {
	for _, s := range scripts {
		f.Add(s.script)
	}
	for _, s := range []string{"fw \x00\xff\r\n\\\r\n'", "case x in (a) ;;& esac", "${a[@]:1:2} ${!a[*]} ${a//\\//b}", "f(){ f;};f", "a=([3]=b) ${a[3]}", "cat<<-'E'\n\tx\n\tE\n", "[[ a =~ ( ]]", "select x in a; do break 3; done", "((a=b=2,c++)); let d-=1"} {
		f.Add(s)
	}
	if files, _ := filepath.Glob("../../../shared/corpora/rulesets/*/*.sh"); len(files) > 0 {
		for _, name := range files {
			if b, err := os.ReadFile(name); err == nil {
				f.Add(string(b))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		const base = 5
		watch := time.AfterFunc(10*time.Second, func() { panic("it takes too long: " + strconv.Quote(text)) })
		defer watch.Stop()
		Run(Config{
			Text: text, Base: base,
			Installed: func(name string) bool { return name == "fw" },
			Fail: func(e *grammar.Error) {
				if e.From < base || int(e.To) > base+len(text) || e.From > e.To {
					t.Errorf("an error lies outside of the script: %v %v", e.Span, e)
				}
			},
			Command: func(c *Command) Status {
				c.Stdin()
				for _, w := range c.Words {
					if w.From < base || int(w.To) > base+len(text) || w.From > w.To {
						t.Errorf("the word %q lies outside of the script: %v", w.Text, w.Span)
					}
				}
				return Maybe
			},
		})
	})
}

// Commands whose failure the script is prepared for are told apart.
func TestGuarded(t *testing.T) {
	script := `fw 0
fw 1 2>/dev/null
fw 1 > /dev/null 2>&1
fw 1 &> /dev/null
fw 1 || true
fw 0 > /dev/null
if fw 1; then fw 0; fi
! fw 1
while fw 1; do fw 0; break; done
{ fw 1; fw 1; } 2>&-
f() { fw 0; }
f || exit 1
g() { fw 1; }
g 2> /dev/null
fw 1 | cat
`
	var got, want []string
	Run(Config{
		Text: script, Base: 1,
		Installed: func(string) bool { return false },
		Fail:      func(e *grammar.Error) { t.Error(e) },
		Command: func(c *Command) Status {
			if c.Words[0].Text == "fw" {
				line := 1 + strings.Count(script[:c.Span.From-1], "\n")
				got = append(got, fmt.Sprint(line, c.Guarded))
				want = append(want, fmt.Sprint(line, c.Words[1].Text == "1"))
			}
			return Yes
		},
	})
	if strings.Join(got, " ") != strings.Join(want, " ") || len(got) != 16 {
		t.Errorf("%d\n got %q\nwant %q", len(got), got, want)
	}
}
