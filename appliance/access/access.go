// Package access decides who may use the appliance: accounts, passwords, sign-in, sessions, and the one-time code by which the
// owner gets in for the first time or after a lost password.
//
// It knows nothing of HTTP: the page turns what it returns into cookies. Passwords are kept as argon2id hashes, sessions under
// the SHA-256 of their secret; the secret itself is known to the browser alone. The one-time code is in a file of mode 0600
// below the state folder, where only who has the box in hands can read it. Guessing is made slow by [Throttle], and at most
// [maxHashing] passwords are hashed at a time, so that sign-ins never take the processor from calls.
//
// The package starts no goroutine; a [Guard] is safe for concurrent use if its records are.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Records keep accounts and sessions; *store.Store is the real one.
type Records interface {
	Accounts() ([]record.Account, error)
	SaveAccount(a record.Account) (record.Account, error)
	DeleteAccount(id string) error
	Session(key string) (record.Session, error)
	Sessions() (map[string]record.Session, error)
	SaveSession(key string, s record.Session) error
	DeleteSession(key string) error
	DeleteSessions(account string, before time.Time, keep string) error
}

var _ Records = (*store.Store)(nil)

// How long a session lasts: without use, and at all.
const (
	IdleLimit  = 12 * time.Hour
	TotalLimit = 30 * 24 * time.Hour
)

// seenEvery is how exactly the last use of a session is kept: every request would be a write.
const seenEvery = 5 * time.Minute

// codeFile holds the one-time code while there is one.
const codeFile = "first-run-code"

// maxHashing bounds how many passwords are hashed at a time.
const maxHashing = 2

// maxAccounts is more than an office has people.
const maxAccounts = 50

// Errors that are answers, not faults.
var (
	// ErrWrong says that name and password do not belong together, without telling which is wrong.
	ErrWrong = errors.New("name or password is wrong")
	// ErrCode says that the one-time code is not the one in the file.
	ErrCode = errors.New("that is not the code; it is shown on the console, and by frontdesk owner code")
	// ErrNoSession says that nobody is signed in under the secret.
	ErrNoSession = errors.New("not signed in")
	// ErrOwnerExists says that the owner's account was made already.
	ErrOwnerExists = errors.New("the owner's account is there already: sign in, or have a technician run frontdesk owner reset")
	// ErrNotAllowed says that the account of the owner cannot be removed.
	ErrNotAllowed = errors.New("the account of the owner stays")
	// ErrName says that a name cannot be used.
	ErrName = errors.New("the name is missing, too long, or there is an account of that name")
)

// WaitError says that too many guesses were made, and how long nobody is listened to.
type WaitError struct{ For time.Duration }

// Error tells how long to wait.
func (e *WaitError) Error() string {
	return fmt.Sprintf("too many attempts: wait %s, then try again", Spoken(e.For))
}

// Spoken says a waiting time as people do, rounded up: "20 seconds", "1 minute".
func Spoken(d time.Duration) string {
	n, unit := int((d+time.Second-1)/time.Second), "second"
	if d > time.Minute {
		n, unit = int((d+time.Minute-1)/time.Minute), "minute"
	}
	n = max(n, 1)
	if n > 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// Identity is who is signed in.
type Identity struct {
	Account string // ID
	Name    string
	Role    record.Role
}

// Owner reports whether everything is allowed.
func (i Identity) Owner() bool { return i.Role == record.RoleOwner }

// Person is an account as others see it.
type Person struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Role     record.Role `json:"role"`
	Created  time.Time   `json:"created"`
	LastSeen time.Time   `json:"last_seen,omitzero"`
	Second   bool        `json:"second_factor"` // a code is needed besides the password
}

// Options for New. Records and Dir are needed.
type Options struct {
	Records Records
	Dir     string           // the state folder, for the one-time code
	Known   func() []string  // words that are no secret here, such as the business's name; nil: none
	Now     func() time.Time // nil: time.Now
	Logger  *slog.Logger     // nil: says nothing
}

// Guard lets people in.
type Guard struct {
	records  Records
	dir      string
	known    func() []string
	now      func() time.Time
	log      *slog.Logger
	throttle *Throttle // of sign-ins
	codes    *Throttle // of the one-time code
	changes  *Throttle // of the present password, by who is signed in
	hashing  chan struct{}
	decoy    func() string // hash that no password has, for names that nobody has

	pins        PINRecords // nil: there is no console
	pinThrottle *Throttle
	pinning     sync.Mutex // one PIN at a time

	seconds *Throttle // of codes of the second factor, by account
	halfMu  sync.Mutex
	halves  map[string]half

	tickets  *Throttle
	ticketMu sync.Mutex
	ticket   ticket

	mu sync.Mutex // one change of accounts at a time
}

// New returns a guard over o.Records.
func New(o Options) *Guard {
	g := &Guard{
		records: o.Records, dir: o.Dir, known: o.Known, now: o.Now, log: o.Logger,
		hashing: make(chan struct{}, maxHashing), decoy: sync.OnceValue(func() string { return Hash(rand.Text()) }),
	}
	if g.known == nil {
		g.known = func() []string { return nil }
	}
	if g.now == nil {
		g.now = time.Now
	}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	g.throttle, g.codes, g.changes = NewThrottle(g.now), NewThrottle(g.now), NewThrottle(g.now)
	g.pins, _ = o.Records.(PINRecords)
	g.pinThrottle = newThrottle(g.now, freePINs, pinWait)
	g.tickets = NewThrottle(g.now)
	g.seconds, g.halves = newThrottle(g.now, freeTries, longWait), map[string]half{}
	return g
}

// Fresh reports whether there is no owner yet.
func (g *Guard) Fresh() (bool, error) {
	_, err := g.owner()
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	return false, err
}

func (g *Guard) owner() (record.Account, error) {
	list, err := g.records.Accounts()
	if err != nil {
		return record.Account{}, err
	}
	for _, a := range list {
		if a.Role == record.RoleOwner {
			return a, nil
		}
	}
	return record.Account{}, store.ErrNotFound
}

// CheckName returns name without space around it, or ErrName.
func CheckName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > 40 || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", ErrName
	}
	return name, nil
}

// hash hashes a password when its turn comes.
func (g *Guard) hash(ctx context.Context, password string) (string, error) {
	if err := g.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-g.hashing }()
	return Hash(password), nil
}

func (g *Guard) turn(ctx context.Context) error {
	select {
	case g.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("check password: %w", ctx.Err())
	}
}

// Known returns the name of an account as it was given to it, however it is written; "" when there is no such account.
func (g *Guard) Known(name string) (string, error) {
	a, err := g.byName(strings.TrimSpace(name))
	return a.Name, err
}

// byName returns the account of a name, or an empty one.
func (g *Guard) byName(name string) (record.Account, error) {
	list, err := g.records.Accounts()
	if err != nil {
		return record.Account{}, err
	}
	for _, a := range list {
		if strings.EqualFold(a.Name, name) {
			return a, nil
		}
	}
	return record.Account{}, nil
}

func (g *Guard) byID(id string) (record.Account, error) {
	list, err := g.records.Accounts()
	if err != nil {
		return record.Account{}, err
	}
	for _, a := range list {
		if a.ID == id {
			return a, nil
		}
	}
	return record.Account{}, store.ErrNotFound
}

// SignIn returns the secret of a new session. The error may be ErrWrong, a *WaitError or a *SecondError.
// A name that nobody has takes as long as one with a wrong password.
func (g *Guard) SignIn(ctx context.Context, name, password string, from netip.Addr) (string, error) {
	return g.SignInWith(ctx, "", name, password, from)
}

// SignInWith is SignIn from a browser that brings what [Guard.Device] has given it; "" = nothing. Such a browser is counted apart
// from all others.
func (g *Guard) SignInWith(ctx context.Context, device, name, password string, from netip.Addr) (string, error) {
	who := strings.ToLower(strings.TrimSpace(name))
	if len(who) > 200 || len(password) > maxPassword {
		return "", ErrWrong
	}
	a, err := g.byName(strings.TrimSpace(name))
	if err != nil {
		return "", err
	}
	var guess *Guess
	if knows(a, device) {
		guess, err = g.throttle.TryDevice(device)
	} else {
		guess, err = g.throttle.Try(who, from)
	}
	if err != nil {
		return "", err
	}
	hash := a.Hash
	if a.ID == "" {
		hash = g.decoy()
	}
	ok, err := g.verify(ctx, hash, password)
	if err != nil {
		guess.TakeBack()
		return "", err
	}
	if !ok || a.ID == "" {
		return "", ErrWrong
	}
	guess.Passed()
	g.mu.Lock()
	defer g.mu.Unlock()
	if a, err = g.byID(a.ID); err != nil { // removed meanwhile
		return "", ErrWrong
	}
	if a.Second != nil {
		return "", &SecondError{Half: g.waitFor(half{account: a.ID})}
	}
	a.LastSeen = g.now()
	if a, err = g.records.SaveAccount(a); err != nil {
		return "", err
	}
	return g.begin(a)
}

func (g *Guard) verify(ctx context.Context, hash, password string) (bool, error) {
	if err := g.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-g.hashing }()
	return Verify(hash, password)
}

// begin keeps a new session, and forgets those that are over.
func (g *Guard) begin(a record.Account) (string, error) {
	now := g.now()
	secret := rand.Text() + rand.Text() // 52 characters, 260 bits
	return secret, errors.Join(
		g.records.DeleteSessions("", now.Add(-TotalLimit), ""),
		g.records.SaveSession(sessionKey(secret), record.Session{Account: a.ID, Created: now, Seen: now}),
	)
}

func sessionKey(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Session returns who is signed in under secret; ErrNoSession when nobody is, or not any more.
func (g *Guard) Session(_ context.Context, secret string) (Identity, error) {
	if secret == "" || len(secret) > 200 {
		return Identity{}, ErrNoSession
	}
	key := sessionKey(secret)
	s, err := g.records.Session(key)
	if errors.Is(err, store.ErrNotFound) {
		return Identity{}, ErrNoSession
	}
	if err != nil {
		return Identity{}, err
	}
	now := g.now()
	if now.Sub(s.Seen) > IdleLimit || now.Sub(s.Created) > TotalLimit {
		return Identity{}, errors.Join(ErrNoSession, g.records.DeleteSession(key))
	}
	a, err := g.byID(s.Account)
	if errors.Is(err, store.ErrNotFound) {
		return Identity{}, ErrNoSession
	}
	if err != nil {
		return Identity{}, err
	}
	if now.Sub(s.Seen) > seenEvery {
		s.Seen = now
		if err := g.records.SaveSession(key, s); err != nil {
			g.log.Error("the last use of a session was not kept", "err", err)
		}
	}
	return Identity{Account: a.ID, Name: a.Name, Role: a.Role}, nil
}

// SignOut ends the session under secret.
func (g *Guard) SignOut(_ context.Context, secret string) error {
	return g.records.DeleteSession(sessionKey(secret))
}

// ChangePassword gives who another password and ends all sessions of theirs but the one under secret. The error may be ErrWrong, a
// *WaitError or a *WeakError.
func (g *Guard) ChangePassword(ctx context.Context, who Identity, secret, old, password string, from netip.Addr) error {
	guess, err := g.changes.Try(who.Account, from)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	a, err := g.byID(who.Account)
	if err != nil {
		return err
	}
	ok, err := g.verify(ctx, a.Hash, old)
	if err != nil {
		guess.TakeBack()
		return err
	}
	if !ok {
		return ErrWrong
	}
	guess.Passed()
	if err := CheckPassword(password, append(g.known(), a.Name)...); err != nil {
		return err
	}
	if a.Hash, err = g.hash(ctx, password); err != nil {
		return err
	}
	a.Changed = g.now()
	if _, err := g.records.SaveAccount(a); err != nil {
		return err
	}
	return g.records.DeleteSessions(a.ID, g.now().Add(time.Second), sessionKey(secret))
}

// AddStaff makes an account of the role staff. The error may be ErrName or a *WeakError.
func (g *Guard) AddStaff(ctx context.Context, name, password string) (Person, error) {
	name, err := CheckName(name)
	if err != nil {
		return Person{}, err
	}
	if err := CheckPassword(password, append(g.known(), name)...); err != nil {
		return Person{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	list, err := g.records.Accounts()
	if err != nil {
		return Person{}, err
	}
	for _, a := range list {
		if strings.EqualFold(a.Name, name) {
			return Person{}, ErrName
		}
	}
	if len(list) >= maxAccounts {
		return Person{}, fmt.Errorf("there are %d accounts already: remove one first", len(list))
	}
	hash, err := g.hash(ctx, password)
	if err != nil {
		return Person{}, err
	}
	now := g.now()
	a, err := g.records.SaveAccount(record.Account{Name: name, Role: record.RoleStaff, Hash: hash, Created: now, Changed: now})
	return person(a), err
}

// RemoveStaff removes an account of the role staff and signs it out. The owner's own account stays: ErrNotAllowed.
func (g *Guard) RemoveStaff(_ context.Context, id string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	a, err := g.byID(id)
	if err != nil {
		return err
	}
	if a.Role == record.RoleOwner {
		return ErrNotAllowed
	}
	return g.records.DeleteAccount(id)
}

// People returns every account, the oldest first.
func (g *Guard) People(context.Context) ([]Person, error) {
	list, err := g.records.Accounts()
	if err != nil {
		return nil, err
	}
	out := make([]Person, 0, len(list))
	for _, a := range list {
		out = append(out, person(a))
	}
	return out, nil
}

func person(a record.Account) Person {
	return Person{ID: a.ID, Name: a.Name, Role: a.Role, Created: a.Created, LastSeen: a.LastSeen, Second: a.Second != nil}
}
