package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// engineHostRoutes are the computers of the office's network that help the box.
func (p *pages) engineHostRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /engine-hosts", owner, p.showEngineHosts)
	p.handle(mux, "GET /engine-hosts/{role}", owner, func(v *visit) (reply, error) { return p.engineHostPage(v, engineHostPage{}) })
	p.handle(mux, "POST /engine-hosts/{role}", owner, p.saveEngineHost)
	p.handle(mux, "POST /engine-hosts/{role}/try", owner, p.tryEngineHost)
	p.handle(mux, "POST /engine-hosts/{role}/remove", owner, p.removeEngineHost)
}

// engineRole is what there may be a computer for, in words.
type engineRole struct {
	Role record.EngineRole
	Name string
	Does string
}

func engineRoles() []engineRole {
	return []engineRole{
		{
			record.EngineSpeech, "Writing down what callers say",
			"A server for Whisper. It is worth most: a large model hears better over bad lines.",
		},
		{record.EngineText, "Choosing what a caller means", "A server such as llama-server or vLLM, for what the box is not sure of."},
	}
}

type engineHostsPage struct {
	List []engineHostRow
	Done string
}

// engineHostRow is a role, and the computer that there is for it.
type engineHostRow struct {
	engineRole
	Host *service.EngineHostState
}

func (p *pages) showEngineHosts(v *visit) (reply, error) {
	hs, err := service.ListEngineHosts.Get(v.Context(), p.service)
	var page engineHostsPage
	for _, r := range engineRoles() {
		row := engineHostRow{engineRole: r}
		if i := slices.IndexFunc(hs, func(h service.EngineHostState) bool { return h.Role == r.Role }); i >= 0 {
			row.Host = &hs[i]
		}
		page.List = append(page.List, row)
	}
	if v.URL.Query().Get("done") == "removed" {
		page.Done = "Removed. Nothing goes there any more; the box does everything itself."
	}
	return reply{page: "engine_hosts.html", title: "Computers that help", nav: navSystem, data: page}, err
}

// engineHostPage is one role: the form, and how its computer is doing.
type engineHostPage struct {
	engineRole
	New    bool
	Form   record.EngineHost
	State  service.EngineHostState
	Faults map[string]string
	Done   string
	Trial  *service.EngineHostTrial
}

func (p *pages) engineHostPage(v *visit, page engineHostPage) (reply, error) {
	i := slices.IndexFunc(engineRoles(), func(r engineRole) bool { return string(r.Role) == v.PathValue("role") })
	if i < 0 {
		return goTo("/engine-hosts"), nil
	}
	hs, err := service.ListEngineHosts.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	page.engineRole, page.New = engineRoles()[i], true
	for _, h := range hs {
		if h.Role == page.Role {
			page.State, page.New = h, false
		}
	}
	switch {
	case page.Form.Role != "":
	case page.New:
		page.Form = record.EngineHost{Role: page.Role, On: true}
	default:
		page.Form = page.State.EngineHost
	}
	if v.URL.Query().Get("done") == "saved" {
		page.Done = "Saved. Try it to see how fast it is."
	}
	rep := reply{page: "engine_host.html", title: page.Name, nav: navSystem, data: page}
	if len(page.Faults) > 0 {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

func (p *pages) saveEngineHost(v *visit) (reply, error) {
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	e := service.EngineHostEdit{
		EngineHost: record.EngineHost{
			Role: record.EngineRole(v.PathValue("role")), On: text("on") != "", URL: text("url"), Model: text("model"), CA: text("ca"),
		},
		Secret: service.Password(v.PostFormValue("secret")),
	}
	_, err := service.SetEngineHost.Do(detached(v), p.service, e)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return p.engineHostPage(v, engineHostPage{Form: e.EngineHost, Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	}
	return goTo("/engine-hosts/" + string(e.Role) + "?done=saved"), nil
}

func (p *pages) tryEngineHost(v *visit) (reply, error) {
	t, err := service.TryEngineHost.Do(v.Context(), p.service, v.PathValue("role"))
	switch {
	case errors.Is(err, service.ErrNotRunning):
		t = service.EngineHostTrial{Text: "Frontdesk is not running, so nothing can be asked."}
	case err != nil:
		return reply{}, err
	}
	return p.engineHostPage(v, engineHostPage{Trial: &t})
}

func (p *pages) removeEngineHost(v *visit) (reply, error) {
	if err := service.RemoveEngineHost.Act(detached(v), p.service, v.PathValue("role")); err != nil {
		return reply{}, err
	}
	return goTo("/engine-hosts?done=removed"), nil
}
