package srtp

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	pion "github.com/pion/srtp/v3"
)

// Suite is a crypto suite by its name in session descriptions (RFC 4568 section 6.2, RFC 7714 section 14.2).
type Suite string

// The suites that a call can use.
const (
	GCM128 Suite = "AEAD_AES_128_GCM"
	GCM256 Suite = "AEAD_AES_256_GCM"
	CM80   Suite = "AES_CM_128_HMAC_SHA1_80"
	CM32   Suite = "AES_CM_128_HMAC_SHA1_32"
)

// Suites returns all suites, the preferred one first.
func Suites() []Suite { return []Suite{GCM256, GCM128, CM80, CM32} }

// profile returns what the library calls the suite, with the lengths of its master key and salt in octets.
func (s Suite) profile() (p pion.ProtectionProfile, key, salt int, ok bool) {
	switch s {
	case GCM128:
		return pion.ProtectionProfileAeadAes128Gcm, 16, 12, true
	case GCM256:
		return pion.ProtectionProfileAeadAes256Gcm, 32, 12, true
	case CM80:
		return pion.ProtectionProfileAes128CmHmacSha1_80, 16, 14, true
	case CM32:
		return pion.ProtectionProfileAes128CmHmacSha1_32, 16, 14, true
	}
	return 0, 0, 0, false
}

// Errors of [ParseKey], which never quotes what it was given.
var (
	ErrSuite = errors.New("unknown crypto suite")
	ErrKey   = errors.New("key parameters not understood")
)

// maxMKI bounds the length of a master key identifier in octets; it is written as a number.
const maxMKI = 8

// Key is one direction's master key with its suite. It prints as the suite alone, in every format and in every log; only [Key.Inline]
// gives it away. The zero value is no key.
type Key struct {
	suite  Suite
	secret *secret // a pointer: where a Key is a private field of something that is printed, an address is all that is seen
}

type secret struct {
	master []byte // key and salt
	mki    []byte // master key identifier that packets carry; nil for none
}

// NewKey makes a random key. A suite that is none of [Suites] gets no key.
func NewKey(s Suite) Key {
	_, key, salt, ok := s.profile()
	if !ok {
		return Key{}
	}
	k := Key{suite: s, secret: &secret{master: make([]byte, key+salt)}}
	_, _ = rand.Read(k.secret.master) // never fails
	return k
}

// ParseKey reads the key parameters of an a=crypto line, "inline:KEY[|lifetime][|MKI:length]" (RFC 4568 section 6.1). Of several keys in
// one line none is taken: an offer with a single one follows in practice.
func ParseKey(s Suite, params string) (Key, error) {
	_, key, salt, ok := s.profile()
	if !ok {
		return Key{}, ErrSuite
	}
	method, rest, ok := strings.Cut(params, ":")
	if !ok || !strings.EqualFold(method, "inline") || strings.Contains(rest, ";") {
		return Key{}, ErrKey
	}
	parts := strings.Split(rest, "|")
	if len(parts) > 3 {
		return Key{}, ErrKey
	}
	master, err := base64.StdEncoding.DecodeString(parts[0])
	if err != nil { // some leave the padding out
		master, err = base64.RawStdEncoding.DecodeString(parts[0])
	}
	if err != nil || len(master) != key+salt {
		return Key{}, ErrKey
	}
	k := Key{suite: s, secret: &secret{master: master}}
	for i, p := range parts[1:] {
		if strings.Contains(p, ":") && i == len(parts)-2 {
			if k.secret.mki, ok = parseMKI(p); !ok {
				return Key{}, ErrKey
			}
			continue
		}
		// The lifetime, "2^31" or a number: no call of ours gets there.
		if i != 0 || strings.Trim(p, "0123456789^ ") != "" {
			return Key{}, ErrKey
		}
	}
	return k, nil
}

// parseMKI reads "value:length" (RFC 4568 section 6.1), the length in octets.
func parseMKI(p string) ([]byte, bool) {
	value, length, _ := strings.Cut(p, ":")
	v, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return nil, false
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 1 || n > maxMKI || n < maxMKI && v>>(8*n) != 0 {
		return nil, false
	}
	var b [maxMKI]byte
	binary.BigEndian.PutUint64(b[:], v)
	return b[maxMKI-n:], true
}

// Suite returns the key's suite, empty for no key.
func (k Key) Suite() Suite { return k.suite }

// Valid tells whether k is a key.
func (k Key) Valid() bool { return k.secret != nil }

// Inline returns the key parameters for an a=crypto line. This is the key itself: it belongs into a description that is sent,
// and nowhere else.
func (k Key) Inline() string {
	if k.secret == nil {
		return ""
	}
	s := "inline:" + base64.StdEncoding.EncodeToString(k.secret.master)
	if mki := k.secret.mki; len(mki) > 0 {
		var b [maxMKI]byte
		copy(b[maxMKI-len(mki):], mki)
		s += fmt.Sprintf("|%d:%d", binary.BigEndian.Uint64(b[:]), len(mki))
	}
	return s
}

// Equal tells whether both are the same key of the same suite.
func (k Key) Equal(o Key) bool {
	if k.secret == nil || o.secret == nil {
		return k.secret == o.secret
	}
	return k.suite == o.suite && bytes.Equal(k.secret.master, o.secret.master) && bytes.Equal(k.secret.mki, o.secret.mki)
}

// String names the suite and hides the key.
func (k Key) String() string {
	if k.secret == nil {
		return "no key"
	}
	return string(k.suite) + " [key hidden]"
}

// Format hides the key in every verb.
func (k Key) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, k.String()) }

// LogValue hides the key in logs.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText hides the key in JSON and the like.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MakeKey makes a key of the master key and salt that were agreed on elsewhere, one after the other.
func MakeKey(s Suite, master []byte) (Key, error) {
	_, key, salt, ok := s.profile()
	if !ok {
		return Key{}, ErrSuite
	}
	if len(master) != key+salt {
		return Key{}, ErrKey
	}
	return Key{suite: s, secret: &secret{master: bytes.Clone(master)}}, nil
}
