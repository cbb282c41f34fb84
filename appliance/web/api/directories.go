package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tagDirectories is the group of the office's systems that know callers.
const tagDirectories = "Directories"

// directoryBody is a directory as it is sent here. What is left out is empty.
type directoryBody struct {
	Name   string               `json:"name" minLength:"1" maxLength:"80"`
	Kind   record.DirectoryKind `json:"kind,omitempty" enum:"lookup,carddav" doc:"Asked for each number, or an address book; left out, lookup."`
	Off    bool                 `json:"off,omitempty" doc:"Keep it, and ask nothing there."`
	URL    string               `json:"url" maxLength:"500" doc:"What is asked, with {number} where that goes; an address book's own."`
	Form   record.NumberForm    `json:"form,omitempty" enum:"e164,digits,national" doc:"How the number is written there; left out, e164."`
	User   string               `json:"user,omitempty" maxLength:"500"`
	Header string               `json:"header,omitempty" maxLength:"80" doc:"Header of HTTP that the secret goes in when there is no user."`
	Secret service.Password     `json:"secret,omitempty" maxLength:"4096" doc:"Password or key. Never told again. Left out, the one there is stays."`
	CA     string               `json:"ca,omitempty" maxLength:"65536" doc:"Certificates to believe instead of the system's, PEM."`

	NameField   string                `json:"name_field,omitempty" maxLength:"200" doc:"Where the name stands in the answer, such as customer.name."`
	PersonField string                `json:"person_field,omitempty" maxLength:"200" doc:"Where it says who of the staff deals with the caller."`
	TagsField   string                `json:"tags_field,omitempty" maxLength:"200" doc:"Where the tags stand."`
	Tags        map[string]record.Tag `json:"tags,omitempty" doc:"What words of the system mean; left out, words that are called like a tag."`
	WriteBack   bool                  `json:"write_back,omitempty" doc:"Write callers into an address book that they do not stand in."`
}

// edit is the body as the service wants it.
func (b directoryBody) edit(id string) service.DirectoryEdit {
	return service.DirectoryEdit{Secret: b.Secret, Directory: record.Directory{
		ID: id, Name: b.Name, Kind: b.Kind, On: !b.Off, URL: b.URL, Form: b.Form, User: b.User, Header: b.Header, CA: b.CA,
		NameField: b.NameField, PersonField: b.PersonField, TagsField: b.TagsField, Tags: b.Tags,
		WriteBack: b.WriteBack,
	}}
}

func (a *interfaces) directoryRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/directories", "list-directories", tagDirectories,
		"The office's systems that know callers, and how they are doing", service.ListDirectories),
		func(ctx context.Context, _ *empty) (*body[[]service.DirectoryState], error) {
			ds, err := service.ListDirectories.Get(ctx, a.service)
			return answer(a, ds, err)
		})
	type added struct{ Body directoryBody }
	add := operation(http.MethodPost, "/directories", "add-directory", tagDirectories,
		"Connect a system: it is asked who calls, or read, from now on", service.SetDirectory)
	add.DefaultStatus = http.StatusCreated
	huma.Register(a.api, add, func(ctx context.Context, in *added) (*body[service.DirectoryState], error) {
		d, err := service.SetDirectory.Do(ctx, a.service, in.Body.edit(""))
		return answer(a, d, err)
	})
	type changed struct {
		ID   string `path:"id" maxLength:"100"`
		Body directoryBody
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/directories/{id}", "change-directory", tagDirectories,
		"Change all settings of one", service.SetDirectory), http.StatusNotFound),
		func(ctx context.Context, in *changed) (*body[service.DirectoryState], error) {
			d, err := service.SetDirectory.Do(ctx, a.service, in.Body.edit(in.ID))
			return answer(a, d, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/directories/{id}", "remove-directory", tagDirectories,
		"Forget one, and take off the cards what it alone has brought", service.RemoveDirectory), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.RemoveDirectory.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
	type tried struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Number record.PhoneNumber `json:"number,omitempty" maxLength:"40" doc:"Not for an address book."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/directories/{id}/try", "try-directory", tagDirectories,
		"Ask one for a number, or look at an address book, also when it is off; nothing is kept", service.TryDirectory), http.StatusNotFound,
		http.StatusServiceUnavailable),
		func(ctx context.Context, in *tried) (*body[service.DirectoryTrial], error) {
			t, err := service.TryDirectory.Do(ctx, a.service, service.DirectoryQuestion{ID: in.ID, Number: in.Body.Number})
			return answer(a, t, err)
		})
}
