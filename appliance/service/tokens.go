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

// TokenWish is a token that is to be made.
type TokenWish struct {
	Name string      `json:"name"`
	Role record.Role `json:"role"`
}

// AddToken makes a token. Its secret has 256 random bits and is kept as a hash only.
var AddToken = define(Op[TokenWish, NewToken]{
	Name: "add-token", Role: Owner, Audit: Changes("add token"),
	About: func(_ TokenWish, t NewToken) string { return t.ID },
	Run:   (*Service).addToken,
})

func (s *Service) addToken(_ context.Context, in TokenWish) (NewToken, error) {
	in.Name = tidy(in.Name)
	if in.Name == "" || len([]rune(in.Name)) > 80 || (in.Role != record.RoleOwner && in.Role != record.RoleStaff) {
		return NewToken{}, ErrBadToken
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	secret := tokenPrefix + base64.RawURLEncoding.EncodeToString(raw[:])
	hash := sha256.Sum256([]byte(secret))
	t, err := s.o.Records.SaveToken(store.APIToken{Name: in.Name, Role: in.Role, Hash: hash[:], Created: s.o.Now()})
	if err != nil {
		return NewToken{}, err
	}
	return NewToken{Token: shownToken(t), Secret: secret}, nil
}

// ListTokens returns all tokens, the oldest first, without their secrets.
var ListTokens = define(Op[None, []Token]{
	Name: "list-tokens", Role: Owner, Audit: NoLine("names of programs, no secret"),
	Run: get((*Service).listTokens),
})

func (s *Service) listTokens(context.Context) ([]Token, error) {
	ts, err := s.o.Records.Tokens()
	out := []Token{}
	for _, t := range ts {
		out = append(out, shownToken(t))
	}
	return out, err
}

// RevokeToken ends a token, by its ID; store.ErrNotFound when there is none.
var RevokeToken = define(Op[string, None]{
	Name: "revoke-token", Role: Owner, Audit: Changes("revoke token"),
	About: of[None],
	Run:   act((*Service).revokeToken),
})

func (s *Service) revokeToken(_ context.Context, id string) error { return s.o.Records.DropToken(id) }

// CheckToken returns the token that a secret belongs to; store.ErrNotFound when it belongs to none.
var CheckToken = define(Op[string, Token]{
	Name: "check-token", Role: Visitor, Audit: NoLine("what is asked for with it is noted"),
	Run: (*Service).checkToken,
})

func (s *Service) checkToken(_ context.Context, secret string) (Token, error) {
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > 100 {
		return Token{}, store.ErrNotFound
	}
	hash := sha256.Sum256([]byte(secret))
	ts, err := s.o.Records.Tokens()
	if err != nil {
		return Token{}, fmt.Errorf("check token: %w", err)
	}
	for _, t := range ts {
		if subtle.ConstantTimeCompare(t.Hash, hash[:]) != 1 {
			continue
		}
		if now := s.o.Now(); now.Sub(t.Used) >= usedEvery {
			if err := s.o.Records.TokenUsed(t.ID, now); err != nil {
				return Token{}, err
			}
			t.Used = now
		}
		return shownToken(t), nil
	}
	return Token{}, store.ErrNotFound
}

func shownToken(t store.APIToken) Token {
	return Token{ID: t.ID, Name: t.Name, Role: t.Role, Created: t.Created, Used: t.Used}
}
