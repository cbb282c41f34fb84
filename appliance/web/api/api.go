// Package api is the appliance's programming interface for the outside, /api/v1: the service as HTTP with JSON, described by
// OpenAPI 3.1.
//
// The description is made from the Go types that requests and answers are read and written with (huma), so that it cannot
// say anything else than what happens. Every route but the description itself needs a token, or the page's session. Errors are
// problem details (RFC 9457). The package opens no socket and starts no goroutine; the page mounts its handler.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
	"frontdesk.internal/appliance/update"
)

// Base is where the routes begin.
const Base = "/api/v1"

// Session tells who is signed in at the page; ok is false when nobody is.
type Session func(r *http.Request) (who service.Actor, ok bool)

// Options for New. Service is needed.
type Options struct {
	Service service.Invoker
	Session Session      // nil = tokens only
	Version string       // of the program, for the description
	Logger  *slog.Logger // nil: says nothing
}

// New returns the handler of everything below Base.
func New(o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	a := &interfaces{service: o.Service, log: o.Logger, api: humago.New(mux, settings(o.Version))}
	a.api.UseMiddleware(a.allowed, a.given)
	a.statusRoutes()
	a.callRoutes()
	a.runningRoutes()
	a.messageRoutes()
	a.profileRoutes()
	a.draftRoutes()
	a.noticeRoutes()
	a.breachRoutes()
	a.letterRoutes()
	a.securityRoutes()
	a.exampleRoutes()
	a.tokenRoutes()
	a.recipientRoutes()
	a.calendarRoutes()
	a.feedRoutes()
	a.directoryRoutes()
	a.engineHostRoutes()
	a.rightsRoutes()
	a.keepingRoutes()
	a.contactRoutes()
	a.documentRoutes()
	a.officeRoutes()
	a.firstRoutes()
	describeNulls(a.api.OpenAPI())
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusNotFound, "There is nothing at this address; "+Base+"/openapi.json lists what there is.")
	})
	return a.known(o.Session, withMethod(mux))
}

// interfaces are the routes.
type interfaces struct {
	service service.Invoker
	log     *slog.Logger
	api     huma.API
}

// settings describe the interface as a whole.
func settings(version string) huma.Config {
	c := huma.DefaultConfig("Frontdesk", version)
	c.Info.Description = "What Frontdesk knows of calls, and what it tells callers. Times are RFC 3339; lengths of time that end in " +
		"_ns are nanoseconds. " +
		"A token is made with: frontdesk token add NAME, and sent as: Authorization: Bearer TOKEN."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = Base+"/openapi", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.OnAddOperation = append(c.OnAddOperation, describeBody)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "A token of frontdesk token add."},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-frontdesk", Description: "The session of somebody signed in at the page."},
	}
	c.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[health.Severity](), reflect.TypeFor[string]())
	return c
}

// schemaName names a type in the description. What it calls a type is a promise to programs, whatever the code calls it.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	names := map[reflect.Type]string{
		reflect.TypeFor[audit.Verification](): "AuditReport",
		reflect.TypeFor[audit.Fault]():        "AuditFault",
		reflect.TypeFor[store.CheckResult]():  "StoreReport",
		reflect.TypeFor[store.Fault]():        "StoreFault",
		reflect.TypeFor[statistics.Report]():  "StatisticsReport",
		reflect.TypeFor[tryout.Reply]():       "Step",
		reflect.TypeFor[callhub.State]():      "Running",
		reflect.TypeFor[callhub.Call]():       "RunningCall",
		reflect.TypeFor[callhub.Line]():       "RunningLine",
	}
	if n, ok := names[t]; ok {
		return n
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// known lets only those pass who have a token or a session; the description is for everybody.
func (a *interfaces) known(session Session, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && (r.URL.Path == Base+"/openapi.json" || r.URL.Path == Base+"/openapi.yaml") {
			next.ServeHTTP(w, r)
			return
		}
		who, ok, err := a.who(session, r)
		switch {
		case err != nil:
			a.log.Error("a token cannot be checked", "err", err)
			problem(w, http.StatusInternalServerError, "The records cannot be read.")
		case !ok:
			w.Header().Set("WWW-Authenticate", `Bearer realm="Frontdesk"`)
			problem(w, http.StatusUnauthorized, "A token is needed: frontdesk token add NAME makes one. Send it as Authorization: Bearer TOKEN.")
		default:
			ctx := context.WithValue(service.WithActor(r.Context(), who), holdsKey{}, func() bool {
				_, ok, err := a.who(session, r)
				return ok && err == nil
			})
			next.ServeHTTP(w, r.WithContext(ctx))
		}
	})
}

// holdsKey finds in a context whether who asked may still do so.
type holdsKey struct{}

// holdsOf tells whether the token or the session of a request still holds, for answers that go on.
func holdsOf(ctx context.Context) func() bool {
	holds, ok := ctx.Value(holdsKey{}).(func() bool)
	if !ok {
		return func() bool { return false }
	}
	return holds
}

// who finds out who asks. A token that is wrong is not made good by a session.
func (a *interfaces) who(session Session, r *http.Request) (who service.Actor, ok bool, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		if session == nil {
			return who, false, nil
		}
		who, ok = session(r)
		who.Door = door
		return who, ok, nil
	}
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return who, false, nil
	}
	ctx := service.WithActor(r.Context(), service.Actor{Kind: "visitor", Door: door, Role: service.Visitor})
	t, err := service.CheckToken.Do(ctx, a.service, strings.TrimSpace(secret))
	if errors.Is(err, store.ErrNotFound) {
		return who, false, nil
	}
	return service.Actor{Kind: "token", Name: t.Name, Door: door, Role: service.RoleOf(t.Role)}, err == nil, err
}

// door is the name of this one.
const door = "api"

// onlyOwner is said to staff.
const onlyOwner = "Only the owner may do this; this token or session is of staff."

// doing is where a route keeps the operations of the service that it has done.
const doing = "doing"

// allowed keeps from a route who may not do what it does, before what was sent is looked at; who may is the operations' own rule.
func (a *interfaces) allowed(ctx huma.Context, next func(huma.Context)) {
	does, _ := ctx.Operation().Metadata[doing].([]service.Operation)
	for _, op := range does {
		if !op.Facts().Role.Admits(service.ActorOf(ctx.Context()).Role) {
			_ = huma.WriteErr(a.api, ctx, http.StatusForbidden, onlyOwner) // huma tells of it itself
			return
		}
	}
	next(ctx)
}

// withMethod answers with a problem where the mux would answer in plain text that a method is not there.
func withMethod(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "/" {
			for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				other := r.Clone(r.Context())
				other.Method = m
				if _, there := mux.Handler(other); there != "/" {
					w.Header().Add("Allow", m)
				}
			}
			if w.Header().Get("Allow") != "" {
				problem(w, http.StatusMethodNotAllowed, "This address does not take "+r.Method+".")
				return
			}
		}
		mux.ServeHTTP(w, r)
	})
}

// problem answers with problem details.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// who asked is gone, or gets it
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail})
}

// operation describes a route: its method and path below Base, an ID that stays, what it is for, and all that it has the service do.
func operation(method, path, id, tag, summary string, does ...service.Operation) huma.Operation {
	return huma.Operation{
		Method: method, Path: Base + path, OperationID: id, Tags: []string{tag}, Summary: summary, Metadata: map[string]any{doing: does},
		Errors: []int{
			http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusInternalServerError,
			http.StatusServiceUnavailable,
		},
	}
}

// may adds errors that an operation can give besides those of all.
func may(op huma.Operation, errs ...int) huma.Operation {
	op.Errors = append(op.Errors, errs...)
	return op
}

// body is an answer with a JSON body.
type body[T any] struct{ Body T }

// empty is an answer without a body.
type empty struct{}

// answer makes an answer, or a problem, of what the service returned.
func answer[T any](a *interfaces, v T, err error) (*body[T], error) {
	if err != nil {
		return nil, a.explain(err)
	}
	return &body[T]{v}, nil
}

// explain makes a problem of an error. Those that are ours say nothing of what is inside; the log does.
func (a *interfaces) explain(err error) error {
	var invalid *service.InvalidError
	var conflict *service.ConflictError
	var held *store.HeldError
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, backup.ErrNoBackup):
		return huma.Error404NotFound("There is no such record.")
	case errors.As(err, &invalid):
		details := make([]error, 0, len(invalid.Problems))
		for _, p := range invalid.Problems {
			details = append(details, &huma.ErrorDetail{Message: p.Text, Location: p.Path})
		}
		return huma.Error422UnprocessableEntity("Nothing was changed: something in it is wrong.", details...)
	case errors.As(err, &held):
		return huma.Error409Conflict(err.Error())
	case errors.As(err, &conflict), errors.Is(err, service.ErrUnchanged), errors.Is(err, backup.ErrNoKey), errors.Is(err, backup.ErrNoFolder),
		errors.Is(err, backup.ErrNoMedium), errors.Is(err, backup.ErrNotWritable), errors.Is(err, update.ErrNoBox),
		errors.Is(err, update.ErrNoOther):
		return huma.Error409Conflict(err.Error())
	case errors.Is(err, service.ErrRefused):
		return huma.Error403Forbidden(onlyOwner)
	case errors.Is(err, service.ErrTooMany), errors.Is(err, service.ErrNotRunning):
		return huma.Error503ServiceUnavailable(err.Error())
	case errors.Is(err, service.ErrBadToken):
		return huma.Error422UnprocessableEntity(err.Error())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return huma.Error503ServiceUnavailable("It took too long.")
	}
	a.log.Error("the interface failed", "err", err)
	return huma.Error500InternalServerError("The records cannot be read or written. The log says why.")
}

// cursor is when something began, for a list that goes on there.
func cursor(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
