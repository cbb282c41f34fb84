package en

import (
	"strings"
	"unicode"
)

// contractions as recognisers write them; the apostrophe is already gone.
var contractions = map[string]string{
	"whats": "what is", "wheres": "where is", "whens": "when is", "whos": "who is", "hows": "how is", "thats": "that is",
	"its": "it is", "theres": "there is", "heres": "here is", "im": "i am", "ive": "i have", "id": "i would", "ill": "i will",
	"were": "we are", "wed": "we would", "well": "we will", "youd": "you would", "hed": "he would", "hell": "he will", "shed": "she would",
	"shell": "she will", "itll": "it will", "itd": "it would", "theyd": "they would", "theyll": "they will", "thatll": "that will",
	"thered": "there would", "therell": "there will", "whod": "who would", "wholl": "who will", "couldve": "could have",
	"shouldve": "should have", "wouldve": "would have", "mustnt": "must not", "neednt": "need not",
	"youre": "you are", "youve": "you have", "youll": "you will", "weve": "we have", "theyre": "they are", "theyve": "they have",
	"dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not", "wasnt": "was not",
	"werent": "were not",
	"cant":   "can not", "cannot": "can not", "couldnt": "could not", "wont": "will not", "wouldnt": "would not", "shouldnt": "should not",
	"havent": "have not", "hasnt": "has not", "hadnt": "had not", "lets": "let us", "gonna": "going to", "wanna": "want to",
	"gotta": "got to",
	"yall":  "you all", "ya": "you", "ok": "okay", "dr": "doctor", "mr": "mister", "mrs": "missus", "ms": "miss", "st": "street",
	"ave":    "avenue",
	"e-mail": "email", "hrs": "hours", "appt": "appointment", "til": "until", "till": "until", "thru": "through", "tmrw": "tomorrow",
	"u":         "you",
	"everyones": "everyone is", "hes": "he is", "shes": "she is", "namess": "name is", "names": "names",
}

// plain folds the accented letters of European names to ASCII.
var plain = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î",
	"i", "ï", "i",
	"ñ", "n", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ý", "y", "ß", "ss",
	"š", "s", "ž", "z", "č", "c",
	"’", "'", "‘", "'", "“", "\"", "”", "\"", "–", "-", "—", "-", "…", "...",
)

// usual writes what has punctuation inside without it.
var usual = strings.NewReplacer("e-mail", "email", "p.m.", "pm", "a.m.", "am", "p.m", "pm", "a.m", "am", "o'clock", "oclock", "&",
	" and ", "%", " percent ", "y'all", "you all")

// Words cuts text into normalised words, the form in which everything that was said is compared with the profile: lower case, ASCII,
// contractions written out, possessives and punctuation gone. "What's Dr. Lopez's e-mail?" gives what is doctor lopez email. Times keep
// their colon ("8:30") and amounts lose their sign.
func (Language) Words(text string) []string {
	text = plain.Replace(strings.ToLower(text))
	text = usual.Replace(text)
	var out []string
	for _, f := range strings.FieldsFunc(text, notInWord) {
		f = strings.Trim(f, "'.:,")
		if f == "" {
			continue
		}
		out = appendWord(out, f)
	}
	return out
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != ':' && r != '.' && r != ','
}

// appendWord adds one field, which may hold several words ("high.low", "1,200").
func appendWord(out []string, f string) []string {
	digits := strings.IndexFunc(f, unicode.IsDigit) >= 0
	if strings.ContainsAny(f, ".,:") {
		switch {
		case digits && !strings.ContainsFunc(f, unicode.IsLetter):
			f = strings.ReplaceAll(f, ",", "")
		case len(f) <= 7 && initials(f):
			f = strings.ReplaceAll(f, ".", "") // "u.s.a"
		default:
			for p := range strings.FieldsFuncSeq(f, func(r rune) bool { return r == '.' || r == ',' || r == ':' }) {
				out = appendWord(out, strings.Trim(p, "'"))
			}
			return out
		}
	}
	if digits { // "8am" is two words, "20th" is one
		if n := strings.IndexFunc(f, unicode.IsLetter); n > 0 && (f[n:] == "am" || f[n:] == "pm") {
			return append(out, strings.ReplaceAll(f[:n], "'", ""), f[n:])
		}
	}
	bare := strings.ReplaceAll(f, "'", "")
	if long, ok := contractions[bare]; ok && (strings.Contains(f, "'") || !ambiguousBare[bare]) {
		return append(out, strings.Fields(long)...)
	}
	if s, ok := strings.CutSuffix(f, "'s"); ok {
		f = s
	}
	if f = strings.ReplaceAll(f, "'", ""); f != "" {
		out = append(out, f)
	}
	return out
}

// ambiguousBare are words that are contractions only when the apostrophe is there.
var ambiguousBare = map[string]bool{"ill": true, "its": true, "id": true, "wont": true, "cant": true, "lets": true, "hes": true,
	"shes": true, "were": true, "wed": true, "well": true, "hell": true, "shed": true, "shell": true}

// initials says whether f is single letters with dots between.
func initials(f string) bool {
	for i, r := range f {
		if (i%2 == 1) != (r == '.') {
			return false
		}
	}
	return true
}

// Standard implements [language.Vocabulary]: models of meaning know how English is spoken.
func (Language) Standard(text string) string { return text }
