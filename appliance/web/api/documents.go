package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tagDocuments is a group of operations in the description.
const tagDocuments = "Documents"

// maxDocument bounds a document that is sent, in bytes: one more than the service takes, so that it says what is wrong.
const maxDocument = 21 << 20

// documentRoutes are what callers may be told in the owner's own words.
func (a *interfaces) documentRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/documents", "list-documents", tagDocuments,
		"Documents that callers are told of, with their passages; those with removed can be had back", service.ListDocuments),
		func(ctx context.Context, _ *empty) (*body[[]record.Document], error) {
			ds, err := service.ListDocuments.Get(ctx, a.service)
			return answer(a, ds, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/documents/{id}", "get-document", tagDocuments,
		"One document", service.ReadDocument), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[record.Document], error) {
			d, err := service.ReadDocument.Do(ctx, a.service, in.ID)
			return answer(a, d, err)
		})
	a.sendDocument()
	type edit struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Name string   `json:"name,omitempty" maxLength:"60" doc:"How it is called aloud; as it is when missing."`
			Off  []string `json:"off,omitempty" maxItems:"2000" doc:"Passages of which callers are not told any more, by their id."`
			On   []string `json:"on,omitempty" maxItems:"2000" doc:"Passages of which they are told again."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPatch, "/documents/{id}", "change-document", tagDocuments,
		"Give a document another name, or switch passages off and on", service.ChangeDocument), http.StatusNotFound,
		http.StatusUnprocessableEntity),
		func(ctx context.Context, in *edit) (*body[record.Document], error) {
			d, err := service.ChangeDocument.Do(ctx, a.service,
				service.DocumentChange{ID: in.ID, Edit: service.DocumentEdit{Name: in.Body.Name, Off: in.Body.Off, On: in.Body.On}})
			return answer(a, d, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/documents/{id}", "remove-document", tagDocuments,
		"Have callers not told of a document any more; it can be had back for a day", service.RemoveDocument), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			return a.done(service.RemoveDocument.Act(ctx, a.service, in.ID))
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/documents/{id}/restore", "restore-document", tagDocuments,
		"Take the removal of a document back", service.RestoreDocument), http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *byID) (*body[record.Document], error) {
			d, err := service.RestoreDocument.Do(ctx, a.service, in.ID)
			return answer(a, d, err)
		})
}

// sendDocument takes a file, as it is, for a new document or in place of one.
func (a *interfaces) sendDocument() {
	const binary = "application/octet-stream"
	type sent struct {
		File    string `query:"file" required:"true" minLength:"1" maxLength:"200" doc:"The name of the file, such as rules.pdf."`
		Name    string `query:"name" maxLength:"60" doc:"How it is called aloud: house rules; after the file when missing."`
		Replace string `query:"replace" maxLength:"100" doc:"The document whose new version it is; passages that are off stay off."`
		RawBody []byte `contentType:"application/octet-stream"`
	}
	op := may(operation(http.MethodPost, "/documents", "add-document", tagDocuments,
		"Take a text, Markdown, PDF or Word file (.docx) of up to 20 MB: callers are told of it from the next call on", service.AddDocument),
		http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	op.DefaultStatus = http.StatusCreated
	op.MaxBodyBytes, op.BodyReadTimeout = maxDocument, 5*time.Minute
	huma.Register(a.api, op, func(ctx context.Context, in *sent) (*body[record.Document], error) {
		d, err := service.AddDocument.Do(ctx, a.service,
			service.DocumentFile{File: in.File, Name: in.Name, Replace: in.Replace, Content: in.RawBody})
		return answer(a, d, err)
	})
	a.api.OpenAPI().Paths[op.Path].Post.RequestBody.Content[binary].Schema = &huma.Schema{Type: huma.TypeString, Format: "binary"}
}
