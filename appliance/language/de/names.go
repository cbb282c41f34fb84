package de

import (
	"regexp"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

var (
	nameLead = regexp.MustCompile(`(?i)^(?:.*?\b(?:mein (?:voller |ganzer )?(?:name|nachname|vorname|` +
		`familienname) (?:ist|lautet|wäre|war)|mein name|der name (?:ist|lautet|wäre)|name ist|ich hei(?:ß|ss)e|ich hei(?:ß|` +
		`ss)|hei(?:ß|ss)e|man nennt mich|auf den namen|unter dem namen|hier spricht|da spricht)\s*[,:]?\s+)`)
	nameThis = regexp.MustCompile(`(?i)^(?:ich bin(?: der| die|'s)?|hier ist(?: der| die)?|da ist(?: der|` +
		` die)?|das ist(?: der| die)?|das wäre|es ist|hier|ja|jo|genau|gut|gern|gerne|klar|okay|ok|also|äh|ähm|öhm|na|hallo|` +
		`guten (?:tag|morgen|abend)|grü(?:ß|ss) gott|grüezi|servus|moin|entschuldigung|nein|und|bitte|natürlich|` +
		`selbstverständlich|noch ?mal|wieder)\b[\s,.!:;-]*`)
	nameTail = regexp.MustCompile(`(?i)[\s,.]+(?:hier|am apparat|am telefon|mein name|ist mein name|` +
		`heiße ich|heisse ich|bitte|danke|danke schön|nochmal|noch einmal|wieder|und ich .*|von der firma .*|von firma .*|` +
		`vom .*|aus [\p{L}]+|ich möchte .*|ich hätte .*|ich wollte .*|ich rufe .*|ich bräuchte .*|es geht .*|mit (?:einem|` +
		`zwei|doppel|ä|ö|ü|ss|ß|h|th|ie|ey|ei|ai|ay|dt|tz|ck|c|k|y|i)\b.*)[\s,.!]*$`)
	spellSep = regexp.MustCompile(`(?i)[\s,.]*(?:\bdas schreibt (?:sich|man)|\bschreibt (?:sich|man)|` +
		`\bgeschrieben|\bbuchstabiert|\bich buchstabiere|\bbuchstabiere|\bdas ist|\balso|,)\s*`)
	asIn = regexp.MustCompile(`(?i)(^|[^\p{L}])(sch|ch|[a-zäöüß])\s*,?\s*(?:wie(?: in)?|von)\s+([\p{L}]+)`)
)

// notNames are words that begin an answer which is no name.
var notNames = phrase.NewSet(`was wer wie wo wann warum wieso kann koennen koennten kannst ich wir sie er es ihr der die das ein eine
	einen mein meine meinen nicht kein keine nein ja warten moment augenblick nie hallo nachricht oeffnungszeiten offen preis sprechen
	reden person mensch mitarbeiter brauche brauchen moechte moechten will wollte wollen hast habe haben bitte danke wissen sagen geben
	gibt keiner niemand jemand okay sicher vielleicht weil anonym privat rufe anrufen wegen entschuldigung wiederholen wiedersehen
	wiederhoeren tschuess nichts null eins zwei drei vier fuenf sechs sieben acht neun kunde kundin patient patientin mieter mieterin
	vater mutter sohn tochter mann frau dringend eilig wichtig richtig falsch besetzt privatperson stammkunde stammkundin neukunde
	neukundin selbststaendig schwanger krank zufrieden froh interessiert verzweifelt`)

// letterNames are letters as a recogniser may write their names.
var letterNames = map[string]string{
	"be": "b", "bee": "b", "ce": "c", "zeh": "c", "tse": "c", "de": "d", "deh": "d", "ef": "f", "eff": "f", "ge": "g", "geh": "g",
	"ha": "h", "jot": "j", "jott": "j", "je": "j", "ka": "k", "kah": "k", "el": "l",
	"ell": "l", "em": "m", "emm": "m", "en": "n", "enn": "n", "oh": "o", "pe": "p", "peh": "p", "ku": "q", "kuh": "q", "er": "r",
	"err": "r", "es": "s", "ess": "s", "te": "t", "tee": "t", "uh": "u", "vau": "v", "fau": "v", "we": "w", "weh": "w",
	"ix": "x", "iks": "x", "ypsilon": "y", "zet": "z", "zett": "z", "eszett": "ß", "scharfes": "ß", "ae": "ä", "oe": "ö", "ue": "ü",
	"ah": "a", "eh": "e", "ih": "i",
}

// PersonName implements [language.Slots]: "Hier ist Anna Berger", "Berger, B-E-R-G-E-R", "Müller, M wie Martha, Ü …".
func (l Language) PersonName(text string) (n language.Name, ok bool) {
	rest := strings.TrimSpace(text)
	if m := nameLead.FindString(rest); m != "" {
		rest = rest[len(m):]
	}
	for {
		m := nameThis.FindString(rest)
		if m == "" {
			break
		}
		rest = rest[len(m):]
	}
	before, spelled := l.spelling(rest)
	if spelled == "" {
		words := language.NameWords(trimTail(rest))
		if len(words) == 0 || len(words) > language.MaxNameWords || l.noName(words[0]) {
			return language.Name{}, false
		}
		return language.Name{Text: strings.Join(particlesSmall(words), " ")}, true
	}
	words := language.NameWords(before)
	if len(words) > language.MaxNameWords || len(words) > 0 && l.noName(words[0]) {
		words = nil
	}
	return language.Name{Text: language.JoinSpelled(particlesSmall(words), spelled), Spelled: true}, true
}

// trimTail cuts what people say behind their name.
func trimTail(s string) string {
	for {
		cut := nameTail.ReplaceAllString(s, "")
		if cut == s || cut == "" {
			return s
		}
		s = cut
	}
}

// noName says whether a word begins no name.
func (l Language) noName(word string) bool {
	ws := l.Words(word)
	return len(ws) == 0 || notNames[ws[0]] && !titles[ws[0]]
}

// particles belong to names and are written small.
var particles = phrase.NewSet(`von van der den de zu zum zur vom und del della di da la le ten ter`)

func particlesSmall(words []string) []string {
	for i, w := range words {
		if low := strings.ToLower(w); i > 0 && i < len(words)-1 && particles[low] {
			words[i] = low
		}
	}
	return words
}

// spelling finds letters said one by one and joins them; before is what was said ahead of them.
func (l Language) spelling(text string) (before, spelled string) {
	text = asIn.ReplaceAllStringFunc(text, func(m string) string {
		p := asIn.FindStringSubmatch(m)
		return p[1] + p[2] + " "
	})
	fields := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.;:-!?", r) })
	from := len(fields)
	for from > 0 && l.letters(fields, from-1) != "" {
		from--
	}
	for from < len(fields) && double(strings.ToLower(fields[from])) && from+1 == len(fields) {
		return "", ""
	}
	run := fields[from:]
	single := 0
	var b strings.Builder
	twice := false
	for _, f := range run {
		low := strings.ToLower(f)
		if double(low) {
			twice = true
			continue
		}
		s := l.letter(low)
		if len([]rune(f)) == 1 {
			single++
		}
		b.WriteString(s)
		if twice {
			b.WriteString(s)
		}
		twice = false
	}
	word := b.String()
	// Letters may also be written by their names, "be e er ge": then nothing but letters was said.
	if len([]rune(word)) < 2 || single < 2 && (from > 0 || len(run) < 3) {
		return "", ""
	}
	return head(text, fields[:from]), language.Capital(word)
}

// head is the text ahead of the letters, without the words that lead over to them.
func head(text string, fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	at := 0
	for _, f := range fields {
		at += strings.Index(text[at:], f) + len(f)
	}
	return strings.TrimRight(spellSep.ReplaceAllString(text[:at]+" ", " "), " ,.")
}

// letters returns the letter that field i says; "" when it says none.
func (l Language) letters(fields []string, i int) string {
	low := strings.ToLower(fields[i])
	if double(low) {
		return low
	}
	return l.letter(low)
}

// letter reads one letter.
func (l Language) letter(low string) string {
	if low == "sch" || low == "ch" {
		return low
	}
	if r := []rune(low); len(r) == 1 && unicode.IsLetter(r[0]) {
		return low
	}
	return letterNames[low]
}

// double says whether a word means that the next letter comes twice.
func double(w string) bool {
	return w == "doppel" || w == "doppeltes" || w == "doppelt" || w == "zweimal"
}

// Letters implements [language.Speaker].
func (Language) Letters(name string) string {
	var out []string
	for _, r := range name {
		switch {
		case r == 'ß':
			out = append(out, "Eszett")
		case unicode.IsLetter(r):
			out = append(out, string(unicode.ToUpper(r)))
		}
	}
	return strings.Join(out, ", ")
}

const capitalised = `(?:(?:Herr|Frau|Dr\.|Doktor|Prof\.)\s+)?\p{Lu}[\pL'-]*(?:\s+(?:(?:von|van|zu|de|der|di)\s+)*\p{Lu}[\pL'-]*){0,3}`

var (
	introduction = regexp.MustCompile(`\b(?i:mein name ist|ich heiße|ich heisse|hier ist|hier spricht|da spricht|ich bin (?:der|die))\s+(` + capitalised + `)`)
	// "ich bin" alone needs two names: "ich bin Kundin" has none.
	iAm = regexp.MustCompile(`\b(?i:ich bin)\s+(\p{Lu}[\pL'-]*(?:\s+(?:von|van|zu|de|der|di))*\s+\p{Lu}[\pL'-]*)`)
)

// IntroducedName implements [language.Slots]: "Guten Tag, hier ist Anna Berger, ich habe eine Frage".
func (l Language) IntroducedName(text string) (language.Name, bool) {
	for _, re := range []*regexp.Regexp{introduction, iAm} {
		m := re.FindStringSubmatch(text)
		if m == nil || !unicode.IsUpper([]rune(m[1])[0]) {
			continue
		}
		words := language.NameWords(m[1])
		if len(words) == 0 || l.noName(words[0]) || len(words) == 1 && titles[strings.ToLower(words[0])] {
			continue
		}
		return language.Name{Text: strings.Join(particlesSmall(words), " ")}, true
	}
	return language.Name{}, false
}

// NameForms implements [language.Vocabulary].
func (l Language) NameForms(name string) []string {
	var title, bare []string
	for _, w := range l.Words(name) {
		switch {
		case titles[w]:
			title = append(title, w)
		case !postNominal[w]:
			bare = append(bare, w)
		}
	}
	if len(bare) == 0 {
		return nil
	}
	forms := []string{strings.Join(bare, " ")}
	first, last := bare[0], bare[len(bare)-1]
	for _, t := range title {
		forms = append(forms, t+" "+last, t+" "+first)
	}
	if len(bare) > 1 {
		forms = append(forms, "herr "+last, "frau "+last)
		for _, w := range []string{first, last} {
			if !stopWords[w] && !lightWords[w] && !wordNames[w] && len(w) > 2 {
				forms = append(forms, w)
			}
		}
	}
	return forms
}
