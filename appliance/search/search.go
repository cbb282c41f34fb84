// Package search finds calls by what was said in them: an index of words and telephone numbers that lives in memory only.
//
// It knows nothing of where the words come from, keeps none of the texts themselves, and writes nothing anywhere, so that the
// records on the disk may be encrypted. It starts no goroutine; an [Index] is safe for concurrent use.
package search

import (
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Doc is one thing that can be found.
type Doc struct {
	ID      string
	At      time.Time
	Texts   []string
	Numbers []string // digits alone; found by any part of them
}

// leastDigits is how many digits of a number have to be typed to find it.
const leastDigits = 3

// maxWords bounds a query; what is beyond is left out.
const maxWords = 12

// Index finds documents. The zero value is empty and ready.
type Index struct {
	mu    sync.RWMutex
	docs  []entry           // by number, in the order in which they came
	byID  map[string]uint32 // number of the document that holds
	words map[string]int    // word → its place in lists
	lists [][]uint32        // numbers of the documents that hold a word, rising
	order []string          // all words, sorted
	fresh []string          // words that are not in order yet
}

// entry is what is kept of a document; the zero value is one that was taken out.
type entry struct {
	id      string
	at      time.Time
	numbers string // all of them, blanks between
}

// Put adds a document, or takes the place of the one with the same ID.
func (x *Index) Put(d Doc) {
	words := map[string]bool{}
	for _, t := range d.Texts {
		for _, w := range split(t) {
			words[w] = true
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byID == nil {
		x.byID, x.words = map[string]uint32{}, map[string]int{}
	}
	x.drop(d.ID)
	n := uint32(len(x.docs))
	x.docs = append(x.docs, entry{id: d.ID, at: d.At, numbers: strings.Join(d.Numbers, " ")})
	x.byID[d.ID] = n
	for w := range words {
		at, ok := x.words[w]
		if !ok {
			at = len(x.lists)
			x.words[w] = at
			x.lists = append(x.lists, nil)
			x.fresh = append(x.fresh, w)
		}
		x.lists[at] = append(x.lists[at], n)
	}
	if len(x.docs) > 2*len(x.byID)+1000 {
		x.compact()
	}
}

// Drop takes a document out; that it is not there is no error.
func (x *Index) Drop(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(id)
}

func (x *Index) drop(id string) {
	if n, ok := x.byID[id]; ok {
		x.docs[n] = entry{}
		delete(x.byID, id)
	}
}

// compact gives the documents new numbers, without those that were taken out. Words that only they held stay.
func (x *Index) compact() {
	fresh := make([]uint32, len(x.docs))
	var docs []entry
	for i, d := range x.docs {
		if d.id != "" {
			fresh[i] = uint32(len(docs))
			x.byID[d.id] = fresh[i]
			docs = append(docs, d)
		}
	}
	for i, list := range x.lists {
		kept := list[:0]
		for _, n := range list {
			if x.docs[n].id != "" {
				kept = append(kept, fresh[n])
			}
		}
		x.lists[i] = kept
	}
	x.docs = docs
}

// Len is how many documents can be found.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// Query is what to look for.
type Query struct {
	Text   string    // all of its words must be there, each as the beginning of a word; three digits and more also as part of a number
	Since  time.Time // not before
	Before time.Time // earlier than this
	Skip   int       // so many of the newest are left out
	Limit  int       // at most so many
}

// Find returns the documents that fit, newest first, and how many fit in all. A text without words finds nothing.
func (x *Index) Find(q Query) (ids []string, total int) {
	words := Words(q.Text)
	if len(words) == 0 {
		return nil, 0
	}
	x.sort()
	x.mu.RLock()
	defer x.mu.RUnlock()
	var hits set
	for i, w := range words {
		s := x.having(w)
		if i == 0 {
			hits = s
			continue
		}
		hits.and(s)
	}
	found := []entry{}
	for n := range hits.all() {
		d := x.docs[n]
		if d.id == "" || (!q.Since.IsZero() && d.at.Before(q.Since)) || (!q.Before.IsZero() && !d.at.Before(q.Before)) {
			continue
		}
		found = append(found, d)
	}
	slices.SortFunc(found, func(a, b entry) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return strings.Compare(b.id, a.id)
	})
	from := min(max(q.Skip, 0), len(found))
	to := min(from+max(q.Limit, 0), len(found))
	for _, d := range found[from:to] {
		ids = append(ids, d.id)
	}
	return ids, len(found)
}

// sort puts new words in their places.
func (x *Index) sort() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.fresh) == 0 {
		return
	}
	x.order = append(x.order, x.fresh...)
	slices.Sort(x.order)
	x.fresh = nil
}

// having returns the documents with a word that begins so, or a number with these digits in it.
func (x *Index) having(prefix string) set {
	s := make(set, (len(x.docs)+63)/64)
	at, _ := slices.BinarySearch(x.order, prefix)
	for _, w := range x.order[at:] {
		if !strings.HasPrefix(w, prefix) {
			break
		}
		for _, n := range x.lists[x.words[w]] {
			s[n/64] |= 1 << (n % 64)
		}
	}
	if len(prefix) >= leastDigits && !strings.ContainsFunc(prefix, func(r rune) bool { return r < '0' || r > '9' }) {
		for n, d := range x.docs {
			if strings.Contains(d.numbers, prefix) {
				s[n/64] |= 1 << (n % 64)
			}
		}
	}
	return s
}

// set is a set of document numbers.
type set []uint64

func (s set) and(o set) {
	for i := range s {
		s[i] &= o[i]
	}
}

// all goes through the numbers, rising.
func (s set) all() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(i*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// Words returns the words that a query looks for, in small letters. What is written between two digits of a number is left out,
// so that "0172 555-0144" is one word.
func Words(text string) []string {
	text = numberForm.ReplaceAllStringFunc(text, func(m string) string { return notDigits.ReplaceAllString(m, "") })
	words := split(text)
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}

var (
	numberForm = regexp.MustCompile(`\d[\d ./()-]*\d`)
	notDigits  = regexp.MustCompile(`\D`)
)

// split takes a text into words of letters and digits, in small letters; apostrophes are left out of them.
func split(text string) []string {
	text = strings.NewReplacer("'", "", "’", "").Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
