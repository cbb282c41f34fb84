package e5conv

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Tokenizer reads the weight file and writes its tokenizer.json: SentencePiece's unigram model with the numbers of XLM-RoBERTa.
func Tokenizer(w io.Writer, weights io.Reader) error {
	c, err := open(weights)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := c.writeTokenizer(out); err != nil {
		return fmt.Errorf("convert tokenizer: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write tokenizer: %w", err)
	}
	return nil
}

func (c *container) writeTokenizer(w *bufio.Writer) error {
	if slices.Max([]int{c.begin, c.end, c.pad, c.unknown}) >= len(c.pieces) {
		return fmt.Errorf("special pieces are outside the vocabulary of %d", len(c.pieces))
	}
	begin, end := c.pieces[c.begin].text, c.pieces[c.end].text
	type object map[string]any
	var special []object
	for _, id := range []int{c.begin, c.pad, c.end, c.unknown} {
		special = append(special, object{
			"id": id, "content": c.pieces[id].text, "special": true,
			"single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
		})
	}
	// Letters and marks that belong together come first, so that the replacements see one rune for them, and some of what the
	// replacements write belongs together again.
	normal := []object{{"type": "NFC"}}
	for _, r := range c.replace {
		normal = append(normal, object{"type": "Replace", "pattern": object{"String": string(r.from)}, "content": r.to})
	}
	normal = append(normal, object{"type": "NFC"})
	head, err := json.Marshal(object{
		"version": "1.0", "added_tokens": special,
		"normalizer": object{"type": "Sequence", "normalizers": normal},
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
				begin: object{"id": begin, "ids": []int{c.begin}, "tokens": []string{begin}},
				end:   object{"id": end, "ids": []int{c.end}, "tokens": []string{end}},
			},
		},
	})
	if err != nil {
		return err
	}
	_, _ = w.Write(head[:len(head)-1]) // without its last brace; the buffer keeps the error
	fmt.Fprintf(w, `,"model":{"type":"Unigram","unk_id":%d,"vocab":[`, c.unknown)
	for i, p := range c.pieces {
		if i > 0 {
			_ = w.WriteByte(',')
		}
		text, err := json.Marshal(p.text)
		if err != nil {
			return err
		}
		_, _ = w.WriteString("\n[")
		_, _ = w.Write(text)
		_ = w.WriteByte(',')
		_, _ = w.WriteString(strconv.FormatFloat(float64(p.score), 'g', -1, 32))
		_ = w.WriteByte(']')
	}
	_, _ = w.WriteString("]}}\n")
	return nil
}
