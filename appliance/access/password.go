package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Cost of a hash: argon2id as RFC 9106 and OWASP give it for machines with little memory. About 50 ms on a small server.
const (
	hashTime    = 2
	hashMemory  = 19 << 10 // KiB
	hashThreads = 1
	hashLength  = 32
	saltLength  = 16
)

// Bounds of what a stored hash may ask for, so that a damaged file cannot make a sign-in eat the memory of the calls.
const (
	maxHashTime   = 10
	maxHashMemory = 256 << 10
	maxHashText   = 512
)

// Length of passwords in characters and, above, in bytes.
const (
	minPassword = 10
	maxPassword = 256
)

// Hash returns the argon2id hash of a secret with a fresh salt, in the usual text form "$argon2id$v=19$m=…,t=…,p=…$salt$hash".
func Hash(secret string) string {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(secret), salt, hashTime, hashMemory, hashThreads, hashLength)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads, enc.EncodeToString(salt),
		enc.EncodeToString(key))
}

// errHash says that a stored hash cannot be read.
var errHash = errors.New("the stored password is damaged: set a new one with frontdesk owner reset")

// Verify reports whether hash is that of secret. The error is for a hash that is none.
func Verify(hash, secret string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(hash) > maxHashText || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, errHash
	}
	var version int
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, errHash
	}
	if time < 1 || time > maxHashTime || memory < 8 || memory > maxHashMemory || threads < 1 {
		return false, errHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil || len(salt) < 8 {
		return false, errHash
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false, errHash
	}
	got := argon2.IDKey([]byte(secret), salt, time, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// WeakError says why a password is not good enough, as a sentence for people.
type WeakError struct{ Why string }

// Error returns the sentence.
func (e *WeakError) Error() string { return e.Why }

// CheckPassword returns a *WeakError for a password that is guessed easily: short, common, or made of what everybody knows about
// the office. known are such words: the business's name, the account's name. It works without a network.
func CheckPassword(password string, known ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return &WeakError{"The password has characters that cannot be read. Use letters, digits, spaces and signs."}
	case n < minPassword:
		return &WeakError{
			fmt.Sprintf("The password is too short: use at least %d characters. Three or four words are easy to keep in mind.", minPassword),
		}
	case len(password) > maxPassword:
		return &WeakError{"The password is too long."}
	}
	plain := squeeze(password)
	if distinct(plain) < 5 {
		return &WeakError{"The password has too few different characters."}
	}
	if isRun(plain) {
		return &WeakError{"The password is a row of keys or digits. Use three or four words that do not belong together."}
	}
	rest := plain
	for _, k := range append(known, "frontdesk", "receptionist") {
		for _, word := range strings.Fields(k) {
			if w := squeeze(word); len(w) >= 3 {
				rest = strings.ReplaceAll(rest, w, "")
			}
		}
	}
	for _, word := range commonPasswords() {
		rest = strings.ReplaceAll(rest, word, "")
	}
	rest = strings.Trim(rest, "0123456789")
	if len(rest) < 4 {
		return &WeakError{
			"The password is easy to guess: it is made of common words, of digits or of what everybody knows about the office. Use three or " +
				"four words that do not belong together.",
		}
	}
	return nil
}

// squeeze returns the letters and digits of s in lower case, with the usual signs in place of letters undone.
func squeeze(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch r {
		case '@':
			r = 'a'
		case '$':
			r = 's'
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// isRun reports whether s goes along the keyboard, the alphabet or the digits from end to end.
func isRun(s string) bool {
	for _, row := range []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
	} {
		if len(s) <= len(row)*2 && (strings.Contains(row+row, s) || strings.Contains(reverse(row+row), s)) {
			return true
		}
	}
	return false
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// commonPasswords are the words that the lists of guessers begin with, the longest first where one holds another.
func commonPasswords() []string {
	return strings.Fields(`
		passw0rd password passwort letmein welcome administrator admin qwertyuiop qwertz qwerty asdfgh zxcvbn iloveyou sunshine princess
		football baseball superman batman dragon monkey shadow master michael jordan hello secret summer winter spring autumn
		januar february march april june july august september october november december monday friday company office
		dental dentist doctor clinic lawyer plumber changeme default login user test guest root abc123 123456789 12345678 1234567 123456`)
}
