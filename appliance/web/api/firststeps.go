package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// firstRoutes are the steps from a new box to its first answered call.
func (a *interfaces) firstRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/first-steps", "list-first-steps", tagOffice,
		"The steps from a new box to its first answered call, and which of them are done", service.ReadFirstSteps),
		func(ctx context.Context, _ *empty) (*body[service.FirstSteps], error) {
			s, err := service.ReadFirstSteps.Get(ctx, a.service)
			return answer(a, s, err)
		})
	type firstMark struct {
		Step record.FirstStep `path:"step" enum:"trade,hours,prices,people,phone,greeting,publish,ring"`
		Body struct {
			State string `json:"state" enum:"open,done,skipped"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/first-steps/{step}", "mark-first-step", tagOffice,
		"Say of a step that it is right as it is, left out, or open again", service.MarkFirstStep), http.StatusNotFound,
		http.StatusUnprocessableEntity),
		func(ctx context.Context, in *firstMark) (*body[service.FirstSteps], error) {
			s, err := service.MarkFirstStep.Do(ctx, a.service, service.FirstStepMark{Step: in.Step, State: in.Body.State})
			return answer(a, s, err)
		})
	type foresight struct {
		Number record.PhoneNumber `query:"number" maxLength:"64" doc:"Who calls; left out: somebody unknown."`
		At     time.Time          `query:"at" doc:"When; left out: now."`
	}
	huma.Register(a.api, operation(http.MethodGet, "/foresee", "foresee-call", tagOffice,
		"What would happen if somebody called, in sentences; nothing is done", service.ForeseeCall),
		func(ctx context.Context, in *foresight) (*body[service.Foreseen], error) {
			f, err := service.ForeseeCall.Do(ctx, a.service, service.Foresight{Number: in.Number, At: in.At})
			return answer(a, f, err)
		})
	type firstRing struct {
		Body struct {
			Extension string `json:"extension" maxLength:"64" doc:"Of a telephone of the business profile or its draft."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/handsets/talk", "ring-me", tagOffice,
		"Ring a telephone of the office, and let who picks up talk with the assistant; answers when that is over", service.RingMe),
		http.StatusUnprocessableEntity, http.StatusBadGateway),
		func(ctx context.Context, in *firstRing) (*empty, error) {
			err := service.RingMe.Act(ctx, a.service, in.Body.Extension)
			var failed *service.CallError
			if errors.As(err, &failed) {
				return nil, huma.Error502BadGateway(failed.Error())
			}
			return a.done(err)
		})
}
