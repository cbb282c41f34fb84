package remote

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/tryout"
)

// draftChange is the body of a change to the draft.
type draftChange struct {
	Revision int                `json:"revision"`
	Section  edit.Section       `json:"section,omitempty"`
	Business knowledge.Business `json:"business"`
}

// publication is the body that publishes the draft, or an older version.
type publication struct {
	Revision int    `json:"revision,omitempty"`
	Note     string `json:"note,omitempty"`
}

// tokenWish is the body that makes a token.
type tokenWish struct {
	Name string      `json:"name"`
	Role record.Role `json:"role"`
}

// nothing is the answer where there is nothing to tell.
type nothing struct{}

// router adds a route.
type router func(pattern string, fn func(r *http.Request) (any, error))

// with adds a route that has a body of type T.
func with[T any](route router, pattern string, fn func(r *http.Request, body T) (any, error)) {
	route(pattern, func(r *http.Request) (any, error) {
		body, err := readBody[T](r)
		if err != nil {
			return nil, err
		}
		return fn(r, body)
	})
}

func profileRoutes(route router, s Service) {
	route("GET /v1/profile", func(r *http.Request) (any, error) { return s.Profile(r.Context()) })
	with(route, "PUT /v1/profile", func(r *http.Request, b knowledge.Business) (any, error) {
		version, err := s.PublishProfile(r.Context(), b)
		return published{Version: version}, err
	})
	route("GET /v1/draft", func(r *http.Request) (any, error) { return s.Draft(r.Context()) })
	with(route, "PUT /v1/draft", func(r *http.Request, b draftChange) (any, error) {
		return s.SaveDraft(r.Context(), b.Revision, b.Section, b.Business)
	})
	with(route, "POST /v1/draft/discard", func(r *http.Request, b publication) (any, error) {
		return s.DiscardDraft(r.Context(), b.Revision)
	})
	with(route, "POST /v1/draft/publish", func(r *http.Request, b publication) (any, error) {
		version, err := s.PublishDraft(r.Context(), b.Revision, b.Note)
		return published{Version: version}, err
	})
	route("GET /v1/history", func(r *http.Request) (any, error) {
		before, err := readNumber(r, "before")
		if err != nil {
			return nil, err
		}
		n, err := readNumber(r, "limit")
		if err != nil {
			return nil, err
		}
		return s.History(r.Context(), before, n)
	})
	route("GET /v1/history/{version}", func(r *http.Request) (any, error) {
		version, err := readVersion(r)
		if err != nil {
			return nil, err
		}
		return s.Edition(r.Context(), version)
	})
	with(route, "POST /v1/history/{version}/back", func(r *http.Request, b publication) (any, error) {
		version, err := readVersion(r)
		if err != nil {
			return nil, err
		}
		version, err = s.GoBack(r.Context(), version, b.Note)
		return published{Version: version}, err
	})
	with(route, "POST /v1/try", func(r *http.Request, t service.Trial) (any, error) { return s.Try(r.Context(), t) })
	with(route, "POST /v1/unanswered/{id}/answer", func(r *http.Request, b service.Reply) (any, error) {
		return s.AnswerQuestion(r.Context(), r.PathValue("id"), b)
	})
	route("DELETE /v1/unanswered/{id}", func(r *http.Request) (any, error) {
		return nothing{}, s.DismissQuestion(r.Context(), r.PathValue("id"))
	})
}

func searchRoute(route router, s Service) {
	route("GET /v1/search", func(r *http.Request) (any, error) {
		f, err := readFilter(r)
		if err != nil {
			return nil, err
		}
		skip, err := readNumber(r, "skip")
		if err != nil {
			return nil, err
		}
		return s.SearchCalls(r.Context(), service.CallSearch{Text: r.FormValue("q"), Since: f.Since, Before: f.Before, Skip: skip, Limit: f.Limit})
	})
}

func tokenRoutes(route router, s Service) {
	with(route, "POST /v1/tokens", func(r *http.Request, b tokenWish) (any, error) { return s.AddToken(r.Context(), b.Name, b.Role) })
	route("GET /v1/tokens", func(r *http.Request) (any, error) { return s.Tokens(r.Context()) })
	route("DELETE /v1/tokens/{id}", func(r *http.Request) (any, error) {
		return nothing{}, s.RevokeToken(r.Context(), r.PathValue("id"))
	})
}

func readVersion(r *http.Request) (int, error) {
	n, err := strconv.Atoi(r.PathValue("version"))
	if err != nil || n < 1 {
		return 0, usageError{errNoVersion}
	}
	return n, nil
}

// Profile implements Service.
func (c *Client) Profile(ctx context.Context) (service.Profile, error) {
	return ask[service.Profile](ctx, c, http.MethodGet, "/v1/profile", nil, nil)
}

// PublishProfile implements Service.
func (c *Client) PublishProfile(ctx context.Context, b knowledge.Business) (int, error) {
	p, err := ask[published](ctx, c, http.MethodPut, "/v1/profile", nil, b)
	return p.Version, err
}

// Draft implements Service.
func (c *Client) Draft(ctx context.Context) (service.Draft, error) {
	return ask[service.Draft](ctx, c, http.MethodGet, "/v1/draft", nil, nil)
}

// SaveDraft implements Service.
func (c *Client) SaveDraft(ctx context.Context, revision int, section edit.Section, b knowledge.Business) (service.Draft, error) {
	return ask[service.Draft](ctx, c, http.MethodPut, "/v1/draft", nil, draftChange{Revision: revision, Section: section, Business: b})
}

// DiscardDraft implements Service.
func (c *Client) DiscardDraft(ctx context.Context, revision int) (service.Draft, error) {
	return ask[service.Draft](ctx, c, http.MethodPost, "/v1/draft/discard", nil, publication{Revision: revision})
}

// PublishDraft implements Service.
func (c *Client) PublishDraft(ctx context.Context, revision int, note string) (int, error) {
	p, err := ask[published](ctx, c, http.MethodPost, "/v1/draft/publish", nil, publication{Revision: revision, Note: note})
	return p.Version, err
}

// History implements Service.
func (c *Client) History(ctx context.Context, before, n int) ([]service.Edition, error) {
	q := limit(n)
	q.Set("before", strconv.Itoa(before))
	return ask[[]service.Edition](ctx, c, http.MethodGet, "/v1/history", q, nil)
}

// Edition implements Service.
func (c *Client) Edition(ctx context.Context, version int) (service.Edition, error) {
	return ask[service.Edition](ctx, c, http.MethodGet, "/v1/history/"+strconv.Itoa(version), nil, nil)
}

// GoBack implements Service.
func (c *Client) GoBack(ctx context.Context, version int, note string) (int, error) {
	p, err := ask[published](ctx, c, http.MethodPost, "/v1/history/"+strconv.Itoa(version)+"/back", nil, publication{Note: note})
	return p.Version, err
}

// SearchCalls implements Service.
func (c *Client) SearchCalls(ctx context.Context, s service.CallSearch) (service.FoundCalls, error) {
	q := period(limit(s.Limit), s.Since, s.Before)
	q.Set("q", s.Text)
	q.Set("skip", strconv.Itoa(s.Skip))
	return ask[service.FoundCalls](ctx, c, http.MethodGet, "/v1/search", q, nil)
}

// Try implements Service.
func (c *Client) Try(ctx context.Context, t service.Trial) (tryout.Result, error) {
	return ask[tryout.Result](ctx, c, http.MethodPost, "/v1/try", nil, t)
}

// AnswerQuestion implements Service.
func (c *Client) AnswerQuestion(ctx context.Context, id string, r service.Reply) (service.Answered, error) {
	return about[service.Answered](ctx, c, http.MethodPost, "/v1/unanswered/", id, "/answer", r)
}

// DismissQuestion implements Service.
func (c *Client) DismissQuestion(ctx context.Context, id string) error {
	_, err := about[nothing](ctx, c, http.MethodDelete, "/v1/unanswered/", id, "", nil)
	return err
}

// AddToken implements Service.
func (c *Client) AddToken(ctx context.Context, name string, role record.Role) (service.NewToken, error) {
	return ask[service.NewToken](ctx, c, http.MethodPost, "/v1/tokens", nil, tokenWish{Name: name, Role: role})
}

// Tokens implements Service.
func (c *Client) Tokens(ctx context.Context) ([]service.Token, error) {
	return ask[[]service.Token](ctx, c, http.MethodGet, "/v1/tokens", url.Values{}, nil)
}

// RevokeToken implements Service.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	_, err := about[nothing](ctx, c, http.MethodDelete, "/v1/tokens/", id, "", nil)
	return err
}
