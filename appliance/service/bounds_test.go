package service_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// invalidAt reports whether err is about these paths and says what to do at each.
func invalidAt(err error, paths ...string) bool {
	var invalid *service.InvalidError
	if !errors.As(err, &invalid) {
		return false
	}
	var got []string
	for _, p := range invalid.Problems {
		if p.Text == "" {
			return false
		}
		got = append(got, p.Path)
	}
	return slices.Equal(got, paths)
}

// The pages of a search are the whole of it: each call once, in order, whatever the size of a page, and the total is the same on all.
func TestThePagesOfASearchAreTheWhole(t *testing.T) {
	s := openStore(t)
	const calls = 130
	for i := range calls {
		keepCall(t, s, fmt.Sprintf("call-%03d", i), noon.Add(time.Duration(i/3)*time.Minute))
	}
	d := searchable(t, s)
	find := func(q service.CallSearch) service.FoundCalls {
		t.Helper()
		got, err := service.SearchCalls.Do(servicetest.Operator(t), d, q)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	whole := find(service.CallSearch{Text: "open", Limit: service.MaxList})
	if len(whole.Calls) != calls {
		t.Fatalf("%d of %d", len(whole.Calls), calls)
	}
	for i, c := range whole.Calls[1:] {
		if c.Started.After(whole.Calls[i].Started) {
			t.Fatalf("%s is behind an older one", c.ID)
		}
	}
	for _, size := range []int{1, 7, 50, 129, 130, 500} {
		var ids []string
		for skip := 0; skip < calls; skip += size {
			page := find(service.CallSearch{Text: "open", Skip: skip, Limit: size})
			if page.Total != calls || len(page.Calls) != min(size, calls-skip) {
				t.Fatalf("pages of %d, %d skipped: %d of %d", size, skip, len(page.Calls), page.Total)
			}
			for _, c := range page.Calls {
				ids = append(ids, c.ID)
			}
		}
		for i, id := range ids {
			if id != whole.Calls[i].ID {
				t.Fatalf("pages of %d: %s in place %d, want %s", size, id, i, whole.Calls[i].ID)
			}
		}
	}
	for q, n := range map[service.CallSearch]int{
		{Text: "open", Skip: calls}: 0, {Text: "open", Skip: 1 << 40}: 0, {Text: "open", Skip: -3}: 50, {Text: "open", Limit: -1}: 50,
		{Text: "open", Limit: service.MaxList + 1}: 50, {Text: "open", Since: noon.Add(43 * time.Minute)}: 1,
		{Text: "open", Before: noon.Add(time.Minute)}: 3, {Text: "open", Since: noon.Add(time.Hour)}: 0, {Text: "\x00\xff"}: 0, {}: 0,
		{Text: strings.Repeat("open ", 2000)}: 50, {Text: "open nowhere"}: 0,
	} {
		if got := find(q); len(got.Calls) != n || got.Calls == nil {
			t.Errorf("%.40q skip %d limit %d: %d, want %d", q.Text, q.Skip, q.Limit, len(got.Calls), n)
		}
	}
}

// A search reads people's words: it leaves a line, once for the same thing in a short time, and none of the words stands in it.
func TestASearchLeavesALineWithoutTheWords(t *testing.T) {
	s := openStore(t)
	keepCall(t, s, "call-1", noon)
	d := searchable(t, s)
	staff := servicetest.As(t.Context(), service.Staff)
	for range 3 {
		if _, err := service.SearchCalls.Do(staff, d, service.CallSearch{Text: "toothache"}); err != nil {
			t.Fatal(err)
		}
	}
	lines := 0
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		if e.Act == "search calls" && e.Who == "account Maria" {
			lines++
		}
		if strings.Contains(fmt.Sprint(e), "toothache") {
			t.Errorf("the words stand in the chain: %+v", e)
		}
		return nil
	}); err != nil || lines != 1 {
		t.Errorf("%d lines, %v", lines, err)
	}
}

// No secret but the very one opens, whatever is changed of it; the file holds none of them.
func TestNoOtherSecretIsAToken(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	who := servicetest.Operator(t)
	secrets := map[string]string{}
	for i := range 8 {
		made, err := service.AddToken.Do(who, d, service.TokenWish{Name: fmt.Sprint("program ", i), Role: record.RoleStaff})
		if err != nil || secrets[made.Secret] != "" {
			t.Fatal(made, err)
		}
		secrets[made.Secret] = made.ID
	}
	list, err := s.Tokens()
	if err != nil || len(list) != 8 {
		t.Fatal(len(list), err)
	}
	r := rand.New(rand.NewPCG(17, 3))
	for secret, id := range secrets {
		if got, err := service.CheckToken.Do(who, d, secret); err != nil || got.ID != id {
			t.Errorf("%+v, %v", got, err)
		}
		for _, k := range list {
			if strings.Contains(string(k.Hash), secret[3:]) {
				t.Error("the secret itself is kept")
			}
		}
		for range 50 {
			bent := []byte(secret)
			bent[r.IntN(len(bent))] ^= byte(1 + r.IntN(255))
			if _, err := service.CheckToken.Do(who, d, string(bent)); !errors.Is(err, store.ErrNotFound) {
				t.Fatalf("another secret: %v", err)
			}
		}
	}
	for _, long := range []string{"fd_" + strings.Repeat("x", 98), strings.Repeat("fd_", 1<<16)} {
		if _, err := service.CheckToken.Do(who, d, long); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%d octets: %v", len(long), err)
		}
	}
}

// What may be written on a call is bounded, and what is refused changes nothing.
func TestNotesThatCannotBe(t *testing.T) {
	s := openStore(t)
	keepCall(t, s, "call-1", noon)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	who := servicetest.As(t.Context(), service.Staff)
	for _, text := range []string{"", " \n\t", strings.Repeat("ü", 2001), strings.Repeat("x", 1<<20)} {
		if _, err := service.AddNote.Do(who, d, service.CallNote{Call: "call-1", Text: record.Personal(text)}); err == nil {
			t.Errorf("%d octets are taken", len(text))
		}
	}
	if _, err := service.AddNote.Do(who, d, service.CallNote{Call: "none", Text: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("on no call: %v", err)
	}
	if c, err := s.Call("call-1"); err != nil || len(c.Notes) != 0 {
		t.Errorf("%+v, %v", c.Notes, err)
	}
}
