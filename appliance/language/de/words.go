package de

import (
	"regexp"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language"
)

// contractions are words as recognisers write them and as they are spoken, and the plain ones; apostrophes are already gone.
var contractions = map[string]string{
	"gibts": "gibt es", "gehts": "geht es", "habs": "habe es", "hats": "hat es", "ists": "ist es", "isses": "ist es", "ises": "ist es",
	"obs":   "ob es",
	"wenns": "wenn es", "machts": "macht es", "kanns": "kann es", "wars": "war es", "waers": "waere es", "ihrs": "ihr es", "sies": "sie es",
	"hab": "habe", "hamse": "haben sie", "habense": "haben sie", "habts": "habt ihr", "hamma": "haben wir", "koennse": "koennen sie",
	"sinds": "sind es", "sindse": "sind sie", "sagense": "sagen sie", "gebense": "geben sie", "rufense": "rufen sie", "se": "sie",
	"is": "ist", "isch": "ist", "nich": "nicht", "net": "nicht", "ned": "nicht", "nit": "nicht", "nid": "nicht", "noed": "nicht",
	"nix": "nichts", "nimmer": "nicht mehr",
	"nen": "einen", "nem": "einem", "ner": "einer", "n": "ein", "heut": "heute", "moecht": "moechte", "haett": "haette",
	"koennt": "koennte", "waer": "waere",
	"brauch": "brauche", "bissl": "bisschen", "bisserl": "bisschen", "runter": "herunter", "rein": "herein", "raus": "heraus",
	"drueber": "darueber", "drauf": "darauf",
	"dr": "doktor", "hr": "herr", "herrn": "herr", "prof": "professor", "mag": "magister", "str": "strasse", "nr": "nummer",
	"tel": "telefon", "min": "minuten", "std": "stunden",
	"mail": "email", "bzw": "beziehungsweise", "ca": "circa", "inkl": "inklusive", "usw": "und so weiter", "ok": "okay", "oke": "okay",
	"okee": "okay", "achso": "ach so",
	"kei": "kein", "keis": "kein", "koa": "kein", "koan": "keinen", "koana": "keiner", "koane": "keine", "keen": "kein", "keene": "keine",
	"ooch": "auch", "wos": "was", "wia": "wie", "chan": "kann", "choend": "koennen", "choent": "koennen", "haend": "haben", "hend": "haben",
	"hob": "habe", "git": "gibt", "gits": "gibt es", "bruuche": "brauche", "bruuched": "brauchen", "weiss's": "weiss es", "oepper": "jemand",
	"oeppis": "etwas", "oebbas": "etwas", "mer": "wir", "ham": "haben", "ik": "ich", "dat": "das", "wat": "was",
	"samschtig": "samstag", "sunntig": "sonntag", "maentig": "montag", "ziischtig": "dienstag", "mittwuch": "mittwoch",
	"dunschtig": "donnerstag", "fritig": "freitag", "samsdag": "samstag", "moang": "morgen", "hoid": "halt",
	"jo": "ja", "joa": "ja", "jap": "ja", "jep": "ja", "jepp": "ja", "jup": "ja", "jawoll": "jawohl", "nee": "nein", "noe": "nein",
	"naa": "nein", "noo": "nein", "nae": "nein",
	"wieviel": "wie viel", "wieviele": "wie viele", "klammeraffe": "at", "aet": "at", "sonnabend": "samstag", "sonnabends": "samstags",
	"jaenner": "januar", "feber": "februar",
	"tschues": "tschuess", "tschau": "ciao", "merci": "danke",
}

// keptBare are spoken shorter only where an apostrophe says so: "mag" is a verb, "rein" an adverb.
var keptBare = map[string]bool{"mag": true, "rein": true, "min": true, "n": true, "str": true}

// plain folds German letters as they are written without them, and the accented letters of other European names to ASCII.
var plain = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "ẞ", "ss",
	"á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï",
	"i", "ñ", "n", "ó", "o", "ò", "o",
	"ô", "o", "õ", "o", "ø", "o", "ú", "u", "ù", "u", "û", "u", "ý", "y", "š", "s", "ž", "z", "č", "c", "ć", "c", "ł", "l", "ğ", "g", "ş",
	"s", "ı", "i",
	"’", "'", "‘", "'", "`", "'", "“", "\"", "”", "\"", "„", "\"", "»", "\"", "«", "\"", "–", "-", "—", "-", "…", "...",
	"a\u0308", "ae", "o\u0308", "oe", "u\u0308", "ue",
)

// usual writes what has punctuation inside without it.
var usual = strings.NewReplacer("e-mail", "email", "z. b.", "zum beispiel", "z.b.", "zum beispiel", "d. h.", "das heisst", "d.h.",
	"das heisst", "&", " und ", "%", " prozent ", "€", " euro ", "@", " at ")

// dottedTime is a time of day as it is written in German: "8.30 Uhr".
var dottedTime = regexp.MustCompile(`\b(\d{1,2})\.(\d{2})( ?uhr)`)

// Words implements [language.Vocabulary]. Umlauts and ß are written as ae, oe, ue and ss. "Wie geht's Frau Dr. Müller?" gives wie geht es
// frau doktor mueller.
func (Language) Words(text string) []string {
	text = plain.Replace(strings.ToLower(text))
	text = dottedTime.ReplaceAllString(usual.Replace(text), "$1:$2$3")
	var out []string
	for _, f := range strings.FieldsFunc(text, notInWord) {
		if f = strings.Trim(f, "'.:,"); f != "" {
			out = appendWord(out, f)
		}
	}
	return out
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != ':' && r != '.' && r != ','
}

// appendWord adds one field, which may hold several words.
func appendWord(out []string, f string) []string {
	digits := language.HasDigit(f)
	letters := strings.ContainsFunc(f, unicode.IsLetter)
	switch {
	case digits && !letters && strings.ContainsAny(f, ".,:"):
		return append(out, plainNumber(f))
	case strings.ContainsAny(f, ".,:") && initials(f):
		f = strings.ReplaceAll(f, ".", "")
	case strings.ContainsAny(f, ".,:"):
		for p := range strings.FieldsFuncSeq(f, func(r rune) bool { return r == '.' || r == ',' || r == ':' }) {
			if p = strings.Trim(p, "'"); p != "" {
				out = appendWord(out, p)
			}
		}
		return out
	}
	apostrophe := strings.Contains(f, "'")
	bare := strings.ReplaceAll(f, "'", "")
	if digits && letters { // "8uhr" is two words, "12a" is one
		n := strings.IndexFunc(bare, unicode.IsLetter)
		if unit := bare[n:]; n > 0 && (unit == "uhr" || unit == "h") {
			return append(out, bare[:n], "uhr")
		}
	}
	if long, ok := contractions[bare]; ok && (apostrophe || !keptBare[bare]) {
		return append(out, strings.Fields(long)...)
	}
	if s, ok := strings.CutSuffix(bare, "ense"); ok && len(s) >= joinedStem { // "schreibense", "vergessense"
		return append(out, s+"en", "sie")
	}
	if s, ok := strings.CutSuffix(f, "'s"); ok && s != "" {
		if beforeEs[s] {
			return append(out, s, "es")
		}
		bare = strings.ReplaceAll(s, "'", "") // "Anna's"
	}
	if bare != "" {
		out = append(out, bare)
	}
	return out
}

// joinedStem is the shortest stem of a verb with which "sie" is spoken as one word; shorter ones stand among the contractions, for
// "immense" is none.
const joinedStem = 4

// beforeEs are words behind which 's stands for "es".
var beforeEs = map[string]bool{"wie": true, "was": true, "wer": true, "das": true, "ich": true, "sie": true, "er": true, "wo": true,
	"wann": true, "geht": true, "bis": true}

// thousands is a number with dots between its thousands.
var thousands = regexp.MustCompile(`^\d{1,3}(?:\.\d{3})+(?:,\d+)?$`)

// plainNumber writes a number without what stands between its thousands; dates and times keep their signs.
func plainNumber(f string) string {
	f = strings.ReplaceAll(f, "'", "") // "1'200"
	if thousands.MatchString(f) {
		f = strings.ReplaceAll(f, ".", "")
	}
	if at := strings.IndexByte(f, ','); at >= 0 && strings.Trim(f[at:], ",0-") == "" {
		f = f[:at] // "35,00"
	}
	return f
}

// initials says whether f is single letters with dots between.
func initials(f string) bool {
	for i, r := range f {
		if (i%2 == 1) != (r == '.') || len(f) > 7 {
			return false
		}
	}
	return true
}

// Standard implements [language.Vocabulary].
func (Language) Standard(text string) string {
	fields := strings.Fields(text)
	changed := false
	for i, f := range fields {
		word := strings.TrimRight(f, ".,;:!?")
		bare := strings.ReplaceAll(plain.Replace(strings.ToLower(word)), "'", "")
		if s, ok := dialect[bare]; ok {
			fields[i], changed = s+f[len(word):], true
		}
	}
	if !changed {
		return text
	}
	return strings.Join(fields, " ")
}

// dialect are words of dialects and quick speech, without umlauts, as the standard language writes them. What is a word of that, too,
// is not among them.
var dialect = map[string]string{
	"isch": "ist", "is": "ist", "san": "sind", "sans": "sind", "net": "nicht", "ned": "nicht", "nit": "nicht", "nid": "nicht",
	"noed": "nicht", "nich": "nicht", "nix": "nichts", "nuet": "nichts", "nimmer": "nicht mehr", "hob": "habe", "hab": "habe",
	"ghabt": "gehabt", "kei": "kein", "koa": "kein", "koan": "keinen", "koane": "keine", "koana": "keiner", "keen": "kein",
	"keene": "keine", "koi": "kein", "wos": "was", "wat": "was", "dat": "das", "wia": "wie", "wiad": "wird", "ooch": "auch",
	"aa": "auch", "oa": "ein", "oan": "einen", "oane": "eine", "een": "ein", "eene": "eine", "chan": "kann", "cha": "kann",
	"kamma": "kann man", "choend": "können", "choennt": "könnte", "haend": "haben", "hend": "haben", "ham": "haben",
	"hamma": "haben wir", "hamse": "haben Sie", "habts": "habt ihr", "git": "gibt", "gits": "gibt es", "gibts": "gibt es",
	"bruuche": "brauche", "bruuch": "brauche", "bruuched": "brauchen", "bruchts": "braucht es", "oepper": "jemand",
	"oeppis": "etwas", "oebbas": "etwas", "oeppe": "etwa", "heit": "heute", "hoid": "halt", "hoit": "halt", "miassad": "müsste",
	"miassn": "müssen", "mias": "muss", "muas": "muss", "mues": "muss", "kimmt": "kommt", "kimm": "komme", "kemma": "kommen",
	"chunnt": "kommt", "verbiicho": "vorbeikommen", "vorbeikemma": "vorbeikommen", "goht": "geht", "gots": "geht es",
	"gehts": "geht es", "schaugn": "schauen", "luege": "schauen", "frogn": "fragen", "froge": "fragen", "gfragt": "gefragt",
	"gfroegt": "gefragt", "sogn": "sagen", "saegn": "sagen", "zoin": "zahlen", "zahln": "zahlen", "kost": "kostet",
	"machma": "machen wir", "machts": "macht ihr", "samschtig": "Samstag", "sunntig": "Sonntag", "maentig": "Montag",
	"ziischtig": "Dienstag", "mittwuch": "Mittwoch", "dunschtig": "Donnerstag", "fritig": "Freitag", "fraeg": "frage",
	"zuegle": "umziehen", "zueglet": "umziehen", "dahoam": "daheim", "gscheid": "richtig", "gfaehrlich": "gefährlich",
	"kaputtganga": "kaputtgegangen", "ganga": "gegangen", "gwen": "gewesen", "gsi": "gewesen", "nimma": "nicht mehr",
	"wenns": "wenn es", "obs": "ob es", "weils": "weil es", "dass's": "dass es", "bissl": "bisschen", "bisserl": "bisschen",
}
