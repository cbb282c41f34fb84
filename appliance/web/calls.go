package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// callRoutes are the list of calls and the page of one.
func (p *pages) callRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /calls", staff, p.showCalls)
	p.handle(mux, "GET /calls/{id}", staff, func(v *visit) (reply, error) { return p.callPage(v, nil) })
	p.handle(mux, "POST /calls/{id}/notes", staff, p.addNote)
	mux.HandleFunc("GET /calls/{id}/recording.wav", p.sendRecording)
}

// pageSize is how many rows a list shows at a time.
const pageSize = 50

// calls is the list of calls.
type calls struct {
	Search  string
	Kind    string // one of kinds
	Day     string // "2006-01-02", or ""
	Kinds   []choice
	Texts   []record.Message // that a search found and that came in no call
	Rows    []callRow
	Older   string // address of the next page, "" when there is none
	Found   bool   // a search or a filter is on
	Problem string // with what was typed
}

// choice is one of several, for a select.
type choice struct {
	Value, Text string
	Chosen      bool
}

// callRow is one call as a sentence.
type callRow struct {
	record.Call
	Who     string
	Summary string
	Next    string // what is left to do, "" = nothing
	Urgent  bool
	Length  string
	Day     string // heading above it, "" when it is that of the row before
	Clock   string
	Running bool
	Found   string // words around what was searched for
}

func kinds(chosen string) []choice {
	list := []choice{
		{Value: "", Text: "All calls"}, {Value: "message", Text: "With a message"}, {Value: "unanswered", Text: "Hung up early"},
		{Value: "failed", Text: "Something went wrong"},
	}
	for i := range list {
		list[i].Chosen = list[i].Value == chosen
	}
	return list
}

// isKind reports whether a call is of a kind.
func isKind(c record.Call, kind string) bool {
	switch kind {
	case "message":
		return c.Messages > 0
	case "unanswered":
		return c.Outcome.Result == record.ResultAbandoned || c.Outcome.Result == record.ResultNoInput ||
			c.Outcome.Result == record.ResultCancelled
	case "failed":
		return c.Outcome.Result == record.ResultFailed || c.Outcome.Result == record.ResultCut || c.Outcome.Result == record.ResultRefused
	}
	return true
}

func (p *pages) showCalls(v *visit) (reply, error) {
	q := v.URL.Query()
	list := calls{Search: strings.TrimSpace(q.Get("q")), Kind: q.Get("kind"), Day: q.Get("day")}
	list.Kinds = kinds(list.Kind)
	list.Found = list.Search != "" || list.Kind != "" || list.Day != ""
	f := service.CallFilter{Limit: pageSize}
	if t, err := time.Parse(time.RFC3339Nano, q.Get("before")); err == nil {
		f.Before = t
	}
	if list.Day != "" {
		day, err := time.ParseInLocation(time.DateOnly, list.Day, v.now.Location())
		if err != nil {
			list.Problem = "That is no day. Choose one from the calendar, or write it as 2026-11-23."
		} else {
			f.Since = day
			if end := day.AddDate(0, 0, 1); f.Before.IsZero() || end.Before(f.Before) {
				f.Before = end
			}
		}
	}
	page, more, err := p.findCalls(v, &list, f)
	if err != nil {
		return reply{}, err
	}
	last := ""
	for _, c := range page {
		row, err := p.row(v, c.Call)
		if err != nil {
			return reply{}, err
		}
		row.Found = c.text
		if row.Day == last {
			row.Day = ""
		} else {
			last = row.Day
		}
		list.Rows = append(list.Rows, row)
	}
	if more {
		next := url.Values{"before": {page[len(page)-1].Started.Format(time.RFC3339Nano)}}
		for k, val := range map[string]string{"q": list.Search, "kind": list.Kind, "day": list.Day} {
			if val != "" {
				next.Set(k, val)
			}
		}
		list.Older = "/calls?" + next.Encode()
	}
	return reply{page: "calls.html", part: "rows", title: "Calls", nav: navCalls, data: list}, nil
}

// found is a call of the list, with the words that a search found in it.
type found struct {
	record.Call
	text string
}

// findCalls returns one page of calls, and whether there are more. Texts that a search finds go into the list.
func (p *pages) findCalls(v *visit, list *calls, f service.CallFilter) (page []found, more bool, err error) {
	add := func(c record.Call, text string) bool {
		if !isKind(c, list.Kind) {
			return true
		}
		if len(page) == pageSize {
			more = true
			return false
		}
		page = append(page, found{c, text})
		return true
	}
	if list.Search != "" {
		limit := pageSize + 1
		if list.Kind != "" {
			limit += 3 * pageSize // some of those found are of another kind
		}
		hits, err := service.SearchCalls.Do(v.Context(), p.service,
			service.CallSearch{Text: list.Search, Since: f.Since, Before: f.Before, Limit: limit})
		if err != nil {
			return nil, false, err
		}
		if list.Kind == "" || list.Kind == "message" {
			list.Texts = hits.Texts
		}
		for _, h := range hits.Calls {
			if !add(h.Call, string(h.Text)) {
				break
			}
		}
		return page, more, nil
	}
	f.Limit = pageSize + 1
	if list.Kind != "" {
		f.Limit = service.MaxList
	}
	all, err := service.ListCalls.Do(v.Context(), p.service, f)
	if err != nil {
		return nil, false, err
	}
	for _, c := range all {
		if !add(c, "") {
			break
		}
	}
	return page, more, nil
}

// row puts a call in a sentence.
func (p *pages) row(v *visit, c record.Call) (callRow, error) {
	d, err := service.ReadCall.Do(service.Listing(v.Context()), p.service, c.ID)
	if err != nil {
		return callRow{}, err
	}
	return rowOf(d, v.now), nil
}

func rowOf(d service.CallDetail, at time.Time) callRow {
	started := d.Started.In(at.Location())
	r := callRow{
		Call: d.Call, Who: callerName(d), Summary: d.Summary, Next: d.Next, Urgent: d.Urgent, Clock: inwords.Clock(started, at.Location()),
		Day:     inwords.Capital(inwords.Day(started, at)),
		Running: d.Outcome.Result == record.ResultRunning,
	}
	if d.Seconds > 0 {
		r.Length = inwords.Length(time.Duration(d.Seconds * float64(time.Second)))
	}
	return r
}

// callerName is the best name for the other end, numbers masked.
func callerName(d service.CallDetail) string {
	for _, m := range d.MessageList {
		if m.Name != "" {
			return string(m.Name)
		}
	}
	if d.Caller.Name != "" {
		return string(d.Caller.Name)
	}
	return nameOf(d.Call)
}

// call is the page of one call.
type call struct {
	callRow
	Caller      record.Caller
	Lines       []callLine
	Messages    []record.Message
	Quality     quality
	Player      *player        // nil: nothing was recorded
	NoRecording string         // why not, in a sentence; "" when recording is off
	Meanings    []edit.Meaning // what a turn may have been taken for instead; none: nobody may say so
	Taught      string         // what was just taught, in words
	Misfit      string         // what is wrong with a correction that was sent
	Misfitting  int            // the turn that it was for
	Fault       string         // what is wrong with the note that was sent
	Note        string         // that note
}

// callLine is one thing that was said, with the times of a reply.
type callLine struct {
	At      string // since the call was answered, "0:13"
	Offset  string // of the recording, in seconds; "" = not in it
	Caller  bool
	Text    string
	CutOff  bool
	Keys    bool
	How     *how   // of replies to something that was heard
	Turn    int    // its index
	Mend    bool   // the caller's words can be taken for something else from now on
	Meant   string // what they were said to mean
	Heard   string // as what they were heard, when they were corrected
	Listens string // words of a correction that are listened for
	Typed   string // what a correction says that was sent and cannot be
}

// how is why a reply was given, and where its time went.
type how struct {
	Why                             string
	Waited, Heard, Decided, Voice   string
	Total                           string
	WaitedW, HeardW, DecidedW, Rest int // widths in the bar, of 100
}

// quality is the line in plain words.
type quality struct {
	Tone, Text, Detail string
}

// addNote writes a note on a call.
func (p *pages) addNote(v *visit) (reply, error) {
	id := v.PathValue("id")
	_, err := service.AddNote.Do(detached(v), p.service, service.CallNote{Call: id, Text: record.Personal(v.PostFormValue("text"))})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.callPage(v, func(c *call) { c.Fault, c.Note = problemText(invalid), v.PostFormValue("text") })
	}
	return goTo("/calls/" + id + "#notes"), err
}

// callPage is the page of one call; wrong puts in what is wrong with a form that was sent.
func (p *pages) callPage(v *visit, wrong func(*call)) (reply, error) {
	d, err := service.ReadCall.Do(v.Context(), p.service, v.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	player, start, err := p.playerOf(v, d)
	if err != nil {
		return reply{}, err
	}
	c := call{
		callRow: rowOf(d, v.now), Caller: d.Caller, Messages: d.MessageList, Quality: qualityOf(d.Quality), Lines: linesOf(d, start),
		Player: player, NoRecording: noRecording(d.Call.Recording),
	}
	c.Day = inwords.Moment(d.Started, v.now)
	if err := p.offerCorrections(v, &c); err != nil {
		return reply{}, err
	}
	code := http.StatusOK
	if wrong != nil {
		wrong(&c)
		code = http.StatusUnprocessableEntity
	}
	return reply{page: "call.html", title: c.Who, named: true, nav: navCalls, data: c, code: code}, nil
}

// noRecording says why there is no recording, or that it is not whole.
func noRecording(r record.Recording) string {
	switch r {
	case record.RecordingRefused:
		return "The caller did not want to be recorded: nothing was kept."
	case record.RecordingNotAnnounced:
		return "Not recorded: the caller did not hear the notice to its end."
	case record.RecordingFailed:
		return "The disk failed during the recording: the rest is missing."
	case record.RecordingNone, record.RecordingKept:
	}
	return ""
}

// linesOf writes the turns as a conversation. recording is when that begins; zero = there is none.
func linesOf(d service.CallDetail, recording time.Time) []callLine {
	start := d.Answered
	if start.IsZero() {
		start = d.Started
	}
	var out []callLine
	add := func(l callLine, at time.Time) {
		if !at.IsZero() {
			if !recording.IsZero() && at.After(recording) {
				l.Offset = strconv.FormatFloat(at.Sub(recording).Seconds(), 'f', 2, 64)
			}
			l.At = inwords.Length(at.Sub(start))
		}
		out = append(out, l)
	}
	for _, t := range d.TurnList {
		if t.Heard != "" {
			text, keys := strings.CutPrefix(string(t.Words()), "[keys] ")
			l := callLine{Caller: true, Text: text, Keys: keys, Turn: t.Index, Mend: !keys, Typed: text}
			if t.Mended != "" {
				l.Heard = string(t.Heard)
			}
			add(l, t.HeardAt)
		}
		if t.Said != "" {
			l := callLine{Text: t.Said, CutOff: t.CutOff}
			if t.Heard != "" && t.Total > 0 {
				l.How = howOf(t)
			}
			add(l, t.SaidAt)
		}
	}
	return out
}

func howOf(t record.Turn) *how {
	h := &how{
		Why: why(t), Waited: inwords.Took(t.Endpointing), Heard: inwords.Took(t.Recognition), Decided: inwords.Took(t.Decision),
		Voice: inwords.Took(t.Voice + t.Media), Total: inwords.Took(t.Total),
	}
	sum := t.Endpointing + t.Recognition + t.Decision + t.Voice + t.Media
	if sum > 0 {
		part := func(d time.Duration) int { return int(d * 100 / sum) }
		h.WaitedW, h.HeardW, h.DecidedW = part(t.Endpointing), part(t.Recognition), part(t.Decision)
		h.Rest = 100 - h.WaitedW - h.HeardW - h.DecidedW
	}
	return h
}

// why says who decided what to reply, and from which field of the profile.
func why(t record.Turn) string {
	by := map[string]string{
		"rule": "understood directly", "meaning": "understood by its meaning", "model": "understood by the language model",
		"key": "a key was pressed", "timer": "nothing was heard",
		"fallback": "not understood",
	}[t.DecidedBy]
	if by == "" {
		by = t.DecidedBy
	}
	if t.Source != "" {
		by += ", from " + t.Source
	}
	return by
}

// qualityOf is how the line was, with the figures for a technician.
func qualityOf(q service.Quality) quality {
	tone := map[string]string{
		service.QualityGood: toneGood, service.QualityFair: toneWarn, service.QualityPoor: toneWarn, service.QualityBad: toneBad,
	}[q.Verdict]
	if tone == "" {
		return quality{}
	}
	detail := fmt.Sprintf("%.1f %% lost, jitter %.0f ms, MOS %.1f", max(q.LossPercent, q.SentPercent), q.JitterMS, q.MOS)
	if q.RoundTripMS > 0 {
		detail += fmt.Sprintf(", round trip %.0f ms", q.RoundTripMS)
	}
	return quality{Tone: tone, Text: q.Text, Detail: detail}
}
