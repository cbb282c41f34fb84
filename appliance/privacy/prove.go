package privacy

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// Proof is what was looked for in the raw files, and what was found.
type Proof struct {
	Files  int      `json:"files"`
	Bytes  int64    `json:"bytes"`
	Traces int      `json:"traces"` // texts and numbers that were looked for
	Skips  []string `json:"skipped"`
	Found  []Found  `json:"found"` // none: nothing is left
}

// Found is a trace in a file.
type Found struct {
	File   string `json:"file"`
	Offset int64  `json:"offset"`
	What   string `json:"what"` // "words", "number", "name", "ID", as what it was known
}

// Clean tells whether nothing was found.
func (p Proof) Clean() bool { return len(p.Found) == 0 }

// The ID of a caller says nothing about anybody. It stays in the list of destroyed keys, so that nothing comes back with a backup,
// and in copies of the records that nobody can read any more; in the records themselves it must not be.
const (
	whatID      = "ID"
	recordsFile = "frontdesk.db"
)

// trace is something that must not be in any file.
type trace struct {
	text []byte
	what string
}

// Bounds of traces: shorter ones are everywhere.
const (
	window     = 6 // octets
	maxTraces  = 2000
	wordsTrace = 12 // octets of a text from which on it is one
)

// traces collects what a caller has left, before it is erased.
func (p *Officer) traces(caller string) ([]trace, error) {
	c, err := p.o.Records.Caller(caller)
	if err != nil {
		return nil, err
	}
	var ts []trace
	add := func(what, text string) {
		if len(text) >= window && len(ts) < maxTraces {
			ts = append(ts, trace{[]byte(text), what})
		}
	}
	words := func(text string) {
		if len(text) >= wordsTrace {
			add("words", text)
		}
	}
	add(whatID, c.ID)
	for _, f := range c.Fields {
		switch f.Kind {
		case record.FieldNumber:
			add("number", record.PhoneNumber(f.Value).Digits())
		case record.FieldLanguage, record.FieldPerson: // "en-GB" is everybody's, and so is somebody of the staff
		default:
			if len(f.Value) >= 8 { // shorter names are parts of other words
				add(string(f.Kind), string(f.Value))
			}
		}
	}
	calls, err := p.o.Records.Calls(store.Filter{Caller: caller, Limit: allCalls})
	if err != nil {
		return nil, err
	}
	for _, call := range calls {
		add("number", call.From.Digits())
		turns, err := p.o.Records.Turns(call.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range turns {
			words(string(t.Heard))
			words(string(t.Mended))
		}
	}
	ms, err := p.o.Records.MessagesOfCaller(caller)
	if err != nil {
		return nil, err
	}
	for _, m := range ms {
		words(string(m.Reason))
		add("number", m.Number.Digits())
		add("number", m.Second.Digits())
	}
	return ts, nil
}

// Prove looks through all files of the state folder for words and numbers, and for the ID of an erased caller when there is a
// receipt of the erasure. Nothing of it is kept or logged.
func (p *Officer) Prove(ctx context.Context, receipt string, texts []string) (Proof, error) {
	var ts []trace
	if receipt != "" {
		stone, err := p.o.Records.Tombstone(receipt)
		if err != nil {
			return Proof{}, err
		}
		ts = append(ts, trace{[]byte(stone.Caller), whatID})
	}
	for _, t := range texts {
		if len(t) < window {
			return Proof{}, fmt.Errorf("%q is too short to be looked for: use %d letters or more", t, window)
		}
		ts = append(ts, trace{[]byte(t), "words"})
	}
	if len(ts) == 0 {
		return Proof{}, errors.New("say what to look for: the receipt of the erasure, or words and numbers of the person")
	}
	return p.scan(ctx, ts)
}

// scan looks through every file of the state folder.
func (p *Officer) scan(ctx context.Context, ts []trace) (Proof, error) {
	proof := Proof{Traces: len(ts), Found: []Found{}, Skips: []string{}}
	if p.o.Dir == "" {
		return proof, nil
	}
	index := map[[window]byte][]trace{}
	for _, t := range ts {
		key := [window]byte(t.text)
		index[key] = append(index[key], t)
	}
	seen := &looked{ctx: ctx, total: sizeOf(p.o.Dir)}
	err := filepath.WalkDir(p.o.Dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone in between
		}
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(p.o.Dir, path)
		if e.IsDir() {
			if passedOver(name) {
				proof.Skips = append(proof.Skips, name)
				return fs.SkipDir
			}
			return nil
		}
		if !e.Type().IsRegular() {
			return nil
		}
		n, found, err := scanFile(seen, path, name, index)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		proof.Files++
		proof.Bytes += n
		proof.Found = append(proof.Found, slices.DeleteFunc(found, func(f Found) bool { return f.What == whatID && name != recordsFile })...)
		return err
	})
	slices.Sort(proof.Skips)
	return proof, err
}

// passedOver says which folders hold nothing of callers: what everybody has, and what the box says. The vectors of the business's
// texts are looked through with all else: they are made by what callers' words go through, too.
func passedOver(dir string) bool { return dir == "models" || dir == "phrases" }

// looked is how much was looked through.
type looked struct {
	ctx         context.Context //nolint:containedctx // of one search
	done, total int64
}

// more adds to it, and says whether the search is to end.
func (l *looked) more(n int) error {
	l.done += int64(n)
	progress.Tell(l.ctx, progress.Step{What: "Looking for traces", Done: min(l.done, l.total), Total: l.total})
	return l.ctx.Err()
}

// sizeOf is about how many octets are to be looked through.
func sizeOf(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // the search itself tells of it
		}
		if e.IsDir() && passedOver(e.Name()) {
			return fs.SkipDir
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}

// chunk is how much of a file is read at a time; overlap so much of it is looked at again, for what lies across.
const (
	chunk   = 1 << 20
	overlap = 4096
)

// scanFile looks for traces in one file, lower and upper case being different.
func scanFile(seen *looked, path, name string, index map[[window]byte][]trace) (int64, []Found, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, nil, fmt.Errorf("look through %s: %w", name, err)
	}
	defer f.Close()
	first := quick(index)
	var found []Found
	buf := make([]byte, chunk+overlap)
	var at int64 // of buf in the file
	kept := 0
	for {
		n, err := io.ReadFull(f, buf[kept:])
		if err := seen.more(n); err != nil {
			return at, found, err
		}
		b := buf[:kept+n]
		end := err != nil
		last := len(b) - overlap // what begins later is looked at next time
		if end {
			last = len(b)
		}
		for i := 0; i < last && i+window <= len(b); i++ {
			if !first[binary.LittleEndian.Uint16(b[i:])] {
				continue
			}
			for _, t := range index[[window]byte(b[i:])] {
				if len(b)-i >= len(t.text) && string(b[i:i+len(t.text)]) == string(t.text) {
					found = append(found, Found{File: name, Offset: at + int64(i), What: t.what})
				}
			}
		}
		if end {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return at, found, fmt.Errorf("look through %s: %w", name, err)
			}
			return at + int64(len(b)), found, nil
		}
		kept = copy(buf, b[last:])
		at += int64(last)
	}
}

// quick says with which two octets traces begin: nearly everything else is passed over.
func quick(index map[[window]byte][]trace) *[1 << 16]bool {
	var first [1 << 16]bool
	for k := range index {
		first[binary.LittleEndian.Uint16(k[:])] = true
	}
	return &first
}

// Shown is the proof in a sentence.
func (p Proof) Shown() string {
	if p.Clean() {
		return fmt.Sprintf("Nothing is left: %d files with %d MB were looked through for %d texts and numbers.", p.Files, p.Bytes>>20, p.Traces)
	}
	var files []string
	for _, f := range p.Found {
		if !slices.Contains(files, f.File) {
			files = append(files, f.File)
		}
	}
	return fmt.Sprintf("There are %d traces left, in %s.", len(p.Found), strings.Join(files, ", "))
}
