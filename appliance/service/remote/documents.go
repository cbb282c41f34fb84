package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// Documents are what callers may be told in the owner's own words.
type Documents interface {
	Documents(ctx context.Context) ([]record.Document, error)
	Document(ctx context.Context, id string) (record.Document, error)
	AddDocument(ctx context.Context, f service.DocumentFile) (record.Document, error)
	ChangeDocument(ctx context.Context, id string, e service.DocumentEdit) (record.Document, error)
	RemoveDocument(ctx context.Context, id string) error
	RestoreDocument(ctx context.Context, id string) (record.Document, error)
}

// editDocument is a change of a document.
type editDocument struct {
	ID   string               `json:"id"`
	Edit service.DocumentEdit `json:"edit"`
}

const (
	actDocuments       act[none, []record.Document]       = "documents"
	actDocument        act[args, record.Document]         = "document"
	actChangeDocument  act[editDocument, record.Document] = "change-document"
	actRemoveDocument  act[args, none]                    = "remove-document"
	actRestoreDocument act[args, record.Document]         = "restore-document"

	actAddDocument longAct[service.DocumentFile, record.Document] = "add-document"
)

func documentRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), mux *http.ServeMux, s Documents) {
	actDocuments.serve(route, func(ctx context.Context, _ none) ([]record.Document, error) { return s.Documents(ctx) })
	actDocument.serve(route, func(ctx context.Context, a args) (record.Document, error) { return s.Document(ctx, a.ID) })
	actChangeDocument.serve(route, func(ctx context.Context, e editDocument) (record.Document, error) {
		return s.ChangeDocument(ctx, e.ID, e.Edit)
	})
	actRemoveDocument.serve(route, func(ctx context.Context, a args) (none, error) { return none{}, s.RemoveDocument(ctx, a.ID) })
	actRestoreDocument.serve(route, func(ctx context.Context, a args) (record.Document, error) { return s.RestoreDocument(ctx, a.ID) })
	actAddDocument.serve(mux, s.AddDocument)
}

// Documents implements Service.
func (c *Client) Documents(ctx context.Context) ([]record.Document, error) {
	return actDocuments.ask(ctx, c, none{})
}

// Document implements Service.
func (c *Client) Document(ctx context.Context, id string) (record.Document, error) {
	return actDocument.ask(ctx, c, args{ID: id})
}

// AddDocument implements Service.
func (c *Client) AddDocument(ctx context.Context, f service.DocumentFile) (record.Document, error) {
	return actAddDocument.ask(ctx, c, f)
}

// ChangeDocument implements Service.
func (c *Client) ChangeDocument(ctx context.Context, id string, e service.DocumentEdit) (record.Document, error) {
	return actChangeDocument.ask(ctx, c, editDocument{id, e})
}

// RemoveDocument implements Service.
func (c *Client) RemoveDocument(ctx context.Context, id string) error {
	_, err := actRemoveDocument.ask(ctx, c, args{ID: id})
	return err
}

// RestoreDocument implements Service.
func (c *Client) RestoreDocument(ctx context.Context, id string) (record.Document, error) {
	return actRestoreDocument.ask(ctx, c, args{ID: id})
}
