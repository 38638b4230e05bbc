package ext

import (
	"errors"
	"strconv"
	"testing"
)

func TestMemo(t *testing.T) {
	var m memo[int]
	made := 0
	get := func(text string) (int, error) {
		return m.get(text, func(s string) (int, error) {
			made++
			return strconv.Atoi(s)
		})
	}
	for range 2 {
		if n, err := get("7"); n != 7 || err != nil || made != 1 {
			t.Fatalf("got %d, %v after %d runs; want 7, made once", n, err, made)
		}
	}
	for range 2 {
		if _, err := get("x"); !errors.Is(err, strconv.ErrSyntax) {
			t.Fatalf("got %v; want the error", err)
		}
	}
	if made != 3 {
		t.Errorf("%d runs; want 3, as errors are not kept", made)
	}
	for i := range 3 * maxMemo {
		if n, err := get(strconv.Itoa(i)); n != i || err != nil {
			t.Fatalf("got %d, %v; want %d", n, err, i)
		}
		if len(m.made) > maxMemo {
			t.Fatalf("%d texts are kept; want at most %d", len(m.made), maxMemo)
		}
	}
}
