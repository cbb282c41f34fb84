package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// visit has an appointment stand in the records, as the diary keeps it.
func (h *house) visit(id string, change func(v *record.Visit)) record.Visit {
	h.Helper()
	start := noon.Add(48 * time.Hour)
	v := record.Visit{
		ID: id, Caller: h.who, Slot: record.Slot{Start: start, End: start.Add(time.Hour), Calendar: "c1"}, Service: "Check-up",
		Name: "Anna Berger", Number: "+491725550144", Made: noon, Changed: noon,
	}
	if change != nil {
		change(&v)
	}
	if err := h.s.AddVisit(v); err != nil {
		h.Fatal(err)
	}
	return v
}

// read is what a feed says, without the folds.
func (h *house) read(f service.NewFeed) string {
	h.Helper()
	got := ok(h, service.ReadFeed, strings.TrimPrefix(f.Path, service.FeedPath))
	return strings.ReplaceAll(got.Text, "\r\n ", "")
}

// What a feed tells of callers is what the owner chose, and by default no name and no number.
func TestWhatAFeedTells(t *testing.T) {
	h := openHouse(t)
	h.visit("v1@box", nil)
	for want, f := range map[string]record.Feed{
		"SUMMARY:Check-up: A.":          {},
		"SUMMARY:Check-up\r\n":          {Shows: record.FeedShowsNobody},
		"SUMMARY:Check-up: Anna Berger": {Shows: record.FeedShowsName},
		"DESCRIPTION:+491725550144":     {Number: true},
	} {
		f.Name = "Maria"
		text := h.read(h.feed(f))
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
		if strings.Contains(text, "Anna") != (f.Shows == record.FeedShowsName) || strings.Contains(text, "5550144") != f.Number {
			t.Errorf("%+v: %s", f, text)
		}
		got, bad, err := ics.Expand([]byte(text), ics.Window{From: noon, To: noon.Add(96 * time.Hour)})
		if err != nil || bad > 0 || len(got) != 1 || got[0].UID != "v1@box" || !got[0].Start.Equal(noon.Add(48*time.Hour)) {
			t.Errorf("read back: %+v, %d, %v", got, bad, err)
		}
	}
	if _, err := h.s.ChangeCaller(h.who, func(c *record.Caller) error {
		c.SetTag(record.Mark{Tag: record.TagRestricted}, true)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	text := h.read(h.feed(record.Feed{Name: "Maria", Shows: record.FeedShowsName, Number: true}))
	if !strings.Contains(text, "SUMMARY:Check-up: caller\r\n") || strings.Contains(text, "Anna") || strings.Contains(text, "5550144") {
		t.Errorf("of somebody who has restricted it: %s", text)
	}
}

// A feed has the appointments of one person, of one calendar, or all; wishes only when the owner wants them, and of these no words.
func TestWhoseAppointmentsAFeedHas(t *testing.T) {
	h := openHouse(t)
	person := h.biz.Staff[0].Name
	cal := h.calendar()
	h.visit("hers@box", func(v *record.Visit) { v.Person = person })
	h.visit("room@box", func(v *record.Visit) { v.Calendar = cal })
	wish := func(m record.Message) record.Message {
		m.CallID, m.At, m.Urgency, m.Visit, m.Reason = "a", noon, record.Normal, true, "My crown is loose."
		m, err := h.s.SaveMessage(m)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	all, hers := wish(record.Message{Name: "Anna Berger"}), wish(record.Message{For: person})
	for _, c := range []struct {
		feed record.Feed
		want []string
	}{
		{record.Feed{}, []string{"hers@box", "room@box"}},
		{record.Feed{For: strings.ToUpper(person)}, []string{"hers@box"}},
		{record.Feed{Calendar: cal}, []string{"room@box"}},
		{record.Feed{Requests: true}, []string{"hers@box", "room@box", all.ID, hers.ID}},
		{record.Feed{Requests: true, For: person}, []string{"hers@box", hers.ID}},
		{record.Feed{Requests: true, Calendar: cal}, []string{"room@box"}},
	} {
		c.feed.Name = "a program"
		text := h.read(h.feed(c.feed))
		for _, id := range []string{"hers@box", "room@box", all.ID, hers.ID} {
			if got := strings.Contains(text, id); got != slices.Contains(c.want, id) {
				t.Errorf("%+v: %s is there: %v", c.feed, id, got)
			}
		}
		if strings.Contains(text, "crown") {
			t.Errorf("the caller's words: %s", text)
		}
	}
	f := h.feed(record.Feed{Name: "x", Requests: true})
	if text := h.read(f); !strings.Contains(text, "STATUS:TENTATIVE") || !strings.Contains(text, "SUMMARY:Appointment wish: A.") {
		t.Error(text)
	}
	ok(h, service.MarkMessage, service.MessageMark{ID: all.ID, Done: true})
	if text := h.read(f); !strings.Contains(text, "SEQUENCE:1\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:") {
		t.Errorf("one that was dealt with: %s", text)
	}
}

// What was called off says so, with a number that goes up; what was erased is gone, unless a legal hold keeps it; what is long over is not
// told, and forgotten by the sweep.
func TestAFeedFollowsTheRecords(t *testing.T) {
	h := openHouse(t)
	f := h.feed(record.Feed{Name: "Maria"})
	h.visit("v1@box", nil)
	h.visit("old@box", func(v *record.Visit) { v.Start, v.End = noon.Add(-50*24*time.Hour), noon.Add(-49*24*time.Hour) })
	text := h.read(f)
	if !strings.Contains(text, "SEQUENCE:0\r\nSTATUS:CONFIRMED") || strings.Contains(text, "old@box") {
		t.Error(text)
	}
	h.now = h.now.Add(time.Hour)
	if _, err := h.s.ChangeVisit("v1@box", func(v *record.Visit) bool { v.Cancelled = true; return true }); err != nil {
		t.Fatal(err)
	}
	if text = h.read(f); !strings.Contains(text, "SEQUENCE:1\r\nSTATUS:CANCELLED") || !strings.Contains(text, "UID:v1@box") {
		t.Error(text)
	}
	ok(h, service.SweepRecords, service.None{})
	if vs, err := h.s.Visits(time.Time{}); err != nil || len(vs) != 1 {
		t.Errorf("after the sweep: %+v, %v", vs, err)
	}
	ok(h, service.HoldCaller, record.Hold{Caller: h.who, Reason: "a dispute", Until: h.now.AddDate(1, 0, 0)})
	if _, err := as(h, service.Owner, service.EraseCaller, service.Erasure{ID: h.who}); err == nil {
		t.Error("erased in spite of a hold")
	}
	if text = h.read(f); !strings.Contains(text, "v1@box") {
		t.Errorf("held: %s", text)
	}
	ok(h, service.ReleaseCaller, h.who)
	ok(h, service.EraseCaller, service.Erasure{ID: h.who})
	if text = h.read(f); strings.Contains(text, "v1@box") || strings.Contains(text, "VEVENT") {
		t.Errorf("erased: %s", text)
	}
}

// The tag and the time of a feed stay while it says the same, and change with it.
func TestWhenAFeedChanges(t *testing.T) {
	h := openHouse(t)
	f := h.feed(record.Feed{Name: "Maria"})
	file := strings.TrimPrefix(f.Path, service.FeedPath)
	first := ok(h, service.ReadFeed, file)
	h.now = h.now.Add(10 * time.Minute)
	if again := ok(h, service.ReadFeed, file); again != first {
		t.Errorf("%+v, %+v", first, again)
	}
	if list := ok(h, service.ListFeeds, service.None{}); !list[0].Used.Equal(h.now) {
		t.Errorf("%+v", list)
	}
	v := h.visit("v1@box", nil)
	second := ok(h, service.ReadFeed, file)
	if second.Tag == first.Tag || !second.Since.Equal(h.now) {
		t.Errorf("%+v", second)
	}
	if err := h.s.DropVisit(v.ID); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Minute)
	if third := ok(h, service.ReadFeed, file); third.Tag != first.Tag || !third.Since.Equal(h.now) {
		t.Errorf("it says less, and looks older: %+v", third)
	}
}

// An address is told once, opens its own feed alone, and nothing once it was revoked.
func TestTheAddressOfAFeed(t *testing.T) {
	h := openHouse(t)
	a, b := h.feed(record.Feed{Name: "a"}), h.feed(record.Feed{Name: "b"})
	fileA, fileB := strings.TrimPrefix(a.Path, service.FeedPath), strings.TrimPrefix(b.Path, service.FeedPath)
	if fileA == fileB || len(fileA) < 47 || !strings.HasSuffix(fileA, ".ics") {
		t.Fatalf("%q, %q", fileA, fileB)
	}
	kept, err := h.s.Feeds()
	if err != nil || len(kept) != 2 || len(kept[0].Hash) != 32 || strings.Contains(fileA, string(kept[0].Hash)) {
		t.Fatalf("%+v, %v", kept, err)
	}
	for _, file := range []string{"", ".ics", fileA[:len(fileA)-5] + ".ics", strings.TrimSuffix(fileA, ".ics"), fileA + "x",
		strings.Repeat("x", 4000)} {
		fails(h, service.ReadFeed, file, store.ErrNotFound)
	}
	ok(h, service.RevokeFeed, a.ID)
	fails(h, service.ReadFeed, fileA, store.ErrNotFound)
	ok(h, service.ReadFeed, fileB)
	h.noted("add feed", "user tester|"+a.ID, "user tester|"+b.ID)
	h.noted("revoke feed", "user tester|"+a.ID)
	if _, err := as(h, service.Staff, service.AddFeed, record.Feed{Name: "x"}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("staff: %v", err)
	}
	if _, err := as(h, service.Visitor, service.ReadFeed, fileB); err != nil {
		t.Errorf("a program: %v", err)
	}
	if p := ok(h, service.ReadProcessing, service.None{}); !slices.ContainsFunc(p.Recipients, func(r string) bool {
		return strings.Contains(r, "all appointments") && strings.HasSuffix(r, ": b")
	}) {
		t.Errorf("%q", p.Recipients)
	}
}

// What cannot be a feed is told by field.
func TestAFeedThatCannotBe(t *testing.T) {
	h := openHouse(t)
	person := h.biz.Staff[0].Name
	for field, f := range map[string]record.Feed{
		"name": {}, "for": {Name: "a", For: "Nobody Here"}, "calendar": {Name: "a", Calendar: "none"}, "shows": {Name: "a", Shows: "words"},
	} {
		_, err := service.AddFeed.Do(servicetest.Operator(t), h.d, f)
		var invalid *service.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Problems) != 1 || invalid.Problems[0].Path != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := service.AddFeed.Do(servicetest.Operator(t), h.d, record.Feed{Name: "a", For: person, Calendar: h.calendar()}); err == nil {
		t.Error("of a person and a room")
	}
	for range 64 {
		h.feed(record.Feed{Name: "a"})
	}
	if _, err := service.AddFeed.Do(servicetest.Operator(t), h.d, record.Feed{Name: "a"}); err == nil {
		t.Error("as many as anybody likes")
	}
}
