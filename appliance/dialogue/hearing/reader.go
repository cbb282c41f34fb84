package hearing

import (
	"slices"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// Reader reads utterances against one profile. Safe for concurrent use.
type Reader struct {
	biz   *knowledge.Business
	index *knowledge.Index
	lang  language.Language
	zone  *time.Location
	told  learned
}

// NewReader returns a reader for b, which must not change afterwards.
func NewReader(b *knowledge.Business) *Reader {
	return &Reader{biz: b, index: knowledge.NewIndex(b), lang: b.Speech(), zone: b.Location(), told: learn(b, b.Speech())}
}

// Index returns the profile's index.
func (r *Reader) Index() *knowledge.Index { return r.index }

// Answers of the owner count with these scores.
const (
	answerSure   = 0.62 // is meant when nothing else is clear
	answerStrong = 0.78 // is meant even though a general pattern fits
	answerWeak   = 0.4  // worth asking back
)

// segment is a part of the utterance that is read by itself.
type segment struct {
	text   string
	tagged tagged
	when   language.When
	named  Named
	ask    bool // ends in a question mark or begins like a question
}

// Read reads one utterance at the time now.
func (r *Reader) Read(text string, now time.Time) Reading {
	now = now.In(r.zone)
	out := Reading{Text: text, Words: r.lang.Words(text)}
	whole := r.segment(text, now)
	out.When, out.Named = whole.when, whole.named
	if r.told.find(&out) {
		return out
	}
	parts := r.lang.Sentences(text)
	for _, p := range parts {
		s := r.segment(p, now)
		asks, weak := r.readSegment(s)
		if len(asks) == 0 && len(out.Asks) > 0 && complete(&out.Asks[len(out.Asks)-1], s) {
			continue
		}
		out.Asks = append(out.Asks, asks...)
		out.Weak = append(out.Weak, weak...)
	}
	if len(parts) > 1 && len(out.Asks) == 0 {
		// Recognisers put full stops in the middle of sentences.
		out.Asks, out.Weak = r.readSegment(whole)
	}
	out.Asks = arrange(merge(out.Asks))
	slices.SortStableFunc(out.Weak, func(a, b Ask) int { return compare(b.Score, a.Score) })
	return out
}

// complete adds to the ask before what an utterance without an own verb brings: "…open? On Saturday." It reports false when s adds nothing.
func complete(prev *Ask, s segment) bool {
	switch {
	case prev.Intent == Hours && len(prev.When.Days) == 0 && (len(s.when.Days) > 0 || s.when.Has):
		prev.When = s.when
	case (prev.Intent == Price || prev.Intent == Duration) && len(prev.Services) == 0 && len(s.named.Services) > 0:
		prev.Services, prev.Unknown = s.named.Services, nil
	case prev.Intent == Person && len(prev.Staff) == 0 && len(s.named.Staff) > 0:
		prev.Staff = s.named.Staff
	default:
		return false
	}
	return true
}

// segment prepares a text for reading.
func (r *Reader) segment(text string, now time.Time) segment {
	words := r.lang.Words(text)
	if len(words) > 60 { // nobody's question is longer; it bounds the work
		words = words[:60]
	}
	s := segment{text: text, when: r.lang.When(words, now, r.biz.Region)}
	s.named = Named{Services: r.index.Services(words), Staff: r.index.Staff(words), Roles: r.index.Roles(words)}
	tags := make([]string, len(words))
	mark := func(tag string, at []int) {
		for _, i := range at {
			tags[i] = tag
		}
	}
	for _, m := range s.named.Services {
		mark("service", m.At)
	}
	for _, m := range s.named.Roles {
		mark("role", m.At)
	}
	mark("day", s.when.At)
	mark("time", s.when.TimeAt)
	for _, m := range s.named.Staff {
		mark("staff", m.At)
	}
	s.tagged = tagged{words: words, tags: tags}
	s.ask = r.lang.IsQuestion(text)
	return s
}

// readSegment finds what one segment asks.
func (r *Reader) readSegment(s segment) (asks, weakAsks []Ask) {
	var found []Ask
	for _, rl := range rules {
		if m, ok := bestOf(rl.patterns, s.tagged); ok {
			found = append(found, Ask{Intent: rl.intent, Score: m.score, at: m.at})
		}
	}
	found = append(found, r.emergency(s)...)
	found = append(found, r.answers(s)...)
	slices.SortStableFunc(found, func(a, b Ask) int { return rank(b, s) - rank(a, s) })
	var taken []int
	for _, a := range found {
		a.Text = s.text
		if a.Score < sure {
			weakAsks = append(weakAsks, r.detail(a, s))
			continue
		}
		if overlap(a.at, taken) || excluded(a, asks, s) {
			continue
		}
		taken = append(taken, a.at...)
		asks = append(asks, r.detail(a, s))
	}
	for i := range asks {
		r.unknown(&asks[i], taken, s)
	}
	slices.SortStableFunc(asks, func(a, b Ask) int { return first(a.at) - first(b.at) })
	return asks, weakAsks
}

func first(at []int) int {
	if len(at) == 0 {
		return 0
	}
	return slices.Min(at)
}

// emergency finds the owner's words, unless the caller only asks about them.
func (r *Reader) emergency(s segment) []Ask {
	at, ok := r.index.Emergency(s.tagged.words)
	if !ok {
		return nil
	}
	if s.ask {
		_, priced := bestOf(askingAbout, s.tagged)
		if priced {
			return nil
		}
	}
	return []Ask{{Intent: Emergency, Score: 1, at: at}}
}

// askingAbout is how people ask about a thing that has not happened to them.
var askingAbout = compile(1, "how much", "what|how ... cost|charge|price|fee", "do you guys? do|offer|handle|fix|treat|repair|have|charge|take|come|provide|deal|work", "what do you do", "are you ... emergencies|emergency", "is there an? ... fee|charge", "do you ... emergencies")

// answers finds the owner's own questions.
func (r *Reader) answers(s segment) []Ask {
	var out []Ask
	for i, m := range r.index.Answers(s.tagged.words, answerWeak) {
		score := m.Score
		switch {
		case i > 0 || score < answerSure:
			score = min(score, sure-0.1)
		case score >= answerStrong:
			score = max(score, strong)
		default:
			score = likely
		}
		out = append(out, Ask{Intent: Answer, Score: score, Answer: m.Items[0], at: m.At})
	}
	return out
}

// tier orders intents that fit the same words: what must not be missed comes first.
var tier = map[Intent]int{
	Emergency: 9, WrongNumber: 8, Slower: 8, Recorded: 8, Privacy: 7, Message: 6, Person: 6, Robot: 6, Appointment: 5, Holidays: 5, Duration: 5, Answer: 4,
	Hours: 4, Price: 6, Parking: 4, Directions: 4, Email: 4, Website: 4, Phone: 4, Address: 3, Staff: 3, Service: 3, Services: 2, Business: 2,
	Repeat: 2, Hold: 2, NeverMind: 6, Help: 1, Question: 1, Goodbye: 1, Thanks: 0, Hello: 0,
}

// rank is the order in which readings take their words: by how sure they are, then by tier, then by how many words they explain.
func rank(a Ask, s segment) int {
	score := int(a.Score * 1000)
	switch a.Intent {
	case Answer:
		if s.ask && a.Score >= strong {
			score += 15
		}
		// A price of a named service or a day's hours is more exact than the owner's general answer.
		if len(s.named.Services) > 0 && len(a.at) < 3 {
			score -= 20
		}
	case Person:
		if len(s.named.Staff) > 0 {
			score += 10
		}
	}
	return score*100 + tier[a.Intent]*10 + min(len(a.at), 9)
}

// courtesy intents count only when nothing else was said.
var courtesy = map[Intent]bool{Thanks: true, Hello: true, Question: true, Goodbye: true, Hold: true, Help: true, NeverMind: true, Repeat: true}

// information intents are answered at once; several in one breath are all answered.
var information = map[Intent]bool{
	Hours: true, Holidays: true, Price: true, Duration: true, Address: true, Directions: true, Parking: true, Services: true, Service: true, Staff: true,
	Phone: true, Email: true, Website: true, Answer: true, Business: true,
}

// Informative says whether i asks for a fact.
func Informative(i Intent) bool { return information[i] }

// excluded says whether a must not stand beside what was found already.
func excluded(a Ask, have []Ask, s segment) bool {
	for _, h := range have {
		switch {
		case h.Intent == Emergency, h.Intent == WrongNumber, h.Intent == Privacy, h.Intent == Robot && a.Intent != Hours && a.Intent != Price:
			return true
		case courtesy[a.Intent]:
			return true
		case courtesy[h.Intent]:
			continue
		case !information[h.Intent] && !information[a.Intent]:
			return true // one thing to do at a time
		case a.Intent == Answer && h.Intent != Answer && !joined(h.at, a.at, s):
			return true
		case a.Intent == Service || a.Intent == Services || a.Intent == Staff || a.Intent == Business:
			if h.Intent != a.Intent && !joined(h.at, a.at, s) {
				return true
			}
		case a.Intent == Appointment && h.Intent == Hours, h.Intent == Appointment && a.Intent == Hours, h.Intent == Price && a.Intent == Appointment, h.Intent == Answer:
			if !joined(h.at, a.at, s) {
				return true
			}
		case related[h.Intent] != 0 && related[h.Intent] == related[a.Intent] && !joined(h.at, a.at, s):
			return true
		}
	}
	return false
}

// related are families of which one segment asks only one.
var related = map[Intent]int{
	Hours: 1, Holidays: 1, Address: 2, Directions: 2, Email: 2, Website: 2, Phone: 2, Parking: 2, Price: 3, Duration: 3, Service: 3, Services: 3, Staff: 4, Person: 4,
}

// joined says whether "and", "also" or a comma's worth of words lies between two readings: they are two questions then.
func joined(a, b []int, s segment) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	from, to := slices.Max(a), slices.Min(b)
	if to < from {
		from, to = slices.Max(b), slices.Min(a)
	}
	for i := from + 1; i < to; i++ {
		switch s.tagged.words[i] {
		case "and", "also", "plus", "then":
			return true
		}
	}
	return false
}

// detail adds what was named to a reading.
func (r *Reader) detail(a Ask, s segment) Ask {
	a.When, a.Services, a.Staff, a.Roles = s.when, s.named.Services, s.named.Staff, s.named.Roles
	if a.Intent == Hours {
		a.Aspect = r.lang.Aspect(s.tagged.words)
	}
	return a
}

// unknown notes the words that a question about a service leaves unexplained: perhaps a service that the profile does not have.
func (r *Reader) unknown(a *Ask, taken []int, s segment) {
	if a.Intent != Price && a.Intent != Service && a.Intent != Duration {
		return
	}
	used := slices.Concat(taken, s.when.At, s.when.TimeAt)
	for _, m := range a.Services {
		used = append(used, m.At...)
	}
	a.Unknown = r.index.Unknown(s.tagged.words, used, plainWords)
}

// plainWords name no service by themselves.
var plainWords = set(`price prices cost costs charge charges charged fee fees rate rates pricing money dollars expensive cheap list range pay run usually typically roughly about approximately
	average normally visit appointment session service services insurance office treatment treatments procedure procedures take takes long work total each one ones something anything
	stuff things thing kind guys people start starting min minimum basic regular time hour hours hourly per today quick lot little bit exactly please first second new another job jobs put pull case cases matter matters problem problems`)

// merge drops asks that were read twice and joins their details.
func merge(asks []Ask) []Ask {
	var out []Ask
	for _, a := range asks {
		at := slices.IndexFunc(out, func(b Ask) bool { return b.Intent == a.Intent && (a.Intent != Answer || a.Answer == b.Answer) })
		if at < 0 {
			out = append(out, a)
			continue
		}
		b := &out[at]
		b.Services = append(b.Services, a.Services...)
		b.Staff = append(b.Staff, a.Staff...)
		if len(b.When.Days) == 0 {
			b.When = a.When
		} else if len(a.When.Days) > 0 {
			b.When.Days, b.When.Named = append(b.When.Days, a.When.Days...), append(b.When.Named, a.When.Named...)
		}
		if a.Intent == Appointment || a.Intent == Message || a.Intent == Emergency {
			b.Text += " " + a.Text
		}
	}
	return out
}

// arrange puts asks into the order in which they are dealt with: an emergency alone, facts before deeds, courtesies only when alone.
func arrange(asks []Ask) []Ask {
	for _, only := range []Intent{Emergency, WrongNumber} {
		if i := slices.IndexFunc(asks, func(a Ask) bool { return a.Intent == only }); i >= 0 {
			return asks[i : i+1]
		}
	}
	var facts, deeds, rest []Ask
	for _, a := range asks {
		switch {
		case information[a.Intent]:
			facts = append(facts, a)
		case courtesy[a.Intent]:
			rest = append(rest, a)
		default:
			deeds = append(deeds, a)
		}
	}
	if len(deeds) > 1 {
		slices.SortStableFunc(deeds, func(a, b Ask) int { return tier[b.Intent] - tier[a.Intent] })
		deeds = deeds[:1]
	}
	if len(facts)+len(deeds) > 0 {
		return append(facts, deeds...)
	}
	slices.SortStableFunc(rest, func(a, b Ask) int { return tier[b.Intent] - tier[a.Intent] })
	return rest[:min(1, len(rest))]
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
