// Package digits reads telephone numbers out of speech, as far as that is the same in every language: a language cuts what was said into
// tokens, which become pieces of a number ([Parse]), and the pieces become the number that the caller means by what its region
// allows ([Put]). Everything in it is pure.
package digits

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
)

// Kind is what a token is.
type Kind int

// The kinds of tokens.
const (
	Filler    Kind = iota // says nothing
	Word                  // has a meaning of its own
	Break                 // a pause or the end of a sentence
	Digits                // Text
	Plus                  // the country code follows
	Wrong                 // what was said before is to be corrected
	Not                   // the digits that follow are wrong
	Other                 // another number follows
	Again                 // the same is said again
	Extension             // the extension follows
	Missing               // digits are missing
	End                   // at the end of the number
	Start                 // at its beginning
	Middle                // in the middle
	Area                  // the area code
	Nth                   // digit N
)

// Symbol is a word, or some that belong together.
type Symbol struct {
	Kind  Kind
	Text  string // the digits
	Apart string // the digits in another reading; "" = there is none
	N     int    // which digit
}

// shortPiece is the most digits of which a word behind them tells the place: "41 at the end".
const shortPiece = 6

// missingMost is the most digits that are said to be missing.
const missingMost = 2

// Parse makes a number of tokens.
func Parse(tokens []Symbol) language.Number {
	p := parser{tokens: tokens}
	for p.i = range tokens {
		p.take(tokens[p.i])
	}
	p.close()
	n := language.Number{Others: p.words, Pieces: p.pieces, Tail: p.tail, Area: p.area}
	for i, x := range p.pieces {
		n.Digits += strings.Join(x.Groups, "")
		n.Plus = n.Plus || i == 0 && x.Plus
	}
	return n
}

// parser goes over tokens.
type parser struct {
	tokens []Symbol
	i      int
	pieces []language.Piece
	words  int // of a meaning of their own
	tail   bool
	area   bool

	open  *language.Piece // what digits are added to; nil = the next begin a piece
	apart bool            // open has another reading
	fresh bool            // no pause since its last digits
	next  language.Piece  // what is known of the piece that comes
}

func (p *parser) take(t Symbol) {
	switch t.Kind {
	case Digits:
		p.digits(t)
	case Plus:
		p.close()
		p.next.Plus = true
	case Break:
		p.fresh = false
		if p.open != nil && p.open.Role == language.RoleNot {
			p.close()
			p.next.Role = language.RoleInstead
		}
	case Word:
		p.words++
		p.close()
		p.next.Others++
	case Wrong:
		p.role(language.RoleInstead)
	case Other:
		p.role(language.RoleOther)
	case Again:
		p.role(language.RoleAgain)
	case Extension:
		p.role(language.RoleExtension)
	case Not:
		if p.followed() {
			p.role(language.RoleNot)
		} else {
			p.role(language.RoleInstead)
		}
	case Missing:
		if p.open != nil && p.length() <= missingMost { // "a five is missing"
			p.open.Role = language.RoleMissing
			break
		}
		p.role(language.RoleMissing)
	case End, Start, Middle, Area, Nth:
		p.place(t)
	case Filler:
	}
}

// digits adds digits to the piece that is open.
func (p *parser) digits(t Symbol) {
	if p.open == nil {
		x := p.next
		p.open, p.next = &x, language.Piece{}
	}
	p.open.Groups = append(p.open.Groups, t.Text)
	p.open.Apart = append(p.open.Apart, t.Apart)
	p.apart = p.apart || t.Apart != ""
	p.fresh = true
}

// close ends the piece that is open.
func (p *parser) close() {
	if p.open == nil {
		return
	}
	if !p.apart {
		p.open.Apart = nil
	}
	p.pieces = append(p.pieces, *p.open)
	p.open, p.apart = nil, false
}

// role tells what the next digits are said for. What is wrong stays wrong, however many words say it.
func (p *parser) role(r language.Role) {
	p.close()
	if r == language.RoleInstead && p.next.Role != language.RoleOn {
		return
	}
	p.next.Role = r
}

// place tells where the next digits belong, or those that have just been said: "the last two are 41", "41 at the end".
func (p *parser) place(t Symbol) {
	p.tail = p.tail || t.Kind == End || t.Kind == Nth && t.N == -1
	p.area = p.area || t.Kind == Area
	places := map[Kind]language.Place{
		End: language.PlaceEnd, Start: language.PlaceStart, Middle: language.PlaceMiddle, Area: language.PlaceArea, Nth: language.PlaceDigit,
	}
	behind := p.open != nil && p.fresh && p.length() <= shortPiece && !p.followed()
	if behind {
		p.open.Place, p.open.Nth = places[t.Kind], t.N
		p.close()
		return
	}
	p.close()
	p.next.Place, p.next.Nth = places[t.Kind], t.N
}

// followed says whether digits come before the next pause.
func (p *parser) followed() bool {
	for _, t := range p.tokens[p.i+1:] {
		switch t.Kind {
		case Digits:
			return true
		case Filler, Plus, End, Start, Middle, Area, Nth:
		default:
			return false
		}
	}
	return false
}

func (p *parser) length() (n int) {
	for _, g := range p.open.Groups {
		n += len(g)
	}
	return n
}

// Marks are the words of a language that say something of digits.
type Marks map[string][]mark

// mark is a phrase and what it means.
type mark struct {
	words []string
	kind  Kind
}

// NewMarks makes them of phrases by kind: phrases are parted by commas, "a|b" is either.
func NewMarks(phrases map[Kind]string) Marks {
	m := Marks{}
	for kind, list := range phrases {
		for text := range strings.SplitSeq(list, ",") {
			for _, words := range spread(strings.Fields(text)) {
				m[words[0]] = append(m[words[0]], mark{words, kind})
			}
		}
	}
	for _, list := range m {
		slices.SortFunc(list, func(a, b mark) int { return len(b.words) - len(a.words) })
	}
	return m
}

// spread writes out what stands for several words.
func spread(words []string) [][]string {
	out := [][]string{nil}
	for _, w := range words {
		var more [][]string
		for _, head := range out {
			for alt := range strings.SplitSeq(w, "|") {
				more = append(more, append(slices.Clone(head), alt))
			}
		}
		out = more
	}
	return out
}

// At finds the longest phrase at the beginning of words, and how many it takes; 0 = there is none.
func (m Marks) At(words []string) (kind Kind, used int) {
	if len(words) == 0 {
		return 0, 0
	}
	for _, x := range m[words[0]] {
		if len(x.words) <= len(words) && slices.Equal(words[:len(x.words)], x.words) {
			return x.kind, len(x.words)
		}
	}
	return 0, 0
}
