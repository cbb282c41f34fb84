package edit

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
)

// RowError is what is wrong with one row of opening hours.
type RowError struct {
	Row  int // from 1
	Text string
}

// Error implements error.
func (e RowError) Error() string { return fmt.Sprintf("row %d: %s", e.Row, e.Text) }

// RowErrors is everything that is wrong with the rows.
type RowErrors []RowError

// Error implements error, one problem a line.
func (es RowErrors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// week is Monday to Sunday, as doors have it.
func week() []time.Weekday { return []time.Weekday{1, 2, 3, 4, 5, 6, 0} }

// dayRow returns the field of one day.
func dayRow(h *knowledge.Hours, d time.Weekday) *string {
	return []*string{&h.Sunday, &h.Monday, &h.Tuesday, &h.Wednesday, &h.Thursday, &h.Friday, &h.Saturday}[d]
}

// rowForm takes the days off the front of a row: words of letters and what joins them.
var rowForm = regexp.MustCompile(`^((?:[a-zäöü]+\.?(?: ?[-–—,&+/] ?| (?:to|and|through|till|bis|` +
	`und) )?(?: day)?)+?):? ?((?:(?:(?:only|nur|termine?) )*(?:by|with|on|upon|nach|auf|mit|per|gegen) |appointments? only|` +
	`n\. ?v\.|closed|noon|midnight|from|open|all day|around|geschlossen|ruhetag|von|mittag|rund um|` +
	`\d).*)$`)

// always are rows that need no days.
var always = regexp.MustCompile(`^(?:open )?(?:24 ?/ ?7|24 hours(?: a day)?|around the clock|always(?: open)?|` +
	`rund um die uhr|immer(?: offen)?)$`)

// ParseDoor reads opening hours as they stand on a door, a row for one day or several: "Mon-Thu 8-12, 13-17", "Sat 9-1", "Sun closed",
// "24/7". A semicolon ends a row like a new line does. Days that no row names are closed. The error is RowErrors, and names every row that
// cannot be read.
func ParseDoor(text string) (knowledge.Hours, error) {
	var h knowledge.Hours
	var problems RowErrors
	seen := map[time.Weekday]bool{}
	for i, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' }) {
		row := strings.Join(strings.Fields(line), " ")
		if row == "" {
			continue
		}
		days, hours, err := parseRow(row)
		if err != nil {
			problems = append(problems, RowError{Row: i + 1, Text: err.Error()})
			continue
		}
		for _, d := range days {
			if seen[d] {
				problems = append(problems, RowError{Row: i + 1, Text: d.String() + " was already in a row above"})
				break
			}
			seen[d] = true
			*dayRow(&h, d) = hours
		}
	}
	if len(problems) > 0 {
		return knowledge.Hours{}, problems
	}
	return h, nil
}

// parseRow reads one row.
func parseRow(row string) ([]time.Weekday, string, error) {
	low := strings.ToLower(row)
	if always.MatchString(low) {
		return week(), "0-24", nil
	}
	m := rowForm.FindStringSubmatchIndex(low)
	if m == nil || len(low) != len(row) {
		return nil, "", fmt.Errorf(`%q is not a row; write the days and then the hours, such as "Mon-Thu 8-12, 13-17"`, row)
	}
	hours := strings.TrimSpace(row[m[4]:m[5]])
	days, err := parseDays(low[m[2]:m[3]])
	if err != nil {
		return nil, "", err
	}
	if _, err := knowledge.ParseHours(hours); err != nil {
		return nil, "", err
	}
	if isClosed(hours) {
		hours = "closed"
	}
	return days, hours, nil
}

var (
	dayJoins = strings.NewReplacer("–", "-", "—", "-", " to ", "-", " through ", "-", " till ", "-", " bis ", "-", " and ", ",", " und ",
		",", "&", ",", "+", ",", "/", ",", ".", "", " ", "")
	dayNames = [2][7]string{
		{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"},
		{"sonntag", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag"},
	}
)

// parseDays reads "mon-thu", "sat & sun", "weekdays", "daily".
func parseDays(s string) ([]time.Weekday, error) {
	var out []time.Weekday
	for _, part := range strings.Split(strings.Trim(dayJoins.Replace(" "+s+" "), ","), ",") {
		switch part {
		case "daily", "everyday", "täglich":
			out = append(out, week()...)
			continue
		case "weekdays", "weekday", "workdays", "werktags", "wochentags":
			out = append(out, 1, 2, 3, 4, 5)
			continue
		case "weekend", "weekends", "wochenende":
			out = append(out, 6, 0)
			continue
		}
		first, last, isRange := strings.Cut(strings.Trim(part, "-"), "-")
		from, ok := oneDay(first)
		if !ok {
			return nil, fmt.Errorf("%q is not a day of the week", first)
		}
		to := from
		if isRange {
			if to, ok = oneDay(last); !ok {
				return nil, fmt.Errorf("%q is not a day of the week", last)
			}
		}
		for d := from; ; d = (d + 1) % 7 {
			out = append(out, d)
			if d == to {
				break
			}
		}
	}
	return out, nil
}

// oneDay reads a day's name or the beginning of one.
func oneDay(s string) (time.Weekday, bool) {
	if s = strings.TrimSuffix(s, "s"); len(s) < 2 {
		return 0, false
	}
	for _, names := range dayNames {
		for i, n := range names {
			if strings.HasPrefix(n, s) {
				return time.Weekday(i), true
			}
		}
	}
	return 0, false
}

// FormatDoor writes opening hours as rows, days in a row with the same hours together. ParseDoor reads them back as the same
// hours, but for closed days, which are "closed" or "".
func FormatDoor(h knowledge.Hours) string {
	var rows []string
	for _, g := range groups(h) {
		hours := *dayRow(&h, g[0])
		if isClosed(hours) {
			hours = "closed"
		}
		rows = append(rows, shortDays(g)+" "+strings.Join(strings.Fields(hours), " "))
	}
	return strings.Join(rows, "\n")
}

// Sentence says opening hours in a written sentence, for the one who typed them to check: "Monday to Thursday 8:00–12:00 and
// 13:00–17:00, Saturday 9:00–13:00; closed on Sunday." Rows that cannot be read are left as they are.
func Sentence(h knowledge.Hours) string {
	var open, closed []string
	for _, g := range groups(h) {
		hours := *dayRow(&h, g[0])
		if isClosed(hours) {
			closed = append(closed, longDays(g))
			continue
		}
		open = append(open, longDays(g)+" "+plainSpans(hours))
	}
	out := strings.Join(open, ", ")
	switch {
	case len(open) == 0:
		return "Always closed."
	case len(closed) > 0:
		out += "; closed on " + and(closed)
	}
	return out + "."
}

func isClosed(hours string) bool {
	day, err := knowledge.ParseHours(hours)
	return err == nil && len(day.Spans) == 0 && !day.ByAppointment
}

// groups puts days that follow each other and have the same hours together.
func groups(h knowledge.Hours) [][]time.Weekday {
	var out [][]time.Weekday
	for _, d := range week() {
		if n := len(out); n > 0 {
			a, b := *dayRow(&h, out[n-1][0]), *dayRow(&h, d)
			if a == b || (isClosed(a) && isClosed(b)) {
				out[n-1] = append(out[n-1], d)
				continue
			}
		}
		out = append(out, []time.Weekday{d})
	}
	return out
}

func shortDays(g []time.Weekday) string {
	first, last := g[0].String()[:3], g[len(g)-1].String()[:3]
	if len(g) == 1 {
		return first
	}
	return first + "-" + last
}

func longDays(g []time.Weekday) string {
	first, last := g[0].String(), g[len(g)-1].String()
	switch len(g) {
	case 1:
		return first
	case 2:
		return first + " and " + last
	}
	return first + " to " + last
}

// plainSpans writes hours with both ends in full, so that a wrong guess of morning or afternoon is seen.
func plainSpans(hours string) string {
	day, err := knowledge.ParseHours(hours)
	if err != nil {
		return hours
	}
	var out []string
	for _, s := range day.Spans {
		if s.To-s.From == 24*60 {
			return "around the clock"
		}
		out = append(out, plainClock(s.From)+"–"+plainClock(s.To))
	}
	switch {
	case !day.ByAppointment:
		return and(out)
	case len(out) == 0:
		return "by appointment only"
	}
	return and(out) + " (otherwise by appointment)"
}

func plainClock(minutes int) string { return fmt.Sprintf("%d:%02d", minutes/60%24, minutes%60) }

// and joins what the owner reads on a page.
func and(items []string) string {
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
	return strings.Join(items, "")
}

// long is the length of a day from which on it is asked whether it is meant so.
const long = 15 * 60

// Doubts are what is possible but seldom meant, each as a question: hours that go on over midnight, a day that is very long, and no day at
// all.
func Doubts(h knowledge.Hours) []string {
	var out []string
	open := false
	for _, g := range groups(h) {
		day, err := knowledge.ParseHours(*dayRow(&h, g[0]))
		if err != nil {
			continue
		}
		open = open || day.ByAppointment
		for _, s := range day.Spans {
			open = true
			from, to := plainClock(s.From), plainClock(s.To)
			switch length := s.To - s.From; {
			case length == 24*60:
			case s.To > 24*60:
				out = append(out, fmt.Sprintf("%s: from %s through the night until %s of the next day? If you close at %s, write %s-%s.",
					longDays(g), from, to, from, to, from))
			case length > long:
				out = append(out, fmt.Sprintf("%s: from %s to %s without a break, %d hours?", longDays(g), from, to, length/60))
			}
		}
	}
	if !open {
		out = append(out, "There is no day on which you are open: callers would hear that you are always closed. Is it meant so?")
	}
	return out
}
