package whisperconv

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// textTokens is the number of tokens that stand for text in every Whisper model; whisper.cpp names the rest itself.
const textTokens = 50257

// maxTokenizer bounds the tokenizer.json that is read, in bytes.
const maxTokenizer = 64 << 20

// readTokens reads the text tokens from a tokenizer.json, as bytes and in the order of their ids.
func readTokens(r io.Reader) ([][]byte, error) {
	var file struct {
		Model struct {
			Vocab map[string]int `json:"vocab"`
		} `json:"model"`
	}
	if err := json.NewDecoder(io.LimitReader(r, maxTokenizer)).Decode(&file); err != nil {
		return nil, fmt.Errorf("read tokenizer: %w", err)
	}
	table := byteTable()
	tokens := make([][]byte, textTokens)
	found := 0
	for text, id := range file.Model.Vocab {
		if id < 0 || id >= textTokens {
			continue // Special tokens, which whisper.cpp numbers by itself.
		}
		if tokens[id] != nil {
			return nil, fmt.Errorf("read tokenizer: id %d is given twice", id)
		}
		b, err := table.undo(text)
		if err != nil {
			return nil, fmt.Errorf("read tokenizer: token %d: %w", id, err)
		}
		tokens[id] = b
		found++
	}
	if found != textTokens {
		return nil, fmt.Errorf("read tokenizer: %d of %d text tokens in it", found, textTokens)
	}
	return tokens, nil
}

// byteToRune is GPT-2's way to write any byte as a printable character.
type byteToRune map[rune]byte

// byteTable builds the inverse of GPT-2's byte-to-unicode table: printable bytes stand for themselves, the others for
// the characters from U+0100 on.
func byteTable() byteToRune {
	t := make(byteToRune, 256)
	next := rune(256)
	for b := range 256 {
		if b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae {
			t[rune(b)] = byte(b)
			continue
		}
		t[next] = byte(b)
		next++
	}
	return t
}

// undo returns the bytes that text stands for.
func (t byteToRune) undo(text string) ([]byte, error) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := t[r]
		if !ok || r == utf8.RuneError {
			return nil, fmt.Errorf("character %U stands for no byte", r)
		}
		out = append(out, b)
	}
	return out, nil
}
