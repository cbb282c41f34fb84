// Package translation says the texts of the page in a second language. The English text is the key, as with gettext: one catalogue has a
// line in English and below it the same in the other language. Templates are translated when they are parsed, so a page costs the same in
// both languages; what Go code has put together is looked up whole, or by a line that has {} where the code puts something in.
//
// A text that the catalogue does not have stays English. Nothing that a caller said or typed is ever looked up: a template marks what is
// the box's own.
//
// It is pure and starts no goroutine. A Catalogue is read only once it is made.
package translation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Catalogue has the texts of one language. A nil one says everything in English.
type Catalogue struct {
	texts    map[string]*entry // by their English, with "page.html\x00" before those of one template alone
	patterns map[string][]*entry
	and      string // between the last two of a list
	missed   func(string)
}

// Templates is the scope of texts that only templates have. A text of the code is found there too when nothing is put into it: with the
// places of a template's sentence it might take another text for that sentence.
const Templates = "*.html"

// entry is a text in both languages.
type entry struct {
	english  string
	literals []string // of the English, around its places
	number   []bool   // which places take a number alone
	foreign  []piece
	tags     []string
}

// piece is a part of a text in the other language: letters as they are, or the place of what the code puts in.
type piece struct {
	text  string
	tag   string // "b" or "/b"; "" = no tag
	place int    // from 1; 0 = no place
	said  bool   // what is put in is said in the language, too
	known bool   // and the catalogue must have it
}

var (
	places = regexp.MustCompile(`\{(\d?)([~!#]?)\}`)
	marks  = regexp.MustCompile(`\{\d?[~!#]?\}|</?(?:` + strings.Join(inline, "|") + `)>`)
	number = regexp.MustCompile(`^[\d.:+ –-]+$`)
	comma  = regexp.MustCompile(`^\d+\.\d+$`)
)

// Read makes a catalogue of a text. A line that begins at the margin is English, the line with a tab before it is the same in the other
// language; [page.html] begins texts of that template alone and [*.html] those of all templates, [] ends them; # begins a comment.
//
// Both lines mark with {} where something is put in. In the English line {#} takes a number alone. In the other line {2} is the second
// thing of the English one, and {~} and {2~} say what is put in in the language, too, as far as it is known; with {!} the whole text is
// known only when that is. Tags inside a sentence stand without attributes.
func Read(text string) (*Catalogue, error) {
	c := &Catalogue{texts: map[string]*entry{}, patterns: map[string][]*entry{}, and: " and "}
	scope, english := "", ""
	for i, line := range strings.Split(text, "\n") {
		foreign, second := strings.CutPrefix(line, "\t")
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			scope = strings.Trim(line, "[]")
		case !second && english == "":
			english = line
		case second && english != "":
			if err := c.add(scope, english, foreign); err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
			english = ""
		default:
			return nil, fmt.Errorf("line %d: English and the other language do not take turns", i+1)
		}
	}
	if english != "" {
		return nil, fmt.Errorf("%q has no second line", english)
	}
	if e := c.texts[" and "]; e != nil {
		c.and = " " + strings.TrimSpace(e.foreign[0].text) + " "
	}
	for _, all := range c.patterns { // who says more comes first
		slices.SortStableFunc(all, func(a, b *entry) int { return len(strings.Join(b.literals, "")) - len(strings.Join(a.literals, "")) })
	}
	return c, nil
}

// add takes one text in.
func (c *Catalogue) add(scope, english, foreign string) error {
	e := &entry{english: english, literals: places.Split(english, -1), tags: tagsOf(english)}
	for _, m := range places.FindAllStringSubmatch(english, -1) {
		e.number = append(e.number, m[2] == "#")
	}
	at, seen := 0, make([]int, len(e.number))
	for _, m := range marks.FindAllStringIndex(foreign, -1) {
		e.letters(foreign[at:m[0]])
		mark := foreign[m[0]:m[1]]
		at = m[1]
		if mark[0] == '<' {
			e.foreign = append(e.foreign, piece{tag: strings.Trim(mark, "<>")})
			continue
		}
		which := places.FindStringSubmatch(mark)
		place := slices.Index(seen, 0) + 1
		if which[1] != "" {
			place = int(which[1][0] - '0')
		}
		if place < 1 || place > len(seen) {
			return fmt.Errorf("%q: %s has no match in English", foreign, mark)
		}
		seen[place-1]++
		e.foreign = append(e.foreign, piece{place: place, said: which[2] == "~" || which[2] == "!", known: which[2] == "!"})
	}
	e.letters(foreign[at:])
	if i := slices.IndexFunc(seen, func(n int) bool { return n != 1 }); i >= 0 {
		return fmt.Errorf("%q: the place %d stands there %d times", foreign, i+1, seen[i])
	}
	if got := tagsOf(foreign); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(e.tags))) {
		return fmt.Errorf("%q has the tags %v, want %v", foreign, got, e.tags)
	}
	if len(e.number) > 0 && strings.Join(e.literals, "") == "" {
		return fmt.Errorf("%q has no word of its own", english)
	}
	key := keyOf(scope, plain(english))
	if c.texts[key] != nil {
		return fmt.Errorf("%q stands there twice", english)
	}
	c.texts[key] = e
	if scope == "" && len(e.literals) > 1 {
		first := firstWord(e.literals[0])
		c.patterns[first] = append(c.patterns[first], e)
	}
	return nil
}

func (e *entry) letters(text string) {
	if text != "" {
		e.foreign = append(e.foreign, piece{text: text})
	}
}

// firstWord is the word by which a text is looked for among those with places; "" = it begins with a place, or with half a word.
func firstWord(text string) string {
	word, _, whole := strings.Cut(text, " ")
	if !whole {
		return ""
	}
	return word
}

// plain is an English text with its places as the code leaves them.
func plain(english string) string { return places.ReplaceAllString(english, "{}") }

func keyOf(scope, english string) string {
	if scope == "" {
		return english
	}
	return scope + "\x00" + english
}

// tagsOf are the tags in a text, in order.
func tagsOf(text string) (out []string) {
	for _, m := range marks.FindAllString(text, -1) {
		if m[0] == '<' {
			out = append(out, strings.Trim(m, "<>"))
		}
	}
	return out
}

// Keys are the English texts, each with the template it is for ("" = all of them and the code).
func (c *Catalogue) Keys() map[string]string {
	out := map[string]string{}
	for key, e := range c.texts {
		scope, _, scoped := strings.Cut(key, "\x00")
		if !scoped {
			scope = ""
		}
		out[plain(e.english)] = scope
	}
	return out
}

// OnMiss returns the same catalogue, which tells fn of each text that it does not have.
func (c *Catalogue) OnMiss(fn func(string)) *Catalogue {
	out := *c
	out.missed = fn
	return &out
}

// Say says a text that the code has put together; in English when the catalogue does not have it.
func (c *Catalogue) Say(text string) string {
	if c == nil || !strings.ContainsFunc(text, unicode.IsLetter) {
		return text
	}
	if out, ok := c.say(text); ok {
		return out
	}
	if c.missed != nil {
		c.missed(text)
	}
	return text
}

// say looks for a text as it is, then for its sentences, and for what it lists.
func (c *Catalogue) say(text string) (string, bool) {
	if out, ok := c.sentence(text); ok {
		return out, true
	}
	for at, end := 0, 0; end >= 0; at += end + len(". ") { // a text of the catalogue may be of several sentences
		if end = strings.Index(text[at:], ". "); end < 0 {
			break
		}
		one, ok := c.sentence(text[:at+end+1])
		if !ok {
			continue
		}
		if rest, ok := c.say(text[at+end+len(". "):]); ok {
			return one + " " + rest, true
		}
	}
	for _, between := range []string{"; ", ", "} {
		if parts := strings.Split(text, between); len(parts) > 1 {
			return c.each(parts, between)
		}
	}
	return c.last(text)
}

// each says parts that stand one after the other, when it can say them all.
func (c *Catalogue) each(parts []string, between string) (string, bool) {
	for i, p := range parts {
		out, ok := c.say(p)
		if !ok {
			return "", false
		}
		parts[i] = out
	}
	return strings.Join(parts, between), true
}

// last says the last two of a list.
func (c *Catalogue) last(text string) (string, bool) {
	body, stop := strings.CutSuffix(text, ".")
	i := strings.LastIndex(body, " and ")
	if i < 0 {
		return "", false
	}
	one, ok := c.say(body[:i])
	two, also := c.sentence(body[i+len(" and "):])
	if !ok || !also {
		return "", false
	}
	if one += c.and + two; stop {
		one += "."
	}
	return one, true
}

// sentence looks for a text as it is, with a small letter in front, and without the stop at its end.
func (c *Catalogue) sentence(text string) (string, bool) {
	if out, ok := c.known(text); ok {
		return out, true
	}
	if !strings.ContainsFunc(text, unicode.IsLetter) {
		return text, true
	}
	small := withFirst(text, unicode.ToLower)
	if small != text {
		if out, ok := c.known(small); ok {
			return withFirst(out, unicode.ToUpper), true
		}
	}
	if body, ok := strings.CutSuffix(text, "."); ok {
		if out, ok := c.sentence(body); ok {
			return out + ".", true
		}
		return "", false
	}
	if out, ok := c.known(text + "."); ok {
		return strings.TrimSuffix(out, "."), true
	}
	return "", false
}

// known looks a text up: as a whole, then among those with places.
func (c *Catalogue) known(text string) (string, bool) {
	for _, key := range []string{text, keyOf(Templates, text)} {
		if e := c.texts[key]; e != nil && len(e.number) == 0 {
			return c.fill(e, nil)
		}
	}
	for _, first := range []string{firstWord(text), ""} {
		for _, e := range c.patterns[first] {
			if args, ok := e.match(text); ok {
				if out, ok := c.fill(e, args); ok {
					return out, true
				}
			}
		}
		if first == "" {
			break
		}
	}
	return "", false
}

// match finds what was put into a text.
func (e *entry) match(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, e.literals[0])
	if !ok || !strings.HasSuffix(rest, e.literals[len(e.literals)-1]) {
		return nil, false
	}
	args := make([]string, 0, len(e.number))
	for i, literal := range e.literals[1:] {
		end := strings.Index(rest, literal)
		if i == len(e.number)-1 { // the last one goes to the end
			end = len(rest) - len(literal)
		}
		if end <= 0 || e.number[i] && !number.MatchString(rest[:end]) {
			return nil, false
		}
		args = append(args, rest[:end])
		rest = rest[end+len(literal):]
	}
	return args, rest == ""
}

// fill writes a text in the other language; ok is false when it needs something that the catalogue does not have.
func (c *Catalogue) fill(e *entry, args []string) (text string, ok bool) {
	var b strings.Builder
	for _, p := range e.foreign {
		switch {
		case p.tag != "":
			b.WriteString("<" + p.tag + ">")
		case p.place == 0:
			b.WriteString(p.text)
		case p.said:
			out, ok := c.say(args[p.place-1])
			if !ok && p.known {
				return "", false
			}
			if !ok {
				out = args[p.place-1]
			}
			b.WriteString(out)
		case e.number[p.place-1] && comma.MatchString(args[p.place-1]):
			b.WriteString(strings.Replace(args[p.place-1], ".", ",", 1))
		default:
			b.WriteString(args[p.place-1])
		}
	}
	return b.String(), true
}

// withFirst changes the first letter.
func withFirst(text string, change func(rune) rune) string {
	first, size := utf8.DecodeRuneInString(text)
	if first == utf8.RuneError {
		return text
	}
	return string(change(first)) + text[size:]
}
