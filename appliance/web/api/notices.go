package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// noticeRoutes are what callers have to be told.
func (a *interfaces) noticeRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/notices", "list-notices", tagProfile,
		"What callers are told about assistant, recording and privacy, and all former wordings", service.ListNotices),
		func(ctx context.Context, _ *empty) (*body[[]service.NoticeState], error) {
			ns, err := service.ListNotices.Get(ctx, a.service)
			return answer(a, ns, err)
		})
	type kind struct {
		Body struct {
			Kind record.NoticeKind `json:"kind" enum:"assistant,recording,privacy"`
		}
	}
	hear := may(operation(http.MethodPost, "/notices/hear", "hear-notice", tagProfile,
		"What the draft tells callers, spoken by the box's voice; a new wording can be published then", service.HearNotice), http.StatusNotFound)
	hear.Responses = fileAnswer("The sound", "audio/wav")
	huma.Register(a.api, hear, func(ctx context.Context, in *kind) (*huma.StreamResponse, error) {
		c, err := service.HearNotice.Do(ctx, a.service, in.Body.Kind)
		return a.file(c, "notice.wav", err)
	})
}

// fileAnswer describes an answer that is a file.
func fileAnswer(text, media string) map[string]*huma.Response {
	return map[string]*huma.Response{
		"200": {Description: text, Content: map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}},
	}
}

// file answers with a file.
func (a *interfaces) file(c service.Content, name string, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, a.explain(err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", c.Type())
		h.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		if err := service.Pour(h.BodyWriter(), c); err != nil {
			a.log.Error("send file", "file", name, "err", err) // what was sent lacks its end
		}
	}}, nil
}
