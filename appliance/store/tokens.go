package store

import (
	"time"

	"frontdesk.internal/appliance/record"
)

// APIToken is what a program shows to use the API. The secret itself is not kept.
type APIToken struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`          // who uses it, in the owner's words
	Role    record.Role `json:"role"`          // "owner" or "staff"
	Hash    []byte      `json:"hash"`          // SHA-256 of the secret, which is random enough not to be guessed from it
	Created time.Time   `json:"created"`       //
	Used    time.Time   `json:"used,omitzero"` // last, to the minute
}

// SaveToken keeps a token and returns it with its ID.
func (s *Store) SaveToken(t APIToken) (APIToken, error) {
	if t.ID == "" {
		t.ID = s.ids.next(s.now())
	}
	err := s.update("keep token", func(x *txn) error { return put(x, bTokens, []byte(t.ID), house, t) })
	return t, err
}

// Tokens returns all tokens, the oldest first.
func (s *Store) Tokens() ([]APIToken, error) { return all[APIToken](s, "list tokens", bTokens) }

// TokenUsed notes when a token was used last; one that was revoked meanwhile stays so.
func (s *Store) TokenUsed(id string, at time.Time) error {
	return s.update("note token", func(t *txn) error {
		k, err := get[APIToken](t, bTokens, []byte(id))
		if err != nil {
			return err
		}
		k.Used = at
		return put(t, bTokens, []byte(id), house, k)
	})
}

// DropToken revokes a token; ErrNotFound when there is none.
func (s *Store) DropToken(id string) error {
	return s.update("revoke token", func(t *txn) error {
		if !t.has(bTokens, []byte(id)) {
			return ErrNotFound
		}
		return t.del(bTokens, []byte(id))
	})
}
