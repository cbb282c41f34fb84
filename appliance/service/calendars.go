package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldav"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Diary is the running one; *calendar.Diary is the real one.
type Diary interface {
	// Changed says that calendars have changed.
	Changed()
	// State tells how a calendar is doing.
	State(id string) calendar.State
	// Try looks at a calendar; the error is a *notify.Error.
	Try(ctx context.Context, c record.Calendar, secret string) (calendar.Sight, error)
}

// CalendarEdit is a calendar that is to be added, or changed when it has an ID.
type CalendarEdit struct {
	record.Calendar
	Secret Password `json:"secret,omitempty"` // "" keeps the one there is
}

// CalendarState is a calendar, what goes there, and how it is doing.
type CalendarState struct {
	record.Calendar
	Sends      string    `json:"sends"`               // what goes there, in a sentence or two
	Read       time.Time `json:"read,omitzero"`       // last
	Entries    int       `json:"entries"`             // in the next two months
	Unreadable int       `json:"unreadable"`          // of them
	InForce    bool      `json:"in_force"`            // callers are offered times by it
	Problem    string    `json:"problem,omitempty"`   // why it could not be read the last time
	Unfitting  string    `json:"unfitting,omitempty"` // why callers cannot be offered times by it, though it can be read
}

// ListCalendars returns all calendars, the oldest first.
var ListCalendars = define(Op[None, []CalendarState]{
	Name: "list-calendars", Role: Owner | Technician, Audit: NoLine("which calendars there are; no entry, no password"),
	Run: get((*Service).listCalendars),
})

func (s *Service) listCalendars(context.Context) ([]CalendarState, error) {
	cs, err := s.o.Records.Calendars()
	out := []CalendarState{}
	for _, c := range cs {
		out = append(out, s.calendarState(c))
	}
	return out, err
}

func (s *Service) calendarState(c record.Calendar) CalendarState {
	st := CalendarState{Calendar: c, Sends: CalendarSends(c)}
	if s.o.Diary != nil {
		x := s.o.Diary.State(c.ID)
		st.Read, st.Entries, st.Unreadable, st.InForce, st.Problem = x.Read, x.Entries, x.Unreadable, x.InForce, x.Problem
	}
	b, _, err := s.o.Records.Profile()
	if err != nil {
		return st // nothing is published
	}
	switch timed := slices.ContainsFunc(b.Services, func(x knowledge.Service) bool { return x.Minutes > 0 }); {
	case c.For != "" && !slices.ContainsFunc(b.Staff, func(p knowledge.Person) bool { return strings.EqualFold(p.Name, c.For) }):
		st.Unfitting = "nobody of the staff in the profile is called " + c.For
	case slices.ContainsFunc(c.Services, func(name string) bool { return !offers(b, name) }):
		unknown := slices.DeleteFunc(slices.Clone(c.Services), func(name string) bool { return offers(b, name) })
		st.Unfitting = "no service in the profile is called " + unknown[0]
	case !timed:
		st.Unfitting = "no service in the profile says how many minutes it takes"
	}
	return st
}

// offers reports whether a business has a service of that name.
func offers(b knowledge.Business, service string) bool {
	return slices.ContainsFunc(b.Services, func(x knowledge.Service) bool { return strings.EqualFold(x.Name, service) })
}

// CalendarSends says what goes to a calendar, and comes from it.
func CalendarSends(c record.Calendar) string {
	if !c.On {
		return "Nothing: it is switched off."
	}
	return "Every minute the box asks which times of the next two months are taken. When a caller has confirmed an appointment, the " +
		"service, the time, the name and the number are written into the calendar."
}

// SetCalendar adds or changes a calendar; it is read from now on. The error is an *InvalidError when it cannot be, store.ErrNotFound when
// there is no such calendar.
var SetCalendar = define(Op[CalendarEdit, CalendarState]{
	Name: "set-calendar", Role: Owner, Audit: Changes("set calendar"),
	About: func(_ CalendarEdit, out CalendarState) string { return out.ID },
	Run:   (*Service).setCalendar,
})

func (s *Service) setCalendar(ctx context.Context, e CalendarEdit) (CalendarState, error) {
	all, err := s.o.Records.Calendars()
	if err != nil {
		return CalendarState{}, err
	}
	c, problems := tidyCalendar(e.Calendar, string(e.Secret))
	i := slices.IndexFunc(all, func(x record.Calendar) bool { return x.ID == e.ID })
	switch {
	case e.ID == "" && len(all) >= calendar.MaxCalendars:
		problems = append(problems, knowledge.Problem{Text: fmt.Sprintf("there are %d already: remove one first", calendar.MaxCalendars)})
	case e.ID != "" && i < 0:
		return CalendarState{}, store.ErrNotFound
	case e.ID != "" && e.Secret == "" && all[i].HasSecret && !sameServer(all[i].URL, c.URL):
		problems = append(problems, knowledge.Problem{Path: "secret", Text: "type the password again: the server is another one"})
	case c.User != "" && e.Secret == "" && (i < 0 || !all[i].HasSecret):
		problems = append(problems, knowledge.Problem{Path: "secret", Text: "write the password that belongs to the user name"})
	}
	if len(problems) > 0 {
		return CalendarState{}, &InvalidError{What: "calendar", Problems: problems}
	}
	c.At, c.By = s.o.Now(), ActorOf(ctx).By()
	if c, err = s.o.Records.SetCalendar(c, string(e.Secret)); err != nil {
		return CalendarState{}, err
	}
	s.diaryChanged()
	return s.calendarState(c), nil
}

func (s *Service) diaryChanged() {
	if s.o.Diary != nil {
		s.o.Diary.Changed()
	}
}

// servicesMost is how many services a calendar may be for, at the most by name.
const servicesMost = 100

// tidyCalendar fills in what was left out and returns what is wrong, by field of the form.
func tidyCalendar(c record.Calendar, secret string) (record.Calendar, []knowledge.Problem) {
	var ps []knowledge.Problem
	check := func(ok bool, path, text string) {
		if !ok {
			ps = append(ps, knowledge.Problem{Path: path, Text: text})
		}
	}
	c.Name, c.URL, c.User, c.For = tidy(c.Name), strings.TrimSpace(c.URL), strings.TrimSpace(c.User), strings.TrimSpace(c.For)
	check(c.Name != "" && len([]rune(c.Name)) <= maxName, "name", "write a name of up to 80 characters: whose calendar it is")
	for path, v := range map[string]string{"url": c.URL, "user": c.User, "for": c.For} {
		check(len(v) <= maxTyped && !strings.ContainsAny(v, "\r\n\x00"), path, "use one line of at most 500 characters")
	}
	c.Services = slices.DeleteFunc(slices.Clone(c.Services), func(x string) bool { return strings.TrimSpace(x) == "" })
	check(len(c.Services) <= servicesMost, "services", fmt.Sprintf("name %d services at the most", servicesMost))
	for i, x := range c.Services {
		c.Services[i] = tidy(x)
		check(len([]rune(x)) <= maxName && !strings.ContainsAny(x, "\r\n\x00"), "services", "write one service a line, as the profile calls it")
	}
	check(len(secret) <= maxSecret && !strings.ContainsAny(secret, "\r\n\x00"), "secret", "use one line")
	u, err := url.Parse(c.URL)
	checkServer(u, err, "https://cloud.example/calendars/maria/work/", check)
	checkCA(c.CA, check)
	return c, ps
}

// RemoveCalendar forgets a calendar; what stands in it stays.
var RemoveCalendar = define(Op[string, None]{
	Name: "remove-calendar", Role: Owner, Audit: Changes("remove calendar"),
	About: of[None],
	Run:   act((*Service).removeCalendar),
})

func (s *Service) removeCalendar(_ context.Context, id string) error {
	if err := s.o.Records.DropCalendar(id); err != nil {
		return err
	}
	s.diaryChanged()
	return nil
}

// CalendarTrial is what a calendar shows when it is tried.
type CalendarTrial struct {
	OK     bool           `json:"ok"`
	Text   string         `json:"text"`             // in plain sentences
	Others []caldav.Other `json:"others,omitempty"` // calendars of the same user, when the address is that of none
}

// TryCalendar looks at a calendar, also at one that is off, and changes nothing there.
var TryCalendar = define(Op[string, CalendarTrial]{
	Name: "try-calendar", Role: Owner | Technician, Long: true, Needs: needDiary, Audit: Changes("try calendar"),
	About: of[CalendarTrial],
	Run:   (*Service).tryCalendar,
})

func (s *Service) tryCalendar(ctx context.Context, id string) (CalendarTrial, error) {
	c, secret, err := s.o.Records.Calendar(id)
	if err != nil {
		return CalendarTrial{}, err
	}
	sight, err := s.o.Diary.Try(ctx, c, secret)
	var fault *notify.Error
	switch {
	case errors.As(err, &fault):
		return CalendarTrial{Text: "It cannot be read: " + fault.Error() + "."}, nil
	case err != nil:
		return CalendarTrial{}, err
	case !sight.Calendar && len(sight.Others) == 0:
		return CalendarTrial{
			Text: "There is a server at this address, but no calendar. Look in the calendar's own settings for its CalDAV address.",
		}, nil
	case !sight.Calendar:
		return CalendarTrial{
			Text: "This is not the address of a calendar. These calendars are there; take the address of one:", Others: sight.Others,
		}, nil
	}
	t := CalendarTrial{OK: true, Text: fmt.Sprintf("The calendar %q can be read. It has %s in the next two months.",
		cmp.Or(sight.Name, c.Name), count(sight.Entries, "entry", "entries"))}
	if sight.Unreadable > 0 {
		t.Text += fmt.Sprintf(" %s cannot be understood, and the times may be offered to callers all the same.",
			count(sight.Unreadable, "entry", "entries"))
	}
	return t, nil
}

// count is "no entries", "1 entry", "2 entries".
func count(n int, one, more string) string {
	switch n {
	case 0:
		return "no " + more
	case 1:
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
