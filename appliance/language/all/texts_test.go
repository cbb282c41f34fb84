package all_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
)

// declared is one key of keys.go.
type declared struct {
	name   string // of the constant
	key    language.Key
	fields []string // of Args, by its comment
}

var (
	braces = regexp.MustCompile(`\{([^}]*)\}`)
	field  = regexp.MustCompile(`[A-Z]\w*`)
)

// keys reads keys.go.
func keys(t *testing.T) []declared {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../keys.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var out []declared
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			k := declared{name: v.Names[0].Name, key: language.Key(text)}
			if m := braces.FindStringSubmatch(v.Doc.Text() + v.Comment.Text()); m != nil {
				for part := range strings.SplitSeq(m[1], ",") {
					part, _, _ = strings.Cut(part, ":")
					k.fields = append(k.fields, field.FindAllString(part, -1)...)
				}
			}
			slices.Sort(k.fields)
			out = append(out, k)
		}
	}
	return out
}

// sample has a value in every field; each is heard in another way.
func sample() language.Args {
	now := time.Date(2026, 11, 23, 10, 15, 0, 0, time.UTC)
	spans := []language.Span{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 17*60 + 30}}
	open := language.Opening{Spans: spans}
	return language.Args{
		Region: "US", Currency: "USD", Now: now,
		Business: "Falkner", Person: "Mara Quint", Role: "Optiker", Name: "Anna Berger", Spelled: "Zola",
		Text: "Hier spricht Falkner. Guten Zander?", Words: "Der Kranich tropft.", Question: "Gibt es Lachs?", Service: "Wendeltreppe",
		Items: []string{"Birke", "Esche", "Ulme"}, Topics: []language.Line{language.K(language.TopicPrice, language.Args{Service: "Kranich"})},
		People: []language.Person{{Name: "Otto Nagel", Role: "Meister"}}, Price: language.Price{Amount: 12000}, Minutes: 90, Count: 17,
		Number: "2175550142",
		Digits: "37", Address: language.Address{Street: "Amselweg 7", City: "Kassel"}, Week: [7]language.Opening{1: open, 2: open},
		Weekday: time.Friday, Day: language.Day{Date: now.AddDate(0, 0, 3), Opening: open, Holiday: "Sommerfest"}, Days: 3,
		At: now.AddDate(0, 0, 5), Polar: language.Yes, Urgent: true, More: true, Document: "Hausordnung", When: "donnerstags um acht",
		Kept: language.Kept{Kinds: []string{"name", "email"}, Calls: 3, Messages: 1},
	}
}

// setting are the fields that are there for every text.
var setting = []string{"Region", "Currency", "Now"}

// used finds the fields of Args that change what a key says.
func used(l language.Language, k language.Key) []string {
	whole, bare, unnamed := sample(), sample(), sample()
	bare.Text = "" // a greeting is the owner's, else of the name, else of the number
	unnamed.Text, unnamed.Business = "", ""
	worded := sample()
	worded.Notice = "Hier antwortet ein Computer." // the owner's in the place of ours
	var out []string
	for _, all := range []language.Args{whole, bare, unnamed, worded} {
		for i := range reflect.TypeFor[language.Args]().NumField() {
			name := reflect.TypeFor[language.Args]().Field(i).Name
			less := all
			reflect.ValueOf(&less).Elem().Field(i).SetZero()
			if !slices.Contains(setting, name) && !slices.Contains(out, name) && l.Text(k, less) != l.Text(k, all) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestEveryKeyInEveryLanguage(t *testing.T) {
	list := keys(t)
	if len(list) < 100 {
		t.Fatalf("only %d keys were found", len(list))
	}
	seen := map[language.Key]string{}
	said := map[string]string{} // by language and text
	for _, k := range list {
		if other := seen[k.key]; other != "" {
			t.Errorf("%s and %s are the same key", k.name, other)
		}
		seen[k.key] = k.name
		for _, tag := range all.Tags() {
			l := all.For(tag)
			text := l.Text(k.key, sample())
			switch {
			case text == "":
				t.Errorf("%s: %s says nothing", tag, k.name)
			case strings.ContainsAny(text, "{}<>%") || strings.Contains(text, "  ") || strings.Contains(text, "no value"):
				t.Errorf("%s: %s says %q", tag, k.name, text)
			case !strings.HasPrefix(k.name, "Word") && !strings.HasPrefix(k.name, "Topic") && !strings.ContainsAny(text[len(text)-1:], ".?!:"):
				t.Errorf("%s: %s has no end: %q", tag, k.name, text)
			}
			if other := said[tag+text]; other != "" {
				t.Errorf("%s: %s says what %s says: %q", tag, k.name, other, text)
			}
			said[tag+text] = k.name
			if got := used(l, k.key); !slices.Equal(got, k.fields) {
				t.Errorf("%s: %s uses %v of the arguments, its comment says %v", tag, k.name, got, k.fields)
			}
			for what, bare := range map[string]language.Args{"nothing": {}, "a time": {Now: time.Date(2026, 11, 23, 10, 15, 0, 0, time.UTC)}} {
				if text := l.Text(k.key, bare); strings.ContainsAny(text, "{}<>%") {
					t.Errorf("%s: %s with %s says %q", tag, k.name, what, text)
				}
			}
		}
	}
}

// No language says what another one says.
func TestLanguagesDiffer(t *testing.T) {
	for _, k := range keys(t) {
		said := map[string]string{}
		for _, tag := range all.Tags() {
			text := all.For(tag).Text(k.key, sample())
			// these are the owner's words
			if other := said[text]; other != "" && k.key != language.TextOwner && k.key != language.TopicService &&
				k.key != language.TextGreetingTail {
				t.Errorf("%s is the same in %s and %s: %q", k.name, tag, other, text)
			}
			said[text] = tag
		}
	}
}

// A key that is not known says nothing.
func TestUnknownKey(t *testing.T) {
	for _, tag := range all.Tags() {
		if got := all.For(tag).Text("no such key", sample()); got != "" {
			t.Errorf("%s: %q", tag, got)
		}
	}
}

// Every key is used by the program or by a language's own sentences.
func TestNoKeyIsUnused(t *testing.T) {
	var code strings.Builder
	for _, root := range []string{"../..", "../../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.HasSuffix(path, "language/keys.go") {
				return err
			}
			data, err := os.ReadFile(path)
			code.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	used := map[string]bool{}
	for _, name := range regexp.MustCompile(`\b(?:Text|Word|Ask|Quote|Topic)[A-Z]\w*`).FindAllString(code.String(), -1) {
		used[name] = true
	}
	for _, k := range keys(t) {
		if !used[k.name] {
			t.Errorf("%s is used nowhere", k.name)
		}
	}
}

// An owner's question that stands at the end of ours does not ask twice.
func TestEitherOfTwoQuestions(t *testing.T) {
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		topic := func(q string) language.Line { return language.K(language.TopicAnswer, language.Args{Question: q}) }
		said := l.Text(language.TextEither, language.Args{Topics: []language.Line{topic("Is there parking?"), topic("Do you treat children?")}})
		if strings.Contains(said, "??") || !strings.Contains(said, "parking?") || !strings.HasSuffix(said, "Do you treat children?") {
			t.Errorf("said %q", said)
		}
	})
}
