package tokenizer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"
)

// charsMap is SentencePiece's table of what characters, and sequences of them, are written as: a double-array trie of the beginnings and
// the texts that stand for them, each with a zero byte at its end.
type charsMap struct {
	trie  []uint32
	texts []byte
}

// newCharsMap reads the table as tokenizer files keep it.
func newCharsMap(b []byte) (*charsMap, error) {
	if len(b) < 4 {
		return nil, errors.New("the table of characters is cut off")
	}
	size := binary.LittleEndian.Uint32(b)
	b = b[4:]
	if size%4 != 0 || uint64(size) > uint64(len(b)) || size == 0 {
		return nil, errors.New("the table of characters is cut off")
	}
	m := &charsMap{trie: make([]uint32, size/4), texts: b[size:]}
	for i := range m.trie {
		m.trie[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return m, nil
}

// The parts of a unit of the trie.
func label(unit uint32) uint32  { return unit & (1<<31 | 0xff) }
func hasLeaf(unit uint32) bool  { return unit>>8&1 == 1 }
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }

// longest returns what the longest known beginning of s is written as and its length, 0 for none.
func (m *charsMap) longest(s string) (to []byte, n int) {
	at := offset(m.trie[0])
	for i := range len(s) {
		at ^= uint32(s[i])
		if uint64(at) >= uint64(len(m.trie)) {
			break
		}
		unit := m.trie[at]
		if label(unit) != uint32(s[i]) {
			break
		}
		at ^= offset(unit)
		if !hasLeaf(unit) {
			continue
		}
		if uint64(at) >= uint64(len(m.trie)) {
			break
		}
		begin := m.trie[at] & (1<<31 - 1)
		if uint64(begin) > uint64(len(m.texts)) {
			break
		}
		to, n = m.texts[begin:], i+1
	}
	if end := bytes.IndexByte(to, 0); end >= 0 {
		to = to[:end]
	}
	return to, n
}

func (m *charsMap) apply(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for len(text) > 0 {
		to, n := m.longest(text)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(text)
			to = nil
			b.WriteString(text[:n])
		}
		b.Write(to)
		text = text[n:]
	}
	return b.String()
}
