package search_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/search"
)

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestFind(t *testing.T) {
	var x search.Index
	for i, d := range []search.Doc{
		{ID: "a", Texts: []string{"My tooth broke, I'm in pain", "That sounds urgent."}, Numbers: []string{"01725550144"}},
		{ID: "b", Texts: []string{"What would a check-up cost?"}, Numbers: []string{"15552011"}},
		{ID: "c", Texts: []string{"Müller here. Toothache since Monday."}},
	} {
		d.At = t0.Add(time.Duration(i) * time.Hour)
		x.Put(d)
	}
	for query, want := range map[string]string{
		"tooth":         "c a",
		"TOOTH pain":    "a",
		"im":            "a",
		"check-up":      "b",
		"müller":        "c",
		"0172 555-0144": "a",
		"0144":          "a",
		"555":           "b a",
		"55":            "",
		"tooth 555":     "a",
		"nothing":       "",
		"":              "",
		"?!":            "",
	} {
		if got, total := x.Find(search.Query{Text: query, Limit: 10}); strings.Join(got, " ") != want || total != len(got) {
			t.Errorf("Find(%q) = %v of %d; want %s", query, got, total, want)
		}
	}
	for name, q := range map[string]search.Query{
		"since":  {Text: "tooth", Since: t0.Add(time.Minute), Limit: 10},
		"before": {Text: "tooth pain", Before: t0.Add(time.Minute), Limit: 10},
		"limit":  {Text: "tooth", Limit: 1},
		"skip":   {Text: "tooth", Skip: 1, Limit: 10},
	} {
		if got, _ := x.Find(q); len(got) != 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, total := x.Find(search.Query{Text: "tooth", Skip: 5, Limit: 1}); total != 2 {
		t.Errorf("total %d", total)
	}
}

func TestPutReplacesAndDropForgets(t *testing.T) {
	var x search.Index
	for i := range 5000 { // often enough that the index tidies up
		x.Put(search.Doc{ID: fmt.Sprint(i % 10), At: t0.Add(time.Duration(i) * time.Second), Texts: []string{"word", fmt.Sprintf("only%d", i)}})
	}
	if got, total := x.Find(search.Query{Text: "word", Limit: 3}); total != 10 || x.Len() != 10 ||
		!slices.Equal(got, []string{"9", "8", "7"}) {
		t.Errorf("%v of %d, %d documents", got, total, x.Len())
	}
	if got, _ := x.Find(search.Query{Text: "only4999", Limit: 3}); len(got) != 1 {
		t.Errorf("the newest form is not found: %v", got)
	}
	if got, _ := x.Find(search.Query{Text: "only4989", Limit: 3}); len(got) != 0 {
		t.Errorf("a former form is found: %v", got)
	}
	x.Drop("9")
	x.Drop("never there")
	if _, total := x.Find(search.Query{Text: "word", Limit: 3}); total != 9 {
		t.Errorf("after Drop: %d", total)
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"+49 (172) 555-01 44": "491725550144",
		"tooth 1/2":           "12 tooth",
		"one, two ONE":        "one two",
		"It's":                "its",
	} {
		if got := strings.Join(search.Words(text), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("tooth pain", "0172 555")
	f.Add("", " - ( ")
	f.Fuzz(func(t *testing.T, text, query string) {
		var x search.Index
		x.Put(search.Doc{ID: "a", Texts: []string{text}})
		x.Find(search.Query{Text: query, Limit: 5})
		if words := strings.Fields(text); len(words) == 1 && len(search.Words(text)) == 1 && search.Words(text)[0] == strings.ToLower(text) {
			if got, _ := x.Find(search.Query{Text: text, Limit: 5}); len(got) != 1 {
				t.Errorf("%q is not found by itself", text)
			}
		}
	})
}

func BenchmarkFind20000(b *testing.B) {
	var x search.Index
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 20000 {
		var texts []string
		for range 12 {
			texts = append(texts, fmt.Sprintf("w%d w%d w%d w%d the price of", r.IntN(8000), r.IntN(8000), r.IntN(300), r.IntN(20)))
		}
		x.Put(search.Doc{
			ID: fmt.Sprintf("%020d", i), At: t0.Add(time.Duration(i) * time.Minute), Texts: texts, Numbers: []string{fmt.Sprint(r.IntN(1e9))},
		})
	}
	for b.Loop() {
		x.Find(search.Query{Text: "the w1 123", Limit: 50})
	}
}
