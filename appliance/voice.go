package appliance

import (
	"context"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/reception/phrasebook"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/models/engines"
)

// voice speaks what the owner wants to hear before callers do.
type voice struct{ mouth engines.Mouth }

var _ service.Voice = voice{}

// Speak implements service.Voice.
func (v voice) Speak(ctx context.Context, text, tag string) ([]byte, error) {
	return phrasebook.Aloud(ctx, v.mouth, all.For(tag).Clauses(text), tag)
}
