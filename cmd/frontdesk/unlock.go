package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/systemd"
)

// Credentials of the service manager that open the keys of the records: a secret of any form (systemd-creds seals it to the TPM), or the passphrase.
const (
	keyCredential    = "records-key"
	phraseCredential = "records-passphrase"
)

// keyOptions are what opens the keys: what the settings and the service manager say, and whoever can be asked.
func keyOptions(s config.Storage, ask func(ctx context.Context, first bool) (string, error)) keyring.Options {
	o := keyring.Options{KeyFile: s.KeyFile, New: keyring.Kind(s.Lock), Credential: credential(keyCredential), Passphrase: ask}
	if phrase := credential(phraseCredential); len(phrase) > 0 {
		o.Passphrase = func(context.Context, bool) (string, error) { return strings.TrimRight(string(phrase), "\r\n"), nil }
	}
	return o
}

// credential is a secret of the service manager; nil when there is none.
func credential(name string) []byte {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil
	}
	return b
}

// askTerminal asks whoever sits there; an error when nobody does.
func askTerminal(_ context.Context, first bool) (string, error) {
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		return "", errors.New("no terminal to type the passphrase at")
	}
	prompts := []string{"Passphrase of the records: "}
	if first {
		prompts = []string{"New passphrase of the records: ", "The same once more: "}
	}
	var typed []string
	for _, p := range prompts {
		fmt.Fprint(os.Stderr, p)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", fmt.Errorf("read passphrase: %w", err)
		}
		typed = append(typed, string(b))
	}
	if typed[0] != typed[len(typed)-1] {
		return "", errors.New("the two were not the same; nothing was changed")
	}
	return typed[0], nil
}

// unlockSocket is where frontdesk unlock finds an appliance that waits for the passphrase.
func unlockSocket(state string) string { return filepath.Join(state, "unlock.sock") }

// unlocker waits for frontdesk unlock.
type unlocker struct {
	ctx     context.Context //nolint:containedctx // of the start
	state   string
	manager *systemd.Notifier
	stderr  io.Writer
	answer  net.Conn // of who has sent the passphrase that is being tried
}

// ask implements keyring.Options.Passphrase: at the terminal when there is one, else by frontdesk unlock.
func (u *unlocker) ask(ctx context.Context, first bool) (string, error) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return askTerminal(ctx, first)
	}
	l, err := u.listen()
	if err != nil {
		return "", err
	}
	defer func() { _ = errors.Join(l.Close(), os.Remove(unlockSocket(u.state))) }() // it served its purpose
	stop := context.AfterFunc(u.ctx, func() { _ = l.Close() })
	defer stop()
	fmt.Fprintln(u.stderr, "The records are locked with a passphrase: type it with frontdesk unlock")
	waiting, over := context.WithCancel(u.ctx)
	defer over()
	go u.manager.Wait(waiting, "locked: waits for frontdesk unlock")
	for {
		conn, err := l.Accept()
		if err != nil {
			return "", fmt.Errorf("wait for the passphrase: %w", errors.Join(err, u.ctx.Err()))
		}
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		line, err := bufio.NewReader(io.LimitReader(conn, maxPassword)).ReadString('\n')
		if err != nil {
			_ = conn.Close()
			continue
		}
		u.answer = conn
		return strings.TrimRight(line, "\r\n"), nil
	}
}

func (u *unlocker) listen() (net.Listener, error) {
	path := unlockSocket(u.state)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("wait for the passphrase: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("wait for the passphrase: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the passphrase: %w", err), l.Close())
	}
	return l, nil
}

// tell answers who has sent the passphrase.
func (u *unlocker) tell(text string) {
	if u.answer != nil {
		_, _ = fmt.Fprintln(u.answer, text)
		_ = u.answer.Close()
		u.answer = nil
	}
}

// open makes the appliance, and asks again as long as the passphrase that somebody sent is the wrong one.
func (u *unlocker) open(cfg config.Config, deps appliance.Deps) (*appliance.Appliance, error) {
	deps.Keys = keyOptions(cfg.Storage, u.ask)
	for {
		a, err := newAppliance(cfg, deps)
		switch {
		case err == nil:
			u.tell("ok")
			return a, nil
		case u.answer != nil && errors.Is(err, keyring.ErrWrongKey):
			u.tell("This is not the passphrase of these records. Nothing was changed.")
		default:
			u.tell(err.Error())
			return nil, err
		}
	}
}

// unlockCommand sends the passphrase to an appliance that waits for it.
func unlockCommand(stdin io.Reader, stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "unlock", plain: true, verbs: []verb{{
		name: "unlock", summary: "type the passphrase of the records for an appliance that was started and waits for it", folder: true,
		flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.file, "passphrase-file", "", "`file` with the passphrase in its first line; - reads it from standard input. Without it somebody is asked")
		},
		run: func(ctx context.Context, r *request) error { return unlock(ctx, r, stdin) },
	}}}
}

func unlock(ctx context.Context, r *request, stdin io.Reader) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", unlockSocket(r.state))
	if err != nil {
		return fmt.Errorf("no appliance waits for a passphrase in %s: %w", r.state, err)
	}
	defer conn.Close()
	var phrase string
	if r.file != "" {
		phrase, err = readPassword(r.file, stdin)
	} else {
		phrase, err = askTerminal(ctx, false)
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(conn, phrase); err != nil {
		return fmt.Errorf("send the passphrase: %w", err)
	}
	said, err := bufio.NewReader(io.LimitReader(conn, maxPassword)).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the appliance gave no answer: %w", err)
	}
	if said = strings.TrimSpace(said); said != "ok" {
		return errors.New(said)
	}
	if r.json {
		r.out.json(map[string]bool{"unlocked": true})
		return nil
	}
	r.out.line("The records are open; the appliance starts.")
	return nil
}
