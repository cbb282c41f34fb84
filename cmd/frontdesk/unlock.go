package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/systemd"
)

// Credentials of the service manager that open the keys of the records: a secret of any form (systemd-creds seals it to the TPM),
// or the passphrase.
const (
	keyCredential    = "records-key"
	phraseCredential = "records-passphrase"
)

// keyOptions are what opens the keys: what the settings and the service manager say, and whoever can be asked.
func keyOptions(ctx context.Context, s config.Storage, ask func(ctx context.Context, first bool) (string, error)) keyring.Options {
	o := keyring.Options{KeyFile: s.KeyFile, New: keyring.Kind(s.Lock), Credential: credential(keyCredential), Passphrase: ask, Context: ctx}
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

// terminalKey finds the terminal in a context.
type terminalKey struct{}

// terminal is where somebody may be asked.
type terminal struct {
	in  io.Reader
	out io.Writer
}

// withTerminal says where somebody may be asked.
func withTerminal(ctx context.Context, in io.Reader, out io.Writer) context.Context {
	return context.WithValue(ctx, terminalKey{}, terminal{in, out})
}

// typist is whoever sits at the terminal; ok is false when nobody does.
func typist(ctx context.Context) (t terminal, fd int, ok bool) {
	t, _ = ctx.Value(terminalKey{}).(terminal)
	f, isFile := t.in.(*os.File)
	if !isFile {
		return t, 0, false
	}
	return t, int(f.Fd()), term.IsTerminal(int(f.Fd()))
}

// askTerminal asks whoever sits there; an error when nobody does.
func askTerminal(ctx context.Context, first bool) (string, error) {
	t, fd, ok := typist(ctx)
	if !ok {
		return "", errors.New("no terminal to type the passphrase at")
	}
	prompts := []string{"Passphrase of the records: "}
	if first {
		prompts = []string{"New passphrase of the records: ", "The same once more: "}
	}
	return typedHidden(t, fd, prompts...)
}

// typedHidden asks for something that is not shown, with several prompts several times.
func typedHidden(t terminal, fd int, prompts ...string) (string, error) {
	var typed []string
	for _, p := range prompts {
		fmt.Fprint(t.out, p)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(t.out)
		if err != nil {
			return "", fmt.Errorf("read what is typed: %w", err)
		}
		typed = append(typed, string(b))
	}
	if typed[0] != typed[len(typed)-1] {
		return "", errors.New("the two were not the same; nothing was changed")
	}
	return typed[0], nil
}

// unlocker waits for frontdesk unlock.
type unlocker struct {
	state   string
	manager *systemd.Notifier
	log     *slog.Logger
	answer  *remote.Unlocking // of who has sent the passphrase that is being tried
}

// ask implements keyring.Options.Passphrase: at the terminal when there is one, else by frontdesk unlock.
func (u *unlocker) ask(ctx context.Context, first bool) (string, error) {
	if _, _, ok := typist(ctx); ok {
		return askTerminal(ctx, first)
	}
	u.log.Warn("the records are locked with a passphrase: type it with frontdesk unlock")
	waiting, over := context.WithCancel(ctx)
	defer over()
	go u.manager.Wait(waiting, "locked: waits for frontdesk unlock")
	answer, err := remote.WaitForPassphrase(ctx, u.state)
	if err != nil {
		return "", err
	}
	u.answer = answer
	return answer.Phrase, nil
}

// tell answers who has sent the passphrase.
func (u *unlocker) tell(text string) {
	if u.answer != nil {
		u.answer.Tell(text)
		u.answer = nil
	}
}

// open makes the appliance, and asks again as long as the passphrase that somebody sent is the wrong one.
func (u *unlocker) open(ctx context.Context, cfg config.Config, deps appliance.Deps) (*appliance.Appliance, error) {
	deps.Keys = keyOptions(ctx, cfg.Storage, u.ask)
	for {
		a, err := newAppliance(cfg, deps)
		switch {
		case err == nil:
			u.tell("")
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
func unlockCommand() *cobra.Command {
	var from string
	cmd := office(needsFolder, "unlock", "type the passphrase that an appliance waits for", func(ctx context.Context, r *request) error {
		phrase, err := r.passphrase(ctx, from, false)
		if err != nil {
			return err
		}
		if err := remote.SendPassphrase(ctx, r.state, phrase); err != nil {
			return err
		}
		return r.told(map[string]bool{"unlocked": true}, "The records are open; the appliance starts.")
	})
	cmd.Flags().StringVar(&from, "passphrase-file", "", "`file` with the passphrase in its first line; - reads it from standard input. "+
		"Without it somebody is asked")
	return described(cmd, `Sends the passphrase of the records to an appliance that was started and waits
for it.`, "")
}

// passphrase reads it from a file, or asks for it when from is "". first is for a new one.
func (r *request) passphrase(ctx context.Context, from string, first bool) (string, error) {
	if from != "" {
		return readPassword(from, r.in)
	}
	return askTerminal(ctx, first)
}
