package service

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Bounds of what a feed says.
const (
	feedBack   = record.VisitDays * 24 * time.Hour // how long what is over stays in it
	feedMost   = 1000                              // entries; the latest count
	feedEvery  = 15 * time.Minute                  // how often a program is to look
	feedWishes = 500                               // messages that are looked through
)

// feedWords are what the box itself says in a feed.
type feedWords struct{ feed, caller, visit, wish string }

// feedWordsIn are those of a language.
func feedWordsIn(tongue string) feedWords {
	if strings.HasPrefix(tongue, "de") {
		return feedWords{"Termine", "Anrufer", "Termin", "Terminwunsch"}
	}
	return feedWords{"Appointments", "caller", "Appointment", "Appointment wish"}
}

// feedWriter writes one feed.
type feedWriter struct {
	s     *Service
	f     record.Feed
	words feedWords
	// shown says of each caller whether anything may be told of them.
	shown map[string]bool
}

// writeFeed writes what a feed says now. It says the same until something changes or is over for long.
func (s *Service) writeFeed(f record.Feed) ([]byte, error) {
	b, err := s.business()
	if err != nil {
		return nil, err
	}
	w := &feedWriter{s: s, f: f, words: feedWordsIn(b.Tongues()[0]), shown: map[string]bool{}}
	items, err := w.visits()
	if err != nil {
		return nil, err
	}
	if f.Requests && f.Calendar == "" {
		wishes, err := w.wishes()
		if err != nil {
			return nil, err
		}
		items = append(items, wishes...)
	}
	slices.SortFunc(items, func(a, b ics.Item) int { return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.UID, b.UID)) })
	if n := len(items); n > feedMost {
		items = items[n-feedMost:]
	}
	name := strings.TrimPrefix(b.Name+" – "+w.words.feed, " – ")
	if f.For != "" {
		name += " – " + f.For
	}
	return ics.Publish(ics.Feed{Name: name, Zone: b.Location(), Refresh: feedEvery, Items: items}), nil
}

// since is from when on the feed has what is over: the beginning of a day, so that it does not change all day long.
func (w *feedWriter) since() time.Time {
	return w.s.o.Now().Add(-feedBack).UTC().Truncate(24 * time.Hour)
}

// visits are the entries of appointments.
func (w *feedWriter) visits() ([]ics.Item, error) {
	vs, err := w.s.o.Records.Visits(w.since())
	if err != nil {
		return nil, err
	}
	var items []ics.Item
	for _, v := range vs {
		if !w.f.Has(v) {
			continue
		}
		who, text, err := w.who(v.Caller, v.Name, v.Number)
		if err != nil {
			return nil, err
		}
		items = append(items, ics.Item{
			UID: v.ID, Made: v.Made, Changed: v.Changed, Sequence: v.Sequence, Start: v.Start, End: v.End, Cancelled: v.Cancelled,
			Summary: joinShown(cmp.Or(v.Service, w.words.visit), who), Text: text,
		})
	}
	return items, nil
}

// wishes are the entries of messages that ask for an appointment, on the day on which they were left. One that was dealt with is off.
func (w *feedWriter) wishes() ([]ics.Item, error) {
	ms, err := w.s.o.Records.Messages(feedWishes, true)
	if err != nil {
		return nil, err
	}
	var items []ics.Item
	for _, m := range ms {
		changed, sequence := m.At, 0
		if m.Done {
			changed, sequence = m.DoneAt, 1
		}
		if !m.Visit || changed.Before(w.since()) || w.f.For != "" && w.f.For != m.For {
			continue
		}
		who, text, err := w.who(m.CallerID, m.Name, m.Number)
		if err != nil {
			return nil, err
		}
		items = append(items, ics.Item{
			UID: "message-" + m.ID + "@frontdesk.internal", Made: m.At, Changed: changed, Sequence: sequence, Start: m.At, End: m.At, AllDay: true,
			Tentative: true, Cancelled: m.Done, Summary: joinShown(w.words.wish, who), Text: text,
		})
	}
	return items, nil
}

// who is what is told of a caller: in the title, and below it. Of somebody who has restricted what is done with the data nothing is told.
func (w *feedWriter) who(caller string, name record.Personal, number record.PhoneNumber) (title, text string, err error) {
	if _, known := w.shown[caller]; !known && caller != "" {
		c, err := w.s.o.Records.Caller(caller)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", "", err
		}
		w.shown[caller] = err == nil && !c.Has(record.TagRestricted)
	}
	if caller != "" && !w.shown[caller] {
		return w.words.caller, "", nil
	}
	if w.f.Number {
		text = string(number)
	}
	switch w.f.Shows {
	case record.FeedShowsName:
		return cmp.Or(string(name), w.words.caller), text, nil
	case record.FeedShowsInitial:
		return cmp.Or(initial(name), w.words.caller), text, nil
	case record.FeedShowsNobody:
	}
	return "", text, nil
}

// initial is the first letter of a name: "M."; "" when it has none.
func initial(name record.Personal) string {
	for _, r := range string(name) {
		if unicode.IsLetter(r) {
			return string(unicode.ToUpper(r)) + "."
		}
	}
	return ""
}

// joinShown is "Check-up: M.", or what there is of both.
func joinShown(what, who string) string {
	if who == "" {
		return what
	}
	return what + ": " + who
}
