package useconv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"frontdesk.internal/models/embed/tokenizer"
)

// maxPieces bounds a vocabulary; the encoder's has 128,000 pieces.
const maxPieces = 1 << 20

// Kinds of pieces of a SentencePiece model.
const (
	unknownPiece = 2
	controlPiece = 3
)

// Tokenizer reads the SentencePiece model and writes it as a tokenizer.json.
func Tokenizer(w io.Writer, model io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(model, maxFile+1))
	if err != nil {
		return fmt.Errorf("read tokenizer: %w", err)
	}
	if len(data) > maxFile {
		return fmt.Errorf("read tokenizer: more than %d bytes", maxFile)
	}
	v, err := readVocabulary(data)
	if err != nil {
		return fmt.Errorf("read tokenizer: %w", err)
	}
	return v.Write(w)
}

// readVocabulary reads the parts of the model that matter: pieces are its field 1, how texts are normalised its field 3.
func readVocabulary(data []byte) (tokenizer.Vocabulary, error) {
	v := tokenizer.Vocabulary{Begin: -1, End: -1, Unknown: -1}
	var charsMap []byte
	err := eachField(data, func(num protowire.Number, f field) error {
		switch num {
		case 1:
			p, kind, err := readPiece(f.bytes)
			if err != nil {
				return err
			}
			id := len(v.Pieces)
			if v.Pieces = append(v.Pieces, p); id >= maxPieces {
				return fmt.Errorf("more than %d pieces", maxPieces)
			}
			switch {
			case kind == unknownPiece && v.Unknown < 0:
				v.Unknown = id
			case kind == controlPiece && p.Text == "<s>":
				v.Begin = id
			case kind == controlPiece && p.Text == "</s>":
				v.End = id
			}
		case 3:
			var err error
			charsMap, err = readNormalizer(f.bytes)
			return err
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	if v.Begin < 0 || v.End < 0 || v.Unknown < 0 {
		return v, fmt.Errorf("special pieces are missing among %d", len(v.Pieces))
	}
	if len(charsMap) == 0 {
		return v, errors.New("there is no table of characters")
	}
	v.Special = []int{v.Unknown, v.Begin, v.End}
	v.Normalizers = []map[string]any{{"type": "Precompiled", "precompiled_charsmap": charsMap}}
	return v, nil
}

func readPiece(data []byte) (p tokenizer.Piece, kind uint64, err error) {
	err = eachField(data, func(num protowire.Number, f field) error {
		switch num {
		case 1:
			p.Text = string(f.bytes)
		case 2:
			if len(f.bytes) != 4 {
				return fmt.Errorf("piece %q has no score", p.Text)
			}
			p.Score = math.Float32frombits(binary.LittleEndian.Uint32(f.bytes))
		case 3:
			kind = f.number
		}
		return nil
	})
	if err == nil && (math.IsNaN(float64(p.Score)) || math.IsInf(float64(p.Score), 0)) {
		err = fmt.Errorf("piece %q has the score %v", p.Text, p.Score)
	}
	return p, kind, err
}

// readNormalizer returns the table of characters. Words begin with a mark and spaces in a row are one, or it is a tokenizer of
// another kind.
func readNormalizer(data []byte) (charsMap []byte, err error) {
	err = eachField(data, func(num protowire.Number, f field) error {
		switch {
		case num == 2:
			charsMap = f.bytes
		case num >= 3 && num <= 5 && f.number != 1:
			return errors.New("texts are to be normalised in a way that is not known")
		}
		return nil
	})
	return charsMap, err
}

// field is one field of a message: a number, or the bytes of all else.
type field struct {
	number uint64
	bytes  []byte
}

// eachField calls do with each field of a message.
func eachField(data []byte, do func(protowire.Number, field) error) error {
	for len(data) > 0 {
		num, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		n = protowire.ConsumeFieldValue(num, kind, data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		f := field{bytes: data[:n]}
		switch kind {
		case protowire.VarintType:
			f.number, _ = protowire.ConsumeVarint(data)
		case protowire.BytesType:
			f.bytes, _ = protowire.ConsumeBytes(data)
		}
		if err := do(num, f); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}
