package ext

import "sync"

// memo keeps what was made of the texts seen last, for arguments whose grammar
// is costly to run: rulesets repeat them. The zero memo is empty. It may be used
// by several goroutines at once.
type memo[T any] struct {
	mu   sync.Mutex
	made map[string]T
}

// maxMemo bounds how many texts are kept.
const maxMemo = 256

// get returns what make makes of a text, from memory if it can. Errors are not
// kept.
func (m *memo[T]) get(text string, make func(string) (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.made[text]; ok {
		return v, nil
	}
	v, err := make(text)
	if err != nil {
		return v, err
	}
	if m.made == nil || len(m.made) >= maxMemo {
		m.made = map[string]T{}
	}
	m.made[text] = v
	return v, nil
}
