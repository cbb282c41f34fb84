package store

import (
	"bytes"
	"cmp"
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

// Address books of the office's: what their cards say is the office's, not the caller's, so it is sealed with the key of the house, and
// found by keyed hashes. Of it stays, when a caller is erased, that there is a card which is not to be read: the hash of its path, and
// nothing of what was in it. What the box has written for a caller it takes away, as soon as the server can be reached.

// ByRetention is who has erased whose time was over: the office's own address book still holds then.
const ByRetention = "retention"

func keyBook(directory string) []byte { return []byte("address_book:" + directory) }

// AddressBook returns how far an address book was read; the zero value when it was not.
func (s *Store) AddressBook(directory string) (b record.AddressBook, err error) {
	err = s.view("read how far an address book was read", func(t *txn) error {
		b, err = get[record.AddressBook](t, bSettings, keyBook(directory))
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		return err
	})
	return b, err
}

// SetAddressBook keeps how far an address book was read.
func (s *Store) SetAddressBook(directory string, b record.AddressBook) error {
	return s.update("keep how far an address book was read", func(t *txn) error {
		if err := t.connected(directory); err != nil {
			return err
		}
		return put(t, bSettings, keyBook(directory), house, b)
	})
}

// ForgetAddressBook forgets all cards of an address book. It may be repeated when it was interrupted.
func (s *Store) ForgetAddressBook(directory string) error {
	if _, err := s.PruneCards(directory, nil, true); err != nil {
		return err
	}
	return s.update("forget an address book", func(t *txn) error { return t.del(bSettings, keyBook(directory)) })
}

// bookKey is where a card is kept.
func (t *txn) bookKey(directory, path string) ([]byte, error) {
	hash, err := t.hashed("path", path)
	return join([]byte(directory), hash), err
}

// StaleCards returns the paths of those of listed, which have a path and an ETag, that are to be read: new ones and those that have
// changed; with anew all. Those that are not to be read any more are not among them.
func (s *Store) StaleCards(directory string, listed []record.AddressCard, anew bool) (paths []string, err error) {
	err = s.view("compare an address book", func(t *txn) error {
		for _, l := range listed {
			key, err := t.bookKey(directory, l.Path)
			if err != nil {
				return err
			}
			switch was, err := get[record.AddressCard](t, bBookCards, key); {
			case err != nil && !errors.Is(err, ErrNotFound):
				return err
			case err == nil && (was.State == record.CardIgnored || was.State == record.CardRemove):
			case err != nil, anew, l.ETag == "", l.ETag != was.ETag:
				paths = append(paths, l.Path)
			}
		}
		return nil
	})
	return paths, err
}

// connected fails with [ErrNotFound] when a directory was removed: what comes of it then is late.
func (t *txn) connected(directory string) error {
	ds, err := t.directories()
	if err == nil && !slices.ContainsFunc(ds, func(d keptDirectory) bool { return d.ID == directory }) {
		err = ErrNotFound
	}
	return err
}

// KeepCards keeps cards as they were read, and forgets those at the paths that are gone. It returns the numbers that anything of that is
// about; [ErrNotFound] when the directory was removed. A card that the box has written and somebody has changed, or taken away, is the
// office's from then on.
func (s *Store) KeepCards(directory string, cards []record.AddressCard, gone []string) (numbers []record.PhoneNumber, err error) {
	err = s.update("keep cards of an address book", func(t *txn) error {
		numbers = nil
		if err := t.connected(directory); err != nil {
			return err
		}
		for _, c := range cards {
			key, err := t.bookKey(directory, c.Path)
			if err != nil {
				return err
			}
			about, err := t.keepBookCard(key, c)
			if err != nil {
				return err
			}
			numbers = append(numbers, about...)
		}
		for _, path := range gone {
			key, err := t.bookKey(directory, path)
			if err != nil {
				return err
			}
			about, err := t.losesCard(key)
			if err != nil {
				return err
			}
			numbers = append(numbers, about...)
		}
		return nil
	})
	return numbers, err
}

// keepBookCard keeps a card as it was read.
func (t *txn) keepBookCard(key []byte, c record.AddressCard) ([]record.PhoneNumber, error) {
	was, err := get[record.AddressCard](t, bBookCards, key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	c.State, c.Caller, c.Written = record.CardTheirs, "", nil
	for i, n := range c.Numbers {
		c.Numbers[i] = t.canonical(n)
	}
	c.Numbers = slices.DeleteFunc(c.Numbers, func(n record.PhoneNumber) bool { return n.Digits() == "" })
	switch {
	case was.State == record.CardIgnored || was.State == record.CardRemove:
		return nil, nil
	case was.State == record.CardOurs && (was.ETag == "" || was.ETag == c.ETag): // its answer was lost, or nothing has changed
		was.ETag = c.ETag
		return nil, put(t, bBookCards, key, house, was)
	case was.Caller != "":
		c.State, c.Caller = record.CardEdited, was.Caller
	}
	return append(slices.Clone(was.Numbers), c.Numbers...), t.setBookCard(key, was, c)
}

// losesCard forgets a card that is not there any more. That the office has taken away one about a caller is remembered, so that none is
// written for that caller.
func (t *txn) losesCard(key []byte) ([]record.PhoneNumber, error) {
	was, err := get[record.AddressCard](t, bBookCards, key)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case was.State == record.CardEdited && was.ETag == "": // it was taken away before
		return nil, nil
	case was.State == record.CardRemove || was.State == record.CardIgnored:
		return nil, t.dropBookCard(key, was)
	}
	caller := was.Caller
	for _, n := range was.Numbers {
		c, err := t.byNumber(n)
		if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, keyring.ErrGone) {
			return nil, err
		}
		caller = cmp.Or(caller, c.ID)
	}
	if caller == "" {
		return was.Numbers, t.dropBookCard(key, was)
	}
	return was.Numbers, t.setBookCard(key, was, record.AddressCard{Path: was.Path, State: record.CardEdited, Caller: caller})
}

// setBookCard puts a card, and what finds it, in the place of what was there.
func (t *txn) setBookCard(key []byte, was, c record.AddressCard) error {
	if err := t.find(key, was, t.del); err != nil {
		return err
	}
	if err := t.find(key, c, func(bucket, k []byte) error { return t.set(bucket, k, nil) }); err != nil {
		return err
	}
	return put(t, bBookCards, key, house, c)
}

func (t *txn) dropBookCard(key []byte, was record.AddressCard) error {
	return errors.Join(t.find(key, was, t.del), t.del(bBookCards, key))
}

// find does something with each key that finds a card: by its numbers, and by the caller for whom it was written.
func (t *txn) find(key []byte, c record.AddressCard, do func(bucket, key []byte) error) error {
	for _, n := range c.Numbers {
		hash, err := t.numberKey(n)
		if err == nil {
			err = do(bCardFinds, join(hash, key))
		}
		if err != nil {
			return err
		}
	}
	if c.Caller == "" {
		return nil
	}
	hash, err := t.hashed("caller", c.Caller)
	if err == nil {
		err = do(bCardFinds, join(hash, key))
	}
	return err
}

// PruneCards forgets the cards of an address book that are not among listed, and returns the numbers that these were about. Cards that were
// written into the book and are gone from it are not written again, and those of people who were erased stay erased; all forgets these,
// too: the book itself is forgotten.
func (s *Store) PruneCards(directory string, listed []record.AddressCard, all bool) (numbers []record.PhoneNumber, err error) {
	there := map[string]bool{}
	var gone [][]byte
	err = s.view("compare an address book", func(t *txn) error {
		for _, l := range listed {
			key, err := t.bookKey(directory, l.Path)
			if err != nil {
				return err
			}
			there[string(key)] = true
		}
		gone = slices.DeleteFunc(t.under(bBookCards, directory), func(k []byte) bool { return there[string(k)] })
		return nil
	})
	for chunk := range slices.Chunk(gone, importChunk) {
		if err != nil {
			break
		}
		var some []record.PhoneNumber
		err = s.update("forget cards of an address book", func(t *txn) error {
			some = nil
			for _, k := range chunk {
				was, err := get[record.AddressCard](t, bBookCards, k)
				about := was.Numbers
				switch {
				case errors.Is(err, ErrNotFound):
				case err == nil && all:
					err = t.dropBookCard(k, was)
				case err == nil:
					about, err = t.losesCard(k)
				}
				if err != nil && !errors.Is(err, ErrNotFound) {
					return err
				}
				some = append(some, about...)
			}
			return nil
		})
		numbers = append(numbers, some...)
	}
	return numbers, err
}

// KnownCards returns the cards of an address book with one of the numbers, in the order of these.
func (s *Store) KnownCards(directory string, numbers []record.PhoneNumber) (cards []record.AddressCard, err error) {
	err = s.view("look into an address book", func(t *txn) error {
		for _, n := range numbers {
			if n = t.canonical(n); n.Digits() == "" {
				continue
			}
			hash, err := t.numberKey(n)
			if err != nil {
				return err
			}
			found, err := t.bookCards(hash)
			if err != nil {
				return err
			}
			for _, f := range found {
				if bytes.HasPrefix(f.key, join([]byte(directory), nil)) {
					cards = append(cards, f.AddressCard)
				}
			}
		}
		return nil
	})
	return cards, err
}

// bookCard is a card with where it is kept.
type bookCard struct {
	key []byte
	record.AddressCard
}

// bookCards are the cards of all books that are found by a hash.
func (t *txn) bookCards(hash []byte) (cards []bookCard, err error) {
	for _, k := range t.under(bCardFinds, string(hash)) {
		key := k[hashSize+1:]
		c, err := get[record.AddressCard](t, bBookCards, key)
		if err != nil {
			return nil, err
		}
		cards = append(cards, bookCard{key, c})
	}
	return cards, nil
}

// CountCards counts what is kept of an address book.
func (s *Store) CountCards(directory string) (n record.BookCount, err error) {
	err = s.view("count an address book", func(t *txn) error {
		for _, k := range t.under(bBookCards, directory) {
			c, err := get[record.AddressCard](t, bBookCards, k)
			switch {
			case err != nil:
				return err
			case c.State == record.CardIgnored:
				n.Ignored++
			case c.State == record.CardRemove:
				n.Removing++
			case c.State == record.CardOurs:
				n.Written++
			case c.Unreadable:
				n.Unreadable++
			case len(c.Numbers) > 0:
				n.Cards++
			}
		}
		return nil
	})
	return n, err
}

// CardsToRemove returns the cards of an address book that the box has written and is to take away.
func (s *Store) CardsToRemove(directory string) (cards []record.AddressCard, err error) {
	err = s.view("look for cards to be taken away", func(t *txn) error {
		for _, k := range t.under(bBookCards, directory) {
			c, err := get[record.AddressCard](t, bBookCards, k)
			if err != nil {
				return err
			}
			if c.State == record.CardRemove {
				cards = append(cards, c)
			}
		}
		return nil
	})
	return cards, err
}

// CardRemoved says that a card of [Store.CardsToRemove] is gone from the server, or that somebody has changed it, so that it is for the
// office to take away: then it is never read.
func (s *Store) CardRemoved(directory, path string, changed bool) error {
	return s.update("forget a card of an address book", func(t *txn) error {
		key, err := t.bookKey(directory, path)
		if err != nil {
			return err
		}
		was, err := get[record.AddressCard](t, bBookCards, key)
		if err != nil || was.State != record.CardRemove {
			return err
		}
		if changed {
			return t.setBookCard(key, was, record.AddressCard{State: record.CardIgnored})
		}
		return t.dropBookCard(key, was)
	})
}

// WrittenCard returns the card that was written into an address book for a caller; [ErrNotFound] when none was. same reports whether text
// is what the box has written there last.
func (s *Store) WrittenCard(directory, caller, text string) (c record.AddressCard, same bool, err error) {
	err = s.view("look into an address book", func(t *txn) error {
		hash, err := t.hashed("caller", caller)
		if err != nil {
			return err
		}
		found, err := t.bookCards(hash)
		if err != nil {
			return err
		}
		for _, f := range found {
			if bytes.HasPrefix(f.key, join([]byte(directory), nil)) {
				written, err := t.hashed("card", text)
				c, same = f.AddressCard, bytes.Equal(written, f.Written)
				return err
			}
		}
		return ErrNotFound
	})
	return c, same, err
}

// NoteWritten keeps that the box has written text for a caller at a path of an address book, or, before it is known whether that came to
// be, that it is about to: with "" for the ETag. [ErrNotFound]: the caller was erased meanwhile, and nothing is kept.
func (s *Store) NoteWritten(directory, path, tag, caller, text string) error {
	erased := false
	err := s.update("note a card that was written", func(t *txn) error {
		if err := t.connected(directory); err != nil {
			return err
		}
		key, err := t.bookKey(directory, path)
		if err != nil {
			return err
		}
		was, err := get[record.AddressCard](t, bBookCards, key)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if erased = !t.has(bCallers, []byte(caller)); erased {
			if was.State != record.CardRemove || tag == "" {
				return nil
			}
			was.ETag = tag // erased while it was written: that is what is to be taken away
			return put(t, bBookCards, key, house, was)
		}
		c := record.AddressCard{Path: path, ETag: tag, State: record.CardOurs, Caller: caller}
		if tag != "" {
			if c.Written, err = t.hashed("card", text); err != nil {
				return err
			}
		}
		return t.setBookCard(key, was, c)
	})
	if err == nil && erased {
		err = ErrNotFound
	}
	return err
}

// ignoreCards has the cards of all books that are about a caller, by the number or because they were written for the caller, never read
// again.
func (t *txn) ignoreCards(caller string) error {
	hash, err := t.hashed("caller", caller)
	if err != nil {
		return err
	}
	hashes := [][]byte{hash}
	for _, k := range t.under(bNumbersOf, caller) {
		hashes = append(hashes, k[len(caller)+1:])
	}
	for _, hash := range hashes {
		found, err := t.bookCards(hash)
		if err != nil {
			return err
		}
		for _, f := range found {
			if f.State != record.CardTheirs && f.State != record.CardEdited || f.ETag == "" {
				continue // ours are taken away, and who is gone need not be ignored
			}
			if err := t.setBookCard(f.key, f.AddressCard, record.AddressCard{State: record.CardIgnored}); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaveBooks has what was written for a caller, whose card goes, taken out of the address books. What the office has changed is the
// office's.
func (t *txn) leaveBooks(caller string) error {
	hash, err := t.hashed("caller", caller)
	if err != nil {
		return err
	}
	found, err := t.bookCards(hash)
	if err != nil {
		return err
	}
	for _, f := range found {
		left := f.AddressCard
		left.Caller, left.Written = "", nil
		if f.State == record.CardOurs {
			left = record.AddressCard{Path: f.Path, ETag: f.ETag, State: record.CardRemove}
		} else if left.State = record.CardTheirs; left.ETag == "" { // it is gone
			if err := t.dropBookCard(f.key, f.AddressCard); err != nil {
				return err
			}
			continue
		}
		if err := t.setBookCard(f.key, f.AddressCard, left); err != nil {
			return err
		}
	}
	return nil
}

// addAddressBooks is the migration: files of before have no cards of address books.
func addAddressBooks(t *txn) error {
	for _, b := range [][]byte{bBookCards, bCardFinds} {
		if _, err := t.tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return nil
}
