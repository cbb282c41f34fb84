package knowledge

import (
	"strings"
	"unicode"
)

// contractions as recognisers write them; the apostrophe is already gone.
var contractions = map[string]string{
	"whats": "what is", "wheres": "where is", "whens": "when is", "whos": "who is", "hows": "how is", "thats": "that is",
	"its": "it is", "theres": "there is", "heres": "here is", "im": "i am", "ive": "i have", "id": "i would", "ill": "i will",
	"youre": "you are", "youve": "you have", "youll": "you will", "weve": "we have", "theyre": "they are", "theyve": "they have",
	"dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not", "wasnt": "was not", "werent": "were not",
	"cant": "can not", "cannot": "can not", "couldnt": "could not", "wont": "will not", "wouldnt": "would not", "shouldnt": "should not",
	"havent": "have not", "hasnt": "has not", "hadnt": "had not", "lets": "let us", "gonna": "going to", "wanna": "want to", "gotta": "got to",
	"yall": "you all", "ya": "you", "ok": "okay", "dr": "doctor", "mr": "mister", "mrs": "missus", "ms": "miss", "st": "street", "ave": "avenue",
	"e-mail": "email", "hrs": "hours", "appt": "appointment", "til": "until", "till": "until", "thru": "through", "tmrw": "tomorrow", "u": "you",
	"everyones": "everyone is", "hes": "he is", "shes": "she is", "namess": "name is", "names": "names",
}

// plain folds the accented letters of European names to ASCII.
var plain = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ñ", "n", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ý", "y", "ß", "ss", "š", "s", "ž", "z", "č", "c",
	"’", "'", "‘", "'", "“", "\"", "”", "\"", "–", "-", "—", "-", "…", "...",
)

// usual writes what has punctuation inside without it.
var usual = strings.NewReplacer("e-mail", "email", "p.m.", "pm", "a.m.", "am", "p.m", "pm", "a.m", "am", "o'clock", "oclock", "&", " and ", "%", " percent ", "y'all", "you all")

// Words cuts text into normalised words, the form in which everything that was said is compared with the profile: lower case, ASCII,
// contractions written out, possessives and punctuation gone. "What's Dr. Lopez's e-mail?" gives what is doctor lopez email. Times keep
// their colon ("8:30") and amounts lose their sign.
func Words(text string) []string {
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
			return append(out, f[:n], f[n:])
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
var ambiguousBare = map[string]bool{"ill": true, "its": true, "id": true, "wont": true, "cant": true, "lets": true, "hes": true, "shes": true}

// initials says whether f is single letters with dots between.
func initials(f string) bool {
	for i, r := range f {
		if (i%2 == 1) != (r == '.') {
			return false
		}
	}
	return true
}

// stem cuts the endings that do not change what a word names: cleanings, cleaning and clean are one.
func stem(w string) string {
	if strings.ContainsFunc(w, unicode.IsDigit) || len(w) < 4 {
		return w
	}
	cut := func(suffix, instead string, least int) bool {
		if s, ok := strings.CutSuffix(w, suffix); ok && len(s) >= least {
			w = s + instead
			return true
		}
		return false
	}
	_ = cut("ies", "y", 2) || cut("sses", "ss", 2) || cut("shes", "sh", 2) || cut("ches", "ch", 2) || cut("xes", "x", 2) ||
		(!strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") && cut("s", "", 3))
	if cut("ing", "", 3) || cut("ed", "", 3) {
		if n := len(w); n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("lsz", rune(w[n-1])) {
			w = w[:n-1] // "clogged" → "clog"
		}
		return w
	}
	_ = cut("ment", "", 4) || cut("e", "", 3)
	return w
}

// sound returns a rough key of how a word is pronounced in English: words that a recogniser confuses share it. Vowels count only at the start.
func sound(w string) string {
	var b []byte
	put := func(c byte) {
		if n := len(b); n == 0 || b[n-1] != c {
			b = append(b, c)
		}
	}
	at := func(i int) byte {
		if i >= 0 && i < len(w) {
			return w[i]
		}
		return 0
	}
	for i := 0; i < len(w); i++ {
		c, next := w[i], at(i+1)
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			if i == 0 {
				put('a')
			}
		case 'b', 'f', 'v', 'p':
			switch {
			case c == 'p' && next == 'h':
				put('f')
				i++
			case c == 'b' && next == 0 && at(i-1) == 'm': // "crumb"
			case c == 'v':
				put('f')
			default:
				put(c)
			}
		case 'c':
			switch {
			case next == 'h':
				put('x')
				i++
			case next == 'e' || next == 'i' || next == 'y':
				put('s')
			default:
				put('k')
			}
		case 'd', 't':
			switch {
			case c == 't' && next == 'c' && at(i+2) == 'h':
			case c == 't' && next == 'i' && at(i+2) == 'o':
				put('x')
			case next == 'h':
				put('0')
				i++
			default:
				put('t')
			}
		case 'g':
			switch {
			case next == 'h':
				i++
			case next == 'n' && i == 0:
			case next == 'e' || next == 'i' || next == 'y':
				put('j')
			default:
				put('k')
			}
		case 'h', 'w':
			if c == 'w' && i == 0 && next != 'r' {
				put('w')
			}
		case 'k', 'q':
			if c != 'k' || next != 'n' || i != 0 {
				put('k')
			}
		case 's', 'z':
			if c == 's' && next == 'h' {
				put('x')
				i++
				continue
			}
			put('s')
		case 'x':
			put('k')
			put('s')
		default:
			put(c)
		}
	}
	return string(b)
}

// edits is the Damerau-Levenshtein distance (adjacent swaps count one) between a and b, or limit+1 when it is more than limit.
func edits(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, prev, cur := rows[(i+2)%3], rows[i%3], rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
	}
	return min(rows[(len(a)+1)%3][len(b)], limit+1)
}

// Alike says how sure it is that the spoken word a is the wanted word b, 0 to 1: equal, same stem, same sound, or a slip of the recogniser.
func Alike(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case len(a) < 3 || len(b) < 3 || isNumber(a) || isNumber(b):
		return 0
	}
	sa, sb := stem(a), stem(b)
	if sa == sb {
		return 0.97
	}
	longest := max(len(sa), len(sb))
	if min(len(sa), len(sb)) >= 4 {
		ka, kb := sound(sa), sound(sb)
		if ka == kb && len(ka) >= 3 && edits(sa, sb, 3) <= max(1, longest/3) {
			return 0.85
		}
		limit := 0
		switch {
		case longest >= 9:
			limit = 2
		case longest >= 6:
			limit = 1
		}
		if limit > 0 && sa[0] == sb[0] && edits(sa, sb, limit) <= limit {
			return 0.8
		}
	}
	return 0
}

func isNumber(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }
