package service_test

import (
	"fmt"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
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
