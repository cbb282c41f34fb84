package tokenizer_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/models/embed/tokenizer"
)

// smallUnigram is a tokenizer.json with these pieces, each with its score, after the special ones: <s> 0, <pad> 1, </s> 2, <unk> 3.
func smallUnigram(normalizer string, vocab ...any) string {
	all := [][]any{{"<s>", 0}, {"<pad>", 0}, {"</s>", 0}, {"<unk>", 0}}
	for i := 0; i < len(vocab); i += 2 {
		all = append(all, vocab[i:i+2])
	}
	list, _ := json.Marshal(all) // strings and numbers can be encoded
	return `{"normalizer":` + normalizer + `,"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}]},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},
{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"</s>"}}],"special_tokens":{"<s>":{"ids":[0]},"</s>":{"ids":[2]}}},
"model":{"type":"Unigram","unk_id":3,"vocab":` + string(list) + `}}`
}

const plainNormalizer = `{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"String":"ﬁ"},"content":"fi"},
{"type":"Replace","pattern":{"String":"\u00a0"},"content":" "},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]}`

func TestUnigram(t *testing.T) {
	tok := read(t, smallUnigram(plainNormalizer,
		"▁", -2.0, "▁a", -3.0, "a", -4.0, "b", -4.5, "ab", -5.0, "▁ab", -9.0, "\\\"", -4.0, "é", -5.0, "▁fi", -3.0, "ba", -4.25)) // ▁ is 4
	for _, tt := range []struct {
		text string
		most int
		want []int64
	}{
		{"", 10, []int64{0, 2}},
		{"  \t ", 10, []int64{0, 2}},
		{"a", 10, []int64{0, 5, 2}},
		{"ab", 10, []int64{0, 4, 8, 2}},   // -2-5 is more than -3-4.5 and -9
		{"aba", 10, []int64{0, 5, 13, 2}}, // -3-4.25: the longest first piece is not the best
		{"a  a\u00a0a", 10, []int64{0, 5, 5, 5, 2}},
		{"axyb", 10, []int64{0, 5, 3, 7, 2}},   // unknown runes that follow each other are one
		{"x y", 10, []int64{0, 4, 3, 4, 3, 2}}, // but not across words
		{"e\u0301", 10, []int64{0, 4, 11, 2}},
		{"ﬁ", 10, []int64{0, 12, 2}},
		{"\\\"", 10, []int64{0, 4, 10, 2}},
		{"<s>\xff", 10, []int64{0, 4, 3, 2}}, // who writes a special piece gets plain ones
		{"a a a a a", 5, []int64{0, 5, 5, 5, 2}},
		{"a", 1, []int64{0, 2}},
	} {
		if got := tok.Encode(tt.text, tt.most); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestReadUnigramErrors(t *testing.T) {
	good := smallUnigram(plainNormalizer, "a", -1.5)
	if _, err := tokenizer.Read(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, now, want string }{
		{"no unknown piece", `"unk_id":3`, `"unk_id":77`, "unknown piece"},
		{"a piece without a score", `["a",-1.5]`, `["a"]`, "score"},
		{"a score that is none", `["a",-1.5]`, `["a",true]`, "true"},
		{"another normalizer", `"NFC"`, `"Nmt"`, `"Nmt"`},
		{"another replacement", `{"String":"ﬁ"}`, `{"String":"two runes"}`, "two runes"},
		{"another pattern", " {2,}", "a+", "a+"},
		{"another pre-tokenizer", "WhitespaceSplit", "Digits", "Digits"},
		{"another way to mark", `"always"`, `"first"`, "Metaspace"},
		{"no mark", "▁", "", "Metaspace"},
		{"a table that is cut off", `{"type":"NFC"}`, `{"type":"Precompiled","precompiled_charsmap":"AAAA"}`, "cut off"},
	} {
		text := strings.Replace(good, tt.old, tt.now, 1)
		if text == good {
			t.Fatalf("%s: nothing was changed", tt.name)
		}
		if _, err := tokenizer.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

// FuzzUnigram: whatever the text, the numbers are within bounds, special pieces stand at both ends only, and the words of a text have
// the pieces that each has alone.
func FuzzUnigram(f *testing.F) {
	tok := read(f, smallUnigram(plainNormalizer, "▁", -2.0, "▁a", -3.0, "a", -4.0, "b", -4.5, "ab", -5.0, "天気", -6.0, "é", -5.0))
	for _, s := range []string{"", "ab ba", "x\u00a0ﬁ", "天気", "e\u0301", "\xff\x00", "<s>", strings.Repeat("ab", 9)} {
		f.Add(s, 16)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		ids := tok.Encode(text, most)
		if len(ids) < 2 || len(ids) > max(2, most) || ids[0] != 0 || ids[len(ids)-1] != 2 {
			t.Fatalf("%q, at most %d: got %v", text, most, ids)
		}
		for _, id := range ids[1 : len(ids)-1] {
			if id < 3 || id >= int64(tok.Size()) {
				t.Fatalf("%q: got %v", text, ids)
			}
		}
		twice := tok.Encode(text+" "+text, 1<<20)
		once := tok.Encode(text, 1<<20)
		if once = once[1 : len(once)-1]; !slices.Equal(twice[1:len(twice)-1], append(slices.Clone(once), once...)) {
			t.Fatalf("%q has %v, and twice %v", text, once, twice)
		}
	})
}
