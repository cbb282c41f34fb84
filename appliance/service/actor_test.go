package service_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// One of several roles, a made-up one and none admit nobody; the owner may what staff may, and the box and the command line may all.
func TestRolesAdmit(t *testing.T) {
	roles := []service.Role{
		service.Staff, service.Owner, service.Technician, service.PhoneCaller, service.Visitor, service.Operator, service.Box,
	}
	for mask := range service.Role(1<<7 - 1) {
		for i, one := range roles {
			want := mask&one != 0 || one == service.Operator || one == service.Box || one == service.Owner && mask&service.Staff != 0
			if got := mask.Admits(one); got != want {
				t.Errorf("%07b admits %07b: %v", mask, one, got)
			}
			for _, other := range roles[i+1:] {
				if mask.Admits(one | other) {
					t.Errorf("%07b admits somebody of two roles", mask)
				}
			}
		}
		if mask.Admits(0) {
			t.Errorf("%07b admits nobody known", mask)
		}
	}
	for in, want := range map[record.Role]service.Role{
		record.RoleOwner: service.Owner, record.RoleStaff: service.Staff, "": service.Visitor, "root": service.Visitor, "Owner": service.Visitor,
	} {
		if got := service.RoleOf(in); got != want {
			t.Errorf("%q is %b, want %b", in, got, want)
		}
	}
}

// A name that somebody has chosen breaks no line of the chain and of the log.
func TestNamesOfActorsBreakNoLine(t *testing.T) {
	long := strings.Repeat("ä", 200)
	for _, tt := range []struct{ name, want string }{
		{"Maria", "account Maria"}, {"Ma\nria\r\x00", "account Maria"}, {"a=b who=root", "account ab whoroot"}, {"", "account"},
		{long, "account " + long[:160]},
	} {
		ctx := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: tt.name, Door: "pa\nge", Role: service.Staff})
		a := service.ActorOf(ctx)
		if a.Who() != tt.want || a.Door != "page" {
			t.Errorf("%q: %q at %q", tt.name, a.Who(), a.Door)
		}
	}
	if a := service.ActorOf(t.Context()); a.Role != 0 || a.Who() != "nobody" || a.By() != "nobody" {
		t.Errorf("nobody was named: %+v", a)
	}
	if a := (service.Actor{Kind: "caller", Name: "0123", Role: service.PhoneCaller}); a.By() != "telephone" {
		t.Errorf("a caller is told as %q", a.By())
	}
}

// What is read leaves a line once within minutes for each who reads and each thing that is read; the lines of a list leave none of their
// own, what the box reads for itself leaves none, and what fails shows nothing and leaves none.
func TestWhatIsReadLeavesALine(t *testing.T) {
	h := openHouse(t)
	read := func(ctx context.Context, call string) {
		t.Helper()
		if _, err := service.ReadCall.Do(ctx, h.d, call); err != nil && call != "none" {
			t.Error(err)
		}
	}
	staff, operator := servicetest.As(t.Context(), service.Staff), servicetest.Operator(t)
	for range 2 {
		read(staff, "a")
		read(operator, "a")
		read(staff, "b")
		read(staff, "none")
		read(service.AsBox(t.Context(), "index"), "a")
		read(service.Listing(service.WithActor(t.Context(), service.Actor{Kind: "token", Name: "Dialler", Role: service.Staff})), "a")
	}
	lines := []string{"account Maria|a", "user tester|a", "account Maria|b"}
	h.noted("read call", lines...)
	h.now = noon.Add(time.Hour)
	read(staff, "a")
	h.noted("read call", append(lines, "account Maria|a")...)
	visitor := service.Listing(servicetest.As(t.Context(), service.Visitor))
	if _, err := service.ReadCall.Do(visitor, h.d, "b"); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by a visitor: %v", err)
	}
	h.noted("read call", append(lines, "account Maria|a", "account Maria|b|failed")...) // who may not is noted, in a list or not
}

// What changes something leaves a line whoever does it, the box, too, and each time; the log has it, with the door and without the subject.
func TestWhatChangesLeavesALine(t *testing.T) {
	h := openHouse(t)
	var log bytes.Buffer
	h.d = h.with(func(o *service.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	mark := service.MessageMark{ID: h.message, Done: true}
	for _, ctx := range []context.Context{
		servicetest.Operator(t), servicetest.Operator(t), service.AsBox(t.Context(), "schedule"),
		service.Listing(servicetest.As(t.Context(), service.Staff)),
	} {
		if _, err := service.MarkMessage.Do(ctx, h.d, mark); err != nil {
			t.Error(err)
		}
	}
	if err := service.MarkMessage.Act(t.Context(), h.d, mark); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by nobody: %v", err)
	}
	h.noted("mark message done", "user tester|"+h.message, "user tester|"+h.message, "box|"+h.message, "account Maria|"+h.message,
		"nobody|"+h.message+"|failed")
	text := log.String()
	if strings.Count(text, `msg=done act="mark message done"`) != 4 || !strings.Contains(text, "door=schedule") ||
		strings.Count(text, `level=WARN msg="refused or failed"`) != 1 || strings.Contains(text, h.message) {
		t.Errorf("the log:\n%s", text)
	}
}

// What leaves no trace is not shown, and what changed without one is an error: a chain that cannot be written holds everything up.
func TestWithoutATraceNothingIsShown(t *testing.T) {
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) {
		o.Audit = audit.New(audit.Options{Records: unwritable{h.s}, Now: func() time.Time { return noon }})
	})
	if c, err := as(h, service.Staff, service.ReadCall, "a"); !errors.Is(err, errUnwritable) || c.ID != "" {
		t.Errorf("a call: %+v, %v", c, err)
	}
	if c, err := as(h, service.Owner, service.ExportCaller, service.DossierWish{ID: h.who}); !errors.Is(err, errUnwritable) || c != nil {
		t.Errorf("a dossier: %v, %v", c, err)
	}
	if _, err := as(h, service.Staff, service.MarkMessage, service.MessageMark{ID: h.message, Done: true}); !errors.Is(err, errUnwritable) {
		t.Errorf("a change: %v", err)
	}
	if _, err := as(h, service.Visitor, service.ReadCall, "a"); !errors.Is(err, service.ErrRefused) || !errors.Is(err, errUnwritable) {
		t.Errorf("a refusal: %v", err)
	}
	if _, err := as(h, service.Staff, service.ListPeople, service.None{}); err != nil {
		t.Errorf("what needs no line: %v", err)
	}
}

var errUnwritable = errors.New("the chain cannot be written")

// unwritable are records whose chain takes nothing.
type unwritable struct{ audit.Records }

func (unwritable) AppendAudit(func(record.AuditEntry) record.AuditEntry) (record.AuditEntry, error) {
	return record.AuditEntry{}, errUnwritable
}
