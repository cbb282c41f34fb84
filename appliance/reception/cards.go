package reception

import (
	"strings"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// Numbers of payment cards have 13 to 19 digits (ISO/IEC 7812). They belong into no record: neither as words nor as sound. What a caller says is
// held back from the recording until it is known to be none; a number of which only a part has come is left out of the sound already.
const (
	cardLeast    = 13
	suspectLeast = 8 // digits from which on the sound is left out, unless a telephone number was asked for
	cardHidden   = "[card number]"
)

// cards follows the digits of a call.
type cards struct {
	tongues []language.Language // in which the caller may speak
	digits  int                 // of the turns before, when they were digits alone
	turns   []record.Turn       // those turns
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

// look tells of a turn whether its words have to be hidden, and whether its sound may be kept. asked says that digits were asked for.
func (c *cards) look(text string, asked bool) (hide, sound bool) {
	if keys, ok := strings.CutPrefix(text, keysPrefix); ok {
		n := len(keys)
		return n >= cardLeast, n < suspectLeast
	}
	n := c.read(text)
	alone := n.Others <= 2 && len(n.Digits) >= 3
	total := len(n.Digits)
	if alone {
		total += c.digits
	}
	switch {
	case total >= cardLeast && alone, len(n.Digits) >= cardLeast:
		return true, false
	case alone:
		return false, asked || total < suspectLeast
	}
	return false, asked || len(n.Digits) < suspectLeast
}

// next takes a turn over when it was digits alone, and forgets those before when it was not.
func (c *cards) next(t record.Turn) {
	n := c.read(string(t.Heard))
	if n.Others > 2 || len(n.Digits) < 3 {
		c.digits, c.turns = 0, nil
		return
	}
	c.digits += len(n.Digits)
	c.turns = append(c.turns, t)
}

// hidden hides the digits of a text.
func (c *cards) hidden(text string) string {
	if strings.HasPrefix(text, keysPrefix) {
		return keysPrefix + cardHidden
	}
	var out []string
	covered := false
	for _, w := range strings.Fields(text) {
		if c.read(w).Digits == "" {
			out = append(out, w)
			covered = false
			continue
		}
		if !covered {
			out = append(out, cardHidden)
			covered = true
		}
	}
	return strings.Join(out, " ")
}

// guardCard hides a card number in what was heard, before anything of it is kept or decided on. It returns the text to go on with.
func (l *live) guardCard(text string) string {
	hide, sound := l.cards.look(text, l.expect.Kind == dialogue.ExpectDigits)
	if l.recorder != nil {
		l.recorder.release(sound)
	}
	if !hide {
		return text
	}
	for _, t := range l.cards.turns { // the parts that came before
		if l.turns.open && l.turns.t.Index == t.Index {
			l.turns.t.Heard = record.Personal(l.cards.hidden(string(l.turns.t.Heard))) // it is written when it is closed
			continue
		}
		t.Heard = record.Personal(l.cards.hidden(string(t.Heard)))
		l.scribe.turn(l.rec.ID, t)
	}
	l.cards.digits, l.cards.turns = 0, nil
	return l.cards.hidden(text)
}

// guardKeys does the same for keys, of which heard are all so far.
func (l *live) guardKeys(heard string) string {
	if heard == keysPrefix+cardHidden || strings.HasPrefix(heard, keysPrefix+cardHidden) {
		return keysPrefix + cardHidden // more of the same
	}
	hide, sound := l.cards.look(heard, l.expect.Kind == dialogue.ExpectDigits)
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

// doubtful tells of the words so far whether they may be.
func (c *cards) doubtful(text string) bool { return len(c.read(text).Digits) >= doubtDigits }
