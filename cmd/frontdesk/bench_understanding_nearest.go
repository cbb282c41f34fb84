package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
	fitting "frontdesk.internal/appliance/understanding/fit"
	"frontdesk.internal/models/engines"
)

// teaching are the examples of a language, by their label.
type teaching map[string][]string

// taught are the meanings that examples alone can teach, by their label.
var taught = map[string]understanding.Meaning{
	"access": rightOf("access"), "erase": rightOf("erase"), "object": rightOf("object"), "withdraw": rightOf("withdraw"),
	"correct": rightOf("correct"),
	"request": plainMeaning(understanding.Appointment),
}

func rightOf(right string) understanding.Meaning {
	m := plainMeaning(understanding.Privacy)
	m.Right = right
	return m
}

// The labels that mean something only with an item of the profile, or that name no one meaning.
var (
	ofService = []string{"price", "duration", "service"}
	ofPerson  = []string{"staff", "person", "message"}
	unmeant   = []string{"policy", "general", "affirm", "deny", "name", "reason"}
)

// labelMeaning is what the label of an example means by itself; false when that takes an item.
func labelMeaning(label string) (understanding.Meaning, bool) {
	if m, ok := taught[label]; ok {
		return m, true
	}
	if label == "duration" || label == "service" || slices.Contains(unmeant, label) {
		return understanding.Meaning{}, false
	}
	return plainMeaning(understanding.Intent(label)), true
}

// filled puts what the language has for such places into an example, but what is given for those named.
func filled(l language.Language, text string, given map[string]string) string {
	for {
		from := strings.IndexByte(text, '{')
		to := strings.IndexByte(text, '}')
		if from < 0 || to < from {
			return text
		}
		name := text[from+1 : to]
		with, ok := given[name]
		if !ok {
			with = l.Filler(name)
		}
		text = text[:from] + with + text[to+1:]
	}
}

// saying is one text that stands for a meaning.
type saying struct {
	text  string
	means understanding.Meaning
}

// generalSayings are the examples that need nothing of a profile. Those with a place for a service ask about one and stand for none
// by themselves.
func generalSayings(l language.Language, examples teaching) []saying {
	var out []saying
	for label, texts := range examples {
		m, ok := labelMeaning(label)
		if !ok {
			continue
		}
		for _, t := range texts {
			if strings.Contains(t, "{service}") && slices.Contains(ofService, label) ||
				strings.Contains(t, "{person}") && slices.Contains(ofPerson, label) {
				continue
			}
			out = append(out, saying{filled(l, t, nil), m})
		}
	}
	slices.SortFunc(out, func(a, b saying) int { return strings.Compare(a.text, b.text) })
	return out
}

// perItem is how many examples of a label are told of each item: more of them would only say the same in other words.
const perItem = 2

// ownSayings are what stands for the items of a profile: examples with their names, what is said of them, the owner's questions and
// answers.
func ownSayings(l language.Language, examples teaching, b *knowledge.Business) []saying {
	var out []saying
	add := func(m understanding.Meaning, texts ...string) {
		for _, t := range texts {
			if t = strings.TrimSpace(t); t != "" {
				out = append(out, saying{t, m})
			}
		}
	}
	with := func(label, place, name string) []string {
		var texts []string
		for _, t := range examples[label] {
			if len(texts) < perItem && strings.Contains(t, "{"+place+"}") {
				texts = append(texts, filled(l, t, map[string]string{place: name}))
			}
		}
		return texts
	}
	for i, s := range b.Services {
		for _, label := range ofService {
			m := plainMeaning(understanding.Intent(label))
			m.Service = i
			if m.Intent == understanding.Duration && s.Minutes == 0 {
				continue
			}
			for _, name := range append([]string{s.Name}, s.Also...) {
				add(m, with(label, "service", name)...)
			}
			if m.Intent == understanding.Service {
				add(m, l.Sentences(s.Description)...)
			}
		}
	}
	for i, a := range b.Answers {
		m := plainMeaning(understanding.Answer)
		m.Answer = i
		add(m, append([]string{a.Question}, a.Also...)...)
		add(m, l.Sentences(a.Reply)...)
	}
	for i, p := range b.Staff {
		for _, label := range ofPerson {
			m := plainMeaning(understanding.Intent(label))
			m.Person = i
			add(m, with(label, "person", p.Name)...)
		}
	}
	return out
}

// nearestReader reads by one embedding model alone: what the nearest text means is meant. Nothing is fitted but when to act.
type nearestReader struct {
	embed engines.Embedder // holds one model only
	tag   string

	lang     language.Language
	examples teaching
	general  []placed
	own      []placed
}

// placed is a saying with its vector.
type placed struct {
	saying
	vec []float32
}

// prepare takes on a trade.
func (n *nearestReader) prepare(ctx context.Context, t corpus.Trade) (err error) {
	if n.lang == nil {
		n.lang = all.For(n.tag)
		if n.examples, err = fitting.Examples(examplesOf(n.tag)); err != nil {
			return err
		}
		if n.general, err = n.placed(ctx, generalSayings(n.lang, n.examples)); err != nil {
			return err
		}
	}
	n.own, err = n.placed(ctx, ownSayings(n.lang, n.examples, t.Business))
	return err
}

func (n *nearestReader) placed(ctx context.Context, list []saying) ([]placed, error) {
	var out []placed
	for part := range slices.Chunk(list, engines.MaxEmbedTexts/2) {
		var texts []string
		for _, s := range part {
			texts = append(texts, s.text)
		}
		v, err := n.embed.Embed(ctx, n.tag, texts)
		if err != nil {
			return nil, fmt.Errorf("embed the profile: %w", err)
		}
		for i, s := range part {
			out = append(out, placed{s, v.Vectors[i]})
		}
	}
	return out, nil
}

// guess is the meaning of the nearest text, and that of the nearest which means something else.
func (n *nearestReader) guess(ctx context.Context, turn corpus.Turn) (guess, error) {
	v, err := n.embed.Embed(ctx, n.tag, []string{turn.Say})
	if err != nil {
		return guess{}, fmt.Errorf("embed what was said: %w", err)
	}
	return nearestOf(v.Vectors[0], n.general, n.own), nil
}

func nearestOf(vec []float32, lists ...[]placed) guess {
	best := map[understanding.Meaning]float64{}
	for _, list := range lists {
		for _, p := range list {
			var x float64
			for i, f := range p.vec {
				x += float64(f) * float64(vec[i])
			}
			if old, ok := best[p.means]; !ok || x > old {
				best[p.means] = x
			}
		}
	}
	return twoBest(best)
}

// twoBest makes a guess of how much speaks for each meaning.
func twoBest(points map[understanding.Meaning]float64) guess {
	type point struct {
		m understanding.Meaning
		x float64
	}
	list := []point{{plainMeaning(understanding.Unknown), -1}, {plainMeaning(understanding.Unknown), -1}}
	for m, x := range points {
		list = append(list, point{m, x})
	}
	slices.SortFunc(list, func(a, b point) int {
		switch {
		case a.x > b.x:
			return -1
		case a.x < b.x:
			return 1
		}
		return strings.Compare(fmt.Sprint(a.m), fmt.Sprint(b.m)) // the order of a map must not show
	})
	return guess{first: list[0].m, second: list[1].m, near: list[0].x, lead: list[0].x - list[1].x}
}
