package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxFile bounds a tokenizer.json, in bytes; that of XLM-RoBERTa has 17 million.
const maxFile = 64 << 20

// Tokenizer cuts texts.
type Tokenizer struct {
	cutter
	before, after []int64 // special pieces around every text
	size          int
}

// cutter appends the numbers of the text's pieces to ids, and may stop once there are more than most of them.
type cutter interface {
	cut(ids []int64, text string, most int) []int64
}

// Encode returns the numbers of the text's pieces with the special pieces around them, at most most in all: what is too much is cut
// off at the end of the text. most must leave room for the special pieces, or nothing of the text is left.
func (t *Tokenizer) Encode(text string, most int) []int64 {
	room := max(0, most-len(t.before)-len(t.after))
	ids := append(make([]int64, 0, 32), t.before...)
	ids = t.cut(ids, text, len(t.before)+room)
	ids = ids[:min(len(ids), len(t.before)+room)]
	return append(ids, t.after...)
}

// Size returns how many pieces the vocabulary has; every number is below it.
func (t *Tokenizer) Size() int { return t.size }

// file is a tokenizer.json, as far as it matters.
type file struct {
	Normalizer    *normalizerConfig `json:"normalizer"`
	PreTokenizer  *preTokenizer     `json:"pre_tokenizer"`
	PostProcessor *postProcessor    `json:"post_processor"`
	Model         json.RawMessage   `json:"model"`
}

// typed is the kind of a part.
type typed struct {
	Type string `json:"type"`
}

// preTokenizer says where words end.
type preTokenizer struct {
	typed
	Parts         []preTokenizer `json:"pretokenizers"`
	Replacement   string         `json:"replacement"`      // Metaspace
	PrependScheme string         `json:"prepend_scheme"`   // Metaspace: "always" when it is not given
	Prefix        *bool          `json:"add_prefix_space"` // Metaspace, in older files
}

// postProcessor says which special pieces go where.
type postProcessor struct {
	Type   string `json:"type"`
	Single []struct {
		SpecialToken *struct {
			ID string `json:"id"`
		} `json:"SpecialToken"`
		Sequence *struct{} `json:"Sequence"`
	} `json:"single"`
	SpecialTokens map[string]struct {
		IDs []int64 `json:"ids"`
	} `json:"special_tokens"`

	First *special `json:"cls"` // RobertaProcessing: one piece before the text and one after it
	Last  *special `json:"sep"`
}

// special is a special piece as RobertaProcessing writes it: a list of its text and its number.
type special struct{ id int64 }

func (s *special) UnmarshalJSON(b []byte) error {
	var text string
	return json.Unmarshal(b, &[]any{&text, &s.id})
}

// ids returns the numbers of all special pieces.
func (p *postProcessor) ids() []int64 {
	var all []int64
	if p != nil {
		for _, s := range p.SpecialTokens {
			all = append(all, s.IDs...)
		}
	}
	return all
}

// Read reads a tokenizer.json.
func Read(r io.Reader) (*Tokenizer, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read tokenizer: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("read tokenizer: more than %d bytes", maxFile)
	}
	t, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("read tokenizer: %w", err)
	}
	return t, nil
}

func parse(data []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	var kind typed
	if err := json.Unmarshal(f.Model, &kind); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if kind.Type == "" && f.PreTokenizer != nil && f.PreTokenizer.Type == "BertPreTokenizer" {
		kind.Type = "WordPiece" // older files do not say it
	}
	t := &Tokenizer{}
	var err error
	switch kind.Type {
	case "WordPiece":
		t.cutter, t.size, err = newWordPiece(f)
	case "Unigram":
		t.cutter, t.size, err = newUnigram(f)
	default:
		err = fmt.Errorf("model %q is of none of the kinds known: WordPiece, Unigram", kind.Type)
	}
	if err != nil {
		return nil, err
	}
	return t, t.frame(f)
}

// frame takes the special pieces from the template.
func (t *Tokenizer) frame(f file) error {
	p := f.PostProcessor
	switch {
	case p == nil:
		return errors.New("nothing is said of special pieces")
	case p.Type == "RobertaProcessing" && p.First != nil && p.Last != nil:
		t.before, t.after = []int64{p.First.id}, []int64{p.Last.id}
	case p.Type != "TemplateProcessing":
		return errors.New("there is no template for special pieces")
	}
	place := &t.before
	for _, s := range p.Single {
		switch {
		case s.Sequence != nil:
			place = &t.after
		case s.SpecialToken != nil:
			ids := p.SpecialTokens[s.SpecialToken.ID].IDs
			if len(ids) == 0 {
				return fmt.Errorf("special piece %q has no number", s.SpecialToken.ID)
			}
			*place = append(*place, ids...)
		}
	}
	for _, id := range append(append([]int64(nil), t.before...), t.after...) {
		if id < 0 || id >= int64(t.size) {
			return fmt.Errorf("special piece %d is outside the vocabulary of %d", id, t.size)
		}
	}
	return nil
}
