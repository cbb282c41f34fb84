package documents

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// Bounds of a passage: it is read aloud, and found by what it is about.
const (
	mostSentences = 3
	mostLength    = 500 // characters; a longer sentence is cut between words
	fewLetters    = 3   // with fewer it says nothing
	shortItem     = 80  // items of a list that are shorter are put together
)

// sentencer is what cut needs of a language.
type sentencer interface {
	Sentences(text string) []string
}

// cut makes passages of blocks. A passage never goes over a heading, a page or the end of a paragraph.
func cut(blocks []block, lang sentencer) []record.DocumentPassage {
	c := cutter{lang: lang, seen: map[string]int{}}
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		switch {
		case b.kind == heading:
			c.heading = oneLine(b.text, longHeading)
		case strings.HasSuffix(b.text, ":") && i+1 < len(blocks) && blocks[i+1].kind == item:
			n := items(blocks[i+1:])
			c.list(b, blocks[i+1:i+1+n])
			i += n
		case b.kind == item:
			n := items(blocks[i:])
			c.list(block{page: b.page}, blocks[i:i+n])
			i += n - 1
		default:
			c.paragraph(b.page, b.text)
		}
	}
	return c.out
}

// items counts the items of a list that blocks begin with.
func items(blocks []block) int {
	n := 0
	for n < len(blocks) && blocks[n].kind == item {
		n++
	}
	return n
}

type cutter struct {
	lang    sentencer
	heading string
	out     []record.DocumentPassage
	seen    map[string]int
}

// paragraph adds the sentences of a paragraph, in passages of about the same length.
func (c *cutter) paragraph(page int, text string) {
	var sentences []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, s := range language.Written(c.lang, line) {
			sentences = append(sentences, pieces(s)...)
		}
	}
	for len(sentences) > 0 {
		groups := (len(sentences) + mostSentences - 1) / mostSentences
		n := (len(sentences) + groups - 1) / groups
		size, take := 0, 0
		for take < n && (take == 0 || size+utf8.RuneCountInString(sentences[take]) <= mostLength) {
			size += utf8.RuneCountInString(sentences[take]) + 1
			take++
		}
		c.add(page, strings.Join(sentences[:take], " "))
		sentences = sentences[take:]
	}
}

// list adds the items of a list behind the words that lead to it: "Please bring: towels, sheets." Long items stand for themselves.
func (c *cutter) list(lead block, list []block) {
	page := lead.page
	head := strings.ReplaceAll(lead.text, "\n", " ")
	text := head
	flush := func() {
		if text != "" && text != head {
			c.add(page, text+".")
		}
		text = head
	}
	for _, it := range list {
		one := strings.ReplaceAll(it.text, "\n", " ")
		if utf8.RuneCountInString(one) > shortItem || len(language.Written(c.lang, one)) > 1 || head == "" {
			flush()
			c.paragraph(it.page, strings.TrimSpace(head+" "+one))
			continue
		}
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(one) > mostLength {
			flush()
		}
		if one = strings.TrimRight(one, ".,; "); text == head {
			page, text = it.page, strings.TrimSpace(text+" "+one)
		} else {
			text += ", " + one
		}
	}
	flush()
}

// add appends a passage, unless it says nothing or was said on the same page under the same heading.
func (c *cutter) add(page int, text string) {
	if letters(text) < fewLetters {
		return
	}
	sum := sha256.Sum256([]byte(c.heading + "\x00" + text))
	id := hex.EncodeToString(sum[:6])
	key := id + " " + strconv.Itoa(page)
	if c.seen[key]++; c.seen[key] > 1 {
		return
	}
	if c.seen[id]++; c.seen[id] > 1 {
		id += "-" + strconv.Itoa(c.seen[id])
	}
	c.out = append(c.out, record.DocumentPassage{ID: id, Page: page, Heading: c.heading, Text: text})
}

// pieces cuts a sentence that is too long to be read aloud, between words where there are any.
func pieces(s string) []string {
	var out []string
	for utf8.RuneCountInString(s) > mostLength {
		head := string([]rune(s)[:mostLength])
		if i := strings.LastIndexAny(head, ",;:"); i > len(head)/2 {
			head = head[:i+1]
		} else if i := strings.LastIndexByte(head, ' '); i > 0 {
			head = head[:i]
		}
		out = append(out, head)
		s = strings.TrimSpace(s[len(head):])
	}
	if s != "" {
		out = append(out, s)
	}
	return out
}

// oneLine makes one line of a text, of n characters at the most.
func oneLine(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	return strings.TrimSpace(string(r[:min(len(r), n)]))
}

func isLower(r rune) bool { return unicode.IsLower(r) }
