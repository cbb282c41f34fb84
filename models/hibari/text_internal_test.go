package hibari

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

// words are tables of a few words of our own.
func words(t *testing.T) *tables {
	t.Helper()
	x := &tables{
		Months: map[string]string{"jan": "January", "oct": "October"},
		Titles: map[string]string{"Dr": "Doctor"}, Abbreviations: map[string]string{"Dr.": "Drive", "Ltd.": "Limited"},
		Units:   map[string][2]string{"kg": {"kilogram", "kilograms"}},
		Symbols: ordered{{"=", "equals"}, {"™", ""}},
		Currency: map[string][2]string{
			"¥": {"yen", "yen"}, "$": {"dollar", "dollars"}, "¢": {"cent", "cents"}, "USD": {"dollar", "dollars"},
		},
		Numbered: []string{"Chapter"}, Named: []string{"Queen"},
	}
	if err := x.prepare(); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestWrite(t *testing.T) {
	x := words(t)
	for text, want := range map[string]string{
		"at 9:30 am.":                "at nine thirty A.M.",
		"at 9:05pm, then":            "at nine oh five P.M., then",
		"at 25:10 or 10:00":          "at 25:10 or ten o'clock",
		"1:2:3 10:15:01":             "1:2:3 ten fifteen and one second",
		"2026-10-12, 31/1/27":        "October twelfth, 2026, January thirty-first, 2027",
		"Oct. 3rd, 2026 and 5 Jan":   "October third, 2026 and the fifth of January",
		"1 kg, 2.5kg, 3 kgs":         "1 kilogram, 2.5 kilograms, 3 kgs",
		"-5 °C and 90° north":        "-5 degrees Celsius and 90 degrees north",
		"$3.2 billion or $5k":        "3.2 billion dollars or 5 thousand dollars",
		"¥500, USD 1 and 99¢":        "500 yen, 1 dollar and 99 cents",
		"Dr. Who, 1 Mill Dr.":        "Doctor Who, 1 Mill Drive.",
		"ABC Ltd. pays":              "ABC Limited pays",
		"No. 7, Nos. 8, #9":          "Number 7, Numbers 8, number 9",
		"Chapter IV. Chapter Clear":  "Chapter 4. Chapter Clear",
		"Queen Mary II came":         "Queen Mary II came",
		"Queen II, Queen Victoria":   "Queen the second, Queen Victoria",
		"617-555-0142 or 555-0199":   "6 1 7, 5 5 5, 0 1 4 2 or 5 5 5, 0 1 9 9",
		"1/2, 3/4, 1/31 and 13/31":   "one half, 3 quarters, January thirty-first and 13 slash 31",
		"pages 12-15 and 1-2-3, +49": "pages 12 to 15 and 1-2-3, plus 49",
		"a = b, it™ is":              "a equals b, it is",
		" a \t b ":                   "a b",
		"":                           "",
	} {
		if got := x.write(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	x := words(t)
	text := "Is Dr. Who in? He is “out.” See J. Smith at 5 p.m. on Monday! \nNew line… Right."
	want := []string{"Is Dr. Who in?", "He is “out.", "See J. Smith at 5 p.m. on Monday!", "New line…", "Right."}
	if got := x.sentences(text); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumberWords(t *testing.T) {
	for got, want := range map[string]string{
		cardinal("0"): "zero", cardinal("007"): "seven", cardinal("21"): "twenty-one", cardinal("110"): "one hundred and ten",
		cardinal("1001"):    "one thousand and one",
		cardinal("1234567"): "one million, two hundred and thirty-four thousand, five hundred and sixty-seven",
		ordinal("23"):       "twenty-third", ordinal("100"): "one hundredth", ordinal("12"): "twelfth", ordinal("40"): "fortieth",
		year("1905"): "nineteen oh-five", year("2005"): "two thousand and five", year("2010"): "twenty ten", year("1900"): "nineteen hundred",
		decimal("3.140"): "three point one four", decimal("2.0"): "two",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := cardinal(strings.Repeat("1", 40)); strings.Count(got, "one") != 40 {
		t.Errorf("a number without a name: %q", got)
	}
}

func TestPieces(t *testing.T) {
	x := tokenizer{special: map[string][]string{"don't": {"do", "n't"}, "a.m.": {"a.m."}, "Sept.": {"Sept."}}}
	for text, want := range map[string]string{
		`"Don't," he said.`:       `" Don't , " he said .`,
		"don't (well-known) 5kg.": "do n't ( well - known ) 5 kg .",
		"info@example.com, $5":    "info@example.com , $ 5",
		"9 a.m., Sept.":           "9 a.m. , Sept.",
		"and/or John's U.S.":      "and / or John 's U.S.",
		"wait...what":             "wait ... what",
	} {
		var got []string
		for _, p := range x.pieces(text) {
			got = append(got, p.text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// small is a speller of a few words.
func small(t *testing.T) *speller {
	t.Helper()
	ways := func(ps ...string) entry {
		e := entry{byTag: map[string]*string{}}
		for i := 0; i < len(ps); i += 2 {
			e.byTag[ps[i]] = &ps[i+1]
		}
		return e
	}
	l := &lexicon{checked: dictionary{
		"to": {always: "tu"}, "open": {always: "ˈOpᵊn"}, "two": {always: "tˈu"}, "dollar": {always: "dˈɑləɹ"}, "wait": {always: "wˈAt"},
		"read": ways("DEFAULT", "ɹˈid", "VBD", "ɹˈɛd"), "P": {always: "pˈi"}, "B": {always: "bˈi"}, "X": {always: "ˈɛks"},
		"twenty": {always: "twˈɛnti"}, "one": {always: "wˈʌn"}, "box": {always: "bˈɑks"}, "and": {always: "ænd"}, "cent": {always: "sˈɛnt"},
	}, further: dictionary{"elm": {always: "ˈɛlm"}}}
	tags := &tagger{Known: map[string]string{
		"read": "VBD", "the": "DT", "to": "TO", "$": "$", "2": "CD", "21": "CD", ".": ".", ",": ",", "PBX": "NN", "Zorg": "NNP", "2.01": "CD",
	}, Tags: []string{"NN"}}
	tags.prepare()
	return &speller{tables: words(t), tagger: tags, lexicon: l, unknown: func(_ context.Context, w string) (string, error) {
		return "<" + w + ">", nil
	}}
}

func TestPhonemes(t *testing.T) {
	s := small(t)
	for text, want := range map[string]string{
		"read":              "ɹˈɛd",
		"the open, the box": "ði ˈOpᵊn, ðə bˈɑks",
		"to open to two":    "tʊ ˈOpᵊn tə tˈu",
		"boxes opened":      "bˈɑksᵻz ˈOpᵊnd",
		"waiting":           "wˈATɪŋ",
		"PBX":               "pˌibˌiˈɛks",
		"$2, $21.":          "tˈu dˈɑləɹz, twˈɛnti wˈʌn dˈɑləɹz.",
		"$2.01":             "tˈu dˈɑləɹz ænd wˈʌn sˈɛnt",
		"Elm":               "ˈɛlm",
		"Zorg":              "<Zorg>",
	} {
		got, err := s.phonemes(t.Context(), text)
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	long := strings.TrimSuffix(strings.Repeat("two two two two two two two two two two, ", 20), ", ")
	got, err := s.phonemes(t.Context(), long)
	if err != nil || len(got) < 2 || slices.ContainsFunc(got, func(ps string) bool { return count(ps) > longer }) {
		t.Errorf("a very long sentence became %d parts, %v", len(got), err)
	}
}

// TestSynth: a steady pitch and no noise is a train of pulses; noise alone is as loud as asked for.
func TestSynth(t *testing.T) {
	const frames = 40
	flat := func(v float32) []float32 { return slices.Repeat([]float32{v}, frames*bins) }
	s := spectrum{
		frames: frames, pulses: flat(0), turn: flat(0), noise: flat(-100), rest: flat(-100), restPhase: flat(0),
		pitch: slices.Repeat([]float32{100}, frames),
	}
	got := synth(s, func() float64 { return 1 })
	want := pulses(s.pitch)
	if len(got) != frames*hop {
		t.Fatalf("%d samples", len(got))
	}
	for i := window; i < len(got)-window; i++ {
		// A magnitude of 1 makes each overtone as loud as 1/hop.
		if math.Abs(float64(got[i])*float64(hop)-want[i]) > 1e-3*float64(hop) {
			t.Fatalf("sample %d is %v, want %v", i, float64(got[i])*hop, want[i])
		}
	}
	s.pitch = make([]float32, frames)
	for i, v := range synth(s, func() float64 { return 0 }) {
		if math.Abs(float64(v)) > 1e-6 {
			t.Fatalf("without pitch and noise, sample %d is %v", i, v)
		}
	}
	if synth(spectrum{}, nil) != nil {
		t.Error("there is sound of nothing")
	}
}

func TestBounce(t *testing.T) {
	var got []int
	for i := range 9 {
		got = append(got, bounce(i, 4))
	}
	if want := []int{0, 1, 2, 3, 2, 1, 0, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := bounce(5, 1); got != 0 {
		t.Errorf("one sample: %d", got)
	}
}
