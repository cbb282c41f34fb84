package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"frontdesk.internal/appliance/service"
)

// phoneFlags are the fields of an account as flags; what is not given stays as it is.
type phoneFlags struct {
	registrar, transport, user, authUser, domain, passwordFile string

	flags *flag.FlagSet
}

func (f *phoneFlags) add(fs *flag.FlagSet) {
	f.flags = fs
	fs.StringVar(&f.registrar, "registrar", "", "`address` of the telephone system, host or host:port")
	fs.StringVar(&f.transport, "transport", "", "`udp`, tcp or tls")
	fs.StringVar(&f.user, "user", "", "the `extension` that the telephone system gave to this box")
	fs.StringVar(&f.authUser, "auth-user", "", "user `name` for the password, when it is not the extension")
	fs.StringVar(&f.domain, "domain", "", "`domain` of the address, when it is not the telephone system's host")
	fs.StringVar(&f.passwordFile, "password-file", "", "`file` with the password in its first line; - reads it from standard input. Without it the password stays as it is")
}

// edit puts the given flags over the account in use.
func (f *phoneFlags) edit(now service.PhoneAccount, stdin io.Reader) (service.PhoneAccountEdit, error) {
	e := service.PhoneAccountEdit{
		Registrar: now.Registrar, Transport: now.Transport, User: now.User, AuthUser: now.AuthUser, Domain: now.Domain,
	}
	f.flags.Visit(func(x *flag.Flag) {
		switch x.Name {
		case "registrar":
			e.Registrar = f.registrar
		case "transport":
			e.Transport = f.transport
		case "user":
			e.User = f.user
		case "auth-user":
			e.AuthUser = f.authUser
		case "domain":
			e.Domain = f.domain
		}
	})
	if f.passwordFile == "" {
		return e, nil
	}
	password, err := readPassword(f.passwordFile, stdin)
	e.Password = service.Password(password)
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

// phoneCommand are phone show, test, set and ladder.
func phoneCommand(stdin io.Reader, stdout, stderr io.Writer) *officeCommand {
	var account phoneFlags
	flags := func(fs *flag.FlagSet, _ *request) { account.add(fs) }
	return &officeCommand{stdout: stdout, stderr: stderr, name: "phone", verbs: []verb{
		{name: "show", summary: "the account at the telephone system, and whether it is connected", run: showPhone},
		{name: "test", summary: "register once with the account, or with one that differs by flags, and say how it went", flags: flags, run: func(ctx context.Context, r *request) error {
			return testPhone(ctx, r, &account, stdin)
		}},
		{name: "set", summary: "save the account and use it at once; what no flag names stays as it is", flags: flags, run: func(ctx context.Context, r *request) error {
			return setPhone(ctx, r, &account, stdin)
		}},
		{name: "ladder", args: "[CALL]", summary: "the messages of a call, or of the registration; without CALL the calls that are kept", run: showLadder},
	}}
}

func showPhone(ctx context.Context, r *request) error {
	a, err := service.ReadPhoneAccount.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(a)
		return nil
	}
	r.out.phoneAccount(a)
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

func testPhone(ctx context.Context, r *request, f *phoneFlags, stdin io.Reader) error {
	now, err := service.ReadPhoneAccount.Get(ctx, r.office)
	if err != nil {
		return err
	}
	e, err := f.edit(now, stdin)
	if err != nil {
		return err
	}
	t, err := service.TestPhoneAccount.Do(ctx, r.office, e)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(t)
	} else {
		r.out.phoneTest(t)
	}
	if !t.OK {
		return errUnwell
	}
	return r.out.err
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

func setPhone(ctx context.Context, r *request, f *phoneFlags, stdin io.Reader) error {
	now, err := service.ReadPhoneAccount.Get(ctx, r.office)
	if err != nil {
		return err
	}
	e, err := f.edit(now, stdin)
	if err != nil {
		return err
	}
	a, err := service.SetPhoneAccount.Do(ctx, r.office, e)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(a)
		return nil
	}
	r.out.line("Saved. Extension %s at %s is used from now on; frontdesk phone show tells whether it is connected.", shown(a.User), shown(a.Registrar))
	return nil
}

func showLadder(ctx context.Context, r *request) error {
	if r.arg == "" {
		return listLadders(ctx, r)
	}
	l, err := service.ReadLadder.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(l)
		return nil
	}
	if l.End != "" {
		r.out.line("Call %s: %s", l.Call, shown(l.End))
	}
	r.out.steps(l.Steps)
	return nil
}

func listLadders(ctx context.Context, r *request) error {
	ladders, err := service.ListLadders.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(ladders)
		return nil
	}
	var rows [][]string
	for _, l := range ladders {
		end := l.End
		if l.Ended.IsZero() {
			end = "goes on"
		}
		rows = append(rows, []string{l.Call, l.Began.Local().Format("2006-01-02 15:04:05"), fmt.Sprint(len(l.Steps)), end})
	}
	r.out.table("No call came in since the start. frontdesk phone ladder registration shows the registration.", []string{"CALL", "BEGAN", "STEPS", "END"}, rows)
	return nil
}

// steps draws a ladder: the telephone system on the left, this box on the right.
func (p *printer) steps(steps []service.Step) {
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
func arrow(s service.Step) string {
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
