package language_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pelletier/go-toml/v2"
)

// fewest is how many examples an intent must have: with fewer the fitted head follows the wording of single ones.
const fewest = 40

// intents are what the examples teach, in every language alike.
var intents = []string{
	"hours", "holidays", "price", "duration", "service", "services", "staff", "address", "directions", "parking", "phone", "email", "website",
	"business", "message", "matter", "complaint", "appointment", "person", "harm", "general", "child", "access", "erase", "object",
	"withdraw", "correct", "recorded", "refuse_recording", "robot", "wrong_number", "goodbye", "thanks", "hello", "repeat", "slower", "hold",
	"question", "help", "never_mind", "chitchat", "policy", "request", "affirm", "deny", "name", "reason",
}

var (
	braces       = regexp.MustCompile(`[{}]`)
	placeholders = regexp.MustCompile(`\{(service|person|role|day|time|thing)\}`)
)

// TestExamples reads the examples of each language that has some.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("*/examples.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples found (%v)", err)
	}
	for _, file := range files {
		t.Run(filepath.Dir(file), func(t *testing.T) { checkExamples(t, readExamples(t, file)) })
	}
}

func readExamples(t *testing.T, file string) map[string][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var read struct {
		Intents map[string][]string `toml:"intents"`
	}
	if err := toml.NewDecoder(f).DisallowUnknownFields().Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read.Intents
}

func checkExamples(t *testing.T, examples map[string][]string) {
	t.Helper()
	want := slices.Sorted(slices.Values(intents))
	if got := slices.Sorted(maps.Keys(examples)); !slices.Equal(got, want) {
		t.Errorf("intents are\n%v\nwant\n%v", got, want)
	}
	of := map[string]string{} // the intent of each example, as the words stand
	for _, intent := range want {
		turns := examples[intent]
		if len(turns) < fewest {
			t.Errorf("%s has %d examples, want %d or more", intent, len(turns), fewest)
		}
		for _, turn := range turns {
			if turn != strings.TrimSpace(turn) || plain(turn) == "" {
				t.Errorf("%s: %q has blanks around it, or no word", intent, turn)
			}
			if braces.MatchString(placeholders.ReplaceAllString(turn, "")) {
				t.Errorf("%s: %q has a placeholder that nobody fills", intent, turn)
			}
			if before, twice := of[plain(turn)]; twice {
				t.Errorf("%s: %q stands under %s already", intent, turn, before)
			}
			of[plain(turn)] = intent
		}
	}
}

// plain gives the words of a turn without case and signs; a placeholder is a word.
func plain(turn string) string {
	words := strings.FieldsFunc(strings.ToLower(turn), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '{' && r != '}'
	})
	return strings.Join(words, " ")
}
