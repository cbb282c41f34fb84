package store

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

// formatSealed is the first octet of a value: length of the owner | owner | JSON, sealed with the owner's key.
const formatSealed = 4

var errFormat = errors.New("value of an unknown format")

// house owns what belongs to no caller.
const house = keyring.House

// about names the place of a value: sealed for one place, it does not open in another.
func about(bucket, key []byte) []byte {
	return append(append(append(make([]byte, 0, len(bucket)+1+len(key)), bucket...), 0), key...)
}

// encode is the only way into the file.
func encode[T any](keys *keyring.Ring, bucket, key []byte, owner string, v T) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	return sealValue(keys, bucket, key, owner, plain)
}

func sealValue(keys *keyring.Ring, bucket, key []byte, owner string, plain []byte) ([]byte, error) {
	box, err := keys.Key(owner)
	if errors.Is(err, keyring.ErrGone) {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, 2+len(owner)+len(plain)+48)
	b = append(b, formatSealed, byte(len(owner)))
	b = append(b, owner...)
	return box.Seal(b, plain, about(bucket, key)), nil
}

// decode is the only way out. It copies: the result outlives the transaction.
func decode[T any](keys *keyring.Ring, bucket, key, b []byte) (v T, err error) {
	plain, err := openValue(keys, bucket, key, b)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(plain, &v); err != nil {
		return v, fmt.Errorf("decode record: %w", err)
	}
	return v, nil
}

// openValue returns the JSON of a value: [ErrNotFound] when the key of its owner is destroyed.
func openValue(keys *keyring.Ring, bucket, key, b []byte) ([]byte, error) {
	owner, sealed, err := splitValue(b)
	if err != nil {
		return nil, err
	}
	box, err := keys.Key(owner)
	if errors.Is(err, keyring.ErrGone) {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err != nil {
		return nil, err
	}
	plain, err := box.Open(make([]byte, 0, len(sealed)), sealed, about(bucket, key))
	if err != nil {
		return nil, fmt.Errorf("open record in %s: %w", bucket, err)
	}
	return plain, nil
}

// mostValue bounds a value in octets: the largest is a document of 20 MB. A damaged page may say that one has 4 GB.
const mostValue = 128 << 20

func splitValue(b []byte) (owner string, sealed []byte, err error) {
	if len(b) > mostValue || len(b) < 2 || b[0] != formatSealed || b[1] == 0 {
		return "", nil, errFormat
	}
	n := int(b[1]) // as an int: 2+255 is no octet
	if len(b) < 2+n {
		return "", nil, errFormat
	}
	return string(b[2 : 2+n]), b[2+n:], nil
}

// ownerOf tells whom a value belongs to, without opening it; "" when there is no value.
func (t *txn) ownerOf(bucket, key []byte) string {
	owner, _, err := splitValue(t.raw(bucket, key))
	if err != nil {
		return ""
	}
	return owner
}

// hashSize is how many octets of a keyed hash are kept.
const hashSize = 16

// hashed is the keyed hash under which something personal is found: whoever has only the file learns nothing of it.
func (t *txn) hashed(what, text string) ([]byte, error) {
	box, err := t.keys.Key(keyring.Index)
	if err != nil {
		return nil, err
	}
	k := box.Key()
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(what + "\x00" + text))
	return h.Sum(nil)[:hashSize], nil
}

func (t *txn) numberKey(n record.PhoneNumber) ([]byte, error) { return t.hashed("number", n.Digits()) }

// ids makes identifiers that sort by time, and within a millisecond in the order in which they were made.
type ids struct {
	mu   sync.Mutex
	ms   int64 // of the last one
	tail uint32
}

// next returns one: 12 digits of milliseconds and 8 random ones that rise within a millisecond, hexadecimal.
func (m *ids) next(t time.Time) string {
	var r [4]byte
	_, _ = rand.Read(r[:])                     // never fails
	tail := binary.BigEndian.Uint32(r[:]) >> 1 // half of the space is left to rise in
	m.mu.Lock()
	defer m.mu.Unlock()
	if ms := max(0, t.UnixMilli()); ms == m.ms {
		m.tail += 1 + tail>>22 // a step of 1 to 512
	} else {
		m.ms, m.tail = ms, tail
	}
	return fmt.Sprintf("%012x%08x", m.ms, m.tail)
}

// idAt is before all identifiers that were made at a moment or later, and after those before.
func idAt(t time.Time) string { return fmt.Sprintf("%012x", max(0, t.UnixMilli())) }

// newCallerID returns an identifier that says nothing, not even when somebody called first.
func newCallerID() string {
	var r [10]byte
	_, _ = rand.Read(r[:]) // never fails
	return hex.EncodeToString(r[:])
}

// timeKey sorts like t, also before 1970; the zero time is before all others.
func timeKey(t time.Time) []byte {
	if t.IsZero() {
		return make([]byte, 8)
	}
	return binary.BigEndian.AppendUint64(nil, uint64(t.UnixNano())^1<<63)
}

// join makes a key of parts; no part but the last may hold a zero octet, unless it is of fixed length as a timeKey is.
func join(parts ...[]byte) []byte { return bytes.Join(parts, []byte{0}) }

// turnKey sorts the turns of a call by index.
func turnKey(call string, index int) []byte {
	return binary.BigEndian.AppendUint32(join([]byte(call), nil), uint32(index))
}

// question is what two questions have in common that are the same but for case, punctuation and spaces.
func question(q string) string {
	words := strings.FieldsFunc(strings.ToLower(q), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	return strings.Join(words, " ")
}
