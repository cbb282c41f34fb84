package backup

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Names of the files of a handover beside the backup.
const (
	letterName = "frontdesk-handover.txt" + suffix
	toldName   = "frontdesk-who-must-be-told.csv" + suffix
)

var (
	// ErrRecipient says that a text is no key of a successor.
	ErrRecipient = errors.New("that is no public key of age: the successor makes one with age-keygen and sends the line that begins with age1")
	// ErrUsed says that there are backups where a handover is to be written.
	ErrUsed = errors.New("there is a backup in that folder: use an empty one, for a handover has a key of its own")
)

// Handover is everything of a box, for who goes on with it.
type Handover struct {
	Backup Info   `json:"backup"`
	Letter string `json:"letter"` // file with the recovery key, for the successor alone
	List   string `json:"list"`   // file with who must be told, for the successor alone
	Told   int    `json:"told"`   // so many
}

// HandOver writes everything to a folder for a successor: a backup with a recovery key of its own, and that key, with the list of who must
// be told, encrypted to the successor's public key. Nobody else can open it, not the box either. o.Key is not used.
func HandOver(ctx context.Context, o Options, recipient string, told [][]string) (h Handover, err error) {
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return h, ErrRecipient
	}
	if o.Key, err = NewKey(); err != nil {
		return h, err
	}
	if err := o.check(); err != nil {
		return h, err
	}
	if there, err := filepath.Glob(filepath.Join(o.Dir, "frontdesk-*"+suffix)); err != nil || len(there) > 0 {
		return h, errors.Join(err, ErrUsed)
	}
	o.Keep = 0
	if h.Backup, err = Make(ctx, o); err != nil {
		return h, err
	}
	h.Letter, h.List, h.Told = letterName, toldName, len(told)
	err = replace(filepath.Join(o.Dir, toldName), to, func(w io.Writer) error {
		c := csv.NewWriter(w)
		if err := c.Write([]string{"name", "number", "e-mail", "since", "last call", "why"}); err != nil {
			return err
		}
		return c.WriteAll(told)
	})
	if err == nil { // last: without it the rest is of no use
		err = replace(filepath.Join(o.Dir, letterName), to, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, letter, o.now().Format(time.RFC1123), h.Backup.Name, len(told), toldName, o.Key.Words())
			return err
		})
	}
	return h, err
}

// letter is what the successor reads.
const letter = `Frontdesk: handed over on %s

Beside this letter lie the records and recordings (%s) and their keys.
To go on with them, on a box without records:

    frontdesk backup restore FOLDER

It asks for this recovery key:

    %[5]s

%[3]d people of whom something is kept stand in %[4]s. Tell each of them who
is responsible for their data now, where it came from and how you are reached
(GDPR Art. 14: within a month, and at the first contact at the latest). Who
does not want to be contacted is marked there: tell them, and ask nothing else.

Write the recovery key down where neither the box nor the backups are, then
destroy this letter. The former owner destroys the old box: frontdesk wipe.
`

// Seal encrypts what is written for who has the key of a public key of age; [ErrRecipient] when it is none.
func Seal(w io.Writer, recipient string) (io.WriteCloser, error) {
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return nil, ErrRecipient
	}
	return age.Encrypt(w, to)
}
