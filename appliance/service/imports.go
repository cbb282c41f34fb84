package service

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/progress"
)

// Import is a file of contacts that was read already.
type Import struct {
	File     string           `json:"file"`
	Bad      int              `json:"bad"` // rows that were not taken
	Contacts [][]record.Field `json:"contacts"`
}

// ContactsFile is a file of contacts. Mapping says what is taken from which column of a table, over what is found out.
type ContactsFile struct {
	Content []byte                      `json:"content"`
	Mapping map[string]record.FieldKind `json:"mapping"`
}

// ReadContacts reads a table, vCards or JSON. Numbers are meant as in the region of the business. Nothing is kept.
var ReadContacts = define(Op[ContactsFile, imports.Contacts]{
	Name: "read-contacts", Role: Owner, Long: true, Audit: NoLine("nothing of the file is kept, and who sent it sees it"),
	Run: (*Service).readContacts,
})

func (s *Service) readContacts(ctx context.Context, f ContactsFile) (imports.Contacts, error) {
	b, err := s.business()
	if err != nil {
		return imports.Contacts{}, err
	}
	if !s.importing.TryLock() {
		return imports.Contacts{}, errImporting()
	}
	defer s.importing.Unlock()
	c, err := imports.Read(ctx, bytes.NewReader(f.Content), imports.Options{Mapping: f.Mapping, Region: b.Region})
	if errors.Is(err, imports.ErrNoForm) || errors.Is(err, imports.ErrNoColumn) || errors.Is(err, imports.ErrTooLarge) {
		err = &InvalidError{What: "import", Problems: []knowledge.Problem{{Path: "file", Text: err.Error()}}}
	}
	return c, err
}

// errImporting says that somebody else is at it: one import at a time has the memory and the processor that calls leave.
func errImporting() error {
	return &InvalidError{
		What: "import", Problems: []knowledge.Problem{
			{Path: "file", Text: "a list of contacts is being read, taken over or taken back: try again when that is done"},
		},
	}
}

// ImportOf is an import of what was read.
func ImportOf(file string, c imports.Contacts) Import {
	i := Import{File: file, Bad: len(c.Bad)}
	for _, row := range c.Rows {
		i.Contacts = append(i.Contacts, row.Fields)
	}
	return i
}

// mostContacts bounds one import.
const mostContacts = 200_000

// ImportContacts takes contacts over; Who waits in ctx is told how far it is. Nothing is half done: what fails or is interrupted is
// taken back.
var ImportContacts = define(Op[Import, record.ImportBatch]{
	Name: "import-contacts", Role: Owner, Long: true, Audit: Changes("import contacts"),
	About: func(_ Import, b record.ImportBatch) string { return b.ID },
	Run:   (*Service).importContacts,
})

func (s *Service) importContacts(ctx context.Context, i Import) (record.ImportBatch, error) {
	if len(i.Contacts) == 0 || len(i.Contacts) > mostContacts {
		return record.ImportBatch{}, &InvalidError{
			What: "import", Problems: []knowledge.Problem{{Path: "file", Text: "it holds no contact, or more than two hundred thousand"}},
		}
	}
	for _, c := range i.Contacts {
		if err := (CallerEdit{Add: c}).check(); err != nil {
			return record.ImportBatch{}, err
		}
	}
	if !s.importing.TryLock() {
		return record.ImportBatch{}, errImporting()
	}
	defer s.importing.Unlock()
	return s.o.Records.ImportContacts(ctx, record.ImportBatch{
		File: filepath.Base(i.File), By: ActorOf(ctx).By(), Rows: len(i.Contacts), Bad: i.Bad,
	}, i.Contacts, func(done int) {
		progress.Tell(ctx, progress.Step{What: "Importing", Done: int64(done), Total: int64(len(i.Contacts))})
	})
}

// UndoImport takes back what an import has brought, once it is through.
var UndoImport = define(Op[string, None]{
	Name: "undo-import", Role: Owner, Long: true, Whole: true, Audit: Changes("take import back"),
	About: of[None],
	Run:   act((*Service).undoImport),
})

func (s *Service) undoImport(_ context.Context, id string) error {
	if !s.importing.TryLock() {
		return errImporting()
	}
	defer s.importing.Unlock()
	return s.o.Records.UndoImport(id)
}

// ListImports returns all imports, the oldest first.
var ListImports = define(Op[None, []record.ImportBatch]{
	Name: "list-imports", Role: Owner, Audit: NoLine("names of files, and how many contacts"),
	Run: get((*Service).listImports),
})

func (s *Service) listImports(context.Context) ([]record.ImportBatch, error) {
	list, err := s.o.Records.Imports()
	return some(list), err
}
