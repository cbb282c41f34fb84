package service

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// DocumentReader finds out what is in a file; *documents.Reader is the real one.
type DocumentReader interface {
	Read(ctx context.Context, name, language string, file []byte) (documents.Content, error)
}

var (
	_ DocumentReader = (*documents.Reader)(nil)
)

// Bounds of all documents together: each passage is looked at for every question.
const (
	MaxDocuments  = 50
	mostPassages  = 5000
	mostNamed     = 60             // characters of a name
	RestoreWithin = 24 * time.Hour // how long a document that was removed can be had back
)

// DocumentFile is a file that becomes a document.
type DocumentFile struct {
	File    string `json:"file"`              // its name
	Name    string `json:"name,omitempty"`    // how the document is called aloud; "" = after the file
	Replace string `json:"replace,omitempty"` // the document whose new version it is; "" = none
	Content []byte `json:"content"`
}

// DocumentEdit changes a document.
type DocumentEdit struct {
	Name string   `json:"name,omitempty"` // "" = as it is
	Off  []string `json:"off,omitempty"`  // passages of which callers are not told any more
	On   []string `json:"on,omitempty"`   // passages of which they are again
}

func badDocument(where, format string, args ...any) error {
	return &InvalidError{What: "document", Problems: []knowledge.Problem{{Path: where, Text: fmt.Sprintf(format, args...)}}}
}

// ListDocuments returns all documents by their names. Those that were removed and can be had back are among them.
var ListDocuments = define(Op[None, []record.Document]{
	Name: "list-documents", Role: Staff, Audit: NoLine("it is what every caller may be told"),
	Run: get((*Service).listDocuments),
})

func (s *Service) listDocuments(context.Context) ([]record.Document, error) {
	ds, err := s.o.Records.Documents()
	return some(slices.DeleteFunc(ds, s.beyondUndo)), err
}

// beyondUndo says whether a document was removed too long ago to be had back.
func (s *Service) beyondUndo(x record.Document) bool {
	return !x.Removed.IsZero() && s.o.Now().Sub(x.Removed) > RestoreWithin
}

// ReadDocument returns one document; store.ErrNotFound when there is none.
var ReadDocument = define(Op[string, record.Document]{
	Name: "read-document", Role: Staff, Audit: NoLine("it is what every caller may be told"),
	Run: (*Service).readDocument,
})

func (s *Service) readDocument(_ context.Context, id string) (record.Document, error) {
	x, err := s.o.Records.Document(id)
	if err == nil && s.beyondUndo(x) {
		return record.Document{}, store.ErrNotFound
	}
	return x, err
}

// AddDocument reads a file and tells callers of it from the next call on, in place of the document f.Replace if there is one. Who
// waits in ctx is told how far it is. The error is an *InvalidError that says in plain words what is wrong with the file;
// everything is then as it was.
var AddDocument = define(Op[DocumentFile, record.Document]{
	Name: "add-document", Role: Owner, Needs: needReader, Long: true, Audit: Changes("add document"),
	About: func(_ DocumentFile, d record.Document) string { return d.ID },
	Doing: func(in DocumentFile) string {
		if in.Replace == "" {
			return "add document"
		}
		return "replace document"
	},
	Run: (*Service).addDocument,
})

func (s *Service) addDocument(ctx context.Context, f DocumentFile) (record.Document, error) {
	file := path.Base(strings.ReplaceAll(f.File, `\`, "/"))
	if utf8.RuneCountInString(file) > 200 || !utf8.ValidString(file) {
		return record.Document{}, badDocument("file", "its name is longer than 200 characters, or cannot be read")
	}
	progress.Tell(ctx, progress.Step{What: "Reading " + file})
	c, err := s.o.Documents.Read(ctx, file, s.spoken(), f.Content)
	var refused *documents.Refused
	if errors.As(err, &refused) {
		return record.Document{}, badDocument(file, "%s", refused.Why)
	}
	if err != nil {
		return record.Document{}, err
	}
	progress.Tell(ctx, progress.Step{What: "Keeping it"})
	s.profile.Lock()
	defer s.profile.Unlock()
	x := record.Document{
		Name: tidy(f.Name), File: file, Form: string(c.Form), Size: int64(len(f.Content)), Pages: c.Pages, At: s.o.Now(), By: ActorOf(ctx).By(),
		Notes: some(c.Notes), Passages: c.Passages,
	}
	if f.Replace != "" {
		x, err = s.replaceDocument(f.Replace, x)
	} else {
		if x.Name == "" {
			x.Name = nameOfFile(file)
		}
		if err = s.fits("", x.Name, len(x.Passages), true); err == nil {
			x, err = s.o.Records.AddDocument(x)
		}
	}
	if err == nil {
		s.retell()
	}
	return x, err
}

// replaceDocument makes x the new version of a document. Passages that were off and are there again stay off.
func (s *Service) replaceDocument(id string, x record.Document) (record.Document, error) {
	was, err := s.o.Records.Document(id)
	if err != nil {
		return record.Document{}, err
	}
	if !was.Removed.IsZero() {
		return record.Document{}, store.ErrNotFound
	}
	if x.Name == "" {
		x.Name = was.Name
	}
	if err := s.fits(id, x.Name, len(x.Passages), false); err != nil {
		return record.Document{}, err
	}
	return s.o.Records.ChangeDocument(id, func(now *record.Document) error {
		off := map[string]bool{}
		for _, p := range now.Passages {
			off[p.ID] = p.Off
		}
		for i := range x.Passages {
			x.Passages[i].Off = off[x.Passages[i].ID]
		}
		*now = x
		return nil
	})
}

// fits says whether a document of that name and size has room beside the others; id is its own, "" for a new one.
func (s *Service) fits(id, name string, passages int, more bool) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > mostNamed || !strings.ContainsFunc(name, unicode.IsLetter) ||
		strings.ContainsFunc(name, unicode.IsControl) {
		return badDocument("name", "give it a name of at most %d characters, as one says it aloud: house rules", mostNamed)
	}
	ds, err := s.o.Records.Documents()
	if err != nil {
		return err
	}
	n := 0
	for _, other := range ds {
		if other.ID == id || !other.Removed.IsZero() {
			continue
		}
		if strings.EqualFold(other.Name, name) {
			return badDocument("name", "there is a document with the name %q already: replace that one, or give this one another name", other.Name)
		}
		n++
		passages += len(other.Passages)
	}
	switch {
	case more && n >= MaxDocuments:
		return badDocument("file", "there are %d documents already: remove one that callers need not be told of", MaxDocuments)
	case passages > mostPassages:
		return badDocument("file", "all documents together would have more than %d passages: remove one, or shorten it", mostPassages)
	}
	return nil
}

// DocumentChange is a change of a document.
type DocumentChange struct {
	ID   string       `json:"id"`
	Edit DocumentEdit `json:"edit"`
}

// ChangeDocument gives a document another name, and sets of which of its passages callers are told.
var ChangeDocument = define(Op[DocumentChange, record.Document]{
	Name: "change-document", Role: Owner, Audit: Changes("change document"),
	About: func(in DocumentChange, _ record.Document) string { return in.ID },
	Run:   (*Service).changeDocument,
})

func (s *Service) changeDocument(_ context.Context, in DocumentChange) (record.Document, error) {
	return s.onDocument(in.ID, func(x *record.Document) error {
		if !x.Removed.IsZero() {
			return store.ErrNotFound
		}
		if name := tidy(in.Edit.Name); name != "" && name != x.Name {
			x.Name = name
		}
		for off, ids := range map[bool][]string{true: in.Edit.Off, false: in.Edit.On} {
			for _, p := range ids {
				if off && slices.Contains(in.Edit.On, p) {
					return badDocument("passage", "callers cannot be told of passage %q and not be told of it", p)
				}
				i := slices.IndexFunc(x.Passages, func(q record.DocumentPassage) bool { return q.ID == p })
				if i < 0 {
					return badDocument("passage", "the document has no passage %q any more: look at it again", p)
				}
				x.Passages[i].Off = off
			}
		}
		return nil
	})
}

// RemoveDocument has callers not told of a document any more. It can be had back within RestoreWithin, then it is gone.
var RemoveDocument = define(Op[string, None]{
	Name: "remove-document", Role: Owner, Audit: Changes("remove document"),
	About: of[None],
	Run:   act((*Service).removeDocument),
})

func (s *Service) removeDocument(_ context.Context, id string) error {
	_, err := s.onDocument(id, func(x *record.Document) error {
		if !x.Removed.IsZero() {
			return store.ErrNotFound
		}
		x.Removed = s.o.Now()
		return nil
	})
	return err
}

// RestoreDocument takes the removal of a document back.
var RestoreDocument = define(Op[string, record.Document]{
	Name: "restore-document", Role: Owner, Audit: Changes("restore document"),
	About: of[record.Document],
	Run:   (*Service).restoreDocument,
})

func (s *Service) restoreDocument(_ context.Context, id string) (record.Document, error) {
	return s.onDocument(id, func(x *record.Document) error {
		if x.Removed.IsZero() || s.beyondUndo(*x) {
			return store.ErrNotFound
		}
		x.Removed = time.Time{}
		return nil
	})
}

// onDocument changes a document, tells who speaks of it. The act is noted by who invoked it.
func (s *Service) onDocument(id string, change func(x *record.Document) error) (record.Document, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	x, err := s.o.Records.Document(id)
	if err == nil {
		err = change(&x)
	}
	if err == nil && x.Removed.IsZero() {
		err = s.fits(id, x.Name, len(x.Passages), true)
	}
	if err == nil {
		x, err = s.o.Records.ChangeDocument(id, func(now *record.Document) error { return change(now) })
	}
	if err == nil {
		s.retell()
	}
	return x, err
}

// spoken is the tag of the language that documents are taken to be in.
func (s *Service) spoken() string {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if err != nil {
		return ""
	}
	return w.mine.Language
}

// joined returns a profile with the passages of the documents.
func (s *Service) joined(b knowledge.Business) knowledge.Business {
	ds, err := s.o.Records.Documents()
	if err != nil {
		s.o.Logger.Error("documents cannot be read, callers are told nothing of them", "err", err)
		return b.Spoken(nil)
	}
	return b.Spoken(knowledge.Passages(ds))
}

// retell tells who speaks that documents have changed; profile must be held. Without a published profile nobody speaks.
func (s *Service) retell() {
	switch b, version, err := s.o.Records.Profile(); {
	case err == nil:
		s.o.Published(s.joined(b), version)
	case !errors.Is(err, store.ErrNotFound):
		s.o.Logger.Error("the profile cannot be read, documents hold from the next change of it on", "err", err)
	}
}

// nameOfFile makes a name that can be said of the name of a file: "House_Rules-2026.pdf" is "House Rules 2026".
func nameOfFile(file string) string {
	name := strings.TrimSuffix(file, path.Ext(file))
	name = tidy(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name))
	if r := []rune(name); len(r) > mostNamed {
		name = strings.TrimSpace(string(r[:mostNamed]))
	}
	return name
}
