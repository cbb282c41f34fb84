package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// hereReader reads without a child.
type hereReader struct{}

func (hereReader) Read(_ context.Context, name, language string, file []byte) (documents.Content, error) {
	return documents.Read(name, language, file)
}

// shelf is a service that takes documents, at a time that the test moves, and what speaks was told last.
type shelf struct {
	*service.Service
	store *store.Store
	now   time.Time
	told  []knowledge.Business
}

func openShelf(t *testing.T) *shelf {
	t.Helper()
	_, s, _ := clinic(t)
	l := &shelf{store: s, now: noon}
	l.Service = servicetest.New(t, service.Options{
		Records: s, Documents: hereReader{}, Now: func() time.Time { return l.now },
		Published: func(b knowledge.Business, _ int) { l.told = append(l.told, b) },
	})
	return l
}

// last is what callers may be told of documents now.
func (l *shelf) last() []string {
	var out []string
	for _, p := range l.told[len(l.told)-1].Passages {
		out = append(out, p.Name+"|"+p.Source()[strings.Index(p.Source(), "]")+1:]+"|"+p.Heading+"|"+p.Text)
	}
	return out
}

func (l *shelf) add(t *testing.T, f service.DocumentFile) record.Document {
	t.Helper()
	x, err := service.AddDocument.Do(servicetest.Operator(t), l, f)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestDocumentsAreAddedSwitchedReplacedAndRemoved(t *testing.T) {
	l := openShelf(t)
	x := l.add(t, service.DocumentFile{
		File: `C:\Users\me\House_Rules.txt`, Content: []byte("Pets\n\nDogs are welcome.\n\nCats are not.\f\nParking is in the yard."),
	})
	if x.Name != "House Rules" || x.File != "House_Rules.txt" || x.Pages != 2 || x.On() != 3 || !x.At.Equal(noon) || x.By != "tester" {
		t.Fatalf("%+v", x)
	}
	if want := []string{
		"House Rules|.page[1]|Pets|Dogs are welcome.", "House Rules|.page[1]|Pets|Cats are not.",
		"House Rules|.page[2]|Pets|Parking is in the yard.",
	}; !slices.Equal(l.last(), want) {
		t.Errorf("told %q", l.last())
	}
	cats := x.Passages[1].ID
	if x, err := service.ChangeDocument.Do(servicetest.Operator(t), l,
		service.DocumentChange{ID: x.ID, Edit: service.DocumentEdit{Name: " house  rules ", Off: []string{cats}}}); err != nil ||
		x.Name != "house rules" || x.On() != 2 {
		t.Errorf("%+v, %v", x, err)
	}
	x = l.add(t, service.DocumentFile{File: "new.md", Replace: x.ID, Content: []byte("# Pets\n\nCats are not.\n\nBirds are welcome.")})
	if x.Name != "house rules" || x.File != "new.md" || !x.Passages[0].Off {
		t.Errorf("a new version forgot what was off: %+v", x)
	}
	if want := []string{"house rules||Pets|Birds are welcome."}; !slices.Equal(l.last(), want) {
		t.Errorf("told %q", l.last())
	}
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), l, l.told[0]); err != nil || len(l.last()) != 1 {
		t.Errorf("a new profile has lost the documents: %q, %v", l.last(), err)
	}
	if err := service.RemoveDocument.Act(servicetest.Operator(t), l, x.ID); err != nil || len(l.last()) != 0 {
		t.Errorf("removed: told %q, %v", l.last(), err)
	}
	if _, err := service.RestoreDocument.Do(servicetest.Operator(t), l, x.ID); err != nil || len(l.last()) != 1 {
		t.Errorf("restored: told %q, %v", l.last(), err)
	}
	if err := service.RemoveDocument.Act(servicetest.Operator(t), l, x.ID); err != nil {
		t.Fatal(err)
	}
	l.now = noon.Add(service.RestoreWithin + time.Second)
	if _, err := service.RestoreDocument.Do(servicetest.Operator(t), l, x.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("restored after too long: %v", err)
	}
	if ds, err := service.ListDocuments.Get(servicetest.Operator(t), l); err != nil || len(ds) != 0 {
		t.Errorf("listed after too long: %+v, %v", ds, err)
	}
	if _, err := service.SweepRecords.Get(servicetest.Operator(t), l); err != nil {
		t.Fatal(err)
	}
	if ds, err := l.store.Documents(); err != nil || len(ds) != 0 {
		t.Errorf("kept after the sweep: %+v, %v", ds, err)
	}
}

// TestBadDocumentsChangeNothing holds that whatever is wrong, what was there stays, and it is said in plain words.
func TestBadDocumentsChangeNothing(t *testing.T) {
	l := openShelf(t)
	good := []byte("Dogs are welcome.")
	x := l.add(t, service.DocumentFile{File: "rules.txt", Content: good})
	before, err := service.ListDocuments.Get(servicetest.Operator(t), l)
	if err != nil {
		t.Fatal(err)
	}
	told := len(l.told)
	for what, f := range map[string]service.DocumentFile{
		"a file that cannot be read": {File: "a.pdf", Content: []byte("%PDF-1.4 nonsense")},
		"a new version likewise":     {File: "a.txt", Replace: x.ID, Content: []byte("\x00\x01\x02")},
		"an empty one":               {File: "a.txt"},
		"the same name":              {File: "b.txt", Name: "RULES", Content: good},
		"a name without letters":     {File: "b.txt", Name: "2026", Content: good},
		"a long name":                {File: "b.txt", Name: strings.Repeat("x", 61), Content: good},
	} {
		_, err := service.AddDocument.Do(servicetest.Operator(t), l, f)
		var invalid *service.InvalidError
		if !errors.As(err, &invalid) || invalid.What != "document" || invalid.Problems[0].Text == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := service.AddDocument.Do(servicetest.Operator(t), l,
		service.DocumentFile{File: "a.txt", Replace: "none", Content: good}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("replaced what is not there: %v", err)
	}
	if _, err := service.ChangeDocument.Do(servicetest.Operator(t), l,
		service.DocumentChange{ID: x.ID, Edit: service.DocumentEdit{Off: []string{x.Passages[0].ID, "none"}}}); err == nil {
		t.Error("a passage that is not there was switched off")
	}
	after, err := service.ListDocuments.Get(servicetest.Operator(t), l)
	if err != nil || fmt.Sprint(after) != fmt.Sprint(before) || len(l.told) != told {
		t.Errorf("changed to %+v, %v; told %d times", after, err, len(l.told)-told)
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	l := openShelf(t)
	for i := range service.MaxDocuments {
		l.add(t, service.DocumentFile{File: fmt.Sprintf("rules %d.txt", i), Content: []byte("Dogs are welcome.")})
	}
	var invalid *service.InvalidError
	if _, err := service.AddDocument.Do(servicetest.Operator(t), l,
		service.DocumentFile{File: "more.txt", Content: []byte("Dogs are welcome.")}); !errors.As(err, &invalid) {
		t.Errorf("one more: %v", err)
	}
	if _, err := service.AddDocument.Do(servicetest.Operator(t), servicetest.New(t, service.Options{Records: l.store}),
		service.DocumentFile{}); !errors.Is(err, service.ErrNoDocuments) {
		t.Errorf("without a reader: %v", err)
	}
}

// scripted reads what a test has told it to.
type scripted struct {
	content documents.Content
	err     error
	read    func(ctx context.Context, name, language string)
}

func (r scripted) Read(ctx context.Context, name, language string, _ []byte) (documents.Content, error) {
	if r.read != nil {
		r.read(ctx, name, language)
	}
	return r.content, r.err
}

// passages are so many.
func passages(n int) (out []record.DocumentPassage) {
	for i := range n {
		out = append(out, record.DocumentPassage{ID: fmt.Sprint(i), Text: "Dogs are welcome."})
	}
	return out
}

// reading is the house with another reader of documents.
func (h *house) reading(r scripted) { h.d = h.with(func(o *service.Options) { o.Documents = r }) }

// A file is read in the language of the draft under its own name; who waits is told of both steps, and who may not is not read for.
func TestHowAFileIsRead(t *testing.T) {
	h := openHouse(t)
	read := 0
	h.reading(scripted{
		content: documents.Content{Form: "text", Pages: 3, Passages: passages(2), Notes: []string{"page 2 is a picture"}},
		read: func(_ context.Context, name, language string) {
			if read++; name != "House_Rules-2026.final.txt" || language != "en" {
				t.Errorf("read as %q in %q", name, language)
			}
		},
	})
	f := service.DocumentFile{File: `/srv/x\House_Rules-2026.final.txt`, Content: []byte("12345")}
	ctx, told := steps(servicetest.As(t.Context(), service.Owner))
	x, err := service.AddDocument.Do(ctx, h.d, f)
	if err != nil || x.Name != "House Rules 2026 final" || x.File != "House_Rules-2026.final.txt" || x.Size != 5 || x.Pages != 3 ||
		x.By != "Maria" || !x.At.Equal(noon) || !slices.Equal(x.Notes, []string{"page 2 is a picture"}) || len(x.Passages) != 2 {
		t.Errorf("%+v, %v", x, err)
	}
	if n := len(*told); n != 2 || (*told)[0].What != "Reading House_Rules-2026.final.txt" || (*told)[1].What != "Keeping it" {
		t.Errorf("told: %+v", *told)
	}
	if got := ok(h, service.ReadDocument, x.ID); got.ID != x.ID || len(got.Passages) != 2 {
		t.Errorf("kept: %+v", got)
	}
	for _, role := range []service.Role{service.Staff, service.Technician} {
		if _, err := as(h, role, service.AddDocument, f); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	invalid(h, service.AddDocument, service.DocumentFile{File: strings.Repeat("ü", 201), Content: []byte("x")}, "file")
	invalid(h, service.AddDocument, service.DocumentFile{File: "\xff.txt", Content: []byte("x")}, "file")
	if read != 1 {
		t.Errorf("read %d times", read)
	}
	h.noted("add document", "account Maria|"+x.ID, "account Maria||failed", "account Maria||failed", "user tester||failed",
		"user tester||failed")
}

// What the reader says of a file is told at the file; a fault of the reader, or that somebody stopped it, comes as it is.
func TestAFileThatIsNotRead(t *testing.T) {
	h := openHouse(t)
	h.reading(scripted{err: &documents.Refused{Why: "it has a password"}})
	_, err := as(h, service.Owner, service.AddDocument, service.DocumentFile{File: "a.pdf"})
	if !invalidAt(err, "a.pdf") || !strings.Contains(err.Error(), "it has a password") {
		t.Errorf("%v", err)
	}
	fault := errors.New("the child is gone")
	h.reading(scripted{err: fault})
	fails(h, service.AddDocument, service.DocumentFile{File: "a.pdf"}, fault)
	h.reading(scripted{err: context.Canceled})
	fails(h, service.AddDocument, service.DocumentFile{File: "a.pdf"}, context.Canceled)
	if ds := ok(h, service.ListDocuments, service.None{}); ds == nil || len(ds) != 0 {
		t.Errorf("kept: %+v", ds)
	}
}

// Names are made of the file's, as one says them, and none is too long; where no name can be made one has to be given.
func TestTheNameOfADocument(t *testing.T) {
	h := openHouse(t)
	h.reading(scripted{content: documents.Content{Passages: passages(1)}})
	for file, want := range map[string]string{
		"a.b_c-d.pdf": "a b c d", "Hausordnung.docx": "Hausordnung", strings.Repeat("ü", 70) + ".txt": strings.Repeat("ü", 60),
		strings.Repeat("x ", 40) + ".txt": strings.TrimSpace(strings.Repeat("x ", 30)), "noext": "noext",
	} {
		if x := ok(h, service.AddDocument, service.DocumentFile{File: file}); x.Name != want {
			t.Errorf("%s is called %q, want %q", file, x.Name, want)
		}
	}
	for _, file := range []string{"2026-03.pdf", ".pdf", "_.txt", ""} {
		invalid(h, service.AddDocument, service.DocumentFile{File: file}, "name")
		ok(h, service.RemoveDocument, ok(h, service.AddDocument, service.DocumentFile{File: file, Name: " of  my own "}).ID)
	}
	for _, name := range []string{"a\x07b", strings.Repeat("x", 61), "1234", "A B C D"} {
		invalid(h, service.AddDocument, service.DocumentFile{File: "x.txt", Name: name}, "name")
	}
	ok(h, service.AddDocument, service.DocumentFile{File: "x.txt", Name: strings.Repeat("y", 60)})
}

// All documents together have so many passages at most, since each is looked at for every question.
func TestPassagesAreBounded(t *testing.T) {
	h := openHouse(t)
	h.reading(scripted{content: documents.Content{Passages: passages(5001)}})
	invalid(h, service.AddDocument, service.DocumentFile{File: "all.txt"}, "file")
	h.reading(scripted{content: documents.Content{Passages: passages(4998)}})
	big := ok(h, service.AddDocument, service.DocumentFile{File: "big.txt"})
	h.reading(scripted{content: documents.Content{Passages: passages(2)}})
	small := ok(h, service.AddDocument, service.DocumentFile{File: "small.txt"})
	invalid(h, service.AddDocument, service.DocumentFile{File: "more.txt"}, "file")
	h.reading(scripted{content: documents.Content{Passages: passages(3)}})
	invalid(h, service.AddDocument, service.DocumentFile{File: "small.txt", Replace: small.ID}, "file")
	ok(h, service.RemoveDocument, big.ID)
	ok(h, service.AddDocument, service.DocumentFile{File: "small.txt", Replace: small.ID})
	if _, err := as(h, service.Owner, service.RestoreDocument, big.ID); !invalidAt(err, "file") {
		t.Errorf("had back beyond the bound: %v", err)
	}
	if x := ok(h, service.ReadDocument, big.ID); x.Removed.IsZero() {
		t.Error("refused, and yet it is back")
	}
	h.noted("restore document", "account Maria|"+big.ID+"|failed")
	h.noted("replace document", "user tester||failed", "user tester|"+small.ID)
}

// A document that was removed is not changed, not replaced and not removed again; it comes back only beside another one of its name.
func TestARemovedDocument(t *testing.T) {
	h := openHouse(t)
	id := h.document()
	rename := func(name string) service.DocumentChange {
		return service.DocumentChange{ID: id, Edit: service.DocumentEdit{Name: name}}
	}
	fails(h, service.RestoreDocument, id, store.ErrNotFound) // it is there
	if _, err := as(h, service.Owner, service.RemoveDocument, id); err != nil {
		t.Fatal(err)
	}
	again := service.DocumentFile{File: "rules.txt", Content: []byte("Cats are welcome.")}
	replace := again
	replace.Replace = id
	fails(h, service.RemoveDocument, id, store.ErrNotFound)
	fails(h, service.ChangeDocument, rename("the rules"), store.ErrNotFound)
	fails(h, service.AddDocument, replace, store.ErrNotFound)
	if x := ok(h, service.ReadDocument, id); !x.Removed.Equal(noon) {
		t.Errorf("removed at %s", x.Removed)
	}
	second := ok(h, service.AddDocument, again).ID
	invalid(h, service.RestoreDocument, id, "name")
	ok(h, service.ChangeDocument, service.DocumentChange{ID: second, Edit: service.DocumentEdit{Name: "cats"}})
	ok(h, service.RestoreDocument, id)
	invalid(h, service.ChangeDocument, rename("CATS"), "name")
	ok(h, service.ChangeDocument, rename("RULES")) // its own name in capitals
	ok(h, service.RemoveDocument, id)
	h.now = noon.Add(service.RestoreWithin)
	if x := ok(h, service.ReadDocument, id); x.Name != "RULES" {
		t.Errorf("at the last moment: %+v", x)
	}
	h.now = h.now.Add(time.Second)
	fails(h, service.ReadDocument, id, store.ErrNotFound)
	fails(h, service.RestoreDocument, id, store.ErrNotFound)
	for _, id := range []string{"none", ""} {
		fails(h, service.ReadDocument, id, store.ErrNotFound)
		fails(h, service.RemoveDocument, id, store.ErrNotFound)
		fails(h, service.ChangeDocument, service.DocumentChange{ID: id}, store.ErrNotFound)
	}
	for _, role := range []service.Role{service.Staff, service.Technician} {
		_, removed := as(h, role, service.RemoveDocument, second)
		_, restored := as(h, role, service.RestoreDocument, id)
		_, changed := as(h, role, service.ChangeDocument, service.DocumentChange{ID: second, Edit: service.DocumentEdit{Name: "x"}})
		for _, err := range []error{removed, restored, changed} {
			if !errors.Is(err, service.ErrRefused) {
				t.Errorf("role %b: %v", role, err)
			}
		}
	}
	if ds, err := as(h, service.Staff, service.ListDocuments, service.None{}); err != nil || len(ds) != 1 || ds[0].Name != "cats" {
		t.Errorf("%+v, %v", ds, err)
	}
}

// Passages are switched off and on; one that is to be both, or is not there, changes nothing.
func TestPassagesAreSwitched(t *testing.T) {
	h := openHouse(t)
	h.reading(scripted{content: documents.Content{Passages: passages(3)}})
	id := ok(h, service.AddDocument, service.DocumentFile{File: "rules.txt"}).ID
	on := func() (out []string) {
		for _, p := range ok(h, service.ReadDocument, id).Passages {
			if !p.Off {
				out = append(out, p.ID)
			}
		}
		return out
	}
	change := func(off, on []string) service.DocumentChange {
		return service.DocumentChange{ID: id, Edit: service.DocumentEdit{Off: off, On: on}}
	}
	for _, tt := range []struct{ off, on, want []string }{
		{[]string{"0", "2"}, nil, []string{"1"}}, {[]string{"1"}, []string{"0"}, []string{"0"}}, {nil, []string{"2", "2"}, []string{"0", "2"}},
		{nil, nil, []string{"0", "2"}},
	} {
		if ok(h, service.ChangeDocument, change(tt.off, tt.on)); !slices.Equal(on(), tt.want) {
			t.Errorf("%q off, %q on: %q, want %q", tt.off, tt.on, on(), tt.want)
		}
	}
	for range 5 { // whatever the order in which they are looked at
		invalid(h, service.ChangeDocument, change([]string{"0"}, []string{"0"}), "passage")
	}
	invalid(h, service.ChangeDocument, change([]string{"0"}, []string{"9"}), "passage")
	if want := []string{"0", "2"}; !slices.Equal(on(), want) {
		t.Errorf("refused, and yet %q are on", on())
	}
}

// Two documents of one name at once: one is kept. Before anything is published documents are kept, and nobody is told.
func TestTwoDocumentsAtOnce(t *testing.T) {
	s := openStore(t)
	told := 0
	d := servicetest.New(t, service.Options{
		Records: s, Documents: hereReader{}, Now: func() time.Time { return noon }, Published: func(knowledge.Business, int) { told++ },
	})
	const hands = 4
	errs := make(chan error, hands)
	for range hands {
		go func() {
			_, err := service.AddDocument.Do(servicetest.Operator(t), d,
				service.DocumentFile{File: "rules.txt", Content: []byte("Dogs are welcome.")})
			errs <- err
		}()
	}
	kept := 0
	for range hands {
		if err := <-errs; err == nil {
			kept++
		} else if !invalidAt(err, "name") {
			t.Error(err)
		}
	}
	if ds, err := s.Documents(); err != nil || len(ds) != 1 || kept != 1 || told != 0 {
		t.Errorf("%d kept as %+v, %v; told %d times", kept, ds, err, told)
	}
}
