package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/update"
	"frontdesk.internal/appliance/web/api"
)

var at = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

// office is the interface over records with a call, a message, a question, a profile and two tokens.
type office struct {
	t            *testing.T
	handler      http.Handler
	service      *service.Service
	owner, staff string // tokens
}

func open(t *testing.T) *office {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	medium := t.TempDir()
	hub := callhub.New(nil)
	hub.End() // who follows the calls gets one line
	d := servicetest.New(t, service.Options{
		Calls: hub, Records: s, Now: func() time.Time {
			return at
		}, Runtime: func() service.Runtime { return service.Runtime{Running: true} }, Documents: hereReader{},
		Backups:  service.Backups{State: t.TempDir(), Dir: medium},
		Filter:   func(context.Context) ([]filter.Opening, []string, error) { return filter.Own(), nil, nil },
		Platform: service.Platform{Updates: roots{}},
	})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.BeginCall(record.Call{ID: "call-1", From: "+12175550123", Started: at, Answered: at})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.SaveMessage(record.Message{
		ID: "m-1", CallID: c.ID, CallerID: c.CallerID, At: at, Name: "Ada", Reason: "a toothache", Urgency: record.Urgent,
	})
	c.Ended, c.Messages, c.Outcome = at.Add(time.Minute), 1, record.Outcome{Result: record.ResultCompleted}
	_, published := service.PublishProfile.Do(servicetest.Operator(t), d, *b)
	if err := errors.Join(err, published, s.EndCall(c),
		s.AddTurn(c.ID, record.Turn{Heard: "hello", Said: "hi", Total: 1500 * time.Millisecond}),
		s.AddUnanswered(record.Unanswered{CallID: c.ID, At: at, Question: "do you sell shoes"})); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- d.RunIndex(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-over
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, service: d, handler: api.New(api.Options{Service: d, Version: "test",
		Session: func(r *http.Request) (service.Actor, bool) {
			c, err := r.Cookie("__Host-frontdesk")
			return service.Actor{Kind: "account", Name: "Tom", Role: service.Staff}, err == nil && c.Value == "good"
		}})}
	for role, secret := range map[record.Role]*string{record.RoleOwner: &o.owner, record.RoleStaff: &o.staff} {
		made, err := service.AddToken.Do(servicetest.Operator(t), d, service.TokenWish{Name: "test", Role: role})
		if err != nil {
			t.Fatal(err)
		}
		*secret = made.Secret
	}
	return o
}

// roots are the two of a box; nothing stands in the other one.
type roots struct{ service.Updates }

func (roots) Status(context.Context) (update.Versions, error) {
	return update.Versions{Slots: []update.Slot{{Name: "A", Version: "1.2", Running: true, Next: true, Good: true}, {Name: "B"}}}, nil
}

func (roots) Install(context.Context, string, bool, func(int)) (update.Bundle, error) {
	return update.Bundle{}, update.ErrOlder
}

func (roots) Back(context.Context) (update.Slot, error) { return update.Slot{}, update.ErrNoOther }

// What cannot be installed and where there is nothing to go back to is told as such, not as a fault of the box.
func TestVersionsThatCannotBe(t *testing.T) {
	t.Parallel()
	o := open(t)
	w := o.ask(o.owner, http.MethodPost, "/update", map[string]string{"file": "/media/usb/x.raucb"})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "not newer") {
		t.Errorf("an older one: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.owner, http.MethodPost, "/update/back", nil); w.Code != http.StatusConflict {
		t.Errorf("back to nothing: %d %s", w.Code, w.Body)
	}
}

// ask sends a request below the base with a token and returns the answer.
func (o *office) ask(token, method, path string, body any) *httptest.ResponseRecorder {
	o.t.Helper()
	var send io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			o.t.Fatal(err)
		}
		send = strings.NewReader(string(b))
	}
	r := httptest.NewRequestWithContext(o.t.Context(), method, api.Base+path, send)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w
}

// get asks as the owner and decodes the answer.
func get[T any](o *office, method, path string, body any) (v T) {
	o.t.Helper()
	w := o.ask(o.owner, method, path, body)
	if w.Code/100 != 2 {
		o.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		o.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
	}
	return v
}

// description is the served OpenAPI file as a program reads it.
type description struct {
	OpenAPI    string                                `json:"openapi"`
	Info       struct{ Title, Version string }       `json:"info"`
	RawPaths   map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas         map[string]json.RawMessage `json:"schemas"`
		SecuritySchemes map[string]json.RawMessage `json:"securitySchemes"`
	} `json:"components"`
	Security []map[string][]string `json:"security"`
}

// describedOperation is what a test needs of an operation.
type describedOperation struct {
	OperationID string `json:"operationId"`
	Summary     string `json:"summary"`
	Parameters  []struct {
		Name, In string
		Required bool
	} `json:"parameters"`
	Responses map[string]struct {
		Description string
		Content     map[string]struct{ Schema map[string]any }
	} `json:"responses"`
}

func (o *office) describe() (description, map[string]any) {
	o.t.Helper()
	w := o.ask("", http.MethodGet, "/openapi.json", nil)
	var d description
	var raw map[string]any
	if err := errors.Join(json.Unmarshal(w.Body.Bytes(), &d), json.Unmarshal(w.Body.Bytes(), &raw)); err != nil || w.Code != http.StatusOK {
		o.t.Fatalf("openapi.json: %d, %v", w.Code, err)
	}
	return d, raw
}

// TestDescription holds the served file against the rules of OpenAPI 3.1.
func TestDescription(t *testing.T) {
	o := open(t)
	d, raw := o.describe()
	if !strings.HasPrefix(d.OpenAPI, "3.1.") || d.Info.Title == "" || d.Info.Version != "test" || len(d.Security) != 2 {
		t.Errorf("head: %+v", d.Info)
	}
	for _, s := range d.Security {
		for name := range s {
			if _, ok := d.Components.SecuritySchemes[name]; !ok {
				t.Errorf("security scheme %q is not described", name)
			}
		}
	}
	checkRefs(t, raw, raw)
	ids := map[string]bool{}
	for path, methods := range d.RawPaths {
		for method, b := range methods {
			var op describedOperation
			if err := json.Unmarshal(b, &op); err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" || len(op.Responses) < 3 {
				t.Errorf("%s %s: operation %q, summary %q, %d responses", method, path, op.OperationID, op.Summary, len(op.Responses))
			}
			ids[op.OperationID] = true
			for code, r := range op.Responses {
				if r.Description == "" {
					t.Errorf("%s %s: response %s without a description", method, path, code)
				}
			}
			var want, got []string
			for _, part := range strings.Split(path, "/") {
				if strings.HasPrefix(part, "{") {
					want = append(want, strings.Trim(part, "{}"))
				}
			}
			for _, p := range op.Parameters {
				if p.In == "path" && p.Required {
					got = append(got, p.Name)
				}
			}
			if !slices.Equal(want, got) {
				t.Errorf("%s %s: parameters %v", method, path, got)
			}
		}
	}
	if w := o.ask("", http.MethodGet, "/openapi.yaml", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "openapi: 3.1") {
		t.Errorf("openapi.yaml: %d", w.Code)
	}
}

// checkRefs finds references that lead nowhere.
func checkRefs(t *testing.T, root map[string]any, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			var at any = root
			for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
				m, _ := at.(map[string]any)
				at = m[part]
			}
			if at == nil {
				t.Errorf("%s leads nowhere", ref)
			}
		}
		for _, x := range v {
			checkRefs(t, root, x)
		}
	case []any:
		for _, x := range v {
			checkRefs(t, root, x)
		}
	}
}

// TestEveryRouteNeedsAToken asks every operation of the description without one, and the owner's with that of staff.
func TestEveryRouteNeedsAToken(t *testing.T) {
	o := open(t)
	d, _ := o.describe()
	forStaff := []string{"status", "list-calls", "get-call", "list-callers", "get-caller", "list-messages", "get-message", "mark-message",
		"list-unanswered", "list-handsets", "call-back", "get-profile", "get-draft", "list-editions", "get-edition", "try-question",
		"list-documents", "get-document", "add-note", "list-running-calls", "follow-running-calls", "change-caller", "list-no-contact",
		"count-requests", "get-update"}
	asked := 0
	for path, methods := range d.RawPaths {
		for method, b := range methods {
			asked++
			method, path := strings.ToUpper(method), strings.NewReplacer("{id}", "x", "{version}", "1").Replace(strings.TrimPrefix(path, api.Base))
			for name, token := range map[string]string{"none": "", "wrong": o.owner + "x", "of another kind": "abc"} {
				w := o.ask(token, method, path, nil)
				if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" ||
					w.Header().Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s %s with token %s: %d %s", method, path, name, w.Code, w.Body)
				}
			}
			var op describedOperation
			if err := json.Unmarshal(b, &op); err != nil {
				t.Fatal(err)
			}
			w := o.ask(o.staff, method, path, nil)
			if forbidden := w.Code == http.StatusForbidden; forbidden == slices.Contains(forStaff, op.OperationID) {
				t.Errorf("%s as staff: %d", op.OperationID, w.Code)
			}
		}
	}
	if asked < 24 {
		t.Errorf("only %d operations were asked", asked)
	}
	if w := o.ask("", http.MethodGet, "/nothing", nil); w.Code != http.StatusUnauthorized {
		t.Errorf("an address that is not there: %d", w.Code)
	}
}

func TestSessionOfThePage(t *testing.T) {
	o := open(t)
	for value, want := range map[string]int{"good": http.StatusOK, "bad": http.StatusUnauthorized} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, api.Base+"/status", nil)
		r.AddCookie(&http.Cookie{Name: "__Host-frontdesk", Value: value})
		w := httptest.NewRecorder()
		if o.handler.ServeHTTP(w, r); w.Code != want {
			t.Errorf("session %s: %d", value, w.Code)
		}
		r.Header.Set("Authorization", "Bearer wrong")
		w = httptest.NewRecorder()
		if o.handler.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
			t.Errorf("session %s with a wrong token: %d", value, w.Code)
		}
	}
}

// TestAnswersFitTheirDescription validates what every GET answers against the schema that is served for it.
func TestAnswersFitTheirDescription(t *testing.T) {
	o := open(t)
	d, raw := o.describe()
	calls := get[struct{ Calls []record.Call }](o, http.MethodGet, "/calls", nil)
	if len(calls.Calls) != 1 {
		t.Fatal("no call")
	}
	fill := strings.NewReplacer("/calls/{id}", "/calls/call-1", "/callers/{id}", "/callers/"+calls.Calls[0].CallerID, "/messages/{id}",
		"/messages/m-1", "{version}", "1", "/documents/{id}", "/documents/"+o.addDocument("", "rules.txt", "Dogs are welcome.").ID,
		"/recipients/{id}", "/recipients/"+o.addRecipient(), "/calendars/{id}", "/calendars/"+o.addCalendar())
	checked := 0
	for path, methods := range d.RawPaths {
		b, ok := methods["get"]
		if !ok {
			continue
		}
		var op describedOperation
		if err := json.Unmarshal(b, &op); err != nil {
			t.Fatal(err)
		}
		w := o.ask(o.owner, http.MethodGet, fill.Replace(strings.TrimPrefix(path, api.Base)), nil)
		var v any
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusOK {
			t.Errorf("%s: %d, %v", path, w.Code, err)
			continue
		}
		for _, c := range op.Responses["200"].Content { // JSON, or lines of it
			for _, problem := range misfits(raw, c.Schema, v, "") {
				t.Errorf("%s: %s", path, problem)
			}
		}
		checked++
	}
	if checked < 12 {
		t.Errorf("only %d answers were checked", checked)
	}
}

// misfits says what in v is not as schema has it: types, fields that are needed or unknown, items, values of closed lists.
func misfits(root, schema map[string]any, v any, at string) (out []string) {
	if ref, ok := schema["$ref"].(string); ok {
		var to any = root
		for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			to = to.(map[string]any)[part]
		}
		return misfits(root, to.(map[string]any), v, at)
	}
	if some := list(schema["anyOf"]); len(some) > 0 {
		var out []string
		for _, sub := range some {
			if out = misfits(root, sub.(map[string]any), v, at); len(out) == 0 {
				return nil
			}
		}
		return out
	}
	kind := map[bool]string{true: "null"}[v == nil]
	switch x := v.(type) {
	case map[string]any:
		kind = "object"
		fields, _ := schema["properties"].(map[string]any)
		for name, y := range x {
			field, ok := fields[name].(map[string]any)
			if !ok && schema["additionalProperties"] == false {
				out = append(out, at+"."+name+" is not described")
			}
			if ok {
				out = append(out, misfits(root, field, y, at+"."+name)...)
			}
		}
		needed, _ := schema["required"].([]any)
		for _, name := range needed {
			if _, ok := x[name.(string)]; !ok {
				out = append(out, at+"."+name.(string)+" is missing")
			}
		}
	case []any:
		kind = "array"
		items, _ := schema["items"].(map[string]any)
		for _, y := range x {
			out = append(out, misfits(root, items, y, at+"[]")...)
		}
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
	}
	var kinds []string
	switch want := schema["type"].(type) {
	case string:
		kinds = []string{want}
	case []any:
		for _, w := range want {
			kinds = append(kinds, w.(string))
		}
	}
	if kind == "number" && slices.Contains(kinds, "integer") {
		kind = "integer"
	}
	if !slices.Contains(kinds, kind) {
		out = append(out, at+" is "+kind+", described as "+strings.Join(kinds, " or "))
	}
	return out
}

func TestCallsAndMessages(t *testing.T) {
	o := open(t)
	type list struct {
		Calls []service.FoundCall
		Total int
		Next  string
	}
	if got := get[list](o, http.MethodGet, "/calls?limit=1", nil); len(got.Calls) != 1 || got.Next == "" {
		t.Errorf("calls: %+v", got)
	} else if after := get[list](o, http.MethodGet, "/calls?before="+got.Next, nil); len(after.Calls) != 0 || after.Next != "" {
		t.Errorf("after the last: %+v", after)
	}
	for query, want := range map[string]int{"toothache": 1, "5550123": 1, "nothing": 0} {
		if got := get[list](o, http.MethodGet, "/calls?q="+query, nil); len(got.Calls) != want || got.Total != want {
			t.Errorf("search for %s: %+v", query, got)
		}
	}
	if got := get[record.Message](o, http.MethodPut, "/messages/m-1/done", map[string]bool{"done": true}); !got.Done {
		t.Errorf("marked: %+v", got)
	}
	for _, bad := range []struct {
		method, path string
		body         any
		code         int
	}{
		{http.MethodGet, "/calls/none", nil, http.StatusNotFound},
		{http.MethodGet, "/nothing", nil, http.StatusNotFound},
		{http.MethodPost, "/calls", nil, http.StatusMethodNotAllowed},
		{http.MethodGet, "/calls?limit=x", nil, http.StatusUnprocessableEntity},
		{http.MethodGet, "/calls?limit=0", nil, http.StatusUnprocessableEntity},
		{http.MethodGet, "/calls?colour=red", nil, http.StatusUnprocessableEntity},
		{http.MethodGet, "/calls?q=a&caller=b", nil, http.StatusUnprocessableEntity},
		{http.MethodPut, "/messages/m-1/done", map[string]string{"done": "yes"}, http.StatusUnprocessableEntity},
		{http.MethodPut, "/messages/none/done", map[string]bool{"done": true}, http.StatusNotFound},
		{http.MethodPut, "/profile", map[string]string{"name": "x"}, http.StatusUnprocessableEntity},
		{http.MethodPost, "/tokens", map[string]string{"name": "x", "role": "root"}, http.StatusUnprocessableEntity},
		{http.MethodPost, "/profile/history/9/back", map[string]string{}, http.StatusNotFound},
	} {
		w := o.ask(o.owner, bad.method, bad.path, bad.body)
		var p huma.ErrorModel
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != bad.code || p.Status != bad.code || p.Detail == "" ||
			w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s %s, %v; want %d", bad.method, bad.path, w.Code, w.Header().Get("Content-Type"), w.Body, err, bad.code)
		}
	}
}

func TestProfileThroughTheInterface(t *testing.T) {
	o := open(t)
	p := get[service.Profile](o, http.MethodGet, "/profile", nil)
	d := get[service.Draft](o, http.MethodGet, "/profile/draft", nil)
	if !reflect.DeepEqual(p.Business, d.Business) {
		t.Error("an untouched draft differs")
	}
	b := p.Business
	b.Hours.Sunday = "whenever"
	d = get[service.Draft](o, http.MethodPut, "/profile/draft", map[string]any{"revision": d.Revision, "section": "hours", "business": b})
	if len(d.Problems) != 1 || d.Problems[0].Path != "hours.sunday" {
		t.Fatalf("problems: %+v", d.Problems)
	}
	w := o.ask(o.owner, http.MethodPost, "/profile/draft/publish", map[string]any{"revision": d.Revision})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"location":"hours.sunday"`) {
		t.Errorf("published: %d %s", w.Code, w.Body)
	}
	b.Hours.Sunday = "9-12"
	d = get[service.Draft](o, http.MethodPut, "/profile/draft", map[string]any{"revision": d.Revision, "business": b})
	if w := o.ask(o.owner, http.MethodPut, "/profile/draft",
		map[string]any{"revision": 0, "section": "hours", "business": b}); w.Code != http.StatusConflict {
		t.Errorf("a stale change: %d", w.Code)
	}
	tried := get[struct{ Said, Source string }](o, http.MethodPost, "/profile/try", map[string]any{"question": "are you open on sunday"})
	if tried.Source != "hours.sunday" || !strings.HasPrefix(tried.Said, "Yes") {
		t.Errorf("tried: %+v", tried)
	}
	if got := get[struct{ Version int }](o, http.MethodPost, "/profile/draft/publish",
		map[string]any{"revision": d.Revision, "note": "Sundays"}); got.Version != 2 {
		t.Errorf("published: %+v", got)
	}
	if got := get[struct{ Version int }](o, http.MethodPost, "/profile/history/1/back", map[string]any{}); got.Version != 3 {
		t.Errorf("gone back: %+v", got)
	}
	open := get[[]record.Unanswered](o, http.MethodGet, "/unanswered", nil)
	if got := get[service.Answered](o, http.MethodPost, "/unanswered/"+open[0].ID+"/answer",
		service.Reply{Text: "No, teeth only."}); got.Version != 4 {
		t.Errorf("answered: %+v", got)
	}
	made := get[service.NewToken](o, http.MethodPost, "/tokens", map[string]string{"name": "calendar", "role": "staff"})
	if w := o.ask(made.Secret, http.MethodGet, "/status", nil); w.Code != http.StatusOK {
		t.Errorf("with the new token: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodDelete, "/tokens/"+made.ID, nil); w.Code != http.StatusNoContent {
		t.Errorf("revoked: %d %s", w.Code, w.Body)
	}
	if w := o.ask(made.Secret, http.MethodGet, "/status", nil); w.Code != http.StatusUnauthorized {
		t.Errorf("with the revoked token: %d", w.Code)
	}
}

func TestRightsThroughTheInterface(t *testing.T) {
	o := open(t)
	calls := get[struct{ Calls []record.Call }](o, http.MethodGet, "/calls", nil)
	who := "/callers/" + calls.Calls[0].CallerID
	if c := get[record.Caller](o, http.MethodPut, who,
		service.CallerEdit{
			Add: []record.Field{{Kind: record.FieldEmail, Value: "ada@example.org"}}, Tags: []record.Tag{record.TagVIP},
		}); !c.Has(record.TagVIP) || c.Fields[len(c.Fields)-1].By != "test" {
		t.Errorf("the card is %+v", c)
	}
	r := get[record.Request](o, http.MethodPost, who+"/requests", map[string]string{"kind": "erase"})
	if w := o.ask(o.owner, http.MethodPost, "/requests/"+r.ID+"/complete", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without knowing who asks: %d", w.Code)
	}
	if got := get[record.Request](o, http.MethodPost, "/requests/"+r.ID+"/refuse",
		map[string]string{"reason": "not the person"}); got.State != record.RequestRefused {
		t.Errorf("refused: %+v", got)
	}
	if rs := get[[]record.Request](o, http.MethodGet, "/requests", nil); len(rs) != 1 {
		t.Errorf("requests: %+v", rs)
	}
	got := get[struct {
		Receipt string `json:"receipt"`
		Calls   int    `json:"calls"`
		Left    int    `json:"traces_left"`
	}](o, http.MethodDelete, who+"?reason=asked", nil)
	if got.Receipt == "" || got.Calls != 1 || got.Left != 0 {
		t.Errorf("erased: %+v", got)
	}
	if w := o.ask(o.owner, http.MethodGet, who, nil); w.Code != http.StatusNotFound {
		t.Errorf("after the erasure: %d", w.Code)
	}
}

func TestKeepingThroughTheInterface(t *testing.T) {
	o := open(t)
	calls := get[struct{ Calls []record.Call }](o, http.MethodGet, "/calls", nil)
	who := "/callers/" + calls.Calls[0].CallerID
	for _, path := range []string{
		"/holds", "/retention", "/audit", "/egress", "/backups", "/imports", "/erasures", "/processing", "/statistics",
	} {
		if w := o.ask(o.staff, http.MethodGet, path, nil); w.Code != http.StatusForbidden {
			t.Errorf("%s by staff: %d", path, w.Code)
		}
	}
	// Staff write on cards, and only the owner takes off what guards the person.
	if w := o.ask(o.staff, http.MethodPut, who, map[string]any{"tags": []string{"objects", "vip"}}); w.Code != http.StatusOK {
		t.Errorf("tags by staff: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.staff, http.MethodPut, who, map[string]any{"untag": []string{"objects"}}); w.Code != http.StatusForbidden {
		t.Errorf("an objection lifted by staff: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.staff, http.MethodPut, who, map[string]any{"untag": []string{"vip"}}); w.Code != http.StatusOK {
		t.Errorf("a tag that guards nobody: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.owner, http.MethodPut, who, map[string]any{"untag": []string{"objects"}}); w.Code != http.StatusOK {
		t.Errorf("an objection lifted by the owner: %d %s", w.Code, w.Body)
	}
	// Consents and holds.
	if c := get[record.Consent](o, http.MethodPost, who+"/consents",
		map[string]string{"kind": "contact", "state": "refused"}); c.How != record.ByOffice || c.By != "test" {
		t.Errorf("consent: %+v", c)
	}
	if c := get[service.CallerDetail](o, http.MethodGet, who, nil); !c.Has(record.TagNoContact) {
		t.Errorf("the card is %+v", c.Caller)
	}
	hold := map[string]any{"reason": "a law suit", "until": at.AddDate(1, 0, 0)}
	if w := o.ask(o.owner, http.MethodPut, who+"/hold", hold); w.Code != http.StatusNoContent {
		t.Errorf("hold: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.owner, http.MethodDelete, who, nil); w.Code != http.StatusConflict {
		t.Errorf("erased under a hold: %d", w.Code)
	}
	if hs := get[[]record.Hold](o, http.MethodGet, "/holds", nil); len(hs) != 1 {
		t.Errorf("holds: %+v", hs)
	}
	if w := o.ask(o.owner, http.MethodDelete, who+"/hold", nil); w.Code != http.StatusNoContent {
		t.Errorf("release: %d %s", w.Code, w.Body)
	}
	// Retention keeps its old state on bad input.
	if w := o.ask(o.owner, http.MethodPut, "/retention", record.Retention{Calls: -1}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("days that cannot be: %d", w.Code)
	}
	if due := get[[]privacy.Due](o, http.MethodPost, "/retention/preview", record.Retention{Transcripts: 3660}); len(due) != 0 {
		t.Errorf("preview: %+v", due)
	}
	if r := get[record.Retention](o, http.MethodPut, "/retention", record.Retention{Calls: 30, Transcripts: 10}); r.By != "test" ||
		r.Calls != 30 {
		t.Errorf("retention: %+v", r)
	}
	// All that is kept.
	w := o.ask(o.owner, http.MethodPost, who+"/export", map[string][]string{"redact": {"toothache"}})
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" || err != nil || len(z.File) < 3 {
		t.Errorf("export: %d, %v", w.Code, err)
	}
	if w := o.ask(o.owner, http.MethodPost, "/callers/nobody/export", map[string][]string{}); w.Code != http.StatusNotFound {
		t.Errorf("export of nobody: %d", w.Code)
	}
	// Contacts, first as a plan.
	list := []map[string]any{
		{"name": "Grace", "number": "217 555 0181"}, {"name": "Alan", "numbers": []string{"+1 217 555 0182"}, "shoe": "42"},
	}
	type outcome struct {
		Contacts int
		Bad      []struct{ Line int }
		Import   *record.ImportBatch
	}
	if p := get[outcome](o, http.MethodPost, "/contacts?dry_run=true", list); p.Contacts != 2 || len(p.Bad) != 1 || p.Import != nil {
		t.Errorf("plan: %+v", p)
	}
	p := get[outcome](o, http.MethodPost, "/contacts", list)
	if p.Import == nil || p.Import.New != 2 {
		t.Fatalf("import: %+v", p)
	}
	if w := o.ask(o.owner, http.MethodPost, "/contacts", "no list"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("something else: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodDelete, "/imports/"+p.Import.ID, nil); w.Code != http.StatusNoContent {
		t.Errorf("undo: %d %s", w.Code, w.Body)
	}
	if cs := get[[]record.Caller](o, http.MethodGet, "/callers", nil); len(cs) != 1 {
		t.Errorf("callers: %+v", cs)
	}
	// Backups.
	if _, err := service.SetUpBackup.Get(servicetest.Operator(t), o.service); err != nil {
		t.Fatal(err)
	}
	made := get[struct{ Name string }](o, http.MethodPost, "/backups", nil)
	if got := get[struct{ Report struct{ Values int } }](o, http.MethodPost, "/backups/"+made.Name+"/verify", nil); got.Report.Values == 0 {
		t.Errorf("verified: %+v", got)
	}
	if es := get[[]record.AuditEntry](o, http.MethodGet, "/audit?limit=3", nil); len(es) != 3 || es[0].Act != "verify backup" ||
		!strings.HasPrefix(es[0].Who, "token ") {
		t.Errorf("audit: %+v", es)
	}
	for query, want := range map[string]int{
		"about=" + strings.ToUpper(made.Name) + "&who=TOKEN": 2, "who=nobody": 0, "since=2999-01-01T00:00:00Z": 0,
		"about=" + made.Name + "&since=2020-01-01T00:00:00Z": 2,
	} {
		if es := get[[]record.AuditEntry](o, http.MethodGet, "/audit?"+query, nil); len(es) != want {
			t.Errorf("audit %s: %+v, want %d", query, es, want)
		}
	}
}

func TestExamples(t *testing.T) {
	o := open(t)
	if ms := get[[]edit.Meaning](o, "GET", "/examples/meanings", nil); len(ms) < 10 || ms[0].Means != "hours" {
		t.Errorf("meanings: %+v", ms)
	}
	e := get[service.Learned](o, "PUT", "/calls/call-1/turns/0/meant", map[string]string{"means": "hours"})
	if e.Text != "hello" || e.Says != "opening hours" {
		t.Errorf("taught: %+v", e)
	}
	if kept := get[service.Learned](o, "POST", "/examples/"+e.ID+"/keep", nil); !kept.General {
		t.Errorf("kept: %+v", kept)
	}
	if list := get[[]service.Learned](o, "GET", "/examples", nil); len(list) != 1 || list[0].ID != e.ID {
		t.Errorf("listed: %+v", list)
	}
	if w := o.ask(o.staff, "DELETE", "/examples/"+e.ID, nil); w.Code != http.StatusForbidden {
		t.Errorf("staff: %d", w.Code)
	}
	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
		if w := o.ask(o.owner, "DELETE", "/examples/"+e.ID, nil); w.Code != want {
			t.Errorf("removed: %d, want %d", w.Code, want)
		}
	}
	if m := get[service.Mended](o, "PUT", "/calls/call-1/turns/0/words",
		map[string]string{"text": "hello Hillcrest"}); m.Listens != "Hillcrest" || m.Heard != "hello" {
		t.Errorf("corrected: %+v", m)
	}
	if w := o.ask(o.owner, "PUT", "/calls/call-1/turns/0/meant", map[string]string{"means": "price:kayak"}); w.Code != http.StatusNotFound {
		t.Errorf("a meaning that is none: %d", w.Code)
	}
}
