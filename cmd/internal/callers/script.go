package callers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
)

// Move is what a caller does next.
type Move struct {
	Say       string // "…" is a pause
	Keys      string
	Hangup    bool
	Interrupt time.Duration // how long the office may speak after this before the caller speaks over it; 0 is to its end
}

const (
	longest = 18                      // moves after which a caller has had enough
	often   = 3                       // times that a caller is asked the same
	listens = 2500 * time.Millisecond // how long somebody listens who interrupts
)

// Script is a caller in a call.
type Script struct {
	c     *Caller
	b     *book
	ear   *ear
	asked map[language.Key]int
	wish  int  // which of the wishes is asked about
	again bool // it was asked once more
	moves int
	left  bool // the message was noted
	first bool // the first number was given
	off   bool // the message was called off
	bye   bool // the caller has said goodbye
	gave  string
	last  string
	told  []string
}

// NewScript is the caller at the beginning of his call.
func (c *Caller) NewScript() *Script {
	return &Script{c: c, b: books[c.Tongue().Tag()], ear: newEar(c.Tongue()), asked: map[language.Key]int{}}
}

// Greeting is how long the greeting may last before the caller speaks over it; 0 is to its end.
func (c *Caller) Greeting() time.Duration {
	if c.Persona.Interrupts {
		return 1500 * time.Millisecond
	}
	return 0
}

// GaveUp says why the caller hung up in the middle; "" is that he did not.
func (s *Script) GaveUp() string { return s.gave }

// Told is all that the caller has said.
func (s *Script) Told() string { return strings.Join(s.told, " ") }

// Next returns what the caller does after the office has said something since his last move; nothing at all when said is empty.
func (s *Script) Next(said string) Move {
	m := s.next(said)
	if m.Say != "" {
		s.told = append(s.told, m.Say)
	}
	return m
}

func (s *Script) next(said string) Move {
	s.moves++
	switch {
	case s.moves == 1:
		if s.c.Persona.Interrupts && s.c.Goal != Emergency {
			return Move{Say: s.pick(s.b.distract), Interrupt: listens}
		}
		return Move{Say: s.c.Opening}
	case s.moves == 2 && s.c.Persona.Interrupts && s.c.Goal != Emergency:
		return Move{Say: s.c.Opening}
	case s.bye:
		return Move{Hangup: true}
	case s.moves > longest:
		return s.giveUp("the call took too long")
	case strings.TrimSpace(said) == "":
		if s.asked["silence"]++; s.asked["silence"] > 2 {
			return s.giveUp("the office said nothing")
		}
		return Move{Say: s.b.hello}
	}
	key := s.ear.last(said)
	if s.asked[key]++; s.asked[key] > often && key != language.TextIsRight && key != language.TextAnythingElse && key != "" {
		return s.giveUp(fmt.Sprintf("asked %d times: %s", s.asked[key], key))
	}
	if m, ok := s.message(key, said); ok {
		s.last = m.Say
		return m
	}
	if m, ok := s.question(key, said); ok {
		return m
	}
	return s.proceed(said)
}

func (s *Script) giveUp(why string) Move {
	s.gave, s.bye = why, true
	return Move{Say: s.b.giveUp}
}

// goodbye ends the call politely.
func (s *Script) goodbye() Move {
	s.bye = true
	return Move{Say: s.b.nothing + " " + s.b.bye}
}

// pick draws one way to say something, another one each time.
func (s *Script) pick(list []string, args ...any) string {
	return some(list, s.c.variant+s.moves, args...)
}

// message answers what is asked while a message is taken.
func (s *Script) message(key language.Key, said string) (Move, bool) {
	if s.c.Goal == Emergency && key != language.TextHarm {
		return s.goodbyeNow(), true // who was told to call for help does not talk on
	}
	l := s.c.Leaves
	if l == nil {
		return s.unwanted(key)
	}
	if s.c.Goal == Cancel && !s.off && s.asked[language.TextAskName] > 0 && key != language.TextAskName && key != language.TextAskNameAgain {
		s.off = true
		return Move{Say: s.c.Wishes[0].Ask}, true
	}
	switch key {
	case language.TextAskName, language.TextAskNameAgain:
		return Move{Say: s.name()}, true
	case language.TextAskNameSpell:
		return Move{Say: s.spelled(s.b.spelled)}, true
	case language.TextOfferNumber:
		if l.Number == "" {
			return Move{Say: s.pick(s.b.yes)}, true
		}
		if other := s.pick(s.b.numberOther, "\x00"); strings.Contains(other, "\x00") && !strings.Contains(other, "%!") {
			return Move{Say: strings.Replace(other, "\x00", s.number(), 1)}, true
		}
		return Move{Say: s.b.numberOther[0]}, true
	case language.TextAskNumber:
		return Move{Say: strings.Replace(s.pick(s.b.numberIs, "\x00"), "\x00", s.number(), 1)}, true
	case language.TextAskNumberAgain:
		return Move{Say: s.b.spoken(s.dialled(), 0, true)}, true
	case language.TextNumberKeys:
		if s.asked[key] < 2 {
			return Move{Say: s.b.spoken(s.dialled(), 0, true)}, true // nobody likes to type while he speaks
		}
		return Move{Keys: s.dialled() + "#"}, true
	case language.TextNumberRest, language.TextNumberPart:
		return Move{Say: s.rest(said)}, true
	case language.TextAskReason, language.TextAskReasonAgain:
		return Move{Say: s.reason()}, true
	case language.TextAskUrgent:
		return Move{Say: s.pick(s.b.notUrgent)}, true
	case language.TextIsRight:
		return s.check(said), true
	case language.TextPassOn:
		return s.summary(said), true
	case language.TextWhatChange:
		return s.change(said), true
	case language.TextOfferMessage, language.TextOfferHelp, language.TextCanTake, language.TextNobody, language.TextClosedNobody:
		return Move{Say: s.pick(s.b.yes)}, true
	case language.TextNoted, language.TextNotedNoCall:
		s.left = true
	}
	return Move{}, false
}

// unwanted answers an offer to take a message of somebody who leaves none.
func (s *Script) unwanted(key language.Key) (Move, bool) {
	switch key {
	case language.TextAskName, language.TextAskNameAgain, language.TextOfferNumber, language.TextAskNumber, language.TextAskReason,
		language.TextAskReasonAgain, language.TextOfferMessage, language.TextPassOn, language.TextCanTake, language.TextNobody,
		language.TextClosedNobody, language.TextNumberKeys:
		if s.c.Goal == Right { // it is taken down for the office
			return s.asRight(key), true
		}
		if s.again || len(s.c.Wishes) == 0 {
			s.bye = true
			return Move{Say: s.b.noMessage + " " + s.b.bye}, true
		}
		if s.c.Wishes[s.wish].Fact.Not {
			return s.goodbye(), true
		}
		s.again = true
		return Move{Say: s.b.noMessage + " " + s.c.Wishes[s.wish].Again}, true
	}
	return Move{}, false
}

// asRight tells who it is whose right is taken down.
func (s *Script) asRight(key language.Key) Move {
	switch key {
	case language.TextAskName, language.TextAskNameAgain:
		return Move{Say: some(s.b.name, 0, s.b.names[0].Text)}
	case language.TextAskNumber, language.TextNumberKeys:
		return Move{Say: s.b.spoken(numbers[s.c.Business.Region][0], 0, true)}
	case language.TextAskReason, language.TextAskReasonAgain:
		return Move{Say: s.c.Opening}
	}
	return Move{Say: s.pick(s.b.yes)}
}

// question answers what is asked about a wish.
func (s *Script) question(key language.Key, said string) (Move, bool) {
	switch key {
	case language.TextHarm:
		if s.c.Goal == Emergency {
			return Move{Say: s.pick(s.b.yesHelp)}, true
		}
		return Move{Say: s.b.no[0] + " " + s.rephrase()}, true
	case language.TextDidntCatch, language.TextBadLine, language.TextOfferHelp, language.TextNotSure, language.TextStillThere,
		language.TextHowHelp, language.TextYesHelp, language.TextGoAhead:
		return Move{Say: s.rephrase()}, true
	case language.TextEither, language.TextChoose, language.TextWhichPrice, language.TextForExample, language.TextWhichService:
		if t := s.topic(said); t != "" {
			return Move{Say: t + "."}, true
		}
		if t := s.c.Tongue().Text(language.TopicMessage, language.Args{}); s.c.Leaves != nil && !s.off && Says(said, t) {
			return Move{Say: language.Capital(t) + "."}, true
		}
		return Move{Say: s.b.no[0] + " " + s.rephrase()}, true
	case language.TextGuessPerson:
		if s.c.Goal == Transfer {
			return Move{Say: s.b.yes[3]}, true
		}
		return Move{Say: s.b.no[0] + " " + s.rephrase()}, true
	case language.TextGuessErase, language.TextGuessAccess, language.TextGuessNoContact:
		if s.c.Goal == Right {
			return Move{Say: s.b.yes[3]}, true
		}
		return Move{Say: s.b.no[0] + " " + s.rephrase()}, true
	case language.TextGuessGoodbye:
		return s.goodbye(), true
	case language.TextTransfer, language.TextGoodbye:
		s.bye = true
		return Move{Hangup: true}, true
	case language.TextAskCode:
		return s.goodbye(), true // nobody has told the caller one
	}
	if strings.HasPrefix(string(key), "guess.") {
		if s.topic(said) != "" || key == language.TextGuessHours && (s.c.Goal == Hours || s.c.Goal == Two || s.c.Goal == Cancel) {
			return Move{Say: s.b.yes[1]}, true
		}
		return Move{Say: s.b.no[1] + " " + s.rephrase()}, true
	}
	return Move{}, false
}

// topic is what the caller wants of all that a question back names; "" is nothing of it.
func (s *Script) topic(said string) string {
	if s.wish >= len(s.c.Wishes) {
		return ""
	}
	for _, t := range s.c.Wishes[s.wish].Topics {
		if Says(said, t) || Says(said, s.c.Tongue().Aloud(t, s.c.Business.Region)) {
			return t
		}
	}
	return ""
}

// rephrase says once more what is wanted.
func (s *Script) rephrase() string {
	if s.wish < len(s.c.Wishes) && (s.c.Goal != Cancel || s.off) {
		if s.c.Goal == Two {
			return s.c.Wishes[s.wish].Again
		}
		s.again = true
		return s.c.Wishes[s.wish].Again
	}
	if s.moves > 2 && s.last != "" && s.c.Leaves != nil {
		return s.last
	}
	return strings.TrimPrefix(s.c.Opening, s.b.um+" … ")
}

// proceed is what the caller does when nothing is asked of him: he asks once more for what he was not told, then for the next
// thing, and takes leave.
func (s *Script) proceed(said string) Move {
	if s.c.Leaves != nil && s.c.Goal != Cancel {
		if s.left || s.asked[language.TextAskName] > 0 && s.asked[language.TextAnythingElse] > 0 {
			return s.goodbye()
		}
		return Move{Say: s.rephrase()}
	}
	if s.c.Goal == Transfer && !s.again {
		s.again = true
		return Move{Say: s.b.person}
	}
	if s.c.Goal == Cancel && !s.off {
		s.off = true
		return Move{Say: s.c.Wishes[0].Ask}
	}
	for s.wish < len(s.c.Wishes) {
		w := s.c.Wishes[s.wish]
		if !w.Fact.Met(s.c.Tongue(), said) && !s.again {
			s.again = true
			return Move{Say: w.Again}
		}
		s.wish, s.again = s.wish+1, false
	}
	return s.goodbye()
}

func (s *Script) goodbyeNow() Move {
	s.bye = true
	return Move{Hangup: true}
}

// name is how the caller tells his name.
func (s *Script) name() string {
	n := s.c.Leaves.Name.Text
	p := s.c.Persona
	switch {
	case p.Talks && s.asked[language.TextAskName] == 1 && s.asked[language.TextAskNameAgain] == 0:
		return s.pick(s.b.nameRemark, n)
	case p.Hesitates:
		return s.b.um + " … " + s.pick(s.b.name, n)
	}
	return s.pick(s.b.name, n)
}

// spelled is the name and its last word letter by letter.
func (s *Script) spelled(how string) string {
	n := s.c.Leaves.Name.Text
	return fmt.Sprintf(how, n, s.b.letters(n, s.c.variant%2 == 0))
}

// number is the telephone number as the caller says it at first.
func (s *Script) number() string {
	n := s.c.Leaves.Number
	if f := s.c.Leaves.First; f != "" && !s.first {
		s.first = true
		if s.c.Persona.Restarts || s.c.variant%2 == 0 {
			return s.restarted(f, n)
		}
		n = f
	} else if s.c.Persona.Restarts && !s.first {
		s.first = true
		wrong := []byte(n)
		wrong[len(wrong)-1] = '0' + (wrong[len(wrong)-1]-'0'+4)%10
		return s.restarted(string(wrong), n)
	}
	text := s.b.spoken(n, s.c.variant, s.c.Persona.Slow)
	if s.c.Persona.Hesitates {
		text = s.b.um + " … " + text
	}
	return text
}

// restarted says a wrong number and puts its last group right in the same breath.
func (s *Script) restarted(wrong, right string) string {
	if wrong == right {
		return s.b.spoken(right, s.c.variant, s.c.Persona.Slow)
	}
	g := grouped(right)
	return s.b.spoken(wrong, 0, false) + ", " + s.b.sorry + " " + s.b.group(g[len(g)-1], 0)
}

// dialled is the number that the caller wants to leave.
func (s *Script) dialled() string {
	if n := s.c.Leaves.Number; n != "" {
		return n
	}
	return s.c.From
}

// rest is what is missing of the number behind what was read back.
func (s *Script) rest(said string) string {
	n := s.dialled()
	got := s.c.Tongue().ReadDigits(said).Digits
	if got != "" && strings.HasPrefix(n, got) && len(got) < len(n) {
		return s.b.spoken(n[len(got):], 0, false)
	}
	return s.b.spoken(n, 0, true)
}

func (s *Script) reason() string {
	r := s.c.Leaves.Reason.Say
	if s.c.Persona.Hesitates {
		r = s.b.um + " … " + r
	}
	return r
}

// check answers whether what was read back is right: the number, or the name.
func (s *Script) check(said string) Move {
	yes := Move{Say: s.pick(s.b.yes[:3])}
	if s.asked[language.TextIsRight] > 2*often {
		return s.giveUp("what was read back was wrong again and again")
	}
	if s.ear.readsBack(said) == language.TextNumberIs {
		if s.reads(said) {
			return yes
		}
		want := s.dialled()
		if f := s.c.Leaves.First; f != "" && s.asked[language.TextIsRight] == 1 && sameNumber(s.digitsOf(said), f) {
			return Move{Say: fmt.Sprintf(s.b.lastDigits, s.b.group(want[len(want)-2:], 0))}
		}
		return Move{Say: fmt.Sprintf(s.b.wrongNumber, s.b.spoken(want, 0, s.asked[language.TextIsRight] > 1))}
	}
	if s.c.Leaves.Name.matches(said) || s.ear.readsBack(said) == "" {
		return yes
	}
	return Move{Say: s.spelled(s.b.wrongName)}
}

// reads says whether the number that was read back is the right one.
func (s *Script) reads(said string) bool { return sameNumber(s.digitsOf(said), s.dialled()) }

func (s *Script) digitsOf(said string) string {
	text := said
	words := cueOf(s.ear.l, language.TextNumberIs).words
	if at := strings.LastIndex(Words(said), words); at >= 0 {
		text = Words(said)[at+len(words):]
	}
	return s.c.Tongue().ReadDigits(text).Digits
}

// sameNumber compares two numbers of which one may be written with the code of its country.
func sameNumber(got, want string) bool {
	got, want = strings.TrimLeft(got, "0"), strings.TrimLeft(want, "0")
	return got != "" && (got == want || len(got) > len(want) && len(got)-len(want) <= 3 && strings.HasSuffix(got, want))
}

// matches says whether a text names the caller, in one of the ways to write it.
func (n Name) matches(text string) bool {
	return slices.ContainsFunc(append([]string{n.Text}, n.Also...), func(w string) bool { return strings.Contains(folded(text), folded(w)) })
}

// summary answers whether the message may be passed on.
func (s *Script) summary(said string) Move {
	l := s.c.Leaves
	named := l.Name.matches(said)
	tail := s.dialled()[len(s.dialled())-2:]
	ended := Says(said, s.b.group(tail, 0)) || Says(said, s.c.Tongue().Digits(tail))
	if (!named || !ended) && s.asked[language.TextPassOn] <= 2 {
		return Move{Say: s.b.no[0]}
	}
	m := Move{Say: s.b.yes[3]}
	return m
}

// change says what of the message is wrong; said is the question, the summary came before it.
func (s *Script) change(string) Move {
	if s.asked[language.TextWhatChange] == 1 {
		return Move{Say: s.b.partName[0]}
	}
	return Move{Say: s.b.partNumber[0]}
}
