package en

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

// nameBook has the names that callers in English-speaking countries bear often.
var nameBook, errNames = language.NewNameBook(namesFile)

var (
	nameIntro = regexp.MustCompile(`(?i)\b(?:my (?:full |whole )?name(?:'s| is| would be| was)|the name(?:'s| is)|^name is|^name's|you ` +
		`can call me|call me|` +
		`(?:it'?s|it is|put it|that's) under(?: the name(?: of)?)?|under the name(?: of)?)\s*[,:]?\s+`)
	nameStart = regexp.MustCompile(`(?i)^(?:i (?:just |already )?(?:said|told you)|i meant|i mean|just|this is|it is|it's|i am|i'm|that's|that is|that would ` +
		`be|yes|yeah|yep|sure|okay|ok|oh|ah|uh|um|er|well|right|great|perfect|fine|lovely|grand|brilliant|cool|thanks|thank ` +
		`you|(?:hi|hello|hey)(?: there)?|of course|` +
		`sorry|no|so|and|please|certainly|absolutely|alright|all right|you're speaking (?:to|with)|you are speaking (?:to|with)|good ` +
		`(?:morning|afternoon|evening))(?:[\s,.!:;-]+|$)`)
	nameBetween = regexp.MustCompile(`(?i)[\s,.;]*\b(?:and |with )?(?:my |the |a )?(?:(?:first|given|christian|last|second|family|sur) ` +
		`?name)(?:'s| is| would be)?(?:[\s,:]+|$)`)
	nameLast  = regexp.MustCompile(`(?i)\b(?:last|second|family|sur) ?name`)
	nameSpell = regexp.MustCompile(`(?i)[\s,.]*\b(?:(?:and )?(?:that is|that's|it's|it is|is|which is) (?:also ` +
		`)?spell?e?d|spell?e?d|spelt|spelling is|(?:and )?i spell (?:it|that)|i spell|` +
		`that's|that is|it's|it is|as in|so|uh|um|and then|then)\b[\s,:]*`)
)

// alphabet is how English is spelled aloud.
var alphabet = language.Alphabet{
	Names: map[string]string{
		"ay": "a", "bee": "b", "be": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e", "ef": "f", "eff": "f", "gee": "g",
		"aitch": "h", "haitch": "h", "eye": "i", "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o", "pee": "p",
		"queue": "q", "cue": "q", "are": "r", "ar": "r",
		"our": "r", "ess": "s", "tee": "t", "tea": "t", "you": "u", "vee": "v", "ex": "x", "why": "y",
		"wye": "y", "zee": "z", "zed": "z",
	},
	Codes: phrase.NewSet(`alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa
		quebec romeo sierra
		tango uniform victor whiskey whisky xray yankee zulu`),
	Pairs:   map[string]string{"double u": "w", "double you": "w", "x ray": "x", "sharp s": "ß", "new word": " "},
	Like:    []string{"as in", "like in", "is for", "stands for", "like", "for", "as"},
	Twice:   phrase.NewSet("double"),
	Skip:    phrase.NewSet("capital big small lowercase uppercase letter an the then uh um er followed by"),
	Signs:   map[string]string{"hyphen": "-", "dash": "-", "apostrophe": "'", "space": " "},
	Umlauts: map[string][]string{"ä": {"a umlaut", "umlaut a"}, "ö": {"o umlaut", "umlaut o"}, "ü": {"u umlaut", "umlaut u"}},
	Words:   phrase.NewSet("a i"),
	Hints:   phrase.NewSet("with without"),
}

var particles = phrase.NewSet("van von der den de la le del della di da du st saint mac bin al el ten ter")

var naming = &language.NameReader{
	Alphabet: alphabet, Book: nameBook, Intro: nameIntro, Start: nameStart, Between: nameBetween, Last: nameLast, Spell: nameSpell,
	Ends: func(w string) bool { return stopWords[w] || lightWords[w] || notNames[w] },
	Joins: phrase.NewSet("and but so i i'm i'd i've i'll my we we're our you it it's there's there because calling ringing phoning " +
		"from about who the at with or is on"),
	Hesitate: phrase.NewSet("uh um er erm"),
	Drop:     phrase.NewSet("here speaking please thanks thank again okay"),
	Title:    func(w string) bool { return titles[w] },
	Particle: particles,
	Carriers: phrase.NewSet("like as in for is the that's letter then and double with capital it's"),
	Words:    Language{}.Words,
}

var respelling = language.Respelling{
	With: []string{"with"}, Without: []string{"without", "no"}, Double: []string{"two", "double", "2"}, End: "at the end",
	Begin: []string{"at the start", "at the beginning", "at the front", "in front", "to start", "to begin"},
	Usual: func(text string) bool { return asUsual.In(Language{}.Words(text)) },
}

// asUsual say that a name is written as one would think.
var asUsual = phrase.Compile("sounds", "usual|normal|regular|standard|common|ordinary|traditional|typical|same|easy way|spelling",
	"the way you|i|it ... said|say|heard|hear|think|wrote", "you|that got|have it right|correct|already", "^ normal|normally|usually $",
	"just like that", "like the word|color|colour|month|season|bird|animal|city|actor|president|singer|car|beer|day|job",
	"is|looks right|correct|fine|okay", "^ yes|yeah|correct|right $")

// notNames are words that begin an answer which is no name, or go on behind one.
var notNames = phrase.NewSet(`what why who when where how can could do does did is are was will would should i you we they the a an my
	your it that this there not don't no yes hold wait just never hello leave message hours open price speak talk person operator need
	want have tell please know none okay sure maybe because anonymous private calling about sorry pardon repeat goodbye bye thanks thank
	call nothing nobody someone somebody one two three four five six seven eight nine zero here speaking again also actually looking trying
	needs broken leaking urgent appointment question emergency speaking interested afraid confused new number phone forget cancel skip
	hurry back rather already oh well just told said put write customer patient client tenant driver from over with having got getting
	going today tomorrow yesterday before after around until between during later soon anytime whenever instead if once first`)

// PersonName reads the answer to "May I have your name?": "This is Anna Berger", "Berger, B-E-R-G-E-R", "B as in boy, E, R…", and
// what else is said with it. ok is false when the words hold no name.
func (Language) PersonName(text string) (n language.Name, ok bool) {
	n, ok = naming.Read(text)
	if m := nameHint.FindStringIndex(n.Remark); ok && m != nil { // "Katherine with a K"
		if s, fits := naming.Respell(n.Text, language.NameWhole, n.Remark, respelling); fits && s.Spelled {
			s.Remark = strings.TrimLeft(n.Remark[m[1]:], " ,.")
			return s, true
		}
	}
	return n, ok
}

// nameHint is what callers add to their name to say how it is written.
var nameHint = regexp.MustCompile(`(?i)^(?:that's )?(?:with|without) (?:an? |one |two |double |the ` +
	`)?(?:[a-z]{1,2}|sch)(?:'?s)?\b(?: at the end)?[\s,.]*`)

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

// Letters reads a name letter by letter: "B, E, R, G, E, R".
func (Language) Letters(name string) string {
	var out []string
	for _, r := range strings.ToUpper(name) {
		if unicode.IsLetter(r) {
			out = append(out, string(r))
		}
	}
	return strings.Join(out, ", ")
}

var introduction = regexp.MustCompile(`\b(?i:my name(?:'s| is)|this is|name is|name's)\s+((?:(?:Mr|Mrs|Ms|` +
	`Dr)\.?\s+)?\p{Lu}[\pL'-]*(?:\s+\p{Lu}[\pL'-]*){0,3})`)

var (
	// "I am" alone needs two words, of which one is a name.
	iAm = regexp.MustCompile(`\b(?i:i'm|i am|it's|it is)\s+(\p{Lu}[\pL'-]+\s+\p{Lu}[\pL'-]+)`)
	// "Kowalski's the name", and "we had a table under Hutchinson": a name that is known.
	behind = regexp.MustCompile(`(\p{Lu}[\pL'-]*?\pL(?:\s+\p{Lu}[\pL'-]*?\pL)?)(?i:'s| is) (?i:the|my|our) (?i:last |sur|family )?(?i:name)\b`)
	under  = regexp.MustCompile(`\b(?i:under(?: the name)?(?: of)?|booked (?:in )?as)\s+(\p{Lu}[\pL'-]+(?:\s+\p{Lu}[\pL'-]+)?)`)
	// "Tom Baker here" and "Tom Baker speaking" begin a turn.
	here = regexp.MustCompile(`^(?:(?i:hi|hello|hey|yes|yeah|good (?:morning|afternoon|evening)|` +
		`there)[\s,.!]+)*(\p{Lu}[\pL'-]+(?:\s+\p{Lu}[\pL'-]+)?),? (?i:here|speaking|calling)\b`)
)

// IntroducedName finds a name with which the caller introduced himself in the middle of a turn, such as "Hi, this is
// Anna Berger, I have a question".
func (Language) IntroducedName(text string) (language.Name, bool) {
	for i, re := range []*regexp.Regexp{introduction, iAm, here, behind, under} {
		m := re.FindStringSubmatch(text)
		if m == nil || !unicode.IsUpper([]rune(m[1])[0]) {
			continue
		}
		words := language.NameWords(m[1])
		if len(words) == 0 || notNames[strings.ToLower(words[0])] && (i == 0 || !nameBook.First(words[0])) {
			continue
		}
		if i > 0 && !slices.ContainsFunc(words, nameBook.Known) {
			continue
		}
		return language.Name{Text: strings.Join(words, " ")}, true
	}
	if n, ok := naming.AfterGreeting(text, greetings); ok {
		return n, true
	}
	return naming.Introduced(text, small)
}

// greetings are words that only greet, before a name.
var greetings = phrase.NewSet("hi hello hey hiya yes yeah good morning afternoon evening day there um uh oh ah well")

// small introduces a name in a text without capitals.
var small = regexp.MustCompile(`\b(?:my name(?:'s| is)|this is|name is|name's|it is|it's|i'm|i am|here is|under(?: the name)?(?: ` +
	`of)?|tell (?:them|him|her) ` +
	`it's|put (?:down )?|write (?:down )?)\s+`)

var addressed = regexp.MustCompile(`\b(?i:for|tell|ask|let|remind|give (?:it|this|that) to|(?:it|this|that) (?:on ` +
	`)?to|(?:speak|talk) (?:to|with)|reach|leave)\s+` +
	`((?:(?:Mr|Mrs|Ms|Miss|Dr|Doctor|Mister|Missus|Prof|Professor)\.?\s+)?\p{Lu}[\pL'-]+(?:\s+\p{Lu}[\pL'-]+)?)`)

// Addressee implements [language.Slots].
func (Language) Addressee(text string) (name string, ok bool) {
	name, ok = naming.Addressee(text, addressed)
	_, month := months[strings.ToLower(name)]
	return name, ok && !month // "move it to June"
}

// NameForms implements [language.Vocabulary].
func (l Language) NameForms(name string) []string {
	var title, bare []string
	for _, w := range l.Words(name) {
		if titles[w] {
			title = append(title, w)
		} else if !postNominal[w] {
			bare = append(bare, w)
		}
	}
	if len(bare) == 0 {
		return nil
	}
	forms := []string{strings.Join(bare, " ")}
	first, last := bare[0], bare[len(bare)-1]
	if len(title) > 0 {
		forms = append(forms, title[0]+" "+last, title[0]+" "+first)
	}
	if len(bare) > 1 {
		for _, w := range []string{first, last} {
			if !stopWords[w] && !lightWords[w] && !wordNames[w] && len(w) > 2 {
				forms = append(forms, w)
			}
		}
	}
	return forms
}
