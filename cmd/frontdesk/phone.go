package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// phoneFlags are the fields of an account as flags; what is not given stays as it is.
type phoneFlags struct {
	service.PhoneAccountEdit
	passwordFile string
}

func (f *phoneFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.Registrar, "registrar", "", "`address` of the telephone system, host or host:port")
	fs.StringVar(&f.Transport, "transport", "", "`how` it is reached: udp, tcp or tls")
	fs.StringVar(&f.User, "user", "", "the `extension` that the telephone system gave to this box")
	fs.StringVar(&f.AuthUser, "auth-user", "", "user `name` for the password, when it is not the extension")
	fs.StringVar(&f.Domain, "domain", "", "`domain` of the address, when it is not the telephone system's host")
	fs.StringVar(&f.passwordFile, "password-file", "",
		"`file` with the password in its first line; - reads it from standard input. Without it the password stays as it is")
}

// edit puts the given flags over the account in use.
func (f *phoneFlags) edit(ctx context.Context, r *request) (service.PhoneAccountEdit, error) {
	now, err := service.ReadPhoneAccount.Get(ctx, r.office)
	if err != nil {
		return service.PhoneAccountEdit{}, err
	}
	e := service.PhoneAccountEdit{Extension: now.Extension}
	for name, field := range map[string][2]*string{
		"registrar": {&e.Registrar, &f.Registrar}, "transport": {&e.Transport, &f.Transport}, "user": {&e.User, &f.User},
		"auth-user": {&e.AuthUser, &f.AuthUser}, "domain": {&e.Domain, &f.Domain},
	} {
		if r.flags.Changed(name) {
			*field[0] = *field[1]
		}
	}
	if f.passwordFile != "" {
		var password string
		password, err = readPassword(f.passwordFile, r.in)
		e.Password = service.Password(password)
	}
	return e, err
}

// maxPassword bounds what is read of a password file, in bytes.
const maxPassword = 4096

// readPassword reads the first line of a file, or of standard input for "-".
func readPassword(name string, stdin io.Reader) (_ string, err error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", fmt.Errorf("read password: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxPassword))
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", errors.New("read password: the first line is empty")
	}
	return line, nil
}

// phoneCommand is frontdesk phone.
func phoneCommand() *cobra.Command {
	var account phoneFlags
	test := ask("test", "register once, and say how it went",
		func(ctx context.Context, r *request) error { return testPhone(ctx, r, &account) })
	account.add(test.Flags())
	set := ask("set", "save the account and use it at once", func(ctx context.Context, r *request) error { return setPhone(ctx, r, &account) })
	account.add(set.Flags())
	set.Flags().BoolVar(&account.Anyway, "anyway", false, "save it although the telephone system does not accept it now")
	return group("phone", "the account at the telephone system",
		ask("show", "the account, and whether it is connected", showPhone),
		described(test, `Registers once with the account, or with one that differs by flags, and says how
it went. Nothing is saved.`,
			"  frontdesk phone test\n  frontdesk phone test --registrar pbx.lan --user 200 --password-file -"),
		described(set, `Tries the account, and when the telephone system accepts it saves it and uses
it at once; what no flag names stays as it is. Else the former account stays.`,
			"  frontdesk phone set --registrar pbx.lan --user 200 --password-file FILE"),
		described(ask("undo", "bring the former account back", undoPhone),
			"Brings back the account that was in use before, within ten minutes of the\nchange.", "  frontdesk phone undo"),
		described(ask("foresee [NUMBER]", "what would happen if somebody called now", foreseeCall),
			"Says what would happen if a number called now, or somebody unknown. Nothing\nis done.", "  frontdesk phone foresee +12175550182"),
		described(ask("ring-me EXTENSION", "ring a telephone, and talk with the assistant", ringMe),
			"Rings a telephone of the business profile; who picks up talks with the\nassistant, as a caller does.", "  frontdesk phone ring-me 200"),
		described(ask("ladder [CALL]", "the messages of a call, or of the registration", showLadder),
			"Shows the SIP messages of a call, or of the registration; without CALL the\ncalls that are kept.",
			"  frontdesk phone ladder registration"))
}

func showPhone(ctx context.Context, r *request) error {
	a, err := service.ReadPhoneAccount.Get(ctx, r.office)
	if err != nil {
		return err
	}
	r.print(a, func() { r.out.phoneAccount(a) })
	return nil
}

func (p *printer) phoneAccount(a service.PhoneAccount) {
	if a.From == service.FromNowhere {
		p.line("No telephone system is set: frontdesk phone set --registrar ADDRESS --user EXTENSION --password-file FILE")
		return
	}
	password := "none"
	if a.HasPassword {
		password = "kept, not shown"
	}
	from := "the settings file"
	if a.From == service.FromDoor {
		from = "saved " + when(a.At)
		if a.By != "" {
			from += " by " + a.By
		}
	}
	p.fields("Telephone system", a.Registrar, "Transport", strings.ToUpper(a.Transport), "Extension", a.User, "User name", a.AuthUser,
		"Domain", a.Domain, "Password", password, "Comes from", from, "State", phoneState(a.Now), "Reached as", a.Now.Contact)
	for _, l := range a.Lines {
		p.fields("Extension "+l.Extension, phoneState(l), "Telephone system", l.Registrar, "Reached as", l.Contact)
	}
	for _, c := range a.Changes {
		text := c.Text
		if len(a.Lines) > 0 && c.Extension != "" {
			text = c.Extension + ": " + text
		}
		if c.Code > 0 && c.Verdict != "" {
			text += fmt.Sprintf(" (SIP %d)", c.Code)
		}
		p.line("%s  %s", c.At.Local().Format("2006-01-02 15:04:05"), shown(text))
	}
}

func phoneState(s service.Phone) string {
	out := s.State
	if !s.Since.IsZero() {
		out += " since " + when(s.Since)
	}
	if s.Registered() && s.Algorithm != "" {
		out += ", password checked by " + s.Algorithm
	}
	if s.Problem != "" {
		out += ": " + s.Problem
	}
	return out
}

func testPhone(ctx context.Context, r *request, f *phoneFlags) error {
	e, err := f.edit(ctx, r)
	if err != nil {
		return err
	}
	t, err := service.TestPhoneAccount.Do(ctx, r.office, e)
	if err != nil {
		return err
	}
	r.print(t, func() { r.out.phoneTest(t) })
	if !t.OK {
		return errSaid
	}
	return nil
}

func (p *printer) phoneTest(t service.PhoneTest) {
	p.line("%s", shown(t.Text))
	if t.Advice != "" {
		p.line("%s", shown(t.Advice))
	}
	p.line("")
	code := "none"
	if t.Code > 0 {
		code = fmt.Sprint(t.Code)
	}
	p.fields("SIP answer", code, "Address tried", t.Address, "This box as", t.Contact, "Password check", t.Algorithm,
		"Took", fmt.Sprintf("%d ms", t.TookMS), "Cause", t.Detail)
	p.steps(t.Steps)
}

func setPhone(ctx context.Context, r *request, f *phoneFlags) error {
	e, err := f.edit(ctx, r)
	if err != nil {
		return err
	}
	a, err := service.SetPhoneAccount.Do(ctx, r.office, e)
	if err != nil {
		return err
	}
	return r.told(a,
		"Saved. Extension %s at %s is used from now on; frontdesk phone show tells whether it is connected.", shown(a.User), shown(a.Registrar))
}

func undoPhone(ctx context.Context, r *request) error {
	a, err := service.UndoPhoneAccount.Get(ctx, r.office)
	if errors.Is(err, store.ErrNotFound) {
		return errors.New("there is no former account any more: it is kept for ten minutes after a change")
	}
	if err != nil {
		return err
	}
	return r.told(a, "Extension %s at %s is used again.", shown(a.User), shown(a.Registrar))
}

func showLadder(ctx context.Context, r *request) error {
	if r.arg == "" {
		return listLadders(ctx, r)
	}
	l, err := service.ReadLadder.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	r.print(l, func() {
		if l.End != "" {
			r.out.line("Call %s: %s", l.Call, shown(l.End))
		}
		r.out.steps(l.Steps)
	})
	return nil
}

func listLadders(ctx context.Context, r *request) error {
	ladders, err := service.ListLadders.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, l := range ladders {
		end := l.End
		if l.Ended.IsZero() {
			end = "goes on"
		}
		rows = append(rows, []string{l.Call, l.Began.Local().Format("2006-01-02 15:04:05"), fmt.Sprint(len(l.Steps)), end})
	}
	return r.table(ladders, "No call came in since the start. frontdesk phone ladder registration shows the registration.",
		[]string{"CALL", "BEGAN", "STEPS", "END"}, rows)
}

// steps draws a ladder: the telephone system on the left, this box on the right.
func (p *printer) steps(steps []service.LadderMessage) {
	if len(steps) == 0 {
		return
	}
	p.line("")
	p.line("   PBX                     box")
	var minute time.Time
	for _, s := range steps {
		at := s.At.Local()
		stamp := at.Format("        .000")
		if m := at.Truncate(time.Second); !m.Equal(minute) {
			minute, stamp = m, at.Format("15:04:05.000")
		}
		p.line("    %s  %s  %s", arrow(s), stamp, shown(s.Note))
	}
}

// ladderWidth is the room between the two sides, in characters.
const ladderWidth = 22

// arrow draws one message between the two sides.
func arrow(s service.LadderMessage) string {
	text := []rune(shown(s.Text))
	if len(text) > ladderWidth-5 {
		text = text[:ladderWidth-5]
	}
	rest := strings.Repeat("─", ladderWidth-4-len(text))
	if s.Sent {
		return "│◀" + rest + " " + string(text) + " ─│"
	}
	return "│─ " + string(text) + " " + rest + "▶│"
}
