// Package seal encrypts what is kept: values whole, recordings as streams of chunks that can be sought and read while they grow.
//
// Everything is authenticated together with what it belongs to, so that a value cannot be put in another's place. There are two suites:
// AES-256-GCM where the processor has instructions for it, else XChaCha20-Poly1305; which one was used stands before what was sealed, and
// both can always be opened. The package does no I/O of its own, starts no goroutine and keeps no key but in the values that it returns. A
// [Box] may be used by many at once; a [Writer] and a [Reader] belong to one goroutine each.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/sys/cpu"
)

// KeySize is the length of every key, in octets.
const KeySize = 32

// ErrOpen says that what was sealed does not open: it was made with another key, for another place, or it was changed.
var ErrOpen = errors.New("sealed with another key, or changed since")

// Key is a secret of [KeySize] random octets. It never shows itself in logs or texts.
type Key [KeySize]byte

// NewKey returns a fresh key.
func NewKey() (k Key) {
	_, _ = rand.Read(k[:]) // never fails (crypto/rand)
	return k
}

// String implements fmt.Stringer.
func (Key) String() string { return "[key]" }

// GoString implements fmt.GoStringer.
func (Key) GoString() string { return "[key]" }

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue("[key]") }

// Derive returns the key for one purpose (RFC 5869); salt may be empty.
func (k Key) Derive(purpose string, salt []byte) (d Key) {
	b, _ := hkdf.Key(sha256.New, k[:], salt, "frontdesk "+purpose, KeySize) // fails only for longer ones
	copy(d[:], b)
	return d
}

// Suite is a cipher; its number stands before what was sealed with it.
type Suite byte

// The suites. 1 is what values were before there was any encryption.
const (
	AESGCM  Suite = 2 // AES-256-GCM with random nonces of 96 bits: at most 2^32 values a key (NIST SP 800-38D)
	XChaCha Suite = 3 // XChaCha20-Poly1305
)

// Best is the suite that this processor is quick at.
func Best() Suite {
	if cpu.X86.HasAES && cpu.X86.HasPCLMULQDQ || cpu.ARM64.HasAES && cpu.ARM64.HasPMULL {
		return AESGCM
	}
	return XChaCha
}

// String names the suite.
func (s Suite) String() string {
	switch s {
	case AESGCM:
		return "AES-256-GCM"
	case XChaCha:
		return "XChaCha20-Poly1305"
	}
	return fmt.Sprintf("suite %d", byte(s))
}

// overhead is by how much every suite lengthens what it seals, besides its nonce.
const overhead = 16

func (s Suite) aead(k Key) (cipher.AEAD, error) {
	switch s {
	case AESGCM:
		b, err := aes.NewCipher(k[:])
		if err != nil {
			return nil, fmt.Errorf("make cipher: %w", err)
		}
		a, err := cipher.NewGCM(b)
		if err != nil {
			return nil, fmt.Errorf("make cipher: %w", err)
		}
		return a, nil
	case XChaCha:
		a, err := chacha20poly1305.NewX(k[:])
		if err != nil {
			return nil, fmt.Errorf("make cipher: %w", err)
		}
		return a, nil
	}
	return nil, fmt.Errorf("%s: %w", s, ErrOpen)
}

// Box is a key made ready for use.
type Box struct {
	key   Key
	suite Suite
	aead  cipher.AEAD
}

// NewBox returns a box that seals with the suite, [Best] when there is no such suite, and opens what either suite has sealed.
func NewBox(k Key, s Suite) *Box {
	if s != AESGCM && s != XChaCha {
		s = Best()
	}
	a, _ := s.aead(k) // fails only for keys of another length
	return &Box{key: k, suite: s, aead: a}
}

// Key returns the key that the box was made of.
func (b *Box) Key() Key { return b.key }

// Seal appends plain, sealed for the place that about names, to dst: suite, nonce, text.
func (b *Box) Seal(dst, plain, about []byte) []byte {
	dst = append(dst, byte(b.suite))
	n := b.aead.NonceSize()
	at := len(dst)
	dst = append(dst, make([]byte, n)...)
	_, _ = rand.Read(dst[at:]) // never fails
	return b.aead.Seal(dst, dst[at:at+n], plain, about)
}

// Open appends what was sealed for the place to dst. It returns [ErrOpen] when that does not fit.
func (b *Box) Open(dst, sealed, about []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, ErrOpen
	}
	a := b.aead
	if s := Suite(sealed[0]); s != b.suite {
		var err error
		if a, err = s.aead(b.key); err != nil {
			return nil, err
		}
	}
	sealed = sealed[1:]
	n := a.NonceSize()
	if len(sealed) < n+overhead {
		return nil, ErrOpen
	}
	out, err := a.Open(dst, sealed[:n], sealed[n:], about)
	if err != nil {
		return nil, ErrOpen
	}
	return out, nil
}
