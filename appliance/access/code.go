package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/appliance/store"
)

// Code returns the one-time code, and makes it when there is no owner and no code yet. It returns "" when the owner has an account and
// no reset is under way.
func (g *Guard) Code(context.Context) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	code, err := g.readCode()
	if code != "" || err != nil {
		return code, err
	}
	fresh, err := g.Fresh()
	if err != nil || !fresh {
		return "", err
	}
	return g.makeCode()
}

// ResetOwner makes a one-time code by which the owner sets a new password. The former password holds until then.
func (g *Guard) ResetOwner(context.Context) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	code, err := g.makeCode()
	if err == nil {
		g.log.Warn("a code to set the owner's password was made")
	}
	return code, err
}

// CodeWanted reports whether a one-time code would be taken: at the first run and after a reset.
func (g *Guard) CodeWanted() (bool, error) {
	fresh, err := g.Fresh()
	if err != nil || fresh {
		return fresh, err
	}
	_, err = os.Stat(filepath.Join(g.dir, codeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// codeLetters are told apart on any screen and over the telephone.
const codeLetters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// makeCode writes a new code.
func (g *Guard) makeCode() (string, error) {
	code := newCode()
	if err := statefile.Write(filepath.Join(g.dir, codeFile), []byte(code+"\n")); err != nil {
		return "", fmt.Errorf("keep one-time code: %w", err)
	}
	g.codes.Forget()
	return code, nil
}

// newCode draws a code, "ABCD-EFGH-JKMN": 59 bits.
func newCode() string {
	var b strings.Builder
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeLetters[draw(len(codeLetters))])
	}
	return b.String()
}

// draw returns a random number below n, each as likely; n <= 256.
func draw(n int) int {
	var b [1]byte
	for {
		_, _ = rand.Read(b[:]) // never fails
		if int(b[0]) < 256/n*n {
			return int(b[0]) % n
		}
	}
}

func (g *Guard) readCode() (string, error) {
	b, err := os.ReadFile(filepath.Join(g.dir, codeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read one-time code: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

func (g *Guard) dropCode() error {
	if err := os.Remove(filepath.Join(g.dir, codeFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove one-time code: %w", err)
	}
	return nil
}

// sameCode compares what was typed with the code: case, spaces and dashes do not count.
func sameCode(typed, code string) bool {
	want := plainCode(code)
	return want != "" && subtle.ConstantTimeCompare([]byte(plainCode(typed)), []byte(want)) == 1
}

// plainCode is a code without what people write between its parts.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// Claim makes the owner's account, or after a reset gives it a new name and password, to who has the one-time code. It returns
// the secret of a session. The error may be ErrCode, ErrName, ErrOwnerExists, a *WeakError or a *WaitError.
func (g *Guard) Claim(ctx context.Context, code, name, password string, from netip.Addr) (string, error) {
	guess, err := g.codes.TryAddress(from)
	if err != nil {
		// Whoever has the code in hands may have a guesser beside them, at the same address even: it has 59 bits, so that a right one is
		// let in always, and is found by nobody.
		if want, rerr := g.readCode(); rerr != nil || !sameCode(code, want) {
			return "", err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	want, err := g.readCode()
	if err != nil {
		return "", err
	}
	owner, err := g.owner()
	switch {
	case err == nil && want == "":
		guess.TakeBack()
		return "", ErrOwnerExists
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return "", err
	}
	if !sameCode(code, want) {
		return "", ErrCode
	}
	guess.TakeBack()
	if name, err = CheckName(name); err != nil {
		return "", err
	}
	if other, err := g.byName(name); err != nil {
		return "", err
	} else if other.ID != "" && other.ID != owner.ID {
		return "", ErrName
	}
	if err := CheckPassword(password, append(g.known(), name)...); err != nil {
		return "", err
	}
	hash, err := g.hash(ctx, password)
	if err != nil {
		return "", err
	}
	now := g.now()
	if owner.ID == "" {
		owner.Created = now
	}
	owner.Name, owner.Role, owner.Hash, owner.Changed, owner.LastSeen = name, record.RoleOwner, hash, now, now
	owner.Second = nil // who has the box in hands gets in
	if owner, err = g.records.SaveAccount(owner); err != nil {
		return "", err
	}
	if err := errors.Join(g.records.DeleteSessions(owner.ID, now.Add(time.Second), ""), g.dropCode()); err != nil {
		return "", err
	}
	g.codes.Forget()
	g.log.Info("the owner's account was set up")
	return g.begin(owner)
}
