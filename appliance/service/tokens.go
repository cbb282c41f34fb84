package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// TokenRecords keep the tokens of programs that use the API.
type TokenRecords interface {
	SaveToken(t store.Token) (store.Token, error)
	Tokens() ([]store.Token, error)
	TokenUsed(id string, at time.Time) error
	DropToken(id string) error
}

// Token is what is told of a token after it was made: everything but its secret.
type Token struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Role    record.Role `json:"role"`
	Created time.Time   `json:"created"`
	Used    time.Time   `json:"used,omitzero"` // last, to the minute; zero = never
}

// NewToken is a token with its secret, which is shown this once.
type NewToken struct {
	Token
	Secret string `json:"secret"`
}

// ErrBadToken says that a token cannot be made as asked.
var ErrBadToken = errors.New(`a token needs a name of up to 80 characters, and the role "owner" or "staff"`)

// tokenPrefix makes a secret known for what it is where it turns up by mistake.
const tokenPrefix = "fd_"

// usedEvery is how exactly the last use is kept: writing it down with every request would wear the disk.
const usedEvery = time.Minute

// AddToken makes a token. Its secret has 256 random bits and is kept as a hash only.
func (d *Service) AddToken(_ context.Context, name string, role record.Role) (NewToken, error) {
	name = tidy(name)
	if name == "" || len([]rune(name)) > 80 || (role != record.RoleOwner && role != record.RoleStaff) {
		return NewToken{}, ErrBadToken
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	secret := tokenPrefix + base64.RawURLEncoding.EncodeToString(raw[:])
	hash := sha256.Sum256([]byte(secret))
	t, err := d.records.SaveToken(store.Token{Name: name, Role: role, Hash: hash[:], Created: d.now()})
	if err != nil {
		return NewToken{}, err
	}
	return NewToken{Token: shownToken(t), Secret: secret}, nil
}

// Tokens returns all tokens, the oldest first, without their secrets.
func (d *Service) Tokens(context.Context) ([]Token, error) {
	ts, err := d.records.Tokens()
	out := []Token{}
	for _, t := range ts {
		out = append(out, shownToken(t))
	}
	return out, err
}

// RevokeToken ends a token, by its ID; store.ErrNotFound when there is none.
func (d *Service) RevokeToken(_ context.Context, id string) error { return d.records.DropToken(id) }

// CheckToken returns the token that a secret belongs to; store.ErrNotFound when it belongs to none.
func (d *Service) CheckToken(_ context.Context, secret string) (Token, error) {
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > 100 {
		return Token{}, store.ErrNotFound
	}
	hash := sha256.Sum256([]byte(secret))
	ts, err := d.records.Tokens()
	if err != nil {
		return Token{}, fmt.Errorf("check token: %w", err)
	}
	for _, t := range ts {
		if subtle.ConstantTimeCompare(t.Hash, hash[:]) != 1 {
			continue
		}
		if now := d.now(); now.Sub(t.Used) >= usedEvery {
			if err := d.records.TokenUsed(t.ID, now); err != nil {
				return Token{}, err
			}
			t.Used = now
		}
		return shownToken(t), nil
	}
	return Token{}, store.ErrNotFound
}

func shownToken(t store.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Role: t.Role, Created: t.Created, Used: t.Used}
}
