package reception

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// Numbers of payment cards have 13 to 19 digits and a check digit (ISO/IEC 7812). They belong into no record: neither as words nor
// as sound. Digits are taken for one when a card was spoken of, or when no number was asked for and the check digit is right. What
// a caller says is held back from the recording until it is known to be none; a number of which only a part has come is left out of
// the sound already.
const (
	cardLeast    = 13
	cardMost     = 19
	suspectLeast = 8 // digits from which on the sound is left out, unless a number was asked for
	cardHidden   = "[card number]"
)

// cardTurns is for how many turns of the caller a card was spoken of, unless another number is asked for.
const cardTurns = 3

// cards follows the digits of a call.
type cards struct {
	tongues []language.Language // in which the caller may speak
	region  string
	digits  string        // of the turns before, when they were digits alone
	turns   []record.Turn // those turns
	spoken  int           // turns for which a card was spoken of still
	begun   bool          // digits belong to a card that was spoken of
}

// run is digits in a text, from one of its fields to another.
type run struct {
	from, to int
	digits   string
	plus     bool
}

// read reads the digits in a text in whichever language gives the most: a number must not slip through because the caller changed it.
func (c *cards) read(text string) language.Number {
	var best language.Number
	for i, l := range c.tongues {
		if n := l.ReadDigits(text); i == 0 || len(n.Digits) > len(best.Digits) {
			best = n
		}
	}
	return best
}

// gapMost is how many fields may stand between the digits of one number.
const gapMost = 4

// runs finds the digits in the fields of a text that nothing of another meaning parts.
func (c *cards) runs(fields []string) []run {
	var out []run
	for i := 0; i < len(fields); i++ {
		if c.read(strings.Join(fields[i:min(i+2, len(fields))], " ")).Digits == "" {
			continue
		}
		best := run{to: -1} // a word may become a part of a number by the next: "double"
		for k := i; k < len(fields) && k-max(best.to, i) <= gapMost; k++ {
			n := c.read(strings.Join(fields[i:k+1], " "))
			if n.Others > 1 {
				break
			}
			if n.Others == 0 && len(n.Digits) > len(best.digits) {
				best = run{i, k, n.Digits, n.Plus}
			}
		}
		if best.to < 0 {
			continue
		}
		for best.from < best.to && c.read(strings.Join(fields[best.from+1:best.to+1], " ")).Digits == best.digits {
			best.from++ // "it is", "and"
		}
		out = append(out, best)
		i = best.to
	}
	return out
}

// mentions says whether a text speaks of a card.
func (c *cards) mentions(text string) bool {
	return slices.ContainsFunc(c.tongues, func(l language.Language) bool { return l.SpeaksOfCard(l.Words(text)) })
}

// ofCard says whether what is said now can belong to a card that was spoken of. asked says that a number was asked for.
func (c *cards) ofCard(text string, asked bool) bool {
	return c.mentions(text) || c.spoken > 0 && !asked || c.begun && c.digits != ""
}

// checked says whether digits are as long as a card's and their check digit (ISO/IEC 7812-1, annex B) is right. No card begins with 0.
func checked(digits string) bool {
	if len(digits) < cardLeast || len(digits) > cardMost || digits[0] == '0' {
		return false
	}
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// issued returns how many digits at the beginning are the number of a card of one of the large issuers, which is as long as theirs
// are; 0 = none.
func issued(digits string) int {
	if len(digits) < cardLeast {
		return 0
	}
	var lengths []int
	switch {
	case digits[0] == '4':
		lengths = []int{16, 19, 13}
	case digits[0] == '5' || digits[0] == '2' || digits[0] == '6':
		lengths = []int{16, 19}
	case digits[:2] == "34" || digits[:2] == "37":
		lengths = []int{15}
	case digits[0] == '3':
		lengths = []int{14, 16}
	}
	for _, n := range lengths {
		if len(digits) >= n && checked(digits[:n]) {
			return n
		}
	}
	return 0
}

// telephone says whether a run is a valid telephone number.
func (c *cards) telephone(r run) bool {
	n := r.digits
	if r.plus {
		n = "+" + n
	}
	return strings.HasPrefix(string(numbering.E164(record.PhoneNumber(n), c.region)), "+") || strings.HasPrefix(n, "0")
}

// find returns the runs of a text that are the number of a card.
func (c *cards) find(fields []string, asked bool) []run {
	text := strings.Join(fields, " ")
	n := c.read(text)
	before, all := "", ""
	if c.alone(n) {
		before = c.digits
	}
	if len(before)+len(n.Digits) < cardLeast {
		return nil
	}
	ofCard := c.ofCard(text, asked)
	var unknown []run // those that are no telephone number
	for _, r := range c.runs(fields) {
		if !c.telephone(r) || checked(before+r.digits) {
			unknown, all = append(unknown, r), all+r.digits
		}
	}
	switch {
	case ofCard && len(before+all) >= cardLeast, !asked && (checked(before+all) || issued(before+all) > 0):
		return unknown
	case asked: // then a card only when it can be nothing else
		return slices.DeleteFunc(unknown, func(r run) bool { return issued(r.digits) != len(r.digits) || c.holdsTelephone(fields, r) })
	}
	return slices.DeleteFunc(unknown, func(r run) bool { return !checked(r.digits) && issued(r.digits) == 0 })
}

// holdsTelephone says whether a run begins with a telephone number: callers say two of them, or one twice.
func (c *cards) holdsTelephone(fields []string, r run) bool {
	for k := r.from; k < r.to; k++ {
		n := c.read(strings.Join(fields[r.from:k+1], " "))
		if c.telephone(run{digits: n.Digits, plus: n.Plus}) {
			return true
		}
	}
	_, possible := numbering.Complete(r.digits, c.region)
	return possible
}

// alone says whether a turn is digits and not much else.
func (c *cards) alone(n language.Number) bool { return n.Others <= 2 && len(n.Digits) >= 3 }

// look tells of a turn which fields of its text have to be hidden, and whether its sound may be kept. asked says that a number was
// asked for.
func (c *cards) look(text string, asked bool) (hide []run, sound bool) {
	if hide = c.find(strings.Fields(text), asked); len(hide) > 0 {
		return hide, false
	}
	ofCard := c.ofCard(text, asked)
	if asked && !ofCard {
		return nil, true
	}
	n := c.read(text)
	total := len(n.Digits)
	if c.alone(n) {
		total += len(c.digits)
	}
	whole := total >= suspectLeast && !ofCard && c.digits == "" && !slices.ContainsFunc(c.runs(strings.Fields(text)), func(r run) bool {
		return len(r.digits) >= suspectLeast && !c.telephone(r)
	})
	return nil, total < suspectLeast || whole
}

// lookKeys does the same for keys, of which heard are all so far.
func (c *cards) lookKeys(keys string, asked bool) (hide, sound bool) {
	for k := range strings.FieldsFuncSeq(keys, func(r rune) bool { return r < '0' || r > '9' }) {
		hide = hide || issued(k) == len(k) && len(k) > numbering.Most || !asked && len(k) >= cardLeast
	}
	return hide, !hide && (asked || len(keys) < suspectLeast)
}

// next takes a turn over when it was digits alone, or digits of a card, and forgets those before when it was not. asked says that a
// number was asked for.
func (c *cards) next(t record.Turn, asked bool) {
	text := string(t.Heard)
	mentions := c.mentions(text)
	ofCard := c.ofCard(text, asked)
	if c.spoken--; mentions {
		c.spoken = cardTurns
	}
	n := c.read(text)
	if !c.alone(n) && (!ofCard || len(n.Digits) < 3) {
		c.digits, c.turns, c.begun = "", nil, mentions
		return
	}
	c.begun = ofCard
	c.digits += n.Digits
	c.turns = append(slices.Clip(c.turns), t)
}

// hidden is a text without the digits of some runs.
func hidden(text string, hide []run) string {
	fields := strings.Fields(text)
	var out []string
	at := 0
	for _, r := range hide {
		out = append(append(out, fields[at:r.from]...), cardHidden)
		at = r.to + 1
	}
	return strings.Join(append(out, fields[at:]...), " ")
}

// hideAll hides all digits of a turn that came before.
func (c *cards) hideAll(text record.Personal) record.Personal {
	return record.Personal(hidden(string(text), c.runs(strings.Fields(string(text)))))
}

// guardCard hides a card number in what was heard, before anything of it is kept or decided on. It returns the text to go on with.
func (l *live) guardCard(text string) string {
	hide, sound := l.cards.look(text, l.numberDue())
	if l.recorder != nil {
		l.recorder.release(sound)
	}
	if len(hide) == 0 {
		return text
	}
	for _, t := range l.cards.turns { // the parts that came before
		if l.turns.open && l.turns.t.Index == t.Index {
			l.turns.t.Heard = l.cards.hideAll(l.turns.t.Heard) // it is written when it is closed
			continue
		}
		t.Heard = l.cards.hideAll(t.Heard)
		l.scribe.turn(l.rec.ID, t)
	}
	l.cards.digits, l.cards.turns = "", nil
	return hidden(text, hide)
}

// numberDue says whether a number is asked for or was read back.
func (l *live) numberDue() bool { return l.expect.Number || l.expect.Kind == dialogue.ExpectDigits }

// guardKeys does the same for keys, of which heard are all so far.
func (l *live) guardKeys(heard string) string {
	keys := strings.TrimPrefix(heard, keysPrefix)
	if strings.HasPrefix(keys, cardHidden) {
		return keysPrefix + cardHidden // more of the same
	}
	hide, sound := l.cards.lookKeys(keys, l.numberDue())
	if l.recorder != nil {
		l.recorder.release(sound)
	}
	if hide {
		return keysPrefix + cardHidden
	}
	return heard
}

// doubtDigits is from how many digits on the beginning of an utterance may be that of a card number.
const doubtDigits = 4

// doubtful tells of the words so far whether they may be. asked says that a number was asked for.
func (c *cards) doubtful(text string, asked bool) bool {
	return (!asked || c.ofCard(text, asked)) && len(c.read(text).Digits) >= doubtDigits
}
