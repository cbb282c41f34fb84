package store

import (
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
)

var keyEngineHosts = []byte("engine hosts")

// keptEngineHost is a record.EngineHost as the file holds it.
type keptEngineHost struct {
	record.EngineHost
	Secret string `json:"secret,omitempty"`
}

func (t *txn) engineHosts() ([]keptEngineHost, error) {
	hs, err := get[[]keptEngineHost](t, bSettings, keyEngineHosts)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return hs, err
}

func inRole(role record.EngineRole) func(keptEngineHost) bool {
	return func(h keptEngineHost) bool { return h.Role == role }
}

// EngineHosts returns the computers that help the box, without their keys.
func (s *Store) EngineHosts() (out []record.EngineHost, err error) {
	err = s.view("list computers that help", func(t *txn) error {
		hs, err := t.engineHosts()
		for _, h := range hs {
			out = append(out, h.EngineHost)
		}
		return err
	})
	return out, err
}

// EngineHost returns the one in a role with its key; [ErrNotFound] when there is none.
func (s *Store) EngineHost(role string) (h record.EngineHost, secret string, err error) {
	err = s.view("read computer that helps", func(t *txn) error {
		hs, err := t.engineHosts()
		i := slices.IndexFunc(hs, inRole(record.EngineRole(role)))
		if err == nil && i < 0 {
			err = ErrNotFound
		}
		if err == nil {
			h, secret = hs[i].EngineHost, hs[i].Secret
		}
		return err
	})
	return h, secret, err
}

// SetEngineHost keeps the one in its role with its key, "" = the one that there is.
func (s *Store) SetEngineHost(h record.EngineHost, secret string) (record.EngineHost, error) {
	err := s.update("keep computer that helps", func(t *txn) error {
		hs, err := t.engineHosts()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(hs, inRole(h.Role))
		if i < 0 {
			i = len(hs)
			hs = append(hs, keptEngineHost{})
		}
		if secret == "" {
			secret = hs[i].Secret
		}
		h.HasSecret = secret != ""
		hs[i] = keptEngineHost{h, secret}
		return put(t, bSettings, keyEngineHosts, house, hs)
	})
	return h, err
}

// DropEngineHost forgets the one in a role with its key; [ErrNotFound] when there is none.
func (s *Store) DropEngineHost(role string) error {
	return s.update("remove computer that helps", func(t *txn) error {
		hs, err := t.engineHosts()
		if err != nil {
			return err
		}
		kept := slices.DeleteFunc(slices.Clone(hs), inRole(record.EngineRole(role)))
		if len(kept) == len(hs) {
			return ErrNotFound
		}
		return put(t, bSettings, keyEngineHosts, house, kept)
	})
}
