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
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// Base is where the routes begin.
const Base = "/api/v1"

// Service is what is offered; *service.Service is the real one.
type Service interface {
	Status(ctx context.Context) (service.Status, error)
	Calls(ctx context.Context, f service.CallFilter) ([]record.Call, error)
	Call(ctx context.Context, id string) (service.CallDetail, error)
	SearchCalls(ctx context.Context, q service.CallSearch) (service.FoundCalls, error)
	Callers(ctx context.Context, n int) ([]record.Caller, error)
	Caller(ctx context.Context, id string) (service.CallerDetail, error)
	Messages(ctx context.Context, n int, done bool) ([]record.Message, error)
	Message(ctx context.Context, id string) (record.Message, error)
	MarkDone(ctx context.Context, id string, done bool) (record.Message, error)
	Handsets(ctx context.Context) ([]service.Handset, error)
	CallBack(ctx context.Context, message, extension string) error
	Unanswered(ctx context.Context) ([]record.Unanswered, error)
	AnswerQuestion(ctx context.Context, id string, r service.Reply) (service.Answered, error)
	DismissQuestion(ctx context.Context, id string) error
	Profile(ctx context.Context) (service.Profile, error)
	PublishProfile(ctx context.Context, b knowledge.Business) (int, error)
	Draft(ctx context.Context) (service.Draft, error)
	SaveDraft(ctx context.Context, revision int, section edit.Section, b knowledge.Business) (service.Draft, error)
	DiscardDraft(ctx context.Context, revision int) (service.Draft, error)
	PublishDraft(ctx context.Context, revision int, note string) (int, error)
	History(ctx context.Context, before, n int) ([]service.Edition, error)
	Edition(ctx context.Context, version int) (service.Edition, error)
	GoBack(ctx context.Context, version int, note string) (int, error)
	Try(ctx context.Context, t service.Trial) (tryout.Result, error)
	AddToken(ctx context.Context, name string, role record.Role) (service.NewToken, error)
	Tokens(ctx context.Context) ([]service.Token, error)
	RevokeToken(ctx context.Context, id string) error
	CheckToken(ctx context.Context, secret string) (service.Token, error)
	Requests(ctx context.Context) ([]record.Request, error)
	FileRequest(ctx context.Context, r record.Request) (record.Request, error)
	CompleteRequest(ctx context.Context, id, by string) (record.Request, error)
	RefuseRequest(ctx context.Context, id, reason, by string) (record.Request, error)
	Consents(ctx context.Context, id string) ([]record.Consent, error)
	ChangeCaller(ctx context.Context, id string, e service.CallerEdit) (record.Caller, error)
	EraseCaller(ctx context.Context, id, reason, by string) (privacy.Erased, error)
	Keeping
	Examples
}

// Keeping is how records are kept, taken over and given out.
type Keeping interface {
	IdentifyRequest(ctx context.Context, id string, how record.Identity, by string) (record.Request, error)
	NoteConsent(ctx context.Context, c record.Consent) (record.Consent, error)
	NewCallerCode(ctx context.Context, id string) (service.CallerCode, error)
	WriteDossier(ctx context.Context, id string, redact []string, w io.Writer) error
	MergeCallers(ctx context.Context, from, into, by string) error
	SplitCaller(ctx context.Context, from string, calls []string, by string) (record.Caller, error)
	HoldCaller(ctx context.Context, h record.Hold) error
	ReleaseCaller(ctx context.Context, id string) error
	Holds(ctx context.Context) ([]record.Hold, error)
	Erasures(ctx context.Context) ([]store.Tombstone, error)
	ProveErasure(ctx context.Context, receipt string, texts []string) (privacy.Proof, error)
	Retention(ctx context.Context) (record.Retention, error)
	SetRetention(ctx context.Context, r record.Retention) (record.Retention, error)
	Due(ctx context.Context, days int) ([]privacy.Due, error)
	Sweep(ctx context.Context) (privacy.Swept, error)
	Processing(ctx context.Context) (service.Processing, error)
	AuditLog(ctx context.Context, n int) ([]record.AuditEntry, error)
	VerifyAudit(ctx context.Context, noted []record.AuditHead) (audit.Report, error)
	Egress(ctx context.Context, from string) (service.EgressReport, error)
	Backups(ctx context.Context, dir string) (service.BackupState, error)
	MakeBackup(ctx context.Context, dir string) (backup.Info, error)
	VerifyBackup(ctx context.Context, dir, name string) (backup.Restored, error)
	ReadContacts(ctx context.Context, file io.Reader, mapping map[string]record.FieldKind) (imports.Contacts, error)
	ImportContacts(ctx context.Context, i service.Import) (record.ImportBatch, error)
	UndoImport(ctx context.Context, id string) error
	Imports(ctx context.Context) ([]record.ImportBatch, error)
	Documents(ctx context.Context) ([]record.Document, error)
	Document(ctx context.Context, id string) (record.Document, error)
	AddDocument(ctx context.Context, f service.DocumentFile) (record.Document, error)
	ChangeDocument(ctx context.Context, id string, e service.DocumentEdit) (record.Document, error)
	RemoveDocument(ctx context.Context, id string) error
	RestoreDocument(ctx context.Context, id string) (record.Document, error)
	Statistics(ctx context.Context, from, to time.Time) (statistics.Report, error)
}

var _ Service = (*service.Service)(nil)

// Options for New. Service is needed.
type Options struct {
	Service Service
	// Session tells what somebody may do who is signed in at the page; ok is false when nobody is. nil = tokens only.
	Session func(r *http.Request) (role record.Role, ok bool)
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
	a.api.UseMiddleware(a.allowed)
	a.statusRoutes()
	a.callRoutes()
	a.messageRoutes()
	a.profileRoutes()
	a.draftRoutes()
	a.exampleRoutes()
	a.tokenRoutes()
	a.rightsRoutes()
	a.keepingRoutes()
	a.contactRoutes()
	a.documentRoutes()
	a.officeRoutes()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusNotFound, "There is nothing at this address; "+Base+"/openapi.json lists what there is.")
	})
	return a.known(o.Session, withMethod(mux))
}

// interfaces are the routes.
type interfaces struct {
	service Service
	log     *slog.Logger
	api     huma.API
}

// settings describe the interface as a whole.
func settings(version string) huma.Config {
	c := huma.DefaultConfig("Frontdesk", version)
	c.Info.Description = "What Frontdesk knows of calls, and what it tells callers. Times are RFC 3339; lengths of time that end in _ns are nanoseconds. " +
		"A token is made with: frontdesk token add NAME, and sent as: Authorization: Bearer TOKEN."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = Base+"/openapi", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "A token of frontdesk token add."},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-frontdesk", Description: "The session of somebody signed in at the page."},
	}
	c.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[health.Severity](), reflect.TypeFor[string]())
	return c
}

// schemaName names a type in the description: several packages have reports and faults.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n := t.Name(); n == "Report" || n == "Fault" {
		p := path.Base(t.PkgPath())
		return strings.ToUpper(p[:1]) + p[1:] + t.Name()
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// roleKey finds the role of who asks in a context.
type roleKey struct{}

// known lets only those pass who have a token or a session; the description is for everybody.
func (a *interfaces) known(session func(*http.Request) (record.Role, bool), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && (r.URL.Path == Base+"/openapi.json" || r.URL.Path == Base+"/openapi.yaml") {
			next.ServeHTTP(w, r)
			return
		}
		role, who, ok, err := a.role(session, r)
		switch {
		case err != nil:
			a.log.Error("a token cannot be checked", "err", err)
			problem(w, http.StatusInternalServerError, "The records cannot be read.")
		case !ok:
			w.Header().Set("WWW-Authenticate", `Bearer realm="Frontdesk"`)
			problem(w, http.StatusUnauthorized, "A token is needed: frontdesk token add NAME makes one. Send it as Authorization: Bearer TOKEN.")
		default:
			ctx := service.WithWho(service.WithDoor(r.Context(), "api"), who)
			next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, roleKey{}, role)))
		}
	})
}

// role finds out who asks, for the audit chain, and what that one may do. A token that is wrong is not made good by a session.
func (a *interfaces) role(session func(*http.Request) (record.Role, bool), r *http.Request) (role record.Role, who string, ok bool, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		if session == nil {
			return "", "", false, nil
		}
		role, ok := session(r)
		return role, "session", ok, nil
	}
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", "", false, nil
	}
	t, err := a.service.CheckToken(r.Context(), strings.TrimSpace(secret))
	if errors.Is(err, store.ErrNotFound) {
		return "", "", false, nil
	}
	return t.Role, "token " + t.ID, err == nil, err
}

// ownerOnly marks an operation that staff may not do.
const ownerOnly = "owner_only"

// allowed keeps staff from what is the owner's.
func (a *interfaces) allowed(ctx huma.Context, next func(huma.Context)) {
	role, _ := ctx.Context().Value(roleKey{}).(record.Role)
	if ctx.Operation().Metadata[ownerOnly] == true && role != record.RoleOwner {
		_ = huma.WriteErr(a.api, ctx, http.StatusForbidden, "Only the owner may do this; this token or session is of staff.") // huma tells of it itself
		return
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
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}) // who asked is gone, or gets it
}

// operation describes a route: its method and path below Base, an ID that stays, and what it does.
func operation(method, path, id, tag, summary string) huma.Operation {
	return huma.Operation{
		Method: method, Path: Base + path, OperationID: id, Tags: []string{tag}, Summary: summary,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusInternalServerError},
	}
}

// mine marks an operation as the owner's alone, and adds the errors that it can give besides those of all.
func mine(op huma.Operation, errs ...int) huma.Operation {
	op.Metadata = map[string]any{ownerOnly: true}
	return may(op, errs...)
}

// may adds errors that an operation can give.
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
	case errors.Is(err, store.ErrNotFound):
		return huma.Error404NotFound("There is no such record.")
	case errors.As(err, &invalid):
		details := make([]error, 0, len(invalid.Problems))
		for _, p := range invalid.Problems {
			details = append(details, &huma.ErrorDetail{Message: p.Text, Location: p.Path})
		}
		return huma.Error422UnprocessableEntity("Nothing was changed: something in it is wrong.", details...)
	case errors.As(err, &held):
		return huma.Error409Conflict(err.Error())
	case errors.As(err, &conflict), errors.Is(err, service.ErrUnchanged):
		return huma.Error409Conflict(err.Error())
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
