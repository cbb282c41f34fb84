package store

import (
	"errors"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

// What an older program has published by itself goes, what somebody has asked for stays.
func TestWithdrawUnasked(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "records.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if took, err := s.WithdrawUnasked(); took || err != nil {
		t.Errorf("nothing: %v, %v", took, err)
	}
	old := Edition{Version: 1, Business: knowledge.Business{Name: "Sample"}}
	err = s.update("as an older program", func(tx *txn) error {
		if _, err := tx.next(bProfiles); err != nil {
			return err
		}
		return errors.Join(put(tx, bProfiles, versionKey(1), house, old),
			put(tx, bDrafts, keyDraft, house, Draft{Revision: 4, Base: 1, Business: knowledge.Business{Name: "Mine"}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if took, err := s.WithdrawUnasked(); !took || err != nil {
		t.Errorf("a sample: %v, %v", took, err)
	}
	if _, _, err := s.Profile(); !errors.Is(err, ErrNotFound) {
		t.Errorf("still published: %v", err)
	}
	if d, err := s.Draft(); err != nil || d.Base != 0 || d.Revision != 4 || d.Business.Name != "Mine" {
		t.Errorf("the draft: %+v, %v", d, err)
	}
	if v, err := s.PublishProfile(knowledge.Business{Name: "Asked"}); v != 2 || err != nil {
		t.Errorf("published: %d, %v", v, err)
	}
	if took, err := s.WithdrawUnasked(); took || err != nil {
		t.Errorf("what was asked for: %v, %v", took, err)
	}
}
