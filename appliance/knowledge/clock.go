package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/language"
)

// Errors of [ParseHours]; each comes wrapped with the text it is about.
var (
	ErrNotATime = errors.New(`not a time; write "8:00-12:00, 13:00-17:00", "9am-5pm", "by appointment", "closed" or "24 hours"`)
	ErrOverlap  = errors.New("overlaps the span before it")
	ErrTooLong  = errors.New("is longer than 24 hours")
)

var (
	allDay = regexp.MustCompile(`^(open )?(24 ?(hours|h|stunden|std)|24/7|all day|around the clock|rund um die( ` +
		`uhr)?|ganztägig|durchgehend|00?:00 ?- ?24:00)$`)
	spanSplit = regexp.MustCompile(`\s*(?:,|;|&|\band\b|\bund\b)\s*`)
	spanEnds  = regexp.MustCompile(`^(?:from |von )?(.+?)\s*(?:-|\bto\b|\btill\b|\buntil\b|\bbis\b)\s*(.+)$`)
	// appointment is what stands on a door for hours that have to be agreed on.
	appointment = regexp.MustCompile(`\(?\b(?:(?:only|nur|open|offen|geöffnet|termine?) )*(?:` +
		`(?:by|with|on|upon) (?:prior |previous )?(?:appointment|appt\.?|arrangement|agreement|request)|appointments? only|` +
		`(?:nach|auf|mit|per|gegen) (?:(?:vorherige[rm]?|telefonische[rm]?|persönliche[rm]?|individuelle[rm]?|tel\.) )?` +
		`(?:termin|vor)?(?:vereinbarung|absprache|anfrage|bestellung|anmeldung|termin)|n\. ?v\.)` +
		`(?: only)?\)?$`)
	// joining is what stands between spans and it; the second half says that they are not all of the opening.
	joining   = regexp.MustCompile(`(?:[,;&:]|\b(?:and|und|or|oder|sowie|also|auch)|\b(then|otherwise|sonst|danach|ansonsten))$`)
	clockTime = regexp.MustCompile(`^(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?$`)
)

// ParseHours reads one day's hours as people write them on a door: "8:00-12:00, 13:00-17:00", "8-12 and 1pm-5pm", "9 to 5", "24 hours",
// "by appointment", "8-12 and by appointment", "closed" or "". Where am or pm is left out, the reading is the one an office means: "8-5"
// ends in the afternoon, "8-12, 1-5" goes on there, "18:00-2:00" runs past midnight. The spans are in order and do not overlap; none
// means closed.
func ParseHours(s string) (Opening, error) {
	text := strings.ToLower(strings.Join(strings.Fields(s), " "))
	text = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "–", "-", "—", "-", "o'clock", "", " uhr", "").Replace(text)
	before, appointment, beside := cutAppointment(text)
	spans, err := parseSpans(before)
	if err != nil {
		return Opening{}, err
	}
	if appointment && !beside {
		spans = nil
	}
	return Opening{Spans: spans, ByAppointment: appointment}, nil
}

// cutAppointment takes "by appointment" off the end of a day's hours. beside says that the hours before hold without one: "8-12 and by
// appointment" is a door that stands open until noon, "8-12 by appointment" one that never does.
func cutAppointment(text string) (before string, found, beside bool) {
	m := appointment.FindStringIndex(text)
	if m == nil {
		return text, false, false
	}
	words := text[m[0]:]
	before = strings.TrimSpace(text[:m[0]])
	rest := false
	for j := joining.FindStringSubmatchIndex(before); j != nil; j = joining.FindStringSubmatchIndex(before) {
		beside, rest = true, rest || j[2] >= 0
		before = strings.TrimSpace(before[:j[0]])
	}
	only := strings.Contains(words, "only") || strings.Contains(words, "nur")
	return before, true, beside && (rest || !only)
}

// parseSpans reads "8:00-12:00, 13:00-17:00".
func parseSpans(text string) ([]Span, error) {
	switch {
	case text == "", text == "closed", text == "geschlossen", text == "zu", text == "ruhetag":
		return nil, nil
	case allDay.MatchString(text):
		return []Span{{From: 0, To: language.DayMinutes}}, nil
	}
	var spans []Span
	for _, part := range spanSplit.Split(text, -1) {
		prev := 0
		if len(spans) > 0 {
			prev = spans[len(spans)-1].To
		}
		sp, err := parseSpan(part, prev)
		if err != nil {
			return nil, fmt.Errorf("read hours %q: %w", part, err)
		}
		spans = append(spans, sp)
	}
	if n := len(spans); n > 1 && spans[n-1].To-language.DayMinutes > spans[0].From {
		return nil, fmt.Errorf("read hours %q: %w", text, ErrTooLong)
	}
	return spans, nil
}

// parseSpan reads "8-12"; prev is where the span before it ended.
func parseSpan(part string, prev int) (Span, error) {
	ends := spanEnds.FindStringSubmatch(part)
	if ends == nil {
		return Span{}, ErrNotATime
	}
	from, fromKind, err := parseClock(ends[1])
	if err != nil {
		return Span{}, err
	}
	to, toKind, err := parseClock(ends[2])
	if err != nil {
		return Span{}, err
	}
	const half = language.DayMinutes / 2
	if fromKind == eitherHalf && from < 7*60 && from+half >= prev {
		switch {
		case toKind == halfSaid && from+half < to:
			from += half // "1-5pm"
		case from < prev:
			from += half // "8-12, 1-5"
		}
	}
	if toKind == eitherHalf && fromKind != by24 && to <= from && to <= half && to+half > from {
		to += half // "8-5", "9am-5"
	}
	if to <= from {
		to += language.DayMinutes
	}
	switch {
	case from < prev:
		return Span{}, ErrOverlap
	case to-from > language.DayMinutes:
		return Span{}, ErrTooLong
	}
	return Span{From: from, To: to}, nil
}

// clockKind says how sure a written time is about the half of the day.
type clockKind int

const (
	eitherHalf clockKind = iota // "5" may be the morning or the afternoon
	halfSaid                    // am, pm, noon, midnight
	by24                        // 17:00, 08:00
)

// parseClock reads one time.
func parseClock(s string) (minutes int, kind clockKind, err error) {
	switch s = strings.TrimSpace(s); s {
	case "noon", "midday", "12 noon", "mittag":
		return language.DayMinutes / 2, halfSaid, nil
	case "midnight", "12 midnight", "mitternacht":
		return 0, halfSaid, nil
	}
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return 0, eitherHalf, fmt.Errorf("%q: %w", s, ErrNotATime)
	}
	h, _ := strconv.Atoi(m[1]) // one or two digits by the expression
	mins := 0
	if m[2] != "" {
		mins, _ = strconv.Atoi(m[2])
	}
	if mins > 59 || h > 24 || (h == 24 && mins > 0) || (m[3] != "" && (h > 12 || h == 0)) {
		return 0, eitherHalf, fmt.Errorf("%q: %w", s, ErrNotATime)
	}
	switch {
	case m[3] == "pm" && h < 12:
		h += 12
	case m[3] == "am" && h == 12:
		h = 0
	}
	switch {
	case m[3] != "":
		kind = halfSaid
	case h > 12 || strings.HasPrefix(m[1], "0"):
		kind = by24
	}
	return h*60 + mins, kind, nil
}
