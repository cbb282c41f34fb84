package contacts

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/contacts/carddav"
	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/contacts/vcard"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Bounds of one reading of an address book.
const (
	writesMost  = 100     // cards that are written; the others are next time
	callersMost = 200_000 // who are looked at for that
	sampleMost  = 50      // cards that a trial reads
)

// Books keep address books, and the callers that they know.
type Books interface {
	AddressBook(directory string) (record.AddressBook, error)
	SetAddressBook(directory string, b record.AddressBook) error
	ForgetAddressBook(directory string) error
	StaleCards(directory string, listed []record.AddressCard, anew bool) (paths []string, err error)
	KeepCards(directory string, cards []record.AddressCard, gone []string) ([]record.PhoneNumber, error)
	PruneCards(directory string, listed []record.AddressCard, all bool) ([]record.PhoneNumber, error)
	KnownCards(directory string, numbers []record.PhoneNumber) ([]record.AddressCard, error)
	CountCards(directory string) (record.BookCount, error)
	CardsToRemove(directory string) ([]record.AddressCard, error)
	CardRemoved(directory, path string, changed bool) error
	WrittenCard(directory, caller, text string) (c record.AddressCard, same bool, err error)
	NoteWritten(directory, path, tag, caller, text string) error
	Caller(id string) (record.Caller, error)
	Callers(limit int) ([]record.Caller, error)
	FindCaller(n record.PhoneNumber) (record.Caller, error)
}

// books are the address books that are on, and of these only those whose time it is.
func (c *Contacts) books(due bool) (list []*system) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	for _, x := range c.systems {
		if x.Kind != record.DirectoryBook || due && !x.read.IsZero() && now.Sub(x.read) < bookEvery {
			continue
		}
		if due {
			x.read = now
		}
		list = append(list, x)
	}
	return list
}

// readBooks reads the address books whose time it is.
func (c *Contacts) readBooks(ctx context.Context) {
	var reading sync.WaitGroup
	for _, x := range c.books(true) {
		reading.Go(func() { c.readBook(ctx, x) })
	}
	reading.Wait()
}

// readBook does what is to be done with an address book: what is to be taken out of it, what is to be read, what is to be written.
func (c *Contacts) readBook(ctx context.Context, x *system) {
	client, err := carddav.New(c.o.Gate, x.Directory, x.secret, c.o.Patience)
	if err == nil {
		err = c.takeAway(ctx, client, x.Directory)
	}
	if err == nil {
		err = c.sync(ctx, client, x.Directory)
	}
	if err == nil && x.WriteBack {
		err = c.writeBack(ctx, client, x.Directory)
	}
	if ctx.Err() != nil || errors.Is(err, store.ErrNotFound) { // the box stops, or nobody wants it any more
		return
	}
	count, counted := c.o.Records.CountCards(x.ID)
	problem := ""
	var fault *notify.Error
	switch err := errors.Join(err, counted); {
	case errors.As(err, &fault):
		problem = fault.Error()
		c.o.Logger.Warn("an address book could not be read", "directory", x.ID, "fault", problem)
	case err != nil:
		problem = "what it says cannot be kept"
		c.o.Logger.Error("keep an address book", "directory", x.ID, "err", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if x.Problem, x.Book = problem, count; problem == "" {
		x.Last = c.o.Now()
	}
}

// errNoBook says that something else is at the address.
func errNoBook() error {
	return &notify.Error{Fault: notify.FaultSetting, Err: errors.New("no address book at the address")}
}

// sync reads what has changed in an address book, and has the cards of callers whom that is about say the same.
func (c *Contacts) sync(ctx context.Context, client *carddav.Client, d record.Directory) error {
	seen, err := client.Look(ctx)
	if err != nil {
		return err
	}
	if !seen.Book {
		return errNoBook()
	}
	was, err := c.o.Records.AddressBook(d.ID)
	if err == nil && was.URL != "" && was.URL != d.URL { // it is another one
		was, err = record.AddressBook{}, c.o.Records.ForgetAddressBook(d.ID)
	}
	if err != nil {
		return err
	}
	region, _ := c.office()
	anew := was.URL != "" && was.Region != region
	now := record.AddressBook{URL: d.URL, Region: region, Token: seen.Token, Tag: seen.Tag}
	if !anew && was == now && (now.Token != "" || now.Tag != "") {
		return nil
	}
	if now.Token, err = c.take(ctx, client, d, now, was.Token, anew); err != nil {
		return err
	}
	return c.o.Records.SetAddressBook(d.ID, now)
}

// take reads what has changed since a token, or all there is, and returns from where to go on.
func (c *Contacts) take(
	ctx context.Context, client *carddav.Client, d record.Directory, now record.AddressBook, since string, anew bool,
) (token string, err error) {
	var changes carddav.Changes
	all := anew || since == "" || now.Token == ""
	if !all {
		changes, err = client.Changes(ctx, since)
		all = errors.Is(err, carddav.ErrAnew)
	}
	if all {
		changes.Token = now.Token // what changes meanwhile is told the next time
		changes.Cards, err = client.List(ctx)
	}
	if err != nil {
		return "", err
	}
	about, err := c.o.Records.KeepCards(d.ID, nil, changes.Gone)
	if err == nil && all {
		about, err = c.o.Records.PruneCards(d.ID, changes.Cards, false)
	}
	var stale []string
	if err == nil {
		stale, err = c.o.Records.StaleCards(d.ID, changes.Cards, anew)
	}
	if err == nil {
		err = client.Read(ctx, stale, func(texts []carddav.Card) error {
			more, err := c.o.Records.KeepCards(d.ID, cards(ctx, texts, now.Region), nil)
			about = append(about, more...)
			return err
		})
	}
	return changes.Token, errors.Join(err, c.tell(d, about))
}

// cards are what vCards say, as far as calls need it.
func cards(ctx context.Context, texts []carddav.Card, region string) (out []record.AddressCard) {
	for _, x := range texts {
		card := record.AddressCard{Path: x.Path, ETag: x.ETag}
		fields, categories, ok := imports.Card(ctx, []byte(x.Text), region)
		card.Unreadable = !ok
		for _, f := range fields {
			switch f.Kind {
			case record.FieldNumber:
				card.Numbers = append(card.Numbers, record.PhoneNumber(f.Value))
			case record.FieldName:
				card.Name = short(f.Value)
			case record.FieldCompany:
				card.Company = short(f.Value)
			case record.FieldEmail, record.FieldAddress, record.FieldLanguage, record.FieldPerson, record.FieldNote, record.FieldHistory:
			}
		}
		for _, w := range categories {
			card.Categories = append(card.Categories, record.Personal(w))
		}
		out = append(out, card)
	}
	return out
}

// short is a value as a card of a caller may have it.
func short(v record.Personal) record.Personal {
	if r := []rune(v); len(r) > lookup.NameMost {
		return record.Personal(r[:lookup.NameMost])
	}
	return v
}

// tell has the cards of callers with the numbers say what an address book does.
func (c *Contacts) tell(d record.Directory, numbers []record.PhoneNumber) error {
	told := map[string]bool{}
	for _, n := range numbers {
		caller, err := c.o.Records.FindCaller(n)
		if errors.Is(err, store.ErrNotFound) || told[caller.ID] {
			continue
		}
		if err == nil {
			told[caller.ID] = true
			err = c.follow(d, caller)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// follow has a caller's card say what an address book does. Nothing is written when it does already.
func (c *Contacts) follow(d record.Directory, caller record.Caller) error {
	cards, err := c.o.Records.KnownCards(d.ID, caller.Numbers())
	if err != nil {
		return err
	}
	k := c.known(d, cards)
	id := caller.ID
	if !caller.Follow(d.ID, record.SourceLookup, k, time.Time{}) {
		return nil
	}
	if err := c.o.Records.Follow(id, d.ID, k); !errors.Is(err, store.ErrNotFound) { // erased meanwhile
		return err
	}
	return nil
}

// known is what cards say of who has their number: the first that says something counts, and the categories of all.
func (c *Contacts) known(d record.Directory, cards []record.AddressCard) (k record.Known) {
	_, staff := c.office()
	add := func(kind record.FieldKind, v record.Personal) {
		if v != "" && !slices.ContainsFunc(k.Fields, func(f record.Field) bool { return f.Kind == kind }) {
			k.Fields = append(k.Fields, record.Field{Kind: kind, Value: v})
		}
	}
	var words []string
	for _, card := range cards {
		add(record.FieldName, card.Name)
		add(record.FieldCompany, card.Company)
		for _, w := range card.Categories {
			words = append(words, string(w))
			add(record.FieldPerson, record.Personal(staff(string(w))))
		}
	}
	k.Tags = lookup.Tags(d, words)
	return k
}

// lookIntoBooks has a caller's card say what the address books do. It asks nobody.
func (c *Contacts) lookIntoBooks(caller string) {
	books := c.books(false)
	if len(books) == 0 {
		return
	}
	for _, x := range books {
		card, err := c.o.Records.Caller(caller)
		if err == nil {
			err = c.follow(x.Directory, card)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			c.o.Logger.Error("look into an address book", "directory", x.ID, "err", err)
		}
	}
}

// takeAway takes out of an address book what the box has written for callers who are not here any more.
func (c *Contacts) takeAway(ctx context.Context, client *carddav.Client, d record.Directory) error {
	list, err := c.o.Records.CardsToRemove(d.ID)
	for _, card := range list {
		err := client.Remove(ctx, card.Path, card.ETag)
		changed := errors.Is(err, carddav.ErrTaken)
		if err != nil && !changed {
			return err
		}
		if err := c.o.Records.CardRemoved(d.ID, card.Path, changed); err != nil {
			return err
		}
	}
	return err
}

// named begins the name of each card that the box writes.
const named = "frontdesk-"

// writeBack writes callers whose name is known into an address book that they do not stand in, and anew what has changed of them.
func (c *Contacts) writeBack(ctx context.Context, client *carddav.Client, d record.Directory) error {
	all, err := c.o.Records.Callers(callersMost)
	if err != nil {
		return err
	}
	written := 0
	for _, caller := range all {
		if written == writesMost || ctx.Err() != nil {
			return nil
		}
		text, ok := Outward(caller)
		if !ok {
			continue
		}
		did, err := c.writeOne(ctx, client, d, caller, text)
		if err != nil {
			return err
		}
		if did {
			written++
		}
	}
	return nil
}

// Outward is what is written into an address book for a caller: name, numbers, e-mail, company and address. ok is false for somebody of
// whom nothing is: who has no name or number, has never called, is a child, or has restricted what is done with the data.
func Outward(caller record.Caller) (text string, ok bool) {
	if caller.Name == "" || caller.Number == "" || caller.Calls == 0 || caller.Has(record.TagRestricted) || caller.Has(record.TagMinor) {
		return "", false
	}
	caller.Fields = slices.DeleteFunc(slices.Clone(caller.Fields), func(f record.Field) bool { return f.Kind == record.FieldNote })
	return vcard.Write(caller, named+caller.ID), true
}

// writeOne writes one caller, unless the office has written, changed or taken away a card about the caller itself.
func (c *Contacts) writeOne(
	ctx context.Context, client *carddav.Client, d record.Directory, caller record.Caller, text string,
) (bool, error) {
	card, same, err := c.o.Records.WrittenCard(d.ID, caller.ID, text)
	path := client.Path(named + caller.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		known, err := c.o.Records.KnownCards(d.ID, caller.Numbers())
		if err != nil || len(known) > 0 {
			return false, err
		}
		// Noted before it is done: a card that is there though its answer was lost is known to be ours.
		if err := c.o.Records.NoteWritten(d.ID, path, "", caller.ID, text); err != nil {
			return false, ignoreGone(err)
		}
	case err != nil:
		return false, err
	case card.State != record.CardOurs || same:
		return false, nil
	}
	tag, err := client.Put(ctx, path, card.ETag, text)
	if errors.Is(err, carddav.ErrTaken) && card.ETag == "" { // the answer to the last one was lost
		if tag, err = client.Tag(ctx, path); err == nil {
			tag, err = client.Put(ctx, path, tag, text)
		}
	}
	switch {
	case errors.Is(err, carddav.ErrTaken): // the office has changed it: the next reading shows how
		return false, nil
	case err != nil:
		return false, err
	}
	return true, ignoreGone(c.o.Records.NoteWritten(d.ID, path, tag, caller.ID, text))
}

// ignoreGone has somebody who was erased meanwhile be no fault.
func ignoreGone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// BookTrial is what an address book shows when it is tried.
type BookTrial struct {
	Is      bool        // it is one
	Name    string      // as its owner calls it
	Cards   int         // in it
	Sampled int         // of these, that were read
	Usable  int         // of those, that callers can be known by
	Others  []dav.Other // address books of the same user, when it is none
}

// tryBook looks at an address book.
func (c *Contacts) tryBook(ctx context.Context, d record.Directory, secret string) (*BookTrial, error) {
	client, err := carddav.New(c.o.Gate, d, secret, c.o.Patience)
	if err != nil {
		return nil, err
	}
	seen, err := client.Look(ctx)
	if err != nil {
		return nil, err
	}
	t := &BookTrial{Is: seen.Book, Name: seen.Name}
	if !seen.Book {
		t.Others, err = client.Find(ctx)
		return t, err
	}
	listed, err := client.List(ctx)
	if err != nil {
		return nil, err
	}
	t.Cards = len(listed)
	var paths []string
	for _, l := range listed[:min(len(listed), sampleMost)] {
		paths = append(paths, l.Path)
	}
	region, _ := c.office()
	return t, client.Read(ctx, paths, func(texts []carddav.Card) error {
		for _, card := range cards(ctx, texts, region) {
			t.Sampled++
			if len(card.Numbers) > 0 {
				t.Usable++
			}
		}
		return nil
	})
}
