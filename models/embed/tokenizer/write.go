package tokenizer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Vocabulary is a unigram model that a converter has read from another form.
type Vocabulary struct {
	Pieces []Piece // a piece's place is its number
	// Begin and End stand around every text, Unknown for what no piece has.
	Begin, End, Unknown int
	// Special are the pieces that stand for no text, those three among them.
	Special []int
	// Normalizers are what is done to a text first, each in the form of a tokenizer.json.
	Normalizers []map[string]any
}

// Piece is one piece of a vocabulary and how likely it is, as a logarithm.
type Piece struct {
	Text  string
	Score float32
}

// Write writes v as the tokenizer.json that [Read] reads: words end at spaces and begin with SentencePiece's mark. The same vocabulary
// gives the same bytes on every machine.
func (v Vocabulary) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := v.write(out); err != nil {
		return fmt.Errorf("convert tokenizer: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write tokenizer: %w", err)
	}
	return nil
}

func (v Vocabulary) write(w *bufio.Writer) error {
	type object map[string]any
	if slices.Max(append([]int{v.Begin, v.End, v.Unknown}, v.Special...)) >= len(v.Pieces) {
		return fmt.Errorf("special pieces are outside the vocabulary of %d", len(v.Pieces))
	}
	begin, end := v.Pieces[v.Begin].Text, v.Pieces[v.End].Text
	var special []object
	for _, id := range v.Special {
		special = append(special, object{
			"id": id, "content": v.Pieces[id].Text, "special": true,
			"single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
		})
	}
	head, err := json.Marshal(object{
		"version": "1.0", "added_tokens": special,
		"normalizer": object{"type": "Sequence", "normalizers": v.Normalizers},
		"pre_tokenizer": object{"type": "Sequence", "pretokenizers": []object{
			{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
		}},
		"post_processor": object{
			"type": "TemplateProcessing",
			"single": []object{
				{"SpecialToken": object{"id": begin, "type_id": 0}}, {"Sequence": object{"id": "A", "type_id": 0}},
				{"SpecialToken": object{"id": end, "type_id": 0}},
			},
			"pair": []object{},
			"special_tokens": object{
				begin: object{"id": begin, "ids": []int{v.Begin}, "tokens": []string{begin}},
				end:   object{"id": end, "ids": []int{v.End}, "tokens": []string{end}},
			},
		},
	})
	if err != nil {
		return err
	}
	_, _ = w.Write(head[:len(head)-1]) // without its last brace; the buffer keeps the error
	fmt.Fprintf(w, `,"model":{"type":"Unigram","unk_id":%d,"vocab":[`, v.Unknown)
	for i, p := range v.Pieces {
		if i > 0 {
			_ = w.WriteByte(',')
		}
		text, err := json.Marshal(p.Text)
		if err != nil {
			return err
		}
		_, _ = w.WriteString("\n[")
		_, _ = w.Write(text)
		_ = w.WriteByte(',')
		_, _ = w.WriteString(strconv.FormatFloat(float64(p.Score), 'g', -1, 32))
		_ = w.WriteByte(']')
	}
	_, _ = w.WriteString("]}}\n")
	return nil
}
