//go:build race

package verify_test

// raced says that the race detector makes everything several times slower.
const raced = true
