package asrbench

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Where Debian puts the prompts and what was said in them.
const (
	SoundsPackage      = "asterisk-core-sounds-en-wav"
	TranscriptsPackage = "asterisk-core-sounds-en"
	DefaultSounds      = "/usr/share/asterisk/sounds/en_US_f_Allison"
	DefaultTranscripts = "/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
)

// minWords leaves out prompts that nobody would say on their own: letters, digits, "press".
const minWords = 3

// Prompt is one recording with its text.
type Prompt struct {
	Name string   // as in the list of transcripts
	File string   // path of the WAV file
	Said []string // from Words
}

// Load reads the list of transcripts (gzip) and returns the speech prompts whose recordings are in the folder, sorted
// by name. Prompts that are sounds, silence or shorter than three words are left out.
func Load(sounds, transcripts string) ([]Prompt, error) {
	f, err := os.Open(transcripts)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read transcripts (apt-get install %s): %w", TranscriptsPackage, err)
	} else if err != nil {
		return nil, fmt.Errorf("read transcripts: %w", err)
	}
	defer f.Close() // read only
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read transcripts %s: %w", transcripts, err)
	}
	said, err := parseTranscripts(z)
	if err != nil {
		return nil, fmt.Errorf("read transcripts %s: %w", transcripts, err)
	}
	var out []Prompt
	for name, words := range said {
		file := filepath.Join(sounds, filepath.FromSlash(name)+".wav")
		if _, err := os.Stat(file); err == nil {
			out = append(out, Prompt{Name: name, File: file, Said: words})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("find prompts in %s: none there (apt-get install %s, or give --sounds)", sounds, SoundsPackage)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

// parseTranscripts reads lines "name: text"; lines that start with a semicolon are comments.
func parseTranscripts(r io.Reader) (map[string][]string, error) {
	out := map[string][]string{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		name, text, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, ";") || !filepath.IsLocal(name) {
			continue
		}
		if strings.ContainsAny(text, "[](){}<>") || strings.Contains(text, "www") { // a sound, a remark, or spelled out
			continue
		}
		if words := Words(text); len(words) >= minWords {
			out[name] = words
		}
	}
	return out, lines.Err()
}
