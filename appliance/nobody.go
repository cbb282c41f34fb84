package appliance

import (
	"errors"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/store"
)

// loadBusiness takes the published profile. Where there is none, the one that the settings name is published, unless it is a
// sample: that becomes the draft, and until the owner has made it the business's own and published it, the box answers as nobody.
func (a *Appliance) loadBusiness() error {
	b, version, err := a.store.Profile()
	if err == nil {
		err = a.withdrawSample(b)
	}
	switch {
	case err == nil:
		ds, err := a.store.Documents()
		if err != nil {
			return err
		}
		b = b.Spoken(knowledge.Passages(ds))
		a.business, a.version, a.learned = &b, version, unread
		return nil
	case !errors.Is(err, store.ErrNotFound):
		return err
	case a.cfg.Business.Profile == "":
		return nil
	}
	first, err := profile.First(a.cfg.Business.Profile)
	if err != nil {
		return err
	}
	if profile.IsSample(first) {
		return a.draftSample(*first)
	}
	if version, err = a.store.PublishProfile(*first); err != nil {
		return err
	}
	a.published(first.Spoken(nil), version)
	return nil
}

// draftSample makes a sample what the owner begins from, unless there is a draft already.
func (a *Appliance) draftSample(b knowledge.Business) error {
	if _, err := a.store.Draft(); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return a.store.SaveDraft(store.Draft{Revision: 1, Business: b, At: time.Now()})
}

// withdrawSample turns a sample that an older version of the program has published by itself into the draft; it returns
// [store.ErrNotFound] then. What an owner has published stays.
func (a *Appliance) withdrawSample(b knowledge.Business) error {
	if !profile.IsSample(&b) {
		return nil
	}
	took, err := a.store.WithdrawUnasked()
	if err != nil || !took {
		return err
	}
	if err := a.draftSample(b); err != nil {
		return err
	}
	a.log.Info("the sample that was published by itself is a draft now: the box says no business's name until the owner has published one")
	return store.ErrNotFound
}

// nobody is what the box answers as while no profile is published: its number is all that it says. The draft, if there is one,
// tells the language and the place, which no caller takes for a promise.
func (a *Appliance) nobody() *knowledge.Business {
	b := knowledge.Nobody(a.number())
	d, err := a.store.Draft()
	if err == nil && !d.Clean {
		b.Language, b.Region, b.TimeZone, b.Currency = d.Business.Language, d.Business.Region, d.Business.TimeZone, d.Business.Currency
	}
	return &b
}

// number is the extension at the telephone system, as the settings or the page have it; "" when it is a name, which says nothing to
// callers.
func (a *Appliance) number() string {
	user := a.cfg.SIP.User
	if a.phone != nil {
		user = a.phone.Account().User
	}
	if strings.Trim(strings.TrimPrefix(user, "+"), "0123456789") != "" {
		return ""
	}
	return user
}
