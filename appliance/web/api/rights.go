package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tagRights groups what callers are owed.
const tagRights = "Callers' rights"

// erased is the receipt of an erasure.
type erased struct {
	Receipt  string   `json:"receipt"`
	Key      string   `json:"key" doc:"ID of the destroyed key: with it who comes back with an old backup is erased again."`
	Behind   []string `json:"media_behind" nullable:"false" doc:"Media of backups that do not know of it yet."`
	Calls    int      `json:"calls"`
	Turns    int      `json:"turns"`
	Messages int      `json:"messages"`
	Seconds  float64  `json:"seconds"`
	Files    int      `json:"files_searched" doc:"Raw files in which traces were looked for."`
	Left     int      `json:"traces_left" doc:"0: nothing is left."`
}

func (a *interfaces) rightsRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/requests", "list-requests", tagRights,
		"What callers have asked for, open requests first", service.ListRequests),
		func(ctx context.Context, _ *empty) (*body[[]record.Request], error) {
			rs, err := service.ListRequests.Get(ctx, a.service)
			return answer(a, rs, err)
		})
	type rightWish struct {
		ID   string `path:"id" maxLength:"100" doc:"Of the caller."`
		Body struct {
			Kind     record.RequestKind `json:"kind" enum:"access,portability,rectify,restrict,object,erase,withdraw,no_contact"`
			What     record.Personal    `json:"what,omitempty" maxLength:"2000" doc:"In the person's words."`
			Agent    record.Personal    `json:"agent,omitempty" maxLength:"200" doc:"Who asks for somebody else."`
			Proof    record.Personal    `json:"proof,omitempty" maxLength:"500" doc:"What shows that the agent may."`
			Identity record.Identity    `json:"identity,omitempty" enum:"number,code,call_back,office" doc:"How the person was known; missing: not yet."`
		}
	}
	file := may(operation(http.MethodPost, "/callers/{id}/requests", "file-request", tagRights,
		"Note what a caller asks for", service.FileRequest), http.StatusNotFound, http.StatusUnprocessableEntity)
	file.DefaultStatus = http.StatusCreated
	huma.Register(a.api, file, func(ctx context.Context, in *rightWish) (*body[record.Request], error) {
		r, err := service.FileRequest.Do(ctx, a.service,
			record.Request{
				Caller: in.ID, Kind: in.Body.Kind, What: in.Body.What, Agent: in.Body.Agent, Proof: in.Body.Proof, Identity: in.Body.Identity,
			})
		return answer(a, r, err)
	})
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/complete", "complete-request", tagRights,
		"Do what was asked for, or note that it was done", service.CompleteRequest), http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *byID) (*body[record.Request], error) {
			r, err := service.CompleteRequest.Do(ctx, a.service, in.ID)
			return answer(a, r, err)
		})
	type rectification struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Remove []record.Field `json:"remove,omitempty" maxItems:"20" doc:"What is wrong on the card: kind and value."`
			Add    []record.Field `json:"add,omitempty" maxItems:"20" doc:"What is right: kind and value."`
			Note   string         `json:"note,omitempty" maxLength:"300" doc:"What was put right elsewhere, and where."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/rectify", "rectify-request", tagRights,
		"Put right what a request says is wrong, and end the request", service.RectifyRequest), http.StatusNotFound,
		http.StatusUnprocessableEntity),
		func(ctx context.Context, in *rectification) (*body[record.Request], error) {
			r, err := service.RectifyRequest.Do(ctx, a.service,
				service.Rectification{ID: in.ID, Remove: in.Body.Remove, Add: in.Body.Add, Note: in.Body.Note})
			return answer(a, r, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/no-contact", "list-no-contact", tagRights,
		"Who is not to be called or written to unasked", service.ListNoContact),
		func(ctx context.Context, _ *empty) (*body[[]record.Caller], error) {
			cs, err := service.ListNoContact.Get(ctx, a.service)
			return answer(a, cs, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/requests/count", "count-requests", tagRights,
		"How many requests wait, how many are overdue, and when the first is due", service.CountRequests),
		func(ctx context.Context, _ *empty) (*body[service.RequestCount], error) {
			n, err := service.CountRequests.Get(ctx, a.service)
			return answer(a, n, err)
		})
	type rightRefusal struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"What the person is told."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/refuse", "refuse-request", tagRights,
		"End a request with a reason", service.RefuseRequest), http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *rightRefusal) (*body[record.Request], error) {
			r, err := service.RefuseRequest.Do(ctx, a.service, service.Refusal{ID: in.ID, Reason: in.Body.Reason})
			return answer(a, r, err)
		})
	a.callerRights()
}

// callerRights are those about one caller.
func (a *interfaces) callerRights() {
	huma.Register(a.api, may(operation(http.MethodGet, "/callers/{id}/consents", "list-consents", tagRights,
		"What a caller has agreed to and refused", service.ListConsents), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[[]record.Consent], error) {
			cs, err := service.ListConsents.Do(ctx, a.service, in.ID)
			return answer(a, cs, err)
		})
	type cardChange struct {
		ID   string `path:"id" maxLength:"100"`
		Body service.CallerEdit
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/callers/{id}", "change-caller", tagRights,
		"Change a card: what is known, and tags. Staff may do so; only the owner takes off what guards the person: an objection, a "+
			"restriction, that "+
			"nobody is called unasked, …", service.ChangeCaller), http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *cardChange) (*body[record.Caller], error) {
			for i := range in.Body.Add {
				in.Body.Add[i].Source = record.SourceAPI
			}
			c, err := service.ChangeCaller.Do(ctx, a.service, service.CallerChange{ID: in.ID, Edit: in.Body})
			return answer(a, c, err)
		})
	type erasure struct {
		ID     string `path:"id" maxLength:"100"`
		Reason string `query:"reason" maxLength:"300" doc:"Kept with the receipt; name nobody."`
	}
	huma.Register(a.api, may(operation(http.MethodDelete, "/callers/{id}", "erase-caller", tagRights,
		"Erase a caller with all that is kept, and look for traces", service.EraseCaller), http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *erasure) (*body[erased], error) {
			e, err := service.EraseCaller.Do(ctx, a.service, service.Erasure{ID: in.ID, Reason: in.Reason})
			return answer(a, erased{
				e.ID, e.Key, mediaOf(e), e.Calls, e.Turns, e.Messages, e.Took.Round(time.Millisecond).Seconds(), e.Proof.Files, len(e.Proof.Found),
			}, err)
		})
}

// mediaOf names the media of backups that do not know of an erasure yet.
func mediaOf(e privacy.Erased) []string {
	names := []string{}
	for _, m := range e.Behind {
		names = append(names, m.ID)
	}
	return names
}
