package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tagRecipients is the group of who is told.
const tagRecipients = "Recipients"

// recipientBody is a recipient as it is sent here. What is left out is empty.
type recipientBody struct {
	Name     string                              `json:"name" minLength:"1" maxLength:"80"`
	Via      record.Via                          `json:"via" enum:"email,webhook,ntfy,gotify,mqtt,matrix,syslog,telephone"`
	Off      bool                                `json:"off,omitempty" doc:"Keep it, and send nothing there."`
	Server   string                              `json:"server,omitempty" maxLength:"500" doc:"https://host/path, host:port of mail and MQTT, or tls://host:port of syslog."`
	To       string                              `json:"to,omitempty" maxLength:"500" doc:"Mail addresses, a topic, a room or an extension."`
	From     string                              `json:"from,omitempty" maxLength:"500"`
	User     string                              `json:"user,omitempty" maxLength:"500"`
	Secret   service.Password                    `json:"secret,omitempty" maxLength:"4096" doc:"Never told again. Left out, the one there is stays."`
	Security record.Security                     `json:"security,omitempty" enum:"tls,starttls,none" doc:"Of mail and MQTT."`
	Auth     string                              `json:"auth,omitempty" enum:"plain,login,cram-md5,scram-sha-1,scram-sha-256" doc:"Of mail."`
	CA       string                              `json:"ca,omitempty" maxLength:"65536" doc:"Certificates to believe instead of the system's, PEM."`
	Tells    map[record.OccasionKind]record.When `json:"tells,omitempty" doc:"Kind to never, at once or daily; left out, the usual."`
	Words    bool                                `json:"words,omitempty" doc:"Send names, numbers and words of callers, too."`
	For      string                              `json:"for,omitempty" maxLength:"80" doc:"Only messages for this person."`
	Quiet    record.Quiet                        `json:"quiet,omitempty"`
	Daily    string                              `json:"daily,omitempty" maxLength:"5" doc:"When the daily letter goes, 17:30."`
	Page     string                              `json:"page,omitempty" maxLength:"500" doc:"Where links lead, https://host:8443."`
}

// edit is the body as the service wants it.
func (b recipientBody) edit(id string) service.RecipientEdit {
	return service.RecipientEdit{Secret: b.Secret, Recipient: record.Recipient{
		ID: id, Name: b.Name, Via: b.Via, On: !b.Off, Server: b.Server, To: b.To, From: b.From, User: b.User, Security: b.Security, Auth: b.Auth,
		CA: b.CA, Tells: b.Tells, Words: b.Words, For: b.For, Quiet: b.Quiet, Daily: b.Daily, Page: b.Page,
	}}
}

func (a *interfaces) recipientRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/recipients", "list-recipients", tagRecipients,
		"Who of the office is told of messages, of what and when", service.ListRecipients),
		func(ctx context.Context, _ *empty) (*body[[]service.RecipientState], error) {
			rs, err := service.ListRecipients.Get(ctx, a.service)
			return answer(a, rs, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/recipients/{id}", "get-recipient", tagRecipients,
		"One of them", service.ReadRecipient), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*body[service.RecipientState], error) {
			r, err := service.ReadRecipient.Do(ctx, a.service, in.ID)
			return answer(a, r, err)
		})
	type added struct{ Body recipientBody }
	add := operation(http.MethodPost, "/recipients", "add-recipient", tagRecipients,
		"Have somebody or something told; the secret of a webhook is told this once", service.AddRecipient)
	add.DefaultStatus = http.StatusCreated
	huma.Register(a.api, add, func(ctx context.Context, in *added) (*body[service.NewRecipient], error) {
		n, err := service.AddRecipient.Do(ctx, a.service, in.Body.edit(""))
		return answer(a, n, err)
	})
	type changed struct {
		ID   string `path:"id" maxLength:"100"`
		Body recipientBody
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/recipients/{id}", "change-recipient", tagRecipients,
		"Change all settings of one but its way", service.ChangeRecipient), http.StatusNotFound),
		func(ctx context.Context, in *changed) (*body[service.RecipientState], error) {
			r, err := service.ChangeRecipient.Do(ctx, a.service, in.Body.edit(in.ID))
			return answer(a, r, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/recipients/{id}", "remove-recipient", tagRecipients,
		"Tell it nothing any more, and forget what it was sent", service.RemoveRecipient), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.RemoveRecipient.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
	a.deliveryRoutes()
}

func (a *interfaces) deliveryRoutes() {
	huma.Register(a.api, may(operation(http.MethodPost, "/recipients/{id}/test", "test-recipient", tagRecipients,
		"Send it a letter that says nothing but that it came", service.TestRecipient), http.StatusNotFound, http.StatusServiceUnavailable),
		func(ctx context.Context, in *byID) (*body[service.RecipientTest], error) {
			t, err := service.TestRecipient.Do(ctx, a.service, in.ID)
			return answer(a, t, err)
		})
	type filter struct {
		ID    string               `path:"id" maxLength:"100"`
		State record.DeliveryState `query:"state" enum:"waiting,sent,dead" default:"sent"`
		Limit int                  `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	}
	huma.Register(a.api, may(operation(http.MethodGet, "/recipients/{id}/deliveries", "list-deliveries", tagRecipients,
		"What it was sent, what waits, or what could not be sent", service.ListDeliveries), http.StatusNotFound),
		func(ctx context.Context, f *filter) (*body[[]service.ShownDelivery], error) {
			ds, err := service.ListDeliveries.Do(ctx, a.service, service.DeliveryFilter{Recipient: f.ID, State: f.State, Limit: f.Limit})
			return answer(a, ds, err)
		})
	type resending struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Delivery string `json:"delivery,omitempty" maxLength:"100" doc:"ID of one; left out, all."`
		}
	}
	type retried struct {
		Retried int `json:"retried"`
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/recipients/{id}/retry", "retry-deliveries", tagRecipients,
		"Try what could not be sent again", service.RetryDeliveries), http.StatusNotFound),
		func(ctx context.Context, in *resending) (*body[retried], error) {
			n, err := service.RetryDeliveries.Do(ctx, a.service, service.Resending{Recipient: in.ID, Delivery: in.Body.Delivery})
			return answer(a, retried{n}, err)
		})
}
