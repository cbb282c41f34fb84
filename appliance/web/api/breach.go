package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// breachRoutes are breaches of data, and what is given to an authority.
func (a *interfaces) breachRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/breaches", "list-breaches", tagRights,
		"Breaches of data that were reported, the newest first", service.ListBreaches),
		func(ctx context.Context, _ *empty) (*body[[]record.Breach], error) {
			bs, err := service.ListBreaches.Get(ctx, a.service)
			return answer(a, bs, err)
		})
	type report struct {
		Body struct {
			What    string    `json:"what" minLength:"1" maxLength:"5000" doc:"What happened."`
			Whose   string    `json:"whose,omitempty" maxLength:"300" doc:"Whose data; missing: everybody's."`
			People  int       `json:"people,omitempty" minimum:"0" doc:"How many; missing: as many as have a card."`
			Since   time.Time `json:"since,omitzero" doc:"When it began; missing: when it was noticed."`
			Noticed time.Time `json:"noticed,omitzero" doc:"When the clock of 72 hours starts; missing: now."`
			Done    string    `json:"done,omitempty" maxLength:"5000" doc:"What was done already."`
		}
	}
	made := operation(http.MethodPost, "/breaches", "report-breach", tagRights,
		"Report a breach of data, with what the box knows of that time", service.ReportBreach)
	made.DefaultStatus = http.StatusCreated
	huma.Register(a.api, made, func(ctx context.Context, in *report) (*body[record.Breach], error) {
		b, err := service.ReportBreach.Do(ctx, a.service, service.BreachReport(in.Body))
		return answer(a, b, err)
	})
	type step struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Text     string `json:"text" minLength:"1" maxLength:"5000"`
			Notified bool   `json:"notified,omitempty" doc:"The authority was told."`
			Closed   bool   `json:"closed,omitempty" doc:"Nothing is left to be done; without a notice the text says why none is needed."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/breaches/{id}/notes", "note-breach", tagRights,
		"Note what was done about a breach", service.NoteBreach), http.StatusNotFound),
		func(ctx context.Context, in *step) (*body[record.Breach], error) {
			b, err := service.NoteBreach.Do(ctx, a.service,
				service.BreachStep{ID: in.ID, Text: in.Body.Text, Notified: in.Body.Notified, Closed: in.Body.Closed})
			return answer(a, b, err)
		})
	draft := may(operation(http.MethodPost, "/breaches/{id}/draft", "draft-breach", tagRights,
		"A draft of the notice to the authority", service.DraftBreach), http.StatusNotFound)
	draft.Responses = fileAnswer("The draft", "text/plain")
	huma.Register(a.api, draft, func(ctx context.Context, in *byID) (*huma.StreamResponse, error) {
		c, err := service.DraftBreach.Do(ctx, a.service, in.ID)
		return a.file(c, "breach.txt", err)
	})
	type order struct {
		Body struct {
			Callers   []string `json:"callers" minItems:"1" maxItems:"100" doc:"IDs."`
			Authority string   `json:"authority" minLength:"1" maxLength:"200"`
			Reference string   `json:"reference" minLength:"1" maxLength:"100" doc:"The authority's number."`
			Ground    string   `json:"ground" minLength:"1" maxLength:"300" doc:"Order or law."`
			Key       string   `json:"key" minLength:"1" maxLength:"200" doc:"The authority's public key of age."`
		}
	}
	seal := may(operation(http.MethodPost, "/authority-export", "seal-for-authority", tagRights,
		"All that is kept of some callers, sealed for an authority or a court; the audit chain keeps its hash", service.SealForAuthority),
		http.StatusNotFound)
	seal.Responses = fileAnswer("The sealed file", "application/octet-stream")
	huma.Register(a.api, seal, func(ctx context.Context, in *order) (*huma.StreamResponse, error) {
		c, err := service.SealForAuthority.Do(ctx, a.service, service.AuthorityWish(in.Body))
		return a.file(c, "sealed.zip.age", err)
	})
}
