package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// An appliance whose records are locked with a passphrase waits at a socket of its own, before it can do anything else, for
// somebody who knows it.

// unlockSocket is its path below the state directory.
func unlockSocket(state string) string { return filepath.Join(state, "unlock.sock") }

// maxPhrase bounds what is read, in bytes; phraseTime how long one may take to be sent.
const (
	maxPhrase  = 4096
	phraseTime = time.Minute
)

// Unlocking is somebody who has sent a passphrase and waits to hear whether it was the right one.
type Unlocking struct {
	Phrase string
	conn   net.Conn
}

// Tell answers: "" that it was right, else what is wrong.
func (u *Unlocking) Tell(wrong string) {
	if wrong == "" {
		wrong = "ok"
	}
	_, _ = fmt.Fprintln(u.conn, wrong) // whoever has gone away need not know
	_ = u.conn.Close()
}

// WaitForPassphrase waits until somebody sends one.
func WaitForPassphrase(ctx context.Context, state string) (*Unlocking, error) {
	path := unlockSocket(state)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("wait for the passphrase: %w", err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("wait for the passphrase: %w", err)
	}
	defer func() { _ = l.Close() }() // it removes the socket, too
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, fmt.Errorf("wait for the passphrase: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		conn, err := l.Accept()
		if err != nil {
			return nil, fmt.Errorf("wait for the passphrase: %w", errors.Join(err, ctx.Err()))
		}
		_ = conn.SetDeadline(time.Now().Add(phraseTime))
		line, err := bufio.NewReader(io.LimitReader(conn, maxPhrase)).ReadString('\n')
		if err != nil {
			_ = conn.Close()
			continue
		}
		return &Unlocking{Phrase: strings.TrimRight(line, "\r\n"), conn: conn}, nil
	}
}

// SendPassphrase sends it to the appliance that waits. The error says what is wrong with it, or that none waits.
func SendPassphrase(ctx context.Context, state, phrase string) (err error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", unlockSocket(state))
	if err != nil {
		return fmt.Errorf("no appliance waits for a passphrase in %s: %w", state, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := fmt.Fprintln(conn, phrase); err != nil {
		return fmt.Errorf("send the passphrase: %w", err)
	}
	said, err := bufio.NewReader(io.LimitReader(conn, maxPhrase)).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the appliance gave no answer: %w", err)
	}
	if said = strings.TrimSpace(said); said != "ok" {
		return errors.New(said)
	}
	return nil
}
