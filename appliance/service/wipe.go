package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/wipe"
)

// WipeReview is what the box says before everything on it is destroyed.
type WipeReview struct {
	Ring   string   `json:"ring"`   // the ID of the key ring, as backups of it name it
	Beyond []string `json:"beyond"` // what may hold copies, and what to do about it
}

// ReviewWipe tells what a wipe cannot destroy.
var ReviewWipe = define(Op[None, WipeReview]{
	Name: "review-wipe", Role: Owner, Audit: NoLine("what stands where, nothing of anybody"), Run: get((*Service).reviewWipe),
})

func (s *Service) reviewWipe(ctx context.Context) (WipeReview, error) {
	r := WipeReview{Ring: s.o.Records.Keys().ID(), Beyond: []string{
		"The words of the recovery key, wherever they were written down: burn them; with them and a backup everything comes back.",
		"Files that were given out (dossiers, exports), and the PBX's own list of calls.",
	}}
	media, err := s.listMedia(ctx)
	if err != nil {
		r.Beyond = append(r.Beyond, "Media of backups: look for all that were ever used.") // what cannot be read is destroyed all the same
	}
	for _, m := range media {
		r.Beyond = append(r.Beyond,
			fmt.Sprintf("The medium %s, last seen at %s on %s: destroy what is on it.", m.ID, m.Dir, m.Keys.Format(time.DateOnly)))
	}
	return r, nil
}

// OrderWipe has the box end its calls and start anew, and the new start destroy everything: keys first, then files. word is
// [wipe.Word], so that nobody does it by accident. The line in the chain of audits is written before, and goes with the chain; the receipt
// is what is left.
var OrderWipe = define(Op[string, WipeReview]{
	Name: "order-wipe", Role: Owner, Needs: needRestart, Audit: Changes("order that everything is destroyed"), Run: (*Service).orderWipe,
})

func (s *Service) orderWipe(ctx context.Context, word string) (WipeReview, error) {
	if word != wipe.Word {
		return WipeReview{}, &InvalidError{What: "wipe", Problems: []knowledge.Problem{{
			Path: "word", Text: "is not the words that say that you mean it: " + wipe.Word,
		}}}
	}
	r, err := s.reviewWipe(ctx)
	if err != nil {
		return r, err
	}
	if err := wipe.Give(s.o.Backups.State, wipe.Order{Given: s.o.Now().UTC(), Ring: r.Ring, Beyond: r.Beyond}); err != nil {
		return WipeReview{}, err
	}
	if err := s.o.Platform.Restart(); err != nil {
		return WipeReview{}, errors.Join(err, wipe.TakeBack(s.o.Backups.State))
	}
	return r, nil
}
