package remote_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// hereReader reads documents without a child.
type hereReader struct{}

func (hereReader) Read(_ context.Context, name, language string, file []byte) (documents.Content, error) {
	return documents.Read(name, language, file)
}

func TestDocumentsThroughTheSocket(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := serve(t, remote.Socket(t.TempDir()), servicetest.New(t, service.Options{Records: s, Documents: hereReader{}}))
	steps := 0
	ctx := progress.With(servicetest.Operator(t), func(progress.Step) { steps++ })
	d, err := service.AddDocument.Do(ctx, c, service.DocumentFile{File: "rules.txt", Content: []byte("Dogs are welcome.")})
	if err != nil || d.Name != "rules" || d.By != "tester" || steps == 0 {
		t.Fatalf("%+v, %v after %d steps", d, err, steps)
	}
	if d, err = service.ChangeDocument.Do(ctx, c,
		service.DocumentChange{ID: d.ID, Edit: service.DocumentEdit{Off: []string{d.Passages[0].ID}}}); err != nil || !d.Passages[0].Off {
		t.Errorf("%+v, %v", d, err)
	}
	if err := service.RemoveDocument.Act(ctx, c, d.ID); err != nil {
		t.Error(err)
	}
	if list, err := service.ListDocuments.Get(ctx, c); err != nil || len(list) != 1 || list[0].Removed.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
	if d, err := service.RestoreDocument.Do(ctx, c, d.ID); err != nil || !d.Removed.IsZero() {
		t.Errorf("%+v, %v", d, err)
	}
	if got, err := service.ReadDocument.Do(ctx, c, d.ID); err != nil || got.ID != d.ID {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := service.ReadDocument.Do(ctx, c, "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	var invalid *service.InvalidError
	if _, err := service.AddDocument.Do(ctx, c, service.DocumentFile{File: "a.pdf", Content: []byte("%PDF-1.4")}); !errors.As(err, &invalid) ||
		invalid.What != "document" {
		t.Errorf("a bad file: %v", err)
	}
}
