package moonshine

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	long := strings.Repeat("a", 300) // its length takes two bytes: 300 is 44 + 2 × 128
	file := "\x05<unk>\x03<s>\x04</s>\x01\xc3\x01\xbc\x00\x06\u2581the\x05<foo>" + string([]byte{128 + 44, 2}) + long
	got, err := readTokens(strings.NewReader(file))
	want := tokens{"<unk>", "<s>", "</s>", "\xc3", "\xbc", "", " the", "<foo>", long}
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %q, %v", got, err)
	}
	for id, written := range map[int]bool{
		-1: false, 0: false, start: false, end: false, 3: true, 6: true, 7: false, 8: true, 9: false, 1 << 30: false,
	} {
		if s, ok := got.text(id); ok != written || ok && s != want[id] {
			t.Errorf("token %d: %q, %v", id, s, ok)
		}
	}
	for _, broken := range []string{
		"", "\x01a", file[:len(file)-1], file[:len(file)-301], string([]byte{1, 'a', 1, 'b', 1, 'c', 255, 255}) + strings.Repeat("a", 1<<15),
	} {
		if got, err := readTokens(strings.NewReader(broken)); err == nil {
			t.Errorf("%.20q: %d tokens", broken, len(got))
		}
	}
}

func FuzzTokens(f *testing.F) {
	f.Add([]byte("\x05<unk>\x03<s>\x04</s>\x01a\x81\x00b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readTokens(bytes.NewReader(data))
		if err == nil && len(got) > len(data) {
			t.Errorf("%d tokens of %d bytes", len(got), len(data))
		}
		for id := range got {
			got.text(id)
		}
	})
}

func TestTokenLimit(t *testing.T) {
	for seconds, want := range map[float64]int{0.1: 4, 1: 10, 3: 23, 10: 69, 24: 160, 100: maxSteps} {
		if got := tokenLimit(seconds); got != want {
			t.Errorf("%v s: %d, want %d", seconds, got, want)
		}
	}
}

func TestFinished(t *testing.T) {
	for text, want := range map[string]string{
		"my last invoice,": "my last invoice", "Is it open?": "Is it open?", "Well, yes.": "Well, yes.", "and -": "and", ",": "", "": "",
	} {
		if got := finished(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLikeliest(t *testing.T) {
	id, p := likeliest([]float32{-3, 1, 1 + float32(math.Log(3)), -100})
	if want := math.Log(3 / (4 + math.Exp(-4))); id != 2 || math.Abs(p-want) > 1e-4 {
		t.Errorf("token %d with %v, want 2 with %v", id, p, want)
	}
}
