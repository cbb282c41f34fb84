package api

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// What the library does and does not say of it stands here.

// describeBody adds what comes of a body that is missing, too large, no JSON, or of another kind.
func describeBody(_ *huma.OpenAPI, op *huma.Operation) {
	if op.RequestBody == nil {
		return
	}
	for _, code := range []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType} {
		op.Responses[strconv.Itoa(code)] = &huma.Response{
			Description: http.StatusText(code),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/ErrorModel"}}},
		}
	}
}

// describeNulls says of every field that may be left out of a body that it may be null as well, which means the same.
func describeNulls(o *huma.OpenAPI) {
	d := nulls{schemas: o.Components.Schemas, seen: map[*huma.Schema]bool{}}
	for _, p := range o.Paths {
		for _, op := range []*huma.Operation{p.Get, p.Post, p.Put, p.Patch, p.Delete} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, m := range op.RequestBody.Content {
				d.describe(m.Schema)
			}
		}
	}
}

// nulls goes through schemas, each once.
type nulls struct {
	schemas huma.Registry
	seen    map[*huma.Schema]bool
}

func (d nulls) describe(s *huma.Schema) {
	if s == nil || d.seen[s] {
		return
	}
	d.seen[s] = true
	if s.Ref != "" {
		d.describe(d.schemas.SchemaFromRef(s.Ref))
		return
	}
	d.describe(s.Items)
	needed := map[string]bool{}
	for _, name := range s.Required {
		needed[name] = true
	}
	for name, field := range s.Properties {
		d.describe(field)
		switch {
		case needed[name] || field.Nullable:
		case field.Ref != "":
			s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{field, {Type: "null"}}, Description: field.Description}
		case field.Type != "":
			field.Nullable = true
			if len(field.Enum) > 0 {
				field.Enum = append(field.Enum, nil)
			}
		}
	}
}

// given refuses parameters that are there and say nothing, or are there twice: the library would take them for missing, and the
// rest of them not.
func (a *interfaces) given(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	sent := u.Query()
	for _, p := range ctx.Operation().Parameters {
		values, there := sent[p.Name]
		if p.In != "query" || !there || p.Schema == nil {
			continue
		}
		text := p.Schema.Type == huma.TypeString && p.Schema.Format == "" && len(p.Schema.Enum) == 0
		if len(values) > 1 || values[0] == "" && !text {
			_ = huma.WriteErr(a.api, ctx, http.StatusUnprocessableEntity, "validation failed",
				&huma.ErrorDetail{Location: "query." + p.Name, Message: "send one value, or leave it out", Value: values[0]})
			return
		}
	}
	next(ctx)
}
