package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// callBackRoutes ring a telephone of the office and join it with who left a message.
func (p *pages) callBackRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /messages/{id}/call", staff, func(v *visit) (reply, error) { return p.callBackPage(v, "") })
	p.handle(mux, "POST /messages/{id}/call", staff, p.callBack)
	p.handle(mux, "GET /messages/{id}/call/state", staff, func(v *visit) (reply, error) {
		j := p.jobs.look("call " + v.PathValue("id"))
		if !j.Running || !v.isPart() {
			return reply{to: "/messages/" + v.PathValue("id") + "/call", reload: true}, nil
		}
		return reply{page: "callback.html", part: "ring", data: callBack{Job: j, Message: record.Message{ID: v.PathValue("id")}}}, nil
	})
}

// callBack is the page of one message that somebody calls back.
type callBack struct {
	Job      job
	Message  record.Message
	Handsets []service.Handset
	Unasked  bool // the person does not want to be called unasked
	Fault    string
}

func (p *pages) callBackPage(v *visit, fault string) (reply, error) {
	c := callBack{Job: p.jobs.show("call " + v.PathValue("id")), Fault: fault}
	var err error
	if c.Message, err = service.ReadMessage.Do(v.Context(), p.service, v.PathValue("id")); err != nil {
		return reply{}, err
	}
	if c.Handsets, err = service.ListHandsets.Get(v.Context(), p.service); err != nil && !errors.Is(err, store.ErrNotFound) {
		return reply{}, err // where nothing is published, there are none
	}
	if who, err := service.ReadCaller.Do(service.Listing(v.Context()), p.service, c.Message.CallerID); err == nil {
		c.Unasked = who.Has(record.TagNoContact)
	}
	rep := reply{page: "callback.html", title: "Call back", nav: navToday, data: c}
	if fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// handsetName is the cookie with the extension of the telephone that this browser's user calls from.
const handsetName = "__Host-frontdesk-telephone"

// handset is the telephone that rings for who visits: the one that they chose last, or the only one there is; "" = it is asked for.
func (p *pages) handset(v *visit, all []service.Handset) string {
	if len(all) == 1 {
		return all[0].Extension
	}
	c, err := v.Cookie(handsetName)
	if err != nil || !slices.ContainsFunc(all, func(h service.Handset) bool { return h.Extension == c.Value }) {
		return ""
	}
	return c.Value
}

func (p *pages) callBack(v *visit) (reply, error) {
	id, extension, sure := v.PathValue("id"), v.PostFormValue("extension"), v.PostFormValue("sure") != ""
	if _, err := service.ReadMessage.Do(v.Context(), p.service, id); err != nil {
		return reply{}, err
	}
	if !p.jobs.start(v.Context(), "call "+id, "Calling back", func(ctx context.Context) (string, string) {
		err := service.CallBack.Act(ctx, p.service, service.Ring{Message: id, Extension: extension, Sure: sure})
		var invalid *service.InvalidError
		var failed *service.CallError
		switch {
		case errors.As(err, &invalid):
			return "", problemText(invalid)
		case errors.As(err, &failed):
			return "", failed.Error() + "."
		case err != nil:
			p.log.Error("call back", "err", err)
			return "", "The call could not be made. The log says why."
		}
		return "You are connected. Mark the message as done when it is.", ""
	}) {
		return p.callBackPage(v, "Somebody calls back just now.")
	}
	rep := goTo("/messages/" + id + "/call")
	rep.cookies = rememberHandset(extension)
	return rep, nil
}

// rememberHandset is the cookie that keeps which telephone somebody uses; none when extension is none.
func rememberHandset(extension string) []*http.Cookie {
	if !isExtension(extension) {
		return nil
	}
	return []*http.Cookie{{
		Name: handsetName, Value: extension, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: access.DeviceLife,
	}}
}

// isExtension reports whether s can stand in a cookie, and be an extension.
func isExtension(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "0123456789*#+") == ""
}
