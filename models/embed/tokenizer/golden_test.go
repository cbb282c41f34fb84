package tokenizer_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frontdesk.internal/models/embed/tokenizer"
)

// published reads a tokenizer of the weights folder, or skips the test.
func published(t testing.TB, name string) *tokenizer.Tokenizer {
	t.Helper()
	dir := os.Getenv("FRONTDESK_WEIGHTS")
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil && dir != "" && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil || dir == "" {
		t.Skipf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
	}
	defer f.Close()
	tok, err := tokenizer.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func sentences(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/sentences.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// golden reads what the reference gave for each sentence.
func golden(t *testing.T, name string) [][]int64 {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all [][]int64
	for s := bufio.NewScanner(f); s.Scan(); {
		var ids []int64
		for field := range strings.FieldsSeq(s.Text()) {
			id, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		all = append(all, ids)
	}
	return all
}

// compare returns how many sentences differ from the reference, and shows some.
func compare(t *testing.T, tok *tokenizer.Tokenizer, name string) (wrong int) {
	t.Helper()
	list, want := sentences(t), golden(t, name)
	if len(list) != 1000 || len(want) != len(list) {
		t.Fatalf("got %d sentences and %d golden lines, want 1000 each", len(list), len(want))
	}
	for i, text := range list {
		if got := tok.Encode(text, 1<<20); !slices.Equal(got, want[i]) {
			if wrong++; wrong <= 20 {
				t.Logf("%q:\n got %v\nwant %v", text, got, want[i])
			}
		}
	}
	return wrong
}

func TestWordPieceGolden(t *testing.T) {
	if wrong := compare(t, published(t, "all-mpnet-base-v2-tokenizer.json"), "mpnet.txt"); wrong > 0 {
		t.Errorf("%d of 1000 sentences differ from the reference", wrong)
	}
}

func TestUnigramGolden(t *testing.T) {
	if wrong := compare(t, published(t, "multilingual-e5-small-tokenizer.json"), "xlm-roberta.txt"); wrong > 0 {
		t.Errorf("%d of 1000 sentences differ from the reference", wrong)
	}
}

func TestUnigramCharsMapGolden(t *testing.T) {
	if wrong := compare(t, published(t, "use-multilingual-3-tokenizer.json"), "use-multilingual.txt"); wrong > 0 {
		t.Errorf("%d of 1000 sentences differ from the reference", wrong)
	}
}

func BenchmarkUnigram(b *testing.B) {
	tok, list := published(b, "multilingual-e5-small-tokenizer.json"), sentences(b)
	for i := 0; b.Loop(); i++ {
		tok.Encode(list[i%len(list)], 256)
	}
}

func BenchmarkWordPiece(b *testing.B) {
	tok, list := published(b, "all-mpnet-base-v2-tokenizer.json"), sentences(b)
	for i := 0; b.Loop(); i++ {
		tok.Encode(list[i%len(list)], 256)
	}
}
