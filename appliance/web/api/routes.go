package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/tryout"
)

// byID names one record in the path.
type byID struct {
	ID string `path:"id" maxLength:"100" doc:"As the lists give it."`
}

// Groups of operations in the description.
const (
	tagStatus   = "Status"
	tagCalls    = "Calls"
	tagMessages = "Messages"
	tagProfile  = "Profile"
	tagTokens   = "Tokens"
)

func (a *interfaces) statusRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/status", "status", tagStatus, "Is it answering, and if not, why", service.ReadStatus),
		func(ctx context.Context, _ *empty) (*body[service.Status], error) {
			s, err := service.ReadStatus.Get(ctx, a.service)
			return answer(a, s, err)
		})
}

// callList is one page of calls.
type callList struct {
	Calls    []service.FoundCall `json:"calls" nullable:"false"`
	Texts    []record.Message    `json:"texts,omitempty" doc:"Messages that fit and came as a text, in no call; only with q, on the first page."`
	Total    int                 `json:"total,omitempty" doc:"How many calls fit in all; only with q."`
	Complete bool                `json:"complete" doc:"False while older calls are still being read into the search after a start."`
	Next     string              `json:"next,omitempty" doc:"The value of before for the next page; missing on the last."`
}

func (a *interfaces) callRoutes() {
	type filter struct {
		Q      string    `query:"q" maxLength:"200" doc:"Words that were said, left or are in a name, or three digits and more of a number; all must be there."`
		Caller string    `query:"caller" maxLength:"100" doc:"Calls of this caller only, by ID. Not together with q."`
		Since  time.Time `query:"since" doc:"Started then or later."`
		Before time.Time `query:"before" doc:"Started earlier."`
		Limit  int       `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	}
	huma.Register(a.api, operation(http.MethodGet, "/calls", "list-calls", tagCalls,
		"Calls, newest first", service.SearchCalls, service.ListCalls),
		func(ctx context.Context, f *filter) (*body[callList], error) {
			if f.Q != "" && f.Caller != "" {
				return nil, huma.Error422UnprocessableEntity("Send q or caller, not both.")
			}
			if f.Q != "" {
				found, err := service.SearchCalls.Do(ctx, a.service, service.CallSearch{Text: f.Q, Since: f.Since, Before: f.Before, Limit: f.Limit})
				out := page(found.Calls, f.Limit, found.Total, found.Complete)
				out.Texts = found.Texts
				return answer(a, out, err)
			}
			cs, err := service.ListCalls.Do(ctx, a.service, service.CallFilter{Caller: f.Caller, Since: f.Since, Before: f.Before, Limit: f.Limit})
			list := make([]service.FoundCall, len(cs))
			for i, c := range cs {
				list[i].Call = c
			}
			return answer(a, page(list, f.Limit, 0, true), err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/calls/{id}", "get-call", tagCalls,
		"One call with all that was heard, decided and said", service.ReadCall), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[service.CallDetail], error) {
			c, err := service.ReadCall.Do(ctx, a.service, in.ID)
			return answer(a, c, err)
		})
	type note struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Text record.Personal `json:"text" minLength:"1" maxLength:"2000"`
		}
	}
	write := may(operation(http.MethodPost, "/calls/{id}/notes", "add-note", tagCalls, "Write a note of the office on a call",
		service.AddNote), http.StatusNotFound)
	write.DefaultStatus = http.StatusCreated
	huma.Register(a.api, write, func(ctx context.Context, in *note) (*body[record.Note], error) {
		n, err := service.AddNote.Do(ctx, a.service, service.CallNote{Call: in.ID, Text: in.Body.Text})
		return answer(a, n, err)
	})
	type limited struct {
		Limit int `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	}
	huma.Register(a.api, operation(http.MethodGet, "/callers", "list-callers", tagCalls,
		"Who has ever called, the latest first", service.ListCallers),
		func(ctx context.Context, in *limited) (*body[[]record.Caller], error) {
			cs, err := service.ListCallers.Do(ctx, a.service, in.Limit)
			return answer(a, cs, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/callers/{id}", "get-caller", tagCalls,
		"One caller with the latest calls", service.ReadCaller), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[service.CallerDetail], error) {
			c, err := service.ReadCaller.Do(ctx, a.service, in.ID)
			return answer(a, c, err)
		})
}

// page makes a page of calls; a full one may have another after it.
func page(list []service.FoundCall, limit, total int, complete bool) callList {
	out := callList{Calls: list, Total: total, Complete: complete}
	if out.Calls == nil {
		out.Calls = []service.FoundCall{}
	}
	if len(list) > 0 && len(list) == limit && (total == 0 || total > limit) {
		out.Next = cursor(list[len(list)-1].Started)
	}
	return out
}

func (a *interfaces) messageRoutes() {
	type filter struct {
		Done  bool `query:"done" doc:"Those too that were dealt with."`
		Limit int  `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	}
	huma.Register(a.api, operation(http.MethodGet, "/messages", "list-messages", tagMessages,
		"What callers left, newest first", service.ListMessages),
		func(ctx context.Context, f *filter) (*body[[]record.Message], error) {
			ms, err := service.ListMessages.Do(ctx, a.service, service.MessageFilter{Limit: f.Limit, Done: f.Done})
			return answer(a, ms, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/messages/{id}", "get-message", tagMessages,
		"One message", service.ReadMessage), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[record.Message], error) {
			m, err := service.ReadMessage.Do(ctx, a.service, in.ID)
			return answer(a, m, err)
		})
	type mark struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Done bool `json:"done" doc:"False takes it back."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/messages/{id}/done", "mark-message", tagMessages,
		"Say whether a message was dealt with", service.MarkMessage), http.StatusNotFound),
		func(ctx context.Context, in *mark) (*body[record.Message], error) {
			m, err := service.MarkMessage.Do(ctx, a.service, service.MessageMark{ID: in.ID, Done: in.Body.Done})
			return answer(a, m, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/handsets", "list-handsets", tagMessages,
		"Telephones of the office from which people call back", service.ListHandsets),
		func(ctx context.Context, _ *empty) (*body[[]service.Handset], error) {
			hs, err := service.ListHandsets.Get(ctx, a.service)
			return answer(a, hs, err)
		})
	type ring struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Extension string `json:"extension" maxLength:"64" doc:"Of the telephone that rings, one of /handsets."`
			Sure      bool   `json:"sure,omitempty" doc:"Also when the person does not want to be called unasked."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/messages/{id}/call-back", "call-back", tagMessages,
		"Ring a telephone of the office and join it with who left the message; answers when that is done, or says why it is not",
		service.CallBack), http.StatusNotFound, http.StatusBadGateway),
		func(ctx context.Context, in *ring) (*empty, error) {
			err := service.CallBack.Act(ctx, a.service, service.Ring{Message: in.ID, Extension: in.Body.Extension, Sure: in.Body.Sure})
			var failed *service.CallError
			if errors.As(err, &failed) {
				return nil, huma.Error502BadGateway(failed.Error())
			}
			return a.done(err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/unanswered", "list-unanswered", tagMessages,
		"Questions that the profile has no answer to, those asked most often first", service.ListQuestions),
		func(ctx context.Context, _ *empty) (*body[[]record.Unanswered], error) {
			us, err := service.ListQuestions.Get(ctx, a.service)
			return answer(a, us, err)
		})
	type reply struct {
		ID   string `path:"id" maxLength:"100"`
		Body service.Reply
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/unanswered/{id}/answer", "answer-question", tagMessages,
		"Answer a question for good: it is published at once, and the question leaves the list", service.AnswerQuestion), http.StatusNotFound),
		func(ctx context.Context, in *reply) (*body[service.Answered], error) {
			got, err := service.AnswerQuestion.Do(ctx, a.service, service.QuestionReply{ID: in.ID, Reply: in.Body})
			return answer(a, got, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/unanswered/{id}", "dismiss-question", tagMessages,
		"Take a question off the list without an answer", service.DismissQuestion), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.DismissQuestion.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
}

// published says which version holds now.
type published struct {
	Version int `json:"version"`
}

// listedEdition is a version in a list, without all that it says.
type listedEdition struct {
	Version int           `json:"version"`
	At      time.Time     `json:"at,omitzero"`
	Note    string        `json:"note,omitempty"`
	Of      int           `json:"of,omitempty" doc:"The older version that was gone back to."`
	Changes []edit.Change `json:"changes" nullable:"false" doc:"From the version before."`
}

func (a *interfaces) profileRoutes() {
	huma.Register(a.api, may(operation(http.MethodGet, "/profile", "get-profile", tagProfile,
		"What callers are told", service.ReadProfile), http.StatusNotFound),
		func(ctx context.Context, _ *empty) (*body[service.Profile], error) {
			p, err := service.ReadProfile.Get(ctx, a.service)
			return answer(a, p, err)
		})
	type whole struct{ Body knowledge.Business }
	huma.Register(a.api, operation(http.MethodPut, "/profile", "put-profile", tagProfile,
		"Publish a whole profile; it holds from the next call on", service.PublishProfile),
		func(ctx context.Context, in *whole) (*body[published], error) {
			v, err := service.PublishProfile.Do(ctx, a.service, in.Body)
			return answer(a, published{v}, err)
		})
	type since struct {
		Before int `query:"before" minimum:"1" doc:"Only versions below this."`
		Limit  int `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	}
	huma.Register(a.api, operation(http.MethodGet, "/profile/history", "list-editions", tagProfile,
		"What was published when, and what it changed, newest first", service.ListEditions),
		func(ctx context.Context, in *since) (*body[[]listedEdition], error) {
			es, err := service.ListEditions.Do(ctx, a.service, service.EditionFilter{Before: in.Before, Limit: in.Limit})
			list := make([]listedEdition, len(es))
			for i, e := range es {
				list[i] = listedEdition{Version: e.Version, At: e.At, Note: e.Note, Of: e.Of, Changes: e.Changes}
			}
			return answer(a, list, err)
		})
	type version struct {
		Version int `path:"version" minimum:"1"`
	}
	huma.Register(a.api, may(operation(http.MethodGet, "/profile/history/{version}", "get-edition", tagProfile,
		"One version; its changes are those that going back to it would make", service.ReadEdition), http.StatusNotFound),
		func(ctx context.Context, in *version) (*body[service.Edition], error) {
			e, err := service.ReadEdition.Do(ctx, a.service, in.Version)
			return answer(a, e, err)
		})
	type back struct {
		Version int `path:"version" minimum:"1"`
		Body    struct {
			Note string `json:"note,omitempty" maxLength:"200"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/profile/history/{version}/back", "go-back", tagProfile,
		"Publish an older version again", service.GoBack), http.StatusNotFound),
		func(ctx context.Context, in *back) (*body[published], error) {
			v, err := service.GoBack.Do(ctx, a.service, service.Reversion{Version: in.Version, Note: in.Body.Note})
			return answer(a, published{v}, err)
		})
	type trial struct {
		Body struct {
			Question  string    `json:"question,omitempty" maxLength:"500" doc:"As a caller would say it; empty gives the greeting."`
			At        time.Time `json:"at,omitzero" doc:"The moment of the call; now when missing."`
			Published bool      `json:"published,omitempty" doc:"Try what is published instead of the draft."`
		}
	}
	huma.Register(a.api, operation(http.MethodPost, "/profile/try", "try-question", tagProfile,
		"What a caller would be told, and which field it comes from; nothing is kept", service.TryQuestion),
		func(ctx context.Context, in *trial) (*body[tryout.Result], error) {
			r, err := service.TryQuestion.Do(ctx, a.service, service.Trial{Question: in.Body.Question, At: in.Body.At, Published: in.Body.Published})
			return answer(a, r, err)
		})
}

func (a *interfaces) draftRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/profile/draft", "get-draft", tagProfile,
		"The draft, what it changes and what is wrong with it", service.ReadDraft),
		func(ctx context.Context, _ *empty) (*body[service.Draft], error) {
			d, err := service.ReadDraft.Get(ctx, a.service)
			return answer(a, d, err)
		})
	type change struct {
		Body struct {
			Revision int                `json:"revision" minimum:"0" doc:"Of the draft that the change was made from."`
			Section  edit.Section       `json:"section,omitempty" doc:"The part that is changed; all of it when missing." enum:"card,place,hours,holidays,services,staff,answers,emergency,transfer,notices"`
			Business knowledge.Business `json:"business"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/profile/draft", "put-draft", tagProfile,
		"Change the draft; problems are kept and told of", service.SaveDraft), http.StatusConflict),
		func(ctx context.Context, in *change) (*body[service.Draft], error) {
			d, err := service.SaveDraft.Do(ctx, a.service,
				service.DraftChange{Revision: in.Body.Revision, Section: in.Body.Section, Business: in.Body.Business})
			return answer(a, d, err)
		})
	type revision struct {
		Body struct {
			Revision int    `json:"revision" minimum:"0" doc:"Of the draft as it was looked at."`
			Note     string `json:"note,omitempty" maxLength:"200" doc:"What the change is about, for the history."`
			Unheard  bool   `json:"unheard,omitempty" doc:"Publish also when nobody has listened to a new wording of the notices."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/profile/draft/publish", "publish-draft", tagProfile,
		"Publish the draft; it holds from the next call on", service.PublishDraft), http.StatusConflict),
		func(ctx context.Context, in *revision) (*body[published], error) {
			v, err := service.PublishDraft.Do(ctx, a.service,
				service.Publication{Revision: in.Body.Revision, Note: in.Body.Note, Unheard: in.Body.Unheard})
			return answer(a, published{v}, err)
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/profile/draft/discard", "discard-draft", tagProfile,
		"Make the draft say again what is published", service.DiscardDraft), http.StatusConflict),
		func(ctx context.Context, in *revision) (*body[service.Draft], error) {
			d, err := service.DiscardDraft.Do(ctx, a.service, in.Body.Revision)
			return answer(a, d, err)
		})
}

func (a *interfaces) tokenRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/tokens", "list-tokens", tagTokens,
		"The programs that may use this interface", service.ListTokens),
		func(ctx context.Context, _ *empty) (*body[[]service.Token], error) {
			ts, err := service.ListTokens.Get(ctx, a.service)
			return answer(a, ts, err)
		})
	type wish struct {
		Body struct {
			Name string      `json:"name" minLength:"1" maxLength:"80"`
			Role record.Role `json:"role" enum:"owner,staff"`
		}
	}
	add := operation(http.MethodPost, "/tokens", "add-token", tagTokens,
		"Let a program use this interface; its secret is told this once", service.AddToken)
	add.DefaultStatus = http.StatusCreated
	huma.Register(a.api, add, func(ctx context.Context, in *wish) (*body[service.NewToken], error) {
		t, err := service.AddToken.Do(ctx, a.service, service.TokenWish{Name: in.Body.Name, Role: in.Body.Role})
		return answer(a, t, err)
	})
	huma.Register(a.api, may(operation(http.MethodDelete, "/tokens/{id}", "revoke-token", tagTokens,
		"End a token at once", service.RevokeToken), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.RevokeToken.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
}
