package service_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
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
