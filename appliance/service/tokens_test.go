package service_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// Tokens are listed as they were made, without what would let somebody in; each ends by itself, and a wrong one is noted as refused.
func TestTokensAreKeptApart(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if list := ok(h, service.ListTokens, service.None{}); list == nil || len(list) != 0 {
		t.Errorf("%+v", list)
	}
	var made []service.NewToken
	for i, role := range []record.Role{record.RoleOwner, record.RoleStaff, record.RoleStaff} {
		h.now = h.now.Add(time.Second)
		got, err := as(h, service.Owner, service.AddToken, service.TokenWish{Name: fmt.Sprint("program ", i), Role: role})
		if err != nil || got.Role != role || !got.Created.Equal(h.now) || !got.Used.IsZero() || !strings.HasPrefix(got.Secret, "fd_") {
			t.Fatalf("%+v, %v", got, err)
		}
		made = append(made, got)
	}
	h.now = h.now.Add(time.Hour)
	if got := ok(h, service.CheckToken, made[1].Secret); got.ID != made[1].ID || got.Role != record.RoleStaff || !got.Used.Equal(h.now) {
		t.Errorf("%+v", got)
	}
	list := ok(h, service.ListTokens, service.None{})
	for i, tok := range list {
		if tok.ID != made[i].ID || tok.Name != fmt.Sprint("program ", i) || tok.Used.IsZero() == (i == 1) {
			t.Errorf("%d: %+v", i, tok)
		}
		if shown := fmt.Sprintf("%+v", tok); strings.Contains(shown, made[i].Secret) {
			t.Error("the secret is shown again")
		}
	}
	ok(h, service.RevokeToken, made[1].ID)
	fails(h, service.RevokeToken, made[1].ID, store.ErrNotFound)
	fails(h, service.CheckToken, made[1].Secret, store.ErrNotFound)
	for _, i := range []int{0, 2} {
		if got := ok(h, service.CheckToken, made[i].Secret); got.ID != made[i].ID {
			t.Errorf("%+v", got)
		}
	}
	for _, role := range []service.Role{service.Staff, service.Technician, service.Visitor} {
		if _, err := as(h, role, service.AddToken, service.TokenWish{Name: "x", Role: record.RoleOwner}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	h.noted("revoke token", "user tester|"+made[1].ID, "user tester|"+made[1].ID+"|failed")
	refused := slices.ContainsFunc(ok(h, service.ListSecurity, 0), func(e record.SecurityEvent) bool {
		return e.Act == "check-token" && e.Failed
	})
	if !refused {
		t.Error("a secret that is none leaves no trace in the log of sign-ins")
	}
}

// Two who make and use tokens at once get one each, and the last use is that of the clock.
func TestTokensAtOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	const many = 8
	secrets := make([]string, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			ctx := servicetest.As(t.Context(), service.Owner)
			tok, err := service.AddToken.Do(ctx, h.d, service.TokenWish{Name: fmt.Sprint("program ", i), Role: record.RoleStaff})
			if err != nil {
				t.Error(err)
				return
			}
			secrets[i] = tok.Secret
			if got, err := service.CheckToken.Do(servicetest.As(t.Context(), service.Visitor), h.d, tok.Secret); err != nil || got.ID != tok.ID {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	all.Wait()
	list := ok(h, service.ListTokens, service.None{})
	slices.Sort(secrets)
	if len(list) != many || len(slices.Compact(secrets)) != many {
		t.Errorf("%d tokens, %d secrets", len(list), len(slices.Compact(secrets)))
	}
	for _, tok := range list {
		if !tok.Used.Equal(noon) {
			t.Errorf("%+v", tok)
		}
	}
}

// The last use is kept to the minute: exactly a minute later it is written, a moment before not.
func TestTheLastUseOfAToken(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	secret := ok(h, service.AddToken, service.TokenWish{Name: strings.Repeat("ä", 80), Role: record.RoleOwner}).Secret
	used := func() time.Time {
		t.Helper()
		ok(h, service.CheckToken, secret)
		return ok(h, service.ListTokens, service.None{})[0].Used
	}
	if at := used(); !at.Equal(noon) {
		t.Errorf("%v", at)
	}
	h.now = noon.Add(time.Minute - 1)
	if at := used(); !at.Equal(noon) {
		t.Errorf("a moment before the minute: %v", at)
	}
	h.now = noon.Add(time.Minute)
	if at := used(); !at.Equal(h.now) {
		t.Errorf("at the minute: %v", at)
	}
}
