// Package pages judges pages of a bbolt file before bbolt takes them for what they say.
//
// bbolt believes the sizes that stand in a page. One that is damaged makes it ask for as much memory as they add up to when the page
// is written anew: up to 4 GB a value, 24 GB were seen. The kernel then ends the program, and all calls with it; no panic can be
// caught. So each write asks [Tree.Path] first: it follows the way to a key as bbolt does, by the file itself and not by the memory
// map, and fails unless every page that bbolt may write anew is in form. What bbolt reads then takes no more memory than the pages
// have octets.
//
// It was chosen over a bound of memory, which ends the program too, and over closing the whole file: with it one bad page costs the
// records in it, and everything else goes on: calls are answered, messages are kept, the owner can sign in. Values are not judged here:
// they are sealed, and opening them does it.
//
// The form is that of bbolt's version 2, which is stable: a head of 16 octets (page number, flags, count, further pages), then an
// element of 16 octets for each entry, then keys and values without a gap.
package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
)

const (
	head    = 16 // octets before the first element of a page
	element = 16 // octets of an element, of either kind

	flagBranch = 0x01
	flagLeaf   = 0x02
	flagBucket = 0x01 // of an element: the value is a bucket

	maxDepth = 32      // no tree is as deep; one that is goes round in circles
	maxKept  = 1 << 12 // pages that are remembered in one transaction
)

// ErrForm says that a page is not in the form in which bbolt writes it.
var ErrForm = errors.New("a page is not in form")

// Tree is the file as one transaction found it. It remembers what it has judged, and ends with the transaction. One goroutine uses it.
type Tree struct {
	file  io.ReaderAt
	size  int    // octets of a page
	root  uint64 // page of the bucket that holds all others
	end   uint64 // first page that is not in use
	known map[uint64]*page
}

// New is the tree of a file with pages of so many octets, whose root bucket stands in page root, and of which used octets are in use.
func New(file io.ReaderAt, size int, root uint64, used int64) *Tree {
	return &Tree{file: file, size: size, root: root, end: uint64(used) / uint64(size), known: map[uint64]*page{}} // both are positive
}

// page is one that is in form.
type page struct {
	leaf  bool
	count int
	data  []byte // with its further pages
}

// Path fails unless every page on the way to a key of a bucket is in form, and each one beside them, which bbolt may join them with.
// A bucket that is not in the file yet is in form.
func (t *Tree) Path(bucket, key []byte) error {
	p, i, exact, err := t.descend(t.root, bucket)
	if err != nil {
		return fmt.Errorf("buckets: %w", err)
	}
	if !exact {
		return nil
	}
	v, err := p.bucket(i)
	if err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	if root := binary.LittleEndian.Uint64(v); root != 0 {
		if _, _, _, err = t.descend(root, key); err != nil {
			return fmt.Errorf("bucket %s: %w", bucket, err)
		}
		return nil
	}
	if _, err := judge(v[head:], 0, len(v)-head); err != nil { // a small bucket stands in the value
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return nil
}

// Whole fails unless all pages of all buckets are in form.
func (t *Tree) Whole() error {
	return t.all(t.root, func(p *page) error {
		for i := range p.count {
			v, err := p.bucket(i) // nothing else stands at the root
			if err != nil {
				return err
			}
			if root := binary.LittleEndian.Uint64(v); root != 0 {
				err = t.all(root, func(*page) error { return nil }, 0)
			} else {
				_, err = judge(v[head:], 0, len(v)-head)
			}
			if err != nil {
				return fmt.Errorf("bucket %q: %w", p.key(i), err)
			}
		}
		return nil
	}, 0)
}

// all does fn with each leaf below a page.
func (t *Tree) all(number uint64, fn func(*page) error, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: the tree is too deep", ErrForm)
	}
	p, err := t.page(number)
	if err != nil {
		return err
	}
	if p.leaf {
		return fn(p)
	}
	for i := range p.count {
		if err := t.all(p.child(i), fn, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// descend follows the way to a key as bbolt does, and returns the leaf and where in it the key is or would be.
func (t *Tree) descend(number uint64, key []byte) (p *page, at int, exact bool, err error) {
	for range maxDepth {
		if p, err = t.page(number); err != nil {
			return nil, 0, false, err
		}
		at = sort.Search(p.count, func(i int) bool { return bytes.Compare(p.key(i), key) >= 0 })
		exact = at < p.count && bytes.Equal(p.key(at), key)
		if p.leaf {
			return p, at, exact, nil
		}
		if !exact && at > 0 {
			at--
		}
		for i := max(at-1, 0); i <= min(at+1, p.count-1); i++ {
			if _, err := t.page(p.child(i)); err != nil {
				return nil, 0, false, err
			}
		}
		number = p.child(at)
	}
	return nil, 0, false, fmt.Errorf("%w: the tree is too deep", ErrForm)
}

// page reads a page and judges it.
func (t *Tree) page(number uint64) (*page, error) {
	if p := t.known[number]; p != nil {
		return p, nil
	}
	p, err := t.read(number)
	if err != nil {
		return nil, fmt.Errorf("page %d: %w", number, err)
	}
	if len(t.known) >= maxKept {
		clear(t.known)
	}
	t.known[number] = p
	return p, nil
}

func (t *Tree) read(number uint64) (*page, error) {
	if number < 2 || number >= t.end { // the first two say what the file is
		return nil, fmt.Errorf("%w: it lies outside of the file", ErrForm)
	}
	b, at := make([]byte, t.size), int64(number)*int64(t.size) // below end, which was a size
	if _, err := t.file.ReadAt(b, at); err != nil {
		return nil, readError(err)
	}
	further := uint64(binary.LittleEndian.Uint32(b[12:]))
	if further >= t.end-number {
		return nil, fmt.Errorf("%w: it ends outside of the file", ErrForm)
	}
	p, err := judgeHead(b, number)
	if err != nil {
		return nil, err
	}
	if further > 0 {
		// All of it is read only when the sizes in its elements say that this many pages are needed.
		table := make([]byte, head+element*p.count)
		if _, err := t.file.ReadAt(table, at); err != nil {
			return nil, readError(err)
		}
		if used := p.used(table); used <= further*uint64(t.size) {
			return nil, fmt.Errorf("%w: it is longer than what stands in it", ErrForm)
		}
		b = make([]byte, (further+1)*uint64(t.size))
		if _, err := t.file.ReadAt(b, at); err != nil {
			return nil, readError(err)
		}
	}
	return judge(b, number, len(b))
}

func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the file ends before it", ErrForm)
	}
	return err
}

// judgeHead judges the head of a page.
func judgeHead(b []byte, number uint64) (*page, error) {
	if len(b) < head {
		return nil, fmt.Errorf("%w: it has no head", ErrForm)
	}
	flags := binary.LittleEndian.Uint16(b[8:])
	p := &page{leaf: flags == flagLeaf, count: int(binary.LittleEndian.Uint16(b[10:])), data: b}
	switch {
	case binary.LittleEndian.Uint64(b) != number:
		return nil, fmt.Errorf("%w: it bears another number", ErrForm)
	case flags != flagLeaf && flags != flagBranch:
		return nil, fmt.Errorf("%w: it is of another kind", ErrForm)
	case !p.leaf && p.count == 0:
		return nil, fmt.Errorf("%w: nothing is below it", ErrForm)
	}
	return p, nil
}

// judge judges a page that was read whole, of which size octets may be used.
func judge(b []byte, number uint64, size int) (*page, error) {
	p, err := judgeHead(b, number)
	if err != nil {
		return nil, err
	}
	at := head + element*p.count
	if at > size {
		return nil, fmt.Errorf("%w: its elements do not fit", ErrForm)
	}
	for i := range p.count {
		pos, klen, vlen := p.place(b, i)
		if klen == 0 || pos != uint64(at) || klen+vlen > uint64(size-at) { // at is at most size
			return nil, fmt.Errorf("%w: an entry is not where it should be", ErrForm)
		}
		at += int(klen + vlen) // at most size
	}
	return p, nil
}

// place is where in the page the key of an element begins, and how long key and value are. table holds the elements.
func (p *page) place(table []byte, i int) (pos, klen, vlen uint64) {
	at := head + element*i
	e := table[at : at+element]
	u := func(n int) uint64 { return uint64(binary.LittleEndian.Uint32(e[n:])) }
	if p.leaf {
		return uint64(at) + u(4), u(8), u(12) // flags, place, sizes
	}
	return uint64(at) + u(0), u(4), 0 // place, size, page
}

// used is how many octets the page needs by its elements.
func (p *page) used(table []byte) uint64 {
	n := uint64(len(table))
	for i := range p.count {
		_, klen, vlen := p.place(table, i)
		n += klen + vlen
	}
	return n
}

func (p *page) key(i int) []byte {
	pos, klen, _ := p.place(p.data, i)
	return p.data[pos : pos+klen]
}

func (p *page) flags(i int) uint32 { return binary.LittleEndian.Uint32(p.data[head+element*i:]) }

func (p *page) child(i int) uint64 { return binary.LittleEndian.Uint64(p.data[head+element*i+8:]) }

// bucket is the value of a leaf's element, which is a bucket: its root page, its count, and the page itself when it is small.
func (p *page) bucket(i int) ([]byte, error) {
	pos, klen, vlen := p.place(p.data, i)
	if p.flags(i)&flagBucket == 0 || vlen < head {
		return nil, fmt.Errorf("%w: no bucket stands where one should", ErrForm)
	}
	v := p.data[pos+klen : pos+klen+vlen]
	if binary.LittleEndian.Uint64(v) == 0 && vlen < 2*head {
		return nil, fmt.Errorf("%w: a small bucket is not there", ErrForm)
	}
	return v, nil
}
