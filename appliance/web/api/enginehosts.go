package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tagEngineHosts is the group of the computers that help the box.
const tagEngineHosts = "Engine hosts"

// engineHostBody is a computer that helps as it is sent here. What is left out is empty.
type engineHostBody struct {
	Off    bool             `json:"off,omitempty" doc:"Keep it, and ask nothing there."`
	URL    string           `json:"url" maxLength:"500" doc:"Where its OpenAI interface is, such as http://192.168.1.20:8080/v1."`
	Model  string           `json:"model,omitempty" maxLength:"500" doc:"As the server calls it; left out, the first that it lists."`
	Secret service.Password `json:"secret,omitempty" maxLength:"4096" doc:"Key. Never told again. Left out, the one there is stays."`
	CA     string           `json:"ca,omitempty" maxLength:"65536" doc:"Certificates to believe instead of the system's, PEM."`
}

// inEngineRole names a role in the path.
type inEngineRole struct {
	Role record.EngineRole `path:"role" enum:"speech,text"`
}

func (a *interfaces) engineHostRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/engine-hosts", "list-engine-hosts", tagEngineHosts,
		"The computers of the office's network that help the box, and how they are doing", service.ListEngineHosts),
		func(ctx context.Context, _ *empty) (*body[[]service.EngineHostState], error) {
			hs, err := service.ListEngineHosts.Get(ctx, a.service)
			return answer(a, hs, err)
		})
	type changed struct {
		Role record.EngineRole `path:"role" enum:"speech,text"`
		Body engineHostBody
	}
	huma.Register(a.api, operation(http.MethodPut, "/engine-hosts/{role}", "set-engine-host", tagEngineHosts,
		"Have a computer help in a role: words of callers go there from now on", service.SetEngineHost),
		func(ctx context.Context, in *changed) (*body[service.EngineHostState], error) {
			b := in.Body
			h, err := service.SetEngineHost.Do(ctx, a.service, service.EngineHostEdit{
				Secret: b.Secret, EngineHost: record.EngineHost{Role: in.Role, On: !b.Off, URL: b.URL, Model: b.Model, CA: b.CA},
			})
			return answer(a, h, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/engine-hosts/{role}", "remove-engine-host", tagEngineHosts,
		"Forget one: the box does all itself", service.RemoveEngineHost), http.StatusNotFound),
		func(ctx context.Context, in *inEngineRole) (*empty, error) {
			if err := service.RemoveEngineHost.Act(ctx, a.service, string(in.Role)); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/engine-hosts/{role}/try", "try-engine-host", tagEngineHosts,
		"Have one do once what it is for, with a sentence of the box's own", service.TryEngineHost), http.StatusNotFound,
		http.StatusServiceUnavailable),
		func(ctx context.Context, in *inEngineRole) (*body[service.EngineHostTrial], error) {
			t, err := service.TryEngineHost.Do(ctx, a.service, string(in.Role))
			return answer(a, t, err)
		})
}
