package appliance

import (
	"context"
	"log/slog"
	"testing"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// onlyMouth is engines of which only the mouth is asked.
type onlyMouth struct {
	Engines
	mouth modelstest.Mouth
}

func (m *onlyMouth) Speak(ctx context.Context, r engines.SpeakRequest, yield func(engines.Speech) error) error {
	return m.mouth.Speak(ctx, r, yield)
}

// The voice of each language of the business is loaded before a caller needs it, and none besides.
func TestVoicesAreOpenedAhead(t *testing.T) {
	e := &onlyMouth{}
	a := &Appliance{Records: &Records{deps: Deps{Engines: e}}, log: slog.New(slog.DiscardHandler)}
	a.openVoices(t.Context(), &knowledge.Business{Languages: []string{"de", "en"}})
	got := e.mouth.Requests()
	if len(got) != 2 || got[0].Language != "de" || got[1].Language != "en" || got[0].Text+got[1].Text != "" {
		t.Errorf("asked for %+v", got)
	}
}
