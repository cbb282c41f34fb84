package store

import (
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
)

// AddDocument keeps a document and returns it with its ID.
func (s *Store) AddDocument(d record.Document) (record.Document, error) {
	d.ID = s.ids.next(s.now())
	return d, s.update("keep document", func(t *txn) error { return put(t, bDocuments, []byte(d.ID), house, d) })
}

// Documents returns all documents by their names, those that were removed and can be had back among them.
func (s *Store) Documents() ([]record.Document, error) {
	ds, err := all[record.Document](s, "list documents", bDocuments)
	slices.SortStableFunc(ds, func(a, b record.Document) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return ds, err
}

// Document returns one document; [ErrNotFound] when there is none.
func (s *Store) Document(id string) (d record.Document, err error) {
	err = s.view("read document", func(t *txn) error { d, err = get[record.Document](t, bDocuments, []byte(id)); return err })
	return d, err
}

// ChangeDocument changes a document in one transaction and returns it as it is then. With an error of change nothing is changed.
func (s *Store) ChangeDocument(id string, change func(d *record.Document) error) (d record.Document, err error) {
	err = s.update("change document", func(t *txn) error {
		if d, err = get[record.Document](t, bDocuments, []byte(id)); err != nil {
			return err
		}
		if err := change(&d); err != nil {
			return err
		}
		d.ID = id
		return put(t, bDocuments, []byte(id), house, d)
	})
	return d, err
}

// DropDocuments drops for good what was removed before a time, and returns how many they were.
func (s *Store) DropDocuments(removedBefore time.Time) (n int, err error) {
	err = s.update("drop documents", func(t *txn) error {
		var due [][]byte
		err := each(t, bDocuments, func(k []byte, d record.Document) error {
			if !d.Removed.IsZero() && d.Removed.Before(removedBefore) {
				due = append(due, slices.Clone(k))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, k := range due {
			if err := t.del(bDocuments, k); err != nil {
				return err
			}
		}
		n = len(due)
		return nil
	})
	return n, err
}
