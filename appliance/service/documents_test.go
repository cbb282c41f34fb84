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
