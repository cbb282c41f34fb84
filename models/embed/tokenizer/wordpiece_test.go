package tokenizer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/models/embed/tokenizer"
)

// smallWordPiece is a tokenizer.json with these pieces after the special ones: [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3.
func smallWordPiece(pieces ...string) string {
	var vocab strings.Builder
	for i, p := range append([]string{"[PAD]", "[UNK]", "[CLS]", "[SEP]"}, pieces...) {
		if i > 0 {
			vocab.WriteByte(',')
		}
		fmt.Fprintf(&vocab, "%q:%d", p, i)
	}
	return `{"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
"pre_tokenizer":{"type":"BertPreTokenizer"},
"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
{"SpecialToken":{"id":"[SEP]","type_id":0}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":10,"vocab":{` + vocab.String() + `}}}`
}

func read(t testing.TB, text string) *tokenizer.Tokenizer {
	t.Helper()
	tok, err := tokenizer.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestWordPiece(t *testing.T) {
	tok := read(t, smallWordPiece("hair", "##cut", "##s", "a", "?", "天", "strasse", "cafe", "[", "]", "sep")) // hair is 4
	for _, tt := range []struct {
		text string
		most int
		want []int64
	}{
		{"", 10, []int64{2, 3}},
		{"A haircut?", 10, []int64{2, 7, 4, 5, 8, 3}},
		{"haircuts", 10, []int64{2, 4, 5, 6, 3}},
		{"hairy", 10, []int64{2, 1, 3}},                    // one piece is missing: the whole word is unknown
		{"haircuthairs", 10, []int64{2, 1, 3}},             // too long a word
		{"CAFÉ Cafe\u0301", 10, []int64{2, 11, 11, 3}},     // letter case and accents do not count
		{"a天天a", 10, []int64{2, 7, 9, 9, 7, 3}},            // each character is a word
		{"a\x00\xff\u200b a\t\n", 10, []int64{2, 7, 7, 3}}, // nothing that cannot be seen
		{"[SEP] a", 10, []int64{2, 12, 14, 13, 7, 3}},      // who writes a special piece gets plain ones
		{"a a a a a", 5, []int64{2, 7, 7, 7, 3}},           // cut off
		{"haircuts", 4, []int64{2, 4, 5, 3}},
		{"a", 1, []int64{2, 3}},
	} {
		if got := tok.Encode(tt.text, tt.most); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	good := smallWordPiece("a")
	for _, tt := range []struct{ name, text, want string }{
		{"no JSON", "vocab.txt", "invalid"},
		{"no model", "{}", "model"},
		{"another kind", strings.Replace(good, `"WordPiece"`, `"BPE"`, 1), `"BPE"`},
		{"another normalizer", strings.Replace(good, "BertNormalizer", "Lowercase", 1), "normalizer"},
		{"no unknown piece", strings.Replace(good, `"unk_token":"[UNK]"`, `"unk_token":"?"`, 1), "unknown piece"},
		{"a number outside", strings.Replace(good, `"a":4`, `"a":9`, 1), "number 9"},
		{"no template", strings.Replace(good, "TemplateProcessing", "Other", 1), "template"},
		{"a special piece outside", strings.Replace(good, `"ids":[2]`, `"ids":[77]`, 1), "77"},
		{"no special number", strings.Replace(good, `"ids":[2]`, `"ids":[]`, 1), "no number"},
	} {
		if _, err := tokenizer.Read(strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

// FuzzWordPiece: whatever the text, the numbers are within bounds, special pieces stand at both ends only, and letter case is nothing.
func FuzzWordPiece(f *testing.F) {
	tok := read(f, smallWordPiece("a", "b", "##b", "##a", ".", "ß", "##天"))
	for _, s := range []string{"", "ab ba", "A.B", "天a", "İ\u0301", "\xff\x00", "[SEP]", strings.Repeat("ab", 9)} {
		f.Add(s, 16)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		ids := tok.Encode(text, most)
		if len(ids) < 2 || len(ids) > max(2, most) || ids[0] != 2 || ids[len(ids)-1] != 3 {
			t.Fatalf("%q, at most %d: got %v", text, most, ids)
		}
		for _, id := range ids[1 : len(ids)-1] {
			if id < 0 || id >= int64(tok.Size()) || id == 0 || id == 2 || id == 3 {
				t.Fatalf("%q: got %v", text, ids)
			}
		}
		if long := tok.Encode(text+" ", 1<<20); len(long) <= most && !slices.Equal(long, ids) {
			t.Fatalf("%q: a space at the end changes %v to %v", text, ids, long)
		}
	})
}
