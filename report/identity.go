package report

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/ctlint/ctlint/checks/driver"
)

// identity returns a finding's name among those of all files, which stays the
// same when its line moves.
func identity(f driver.Finding) string {
	sum := sha256.Sum256([]byte(slashed(f.Pos.Filename) + "\x00" + f.Code + "\x00" + f.Fingerprint))
	return hex.EncodeToString(sum[:16])
}
