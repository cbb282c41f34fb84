package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/service"
)

// Tones of a state, each a class of the style sheet.
const (
	toneGood = "good"
	toneWarn = "warn"
	toneBad  = "bad"
	toneIdle = "idle"
)

// view is the status page in words.
type view struct {
	Title    string // of the browser's tab: the state first, for a phone with many tabs
	Business string
	Tone     string
	State    string // two or three words
	Headline string // does it answer?
	Text     string // why not, or what is missing
	Since    string
	Numbers  []number
	Troubles []trouble // what the headline has not said yet
	Calm     bool      // there is no trouble at all
	Parts    []part
	Version  string
	At       string
	Address  string            // of the page for others of this network; "" = none
	Path     template.HTMLAttr // the same as a QR code
	Width    int
}

// number is one figure.
type number struct {
	Value, Of, Label string
}

// trouble is one condition.
type trouble struct {
	Tone, Kind, Text, Since string

	Link, To string // the page where it is dealt with, and what that is called; "" = there is none
}

// remedy is where a condition is dealt with: the longest beginning of its name counts.
func remedy(name string) (link, to string) {
	for _, r := range []struct{ name, link, to string }{
		{"backup.restored", "/records#again", "Erase them again"}, {"backup", "/records#backups", "To the backups"},
		{"phone", "/phone", "To the telephone account"}, {"business", "/business", "To what callers are told"},
		{"requests", "/requests", "To the requests"}, {"recordings", "/phone#recording", "To the recordings"},
		{"disk", "/records#keep", "To how long things are kept"}, {"web", "/trust", "What to do"},
		{"models", "/system#parts", "To the parts of the box"}, {"engines", "/system#parts", "To the parts of the box"},
		{"records", "/records", "To the records"},
	} {
		if name == r.name || strings.HasPrefix(name, r.name+".") {
			return r.link, r.to
		}
	}
	return "", ""
}

// staffLink is a link that staff may follow, or none.
func staffLink(link string) string {
	if strings.HasPrefix(link, "/system") || strings.HasPrefix(link, "/trust") {
		return link
	}
	return ""
}

// part is one piece of the box.
type part struct {
	Name, Tone, State, Note string
}

// viewOf puts s in words; now is in the time zone of the business.
func viewOf(s service.Status, now time.Time) view {
	v := view{Business: s.Business, Version: s.Version, At: now.Format("15:04:05")}
	if v.Business == "" {
		v.Business = "Frontdesk"
	}
	since := later(s.Started, s.Phone.Since)
	switch {
	case s.Overall == health.Failed:
		v.Tone, v.State, v.Headline, since = toneBad, "not answering", "Calls are not answered.", failedSince(s)
		v.Text = strings.TrimSpace(strings.TrimPrefix(s.Text, "Frontdesk does not answer calls.")) // the headline says it already
	case s.Profile == 0 && s.Answering:
		v.Tone, v.State, v.Headline = toneWarn, "not set up yet", "Not set up yet."
		v.Text = "Nothing is published, so the box does not know for whom it answers: callers hear the number that they have reached and can " +
			"leave a message. Enter name and hours under Business, then publish."
	case !s.Answering:
		v.Tone, v.State, v.Headline, v.Text, since = toneWarn, "no calls come in", "No calls come in.", s.Text, s.Phone.Since
		if s.Phone.State == "registering" {
			v.State, v.Headline, v.Text = "connecting", "Connecting.", "The phone system is being asked to send calls here."
		}
	case s.Overall == health.Degraded:
		v.Tone, v.State, v.Headline, v.Text = toneWarn, "answering, with limits", "Calls are answered, with limits.", "What needs a look "+
			"is below."
	default:
		v.Tone, v.State, v.Headline, v.Text = toneGood, "answering", "Calls are answered.", "Everything works."
	}
	v.Title = v.State + " · " + v.Business
	v.Since = sinceText(since, now)
	v.Numbers = numbersOf(s)
	v.Calm = len(s.Health) == 0 && v.Tone == toneGood
	v.Troubles = slices.DeleteFunc(troublesOf(s, now), func(t trouble) bool { return t.Text == v.Text }) // said above
	v.Parts = partsOf(s, now)
	return v
}

// troublesOf puts the conditions in words.
func troublesOf(s service.Status, now time.Time) []trouble {
	var list []trouble
	for _, c := range s.Health {
		t := trouble{Tone: toneWarn, Kind: "worth a look", Text: c.Text, Since: sinceText(c.Since, now)}
		if c.Severity == health.Failed {
			t.Tone, t.Kind = toneBad, "keeps calls from being answered"
		}
		t.Link, t.To = remedy(c.Name)
		list = append(list, t)
	}
	return list
}

// failedSince returns since when calls are not answered: the oldest of the conditions that say so.
func failedSince(s service.Status) time.Time {
	var t time.Time
	for _, c := range s.Health {
		if c.Severity == health.Failed && (t.IsZero() || c.Since.Before(t)) {
			t = c.Since
		}
	}
	if t.IsZero() && s.Running {
		t = s.Phone.Since
	}
	return t
}

func numbersOf(s service.Status) []number {
	now := number{Value: fmt.Sprint(s.CallsNow), Label: "calls now"}
	if s.MaxCalls > 0 {
		now.Of = fmt.Sprintf("of %d", s.MaxCalls)
	}
	list := []number{
		now,
		{Value: fmt.Sprint(s.CallsToday), Label: "calls today"},
		{Value: fmt.Sprint(s.Messages), Label: "open messages"},
		{Value: fmt.Sprint(s.Unanswered), Label: "open questions"},
	}
	for i := 1; i < len(list); i++ { // the service counts no further
		if list[i].Value == fmt.Sprint(service.MaxList) {
			list[i].Value += "+"
		}
	}
	return list
}

func partsOf(s service.Status, now time.Time) []part {
	profile := part{
		Name: "What callers are told", Tone: toneIdle, State: "nothing published yet", Note: "frontdesk profile import FILE puts it in.",
	}
	if s.Profile > 0 {
		profile.Tone, profile.State, profile.Note = toneGood, s.Business, fmt.Sprintf("version %d", s.Profile)
	}
	phone := s.Phone
	for _, c := range s.Health {
		if phone.Problem != "" && strings.Contains(c.Text, phone.Problem) {
			phone.Problem = "" // once is enough
		}
	}
	parts := []part{phonePart(phone, now)}
	if s.Engines.State == "up" {
		parts = append(parts, enginePart("Hearing", s.Engines.Ears), enginePart("Meaning", s.Engines.Meaning),
			enginePart("Language model", s.Engines.Mind), enginePart("Voice", s.Engines.Mouth))
	}
	return append(append(parts, enginesPart(s.Engines, now)), profile)
}

func phonePart(p service.Phone, now time.Time) part {
	since := sinceText(p.Since, now)
	switch p.State {
	case "registered":
		return part{"Phone system", toneGood, "connected", since}
	case "registering":
		return part{"Phone system", toneWarn, "connecting", since}
	case "off":
		return part{"Phone system", toneIdle, "none is set", "Only calls that come straight to this box arrive."}
	}
	note := inwords.Capital(p.Problem)
	if note != "" && since != "" {
		note += ", "
	}
	return part{"Phone system", toneBad, "not connected", note + since}
}

func enginesPart(e service.Engines, now time.Time) part {
	p := part{Name: "Speech engines", Tone: toneGood, State: "running", Note: sinceText(e.Since, now)}
	switch e.State {
	case "up":
	case "starting":
		p.Tone, p.State = toneWarn, "starting"
	case "down":
		p.Tone, p.State = toneWarn, "down"
	default:
		p.Tone, p.State = toneIdle, "off"
	}
	restarts := ""
	switch {
	case e.Restarts == 1:
		restarts = "restarted once"
	case e.Restarts > 1:
		restarts = fmt.Sprintf("restarted %d times", e.Restarts)
	}
	if p.Note != "" && restarts != "" {
		restarts = ", " + restarts
	}
	p.Note += restarts
	return p
}

func enginePart(name string, e service.Engine) part {
	p := part{Name: name, Note: e.Model}
	switch e.State {
	case "ready":
		p.Tone, p.State = toneGood, "ready"
	case "loading":
		p.Tone, p.State = toneWarn, "loading"
	case "absent":
		p.Tone, p.State = toneWarn, "no model"
	default:
		p.Tone, p.State = toneWarn, "not working"
	}
	return p
}

// sinceText says a time as people do; "" for none.
func sinceText(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "since " + inwords.Moment(t, now)
}
