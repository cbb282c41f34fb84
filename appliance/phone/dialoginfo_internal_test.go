package phone

import (
	"strings"
	"testing"
)

func TestParseDialogInfo(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:1@x">`
	for name, tt := range map[string]struct {
		body string
		busy bool
		ok   bool
	}{
		"nobody":         {head + `</dialog-info>`, false, true},
		"Asterisk, free": {head + `<dialog id="1"><state>terminated</state></dialog></dialog-info>`, false, true},
		"rings":          {head + `<dialog id="1" direction="recipient"><state>early</state></dialog></dialog-info>`, true, true},
		"in a call": {
			head + `<dialog id="1"><state code="200"> Confirmed </state><remote><identity>sip:a@x</identity></remote></dialog></dialog-info>`, true,
			true,
		},
		"one of two": {
			head + `<dialog id="1"><state>terminated</state></dialog><dialog id="2"><state>confirmed</state></dialog></dialog-info>`, true, true,
		},
		"prefixes": {
			`<d:dialog-info xmlns:d="urn:ietf:params:xml:ns:dialog-info"><d:dialog id="1"><d:state>trying</d:state></d:dialog></d:dialog-info>`,
			true, true,
		},
		"state outside":  {head + `<state>confirmed</state></dialog-info>`, false, true},
		"empty":          {"", false, false},
		"breaks off":     {head + `<dialog id="1"><state>confirmed</state>`, false, false},
		"something else": {`<presence><state>confirmed</state></presence>`, false, false},
		"entities":       {`<!DOCTYPE x [<!ENTITY a "b">]>` + head + `</dialog-info>`, false, false},
		"a flood":        {head + strings.Repeat(`<dialog/>`, 65) + `</dialog-info>`, false, false},
	} {
		busy, err := parseDialogInfo([]byte(tt.body))
		if busy != tt.busy || (err == nil) != tt.ok {
			t.Errorf("%s: busy %v, %v", name, busy, err)
		}
	}
}

func FuzzDialogInfo(f *testing.F) {
	f.Add([]byte(`<dialog-info><dialog id="1"><state>confirmed</state></dialog></dialog-info>`))
	f.Add([]byte(`<!DOCTYPE a><dialog-info>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if busy, err := parseDialogInfo(body); busy && err != nil {
			t.Error("busy by a document that is none")
		}
	})
}
