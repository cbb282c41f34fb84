package service

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Addresses of feeds: what stands before and behind the secret, which is what makes one known where it turns up by mistake.
const (
	FeedPath = "/feed/"
	feedEnd  = ".ics"
	feedMark = "fdf_"
)

// maxFeeds bounds the feeds: every one is looked through for each that is read.
const maxFeeds = 64

// FeedState is a feed, and what it gives away in a sentence.
type FeedState struct {
	record.Feed
	Of    string `json:"of"`    // whose appointments
	Tells string `json:"tells"` // what it tells of callers
}

// NewFeed is a feed with its address on this box, which is shown this once.
type NewFeed struct {
	FeedState
	Path string `json:"path"` // behind the box's own address: "/feed/….ics"
}

// ListFeeds returns all feeds, the oldest first, without their addresses.
var ListFeeds = define(Op[None, []FeedState]{
	Name: "list-feeds", Role: Owner, Audit: NoLine("names of programs, no address"),
	Run: get((*Service).listFeeds),
})

func (s *Service) listFeeds(context.Context) ([]FeedState, error) {
	fs, err := s.o.Records.Feeds()
	if err != nil {
		return nil, err
	}
	cs, err := s.o.Records.Calendars()
	out := []FeedState{}
	for _, f := range fs {
		out = append(out, feedState(f.Feed, cs))
	}
	return out, err
}

// AddFeed lets a program read appointments: Name, For, Calendar, Shows, Number and Requests of what is given are used. The secret in its
// address has 256 random bits and is kept as a hash only. The error is an *InvalidError when it cannot be as asked.
var AddFeed = define(Op[record.Feed, NewFeed]{
	Name: "add-feed", Role: Owner, Audit: Changes("add feed"),
	About: func(_ record.Feed, out NewFeed) string { return out.ID },
	Run:   (*Service).addFeed,
})

func (s *Service) addFeed(ctx context.Context, in record.Feed) (NewFeed, error) {
	fs, err := s.o.Records.Feeds()
	if err != nil {
		return NewFeed{}, err
	}
	cs, err := s.o.Records.Calendars()
	if err != nil {
		return NewFeed{}, err
	}
	b, err := s.business()
	if err != nil {
		return NewFeed{}, err
	}
	f, problems := tidyFeed(in, b, cs)
	if len(fs) >= maxFeeds {
		problems = append(problems, knowledge.Problem{Text: fmt.Sprintf("there are %d already: revoke one first", maxFeeds)})
	}
	if len(problems) > 0 {
		return NewFeed{}, &InvalidError{What: "feed", Problems: problems}
	}
	f.By, f.At = ActorOf(ctx).By(), s.o.Now()
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	secret := feedMark + base64.RawURLEncoding.EncodeToString(raw[:])
	hash := sha256.Sum256([]byte(secret))
	kept, err := s.o.Records.AddFeed(store.KeptFeed{Feed: f, Hash: hash[:]})
	if err != nil {
		return NewFeed{}, err
	}
	return NewFeed{FeedState: feedState(kept.Feed, cs), Path: FeedPath + secret + feedEnd}, nil
}

// tidyFeed fills in what was left out and returns what is wrong, by field of the form.
func tidyFeed(in record.Feed, b knowledge.Business, cs []record.Calendar) (record.Feed, []knowledge.Problem) {
	var ps []knowledge.Problem
	check := func(ok bool, path, text string) {
		if !ok {
			ps = append(ps, knowledge.Problem{Path: path, Text: text})
		}
	}
	f := record.Feed{
		Name: tidy(in.Name), For: tidy(in.For), Calendar: in.Calendar, Shows: cmp.Or(in.Shows, record.FeedShowsInitial), Number: in.Number,
		Requests: in.Requests,
	}
	check(f.Name != "" && len([]rune(f.Name)) <= maxName, "name", "write a name of up to 80 characters: who reads it")
	if f.For != "" {
		i := slices.IndexFunc(b.Staff, func(p knowledge.Person) bool { return strings.EqualFold(p.Name, f.For) })
		check(i >= 0, "for", "nobody of the staff in the profile is called so")
		if i >= 0 {
			f.For = b.Staff[i].Name
		}
	}
	check(f.Calendar == "" || slices.ContainsFunc(cs, func(c record.Calendar) bool { return c.ID == f.Calendar }), "calendar",
		"there is no such calendar")
	check(f.For == "" || f.Calendar == "", "calendar", "choose a person or a calendar, not both")
	check(slices.Contains([]record.FeedShows{record.FeedShowsNobody, record.FeedShowsInitial, record.FeedShowsName}, f.Shows), "shows",
		"choose what it tells of callers: nobody, initial or name")
	return f, ps
}

// feedState tells of a feed in words.
func feedState(f record.Feed, cs []record.Calendar) FeedState {
	st := FeedState{Feed: f, Of: "all appointments"}
	switch {
	case f.For != "":
		st.Of = "appointments with " + f.For
	case f.Calendar != "":
		st.Of = "appointments in a calendar that was removed"
		if i := slices.IndexFunc(cs, func(c record.Calendar) bool { return c.ID == f.Calendar }); i >= 0 {
			st.Of = "appointments in the calendar " + cs[i].Name
		}
	}
	st.Tells = map[record.FeedShows]string{
		record.FeedShowsNobody: "the service and the time", record.FeedShowsInitial: "the service, the time and the first letter of the name",
		record.FeedShowsName: "the service, the time and the name",
	}[f.Shows]
	if f.Number {
		st.Tells += ", and the number"
	}
	return st
}

// RevokeFeed ends a feed, by its ID: its address leads nowhere from then on. store.ErrNotFound when there is none.
var RevokeFeed = define(Op[string, None]{
	Name: "revoke-feed", Role: Owner, Audit: Changes("revoke feed"),
	About: of[None],
	Run:   act((*Service).revokeFeed),
})

func (s *Service) revokeFeed(_ context.Context, id string) error { return s.o.Records.DropFeed(id) }

// FeedText is what a feed says.
type FeedText struct {
	Text  string    `json:"text"`  // iCalendar
	Tag   string    `json:"tag"`   // of this text
	Since time.Time `json:"since"` // from when on it has said so, to the second
}

// ReadFeed returns what a feed says, by the name of its file: the last part of its address. store.ErrNotFound when it is the address of
// none, or of one that was revoked.
var ReadFeed = define(Op[string, FeedText]{
	Name: "read-feed", Role: Visitor,
	Audit: NoLine("when it was read last stands with the feed; a line each time a program asks would hide the rest"),
	Run:   (*Service).readFeed,
})

func (s *Service) readFeed(_ context.Context, file string) (FeedText, error) {
	fs, err := s.o.Records.Feeds()
	if err != nil {
		return FeedText{}, err
	}
	secret, ok := strings.CutSuffix(file, feedEnd)
	if !ok || !strings.HasPrefix(secret, feedMark) || len(secret) > 100 {
		return FeedText{}, store.ErrNotFound
	}
	hash := sha256.Sum256([]byte(secret))
	for _, f := range fs {
		if subtle.ConstantTimeCompare(f.Hash, hash[:]) == 1 {
			return s.feedText(f)
		}
	}
	return FeedText{}, store.ErrNotFound
}

// feedText writes what a feed says, and notes that it was read.
func (s *Service) feedText(f store.KeptFeed) (FeedText, error) {
	text, err := s.writeFeed(f.Feed)
	if err != nil {
		return FeedText{}, err
	}
	sum := sha256.Sum256(text)
	now, out := s.o.Now(), FeedText{Text: string(text), Tag: hex.EncodeToString(sum[:16]), Since: f.Since}
	if out.Tag != f.Tag {
		out.Since = now.UTC().Truncate(time.Second)
	}
	if out.Tag != f.Tag || now.Sub(f.Used) >= usedEvery {
		if err := s.o.Records.FeedRead(f.ID, now, out.Tag, out.Since); err != nil { // revoked just now: nothing is told
			return FeedText{}, err
		}
	}
	return out, nil
}
