package phone

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// dialogInfoType is the body of NOTIFY for the event package "dialog" (RFC 4235).
const dialogInfoType = "application/dialog-info+xml"

// maxDialogs bounds what is read of one document; no telephone is in more calls.
const maxDialogs = 64

var errDialogInfo = errors.New("no dialog information")

// parseDialogInfo reports whether the telephone that a document of RFC 4235 speaks of is in a call, or rings. PBXs send the full state
// each time, or, in partial ones, the dialog that has changed, which for one telephone with one line is the same.
func parseDialogInfo(body []byte) (busy bool, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = true
	root, dialogs, inState := false, 0, false
	for {
		token, err := d.Token()
		if err != nil {
			break // the end, or what cannot be read further: what was read so far must have been a document
		}
		switch t := token.(type) {
		case xml.Directive:
			return false, fmt.Errorf("%w: a document type is declared", errDialogInfo) // nobody needs one, and entities are a way to flood us
		case xml.StartElement:
			switch {
			case !root && t.Name.Local != "dialog-info":
				return false, fmt.Errorf("%w: the document is a %.20q", errDialogInfo, t.Name.Local)
			case t.Name.Local == "dialog":
				if dialogs++; dialogs > maxDialogs {
					return false, fmt.Errorf("%w: too many dialogs", errDialogInfo)
				}
			}
			root, inState = true, t.Name.Local == "state" && dialogs > 0
		case xml.EndElement:
			inState = false
			if t.Name.Local == "dialog-info" {
				return busy, nil
			}
		case xml.CharData:
			if inState {
				switch strings.ToLower(strings.TrimSpace(string(t))) {
				case "trying", "proceeding", "early", "confirmed":
					busy = true
				}
			}
		}
	}
	return false, fmt.Errorf("%w: it breaks off", errDialogInfo)
}
