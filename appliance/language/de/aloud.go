package de

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
)

// amount is a sum as it is written: "1.250", "1'250", "35,50", "35.50", "35,-".
const amount = `(\d{1,3}(?:[.']\d{3})+|\d+)(?:[.,](\d{2}|-|–|—))?`

// The shapes in owners' texts that a voice reads badly. They are tried in the order of Aloud.
var (
	reEmail  = regexp.MustCompile(`[\w.+-]+@[\pL\w-]+(?:\.[\pL\w-]+)+`)
	reURL    = regexp.MustCompile(`(?i)(?:https?://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})((?:/[\w-]+)*)/?`)
	reBefore = regexp.MustCompile(`(€|EUR|CHF|SFr\.|Fr\.|\$|£) ?` + amount)
	reAfter  = regexp.MustCompile(amount + ` ?(€|EUR\b|Euro\b|CHF\b|SFr\.|Franken\b|Fr\.|\$|£)`)
	reSpan   = regexp.MustCompile(`\b(\d{1,2})(?:[:.](\d{2}))? ?(?:-|–|—|bis) ?(\d{1,2})(?:[:.](\d{2}))? ?(?:Uhr|h)\b`)
	reTime   = regexp.MustCompile(`\b(\d{1,2})[:.](\d{2}) ?(?:Uhr|h)\b|\b(\d{1,2}) ?(?:Uhr|h)\b(?: (\d{2})\b)?|\b(\d{1,2}):(\d{2})\b`)
	reDate   = regexp.MustCompile(`(?i)(\bam |\bvom |\bzum |\bdem |\bden |\bab |\bseit |\bbis |` +
		`\bder )?\b(\d{1,2})\. ?(?:(januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|` +
		`dezember)\b|(\d{1,2})\.)(?: ?(\d{4})\b)?`)
	reISODate  = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)
	reOrdinal  = regexp.MustCompile(`(?i)\b(im|am|vom|zum|zur|beim|dem|den|der|die|das|jeden|jedem|jede|des|ab|bis) (\d{1,2})\. (\p{L})`)
	rePercent  = regexp.MustCompile(`(\d) ?%`)
	reDecimal  = regexp.MustCompile(`\b(\d+),(\d{1,3})\b`)
	reOne      = regexp.MustCompile(`\b1 (\p{L}[\p{L}-]*)`)
	reLetters  = regexp.MustCompile(`\b(\d+)([A-Za-z])\b`)
	reRange    = regexp.MustCompile(`(\d) ?[–—-] ?(\d)`)
	reNumber   = regexp.MustCompile(`\d{1,3}(?:[.']\d{3})+|\d+`)
	reDays     = regexp.MustCompile(`\b(Mo|Di|Mi|Do|Fr|Sa|So)\.? ?(?:-|–|—|bis) ?(Mo|Di|Mi|Do|Fr|Sa|So)\b\.?`)
	shortDays  = map[string]time.Weekday{"Mo": 1, "Di": 2, "Mi": 3, "Do": 4, "Fr": 5, "Sa": 6, "So": 0}
	monthOrder = map[string]int{
		"januar": 1, "jänner": 1, "februar": 2, "märz": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7, "august": 8, "september": 9,
		"oktober": 10, "november": 11, "dezember": 12,
	}
)

// expansions are written abbreviations and how they are said.
var expansions = []struct {
	re   *regexp.Regexp
	said string
}{
	{regexp.MustCompile(`\bDr\. `), "Doktor "},
	{regexp.MustCompile(`\bProf\. `), "Professor "},
	{regexp.MustCompile(`\bMag\. `), "Magister "},
	{regexp.MustCompile(`\bDipl\.-Ing\. `), "Diplomingenieur "},
	{regexp.MustCompile(`\bIng\. `), "Ingenieur "},
	{regexp.MustCompile(`\bHr\. `), "Herr "},
	{regexp.MustCompile(`\bHrn\. `), "Herrn "},
	{regexp.MustCompile(`\bFr\. `), "Frau "},
	{regexp.MustCompile(`(\p{Ll})str\. ?`), "${1}straße "},
	{regexp.MustCompile(`\bStr\. ?`), "Straße "},
	{regexp.MustCompile(`\bSt\. `), "Sankt "},
	{regexp.MustCompile(`\bNr\. ?`), "Nummer "},
	{regexp.MustCompile(`\bTel\.:? ?`), "Telefon "},
	{regexp.MustCompile(`\bz\. ?B\.`), "zum Beispiel"},
	{regexp.MustCompile(`\bd\. ?h\.`), "das heißt"},
	{regexp.MustCompile(`\bu\. ?a\.`), "unter anderem"},
	{regexp.MustCompile(`\bbzw\.`), "beziehungsweise"},
	{regexp.MustCompile(`\busw\.`), "und so weiter"},
	{regexp.MustCompile(`\bca\. ?`), "circa "},
	{regexp.MustCompile(`\binkl\. ?`), "inklusive "},
	{regexp.MustCompile(`\bzzgl\. ?`), "zuzüglich "},
	{regexp.MustCompile(`\bMwSt\b\.?`), "Mehrwertsteuer"},
	{regexp.MustCompile(`\b(\d+) ?Min\b\.?`), "$1 Minuten"},
	{regexp.MustCompile(`\b(\d+) ?Std\b\.?`), "$1 Stunden"},
	{regexp.MustCompile(`\b(\d+) ?km\b`), "$1 Kilometer"},
	{regexp.MustCompile(`\b24/7\b`), "rund um die Uhr"},
	{regexp.MustCompile(` ?& ?`), " und "},
	{regexp.MustCompile(` ?/ ?`), " oder "},
}

// Aloud implements [language.Speaker].
func (l Language) Aloud(text, region string) string {
	s := strings.Join(strings.Fields(text), " ")
	s = reEmail.ReplaceAllStringFunc(s, l.Mail)
	s = reURL.ReplaceAllStringFunc(s, func(m string) string {
		if !strings.Contains(m, "/") && !strings.HasPrefix(strings.ToLower(m), "www.") && !likelyDomain(m) {
			return m
		}
		return l.Web(m)
	})
	s = numbering.Written(s, region, func(n string) string { return l.Phone(n, region) })
	s = l.sayMoney(s)
	s = l.sayDates(s, region)
	s = l.sayTimes(s)
	s = reDays.ReplaceAllStringFunc(s, func(m string) string {
		p := reDays.FindStringSubmatch(m)
		return l.Weekday(shortDays[p[1]]) + " bis " + l.Weekday(shortDays[p[2]])
	})
	for _, e := range expansions {
		s = e.re.ReplaceAllString(s, e.said)
	}
	s = reOrdinal.ReplaceAllStringFunc(s, func(m string) string {
		p := reOrdinal.FindStringSubmatch(m)
		n, _ := strconv.Atoi(p[2]) // digits by the expression
		return p[1] + " " + l.ordinal(n) + ending(p[1]) + " " + p[3]
	})
	s = rePercent.ReplaceAllString(s, "$1 Prozent")
	s = reDecimal.ReplaceAllStringFunc(s, func(m string) string {
		whole, part, _ := strings.Cut(m, ",")
		n, err := strconv.Atoi(whole)
		if err != nil {
			return m
		}
		return l.Number(n) + " Komma " + l.Digits(part)
	})
	s = reOne.ReplaceAllStringFunc(s, func(m string) string { return one(m[2:]) + m[1:] })
	s = reLetters.ReplaceAllString(s, "$1 $2")
	s = reRange.ReplaceAllString(s, "$1 bis $2")
	s = reNumber.ReplaceAllStringFunc(s, func(m string) string { return l.sayNumber(m, region) })
	return strings.Join(strings.Fields(s), " ")
}

// likelyDomain tells "example.com" from "Ende.Anfang" where a blank is missing.
func likelyDomain(s string) bool {
	switch s[strings.LastIndexByte(s, '.')+1:] {
	case "com", "org", "net", "example", "io", "info", "biz", "de", "at", "ch", "li", "eu", "berlin", "wien", "test":
		return true
	}
	return false
}

// one is the word for 1 before a noun.
func one(noun string) string {
	for _, e := range []string{"e", "ung", "heit", "keit", "ion", "tät", "schaft"} {
		if strings.HasSuffix(noun, e) {
			return "eine"
		}
	}
	switch noun {
	case "Person", "Nacht", "Kraft", "Mark":
		return "eine"
	}
	return "ein"
}

// ending is what an ordinal ends in behind a word.
func ending(before string) string {
	switch strings.ToLower(strings.TrimSpace(before)) {
	case "der", "die", "das", "jede":
		return "e"
	case "":
		return "er"
	}
	return "en"
}

func (l Language) sayMoney(s string) string {
	s = reBefore.ReplaceAllStringFunc(s, func(m string) string {
		p := reBefore.FindStringSubmatch(m)
		return l.sum(m, p[2], p[3], p[1])
	})
	return reAfter.ReplaceAllStringFunc(s, func(m string) string {
		p := reAfter.FindStringSubmatch(m)
		return l.sum(m, p[1], p[2], p[3])
	})
}

// sum reads a sum of money; written is what stands there and is kept when it is too much.
func (l Language) sum(written, major, minor, sign string) string {
	n, err := strconv.Atoi(strings.NewReplacer(".", "", "'", "").Replace(major))
	if err != nil || n > 1_000_000 {
		return written
	}
	cents, _ := strconv.Atoi("0" + strings.Trim(minor, "-–—"))
	currency := sign
	switch sign {
	case "€", "Euro":
		currency = "EUR"
	case "Fr.", "SFr.", "Franken":
		currency = "CHF"
	case "$":
		currency = "USD"
	case "£":
		currency = "GBP"
	}
	return l.Money(n*100+cents, currency)
}

func (l Language) sayDates(s, region string) string {
	s = reISODate.ReplaceAllString(s, "$3.$2.$1")
	return reDate.ReplaceAllStringFunc(s, func(m string) string {
		p := reDate.FindStringSubmatch(m)
		day, _ := strconv.Atoi(p[2])
		mon := monthOrder[strings.ToLower(p[3])]
		if p[4] != "" {
			mon, _ = strconv.Atoi(p[4])
		}
		if day < 1 || day > 31 || mon < 1 || mon > 12 {
			return m
		}
		out := p[1] + l.ordinal(day) + ending(p[1]) + " " + month(time.Month(mon), region)
		if p[5] != "" {
			y, _ := strconv.Atoi(p[5])
			out += " " + l.year(y)
		}
		return out
	})
}

func (l Language) sayTimes(s string) string {
	s = reSpan.ReplaceAllStringFunc(s, func(m string) string {
		p := reSpan.FindStringSubmatch(m)
		from, ok1 := minutesOf(p[1], p[2])
		to, ok2 := minutesOf(p[3], p[4])
		if !ok1 || !ok2 {
			return m
		}
		return l.spanStart(language.Span{From: from, To: to}) + " bis " + l.Clock(to)
	})
	return reTime.ReplaceAllStringFunc(s, func(m string) string {
		p := reTime.FindStringSubmatch(m)
		mins, ok := minutesOf(p[1]+p[3]+p[5], p[2]+p[4]+p[6])
		if !ok {
			return m
		}
		return l.Clock(mins)
	})
}

// minutesOf reads a time of day as it is written.
func minutesOf(hour, minute string) (minutes int, ok bool) {
	h, _ := strconv.Atoi(hour) // digits by the expressions
	m, _ := strconv.Atoi("0" + minute)
	return h*60 + m, h < 24 && m < 60 || h == 24 && m == 0
}

// sayNumber reads a bare number: years as years, emergency numbers and long ones digit by digit, the rest as amounts.
func (l Language) sayNumber(m, region string) string {
	if strings.ContainsAny(m, ".'") {
		n, err := strconv.Atoi(strings.NewReplacer(".", "", "'", "").Replace(m))
		if err != nil {
			return l.Digits(m)
		}
		return l.Number(n)
	}
	n, err := strconv.Atoi(m)
	switch {
	case err != nil, len(m) > 4, m[0] == '0' && len(m) > 1, numbering.Emergency(m, region):
		return l.Digits(m)
	case len(m) == 4:
		return l.year(n)
	}
	return l.Number(n)
}

// year reads years of the last century by hundreds.
func (l Language) year(n int) string {
	if n < 1100 || n >= 2000 || n%1000 < 100 {
		return l.Number(n)
	}
	out := l.Number(n/100) + "hundert"
	if n%100 > 0 {
		out += l.Number(n % 100)
	}
	return out
}

// Mail implements [language.Speaker]: "info at praxis minus kern Punkt example".
func (l Language) Mail(s string) string { return l.spellAddress(s) }

// Web implements [language.Speaker].
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
	s = strings.NewReplacer(".", " Punkt ", "@", " at ", "-", " Bindestrich ", "_", " Unterstrich ", "/", " Schrägstrich ", "+",
		" plus ").Replace(s)
	s = reDigits.ReplaceAllStringFunc(s, func(m string) string { return " " + l.Digits(m) + " " })
	return strings.Join(strings.Fields(s), " ")
}

var reDigits = regexp.MustCompile(`\d+`)

// Address implements [language.Speaker]: street, number and city, as a German address is said.
func (l Language) Address(a language.Address, region string) string {
	var parts []string
	for _, p := range []string{a.Street, a.City} {
		if p = l.Aloud(p, region); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}
