package service

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/progress"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// ImportRecords keep contacts that are taken over; *store.Store is the real one.
type ImportRecords interface {
	ImportContacts(ctx context.Context, b record.ImportBatch, contacts [][]record.Field, told func(done int)) (record.ImportBatch, error)
	UndoImport(id string) error
	Imports() ([]record.ImportBatch, error)
}

var _ ImportRecords = (*store.Store)(nil)

// Import is a file of contacts that was read already.
type Import struct {
	File     string           `json:"file"`
	By       string           `json:"by,omitempty"`
	Bad      int              `json:"bad"` // rows that were not taken
	Contacts [][]record.Field `json:"contacts"`
}

// ReadContacts reads a table, vCards or JSON. Numbers are meant as in the region of the business; mapping says what is taken from which column of a
// table, over what is found out. Nothing is kept.
func (d *Service) ReadContacts(ctx context.Context, file io.Reader, mapping map[string]record.FieldKind) (imports.Contacts, error) {
	o := imports.Options{Mapping: mapping}
	if p, err := d.Profile(ctx); err == nil {
		o.Region = p.Business.Region
	}
	if !d.importing.TryLock() {
		return imports.Contacts{}, errImporting()
	}
	defer d.importing.Unlock()
	c, err := imports.Read(ctx, file, o)
	if errors.Is(err, imports.ErrNoForm) || errors.Is(err, imports.ErrNoColumn) || errors.Is(err, imports.ErrTooLarge) {
		err = &InvalidError{What: "import", Problems: []knowledge.Problem{{Path: "file", Text: err.Error()}}}
	}
	return c, err
}

// errImporting says that somebody else is at it: one import at a time has the memory and the processor that calls leave.
func errImporting() error {
	return &InvalidError{What: "import", Problems: []knowledge.Problem{{Path: "file", Text: "another list of contacts is being read or taken over: try again when that is done"}}}
}

// ImportOf is an import of what was read.
func ImportOf(file, by string, c imports.Contacts) Import {
	i := Import{File: file, By: by, Bad: len(c.Bad)}
	for _, row := range c.Rows {
		i.Contacts = append(i.Contacts, row.Fields)
	}
	return i
}

// mostContacts bounds one import.
const mostContacts = 200_000

// ImportContacts takes contacts over; Who waits in ctx is told how far it is. Nothing is half done: what fails or is interrupted is taken back.
func (d *Service) ImportContacts(ctx context.Context, i Import) (record.ImportBatch, error) {
	recs, ok := d.records.(ImportRecords)
	if !ok {
		return record.ImportBatch{}, ErrNoRights
	}
	if len(i.Contacts) == 0 || len(i.Contacts) > mostContacts {
		return record.ImportBatch{}, &InvalidError{What: "import", Problems: []knowledge.Problem{{Path: "file", Text: "it holds no contact, or more than two hundred thousand"}}}
	}
	for _, c := range i.Contacts {
		if err := (CallerEdit{Add: c}).check(); err != nil {
			return record.ImportBatch{}, err
		}
	}
	if !d.importing.TryLock() {
		return record.ImportBatch{}, errImporting()
	}
	defer d.importing.Unlock()
	b, err := recs.ImportContacts(ctx, record.ImportBatch{File: filepath.Base(i.File), By: i.By, Rows: len(i.Contacts), Bad: i.Bad}, i.Contacts, func(done int) {
		progress.Tell(ctx, progress.Step{What: "Importing", Done: int64(done), Total: int64(len(i.Contacts))})
	})
	return b, d.did(ctx, "import contacts", b.ID, err)
}

// UndoImport takes back what an import has brought.
func (d *Service) UndoImport(ctx context.Context, id string) error {
	recs, ok := d.records.(ImportRecords)
	if !ok {
		return ErrNoRights
	}
	return d.did(ctx, "take import back", id, recs.UndoImport(id))
}

// Imports returns all imports, the oldest first.
func (d *Service) Imports(context.Context) ([]record.ImportBatch, error) {
	recs, ok := d.records.(ImportRecords)
	if !ok {
		return nil, ErrNoRights
	}
	list, err := recs.Imports()
	return some(list), err
}
