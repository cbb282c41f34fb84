package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"frontdesk.internal/appliance/seal"
)

func suites() []seal.Suite { return []seal.Suite{seal.AESGCM, seal.XChaCha} }

func TestBox(t *testing.T) {
	k := seal.NewKey()
	for _, s := range suites() {
		for _, other := range suites() { // what one suite has sealed the box of the other opens
			b, o := seal.NewBox(k, s), seal.NewBox(k, other)
			for _, text := range []string{"", "a", strings.Repeat("words ", 1000)} {
				sealed := b.Seal([]byte("x"), []byte(text), []byte("place"))[1:]
				if len(text) > 100 && bytes.Contains(sealed, []byte(text)) {
					t.Fatal("the text is in what was sealed")
				}
				got, err := o.Open([]byte(">"), sealed, []byte("place"))
				if err != nil || string(got) != ">"+text {
					t.Fatalf("%s: %q, %v", s, got, err)
				}
				for name, try := range map[string]func() ([]byte, error){
					"another place": func() ([]byte, error) { return o.Open(nil, sealed, []byte("elsewhere")) },
					"another key":   func() ([]byte, error) { return seal.NewBox(seal.NewKey(), other).Open(nil, sealed, []byte("place")) },
					"cut":           func() ([]byte, error) { return o.Open(nil, sealed[:len(sealed)-1], []byte("place")) },
					"nothing":       func() ([]byte, error) { return o.Open(nil, nil, []byte("place")) },
					"no such suite": func() ([]byte, error) { return o.Open(nil, append([]byte{9}, sealed[1:]...), []byte("place")) },
				} {
					if _, err := try(); !errors.Is(err, seal.ErrOpen) {
						t.Errorf("%s, %s: %v", s, name, err)
					}
				}
			}
		}
	}
}

func TestKeysDoNotShow(t *testing.T) {
	k := seal.NewKey()
	for _, text := range []string{
		fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %s", k, k, k, k), k.LogValue().String(), fmt.Sprintf("%v", struct{ K seal.Key }{k}),
	} {
		if strings.Trim(text, "[key]{} ") != "" {
			t.Errorf("a key shows as %q", text)
		}
	}
	if k.Derive("a", nil) == k.Derive("b", nil) || k.Derive("a", nil) == k {
		t.Error("keys for two purposes are the same")
	}
	if a, again := k.Derive("a", nil), k.Derive("a", nil); a != again {
		t.Error("the key for a purpose is another one the second time")
	}
}

func stream(t *testing.T, k seal.Key, s seal.Suite, text []byte, closed bool) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := seal.NewWriter(&out, "owner", k, s)
	if err != nil {
		t.Fatal(err)
	}
	for rest := text; len(rest) > 0; { // in pieces of all sizes
		n := min(len(rest), 1+rand.IntN(20000))
		if _, err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if closed {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func open(b []byte, k seal.Key) (*seal.Reader, error) {
	return seal.NewReader(bytes.NewReader(b), int64(len(b)), func(string) (seal.Key, error) { return k, nil })
}

func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b)
	return b
}

const chunk = 8 << 10

func TestStream(t *testing.T) {
	k := seal.NewKey()
	for _, s := range suites() {
		for _, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 5*chunk + 77} {
			text := noise(n)
			b := stream(t, k, s, text, true)
			r, err := open(b, k)
			if err != nil {
				t.Fatal(err)
			}
			if r.Size() != int64(n) || !r.Whole() {
				t.Errorf("%d octets, whole: %v, want %d", r.Size(), r.Whole(), n)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s, %d octets: read %d of them, %v", s, n, len(got), err)
			}
			for range 20 { // anywhere
				from := rand.IntN(n + 1)
				if _, err := r.Seek(int64(from), io.SeekStart); err != nil {
					t.Fatal(err)
				}
				got := make([]byte, min(3000, n-from))
				if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, text[from:from+len(got)]) {
					t.Errorf("from %d: %v", from, err)
				}
			}
		}
	}
}

// A stream that is still written, or was cut by a power cut anywhere, is read as far as it is, and does not pass for a whole one.
func TestStreamThatGrows(t *testing.T) {
	k := seal.NewKey()
	text := noise(3*chunk + 500)
	b := stream(t, k, seal.AESGCM, text, true)
	begin := len(b) - len(text) - 4*16
	for cut := begin; cut < len(b); cut += 777 {
		r, err := open(b[:cut], k)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		want := (cut - begin) / (chunk + 16) * chunk
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text[:want]) || r.Whole() {
			t.Errorf("cut at %d: %d octets, whole: %v, %v; want %d", cut, len(got), r.Whole(), err, want)
		}
	}
	if r, err := open(stream(t, k, seal.AESGCM, text, false), k); err != nil || r.Size() != 3*chunk || r.Whole() {
		t.Errorf("not closed: %v", err)
	}
	if _, err := open(b[:begin-1], k); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("a head that is cut: %v", err)
	}
}

// Whatever is changed, moved or left out is noticed where it is read.
func TestStreamThatWasChanged(t *testing.T) {
	k := seal.NewKey()
	text := noise(4*chunk + 9)
	b := stream(t, k, seal.XChaCha, text, true)
	begin := len(b) - len(text) - 5*16
	at := func(n int) int { return begin + n*(chunk+16) }
	swapped := bytes.Clone(b)
	copy(swapped[at(1):at(2)], b[at(2):at(3)])
	copy(swapped[at(2):at(3)], b[at(1):at(2)])
	without := append(bytes.Clone(b[:at(1)]), b[at(2):]...)
	flipped := bytes.Clone(b)
	flipped[at(2)+100] ^= 1
	otherHead := bytes.Clone(b)
	otherHead[begin-1] ^= 1
	otherOwner := bytes.Clone(b)
	otherOwner[6] ^= 1
	for name, changed := range map[string][]byte{
		"two chunks swapped": swapped, "one left out": without, "a bit": flipped, "the head": otherHead, "the owner": otherOwner,
	} {
		r, err := open(changed, k)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := open(b, seal.NewKey()); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("another key: %v", err)
	}
	gone := errors.New("gone")
	if _, err := seal.NewReader(bytes.NewReader(b), int64(len(b)), func(string) (seal.Key, error) {
		return seal.Key{}, gone
	}); !errors.Is(err, gone) {
		t.Errorf("a key that is gone: %v", err)
	}
	if _, err := seal.NewWriter(io.Discard, strings.Repeat("x", 256), k, seal.AESGCM); err == nil {
		t.Error("an owner of 256 octets was taken")
	}
}

// FuzzReader: whatever a file holds, opening and reading it ends, and what comes out was sealed by us.
func FuzzReader(f *testing.F) {
	k := seal.Key{1}
	text := noise(chunk + 100)
	var out bytes.Buffer
	w, err := seal.NewWriter(&out, "o", k, seal.AESGCM)
	if err != nil {
		f.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	good := out.Bytes()
	f.Add(good, 0)
	f.Add(good[:len(good)-20], 50)
	f.Add([]byte("FDS1\x02\x01"), 0)
	f.Fuzz(func(t *testing.T, b []byte, seek int) {
		r, err := open(b, k)
		if err != nil {
			return
		}
		if _, err := r.Seek(int64(seek), io.SeekStart); err != nil {
			return
		}
		got, err := io.ReadAll(r)
		if err == nil && len(got) > 0 && !bytes.Contains(text, got) {
			t.Errorf("%d octets came out that nobody has sealed", len(got))
		}
	})
}

func FuzzOpen(f *testing.F) {
	b := seal.NewBox(seal.Key{2}, seal.Best())
	f.Add(b.Seal(nil, []byte("text"), []byte("about")), []byte("about"))
	f.Add([]byte{3}, []byte(nil))
	f.Fuzz(func(t *testing.T, sealed, about []byte) {
		if got, err := b.Open(nil, sealed, about); err == nil && (string(got) != "text" || string(about) != "about") {
			t.Errorf("%q came out of what nobody has sealed", got)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	for _, s := range suites() {
		box := seal.NewBox(seal.NewKey(), s)
		plain, buf := noise(400), make([]byte, 0, 1000)
		b.Run(s.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sealed := box.Seal(buf[:0], plain, plain[:30])
				if _, err := box.Open(make([]byte, 0, 500), sealed, plain[:30]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
