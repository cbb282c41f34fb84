package understanding

import (
	"context"
	"fmt"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// batch is how many texts are embedded at once.
const batch = 32

// book is what a profile says of itself, as vectors. Read only after it was made.
type book struct {
	services []serviceEntry
	answers  []answerEntry
	people   []personEntry
	passages [][][]float32 // each whole, and sentence by sentence
}

type serviceEntry struct {
	names, about, asked [][]float32 // its names; its description; the names asked for by price
	note                [][]float32 // what is said of its price
}

type answerEntry struct {
	questions, reply [][]float32
}

type personEntry struct{ about [][]float32 }

// bookmaker collects texts and where their vectors go.
type bookmaker struct {
	texts []string
	put   []*[][]float32
}

func (m *bookmaker) add(to *[][]float32, texts ...string) {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			m.texts = append(m.texts, t)
			m.put = append(m.put, to)
		}
	}
}

// makeBook embeds what b says of itself by own, which may keep it, and what callers have said, the lessons, by said: their words go
// with them. progress, if not nil, is told how much of it is done, 0…1.
func makeBook(
	ctx context.Context, b *knowledge.Business, lang language.Language, own, said Embedder, h *Head, lessons []lesson, progress func(float64),
) (*book, error) {
	out := &book{
		services: make([]serviceEntry, len(b.Services)), answers: make([]answerEntry, len(b.Answers)),
		people: make([]personEntry, len(b.Staff)),
	}
	var m bookmaker
	for i, s := range b.Services {
		e := &out.services[i]
		names := append([]string{s.Name}, s.Also...)
		m.add(&e.names, names...)
		m.add(&e.about, lang.Sentences(s.Description)...)
		m.add(&e.note, lang.Sentences(s.Price.Note)...)
		for _, n := range names {
			m.add(&e.asked, lang.Text(language.AskPrice, language.Args{Service: n, Region: b.Region}))
		}
	}
	for i, a := range b.Answers {
		e := &out.answers[i]
		m.add(&e.questions, append([]string{a.Question}, a.Also...)...)
		m.add(&e.reply, lang.Sentences(a.Reply)...)
	}
	for i, p := range b.Staff {
		m.add(&out.people[i].about, append([]string{p.Role}, lang.Sentences(p.About)...)...)
	}
	out.passages = make([][][]float32, len(b.Passages))
	for i, p := range b.Passages {
		m.add(&out.passages[i], p.Heading+". "+p.Text)
		m.add(&out.passages[i], lang.Sentences(p.Text)...)
	}
	var heard bookmaker
	for i, l := range lessons {
		heard.add(&lessons[i].vecs, l.ask.Because)
		if l.ask.Meaning.Answer >= 0 {
			heard.add(&out.answers[l.ask.Meaning.Answer].questions, l.ask.Because)
		}
	}
	all := len(m.texts) + len(heard.texts)
	part := func(before int) func(int) {
		return func(done int) {
			if progress != nil {
				progress(float64(before+done) / float64(all))
			}
		}
	}
	if err := m.embed(ctx, own, lang.Tag(), h, part(0)); err != nil {
		return nil, err
	}
	return out, heard.embed(ctx, said, lang.Tag(), h, part(len(m.texts)))
}

// embed puts the vectors of all texts where they belong. done is told how many texts have theirs.
func (m *bookmaker) embed(ctx context.Context, e Embedder, tag string, h *Head, done func(int)) error {
	for at := 0; at < len(m.texts); at += batch {
		to := min(at+batch, len(m.texts))
		v, err := e.Embed(ctx, tag, m.texts[at:to])
		if err != nil {
			return fmt.Errorf("embed the profile: %w", err)
		}
		if v.Model != h.Model || len(v.Vectors) != to-at {
			return fmt.Errorf("embed the profile: vectors are of %q, the head is for %q", v.Model, h.Model)
		}
		for i, raw := range v.Vectors {
			*m.put[at+i] = append(*m.put[at+i], h.space.place(raw))
		}
		done(to)
	}
	return nil
}
