package web

import (
	"net/http"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// hearable is one of the wordings that callers have to be told, on the page of the section.
type hearable struct {
	service.NoticeState
	Name string
}

// noticeName says what a wording is about.
func noticeName(k record.NoticeKind) string {
	switch k {
	case record.NoticeAssistant:
		return "The greeting, with the assistant's notice"
	case record.NoticeRecording:
		return "Recording: the notice, and the question"
	case record.NoticePrivacy:
		return "What is said to who asks about privacy"
	}
	return string(k)
}

// hearables are all wordings.
func (p *pages) hearables(v *visit) ([]hearable, error) {
	ns, err := service.ListNotices.Get(v.Context(), p.service)
	out := make([]hearable, 0, len(ns))
	for _, n := range ns {
		out = append(out, hearable{n, noticeName(n.Kind)})
	}
	return out, err
}

// sendNotice speaks what the draft tells callers.
func (p *pages) sendNotice(w http.ResponseWriter, r *http.Request) {
	p.sendFile(w, r, "notice.wav", func(v *visit) (service.Content, error) {
		return service.HearNotice.Do(v.Context(), p.service, record.NoticeKind(r.PathValue("kind")))
	})
}

// sendFile sends a file of the service's to an owner; its name is what a browser saves it as.
func (p *pages) sendFile(w http.ResponseWriter, r *http.Request, name string, open func(v *visit) (service.Content, error)) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	c, err := open(v)
	if err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	w.Header().Set("Content-Type", c.Type())
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if err := service.Pour(w, c); err != nil {
		p.log.Error("send file", "file", name, "err", err) // what was sent lacks its end
	}
}
