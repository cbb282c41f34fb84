package en_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/language"
)

func TestReadDigits(t *testing.T) {
	for text, want := range map[string]string{
		"555-012-3456":                     "5550123456",
		"(217) 555 0142.":                  "2175550142",
		"five five five, oh one two three": "5550123",
		"It's two one seven, five five five, zero one four two": "2175550142",
		"double five five, triple seven":                        "555777",
		"oh one seven two double five":                          "017255",
		"eight hundred five five five twelve thirty four":       "8005551234",
		"twenty-one seven":                                      "217",
		"one eight hundred":                                     "1800",
		"five five five too for one two":                        "5552412",
		"my number is 217.555.0142 thanks":                      "2175550142",
		"plus one 217 555 0142":                                 "12175550142",
		"forty two, forty":                                      "4240",
		"nine, nine, nine":                                      "999",
		"oh, hello there":                                       "",
		"I have no number":                                      "",
		"this one is fine":                                      "",
		"double trouble":                                        "",
		"No, use my office one, 217 555 0142":                   "2175550142",
		"it's one, two one seven":                               "1217",
	} {
		if got := english.ReadDigits(text); got.Digits != want {
			t.Errorf("ReadDigits(%q) = %q, want %q", text, got.Digits, want)
		}
	}
	if !english.ReadDigits("plus 49 30 1234").Plus || english.ReadDigits("49 plus 30").Plus {
		t.Error("a plus counts before the digits only")
	}
	if !english.ReadDigits("no, it ends in four five").Tail || !english.ReadDigits("the area code is 312").Area {
		t.Error("tail or area was not heard")
	}
}

// FuzzReadDigits holds that only digits come out, no more than the words can mean, and that they are stable.
func FuzzReadDigits(f *testing.F) {
	for _, s := range []string{"double five triple oh", "nineteen hundred thousand", "1-2-3 four for for", "twenty twenty"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := english.ReadDigits(s)
		if strings.Trim(n.Digits, "0123456789") != "" {
			t.Errorf("ReadDigits(%q) = %q", s, n.Digits)
		}
		if again := english.ReadDigits(strings.Join(strings.Split(n.Digits, ""), " ")); again.Digits != n.Digits {
			t.Errorf("digits %q read again are %q", n.Digits, again.Digits)
		}
	})
}

func TestPersonName(t *testing.T) {
	for text, want := range map[string]string{
		"This is Anna Berger.":                          "Anna Berger",
		"My name is John O'Neil":                        "John O'Neil",
		"Anna Berger.":                                  "Anna Berger",
		"it's Mary-Jane Watson":                         "Mary-Jane Watson",
		"Yes, hi, my name's Tom.":                       "Tom",
		"I'm Dr. Smith":                                 "Dr Smith",
		"B E R G E R":                                   "Berger",
		"B-E-R-G-E-R.":                                  "Berger",
		"Anna Berger, B E R G E R":                      "Anna Berger",
		"Anna Burger, that's spelled B-E-R-G-E-R":       "Anna Berger",
		"B as in boy, E, R, G, E, R":                    "Berger",
		"M as in Mary, E, double L, O":                  "Mello",
		"bee ee are gee ee are":                         "Berger",
		"Peter Quill speaking":                          "Peter Quill",
		"Sarah Connor, please.":                         "Sarah Connor",
		"It's Bob Ross and I'd like an appointment":     "Bob Ross",
		"uh, Maria del Carmen Ortiz":                    "Maria del Carmen Ortiz",
		"Jürgen Müller":                                 "Jürgen Müller",
		"What are your hours?":                          "",
		"I don't want to say.":                          "",
		"555 0142":                                      "",
		"I was wondering whether you are open tomorrow": "",
		"": "",
	} {
		got, ok := english.PersonName(text)
		if got.Text != want || ok != (want != "") {
			t.Errorf("PersonName(%q) = %q, %v, want %q", text, got.Text, ok, want)
		}
	}
}

func TestIntroducedName(t *testing.T) {
	for text, want := range map[string]string{
		"Hi, this is Anna Berger, I have a question.":      "Anna Berger",
		"Hello, my name is Tom Miller and my tooth hurts.": "Tom Miller",
		"Hi, I'm Tom Kravets and I have a question.":       "Tom Kravets",
		"Good morning, Tom Baker here, is it open?":        "Tom Baker",
		"Tom speaking, my tooth hurts.":                    "Tom",
		"Hello, it's Olena Baker.":                         "Olena Baker",
		"Someone is coming at two, Kowalski's the name.":   "Kowalski",
		"Can you push it, last name's Okonkwo.":            "Okonkwo",
		"We had the big one for tomorrow under Hutchinson": "Hutchinson",
		"It is under the name of Anna Berger, I think.":    "Anna Berger",
		"It's under Monday.":                               "",
		"Is it under Warranty?":                            "",
		"What's the name?":                                 "",
		"I'm in New York.":                                 "",
		"I'm Calling Again.":                               "",
		"It's Monday Today":                                "",
		"Is this the right number?":                        "",
		"What is this about?":                              "",
		"My name is on the list":                           "",
		"This is urgent.":                                  "",
	} {
		got, ok := english.IntroducedName(text)
		if got.Text != want || ok != (want != "") {
			t.Errorf("IntroducedName(%q) = %q, %v, want %q", text, got.Text, ok, want)
		}
	}
}

func TestMendName(t *testing.T) {
	for _, tt := range []struct {
		wrong string
		n     language.Name
		want  string
	}{
		{"Anna Burger", language.Name{Text: "Berger", Spelled: true}, "Anna Berger"},
		{"Shane Miller", language.Name{Text: "Shayne", Spelled: true}, "Shayne Miller"},
		{"Anna Burger", language.Name{Text: "Hanna Berger"}, "Hanna Berger"},
		{"Tom", language.Name{Text: "Thom", Spelled: true}, "Thom"},
		{"Anna Burger", language.Name{Text: "Otto"}, "Otto"},
	} {
		if got := language.MendName(tt.wrong, tt.n); got != tt.want {
			t.Errorf("MendName(%q, %v) = %q, want %q", tt.wrong, tt.n, got, tt.want)
		}
	}
}

// FuzzPersonName holds that a name is short, has no digits, and is made of the letters that were said.
func FuzzPersonName(f *testing.F) {
	for _, s := range []string{"This is Anna", "B as in boy E R", "double L", "a b c d e f", "-'-", "ßß ßß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := english.PersonName(s)
		if !ok {
			return
		}
		if n.Text == "" || strings.ContainsAny(n.Text, "0123456789,.!?") {
			t.Errorf("PersonName(%q) = %q", s, n.Text)
		}
		language.MendName("Anna Berger", n)
		english.Letters(n.Text)
	})
}

func TestYesNo(t *testing.T) {
	for text, want := range map[string]language.Reply{
		"Yes.": language.Yes, "yeah": language.Yes, "Yep, that's right.": language.Yes, "That's correct": language.Yes,
		"Sure, go ahead": language.Yes, "mhm": language.Yes, "Okay": language.Yes,
		"Please do.": language.Yes, "Yes please": language.Yes, "That would be great": language.Yes, "no problem": language.Yes,
		"Exactly.": language.Yes, "It is.": language.Yes, "Um, yes": language.Yes,
		"No.": language.No, "nope": language.No, "No, thank you.": language.No, "That's wrong": language.No, "not really": language.No,
		"I don't think so": language.No, "No, it's 5 5 1": language.No,
		"That's not right": language.No, "I'd rather not": language.No, "no rush": language.No, "It's not urgent.": language.No,
		"What are your hours?": language.Neither, "Anna Berger": language.Neither, "": language.Neither,
		"Tomorrow at five": language.Neither,
	} {
		if got := english.YesNo(english.Words(text)); got != want {
			t.Errorf("YesNo(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestBackchannel(t *testing.T) {
	for _, s := range []string{"mhm", "Okay.", "uh-huh", "I see.", "Right, right", "Mm", "", "got it", "hm"} {
		if !english.Backchannel(s) {
			t.Errorf("%q is only a sign of listening", s)
		}
	}
	for _, s := range []string{"yes", "No.", "stop", "wait", "okay but what about Sunday", "Right?", "excuse me", "operator", "hello",
		"Anna Berger"} {
		if english.Backchannel(s) {
			t.Errorf("%q wants the floor", s)
		}
	}
}

func TestWhen(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) // a Monday
	for text, want := range map[string]string{
		"today": "1123", "tomorrow": "1124", "the day after tomorrow": "1125", "on Monday": "1123", "next Monday": "1130", "Sunday": "1129",
		"this weekend": "1128 1129", "December 24th": "1224", "the 24th of December": "1224", "december twenty fourth": "1224",
		"on the 24th": "1124", "the twenty-second": "1222",
		"Thursday, December 3rd": "1203", "Christmas": "1225", "Christmas Eve": "1224", "New Year's Eve": "1231", "new years": "0101",
		"the fourth of July": "0704",
		"Thanksgiving":       "1126", "black friday": "1127", "Labor Day": "0906", "Memorial Day": "0531", "Easter": "0328",
		"Good Friday": "0326", "MLK day": "0118",
		"Saturday and Sunday": "1128 1129", "this afternoon": "1123", "the 31st of February": "", "for the first time": "",
		"the Thursday before Christmas": "1224", "the Monday after Easter": "0329", "the day after Christmas": "1226",
		"the weekend before Christmas": "1219 1220", "the Friday before Christmas": "1218", "the weekend after Thanksgiving": "1128 1129",
		"may I come": "", "second floor": "", "hello": "",
	} {
		var got []string
		for _, d := range english.When(english.Words(text), at, "US").Days {
			got = append(got, d.Format("0102"))
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("When(%q) = %q, want %q", text, g, want)
		}
	}
}

// TestFeastsByRegion holds that a name means the day that it means to people of the region.
func TestFeastsByRegion(t *testing.T) {
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"US thanksgiving": "1126", "CA thanksgiving": "1012", "US labor day": "0907", "CA labour day": "0907", "GB labour day": "0501",
		"NZ labour day": "1026", "GB may day": "0504",
		"GB the august bank holiday": "0831", "IE the august bank holiday": "0803", "US may day": "", "GB boxing day": "1226",
		"CA canada day": "0701", "CA victoria day": "0518",
		"IE st patrick's day": "0317", "AU anzac day": "0425", "US anzac day": "", "GB good friday": "0403",
	} {
		region, words, _ := strings.Cut(text, " ")
		got := ""
		for _, d := range english.When(english.Words(words), at, region).Days {
			got += d.Format("0102")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPartOfDay(t *testing.T) {
	for text, want := range map[string]language.Span{
		"is anybody there this afternoon": {From: 720, To: 1020}, "are you open tonight": {From: 1020, To: 1320},
		"are you there saturday morning": {From: 420, To: 720}, "good morning, are you open today": {}, "have a nice evening": {},
	} {
		if got := english.When(english.Words(text), time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), "US").Part; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestWhenClock(t *testing.T) {
	for text, want := range map[string]int{
		"at 6:30 p.m.": 18*60 + 30, "at 8": 8 * 60, "at five": 17 * 60, "7 in the evening": 19 * 60,
		"eight thirty in the morning": 8*60 + 30, "12 pm": 12 * 60, "12 am": 0, "noon": 12 * 60,
		"after 5 o'clock": 17 * 60, "10 am": 10 * 60, "two people": -1, "my two kids": -1, "25:00": -1, "at nine fifteen": 9*60 + 15,
		"half past eight": 8*60 + 30, "at half eight": 8*60 + 30, "quarter past three": 15*60 + 15,
		"a quarter to nine in the morning": 8*60 + 45, "ten to nine": 8*60 + 50, "twenty five past ten": 10*60 + 25,
		"five minutes to one": 12*60 + 55, "eight oh five am": 8*60 + 5, "nine forty five pm": 21*60 + 45, "14:30": 14*60 + 30,
		"half of the people": -1, "a quarter of the price": -1, "from one to two people": -1, "nine to five": -1,
	} {
		w := english.When(english.Words(text), time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC), "US")
		got := -1
		if w.Has {
			got = w.Clock
		}
		if got != want {
			t.Errorf("When(%q) clock = %d, want %d", text, got, want)
		}
	}
}

func TestRefusesAndThisNumber(t *testing.T) {
	for _, s := range []string{"I'd rather not say", "no", "I don't want to give my name", "anonymous", "skip"} {
		if !english.Refuses(english.Words(s)) {
			t.Errorf("%q refuses", s)
		}
	}
	for _, s := range []string{"this number", "the number I'm calling from", "same number", "you have my number"} {
		if !english.ThisNumber(english.Words(s)) {
			t.Errorf("%q means the caller ID", s)
		}
	}
	if english.Refuses(english.Words("Anna Berger")) || english.ThisNumber(english.Words("Anna Berger")) {
		t.Error("a name is neither")
	}
}

func TestSaysWhy(t *testing.T) {
	for text, want := range map[string]bool{
		"I'd like to leave a message.":                                          false,
		"Can you have someone call me back please?":                             false,
		"Can someone call me back about my bill from last month?":               true,
		"Please tell the doctor that the new pills make me dizzy every morning": true,
		"I want to leave a message for Dr. Lopez":                               false,
	} {
		if got := english.SaysWhy(text); got != want {
			t.Errorf("SaysWhy(%q) = %v, want %v", text, got, want)
		}
	}
}
