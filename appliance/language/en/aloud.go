package en

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/numbering"
)

// The shapes in owners' texts that a voice reads badly. They are tried in the order of Aloud.
var (
	reEmail   = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	reURL     = regexp.MustCompile(`(?i)(?:https?://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})((?:/[\w-]+)*)/?`)
	reMoney   = regexp.MustCompile(`([$€£]|CHF|EUR|USD|GBP) ?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?`)
	reDate    = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})/(\d{1,2})/(\d{4})\b`)
	reTime    = regexp.MustCompile(`(?i)\b(\d{1,2})(?::(\d{2}))? ?([ap])\.? ?m\b\.?`)
	reTime24  = regexp.MustCompile(`\b(\d{1,2}):(\d{2})\b`)
	rePercent = regexp.MustCompile(`(\d) ?%`)
	reOrdinal = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)\b`)
	reLetters = regexp.MustCompile(`\b(\d+)([A-Za-z])\b`)
	reRoad    = regexp.MustCompile(`\b([A-Z]{1,2})(\d)`)
	reNumber  = regexp.MustCompile(`\d{1,3}(?:,\d{3})+|\d+`)
	reSaint   = regexp.MustCompile(`\bSt\. ([A-Z])`)
	reStreet  = regexp.MustCompile(`([A-Za-z]) St\b\.?`)
)

// expansions are written abbreviations and how they are said. The first word of each is matched at word boundaries, the dot is part of it.
var expansions = []struct {
	re   *regexp.Regexp
	said string
}{
	{regexp.MustCompile(`\bDr\.? ([A-Z])`), "Doctor $1"},
	{regexp.MustCompile(`\bMr\. `), "Mister "},
	{regexp.MustCompile(`\bMrs\. `), "Missus "},
	{regexp.MustCompile(`\bMs\. `), "Miz "},
	{regexp.MustCompile(`\bAve\b\.?`), "Avenue"},
	{regexp.MustCompile(`\bBlvd\b\.?`), "Boulevard"},
	{regexp.MustCompile(`\bRd\b\.?`), "Road"},
	{regexp.MustCompile(`\bDr\b\.?`), "Drive"}, // after the titles
	{regexp.MustCompile(`\bLn\b\.?`), "Lane"},
	{regexp.MustCompile(`\bHwy\b\.?`), "Highway"},
	{regexp.MustCompile(`\bSte\b\.?`), "Suite"},
	{regexp.MustCompile(`\bApt\b\.?`), "Apartment"},
	{regexp.MustCompile(`\be\.g\.,?`), "for example"},
	{regexp.MustCompile(`\bi\.e\.,?`), "that is"},
	{regexp.MustCompile(`\betc\.`), "and so on"},
	{regexp.MustCompile(`\b24/7\b`), "twenty-four seven"},
	{regexp.MustCompile(` ?& ?`), " and "},
	{regexp.MustCompile(` ?/ ?`), " or "},
}

// Aloud rewrites text as it is to be spoken: numbers, prices, times, phone numbers, addresses of mail and web and usual abbreviations
// become words. It adds no fact and leaves none out. region says how phone numbers are grouped.
func (l Language) Aloud(text, region string) string {
	s := strings.Join(strings.Fields(text), " ")
	s = reEmail.ReplaceAllStringFunc(s, l.Mail)
	s = reURL.ReplaceAllStringFunc(s, func(m string) string {
		if !strings.ContainsAny(m, "/") && !strings.HasPrefix(strings.ToLower(m), "www.") && !likelyDomain(m) {
			return m
		}
		return l.Web(m)
	})
	s = numbering.Written(s, region, func(n string) string { return l.Phone(n, region) })
	s = reMoney.ReplaceAllStringFunc(s, func(m string) string {
		p := reMoney.FindStringSubmatch(m)
		n, err := strconv.Atoi(strings.ReplaceAll(p[2], ",", ""))
		if err != nil || n > 1_000_000 {
			return m
		}
		cents, _ := strconv.Atoi("0" + p[3])
		return l.Money(n*100+cents, currencyOf(p[1]))
	})
	s = reDate.ReplaceAllStringFunc(s, func(m string) string { return l.sayDate(m, region) })
	s = l.sayTimes(s)
	for _, e := range expansions {
		s = e.re.ReplaceAllString(s, e.said)
	}
	s = reSaint.ReplaceAllString(s, "Saint $1")
	s = reStreet.ReplaceAllString(s, "$1 Street")
	s = rePercent.ReplaceAllString(s, "$1 percent")
	s = reOrdinal.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.Atoi(m[:len(m)-2])
		return l.Ordinal(n)
	})
	s = reLetters.ReplaceAllString(s, "$1 $2")
	s = reRoad.ReplaceAllString(s, "$1 $2")
	s = reNumber.ReplaceAllStringFunc(s, func(m string) string { return l.sayNumber(m, region) })
	return strings.Join(strings.Fields(s), " ")
}

// currencyOf returns the currency of a sign or a code.
func currencyOf(sign string) string {
	switch sign {
	case "$":
		return "USD" // other dollars are said the same
	case "€":
		return "EUR"
	case "£":
		return "GBP"
	}
	return sign
}

// sayDate reads a date in digits. Whether the day or the month stands before the slash is told by the region.
func (l Language) sayDate(m, region string) string {
	p := reDate.FindStringSubmatch(m)
	var n [7]int
	for i := range p {
		n[i], _ = strconv.Atoi(p[i])
	}
	y, month, day := n[1], n[2], n[3]
	if p[6] != "" {
		y, month, day = n[6], n[5], n[4]
		if monthFirst(region) {
			month, day = day, month
		}
	}
	t := time.Date(y, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day || int(t.Month()) != month {
		return m
	}
	return l.dayAndMonth(t, region) + " " + l.year(y)
}

func (l Language) sayTimes(s string) string {
	s = reTime.ReplaceAllStringFunc(s, func(m string) string {
		p := reTime.FindStringSubmatch(m)
		mins, ok := minutesOf(p[1], p[2], p[3])
		if !ok {
			return m
		}
		end := ""
		if strings.HasSuffix(m, ".") && !strings.HasSuffix(strings.ToLower(m), ".m.") {
			end = "."
		}
		return l.Clock(mins) + end
	})
	return reTime24.ReplaceAllStringFunc(s, func(m string) string {
		p := reTime24.FindStringSubmatch(m)
		mins, ok := minutesOf(p[1], p[2], "")
		if !ok {
			return m
		}
		return l.Clock(mins)
	})
}

// minutesOf reads a time of day as it is written; half begins with a or p when it is said.
func minutesOf(hour, minute, half string) (minutes int, ok bool) {
	h, _ := strconv.Atoi(hour) // digits by the expressions
	m, _ := strconv.Atoi("0" + minute)
	if m > 59 || h > 24 || (h == 24 && m > 0) || (half != "" && (h > 12 || h == 0)) {
		return 0, false
	}
	switch strings.ToLower(half) {
	case "p":
		h = h%12 + 12
	case "a":
		h %= 12
	}
	return h*60 + m, true
}

// likelyDomain tells "example.com" from "end.Start" where a blank is missing.
func likelyDomain(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	switch s[dot+1:] {
	case "com", "org", "net", "example", "io", "us", "co", "law", "dental", "biz", "info", "test", "uk", "de", "ca":
		return true
	}
	return false
}

// sayNumber reads a bare number: years as years, emergency numbers and long ones digit by digit, the rest as amounts.
func (l Language) sayNumber(m, region string) string {
	if strings.Contains(m, ",") {
		n, err := strconv.Atoi(strings.ReplaceAll(m, ",", ""))
		if err != nil {
			return l.Digits(m)
		}
		return l.Number(n)
	}
	n, err := strconv.Atoi(m)
	switch {
	case err != nil, len(m) > 4, m[0] == '0' && len(m) > 1:
		return l.Digits(m)
	case numbering.Emergency(m, region), m == "988" || m == "811": // the latter two are lines for help
		return l.Digits(m)
	case len(m) == 4 && n >= 1900 && n < 2100:
		return l.year(n)
	}
	return l.Number(n)
}

func (l Language) year(n int) string {
	switch {
	case n >= 2000 && n < 2010:
		return l.Number(n)
	case n%100 == 0:
		return l.Number(n/100) + " hundred"
	case n%100 < 10:
		return l.Number(n/100) + " oh " + l.Number(n%100)
	}
	return l.Number(n/100) + " " + l.Number(n%100)
}

// Mail reads an e-mail address: "info at example dot com".
func (l Language) Mail(s string) string { return l.spellAddress(s) }

// Web reads the address of a website without its scheme: "example dot com".
func (l Language) Web(s string) string {
	s = strings.TrimSuffix(s, "/")
	for _, p := range []string{"https://", "http://", "www."} {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			s = s[len(p):]
		}
	}
	return l.spellAddress(s)
}

func (l Language) spellAddress(s string) string {
	s = strings.NewReplacer(".", " dot ", "@", " at ", "-", " dash ", "_", " underscore ", "/", " slash ", "+", " plus ").Replace(s)
	s = reNumber.ReplaceAllStringFunc(s, func(m string) string { return " " + l.Digits(m) + " " })
	return strings.Join(strings.Fields(s), " ")
}
