package knowledge_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
)

// What a notice must say it says, or it is not published.
func TestNoticesSayWhatTheyMust(t *testing.T) {
	for name, tt := range map[string]struct {
		n    knowledge.Notices
		want string // part of the path of the one problem; "" = none
	}{
		"ours":             {knowledge.Notices{}, ""},
		"a machine":        {knowledge.Notices{Assistant: "A computer answers for us."}, ""},
		"a person":         {knowledge.Notices{Assistant: "Maria answers for us."}, "notices.assistant"},
		"recorded":         {knowledge.Notices{Recording: "We record this call, press nine to stop that."}, ""},
		"no way out":       {knowledge.Notices{Recording: "We record this call."}, "notices.recording"},
		"not recorded":     {knowledge.Notices{Recording: "Press nine."}, "notices.recording"},
		"no question":      {knowledge.Notices{Ask: "We record this call."}, "notices.ask"},
		"a question":       {knowledge.Notices{Ask: "May we record this call?"}, ""},
		"nobody by name":   {knowledge.Notices{Contact: knowledge.PrivacyContact{Phone: "+1 217 555 0190"}}, "notices.contact.name"},
		"no number":        {knowledge.Notices{Contact: knowledge.PrivacyContact{Name: "Ada", Phone: "ask me"}}, "notices.contact.phone"},
		"no mail":          {knowledge.Notices{Contact: knowledge.PrivacyContact{Name: "Ada", Email: "ada"}}, "notices.contact.email"},
		"more than a page": {knowledge.Notices{Privacy: strings.Repeat("very ", 200)}, "notices.privacy"},
	} {
		b, err := profile.Sample("dental")
		if err != nil {
			t.Fatal(err)
		}
		b.Notices = tt.n
		ps := b.Validate()
		if tt.want == "" && len(ps) > 0 || tt.want != "" && (len(ps) != 1 || ps[0].Path != tt.want) {
			t.Errorf("%s: %v, want %q", name, ps, tt.want)
		}
	}
}
