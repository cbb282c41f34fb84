package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"frontdesk.internal/appliance/record"
)

// The second factor: a code of an authenticator app (TOTP, RFC 6238) besides the password. A code counts once; who has lost the app uses
// one of the recovery codes, each of which counts once, too. The technician's one-time code takes the factor away with the password.
const (
	secondLife    = 5 * time.Minute // from the password to the code, and from the secret to the code that confirms it
	secondStep    = 30              // seconds of a code
	secondSkew    = 1               // steps by which clocks may differ
	recoveryCodes = 10
	maxSecondCode = 40
)

// Errors of the second factor.
var (
	// ErrSecondCode says that a code is wrong, was used, or is too old.
	ErrSecondCode = errors.New("that is not the code that the app shows now, or it was used: wait for the next one")
	// ErrNoSecond says that nothing is being set up or waited for.
	ErrNoSecond = errors.New("that took too long: begin again")
)

// SecondError says that the password was right, and that a code is needed besides. Half stands for the password until then.
type SecondError struct{ Half string }

// Error says so.
func (*SecondError) Error() string { return "a code of the authenticator app is needed, too" }

// half is what is waited for: by whom, and until when.
type half struct {
	account string
	secret  string // of an app that is being set up; "" = a sign-in
	until   time.Time
}

// waitFor keeps what is waited for and returns how to name it.
func (g *Guard) waitFor(h half) string {
	h.until = g.now().Add(secondLife)
	key := rand.Text()
	g.halfMu.Lock()
	defer g.halfMu.Unlock()
	for k, old := range g.halves {
		if g.now().After(old.until) || h.secret != "" && old.secret != "" && old.account == h.account {
			delete(g.halves, k)
		}
	}
	if len(g.halves) >= maxEntries { // each cost a right password
		clear(g.halves)
	}
	g.halves[key] = h
	return key
}

func (g *Guard) waiting(key string) (half, error) {
	g.halfMu.Lock()
	defer g.halfMu.Unlock()
	h, ok := g.halves[key]
	if !ok || g.now().After(h.until) {
		return h, ErrNoSecond
	}
	return h, nil
}

func (g *Guard) waitNoMore(key string) {
	g.halfMu.Lock()
	defer g.halfMu.Unlock()
	delete(g.halves, key)
}

// Enrolment is a secret for an authenticator app that is not in use yet.
type Enrolment struct {
	Key    string // names it, for [Guard.ConfirmSecond]
	Secret string // to be typed into the app
	URL    string // the same as apps read it from a picture
}

// NewSecond draws a secret for an app; it counts once a code of it was typed.
func (g *Guard) NewSecond(who Identity, box string) (Enrolment, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: box, AccountName: who.Name, Period: secondStep, SecretSize: 20})
	if err != nil {
		return Enrolment{}, fmt.Errorf("make second factor: %w", err)
	}
	return Enrolment{Key: g.waitFor(half{account: who.Account, secret: k.Secret()}), Secret: k.Secret(), URL: k.URL()}, nil
}

// ConfirmSecond puts a second factor in force for who knows the password and has a code of the new secret. It returns the recovery codes,
// which are kept as hashes only, and ends the other sessions. The error may be ErrWrong, ErrSecondCode, ErrNoSecond or a *WaitError.
func (g *Guard) ConfirmSecond(ctx context.Context, who Identity, session, key, password, code string, from netip.Addr) ([]string, error) {
	h, err := g.waiting(key)
	if err != nil || h.account != who.Account || h.secret == "" {
		return nil, ErrNoSecond
	}
	guess, err := g.changes.Try(who.Account, from)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	a, err := g.byID(who.Account)
	if err != nil {
		return nil, err
	}
	if ok, err := g.verify(ctx, a.Hash, password); err != nil || !ok {
		return nil, errors.Join(err, ErrWrong)
	}
	step := g.stepOf(h.secret, code)
	if step == 0 {
		return nil, ErrSecondCode
	}
	guess.Passed()
	g.waitNoMore(key)
	codes := make([]string, recoveryCodes)
	second := &record.SecondFactor{Secret: h.secret, Step: step, Since: g.now()}
	for i := range codes {
		codes[i] = newCode()
		second.Recovery = append(second.Recovery, recoveryHash(codes[i]))
	}
	a.Second = second
	if _, err := g.records.SaveAccount(a); err != nil {
		return nil, err
	}
	return codes, g.records.DeleteSessions(a.ID, g.now().Add(time.Second), sessionKey(session))
}

// PassSecond ends a sign-in that waits for a code, and returns the secret of the session. The error may be ErrSecondCode, ErrNoSecond or a
// *WaitError.
func (g *Guard) PassSecond(_ context.Context, key, code string, from netip.Addr) (string, error) {
	h, err := g.waiting(key)
	if err != nil || h.secret != "" {
		return "", ErrNoSecond
	}
	guess, err := g.seconds.Try(h.account, from)
	if err != nil {
		return "", err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	a, err := g.byID(h.account)
	if err != nil {
		return "", ErrNoSecond
	}
	if err := g.useCode(&a, code); err != nil {
		return "", err
	}
	guess.Passed()
	g.waitNoMore(key)
	a.LastSeen = g.now()
	if a, err = g.records.SaveAccount(a); err != nil {
		return "", err
	}
	return g.begin(a)
}

// DropSecond ends the second factor of who knows the password and has a code, of the app or for recovery. The error may be ErrWrong,
// ErrSecondCode or a *WaitError.
func (g *Guard) DropSecond(ctx context.Context, who Identity, password, code string, from netip.Addr) error {
	guess, err := g.changes.Try(who.Account, from)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	a, err := g.byID(who.Account)
	if err != nil || a.Second == nil {
		return errors.Join(err, ErrNoSecond)
	}
	if ok, err := g.verify(ctx, a.Hash, password); err != nil || !ok {
		return errors.Join(err, ErrWrong)
	}
	if err := g.useCode(&a, code); err != nil {
		return err
	}
	guess.Passed()
	a.Second = nil
	_, err = g.records.SaveAccount(a)
	return err
}

// Second tells since when an account has a second factor, and how many recovery codes are left; the zero time: it has none.
func (g *Guard) Second(account string) (since time.Time, recovery int, err error) {
	a, err := g.byID(account)
	if err != nil || a.Second == nil {
		return time.Time{}, 0, err
	}
	return a.Second.Since, len(a.Second.Recovery), nil
}

// useCode takes a code of the app or for recovery, and uses it up in a, which the caller keeps.
func (g *Guard) useCode(a *record.Account, code string) error {
	if a.Second == nil || len(code) > maxSecondCode {
		return ErrSecondCode
	}
	s := *a.Second
	if step := g.stepOf(s.Secret, code); step > s.Step { // what was seen over a shoulder is worth nothing
		s.Step = step
		a.Second = &s
		return nil
	}
	want := recoveryHash(code)
	i := slices.IndexFunc(s.Recovery, func(h string) bool { return subtle.ConstantTimeCompare([]byte(h), []byte(want)) == 1 })
	if i < 0 {
		return ErrSecondCode
	}
	s.Recovery = slices.Delete(slices.Clone(s.Recovery), i, i+1)
	a.Second = &s
	return nil
}

// stepOf is the step of time whose code was typed, one before or after now too; 0 when it is none of them.
func (g *Guard) stepOf(secret, code string) int64 {
	code = strings.Join(strings.Fields(code), "")
	o := totp.ValidateOpts{Period: secondStep, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1} // what every app does; RFC 6238 1.2
	for skew := -secondSkew; skew <= secondSkew; skew++ {
		at := g.now().Add(time.Duration(skew*secondStep) * time.Second)
		want, err := totp.GenerateCodeCustom(secret, at, o)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / secondStep
		}
	}
	return 0
}

// recoveryHash is how a recovery code is kept: it has 59 bits, so that nothing slower is needed.
func recoveryHash(code string) string {
	sum := sha256.Sum256([]byte("recovery\n" + plainCode(code)))
	return hex.EncodeToString(sum[:])
}
