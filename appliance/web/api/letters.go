package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// letterRoutes are what comes between a request and its end: more information, a fee, letters.
func (a *interfaces) letterRoutes() {
	type more struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			What string `json:"what" minLength:"1" maxLength:"500" doc:"What the person has to tell."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/ask", "ask-requester", tagRights,
		"Let a request wait until the person has told more; the deadline waits, too", service.AskRequester), http.StatusNotFound),
		func(ctx context.Context, in *more) (*body[record.Request], error) {
			r, err := service.AskRequester.Do(ctx, a.service, service.MoreWanted{ID: in.ID, What: in.Body.What})
			return answer(a, r, err)
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/resume", "resume-request", tagRights,
		"The person has told what was missing: go on", service.ResumeRequest), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[record.Request], error) {
			r, err := service.ResumeRequest.Do(ctx, a.service, in.ID)
			return answer(a, r, err)
		})
	type fee struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Amount int              `json:"amount" minimum:"1" maximum:"100000" doc:"In cents."`
			Reason record.FeeReason `json:"reason" enum:"further_copy,excessive"`
			Why    record.Personal  `json:"why,omitempty" maxLength:"500" doc:"What shows that it is excessive."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/fee", "charge-request", tagRights,
		"Note a fee, where the law allows one", service.ChargeRequest), http.StatusNotFound),
		func(ctx context.Context, in *fee) (*body[record.Request], error) {
			r, err := service.ChargeRequest.Do(ctx, a.service,
				service.RequestFee{ID: in.ID, Amount: in.Body.Amount, Reason: in.Body.Reason, Why: in.Body.Why})
			return answer(a, r, err)
		})
	type kind struct {
		Kind record.RequestKind `query:"kind" enum:"access,portability,rectify,restrict,object,erase,withdraw,no_contact"`
	}
	huma.Register(a.api, operation(http.MethodGet, "/requests/refusals", "list-refusals", tagRights,
		"Refusals that are ready to be sent, each with its ground", service.ListRefusals),
		func(ctx context.Context, in *kind) (*body[[]privacy.RefusalText], error) {
			ts, err := service.ListRefusals.Do(ctx, a.service, in.Kind)
			return answer(a, ts, err)
		})
	type letter struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Kind privacy.LetterKind `json:"kind" enum:"more,fee,refusal,done"`
		}
	}
	op := may(operation(http.MethodPost, "/requests/{id}/letter", "write-letter", tagRights,
		"A letter about a request, ready to be printed", service.WriteLetter), http.StatusNotFound)
	op.Responses = fileAnswer("The letter", "text/html")
	huma.Register(a.api, op, func(ctx context.Context, in *letter) (*huma.StreamResponse, error) {
		c, err := service.WriteLetter.Do(ctx, a.service, service.LetterWish{ID: in.ID, Kind: in.Body.Kind})
		return a.file(c, "letter.html", err)
	})
}
