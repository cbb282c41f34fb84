package backup

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"frontdesk.internal/appliance/label"
	"github.com/tyler-smith/go-bip39"

	"frontdesk.internal/appliance/statefile"
)

// keyFile is the recovery key on the box, of mode 0600: with it backups are verified without anybody. Whoever can read it can read
// the records, too.
const keyFile = "backup.key"

// secretSize is that of a recovery key, in octets.
const secretSize = 32

// Key is a recovery key: what restores a backup on another box. It is written down once, as 24 words.
type Key struct {
	secret   []byte
	identity *age.X25519Identity
}

// NewKey makes one.
func NewKey() (*Key, error) {
	secret := make([]byte, secretSize)
	_, _ = rand.Read(secret) // never fails
	return keyOf(secret)
}

// ErrWords says that words are no recovery key: one of them is wrong, or they are not in their order.
var ErrWords = errors.New("these words are no recovery key: there have to be 24, in their order, each spelled as it was")

// ParseWords reads the words of a key.
func ParseWords(words string) (*Key, error) {
	secret, err := bip39.EntropyFromMnemonic(strings.ToLower(strings.Join(strings.Fields(words), " ")))
	if err != nil || len(secret) != secretSize {
		return nil, ErrWords // the library's error quotes them
	}
	return keyOf(secret)
}

func keyOf(secret []byte) (*Key, error) {
	id, err := age.ParseX25519Identity(strings.ToUpper(bech32("age-secret-key-", secret)))
	if err != nil {
		return nil, fmt.Errorf("make recovery key: %w", err)
	}
	return &Key{secret: secret, identity: id}, nil
}

// Words are the key for people: 24 words with a checksum (BIP-39).
func (k *Key) Words() string {
	words, _ := bip39.NewMnemonic(k.secret) // of a size that it takes
	return words
}

// QR draws the words for a terminal, light on dark.
func (k *Key) QR() (string, error) { return label.Blocks(k.Words()) }

// LoadKey reads the key of the box; an error wraps fs.ErrNotExist when none was made.
func LoadKey(state string) (*Key, error) {
	path := filepath.Join(state, keyFile)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read recovery key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others can read %s: run chmod 600 on it", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read recovery key: %w", err)
	}
	return ParseWords(string(b))
}

// Keep writes the key down on the box. One that is there is not replaced: backups that were made for it could not be verified any more.
func (k *Key) Keep(state string) error {
	path := filepath.Join(state, keyFile)
	err := statefile.Create(path, []byte(k.Words()+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("there is a recovery key already in %s: remove it only when its words are lost, and make a backup anew", path)
	}
	if err != nil {
		return fmt.Errorf("keep recovery key: %w", err)
	}
	return nil
}

// bech32 writes data as BIP-173 does, which is how age writes its keys.
func bech32(prefix string, data []byte) string {
	const charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	var values []byte
	acc, bits := uint32(0), 0
	for _, b := range data {
		acc, bits = acc<<8|uint32(b), bits+8
		for bits >= 5 {
			bits -= 5
			values = append(values, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits))&31)
	}
	polymod := func(values []byte) uint32 {
		chk := uint32(1)
		for _, v := range values {
			top := chk >> 25
			chk = chk&0x1ffffff<<5 ^ uint32(v)
			for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
				if top>>i&1 == 1 {
					chk ^= g
				}
			}
		}
		return chk
	}
	var sum []byte
	for _, c := range []byte(prefix) {
		sum = append(sum, c>>5)
	}
	sum = append(sum, 0)
	for _, c := range []byte(prefix) {
		sum = append(sum, c&31)
	}
	sum = append(append(sum, values...), make([]byte, 6)...)
	chk := polymod(sum) ^ 1
	for i := range 6 {
		values = append(values, byte(chk>>(5*(5-i)))&31)
	}
	out := []byte(prefix + "1")
	for _, v := range values {
		out = append(out, charset[v])
	}
	return string(out)
}

// Identity is the key as age writes it, for who wants to open a backup without this program.
func (k *Key) Identity() string { return k.identity.String() }
