package tokenizer

import (
	"encoding/binary"
	"testing"
)

// smallMap is a table of two entries by hand: "a" is written "A", "ab" is written "X".
func smallMap() []byte {
	// The root's children lie at 1^c. The one of "a" (0x61) is at 0x60, has a value and children at 0x60^0x100^c: the value at 0x160,
	// the child "b" (0x62) at 0x102, whose value is at 0x102^0x200 = 0x302.
	units := make([]uint32, 0x303)
	units[0] = 1 << 10
	units[0x60] = 0x61 | 1<<8 | 0x100<<10
	units[0x160] = 1 << 31 // text 0
	units[0x102] = 0x62 | 1<<8 | 0x200<<10
	units[0x302] = 1<<31 | 2 // text 2
	b := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint32(b, u)
	}
	return append(b, "A\x00X\x00"...)
}

func TestCharsMap(t *testing.T) {
	m, err := newCharsMap(smallMap())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"": "", "b": "b", "a": "A", "ab": "X", "aab é a": "AX é A", "ba": "bA"} {
		if got := m.apply(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for _, bad := range [][]byte{nil, {1, 2, 3}, {0, 0, 0, 0}, {8, 0, 0, 0, 1}, {3, 0, 0, 0, 1, 2, 3, 4}} {
		if _, err := newCharsMap(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}

// FuzzCharsMap: a damaged table writes nonsense and nothing worse.
func FuzzCharsMap(f *testing.F) {
	f.Add(smallMap(), "aab")
	f.Add([]byte{4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, "a")
	f.Fuzz(func(t *testing.T, table []byte, text string) {
		m, err := newCharsMap(table)
		if err != nil {
			return
		}
		if got := m.apply(text); len(got) > len(text)*(len(table)+1) {
			t.Fatalf("%q became %d bytes", text, len(got))
		}
	})
}
