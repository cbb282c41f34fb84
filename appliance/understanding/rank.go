package understanding

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
)

// Ranker compares what was said with services and answers of a business, all of them at once and more closely than their vectors
// can be. It must obey the context.
type Ranker interface {
	Rank(ctx context.Context, language, said string, items []Item) (Ranks, error)
}

// Item is a service or an answer, as a [Ranker] takes it.
type Item struct {
	Text   string
	Answer bool
}

// Ranks are what a [Ranker] says: scores are log probabilities but for a constant.
type Ranks struct {
	None  float64 // nothing of it is meant
	Items []Rank  // in the order of the items
}

// Rank is what is said of one item.
type Rank struct {
	Score float64
	Facet float64 // of a service: the log of how much likelier its price is asked for than whether there is it
}

// ranked is how many items are compared. The right one is among as many in nineteen of twenty turns.
const ranked = 6

// Ranked returns a reader like r that has what was said compared by a ranker, with which its head was fitted. The ranker sees the
// whole profile for that, so that it need not make itself acquainted with an item while a caller waits.
func (r *Reader) Ranked(ctx context.Context, by Ranker) (*Reader, error) {
	c := *r
	c.ranker = by
	var items []Item
	for _, s := range r.biz.Services {
		items = append(items, serviceItem(s))
	}
	for _, a := range r.biz.Answers {
		items = append(items, answerItem(a))
	}
	for some := range slices.Chunk(items, ranked) {
		if _, err := by.Rank(ctx, r.lang.Tag(), "", some); err != nil {
			return nil, fmt.Errorf("prepare the profile for comparing: %w", err)
		}
	}
	return &c, nil
}

// serviceItem and answerItem are the texts by which a ranker knows an item. It looks at the first twenty pieces or so.
func serviceItem(s knowledge.Service) Item {
	return Item{Text: strings.TrimSpace(strings.Join(append([]string{s.Name}, s.Also...), ", ") + ". " + s.Description)}
}

func answerItem(a knowledge.Answer) Item {
	return Item{Text: strings.TrimSpace(a.Question + " " + a.Reply), Answer: true}
}

// ranks are the scores of the items that were compared with one text.
type ranks struct {
	none              float64
	services, answers map[int]Rank
}

// compare has the likeliest items compared with a text, unless it is clear without that what is meant: a caller waits for it. It
// returns nil then, and when the ranker fails; what the scorer alone says stands.
func (r *Reader) compare(ctx context.Context, v view) *ranks {
	if r.head.sure(r.head.first(r.Candidates(Seen{whole: v}))) {
		return nil
	}
	l := r.likelihoods(Seen{whole: v})
	type place struct {
		at     int
		answer bool
		log    float64
	}
	var places []place
	for i, log := range l.services {
		places = append(places, place{i, false, log})
	}
	for i, log := range l.answers {
		places = append(places, place{i, true, log})
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.log, a.log) })
	places = places[:min(len(places), ranked)]
	if len(places) == 0 {
		return nil
	}
	items := make([]Item, len(places))
	for i, p := range places {
		if p.answer {
			items[i] = answerItem(r.biz.Answers[p.at])
		} else {
			items[i] = serviceItem(r.biz.Services[p.at])
		}
	}
	got, err := r.ranker.Rank(ctx, r.lang.Tag(), r.lang.Standard(v.seg.text), items)
	if err != nil || len(got.Items) != len(items) {
		return nil
	}
	out := &ranks{none: got.None, services: map[int]Rank{}, answers: map[int]Rank{}}
	for i, p := range places {
		if p.answer {
			out.answers[p.at] = got.Items[i]
		} else {
			out.services[p.at] = got.Items[i]
		}
	}
	return out
}

// share turns the scores into log probabilities, without the service and the answer that r lacks.
func (r *Reader) share(x *ranks) *ranks {
	if x == nil {
		return nil
	}
	out := &ranks{services: map[int]Rank{}, answers: map[int]Rank{}}
	top := x.none
	for _, m := range []map[int]Rank{x.services, x.answers} {
		for _, k := range m {
			top = max(top, k.Score)
		}
	}
	sum := math.Exp(x.none - top)
	for i, k := range x.services {
		if i != r.noService-1 {
			out.services[i] = k
			sum += math.Exp(k.Score - top)
		}
	}
	for i, k := range x.answers {
		if i != r.noAnswer-1 {
			out.answers[i] = k
			sum += math.Exp(k.Score - top)
		}
	}
	norm := top + math.Log(sum)
	out.none = x.none - norm
	for _, m := range []map[int]Rank{out.services, out.answers} {
		for i, k := range m {
			k.Score -= norm
			m[i] = k
		}
	}
	return out
}

// clearest bounds what a facet counts.
const clearest = 4.0

// RankPrefix begins the names of the features that come from a ranker.
const RankPrefix = "rank."

// ranked adds what the ranker says of an item.
func (f *fit) ranked(name string, list map[int]Rank) {
	k, ok := list[f.item]
	if !ok {
		f.add(RankPrefix+name+".not", 1)
		return
	}
	f.add(RankPrefix+name+".log", max(k.Score, least))
	f.add(RankPrefix+name, math.Exp(k.Score))
	f.facet = min(max(k.Facet, -clearest), clearest)
}
