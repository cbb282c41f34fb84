package e5conv

import (
	"io"

	"frontdesk.internal/models/embed/tokenizer"
)

// Tokenizer reads the weight file and writes its tokenizer.json: SentencePiece's unigram model with the numbers of XLM-RoBERTa.
func Tokenizer(w io.Writer, weights io.Reader) error {
	c, err := open(weights)
	if err != nil {
		return err
	}
	type object = map[string]any
	// Letters and marks that belong together come first, so that the replacements see one rune for them, and some of what the
	// replacements write belongs together again.
	normal := []object{{"type": "NFC"}}
	for _, r := range c.replace {
		normal = append(normal, object{"type": "Replace", "pattern": object{"String": string(r.from)}, "content": r.to})
	}
	normal = append(normal, object{"type": "NFC"})
	return tokenizer.Vocabulary{
		Pieces: c.pieces, Begin: c.begin, End: c.end, Unknown: c.unknown,
		Special:     []int{c.begin, c.pad, c.end, c.unknown},
		Normalizers: normal,
	}.Write(w)
}
