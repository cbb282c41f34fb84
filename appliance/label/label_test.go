package label_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"frontdesk.internal/appliance/label"
)

// A label is XML with all that stands on it, whatever a machine is called, and of a machine without an owner's code no word of one.
func TestDraw(t *testing.T) {
	t.Parallel()
	f := label.Facts{Name: `box <4f21> & "co"`, Page: "https://box-4f21.local:8443", MACs: []string{"52:54:00:12:34:56"}, Code: "AB12-CD34-EF56"}
	words := func() string {
		t.Helper()
		var b bytes.Buffer
		if err := label.Draw(&b, f); err != nil {
			t.Fatal(err)
		}
		text := ""
		for d := xml.NewDecoder(&b); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return text
			}
			if err != nil {
				t.Fatal(err)
			}
			if c, ok := token.(xml.CharData); ok {
				text += string(c)
			}
		}
	}
	text := words()
	for _, want := range append(f.MACs, f.Name, f.Page, f.Code) {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in %q", want, text)
		}
	}
	f.Code, f.MACs = "", nil
	if strings.Contains(words(), "code") {
		t.Error("it speaks of a code that is not there")
	}
	f.Page = strings.Repeat("x", 4000)
	if err := label.Draw(io.Discard, f); err == nil {
		t.Error("what fits in no QR code is drawn")
	}
}
