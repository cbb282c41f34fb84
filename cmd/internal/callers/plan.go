package callers

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding/corpus"
)

// seed makes the plan the same each time.
const seed = 16

// inside is put before every extension of a business, so that none is the box's own.
const inside = "7"

// Plan returns all callers, those of one trade in a row. now is the day on which they call.
func Plan(now time.Time) ([]Caller, error) {
	trades, err := corpus.Load()
	if err != nil {
		return nil, fmt.Errorf("plan callers: %w", err)
	}
	p := planner{now: now, trades: map[string]corpus.Trade{}, chance: rand.New(rand.NewPCG(seed, seed))}
	for _, t := range trades {
		answerable(t.Business)
		p.trades[t.Name] = t
	}
	var out []Caller
	for i, g := range spread() {
		c, err := p.caller(i, g)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// spread is the goal of each caller: every stretch of the list has about the same share of each goal.
func spread() []Goal {
	type place struct {
		at   float64
		goal Goal
	}
	var places []place
	for k, s := range shares {
		for i := range s.n {
			places = append(places, place{(float64(i) + 0.5 + float64(k)/100) / float64(s.n), s.goal})
		}
	}
	sort.SliceStable(places, func(i, j int) bool { return places[i].at < places[j].at })
	out := make([]Goal, len(places))
	for i, p := range places {
		out[i] = p.goal
	}
	return out
}

// Sample returns n of the callers, spread over the whole plan, those of one business in a row; 0 is all.
func Sample(all []Caller, n int) []Caller {
	out := all
	if n > 0 && n < len(all) {
		step := len(all)*5/8 | 1 // about the golden section, by which every beginning of the list is spread
		for gcd(step, len(all)) != 1 {
			step += 2
		}
		out = nil
		for i := range n {
			out = append(out, all[i*step%len(all)])
		}
	}
	out = slices.Clone(out)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Trade < out[j].Trade })
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// answerable has a business put callers through at any time of day, without announcing them: the persons of the bench take every
// call and press nothing.
func answerable(b *knowledge.Business) {
	b.Transfer.Always, b.Transfer.Announce = true, false
	for _, e := range extensions(b) {
		if *e != "" {
			*e = inside + *e
		}
	}
}

func extensions(b *knowledge.Business) []*string {
	out := []*string{&b.Transfer.Extension, &b.Emergency.Extension}
	for i := range b.Staff {
		out = append(out, &b.Staff[i].Extension)
	}
	return out
}

// Extensions are those of all persons of all businesses.
func Extensions(all []Caller) []string {
	var out []string
	for _, c := range all {
		for _, e := range extensions(c.Business) {
			if *e != "" && !slices.Contains(out, *e) {
				out = append(out, *e)
			}
		}
	}
	return out
}

// planner makes callers one after the other.
type planner struct {
	now    time.Time
	trades map[string]corpus.Trade
	chance *rand.Rand
	used   map[string]int // how often each table was drawn from
}

// next draws from a table of n in turn, so that all of it is used; key names the table.
func (p *planner) next(key string, n int) int {
	if p.used == nil {
		p.used = map[string]int{}
	}
	at, ok := p.used[key]
	if !ok {
		at = p.chance.IntN(n)
	}
	p.used[key] = at + 1
	return at % n
}

func (p *planner) caller(i int, g Goal) (Caller, error) {
	from, name := open, "open"
	if i%3 == 2 {
		from, name = held, "held"
	}
	t := p.trades[from.trades[p.next("trade."+name, len(from.trades))]]
	if t.Business == nil {
		return Caller{}, fmt.Errorf("plan callers: a trade is not in the corpus: %v", from.trades)
	}
	tongue := t.Business.Tongues()[0]
	voices := from.voices[tongue]
	c := Caller{
		ID: i + 1, Goal: g, Trade: t.Name, Business: t.Business, HeldOut: name == "held", variant: p.next("variant."+string(g), 60),
		Voice:   voices[p.next("voice."+name+tongue, len(voices))],
		Persona: personas[p.next("persona."+string(g), len(personas))], Line: lines[p.next("line."+string(g), len(lines))],
	}
	region := numbers[t.Business.Region]
	c.From = region[p.next("from."+t.Business.Region, len(region))]
	if c.variant%4 == 3 {
		c.From = "anonymous"
	}
	p.fill(&c, t)
	if c.Opening == "" {
		return c, fmt.Errorf("plan callers: %s has nothing for a caller who wants %s", t.Name, g)
	}
	return c, nil
}

// fill gives the caller what he says and wants.
func (p *planner) fill(c *Caller, t corpus.Trade) {
	b := books[c.Tongue().Tag()]
	say := func(list []string, args ...any) string { return some(list, c.variant, args...) }
	ask := func(w Wish) { c.Wishes, c.Opening = append(c.Wishes, w), w.Ask }
	switch c.Goal {
	case Hours:
		ask(p.hours(c, b))
	case Price:
		ask(p.price(c, b))
	case Offered:
		s := p.service(c, false)
		ask(Wish{Ask: say(b.offered, s.Name), Again: some(b.offered, c.variant+1, s.Name), Topics: []string{s.Name}, Fact: offeredFact(c, s)})
	case NotOffered:
		q := some(b.strange, p.next("strange", len(b.strange)))
		ask(Wish{Ask: q, Again: q, Fact: Fact{What: "that it is not offered: " + q, Not: true}})
	case Answer:
		if w, ok := p.answer(c, b, t); ok {
			ask(w)
		}
	case Message, Correction:
		c.Opening, c.Leaves = say(b.message), p.leaves(c, b)
	case MessageFor:
		who := p.person(c, false)
		c.Opening, c.Leaves = say(b.messageFor, who.Name), p.leaves(c, b)
		c.Leaves.For = who.Name
	case Transfer:
		c.Opening, c.Extra = say(b.transfer), c.Business.Transfer.Extension
		if who := p.person(c, true); who.Extension != "" && c.variant%2 == 0 {
			c.Opening, c.Extra = say(b.transferTo, who.Name), who.Extension
		}
	case Emergency:
		c.Opening = some(b.emergency, p.next("emergency", len(b.emergency)))
	case Right:
		c.Opening = say(b.right)
	case Cancel:
		w := p.hours(c, b)
		w.Again = w.Ask
		w.Ask = strings.ReplaceAll(say(b.cancel), "%s", w.Topics[0])
		c.Opening, c.Wishes, c.Leaves = say(b.message), []Wish{w}, p.leaves(c, b)
	case Two:
		h, m := p.hours(c, b), p.price(c, b)
		c.Wishes, c.Opening = []Wish{h, m}, say(b.two, h.Topics[0], m.Topics[0])
	}
	if c.Persona.Hesitates && c.Goal != Emergency {
		c.Opening = b.um + " … " + c.Opening
	}
}

// some is one of a list with its places filled.
func some(list []string, n int, args ...any) string {
	s := list[n%len(list)]
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}

// hours is the wish to know when the business is open on a day that is called by its name.
func (p *planner) hours(c *Caller, b *book) Wish {
	today := c.Business.DayHours(p.now).Date
	y, m, d := today.Date()
	at := func(ahead int) knowledge.Day {
		return c.Business.DayHours(time.Date(y, m, d+ahead, 12, 0, 0, 0, today.Location()))
	}
	ahead := 2 + c.variant%5
	day := at(ahead)
	l := c.Tongue()
	name := l.Weekday(day.Date.Weekday())
	f := Fact{What: "the hours of " + name, Day: name}
	if day.Closed() {
		f.Heard, f.Said = []string{"closed|close|shut"}, closedWords[l.Tag()]
	} else {
		first, last := day.Spans[0], day.Spans[len(day.Spans)-1]
		f.Heard, f.Said = []string{clockForms(l, first.From) + "|" + clockForms(l, last.To)}, l.Spans(day.Spans)
	}
	for i := range 7 {
		if o := at(i); !o.Closed() && l.Spans(o.Spans) != f.Said && o.Date.Weekday() != day.Date.Weekday() {
			f.Wrong = append(f.Wrong, l.Weekday(o.Date.Weekday())+" … "+l.Spans(o.Spans))
		}
	}
	return Wish{Ask: some(b.hours, c.variant, name), Again: some(b.hours, c.variant+1, name), Topics: []string{name}, Fact: f}
}

// closedWords are how the box says that it is closed on a day.
var closedWords = map[string]string{"en": "closed", "de": "geschlossen"}

// service draws a service; with a price that can be said, when one is wanted.
func (p *planner) service(c *Caller, priced bool) knowledge.Service {
	var list []knowledge.Service
	for _, s := range c.Business.Services {
		if !priced || s.Price.Amount > 0 || s.Price.From > 0 {
			list = append(list, s)
		}
	}
	return list[p.next("service."+c.Trade, len(list))%len(list)]
}

func (p *planner) price(c *Caller, b *book) Wish {
	s := p.service(c, true)
	l, cur := c.Tongue(), c.Business.Currency
	told := func(s knowledge.Service) string {
		return strings.TrimSpace(l.Text(language.TextPrice,
			language.Args{Service: s.Name, Price: s.Price, Region: c.Business.Region, Currency: cur, Now: p.now}))
	}
	f := Fact{What: "the price of " + s.Name, Said: l.Price(s.Price, cur) + "|" + told(s), Heard: priceForms(l, s.Price, cur)}
	for _, o := range c.Business.Services {
		if o.Name != s.Name && l.Price(o.Price, cur) != l.Price(s.Price, cur) && told(o) != "" {
			f.Wrong = append(f.Wrong, told(o))
		}
	}
	topics := append([]string{s.Name}, s.Also...)
	return Wish{Ask: some(b.price, c.variant, s.Name), Again: some(b.price, c.variant+1, s.Name), Topics: topics, Fact: f}
}

func offeredFact(c *Caller, s knowledge.Service) Fact {
	l := c.Tongue()
	f := Fact{
		What: "that " + s.Name + " is offered", Spoken: s.Name,
		Keys: []language.Key{language.TextOffered, language.TextPrice, language.TextDuration},
	}
	if s.Description != "" {
		f.Most = l.Aloud(s.Description, c.Business.Region)
	}
	return f
}

// answer is a question of the owner's, as the corpus has callers ask it.
func (p *planner) answer(c *Caller, b *book, t corpus.Trade) (Wish, bool) {
	var list []corpus.Turn
	for _, turn := range t.Turns {
		if turn.Kind == "answer" && turn.Before == "" && len(turn.Want) == 1 && strings.HasPrefix(turn.Want[0], "answer:") &&
			!strings.Contains(turn.Want[0], " + ") {
			list = append(list, turn)
		}
	}
	if len(list) == 0 {
		return Wish{}, false
	}
	turn := list[p.next("answer."+c.Trade, len(list))%len(list)]
	question := strings.TrimPrefix(turn.Want[0], "answer:")
	i := slices.IndexFunc(c.Business.Answers, func(a knowledge.Answer) bool { return a.Question == question })
	if i < 0 {
		return Wish{}, false
	}
	said := c.Tongue().Aloud(c.Business.Answers[i].Reply, c.Business.Region)
	return Wish{
		Ask: some(b.answerLead, c.variant) + turn.Say, Again: question, Topics: []string{question},
		Fact: Fact{What: "the answer to: " + question, Most: said},
	}, true
}

// person draws one of the staff; with a telephone, when one is wanted.
func (p *planner) person(c *Caller, reachable bool) knowledge.Person {
	var list []knowledge.Person
	for _, s := range c.Business.Staff {
		if !reachable || s.Extension != "" {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return knowledge.Person{}
	}
	return list[p.next("person."+c.Trade, len(list))%len(list)]
}

// leaves is what the caller has taken down.
func (p *planner) leaves(c *Caller, b *book) *Leaves {
	l := &Leaves{
		Name: b.names[p.next("name."+c.Tongue().Tag(), len(b.names))], Reason: b.reasons[p.next("reason."+c.Tongue().Tag(), len(b.reasons))],
	}
	region := numbers[c.Business.Region]
	if c.From == "anonymous" || c.variant%3 != 0 {
		if l.Number = region[p.next("number."+c.Business.Region, len(region))]; l.Number == c.From {
			l.Number = region[p.next("number."+c.Business.Region, len(region))]
		}
	}
	if c.Goal == Correction {
		if l.Number == "" {
			l.Number = region[p.next("number."+c.Business.Region, len(region))]
		}
		l.First = l.Number
		if c.variant%3 != 2 { // else the name is put right
			digits := []byte(l.Number)
			for _, i := range []int{len(digits) - 1, len(digits) - 2} {
				digits[i] = '0' + (digits[i]-'0'+3)%10
			}
			l.First = string(digits)
		}
	}
	return l
}
