package service_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
)

// Every operation has a name of its own, and names its line in the audit chain or says why it leaves none.
func TestEveryOperationNamesItsTrace(t *testing.T) {
	names := map[string]bool{}
	form := regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)
	for _, op := range service.Operations() {
		f := op.Facts()
		if names[f.Name] || !form.MatchString(f.Name) && f.Name != "restart" {
			t.Errorf("the name %q is there twice, or is none", f.Name)
		}
		names[f.Name] = true
		if (f.Audit.Act == "") == (f.Audit.Reason == "") {
			t.Errorf("%s names no audit line and not why, or both: %+v", f.Name, f.Audit)
		}
		if !f.Audit.Reads && f.Audit.Act == "" &&
			regexp.MustCompile(`^(add|answer|change|discard|dismiss|erase|hold|import|mark|merge|publish|release|remove|save|set|split|undo)-`).MatchString(f.Name) {
			t.Errorf("%s changes something and leaves no line", f.Name)
		}
	}
	if len(names) < 100 {
		t.Errorf("there are %d operations only", len(names))
	}
}

// mayBesides are the operations that not just the owner may do, by the roles that may. Every other one is the owner's, or nobody's but the
// command line's and the box's.
func mayBesides() map[service.Role]string {
	return map[service.Role]string{
		service.Staff: `read-status sign-in pass-second-factor sign-out claim-owner change-password list-people list-callers read-caller change-caller list-calls read-call search-calls
			list-running-calls follow-running-calls add-note list-messages read-message mark-message assign-message steer-call set-absence list-handsets call-back play-recording read-waveform list-questions try-question read-profile read-draft
			list-editions read-edition read-update list-documents read-document count-requests list-no-contact
			read-second-factor start-second-factor confirm-second-factor drop-second-factor list-sessions revoke-session`,
		service.Technician: `report-breach list-breaches note-breach draft-breach count-requests read-status sign-in pass-second-factor sign-out claim-owner list-calls read-call list-running-calls follow-running-calls add-note list-messages read-owner-code reset-owner read-pin-state pass-pin set-pin
			start-self-test read-self-test list-sound-devices measure-sound echo-sound play-tone start-talk stop-talk read-talk read-logs read-machine
			read-network list-models verify-models import-models restart make-support-bundle read-phone-account test-phone-account set-phone-account
			list-sticks choose-backup-folder read-update install-update go-back-version restart-box list-ladders read-ladder list-recipients read-recipient test-recipient retry-deliveries list-calendars try-calendar list-directories
			list-engine-hosts try-engine-host`,
		service.PhoneCaller: "read-status sign-in pass-second-factor sign-out claim-owner read-caller file-request complete-request",
		service.Visitor:     "read-status sign-in pass-second-factor sign-out claim-owner check-token read-feed",
	}
}

// notTheOwners are operations that the owner cannot do at the page: the technician's and the command line's.
const notTheOwners = `read-owner-code reset-owner read-pin-state pass-pin set-pin make-console-password start-self-test read-self-test list-sound-devices
	measure-sound echo-sound play-tone start-talk stop-talk read-talk read-logs read-machine read-network list-models verify-models import-models restart
	make-support-bundle check-store compact-store read-key-lock change-lock rotate-keys sign-audit check-token read-feed`

// Each operation is refused to every role that it is not for, by the service and through the socket, before anything is done; what
// is refused stands in the audit chain with who asked.
func TestWhoMay(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	far := behindSocket(t, d)
	all := map[service.Role]string{service.Owner: ""}
	for role, names := range mayBesides() {
		all[role] = names
	}
	for _, op := range service.Operations() {
		f := op.Facts()
		for role, names := range all {
			want := slices.Contains(strings.Fields(names), f.Name)
			if role == service.Owner {
				want = !slices.Contains(strings.Fields(notTheOwners), f.Name)
			}
			if got := f.Role.Admits(role); got != want {
				t.Errorf("%s: role %b may %v, want %v", f.Name, role, got, want)
			}
			if want {
				continue
			}
			for door, by := range map[string]service.Invoker{"here": d, "socket": far} {
				in, err := op.Decode(strings.NewReader("null"))
				if err != nil {
					t.Fatal(err)
				}
				err = by.Invoke(servicetest.As(t.Context(), role), op, in, op.Answer())
				if !errors.Is(err, service.ErrRefused) {
					t.Errorf("%s for role %b, %s: %v, want that it is refused", f.Name, role, door, err)
				}
			}
		}
		if !f.Role.Admits(service.Operator) || !f.Role.Admits(service.Box) {
			t.Errorf("the command line cannot %s", f.Name)
		}
	}
	refused := 0
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		if refused++; !e.Failed || e.Who != "account Maria" || e.Door != "test" || e.Act == "" {
			t.Errorf("noted: %+v", e)
		}
		return nil
	}); err != nil || refused < 200 {
		t.Errorf("%d refusals noted, %v", refused, err)
	}
}

// Who is not named may do nothing, here or through the socket, and that stands in the chain; what the box does for itself it does by name.
func TestNobodyMayDoAnything(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	far := behindSocket(t, d)
	asked := 0
	for _, op := range service.Operations() {
		in, err := op.Decode(strings.NewReader("null"))
		if err != nil {
			t.Fatal(err)
		}
		for door, by := range map[string]service.Invoker{"here": d, "socket": far} {
			asked++
			if err := by.Invoke(t.Context(), op, in, op.Answer()); !errors.Is(err, service.ErrRefused) {
				t.Errorf("%s for nobody, %s: %v, want that it is refused", op.Facts().Name, door, err)
			}
		}
		for _, several := range []service.Role{0, service.Staff | service.Owner, service.Operator | service.Box, 255} {
			if op.Facts().Role.Admits(several) {
				t.Errorf("%s admits the roles %b", op.Facts().Name, several)
			}
		}
	}
	noted := 0
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		if noted++; !e.Failed || e.Who != "nobody" {
			t.Errorf("noted: %+v", e)
		}
		return nil
	}); err != nil || noted != asked {
		t.Errorf("%d of %d refusals noted, %v", noted, asked, err)
	}
	if _, err := service.ReadStatus.Get(service.AsBox(t.Context(), "watchdog"), d); err != nil {
		t.Errorf("the box itself: %v", err)
	}
}

// behindSocket is a service as commands see it.
func behindSocket(t *testing.T, d *service.Service) service.Invoker {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	srv, err := remote.Listen(socket, d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- srv.Run(ctx) }()
	c := remote.At(socket)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return c
}

// What people do stands in the chain: who, by which door, what, about what, and whether it failed.
func TestTraces(t *testing.T) {
	s := openStore(t)
	dir := t.TempDir()
	gate := access.New(access.Options{Records: s, Dir: dir})
	d := servicetest.New(t, service.Options{Records: s, Guard: gate})
	far := behindSocket(t, d)
	ctx := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: "Maria", Door: "page", Role: service.Owner})
	visitor := service.WithActor(t.Context(), service.Actor{Kind: "visitor", Door: "page", Role: service.Visitor})
	console := service.WithActor(t.Context(), service.Actor{Kind: "technician", Door: "console ttyS0", Role: service.Technician})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	code, err := gate.Code(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	browser := service.Browser{From: netip.MustParseAddr("192.0.2.7"), Agent: "Firefox\n/9"}
	good := service.Password("seven small blue boats")
	_, claimed := service.ClaimOwner.Do(visitor, d,
		service.OwnerClaim{Browser: browser, Code: service.Password(code), Name: "Maria", Password: good})
	_, in := service.SignIn.Do(visitor, far, service.SignInTry{Browser: browser, Name: "maria", Password: good})
	_, wrong := service.SignIn.Do(visitor, far, service.SignInTry{Browser: browser, Name: "Maria", Password: "hunter"})
	_, nobody := service.SignIn.Do(visitor, d, service.SignInTry{Browser: browser, Name: "hunter2 typed as a name", Password: good})
	if !errors.Is(wrong, access.ErrWrong) || !errors.Is(nobody, access.ErrWrong) {
		t.Errorf("wrong ones: %v, %v", wrong, nobody)
	}
	token, added := service.AddToken.Do(ctx, d, service.TokenWish{Name: "calendar", Role: record.RoleStaff})
	revoked := service.RevokeToken.Act(ctx, d, token.ID)
	_, first := service.PublishProfile.Do(ctx, d, *b)
	_, back := service.GoBack.Do(ctx, far, service.Reversion{Version: 1})
	_, made := service.SetRecordingSettings.Do(ctx, d, record.RecordingSettings{Mode: record.RecordingAsk})
	_, found := service.SearchCalls.Do(ctx, d, service.CallSearch{Text: "toothache"})
	_, again := service.SearchCalls.Do(ctx, d, service.CallSearch{Text: "Ada"})
	_, reset := service.ResetOwner.Get(console, far)
	account := service.PhoneAccountEdit{Extension: record.Extension{Registrar: "192.0.2.9", User: "100"}, Password: "secret"}
	_, saved := service.SetPhoneAccount.Do(console, d, account)
	if err := errors.Join(claimed, in, added, revoked, first, back, made, found, again, reset, saved); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"visitor|page|set up the owner's account|Maria", "visitor|page|sign in|Maria",
		"visitor|page|sign in|Maria|failed", "visitor|page|sign in|nobody known|failed",
		"account Maria|page|add token|" + token.ID, "account Maria|page|revoke token|" + token.ID, "account Maria|page|publish profile|1",
		"account Maria|page|put profile back|1", "account Maria|page|change whether calls are recorded|", "account Maria|page|search calls|",
		"technician|console ttyS0|reset the owner's password|", "technician|console ttyS0|save the account at the telephone system|",
	}
	var got []string
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		line := strings.Join([]string{e.Who, e.Door, e.Act, e.Subject}, "|")
		if e.Failed {
			line += "|failed"
		}
		got = append(got, line)
		return nil
	}); err != nil || !slices.Equal(got, want) {
		t.Errorf("noted:\n %s\nwant\n %s\n%v", strings.Join(got, "\n "), strings.Join(want, "\n "), err)
	}
}

// TestWrongTypes: who asks with another type than the operation's is told so.
func TestWrongTypes(t *testing.T) {
	s := &service.Service{} // it is told before anything of it is asked
	for _, op := range service.Operations()[:5] {
		if err := s.Invoke(t.Context(), op, struct{ X int }{1}, op.Answer()); err == nil || !strings.Contains(err.Error(), op.Facts().Name) {
			t.Errorf("%s took something else: %v", op.Facts().Name, err)
		}
		if err := s.Invoke(t.Context(), op, nil, nil); err == nil {
			t.Errorf("%s took nothing", op.Facts().Name)
		}
	}
}
