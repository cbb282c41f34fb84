package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

func (a *interfaces) exampleRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/examples", "list-examples", tagProfile,
		"What the owner has taught: callers' words and what they mean, newest first", service.ListExamples),
		func(ctx context.Context, _ *empty) (*body[[]service.Learned], error) {
			es, err := service.ListExamples.Get(ctx, a.service)
			return answer(a, es, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/examples/meanings", "list-meanings", tagProfile,
		"All that callers can mean by the published profile", service.ListMeanings), http.StatusNotFound),
		func(ctx context.Context, _ *empty) (*body[[]edit.Meaning], error) {
			ms, err := service.ListMeanings.Get(ctx, a.service)
			return answer(a, ms, err)
		})
	type correction struct {
		ID   string `path:"id" maxLength:"100"`
		Turn int    `path:"turn" minimum:"0" doc:"Its index in the call's turn_list."`
		Body struct {
			Means string `json:"means" maxLength:"700" doc:"One of /examples/meanings."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/calls/{id}/turns/{turn}/meant", "correct-turn", tagProfile,
		"Say what a turn of a call should have been taken for; it holds from the next call on", service.CorrectTurn), http.StatusNotFound),
		func(ctx context.Context, in *correction) (*body[service.Learned], error) {
			e, err := service.CorrectTurn.Do(ctx, a.service, service.Correction{Call: in.ID, Turn: in.Turn, Means: in.Body.Means})
			return answer(a, e, err)
		})
	type mending struct {
		ID   string `path:"id" maxLength:"100"`
		Turn int    `path:"turn" minimum:"0" doc:"Its index in the call's turn_list."`
		Body struct {
			Text record.Personal `json:"text" maxLength:"2000" doc:"What the caller really said; empty: as it was heard after all."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/calls/{id}/turns/{turn}/words", "mend-turn", tagProfile,
		"Correct the words of a turn; what was missed is listened for from the next call on", service.MendTurn), http.StatusNotFound),
		func(ctx context.Context, in *mending) (*body[service.Mended], error) {
			m, err := service.MendTurn.Do(ctx, a.service, service.Mending{Call: in.ID, Turn: in.Turn, Text: in.Body.Text})
			return answer(a, m, err)
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/examples/{id}/keep", "keep-example", tagProfile,
		"Say that the words are anybody's and name nobody: they stay when their caller is erased", service.KeepExample), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[service.Learned], error) {
			e, err := service.KeepExample.Do(ctx, a.service, in.ID)
			return answer(a, e, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/examples/{id}", "remove-example", tagProfile,
		"Take back what was taught", service.RemoveExample), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.RemoveExample.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
}
