package hibari

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// The files that lie beside a voice's model.
const (
	idsFile       = "hibari-vocab.json"                // the number of each phoneme
	tablesFile    = "hibari-normalize.json"            // words by which texts are written out
	specialFile   = "hibari-tokenizer.json"            // words that are cut by a list
	taggerFile    = "hibari-tagger.json.gz"            // the part of speech
	checkedFile   = "hibari-lexicon-us-gold.json.gz"   // the lexicon that people checked
	furtherFile   = "hibari-lexicon-us-silver.json.gz" // and more words
	unknownFile   = "hibari-oov.onnx"                  // the net that reads unknown words
	unknownLetter = "hibari-oov.json"                  // its letters and phonemes
)

// load reads what the texts are turned into phonemes by, all but the net for unknown words, from a folder.
func load(dir string) (*speller, error) {
	s := &speller{tables: &tables{}, tagger: &tagger{}, lexicon: &lexicon{}}
	var all sync.WaitGroup
	jobs := map[string]any{
		tablesFile: s.tables, specialFile: &s.tokenizer.special, taggerFile: s.tagger, checkedFile: &s.lexicon.checked,
		furtherFile: &s.lexicon.further,
	}
	var mu sync.Mutex
	var failed error
	for name, into := range jobs {
		all.Go(func() {
			if err := readJSON(filepath.Join(dir, name), into); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = err
			}
		})
	}
	all.Wait()
	if failed != nil {
		return nil, failed
	}
	s.tagger.prepare()
	if err := s.tables.prepare(); err != nil {
		return nil, fmt.Errorf("read %s (run `frontdesk models verify`): %w", tablesFile, err)
	}
	return s, nil
}

// readJSON reads a file, unpacked where its name says that it is packed.
func readJSON(path string, into any) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open (run `frontdesk models fetch`): %w", err)
	}
	defer f.Close() // read only
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return fmt.Errorf("read %s (run `frontdesk models verify`): %w", path, err)
		}
		r = z
	}
	if err := json.NewDecoder(r).Decode(into); err != nil {
		return fmt.Errorf("read %s (run `frontdesk models verify`): %w", path, err)
	}
	return nil
}
