package llama

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestNewLayout(t *testing.T) {
	for _, c := range []struct {
		name, rendered string
		system         bool
		want           layout
		bad            bool
	}{
		{
			"chatml", "<s>system\n" + systemPlace + "<e>\n<s>user\n" + userPlace + "<e>\n<s>assistant\n", true,
			layout{"<s>system\n", "<e>\n<s>user\n", "<e>\n<s>assistant\n"}, false,
		},
		{"no system", "<s>user\n" + userPlace + "<e>", false, layout{"<s>user\n", "", "<e>"}, false},
		{"system lost", "<s>user\n" + userPlace + "<e>", true, layout{}, true},
		{"user lost", systemPlace, true, layout{}, true},
		{"user twice", userPlace + systemPlace + userPlace, true, layout{}, true},
		{"user first", userPlace + systemPlace, true, layout{}, true},
	} {
		got, err := newLayout(c.rendered, c.system)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s: got %+v, %v, want %+v, error %v", c.name, got, err, c.want, c.bad)
		}
	}
}

func TestForks(t *testing.T) {
	for _, c := range []struct {
		name string
		list [][]int32
		want [][]int32 // paths of the forks
	}{
		{"none", nil, nil},
		{"one", [][]int32{{1, 2}}, nil},
		{"equal", [][]int32{{1, 2}, {1, 2}}, nil},
		{"at once", [][]int32{{1, 9}, {2, 9}, {3}}, [][]int32{nil}},
		{"later", [][]int32{{1, 2, 3}, {1, 2, 4}}, [][]int32{{1, 2}}},
		{"both", [][]int32{{1, 2, 3}, {1, 2, 4}, {5}}, [][]int32{nil, {1, 2}}},
		{"one ends", [][]int32{{1}, {1, 2}}, [][]int32{{1}}},
		{"empty", [][]int32{{}, {1}}, [][]int32{nil}},
	} {
		var got [][]int32
		for _, f := range forks(c.list) {
			got = append(got, f.path)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if len(got[i]) != len(c.want[i]) || len(got[i]) > 0 && !reflect.DeepEqual(got[i], c.want[i]) {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			}
		}
	}
}

// TestForksApply walks a list with a model that gives each of n ways 1/n: a text's share is the product of its forks'.
func TestForksApply(t *testing.T) {
	list := [][]int32{{1, 2}, {1, 2, 3}, {1, 4}, {5}, {5}}
	sums := make([]float64, len(list))
	for _, f := range forks(list) {
		probs := make([]float64, len(f.next))
		for i := range probs {
			probs[i] = -7
		}
		f.apply(sums, probs, -7)
	}
	want := []float64{1. / 2 / 2 / 2, 1. / 2 / 2 / 2, 1. / 2 / 2, 1. / 2, 1. / 2}
	for i := range want {
		if math.Abs(math.Exp(sums[i])-want[i]) > 1e-9 {
			t.Errorf("text %d: got %g, want %g", i, math.Exp(sums[i]), want[i])
		}
	}
	total := 0.0
	for _, p := range normalise(sums) {
		total += p
	}
	if math.Abs(total-1) > 1e-9 {
		t.Errorf("the probabilities sum to %g", total)
	}
}

func TestCutAtStop(t *testing.T) {
	for _, c := range []struct {
		text  string
		from  int
		stops []string
		at    int
		found bool
	}{
		{"abc", 0, nil, 3, false},
		{"abc", 0, []string{""}, 3, false},
		{"ab\ncd", 3, []string{"\n"}, 5, false},
		{"ab\ncd", 2, []string{"\n"}, 2, true},
		{"ab##", 3, []string{"##"}, 2, true}, // half of it was there before
		{"a.b!", 0, []string{"!", "."}, 1, true},
	} {
		if at, found := cutAtStop([]byte(c.text), c.from, c.stops); at != c.at || found != c.found {
			t.Errorf("%q from %d, %q: got %d, %v, want %d, %v", c.text, c.from, c.stops, at, found, c.at, c.found)
		}
	}
}

func TestAvailableMemory(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		ok   bool
	}{
		{"MemTotal: 9 kB\nMemAvailable:    2048 kB\n", 2 << 20, true},
		{"MemTotal: 9 kB\n", 0, false},
		{"MemAvailable: many kB\n", 0, false},
	} {
		if got, ok := availableMemory(strings.NewReader(c.text)); got != c.want || ok != c.ok {
			t.Errorf("%q: got %d, %v, want %d, %v", c.text, got, ok, c.want, c.ok)
		}
	}
}

func TestCheckMemory(t *testing.T) {
	huge := filepath.Join(t.TempDir(), "huge.gguf")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<42); err != nil {
		t.Skipf("this file system makes no sparse file: %v", err)
	}
	if err := checkMemory(huge); err == nil || !strings.Contains(err.Error(), "frontdesk models use") {
		t.Errorf("got %v, want a refusal that says what to do", err)
	}
}

func TestStateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kv")
	data := bytes.Repeat([]byte("keys and values "), 100)
	key := newStateKey("model", []int32{1, 2, 3})
	if _, err := readState(dir, key); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing saved: got %v", err)
	}
	if err := writeState(dir, key, data); err != nil {
		t.Fatal(err)
	}
	if got, err := readState(dir, key); err != nil || !bytes.Equal(got, data) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	for _, other := range []stateKey{newStateKey("model2", []int32{1, 2, 3}), newStateKey("model", []int32{1, 2})} {
		if other == key {
			t.Error("another model or prefix has the same key")
		}
		if err := os.Rename(key.file(dir), other.file(dir)); err != nil {
			t.Fatal(err)
		}
		if _, err := readState(dir, other); !errors.Is(err, errBadState) {
			t.Errorf("the file of another key: got %v", err)
		}
		if err := os.Rename(other.file(dir), key.file(dir)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "new-left.tmp"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range keptStates + 3 {
		k := newStateKey("model", []int32{int32(100 + i)})
		if err := writeState(dir, k, data); err != nil {
			t.Fatal(err)
		}
		old := time.Unix(int64(1000+i), 0)
		if err := os.Chtimes(k.file(dir), old, old); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != keptStates {
		t.Errorf("got %d files, %v, want %d", len(entries), err, keptStates)
	}
	if _, err := readState(dir, key); err != nil {
		t.Errorf("the newest file was removed: %v", err)
	}
}

func TestModelIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	seen := map[string]bool{}
	for _, content := range []string{"", "one", "two", strings.Repeat("x", 300<<10), strings.Repeat("x", 300<<10-1) + "y"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		same := time.Unix(1000, 0)
		if err := os.Chtimes(path, same, same); err != nil {
			t.Fatal(err)
		}
		id, err := modelIdentity(path)
		if err != nil || seen[id] {
			t.Errorf("%d bytes: got %q, %v, want another identity", len(content), id, err)
		}
		seen[id] = true
	}
}

func FuzzDecodeState(f *testing.F) {
	key := newStateKey("model", []int32{1, 2, 3})
	f.Add(encodeState(key, nil), []byte("x"))
	f.Add(encodeState(key, []byte("data")), []byte(""))
	f.Add([]byte(stateMagic), []byte("y"))
	f.Fuzz(func(t *testing.T, content, data []byte) {
		if got, err := decodeState(key, content); err == nil && !bytes.Equal(encodeState(key, got), content) {
			t.Error("a file was taken that encodeState does not write")
		}
		if got, err := decodeState(key, encodeState(key, data)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("got %q, %v, want %q", got, err, data)
		}
	})
}
