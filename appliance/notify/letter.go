package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Letter is what a recipient is told at once: one occasion, or all of a day.
type Letter struct {
	Key     string    // the same whenever this letter is sent again
	At      time.Time // when it was due
	Daily   bool
	Urgent  bool
	Subject string // names nobody
	Office  string // its name; "" = not known
	Items   []Item
}

// Item is one occasion in a letter.
type Item struct {
	ID    string              `json:"id,omitempty"` // of the message, call, question or request
	Kind  record.OccasionKind `json:"kind"`
	At    time.Time           `json:"at"`
	Call  string              `json:"call,omitempty"`
	Text  string              `json:"text"` // a sentence that names nobody
	Link  string              `json:"link,omitempty"`
	Words *Words              `json:"words,omitempty"` // only when the owner wants them to leave the box
	// Detail is the record of a call that is over. Its numbers are masked unless the owner wants them to leave the box.
	Detail *Detail `json:"detail,omitempty"`
}

// Detail is a call detail record: of what was said nothing, and no name.
type Detail struct {
	Started   time.Time     `json:"started"`
	Answered  time.Time     `json:"answered,omitzero"`
	Ended     time.Time     `json:"ended"`
	Seconds   int           `json:"seconds"` // from the answer to the end
	From      string        `json:"from,omitempty"`
	Diverted  string        `json:"diverted_from,omitempty"`
	Extension string        `json:"extension,omitempty"`
	Result    record.Result `json:"result"`
	Reason    string        `json:"reason,omitempty"`
	Messages  int           `json:"messages"`
}

// detailOf is the record of a call.
func detailOf(c record.Call, whole bool) *Detail {
	number := func(n record.PhoneNumber) string {
		if n == "" || whole {
			return string(n)
		}
		return n.Masked()
	}
	d := &Detail{
		Started: c.Started, Answered: c.Answered, Ended: c.Ended, From: number(c.From), Diverted: number(c.Diverted), Extension: c.Extension,
		Result: c.Outcome.Result, Reason: c.Outcome.Reason, Messages: c.Messages,
	}
	if !c.Answered.IsZero() {
		d.Seconds = int(c.Ended.Sub(c.Answered).Seconds())
	}
	return d
}

// line is a call detail record as one line of text.
func (d *Detail) line() string {
	from := d.From
	if from == "" {
		from = "an unknown number"
	}
	return fmt.Sprintf("Call from %s, %d seconds: %s", from, d.Seconds, d.Result)
}

// Words are what a caller said or is called.
type Words struct {
	Name      record.Personal    `json:"name,omitempty"`
	Number    record.PhoneNumber `json:"number,omitempty"`
	Extension string             `json:"extension,omitempty"`
	Second    record.PhoneNumber `json:"second_number,omitempty"`
	For       string             `json:"for,omitempty"`
	Said      record.Personal    `json:"said,omitempty"` // the reason, or the question
	BestTime  record.Personal    `json:"best_time,omitempty"`
}

// Records are where words are kept.
type Records interface {
	Message(id string) (record.Message, error)
	Call(id string) (record.Call, error)
	Question(id string) (record.Unanswered, error)
	Request(id string) (record.Request, error)
}

// Office is what letters say of it.
type Office struct {
	Name string
	Zone *time.Location
}

// errSettled says that an occasion needs nobody any more: it was dealt with, or is not there.
var errSettled = errors.New("nobody needs to be told any more")

// Compose writes the letter of deliveries that go to a recipient together. What was dealt with meanwhile, or is erased, is not in it:
// without an item it need not be sent.
func Compose(r Records, ds []record.Delivery, to record.Recipient, office Office) (Letter, error) {
	l := Letter{Office: office.Name}
	for i, d := range ds {
		item, err := Describe(r, d, to.Page, office, false)
		if errors.Is(err, errSettled) || errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return Letter{}, err
		}
		if i == 0 || l.Key == "" {
			l.Key, l.At, l.Daily = d.ID, d.Due, !d.Slot.IsZero()
		}
		l.Urgent = l.Urgent || d.Kind == record.OccasionUrgent
		l.Items = append(l.Items, item)
	}
	if len(ds) > 0 && !ds[0].Slot.IsZero() {
		l.Key = "daily-" + ds[0].Recipient + "-" + ds[0].Slot.UTC().Format("200601021504")
		sortItems(l.Items)
	}
	l.Subject = subject(l)
	return l, nil
}

// sortItems puts the day's items into the order in which an office deals with them: urgent ones, messages, missed calls, what was
// not known, requests with their deadlines, the box.
func sortItems(items []Item) {
	order := record.OccasionKinds()
	slices.SortStableFunc(items, func(a, b Item) int {
		if k := slices.Index(order, a.Kind) - slices.Index(order, b.Kind); k != 0 {
			return k
		}
		return a.At.Compare(b.At)
	})
}

// subject names nobody: it is shown on locked telephones, and mail servers log it.
func subject(l Letter) string {
	text := ""
	switch {
	case len(l.Items) == 0:
	case len(l.Items) == 1 && !l.Daily:
		text = titles[l.Items[0].Kind]
	default:
		var parts []string
		for _, k := range record.OccasionKinds() {
			n := 0
			for _, i := range l.Items {
				if i.Kind == k {
					n++
				}
			}
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, plurals[k][min(n, 2)-1]))
			}
		}
		text = "Today: " + strings.Join(parts, ", ")
	}
	if l.Office != "" {
		text = l.Office + ": " + text
	}
	return text
}

var titles = map[record.OccasionKind]string{
	record.OccasionUrgent: "urgent message", record.OccasionMessage: "new message", record.OccasionMissed: "missed call",
	record.OccasionQuestion: "a question without an answer", record.OccasionRequest: "a request about a caller's data",
	record.OccasionHealth: "the state of Frontdesk", record.OccasionUpdate: "a new version",
	record.OccasionCall: "a call is over", record.OccasionTest: "test",
}

var plurals = map[record.OccasionKind][2]string{
	record.OccasionUrgent: {"urgent message", "urgent messages"}, record.OccasionMessage: {"message", "messages"},
	record.OccasionMissed: {"missed call", "missed calls"}, record.OccasionQuestion: {"open question", "open questions"},
	record.OccasionRequest: {"request about data", "requests about data"}, record.OccasionHealth: {"note on the box", "notes on the box"},
	record.OccasionUpdate: {"new version", "new versions"}, record.OccasionCall: {"call", "calls"}, record.OccasionTest: {"test", "tests"},
}

// Describe tells what a delivery says: with words when it was to have them. With settled it does so too when the occasion needs nobody
// any more, as somebody wants to see who looks at what was sent. store.ErrNotFound: what it is about is not kept any more.
func Describe(r Records, d record.Delivery, page string, office Office, settled bool) (Item, error) {
	i := Item{ID: d.Ref, Kind: d.Kind, At: d.At, Call: d.Call, Text: d.Text}
	page = strings.TrimRight(page, "/")
	path, words := "/system", (*Words)(nil)
	switch d.Kind {
	case record.OccasionMessage, record.OccasionUrgent:
		m, err := r.Message(d.Ref)
		if err != nil {
			return i, err
		}
		if m.Done && !settled {
			return i, errSettled
		}
		i.Text, path = "A caller has left a message.", "/"
		if d.Kind == record.OccasionUrgent {
			i.Text = "A caller has left an urgent message."
		}
		words = &Words{
			Name: m.Name, Number: m.Number, Extension: m.Extension, Second: m.Second, For: m.For, Said: m.Reason, BestTime: m.BestTime,
		}
	case record.OccasionMissed:
		c, err := r.Call(d.Ref)
		if err != nil {
			return i, err
		}
		i.Text, words = "A caller hung up without having left a message.", &Words{Name: c.DisplayName, Number: c.From}
	case record.OccasionQuestion:
		q, err := r.Question(d.Ref)
		if err != nil {
			return i, err
		}
		i.Text, path, words = "A caller asked something that Frontdesk could not answer.", "/", &Words{Said: q.Question}
	case record.OccasionRequest:
		q, err := r.Request(d.Ref)
		if err != nil {
			return i, err
		}
		if q.State != record.RequestOpen && !settled {
			return i, errSettled
		}
		i.Text, path = requestText(q, office), "/requests" // no words: who asks is not checked yet
	case record.OccasionCall:
		c, err := r.Call(d.Ref)
		if err != nil {
			return i, err
		}
		i.Text, i.Detail = "A call is over.", detailOf(c, d.Words)
	case record.OccasionHealth, record.OccasionUpdate, record.OccasionTest:
	}
	if d.Call != "" && path == "/" || d.Kind == record.OccasionMissed || d.Kind == record.OccasionCall {
		path = "/calls/" + d.Call
	}
	if page != "" {
		i.Link = page + path
	}
	if d.Words {
		i.Words = words
	}
	return i, nil
}

// requestText tells of a request and its deadline; it names nobody.
func requestText(r record.Request, office Office) string {
	zone := office.Zone
	if zone == nil {
		zone = time.Local
	}
	return "A caller asks about their data (" + string(r.Kind) + "). It is due on " + r.Due.In(zone).Format("2 January") +
		": see Requests on the page."
}

// Line is an item as one line of text.
func (i Item) Line() string {
	if i.Detail != nil {
		return i.Detail.line()
	}
	w := i.Words
	if w == nil {
		return i.Text
	}
	if i.Kind == record.OccasionQuestion {
		return "A caller asked what Frontdesk could not answer: " + string(w.Said)
	}
	who := string(w.Name)
	if who == "" {
		who = "a caller"
	}
	text := "Message from " + who
	if i.Kind == record.OccasionMissed {
		text = "Missed call from " + who
	}
	if w.Number != "" {
		text += ", " + numbering.Shown(w.Number)
	}
	if w.Extension != "" {
		text += ", extension " + w.Extension
	}
	if w.Second != "" {
		text += ", or " + numbering.Shown(w.Second)
	}
	if w.For != "" {
		text += ", for " + w.For
	}
	if i.Kind == record.OccasionUrgent {
		text += ", urgent"
	}
	if w.BestTime != "" {
		text += ", best time to call: " + string(w.BestTime)
	}
	if w.Said != "" {
		text += ": " + string(w.Said)
	}
	return text
}

// Text is a letter as plain text, a paragraph for each item.
func (l Letter) Text() string {
	var parts []string
	for _, i := range l.Items {
		text := i.Line()
		if i.Link != "" {
			text += "\n" + i.Link
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}
