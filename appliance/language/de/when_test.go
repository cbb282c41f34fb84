package de_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/language"
)

// monday is the day from which the tests reckon.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func days(text, region string) string {
	var got []string
	for _, d := range german.When(german.Words(text), monday, region).Days {
		got = append(got, d.Format("0102"))
	}
	return strings.Join(got, " ")
}

func TestPartOfDay(t *testing.T) {
	for text, want := range map[string]language.Span{
		"heute Nachmittag": {From: 720, To: 1020}, "am Freitagabend": {From: 1020, To: 1320}, "samstags vormittags": {From: 420, To: 720},
		"Guten Abend, haben Sie auf": {}, "nach Feierabend": {},
	} {
		if got := german.When(german.Words(text), monday, "DE").Part; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	for text, want := range map[string]string{
		"heute": "1123", "morgen": "1124", "übermorgen": "1125", "morgen früh um acht": "1124", "am Montag": "1123",
		"nächsten Montag": "1130", "am Sonntag": "1129", "sonntags": "1129",
		"am Wochenende": "1128 1129", "Montagabend": "1123", "am Freitagnachmittag": "1127", "am Sonnabend": "1128",
		"nächste Woche Mittwoch": "1202", "Mittwoch nächster Woche": "1202", "kommenden Donnerstag": "1126",
		"Freitag in einer Woche": "1204", "in drei Tagen": "1126", "in einer Woche": "1130",
		"heute in acht Tagen": "1130", "heute in einer Woche": "1130",
		"am 24. Dezember": "1224", "am vierundzwanzigsten Dezember": "1224", "der vierundzwanzigste zwölfte": "1224", "am 24.12.": "1224",
		"am 24.12.2026": "1224", "am dritten": "1203",
		"am 24.": "1124", "bis zum fünfzehnten Jänner": "0115", "am ersten März": "0301", "Donnerstag, den dritten Dezember": "1203",
		"Donnerstag, den 3. Dezember": "1203", "am 29. Februar": "0229",
		"Weihnachten": "1225", "an Heiligabend": "1224", "Heiliger Abend": "1224", "zwischen Weihnachten und Neujahr": "1225 0101",
		"Silvester": "1231", "am zweiten Weihnachtsfeiertag": "1226",
		"Karfreitag": "0326", "Ostermontag": "0329", "an Ostern": "0328", "Pfingstmontag": "0517", "Christi Himmelfahrt": "0506",
		"Fronleichnam": "0527", "am ersten Mai": "0501", "am 1. Mai": "0501",
		"Rosenmontag": "0208", "Aschermittwoch": "0210", "Allerheiligen": "1101", "erster Advent": "1129", "am Nikolaustag": "1206",
		"Muttertag": "0509", "Heilige Drei Könige": "0106",
		"am Donnerstag vor Weihnachten": "1224", "der Tag nach Neujahr": "0102", "am Wochenende vor dem Nikolaustag": "1128 1129",
		"Samstag und Sonntag": "1128 1129", "heute Nachmittag": "1123",
		"guten Morgen": "", "am Morgen": "", "jeden Morgen": "", "zum ersten Mal": "", "im zweiten Stock": "", "am 31. Februar": "",
		"hallo": "", "um drei": "", "ich habe zwei Kinder": "",
		"die ersten drei": "", "Herr Sommer": "", "in zwei Minuten": "", "eine Frage zum Dritten": "",
	} {
		if got := days(text, "DE"); got != want {
			t.Errorf("When(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestFeastsByRegion holds that a name means the day that it means to people of the region.
func TestFeastsByRegion(t *testing.T) {
	for text, want := range map[string]string{
		"DE am Nationalfeiertag": "1003", "AT am Nationalfeiertag": "1026", "CH am Nationalfeiertag": "0801",
		"CH am Bundesfeiertag": "0801", "DE Tag der Deutschen Einheit": "1003",
		"DE Buß- und Bettag": "1117", "CH Bettag": "0919", "CH Auffahrt": "0506", "DE Auffahrt": "", "DE Vatertag": "0506",
		"AT Vatertag": "0613", "CH Stephanstag": "1226", "AT Stefanitag": "1226",
		"AT Mariä Empfängnis": "1208", "AT Mariä Himmelfahrt": "0815", "DE Totensonntag": "1121", "CH Berchtoldstag": "0102",
	} {
		region, rest, _ := strings.Cut(text, " ")
		if got := days(rest, region); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWhenNow(t *testing.T) {
	for text, want := range map[string]bool{"Haben Sie jetzt offen?": true, "Ist gerade jemand da?": true, "Haben Sie noch auf?": true,
		"Haben Sie am Montag offen?": false} {
		if got := german.When(german.Words(text), monday, "DE").Now; got != want {
			t.Errorf("%q is about now: %v", text, got)
		}
	}
}

func TestWhenClock(t *testing.T) {
	for text, want := range map[string]string{
		"um acht": "08:00?", "um 8": "08:00?", "um 8 Uhr": "08:00?", "acht Uhr": "08:00?", "acht Uhr dreißig": "08:30?",
		"8 Uhr 30": "08:30?", "8:30": "08:30?", "8.30 Uhr": "08:30?", "08:30 Uhr": "08:30",
		"um 14 Uhr 30": "14:30", "vierzehn Uhr": "14:00", "um 17 Uhr": "17:00", "halb neun": "08:30?", "um halb sechs": "17:30?",
		"halb sieben abends": "18:30", "viertel nach drei": "15:15?",
		"viertel vor neun": "08:45?", "viertel vier": "15:15?", "dreiviertel vier": "15:45?", "drei viertel vier": "15:45?",
		"zehn nach drei": "15:10?", "fünf vor halb neun": "08:25?",
		"fünf nach halb neun": "08:35?", "zwanzig vor acht": "07:40?", "zwanzig Minuten vor acht": "07:40?", "kurz nach acht": "08:00?",
		"um acht Uhr abends": "20:00", "um acht Uhr morgens": "08:00", "abends um acht": "20:00", "morgen früh um acht": "08:00",
		"am Nachmittag um drei": "15:00", "um drei Uhr nachmittags": "15:00",
		"sieben Uhr in der Früh": "07:00", "um zwei Uhr nachts": "02:00", "um elf Uhr nachts": "23:00", "zwölf Uhr mittags": "12:00",
		"mittags": "12:00", "um ein Uhr mittags": "13:00", "Mitternacht": "00:00",
		"um fünf": "17:00?", "um vier": "16:00?", "gegen drei": "15:00?", "bis 18 Uhr": "18:00", "heute Abend um sieben": "19:00",
		"Montagabend um acht": "20:00", "um eins": "13:00?", "um ein Uhr": "13:00?",
		"zwei Personen": "", "meine zwei Kinder": "", "25:00": "", "um drei Ecken": "", "in acht Tagen": "", "halb so schlimm": "",
		"am dritten Dezember": "", "ein Viertel der Leute": "", "nach zwei Wochen": "", "guten Abend": "", "drei Euro": "",
	} {
		w := german.When(german.Words(text), monday, "DE")
		got := ""
		if w.Has {
			got = time.Date(2026, 1, 1, 0, w.Clock, 0, 0, time.UTC).Format("15:04")
			if !w.Sure {
				got += "?"
			}
		}
		if got != want {
			t.Errorf("the time in %q is %s, want %s", text, got, want)
		}
	}
}

// FuzzWhen holds that days are ahead and times within a day, whatever is said.
func FuzzWhen(f *testing.F) {
	for _, s := range []string{"am 29. Februar um halb eins", "viertel viertel vor halb halb", "Montagsabends 24.12. 25:61",
		"nächste Woche Woche Montag", "heute in heute in acht tagen", "dreiviertel 24 uhr 59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := german.Words(s)
		w := german.When(words, monday, "AT")
		for _, d := range w.Days {
			if d.Before(monday.Truncate(24*time.Hour)) || d.After(monday.AddDate(9, 0, 0)) {
				t.Errorf("When(%q): %v", s, d)
			}
		}
		if w.Has && (w.Clock < 0 || w.Clock >= 24*60) || len(w.Days) != len(w.Named) {
			t.Errorf("When(%q): %+v", s, w)
		}
		for _, i := range append(w.At, w.TimeAt...) {
			if i < 0 || i >= len(words) {
				t.Errorf("When(%q): position %d of %d words", s, i, len(words))
			}
		}
	})
}
