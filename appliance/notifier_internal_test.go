package appliance

import (
	"errors"
	"testing"

	"frontdesk.internal/appliance/phone"
)

// What little room is left on the disk is for those who speak: texts are refused, and their senders told to try later.
func TestTextsAreRefusedWhenTheDiskIsLow(t *testing.T) {
	a := &Appliance{sparing: &sparing{}}
	a.sparing.spare.Store(true)
	if err := a.keepText(t.Context(), phone.Text{Body: "buy"}); !errors.Is(err, errNoRoom) {
		t.Errorf("%v", err)
	}
}
