package reception

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// turnedAway tells from the card whether the call is not answered here: 603 for whom the office does not want to talk to, 480 for
// who does not want to talk to an assistant or must not, so that the PBX goes on to a person. 0 = it is answered.
func turnedAway(c record.Caller) (status int, reason string) {
	switch {
	case c.Has(record.TagBlocked):
		return 603, "blocked"
	case c.Has(record.TagProtected):
		return 480, "protected"
	case c.Has(record.TagObjects):
		return 480, "objects"
	}
	return 0, ""
}

// turnAway refuses the call and keeps that.
func (l *live) turnAway(status int, reason string) {
	if err := l.call.Reject(status); err != nil {
		l.logger.Warn("turn call away", "err", err)
	}
	l.finish(nil, record.Outcome{Result: record.ResultRefused, Reason: reason})
}

// prepare decides by the caller's card and former choices how the call is carried on.
func (l *live) prepare(card record.Caller) {
	l.known = card.Name
	if card.Has(record.TagRestricted) {
		l.known = "" // what is kept is not used
	}
	l.recordings, l.asks1st = l.deps.Recordings()
	refuses := card.Has(record.TagUnrecorded)
	if card.Has(record.TagMinor) || card.Has(record.TagRestricted) {
		l.recordings = nil
	}
	always := card.Has(record.TagAsked) // what was said once does not count for the next call
	l.asks1st = l.asks1st || always
	if l.deps.Consents != nil && card.ID != "" {
		switch c, ok, err := l.deps.Consents.Consent(card.ID, record.ConsentRecording); {
		case err != nil: // perhaps the caller has refused
			l.logger.Error("read consents; the call is not recorded", "err", err)
			refuses = true
		case !ok || always:
		case c.State == record.ConsentRefused || c.State == record.ConsentWithdrawn:
			refuses = true
		case c.State == record.ConsentGiven:
			l.asks1st = false // who has agreed once is told
		}
	}
	if refuses {
		l.recordings = nil
		if !l.deps.Written() {
			l.scribe.keep = noWords
		}
	}
	if card.Has(record.TagRestricted) { // nothing new is kept but that there was a call
		l.scribe.keep, l.rec.DisplayName = nothing, ""
	}
	if l.recordings != nil && l.deps.Consents != nil {
		key := language.TextNotice
		if l.asks1st {
			key = language.TextAskRecording
		}
		if err := l.tells(record.NoticeRecording, l.biz.Told(key)); err != nil { // a consent that nobody can show is none
			l.logger.Error("keep notice; the call is not recorded", "err", err)
			l.recordings = nil
		}
		l.notice = l.rec.Notices[record.NoticeRecording]
	}
	l.tellsAlways()
	o := dialogue.Options{
		Announce: l.recordings != nil, Ask: l.asks1st, Busy: l.deps.Busy,
		NotWritten: !l.deps.Written(), Unwritten: l.scribe.keep != words, NoMessages: l.scribe.keep == nothing,
	}
	if v := card.Values(record.FieldPerson); len(v) > 0 && !card.Has(record.TagRestricted) {
		o.Own = string(v[0])
	}
	if l.deps.Rights != nil && card.ID != "" {
		o.Rights, o.HasCode = true, l.deps.Rights.HasCode(card.ID)
	}
	if l.deps.Diary != nil && l.deps.Diary.InForce() {
		o.Offer = offer(l.deps.Diary, o.Own)
		if l.rec.From != "" {
			o.Find = func() []record.Appointment { return l.deps.Diary.Find(l.rec.From) }
		}
	}
	l.conv = dialogue.New(l.biz, o)
}

// tells keeps with the call which version of a wording is in force; "" = there is none.
func (l *live) tells(kind record.NoticeKind, text string) error {
	if l.deps.Consents == nil || text == "" {
		return nil
	}
	n, err := l.deps.Consents.UseNotice(record.Notice{Kind: kind, Text: text})
	if err == nil {
		if l.rec.Notices == nil {
			l.rec.Notices = record.Notices{}
		}
		l.rec.Notices[kind] = n.Version
	}
	return err
}

// tellsAlways does so for what holds whether the call is recorded or not.
func (l *live) tellsAlways() {
	err := errors.Join(l.tells(record.NoticeAssistant, l.biz.Told(language.TextGreetingHead)),
		l.tells(record.NoticePrivacy, l.biz.AboutPrivacy()))
	if err != nil { // it is said all the same, and stands in the edition
		l.logger.Error("keep notice", "err", err)
	}
}

// consented keeps what the caller has said about being recorded.
func (l *live) consented(state record.ConsentState, how record.ConsentHow) {
	if l.deps.Consents == nil || l.rec.CallerID == "" {
		return
	}
	c := record.Consent{
		Caller: l.rec.CallerID, Kind: record.ConsentRecording, State: state, Notice: l.notice, How: how, Call: l.rec.ID,
		At: time.Now(), Second: time.Since(l.rec.Answered).Seconds(),
	}
	l.scribe.do(func() error {
		_, err := l.deps.Consents.AddConsent(c)
		return err
	})
}

// informed notes that the caller has heard the notice to its end and said nothing against it.
func (l *live) informed() {
	if l.asks1st || l.rec.Recording != record.RecordingKept {
		return
	}
	if l.deps.Consents == nil || l.rec.CallerID == "" {
		return
	}
	c := record.Consent{
		Caller: l.rec.CallerID, Kind: record.ConsentRecording, State: record.ConsentInformed, Notice: l.notice, How: record.ByNotice,
		Call: l.rec.ID, At: l.rec.Recorded, Second: l.rec.Recorded.Sub(l.rec.Answered).Seconds(),
	}
	l.scribe.do(func() error {
		_, err := l.deps.Consents.AddConsent(c)
		return err
	})
}

// rightTime bounds how long a request may take to be noted, which the caller waits for.
const rightTime = 5 * time.Second

// right has a request dealt with.
func (l *live) right(a dialogue.Right) {
	l.waiting++
	caller, call := l.rec.CallerID, l.rec.ID
	l.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), rightTime)
		defer cancel()
		done := dialogue.RightDone{ID: a.ID}
		if l.deps.Rights == nil || caller == "" {
			done.Err = errors.New("nobody to deal with it")
		} else {
			f, err := l.deps.Rights.File(ctx, record.Request{
				Caller: caller, Kind: a.Kind, Call: call, Door: "telephone", What: record.Personal(a.Text),
			}, a.Code)
			done.Verified, done.Wrong, done.Held, done.Kept, done.Err = f.Verified, f.Wrong, f.Held, f.Kept, err
			if err == nil && f.Verified && !f.Held && a.Kind == record.RequestErase {
				l.addVerified(f.ID)
			}
		}
		select {
		case l.answered <- done:
		default: // the call is over
		}
	})
}

func (l *live) addVerified(id string) {
	l.verifiedMu.Lock()
	defer l.verifiedMu.Unlock()
	l.verified = append(l.verified, id)
}

// completeRights does after the call what was asked for on it: an erasure covers this call, too.
func (l *live) completeRights() {
	l.verifiedMu.Lock()
	ids := l.verified
	l.verifiedMu.Unlock()
	for _, id := range ids {
		if err := l.deps.Rights.Complete(context.Background(), id); err != nil {
			l.logger.Error("do what the caller has asked for", "err", err)
		}
	}
}
