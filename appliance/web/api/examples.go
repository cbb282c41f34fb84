package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
)

// Examples are what the owner has taught.
type Examples interface {
	Examples(ctx context.Context) ([]service.Learned, error)
	Meanings(ctx context.Context) ([]edit.Meaning, error)
	Correct(ctx context.Context, call string, turn int, means string) (service.Learned, error)
	RemoveExample(ctx context.Context, id string) error
	KeepExample(ctx context.Context, id string) (service.Learned, error)
}

func (a *interfaces) exampleRoutes() {
	huma.Register(a.api, mine(operation(http.MethodGet, "/examples", "list-examples", tagProfile, "What the owner has taught: callers' words and what they mean, newest first")),
		func(ctx context.Context, _ *empty) (*body[[]service.Learned], error) {
			es, err := a.service.Examples(ctx)
			return answer(a, es, err)
		})
	huma.Register(a.api, mine(operation(http.MethodGet, "/examples/meanings", "list-meanings", tagProfile, "All that callers can mean by the published profile"), http.StatusNotFound),
		func(ctx context.Context, _ *empty) (*body[[]edit.Meaning], error) {
			ms, err := a.service.Meanings(ctx)
			return answer(a, ms, err)
		})
	type correction struct {
		ID   string `path:"id" maxLength:"100"`
		Turn int    `path:"turn" minimum:"0" doc:"Its index in the call's turn_list."`
		Body struct {
			Means string `json:"means" maxLength:"700" doc:"One of /examples/meanings."`
		}
	}
	huma.Register(a.api, mine(operation(http.MethodPut, "/calls/{id}/turns/{turn}/meant", "correct-turn", tagProfile,
		"Say what a turn of a call should have been taken for; it holds from the next call on"), http.StatusNotFound),
		func(ctx context.Context, in *correction) (*body[service.Learned], error) {
			e, err := a.service.Correct(ctx, in.ID, in.Turn, in.Body.Means)
			return answer(a, e, err)
		})
	huma.Register(a.api, mine(operation(http.MethodPost, "/examples/{id}/keep", "keep-example", tagProfile,
		"Say that the words are anybody's and name nobody: they stay when their caller is erased"), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[service.Learned], error) {
			e, err := a.service.KeepExample(ctx, in.ID)
			return answer(a, e, err)
		})
	huma.Register(a.api, mine(operation(http.MethodDelete, "/examples/{id}", "remove-example", tagProfile, "Take back what was taught"), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := a.service.RemoveExample(ctx, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
}
