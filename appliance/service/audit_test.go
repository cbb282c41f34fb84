package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// TestListAudit: what is asked for is found however far back it is, newest first, and no more of it than wanted.
func TestListAudit(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	const n = service.MaxList + 40
	for i := range n {
		_, err := s.AppendAudit(func(last record.AuditEntry) record.AuditEntry {
			who := "account Maria"
			if i < 3 {
				who = "token Dialler"
			}
			return record.AuditEntry{Seq: last.Seq + 1, Who: who, Act: "read call", Subject: fmt.Sprint("call-", i)}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func(q service.AuditQuery) []record.AuditEntry {
		t.Helper()
		es, err := service.ListAudit.Do(servicetest.Operator(t), d, q)
		if err != nil {
			t.Fatal(err)
		}
		return es
	}
	if es := list(service.AuditQuery{Who: "DIALLER"}); len(es) != 3 || es[0].Subject != "call-2" || es[2].Subject != "call-0" {
		t.Errorf("the oldest: %+v", es)
	}
	if es := list(service.AuditQuery{Who: "dialler", Limit: 2}); len(es) != 2 || es[1].Subject != "call-1" {
		t.Errorf("two of them: %+v", es)
	}
	if es := list(service.AuditQuery{About: "call-1000"}); len(es) != 1 || es[0].Subject != "call-1000" {
		t.Errorf("about one call: %+v", es)
	}
	if es := list(service.AuditQuery{Who: "Maria"}); len(es) != service.MaxList || es[0].Subject != fmt.Sprint("call-", n-1) ||
		es[len(es)-1].Seq != es[0].Seq-service.MaxList+1 {
		t.Errorf("%d entries from %+v", len(es), es[0])
	}
	if es := list(service.AuditQuery{Who: "nobody"}); es == nil || len(es) != 0 {
		t.Errorf("nobody: %#v", es)
	}
}

// The chain is asked for by who, about whom and since when, all at once; it is the owner's to read, and reading it leaves a line.
func TestTheChainIsAskedFor(t *testing.T) {
	h := openHouse(t)
	for day := range 4 {
		h.now = noon.AddDate(0, 0, day)
		who := servicetest.As(t.Context(), service.Owner)
		if day%2 == 1 {
			who = servicetest.Operator(t)
		}
		if _, err := service.MarkMessage.Do(who, h.d, service.MessageMark{ID: h.message, Done: day < 2}); err != nil {
			t.Fatal(err)
		}
	}
	fails(h, service.MarkMessage, service.MessageMark{ID: "NONE"}, store.ErrNotFound)
	for name, tt := range map[string]struct {
		q    service.AuditQuery
		want string // days, newest first
	}{
		"Maria's":              {service.AuditQuery{Who: "ACCOUNT maria"}, "2 0"},
		"the tester's":         {service.AuditQuery{Who: "tester"}, "3 3 1"},
		"about the message":    {service.AuditQuery{About: strings.ToUpper(h.message)}, "3 2 1 0"},
		"since the third day":  {service.AuditQuery{About: h.message, Since: noon.AddDate(0, 0, 2)}, "3 2"},
		"just after":           {service.AuditQuery{About: h.message, Since: noon.AddDate(0, 0, 2).Add(time.Nanosecond)}, "3"},
		"the newest":           {service.AuditQuery{About: h.message, Limit: 1}, "3"},
		"Maria's since then":   {service.AuditQuery{Who: "maria", About: h.message, Since: noon.AddDate(0, 0, 1)}, "2"},
		"nobody's":             {service.AuditQuery{Who: "mariam"}, ""},
		"what failed, by part": {service.AuditQuery{About: "none"}, "3"},
		"a limit below none":   {service.AuditQuery{Who: "maria", Limit: -1}, "2 0"},
	} {
		es, err := service.ListAudit.Do(service.AsBox(t.Context(), "test"), h.d, tt.q)
		var got []string
		for _, e := range es {
			got = append(got, fmt.Sprint(int(e.At.Sub(noon).Hours()/24)))
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: days %q, %v, want %q", name, got, err, tt.want)
		}
	}
	for _, role := range []service.Role{service.Staff, service.Technician, service.PhoneCaller} {
		if es, err := as(h, role, service.ListAudit, service.AuditQuery{}); !errors.Is(err, service.ErrRefused) || len(es) != 0 {
			t.Errorf("role %b: %d entries, %v", role, len(es), err)
		}
	}
	if _, err := as(h, service.Owner, service.ListAudit, service.AuditQuery{}); err != nil {
		t.Error(err)
	}
	failed := "account Maria||failed"
	h.noted("read audit chain", failed, failed, failed, "account Maria|")
	ctx, stop := context.WithCancel(servicetest.Operator(t))
	stop()
	if _, err := service.ListAudit.Do(ctx, h.d, service.AuditQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// A sound chain is found sound, up to a head that was taken elsewhere; a head of another box, or a chain that was shorter then, is a fault.
func TestTheChainIsVerified(t *testing.T) {
	h, strange := openHouse(t), openHouse(t)
	if head := ok(h, service.SignAudit, service.None{}); head.Seq != 0 {
		t.Errorf("the head of an empty chain: %+v", head)
	}
	for _, x := range []*house{h, strange} {
		ok(x, service.MarkMessage, service.MessageMark{ID: x.message, Done: true})
	}
	head, another := ok(h, service.SignAudit, service.None{}), ok(strange, service.SignAudit, service.None{})
	if head.Seq != 1 || !head.At.Equal(noon) || len(head.Sign) == 0 {
		t.Errorf("%+v", head)
	}
	h.now = noon.Add(time.Hour)
	ok(h, service.MarkMessage, service.MessageMark{ID: h.message})
	v, err := as(h, service.Owner, service.VerifyAudit, []record.AuditHead{head})
	if err != nil || v.Entries != 2 || len(v.Faults) != 0 || v.Faults == nil || v.Heads != 2 || !v.From.Equal(noon) || !v.To.Equal(h.now) {
		t.Errorf("%+v, %v", v, err)
	}
	beyond := head
	beyond.Seq = 7
	for name, noted := range map[string]record.AuditHead{"of another box": another, "that says more": beyond} {
		if v := ok(h, service.VerifyAudit, []record.AuditHead{noted}); len(v.Faults) == 0 {
			t.Errorf("a head %s: %+v", name, v)
		}
	}
	for _, role := range []service.Role{service.Staff, service.Technician} {
		if _, err := as(h, role, service.VerifyAudit, nil); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	if _, err := as(h, service.Owner, service.SignAudit, service.None{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("signed by the owner: %v", err)
	}
}
