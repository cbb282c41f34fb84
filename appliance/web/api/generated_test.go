package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/web/api"
)

// schema is a part of the served description.
type schema = map[string]any

// described is an operation of the served description, as a program that knows nothing else reads it.
type described struct {
	method, path string
	op           schema
	root         schema
}

// all returns every operation, in an order.
func (o *office) all() (out []described) {
	_, root := o.describe()
	paths := root["paths"].(schema)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		methods := paths[path].(schema)
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			out = append(out, described{strings.ToUpper(method), strings.TrimPrefix(path, api.Base), methods[method].(schema), root})
		}
	}
	return out
}

// at follows references.
func (d described) at(s schema) schema {
	for {
		ref, ok := s["$ref"].(string)
		if !ok {
			return s
		}
		var to any = d.root
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			to = to.(schema)[part]
		}
		s = to.(schema)
	}
}

// kinds are the types that a value may have.
func (d described) kinds(s schema) (out []string) {
	s = d.at(s)
	for _, sub := range list(s["anyOf"]) {
		out = append(out, d.kinds(sub.(schema))...)
	}
	switch t := s["type"].(type) {
	case string:
		out = append(out, t)
	case []any:
		for _, x := range t {
			out = append(out, x.(string))
		}
	}
	return out
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// sample is something that fits, of as few fields as will do.
func (d described) sample(s schema) any {
	s = d.at(s)
	if sub := list(s["anyOf"]); len(sub) > 0 {
		return d.sample(sub[0].(schema))
	}
	if e := list(s["enum"]); len(e) > 0 {
		return e[0]
	}
	switch kinds := d.kinds(s); {
	case slices.Contains(kinds, "object"):
		out := schema{}
		for _, name := range list(s["required"]) {
			if name != "$schema" {
				out[name.(string)] = d.sample(s["properties"].(schema)[name.(string)].(schema))
			}
		}
		return out
	case slices.Contains(kinds, "array"):
		if s["minItems"] == nil {
			return []any{}
		}
		return []any{d.sample(s["items"].(schema))}
	case slices.Contains(kinds, "integer"), slices.Contains(kinds, "number"):
		if n, ok := s["minimum"].(float64); ok {
			return n
		}
		return 1
	case slices.Contains(kinds, "boolean"):
		return true
	}
	if s["format"] == "date-time" {
		return "2026-03-02T17:00:00Z"
	}
	return "x"
}

// another is a value of a type that does not fit; false when every one does.
func (d described) another(s schema) (any, bool) {
	kinds := d.kinds(s)
	for kind, v := range map[string]any{"string": "x", "integer": 7, "array": []any{}, "object": schema{}, "boolean": true} {
		if len(kinds) > 0 && !slices.Contains(kinds, kind) && (kind != "integer" || !slices.Contains(kinds, "number")) {
			return v, true
		}
	}
	return nil, false
}

// probe is a request that was made up, and whether the description says that it is wrong.
type probe struct {
	what  string
	path  string
	query url.Values
	body  []byte
	kind  string // of the body; "" = JSON
	wrong bool
}

// tooLong is longer than s allows; false when it bounds nothing.
func (d described) tooLong(s schema) (string, bool) {
	n, ok := d.at(s)["maxLength"].(float64)
	return strings.Repeat("x", int(n)+1), ok
}

// probes makes up requests: the plain one, and then one thing after the other that is empty, of a wrong type, null, too long,
// unknown, twice.
func (d described) probes(fill map[string]string) (out []probe) {
	base := probe{what: "plain", path: d.path, query: url.Values{}}
	params := list(d.op["parameters"])
	for _, p := range params {
		p := p.(schema)
		if p["in"] == "path" {
			value := fill[p["name"].(string)]
			base.path = strings.ReplaceAll(base.path, "{"+p["name"].(string)+"}", value)
		} else if p["required"] == true {
			base.query.Set(p["name"].(string), "x")
		}
	}
	content := schema{}
	if b, ok := d.op["requestBody"].(schema); ok {
		content = b["content"].(schema)
	}
	var body schema // what is described of it; nil = no JSON
	for kind, m := range content {
		if body = m.(schema)["schema"].(schema); kind != "application/json" {
			body, base.kind, base.body = nil, kind, []byte("Dogs are welcome.")
		} else {
			base.body = encode(d.sample(body))
		}
	}
	out = append(out, base)
	add := func(what string, wrong bool, change func(p *probe)) {
		p := base
		p.what, p.wrong, p.query = what, wrong, maps.Clone(base.query)
		change(&p)
		out = append(out, p)
	}
	for _, p := range params {
		p := p.(schema)
		name, s := p["name"].(string), p["schema"].(schema)
		set := func(value string) func(*probe) {
			return func(b *probe) {
				if p["in"] == "path" {
					b.path = replaced(d.path, name, value, fill)
				} else {
					b.query.Set(name, value)
				}
			}
		}
		text := slices.Contains(d.kinds(s), "string") && s["format"] == nil && s["enum"] == nil
		if p["in"] == "query" {
			add(name+" empty", !text || p["required"] == true, set(""))
			add(name+" twice", true, func(b *probe) { b.query[name] = []string{fmt.Sprint(d.sample(s)), fmt.Sprint(d.sample(s))} })
		}
		if !text {
			add(name+" of a wrong type", true, set("x"))
			add(name+" of another wrong type", true, set("1e400"))
		}
		if long, ok := d.tooLong(s); ok {
			add(name+" too long", true, set(long))
		}
		if n, ok := s["minimum"].(float64); ok {
			add(name+" too small", true, set(strconv.Itoa(int(n)-1)))
		}
		if n, ok := s["maximum"].(float64); ok {
			add(name+" too large", true, set(strconv.Itoa(int(n)+1)))
		}
	}
	add("an unknown parameter", true, func(b *probe) { b.query.Set("colour", "red") })
	if len(content) > 0 {
		add("no body", d.op["requestBody"].(schema)["required"] == true, func(b *probe) { b.body = nil })
	}
	if body != nil {
		add("no JSON", true, func(b *probe) { b.body = []byte(`{"`) })
		add("a body of another kind", true, func(b *probe) { b.kind = "text/x-shoes" })
		add("too large a body", true, func(b *probe) { b.body = []byte(`{"x":"` + strings.Repeat("x", 2<<20) + `"}`) })
		if v, ok := d.another(body); ok {
			add("a body of a wrong type", true, func(b *probe) { b.body = encode(v) })
		}
		add("null as body", !slices.Contains(d.kinds(body), "null"), func(b *probe) { b.body = []byte("null") })
		d.bodyProbes(body, func(what string, wrong bool, v any) {
			add(what, wrong, func(b *probe) { b.body = encode(v) })
		}, "", func(v any) any { return v }, 4)
	}
	return out
}

// bodyProbes does the same to each field of a body and of what is in it; within puts a value of s where it belongs.
func (d described) bodyProbes(s schema, add func(what string, wrong bool, v any), at string, within func(any) any, depth int) {
	s = d.at(s)
	if sub := list(s["anyOf"]); len(sub) > 0 {
		s = d.at(sub[0].(schema))
	}
	if items, ok := s["items"].(schema); ok && depth > 0 {
		d.bodyProbes(items, add, at+"[]", func(v any) any { return within([]any{v}) }, depth-1)
	}
	fields, _ := s["properties"].(schema)
	if len(fields) == 0 || depth == 0 {
		return
	}
	whole := d.sample(s).(schema)
	with := func(name string, v any) any {
		c := maps.Clone(whole)
		c[name] = v
		return within(c)
	}
	if s["additionalProperties"] == false {
		add(at+" with an unknown field", true, with("shoe", 42))
	}
	for name, f := range fields {
		f := f.(schema)
		if name == "$schema" {
			continue
		}
		here := at + "." + name
		add(here+" null", !slices.Contains(d.kinds(f), "null"), with(name, nil))
		if v, ok := d.another(f); ok {
			add(here+" of a wrong type", true, with(name, v))
		}
		if long, ok := d.tooLong(f); ok {
			add(here+" too long", true, with(name, long))
		}
		if d.at(f)["enum"] != nil {
			add(here+" of an unknown value", true, with(name, "shoe"))
		}
		if n, ok := d.at(f)["minLength"].(float64); ok && n > 0 {
			add(here+" empty", true, with(name, ""))
		}
		d.bodyProbes(f, add, here, func(v any) any { return with(name, v) }, depth-1)
	}
}

// replaced fills a path, one of its places with value.
func replaced(path, name, value string, fill map[string]string) string {
	path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	for n, v := range fill {
		path = strings.ReplaceAll(path, "{"+n+"}", v)
	}
	return path
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// send sends a probe as the owner.
func (o *office) send(method string, p probe) *httptest.ResponseRecorder {
	var body io.Reader
	if p.body != nil {
		body = strings.NewReader(string(p.body))
	}
	target := api.Base + p.path
	if len(p.query) > 0 {
		target += "?" + p.query.Encode()
	}
	r := httptest.NewRequestWithContext(o.t.Context(), method, target, body)
	r.Header.Set("Authorization", "Bearer "+o.owner)
	if p.body != nil {
		r.Header.Set("Content-Type", p.kind)
		if p.kind == "" {
			r.Header.Set("Content-Type", "application/json")
		}
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w
}

// TestWhatIsAnsweredIsDescribed makes requests up from the served description, and holds what comes of them against it: the status
// must be one that the operation lists, what the description forbids must be refused, and nothing that is sent is a fault of ours.
func TestWhatIsAnsweredIsDescribed(t *testing.T) {
	sent := 0
	first := open(t)
	for _, d := range first.all() {
		id := d.op["operationId"].(string)
		t.Run(id, func(t *testing.T) {
			o := open(t) // what one operation changes is no matter of the next
			calls := get[struct {
				Calls []struct {
					Caller string `json:"caller_id"`
				}
			}](o, http.MethodGet, "/calls", nil)
			fill := map[string]string{"id": "m-1", "version": "1", "turn": "0", "name": "none", "role": "speech"}
			switch {
			case strings.HasPrefix(d.path, "/calls/"):
				fill["id"] = "call-1"
			case strings.HasPrefix(d.path, "/callers/"):
				fill["id"] = calls.Calls[0].Caller
			}
			responses := d.op["responses"].(schema)
			for _, p := range d.probes(fill) {
				sent++
				w := o.send(d.method, p)
				r, listed := responses[strconv.Itoa(w.Code)].(schema)
				switch {
				case !listed:
					t.Errorf("%s: %d, which is not described: %s", p.what, w.Code, w.Body)
				case w.Code == http.StatusInternalServerError:
					t.Errorf("%s: a fault of ours: %s", p.what, w.Body)
				case p.wrong && w.Code/100 != 4:
					t.Errorf("%s: %d, although the description forbids it: %.200s", p.what, w.Code, p.body)
				case w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json":
					t.Errorf("%s: %d as %s", p.what, w.Code, w.Header().Get("Content-Type"))
				}
				if m, ok := r["content"].(schema)["application/json"].(schema); ok {
					var v any
					if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
						t.Errorf("%s: %v", p.what, err)
					}
					for _, problem := range misfits(d.root, m["schema"].(schema), v, "") {
						t.Errorf("%s: the answer%s", p.what, problem)
					}
				}
			}
		})
	}
	if sent < 800 {
		t.Errorf("only %d requests were made up", sent)
	}
}

// TestWhoMayAtTheInterface has everything done that is described, by a token of each role: the one rule is the operations'.
func TestWhoMayAtTheInterface(t *testing.T) {
	roles := map[string]service.Role{"fd_owner": service.Owner, "fd_staff": service.Staff}
	f := &servicetest.Fake{}
	servicetest.On(f, service.CheckToken, func(_ context.Context, secret string) (service.Token, error) {
		return service.Token{
			Name: secret, Role: map[service.Role]record.Role{service.Owner: record.RoleOwner, service.Staff: record.RoleStaff}[roles[secret]],
		}, nil
	})
	spy := &servicetest.Spy{Else: answering{f}}
	o := open(t)
	o.handler = api.New(api.Options{Service: spy})
	for _, d := range o.all() {
		for secret, role := range roles {
			o.owner = secret
			p := d.probes(map[string]string{"id": "x", "version": "1", "turn": "0", "name": "x", "role": "text", "step": "prices"})[0]
			over := spy.Over()
			w := o.send(d.method, p)
			if w.Code/100 != 2 && w.Code != http.StatusForbidden || spy.Over() != over {
				t.Errorf("%s as %b: %d %s", d.op["operationId"], role, w.Code, w.Body)
			}
		}
	}
	for o.owner = range roles {
		if w := o.send(http.MethodGet, probe{path: "/calls", query: url.Values{"q": {"tooth"}}}); w.Code != http.StatusOK {
			t.Errorf("search: %d %s", w.Code, w.Body)
		}
	}
	spy.Check(t, 60, nil, service.Owner, service.Staff)
}

// answering answers what a fake knows, and everything else with nothing.
type answering struct{ f *servicetest.Fake }

// Invoke implements service.Invoker.
func (a answering) Invoke(ctx context.Context, op service.Operation, in, out any) error {
	if op == service.Operation(service.CheckToken) {
		return a.f.Invoke(ctx, op, in, out)
	}
	return nil
}
