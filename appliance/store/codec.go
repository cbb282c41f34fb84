package store

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	bolt "go.etcd.io/bbolt"
)

// formatJSON is the first octet of a value: plain JSON follows. Encryption will be another one.
const formatJSON = 1

var errFormat = errors.New("value of an unknown format")

// encode is the only way into the file.
func encode[T any](v T) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	return append([]byte{formatJSON}, b...), nil
}

// decode is the only way out. It copies: the result outlives the transaction.
func decode[T any](b []byte) (v T, err error) {
	if len(b) == 0 || b[0] != formatJSON {
		return v, errFormat
	}
	if err := json.Unmarshal(b[1:], &v); err != nil {
		return v, fmt.Errorf("decode record: %w", err)
	}
	return v, nil
}

func put[T any](tx *bolt.Tx, bucket, key []byte, v T) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	return tx.Bucket(bucket).Put(key, b)
}

func get[T any](tx *bolt.Tx, bucket, key []byte) (v T, err error) {
	b := tx.Bucket(bucket).Get(key)
	if b == nil {
		return v, ErrNotFound
	}
	return decode[T](b)
}

// newID returns an identifier that sorts by time: 12 digits of milliseconds and 8 random ones, hexadecimal.
func newID(t time.Time) string {
	var r [4]byte
	_, _ = rand.Read(r[:]) // never fails
	return fmt.Sprintf("%012x%s", max(0, t.UnixMilli()), hex.EncodeToString(r[:]))
}

// timeKey sorts like t, also before 1970.
func timeKey(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(t.UnixNano())^1<<63)
}

// join makes a key of parts; no part but the last may hold a zero octet, unless it is a timeKey of fixed length.
func join(parts ...[]byte) []byte { return bytes.Join(parts, []byte{0}) }

// turnKey sorts the turns of a call by index.
func turnKey(call string, index int) []byte {
	return binary.BigEndian.AppendUint32(join([]byte(call), nil), uint32(index))
}

// question is what two questions have in common that are the same but for case, punctuation and spaces.
func question(q string) []byte {
	words := strings.FieldsFunc(strings.ToLower(q), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	key := []byte(strings.Join(words, " "))
	if len(key) > 512 {
		key = key[:512]
	}
	if len(key) == 0 {
		key = []byte("?")
	}
	return key
}
