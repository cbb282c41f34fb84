package store

import (
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

var keyDirectories = []byte("directories")

// keptDirectory is a record.Directory as the file holds it.
type keptDirectory struct {
	record.Directory
	Secret string `json:"secret,omitempty"`
}

func (t *txn) directories() ([]keptDirectory, error) {
	ds, err := get[[]keptDirectory](t, bSettings, keyDirectories)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return ds, err
}

// Directories returns all directories, the oldest first, without their passwords.
func (s *Store) Directories() (out []record.Directory, err error) {
	err = s.view("list directories", func(t *txn) error {
		ds, err := t.directories()
		for _, d := range ds {
			out = append(out, d.Directory)
		}
		return err
	})
	return out, err
}

// Directory returns one directory with its password; [ErrNotFound] when there is none.
func (s *Store) Directory(id string) (d record.Directory, secret string, err error) {
	err = s.view("read directory", func(t *txn) error {
		ds, err := t.directories()
		i := slices.IndexFunc(ds, func(x keptDirectory) bool { return x.ID == id })
		if err == nil && i < 0 {
			err = ErrNotFound
		}
		if err == nil {
			d, secret = ds[i].Directory, ds[i].Secret
		}
		return err
	})
	return d, secret, err
}

// SetDirectory keeps a directory with its password, "" = the one that there is, and returns it with its ID.
func (s *Store) SetDirectory(d record.Directory, secret string) (record.Directory, error) {
	err := s.update("keep directory", func(t *txn) error {
		ds, err := t.directories()
		if err != nil {
			return err
		}
		if d.ID == "" {
			d.ID = s.ids.next(s.now())
		}
		i := slices.IndexFunc(ds, func(x keptDirectory) bool { return x.ID == d.ID })
		if i < 0 {
			i = len(ds)
			ds = append(ds, keptDirectory{})
		}
		if secret == "" {
			secret = ds[i].Secret
		}
		d.HasSecret = secret != ""
		ds[i] = keptDirectory{d, secret}
		return put(t, bSettings, keyDirectories, house, ds)
	})
	return d, err
}

// DropDirectory forgets a directory with its password, and takes off all cards what it has brought; [ErrNotFound] when there is none. It
// may be repeated when it was interrupted.
func (s *Store) DropDirectory(id string) error {
	if _, _, err := s.Directory(id); err != nil {
		return err
	}
	if err := s.ForgetAddressBook(id); err != nil {
		return err
	}
	ids, err := s.CallerIDs()
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, importChunk) {
		if err := s.forgetSaid(id, chunk); err != nil {
			return err
		}
	}
	err = s.update("remove directory", func(t *txn) error {
		ds, err := t.directories()
		if err != nil {
			return err
		}
		ds = slices.DeleteFunc(ds, func(x keptDirectory) bool { return x.ID == id })
		return put(t, bSettings, keyDirectories, house, ds)
	})
	if err != nil {
		return err
	}
	return s.ForgetAddressBook(id) // once more: it may have been read meanwhile
}

// forgetSaid takes what a directory has said off some cards.
func (s *Store) forgetSaid(directory string, callers []string) error {
	var changed []string
	err := s.update("forget what a directory has said", func(t *txn) error {
		changed = nil
		for _, id := range callers {
			c, err := get[record.Caller](t, bCallers, []byte(id))
			if errors.Is(err, ErrNotFound) || errors.Is(err, keyring.ErrGone) {
				continue // erased in between
			}
			if err != nil {
				return err
			}
			if h, err := t.hold(id); err == nil && h.Holds(s.now()) {
				continue
			}
			if !c.Follow(directory, record.SourceLookup, record.Known{}, s.now()) {
				continue
			}
			if err := t.keepCard(&c); err != nil {
				return err
			}
			changed = append(changed, id)
		}
		return nil
	})
	for _, id := range changed {
		s.changed(err, Change{Caller: id})
	}
	return err
}

// Follow brings onto a caller's card what a directory that was asked says of the caller, and takes off what it says no more. A card whose
// use the caller has restricted stays as it is, and so does one under a legal hold but for what is new.
func (s *Store) Follow(caller, directory string, k record.Known) error {
	changed := false
	err := s.update("keep what a directory says", func(t *txn) error {
		c, err := get[record.Caller](t, bCallers, []byte(caller))
		if err != nil {
			return err
		}
		if c.Has(record.TagRestricted) {
			return nil
		}
		if changed = t.follow(&c, directory, record.SourceLookup, k); !changed {
			return nil
		}
		return t.keepCard(&c)
	})
	if changed {
		s.changed(err, Change{Caller: caller})
	}
	return err
}

// follow is record.Caller.Follow with regard to a legal hold: nothing is taken off then.
func (t *txn) follow(c *record.Caller, directory string, source record.Source, k record.Known) bool {
	if h, err := t.hold(c.ID); err == nil && h.Holds(t.s.now()) {
		fields := slices.DeleteFunc(slices.Clone(c.Fields), func(f record.Field) bool { return f.By != directory })
		for _, f := range k.Fields {
			if !f.Kind.Single() || len(c.Values(f.Kind)) == 0 {
				fields = append(fields, f)
			}
		}
		k.Fields = fields
		for _, m := range c.Marks {
			if m.By == directory {
				k.Tags = append(slices.Clone(k.Tags), m.Tag)
			}
		}
	}
	return c.Follow(directory, source, k, t.s.now())
}
