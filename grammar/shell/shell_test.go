package shell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/grammar"
)

// read runs a script and returns a line for each command: ~ before one that is
// not sure, x before one that is not on the way, a ? behind a word that is not
// known. The command "fails" fails, "holds" succeeds; of others that is not
// known.
func read(t *testing.T, text string) (lines []string, errs []string) {
	t.Helper()
	const base = 100
	Run(Config{
		Text: text, Base: base,
		Installed: func(name string) bool { return name == "fw" },
		Fail:      func(e *grammar.Error) { errs = append(errs, e.Error()) },
		Command: func(c *Command) Status {
			var b strings.Builder
			switch {
			case !c.Live:
				b.WriteString("x ")
			case !c.Sure:
				b.WriteString("~ ")
			}
			for i, w := range c.Words {
				if i > 0 {
					b.WriteByte(' ')
				}
				if strings.ContainsAny(w.Text, " \n") || w.Text == "" {
					fmt.Fprintf(&b, "%q", w.Text)
				} else {
					b.WriteString(w.Text)
				}
				if len(w.Unknown) > 0 {
					b.WriteByte('?')
				}
				if w.From < base || int(w.To) > base+len(text) || w.From > w.To {
					t.Errorf("the word %q lies outside of the script: %v", w.Text, w.Span)
				} else if src := text[w.From-base : w.To-base]; c.Literal && src != w.Text &&
					src != "'"+w.Text+"'" && src != `"`+w.Text+`"` && !strings.ContainsAny(src[min(1, len(src)):], "\\\"'$") {
					t.Errorf("the span of the literal word %q holds %q", w.Text, src)
				}
			}
			if in, ok := c.Stdin(); ok {
				fmt.Fprintf(&b, " <<%q", in.String())
			} else if f := c.From(); f.Valid() {
				b.WriteString(" <" + f.Text)
			}
			lines = append(lines, b.String())
			switch c.Words[0].Text {
			case "fails":
				return No
			case "holds", "fw":
				return Yes
			}
			return Maybe
		},
	})
	return lines, errs
}

// scripts are read as the commands behind them. Where a real shell can say the
// same, TestAgainstShell asks it.
var scripts = []struct {
	name, script string
	want         []string
}{
	{"plain", "fw -A in\nfw -F", []string{"fw -A in", "fw -F"}},
	{"quotes", `fw 'a b' "c d" e\ f $'x\ty' g"h"'i'`, []string{"fw \"a b\" \"c d\" \"e f\" x\ty ghi"}},
	{"continued line", "fw a \\\n  b\n", []string{"fw a b"}},
	{"word continued", "fw ab\\\ncd\n", []string{"fw abcd"}},
	{"comment", "# fw a\nfw b # c\n", []string{"fw b"}},
	{"carriage returns", "fw a\r\nX=b\r\nfw $X\r\n", []string{"fw a", "fw b"}},

	{"variable", "X=1\nfw $X ${X}2 \"$X\"", []string{"fw 1 12 1"}},
	{"splitting", "X='-t nat'\nfw $X \"$X\" a$X", []string{`fw -t nat "-t nat" a-t nat`}},
	{"empty", "X=\nfw $X \"$X\" ''", []string{`fw "" ""`}},
	{"command word", "IPT='fw -t nat'\n$IPT -A in", []string{"fw -t nat -A in"}},
	{"IFS", "IFS=,\nX=a,b,,c\nfw $X", []string{`fw a b "" c`}},
	{"environment", "fw $NET/24 x", []string{"fw $NET/24? x"}},
	{"default", "X=${X:-fw}\n$X a ${Y-b} ${Z:=c} $Z", []string{"fw a b c c"}},
	{"alternative", "X=1\nfw ${X:+a} ${E+b} c", []string{"fw a ${E+b}? c"}},
	{"cut", "X=10.1.2.3/24\nfw ${X%/*} ${X#*/} ${X%%.*} ${X##*.}", []string{"fw 10.1.2.3 24 10 3/24"}},
	{"replace", "X=a:b:c\nfw ${X/:/-} ${X//:/,} ${X#a} ${#X}", []string{"fw a-b:c a,b,c :b:c 5"}},
	{"slice", "X=abcdef\nfw ${X:1:2} ${X: -2} ${X^^}", []string{"fw bc ef ABCDEF"}},
	{"indirect", "A=B\nB=x\nfw ${!A}", []string{"fw x"}},
	{"append", "X=a\nX+=b\nX=\"$X c\"\nfw $X", []string{"fw ab c"}},
	{"prefix assignment", "X=1\nX=2 fw a\nfw $X", []string{"fw a", "fw 1"}},
	{"unset", "X=1\nunset X\nfw a$X", []string{"fw a"}},
	{"export", "export A=1 B=2\nreadonly C=3\nfw $A$B$C", []string{"fw 123"}},
	{"array", "P=(22 80 \"a b\")\nfw ${P[1]} \"${P[@]}\" ${#P[@]}\nP+=(x)\nfw ${P[3]} ${P[-1]}", []string{`fw 80 22 80 "a b" 3`, "fw x x"}},
	{"keyed array", "declare -A M=([web]=80 [dns]=53)\nfw ${M[dns]}\nfor k in \"${!M[@]}\"; do fw $k ${M[$k]}; done", []string{"fw 53", "fw web 80", "fw dns 53"}},
	{"braces", "fw {1..3} a{b,c}d {c..a} {01..03} {1..7..3} {x} $X{1,2}", []string{"fw 1 2 3 abd acd c b a 01 02 03 1 4 7 {x} $X1? $X2?"}},
	{"arithmetic", "i=3\nfw $((i+1)) $((2**8)) $((i > 2 ? 7 : 8)) $((0x10)) $((NOPE+1))", []string{"fw 4 256 7 16 $((NOPE+1))?"}},
	{"mixed knowledge", "A=$B.1\nfw \"x $A\" $A,2", []string{`fw "x $B.1"? $B.1,2?`}},

	{"substitution", "fw $(date) `hostname -s` \"$(id -u)\"", []string{"~ x"}},
	{"which", "IPT=$(which fw)\n$IPT a\nI2=`command -v fw`\n$I2 b\n$(type -P fw) c", []string{"fw a", "fw b", "fw c"}},
	{"which path", "IPT=$(which /sbin/fw)\n$IPT a", []string{"/sbin/fw a"}},
	{"echo", "X=$(echo a b)\nfw $X", []string{"fw a b"}},
	{"printf", "fw $(printf '%s,%d' a 3)", []string{"fw a,3"}},
	{"seq", "for i in $(seq 2 4); do fw $i; done", []string{"fw 2", "fw 3", "fw 4"}},
	{"commands in a substitution", "X=$(fw a 2>&1)\nfw \"$X\"", []string{"fw a", `fw $X?`}},

	{"for", "for i in a 'b c' $X; do fw \"$i\"; done", []string{"fw a", `fw "b c"`, "~ fw $i?"}},
	{"for over a variable", "L='1 2'\nfor i in $L 3; do fw $i; done", []string{"fw 1", "fw 2", "fw 3"}},
	{"for nested", "for i in 1 2; do for j in a b; do fw $i$j; done; done", []string{"fw 1a", "fw 1b", "fw 2a", "fw 2b"}},
	{"for over files", "for f in /etc/fw/*.conf; do fw $f; done", []string{"~ fw $f?"}},
	{"for over nothing", "L=\nfor i in $L; do fw $i; done\nfw end", []string{"x fw $i?", "fw end"}},
	{"for in C", "for ((i=0; i<3; i++)); do fw $i; done", []string{"fw 0", "fw 1", "fw 2"}},
	{"while counted", "i=0\nwhile [ $i -lt 3 ]; do fw $i; i=$((i+1)); done\nfw end $i", []string{"fw 0", "fw 1", "fw 2", "fw end 3"}},
	{"until", "i=0\nuntil [ $i -ge 2 ]; do fw $i; let i++; done", []string{"fw 0", "fw 1"}},
	{"while read", "while read ip rest; do fw $ip; done < list", []string{"~ fw $ip? <list"}},
	{"while read of a here-document", "while read a b; do fw $b $a; done <<EOF\n1 2 3\n4  5\nEOF", []string{`fw 2 3 1 <<"4  5\n"`, `fw 5 4 <<""`}},
	{"cat piped to a loop", "cat x | while read ip; do fw $ip; done", []string{"~ fw $ip?"}},
	{"endless", "while true; do fw a; sleep 5; done", []string{"fw a", "sleep 5"}},
	{"break", "for i in 1 2 3; do [ $i = 2 ] && break; fw $i; done", []string{"fw 1"}},
	{"continue", "for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; fw $i; done", []string{"fw 1", "fw 3"}},
	{"break outer", "for i in 1 2; do for j in 1 2; do fw $i$j; break 2; done; done", []string{"fw 11"}},
	{"a counter in a loop that is not known", "n=0\nwhile read x; do n=$((n+1)); fw $n; done\nfw $n", []string{"~ fw $n?", "fw $n?"}},
	{"collected in a loop that is not known", "O=a\nfor i in $LIST; do O=\"$O -s $i\"; done\nfw $O", []string{"fw $O?"}},
	{"set before a break that is not known", "R=a\nfor i in 1 2; do if grep -q $i f; then R=$i; break; fi; done\nfw $R", []string{"~ grep -q 1 f", "grep -q 1 f"}},

	{"if known", "M=yes\nif [ \"$M\" = yes ]; then fw a; else fw b; fi", []string{"x fw b", "fw a"}},
	{"if not", "M=no\nif [ $M = yes ]; then fw a; elif [ $M = no ]; then fw b; else fw c; fi", []string{"x fw a", "x fw c", "fw b"}},
	{"if not known", "if [ -n \"$E\" ]; then fw a; else fw b; fi\nfw c", []string{"~ fw a", "~ fw b", "fw c"}},
	{"double brackets", "X=eth0\nif [[ $X == eth* && -n $X ]]; then fw a; fi\nif [[ $X =~ ^ppp ]]; then fw b; fi", []string{"fw a", "x fw b"}},
	{"numbers", "N=5\n[ $N -gt 3 -a $N -le 5 ] && fw a\n((N == 5)) && fw b\n[ $N -eq 6 ] || fw c", []string{"fw a", "fw b", "fw c"}},
	{"a word that vanishes", "X=\n[ $X = yes ] && fw a\nfw b", []string{"x fw a", "fw b"}},
	{"installed", "[ -x /sbin/fw ] || exit 1\nfw a", []string{"fw a"}},
	{"exit under a condition", "if [ -e /etc/x ]; then exit 0; fi\nfw a", []string{"fw a"}},
	{"exit", "fw a\nexit 0\nfw b", []string{"fw a", "x fw b"}},
	{"and or", "holds && fw a || fw b\nfails && fw c || fw d\nother && fw e || fw f", []string{"holds", "fw a", "x fw b", "fails", "x fw c", "fw d", "other", "~ fw e", "~ fw f"}},
	{"negated", "if ! fails; then fw a; fi", []string{"fails", "fw a"}},
	{"variable of a branch", "if [ -n \"$E\" ]; then P=1; else P=2; fi\nfw $P\nif [ -n \"$E\" ]; then Q=1; else Q=1; fi\nfw $Q", []string{"fw $P?", "fw 1"}},
	{"variable set in one branch", "P=\ntest -f x && P='-s 1'\nfw $P", []string{"fw $P?"}},
	{"subshell", "X=1\n(X=2; fw $X; exit)\nfw $X", []string{"fw 2", "fw 1"}},
	{"group", "{ fw a; fw b; } > /dev/null 2>&1", []string{"fw a", "fw b"}},
	{"background", "fw a & fw b", []string{"fw a", "fw b"}},

	{"service", "case \"$1\" in\nstop) fw s;;\nstart|restart) fw a;;\n*) echo usage; exit 1;;\nesac\nfw end", []string{"x fw s", "fw a", "fw end"}},
	{"service without start", "case $1 in\nstop) fw s; exit;;\nstatus) fw t;;\n*) fw a;;\nesac", []string{"x fw s", "x fw t", "fw a"}},
	{"service by if", "if [ \"$1\" = stop ]; then fw s; exit 0; fi\nif [ x$1 != xstart ]; then fw u; exit 1; fi\nfw a", []string{"x fw s", "x fw u", "fw a"}},
	{"no service", "if [ \"$MODE\" = on ]; then fw a; fi\ncase $KIND in up) fw b;; *) fw c;; esac", []string{"~ fw a", "~ fw b", "~ fw c"}},
	{"case known", "X=ppp0\ncase $X in eth*) fw a;; ppp[0-9]|tun*) fw b;; *) fw c;; esac", []string{"x fw a", "x fw c", "fw b"}},
	{"case with fallthrough", "case a in a) fw a ;& b) fw b ;; c) fw c;; esac", []string{"x fw b", "x fw c", "fw a", "fw b"}},

	{"function", "f() { fw $1 ${2:-x} $# \"$@\"; }\nf a\nf 'b c' d", []string{"fw a x 1 a", `fw b c d 2 "b c" d`}},
	{"function wraps", "run() { echo \"$@\"; \"$@\"; }\nrun fw -A 'x y'", []string{`fw -A "x y"`}},
	{"local", "f() { local X=2; fw $X; }\nX=1\nf\nfw $X", []string{"fw 2", "fw 1"}},
	{"shift", "f() { p=$1; shift; for x in \"$@\"; do fw $p $x; done; }\nf tcp 1 2", []string{"fw tcp 1", "fw tcp 2"}},
	{"return", "f() { fw a; return 1; fw b; }\nf || fw c", []string{"fw a", "x fw b", "fw c"}},
	{"return under a condition", "f() { R=1; if [ -e x ]; then R=2; return; fi; }\nf\nfw $R", []string{"fw $R?"}},
	{"recursion", "f() { [ $1 -gt 2 ] && return; fw $1; f $(($1+1)); }\nf 1", []string{"fw 1", "fw 2"}},
	{"recursion without an end", "f() { fw a; if [ -e x ]; then f; fi; }\nf", []string{"fw a"}},
	{"never called", "f() { fw $1 a; }\nfw b", []string{"fw b", "x fw $1? a"}},
	{"function keyword", "function f { fw a; }\nf", []string{"fw a"}},
	{"parameters", "set -- a b\nfw $1 $2 $#\nshift\nfw \"$@\"", []string{"fw a b 2", "fw b"}},
	{"parameters of the script", "fw $1 \"$@\" $#", []string{"fw $1? $@? $#?"}},

	{"here-document", "fw -n <<EOF\na $X\n\tb\nEOF\nfw c", []string{`fw -n <<"a $X\n\tb\n"`, "fw c"}},
	{"here-document quoted", "fw <<'EOF'\na $X \\$\nEOF", []string{`fw <<"a $X \\$\n"`}},
	{"here-document untabbed", "Y=1\nfw <<-EOF\n\ta $Y\n\t\tb\n\tEOF", []string{`fw <<"a 1\nb\n"`}},
	{"here-string", "fw <<< \"a b\"", []string{`fw <<"a b\n"`}},
	{"pipe", "echo a b | fw x\nprintf 'c\\nd\\n' | fw y\ncat <<E | fw z\nq\nE", []string{`fw x <<"a b\n"`, `fw y <<"c\nd\n"`, `fw z <<"q\n"`}},
	{"pipe of a program", "other | fw x", []string{"other", "fw x"}},
	{"file written and read", "echo a > /tmp/f\necho b >> /tmp/f\nfw < /tmp/f\nfw < /tmp/g", []string{`fw <<"a\nb\n"`, "fw </tmp/g"}},
	{"file by tee", "tee /tmp/f <<E\nx\nE\nfw < /tmp/f", []string{`fw <<"x\n"`}},

	{"sudo", "sudo -u root fw a\nenv X=1 fw b\nnice -n 5 fw c\ncommand fw d\ntimeout 5 fw e", []string{"fw a", "fw b", "fw c", "fw d", "fw e"}},
	{"exec", "exec fw a\nfw b", []string{"fw a", "x fw b"}},
	{"eval", "C='fw -A'\neval \"$C x $Y\"\neval fw \\$C", []string{"fw -A x ${Y}?", "fw fw -A"}},
	{"sh -c", "sh -c 'fw a; fw b'\nsudo bash -c \"fw c\"", []string{"fw a", "fw b", "fw c"}},
	{"trap", "trap 'fw x' EXIT\nfw a", []string{"x fw x", "fw a"}},
	{"time", "time fw a", []string{"fw a"}},
	{"alternatives merge", "command -v nope && fw a\ncommand -v fw && fw b", []string{"~ fw a", "fw b"}},
}

func TestRun(t *testing.T) {
	// Those whose commands are more than the table's columns hold.
	special := map[string][]string{
		"substitution":                         {"date", "hostname -s", "id -u", "fw $(date)? \"`hostname -s`\"? \"$(id -u)\"?"},
		"set before a break that is not known": {"grep -q 1 f", "grep -q 2 f", "fw $R?"},
		"eval":                                 {"fw -A x $Y?", "fw fw -A"},
		"pipe of a program":                    {"other", "fw x"},
	}
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			got, errs := read(t, s.script)
			want := s.want
			if w, ok := special[s.name]; ok {
				want = w
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s\n got %q\nwant %q", s.script, got, want)
			}
			for _, e := range errs {
				t.Errorf("error: %s", e)
			}
		})
	}
}

// TestAgainstShell runs those scripts that the machine knows all of with bash,
// and compares the commands.
func TestAgainstShell(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed, so it cannot be asked")
	}
	// What depends on the machine that the test runs on, or on more than the
	// commands in the order of the script.
	machine := map[string]bool{
		"installed": true, "which path": true, "background": true, "endless": true, "IPT": true,
		"carriage returns": true, // bash takes them for letters
		"service":          true, "service by if": true, "service without start": true,
		"pipe": true, "keyed array": true, // in an order of its own
		"trap": true, "file written and read": true, // it reads one that is not there
	}
	dir := t.TempDir()
	// Each program writes its name and its arguments to the log; its status is
	// that of the test's table.
	for name, status := range map[string]string{"fw": "0", "holds": "0", "fails": "1"} {
		text := "#!/bin/sh\n{ printf '%s' " + name + "; for a in \"$@\"; do printf '\\1%s' \"$a\"; done; printf '\\2'; } >> \"$LOG\"\nexit " + status + "\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	sudo := "#!/bin/sh\n[ \"$1\" = -u ] && shift 2\nexec \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "sudo"), []byte(sudo), 0o755); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, s := range scripts {
		var want []string
		whole := !machine[s.name]
		for _, line := range s.want {
			if strings.HasPrefix(line, "x ") {
				continue
			}
			line, _, _ = strings.Cut(line, " <<")
			whole = whole && !strings.HasPrefix(line, "~") && !strings.Contains(line, "?") && !strings.HasPrefix(line, "/")
			if name, _, _ := strings.Cut(line, " "); name == "other" {
				whole = false
			}
			want = append(want, line)
		}
		if !whole {
			continue
		}
		asked++
		t.Run(s.name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			cmd := exec.Command(bash, "--norc", "-c", strings.ReplaceAll(s.script, "/tmp/", t.TempDir()+"/"))
			cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "LOG=" + log}
			out, err := cmd.CombinedOutput()
			text, readErr := os.ReadFile(log)
			if readErr != nil {
				t.Fatalf("bash ran nothing: %v %s", err, out)
			}
			var got []string
			for _, c := range strings.Split(strings.TrimSuffix(string(text), "\x02"), "\x02") {
				words := strings.Split(c, "\x01")
				for i, w := range words {
					if strings.ContainsAny(w, " \n") || w == "" {
						words[i] = fmt.Sprintf("%q", w)
					}
				}
				got = append(got, strings.Join(words, " "))
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s\n bash runs %q\nthe table %q\n%s", s.script, got, want, out)
			}
		})
	}
	if asked < 50 {
		t.Errorf("bash was asked for %d scripts only", asked)
	}
}
