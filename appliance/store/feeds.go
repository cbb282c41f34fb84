package store

import (
	"errors"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
)

var keyFeeds = []byte("feeds")

// KeptFeed is a feed with what its address is known by, and what was read there last.
type KeptFeed struct {
	record.Feed
	Hash []byte `json:"hash"` // SHA-256 of the secret in the address, which is random enough not to be guessed from it
	// Tag stands for what the feed said last, and Since is from when on it has said so.
	Tag   string    `json:"tag,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

func (t *txn) feeds() ([]KeptFeed, error) {
	fs, err := get[[]KeptFeed](t, bSettings, keyFeeds)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return fs, err
}

// Feeds returns all feeds, the oldest first.
func (s *Store) Feeds() (fs []KeptFeed, err error) {
	err = s.view("list feeds", func(t *txn) error { fs, err = t.feeds(); return err })
	return fs, err
}

// AddFeed keeps a feed and returns it with its ID.
func (s *Store) AddFeed(f KeptFeed) (KeptFeed, error) {
	err := s.update("keep feed", func(t *txn) error {
		fs, err := t.feeds()
		if err != nil {
			return err
		}
		f.ID = s.ids.next(s.now())
		return put(t, bSettings, keyFeeds, house, append(fs, f))
	})
	return f, err
}

// FeedRead notes when a feed was read, and what it said; one that was revoked meanwhile stays so.
func (s *Store) FeedRead(id string, at time.Time, tag string, since time.Time) error {
	return s.update("note feed", func(t *txn) error {
		fs, err := t.feeds()
		i := slices.IndexFunc(fs, func(f KeptFeed) bool { return f.ID == id })
		if err != nil || i < 0 {
			return errors.Join(err, ErrNotFound)
		}
		fs[i].Used, fs[i].Tag, fs[i].Since = at, tag, since
		return put(t, bSettings, keyFeeds, house, fs)
	})
}

// DropFeed revokes a feed; [ErrNotFound] when there is none.
func (s *Store) DropFeed(id string) error {
	return s.update("revoke feed", func(t *txn) error {
		fs, err := t.feeds()
		if err != nil {
			return err
		}
		n := len(fs)
		if fs = slices.DeleteFunc(fs, func(f KeptFeed) bool { return f.ID == id }); len(fs) == n {
			return ErrNotFound
		}
		return put(t, bSettings, keyFeeds, house, fs)
	})
}
