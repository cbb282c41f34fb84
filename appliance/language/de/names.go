package de

import (
	_ "embed" // the names
	"regexp"
	"slices"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

//go:embed names.txt
var namesFile string

// nameBook has the names that callers in German-speaking countries bear often.
var nameBook, errNames = language.NewNameBook(namesFile)

var (
	nameIntro = regexp.MustCompile(`(?i)(?:\b(?:mein (?:voller |ganzer )?name (?:ist|lautet|wäre|war)|mein name|der name ` +
		`(?:ist|lautet|wäre)|` +
		`name ist|ich hei(?:ß|ss)e?|man nennt mich|auf den namen|unter dem namen|hier spricht|da spricht|sie sprechen mit|am apparat ` +
		`ist)|^hei(?:ß|ss)e)(?: der| die)?\s*[,:]?\s+`)
	nameStart = regexp.MustCompile(`(?i)^(?:ich sagte(?: doch| schon)?|ich habe? (?:doch |schon |gerade |eben )*gesagt|ich meinte|` +
		`ich bin(?: der| die|'s)?|hier ist(?: der| die)?|da ist(?: der| die)?|das ist(?: der| ` +
		`die)?|das wäre|es ist|hier|ja|jo|` +
		`genau|gut|super|prima|perfekt|danke|ach so|achso|ah|oh|gern|gerne|klar|okay|ok|also|äh|ähm|öhm|na|hallo|guten ` +
		`(?:tag|morgen|abend)|grü(?:ß|ss) ` +
		`(?:gott|sie)|grüezi|servus|moin|entschuldigung|` +
		`nein|und|bitte|natürlich|selbstverständlich|noch ?mal|wieder|sicher|alles klar|mach ich)(?:[\s,.!:;-]+|$)`)
	nameBetween = regexp.MustCompile(`(?i)[\s,.;]*\b(?:und |mit )?(?:mein |der |dem ` +
		`)?(?:vorname|nachname|nachnamen|vornamen|familienname|familiennamen|zuname)(?: ist| lautet| wäre)?(?:[\s,:]+|$)`)
	nameLast  = regexp.MustCompile(`(?i)nachname|familienname|zuname`)
	nameSpell = regexp.MustCompile(`(?i)[\s,.]*\b(?:das (?:schreibt|schreibe) (?:sich|man|ich)|(?:ge)?schrieben wird das|schreibt ` +
		`(?:sich|man)|geschrieben|buchstabiert|` +
		`ich buchstabiere|buchstabiere|das ist|das wäre|also|und dann|dann|äh|ähm|und zwar)(?:[\s,:]+|$)`)
)

// alphabet is how German is spelled aloud, with the words of the alphabets of Germany, Austria and Switzerland.
var alphabet = language.Alphabet{
	Letters: phrase.NewSet("sch ch"),
	Names: map[string]string{
		"be": "b", "bee": "b", "ce": "c", "zeh": "c", "tse": "c", "de": "d", "deh": "d", "ef": "f", "eff": "f", "ge": "g", "geh": "g",
		"ha": "h", "jot": "j", "jott": "j", "je": "j", "ka": "k", "kah": "k", "el": "l", "ell": "l", "em": "m", "emm": "m", "en": "n", "enn": "n",
		"oh": "o", "pe": "p", "peh": "p", "ku": "q", "kuh": "q", "er": "r", "err": "r", "es": "s", "ess": "s", "te": "t", "tee": "t", "uh": "u",
		"vau": "v", "fau": "v", "we": "w", "weh": "w", "ix": "x", "iks": "x", "ypsilon": "y", "üpsilon": "y", "zet": "z", "zett": "z",
		"eszett": "ß", "ae": "ä", "oe": "ö", "ue": "ü", "ah": "a", "eh": "e", "ih": "i", "scharf-s": "ß",
	},
	Codes: phrase.NewSet(`anton ärger berta cäsar charlotte dora emil friedrich gustav heinrich ida julius kaufmann konrad ludwig martha
		marta nordpol otto ökonom österreich paula
		quelle richard samuel siegfried schule theodor ulrich übermut übel viktor wilhelm xanthippe ypsilon zacharias zeppelin zürich
		aachen berlin chemnitz cottbus düsseldorf essen frankfurt goslar hamburg ingelheim jena köln leipzig münchen nürnberg offenbach
		potsdam quickborn rostock salzwedel
		tübingen unna völklingen wuppertal xanten zwickau daniel jakob kaiser leopold marie niklaus peter quasi rosa sophie xaver yverdon
		alpha bravo charlie delta echo foxtrott
		golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey yankee zulu`),
	Pairs: map[string]string{"scharfes s": "ß", "es zett": "ß", "es zet": "ß", "s z": "ß", "neues wort": " "},
	Like:  []string{"wie in", "wie", "von", "für"},
	Twice: phrase.NewSet("doppel doppelt doppeltes zweimal"),
	Skip: phrase.NewSet("groß großes klein kleines großer kleiner buchstabe und dann ein einem einfaches äh ähm das der die danach " +
		"ist kommt folgt nochmal erst zuerst wieder jetzt"),
	Signs: map[string]string{"bindestrich": "-", "strich": "-", "minus": "-", "apostroph": "'", "leerzeichen": " "},
	Hints: phrase.NewSet("mit ohne"),
	Umlauts: map[string][]string{
		"ä": {"a umlaut", "umlaut a", "umlaut aachen"}, "ö": {"o umlaut", "umlaut o", "umlaut offenbach"},
		"ü": {"u umlaut", "umlaut u", "umlaut unna"},
	},
}

// particles belong to names and are written small.
var particles = phrase.NewSet(`von van der den de zu zum zur vom und del della di da la le ten ter el al bin`)

var naming = &language.NameReader{
	Alphabet: alphabet, Book: nameBook, Intro: nameIntro, Start: nameStart, Between: nameBetween, Last: nameLast, Spell: nameSpell,
	Ends: func(w string) bool {
		return stopWords[w] || lightWords[w] || notNames[w] || urgentWords[w] || hintWords[w]
	},
	Joins:    phrase.NewSet("und aber ich wir mein meine unser unsere es wegen weil da sie mich bei vom von aus im seit"),
	Hesitate: phrase.NewSet("äh ähm öhm hm"),
	Drop:     phrase.NewSet("hier bitte danke nochmal wieder apparat telefon heiße heisse"),
	Title: func(w string) bool {
		return titles[w] || titles[strings.TrimSuffix(w, ".")] || w == "dr" || w == "prof" || w == "hr" || w == "fr"
	},
	Particle: particles, Carriers: phrase.NewSet("wie das ist der die und dann groß klein buchstabe doppel mit jetzt kommt noch ein eine am"),
	Words: Language{}.Words,
}

var respelling = language.Respelling{
	With: []string{"mit"}, Without: []string{"ohne", "kein"}, Double: []string{"zwei", "doppel", "doppelt", "2"}, End: "am ende",
	Begin: []string{"vorn", "am anfang", "zu beginn", "davor"},
	Usual: func(text string) bool { return asUsual.In(Language{}.Words(text)) },
}

// asUsual say that a name is written as one would think.
var asUsual = phrase.Compile("wie man es? spricht|hoert|ausspricht|sagt", "wie ... spricht|hoert|ausspricht|klingt|gesprochen|gesagt",
	"ganz normal|einfach|gewoehnlich|klassisch", "^ normal|klassisch|ueblich $", "wie ueblich|immer|normal", "genau so|wie", "so wie",
	"wie der|die|das fluss|monat|beruf|vogel|stadt|farbe|tier|baum|schauspieler|bundeskanzler|kanzlerin|auto|tag|jahreszeit",
	"^ ja|genau|richtig|stimmt $", "haben sie schon|richtig", "stimmt so|schon", "ist richtig|korrekt")

// notNames are words that begin an answer which is no name, or go on behind one.
var notNames = phrase.NewSet(`was wer wie wo wann warum wieso kann koennen koennten kannst ich wir sie er es ihr der die das ein eine
	einen mein meine meinen nicht kein keine nein ja warten moment augenblick nie hallo nachricht oeffnungszeiten offen preis sprechen
	reden person mensch mitarbeiter brauche brauchen moechte moechten will wollte wollen hast habe haben bitte danke wissen sagen geben
	gibt keiner niemand jemand okay sicher vielleicht weil anonym privat rufe anrufen wegen entschuldigung wiederholen wiedersehen
	wiederhoeren tschuess nichts null eins zwei drei vier fuenf sechs sieben acht neun kunde kundin patient patientin mieter mieterin
	vater mutter sohn tochter mann frau dringend eilig wichtig richtig falsch besetzt privatperson stammkunde stammkundin neukunde
	neukundin selbststaendig schwanger krank zufrieden froh interessiert verzweifelt wozu weshalb vergessen lassen egal apparat telefon heisse
	termin nummer buchstabieren buchstabiere steht rechnung frage fragen suche ach eh halt i mi mei a ma mir ned net nix scho gell dass
	aufschreiben einfach ansonsten fast nur doch gsagt gesagt sag sags schreib schreiben notier`)

// PersonName implements [language.Slots]: "Hier ist Anna Berger", "Berger, B-E-R-G-E-R", "Müller, M wie Martha, Ü …", and what else
// is said with it.
func (l Language) PersonName(text string) (n language.Name, ok bool) {
	n, ok = naming.Read(text)
	if m := nameHint.FindStringIndex(n.Remark); ok && m != nil && m[0] == 0 { // "Meier mit ei"
		if s, fits := naming.Respell(n.Text, language.NameWhole, n.Remark, respelling); fits && s.Spelled {
			s.Remark = strings.TrimLeft(n.Remark[m[1]:], " ,.")
			return s, true
		}
	}
	return n, ok
}

// nameHint is what callers add to their name to say how it is written.
var nameHint = regexp.MustCompile(`(?i)^(?:nur )?(?:mit|ohne) (?:einem |zwei |doppel[- ]?|einfachem ` +
	`)?(?:sch|dt|tz|ck|th|ph|ss|ie|ei|ai|ay|ey|[\pL])\b(?: am ende)?[\s,.]*`)

// Respell implements [language.Slots].
func (Language) Respell(heard string, part language.NamePart, text string) (language.Name, bool) {
	return naming.Respell(heard, part, text, respelling)
}

// NamePossible implements [language.Slots].
func (Language) NamePossible(name string) bool { return naming.Possible(name) }

// NameLike implements [language.Slots].
func (Language) NameLike(word string, not []string) string { return naming.Book.Like(word, not) }

// NameDoubt implements [language.Slots].
func (Language) NameDoubt(name string, weak func(word string) bool) language.NamePart {
	return naming.Doubt(name, weak)
}

// noName says whether a word begins no name.
func (l Language) noName(word string) bool {
	ws := l.Words(word)
	return len(ws) == 0 || notNames[ws[0]] && !titles[ws[0]]
}

func particlesSmall(words []string) []string {
	for i, w := range words {
		if low := strings.ToLower(w); i > 0 && i < len(words)-1 && particles[low] {
			words[i] = low
		}
	}
	return words
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
	introduction = regexp.MustCompile(`\b(?i:mein name ist|ich heiße|ich heisse|hier ist|hier spricht|da spricht|ich bin (?:der|die))\s+(` +
		capitalised + `)`)
	// "Schuster mein Name", "Meier am Apparat", "Folkerts hier".
	mine = regexp.MustCompile(`(?:^|[,.!]\s*)(` + capitalised + `) (?i:(?:mein name|am apparat|am telefon)\b|hier[,.!])`)
	// "ich bin" alone needs two names: "ich bin Kundin" has none.
	// "hier Brandt", "auf den Namen Krause", "Lukas hier": a name that is known.
	known = regexp.MustCompile(`\b(?i:ja hier|tag hier|hallo hier|(?:hier|da) is(?:t)? d(?:ie|er)|auf den namen|unter dem namen|name:?)\s+(` + capitalised + `)`)
	here  = regexp.MustCompile(`(?:^|[,.!]\s*)(` + capitalised + `) hier\b`)
	iAm   = regexp.MustCompile(`\b(?i:ich bin)\s+(\p{Lu}[\pL'-]*(?:\s+(?:von|van|zu|de|der|di))*\s+\p{Lu}[\pL'-]*)`)
)

// IntroducedName implements [language.Slots]: "Guten Tag, hier ist Anna Berger, ich habe eine Frage".
func (l Language) IntroducedName(text string) (language.Name, bool) {
	for i, re := range []*regexp.Regexp{introduction, mine, iAm, known, here} {
		m := re.FindStringSubmatch(text)
		if m == nil || !unicode.IsUpper([]rune(m[1])[0]) {
			continue
		}
		words := language.NameWords(m[1])
		if len(words) == 0 || l.noName(words[0]) || len(words) == 1 && titles[strings.ToLower(words[0])] {
			continue
		}
		if i > 2 && !slices.ContainsFunc(words, nameBook.Known) {
			continue
		}
		return language.Name{Text: strings.Join(particlesSmall(words), " ")}, true
	}
	if n, ok := naming.AfterGreeting(text, greetings); ok {
		return language.Name{Text: strings.Join(particlesSmall(strings.Fields(n.Text)), " ")}, true
	}
	return naming.Introduced(text, small)
}

// greetings are words that only greet, before a name.
var greetings = phrase.NewSet(`guten tag morgen abend gruess gott gruezi grueezi servus hallo moin hi hey ja jaja also aeh aehm hm schoenen gott ach
	entschuldigung gruesse sie ihnen und einen`)

// small introduces a name in a text without capitals.
var small = regexp.MustCompile(`\b(?:mein name ist|i(?:ch)? hei(?:ß|ss)e?|hier ist|hier spricht|da spricht|da is(?:t)?|hier|i(?:ch)? ` +
	`bin(?:'?s)?|i bins|ich bins|auf den namen|` +
	`unter dem namen|schreib(?:en|st|t)?(?: sie| s)?(?: bitte| mal)? auf|notier(?:en|e|t)?(?: sie)?(?: bitte)?|des is|das ist|name)(?: der| ` +
	`die| da| d')?\s+`)

var addressed = regexp.MustCompile(`\b(?i:für|an|sagen sie(?: bitte)?|richten sie(?: bitte)?|bitten sie|fragen sie|mit|geben sie ` +
	`(?:es|das|die|sie)(?: bitte)?)\s+(?:der |dem |den |die )?` +
	`((?:(?:Herr|Frau|Dr\.?|Doktor|Prof\.?|Professor)\s+)*\p{Lu}[\pL'-]+(?:\s+\p{Lu}[\pL'-]+)?)`)

// Addressee implements [language.Slots].
func (Language) Addressee(text string) (name string, ok bool) {
	name, ok = naming.Addressee(strings.ReplaceAll(text, "Herrn ", "Herr "), addressed)
	_, month := months[strings.ToLower(name)]
	return name, ok && !month // "für August"
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
