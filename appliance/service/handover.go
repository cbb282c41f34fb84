package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Succession says to whom everything is handed over, and where it is written.
type Succession struct {
	Dir string `json:"dir"` // an empty folder, on a stick; "" = a new one beside the backups
	Key string `json:"key"` // the successor's public key, "age1..."
}

// allCallers is more than an office has.
const allCallers = 1 << 30

// HandOver writes everything for a successor, who alone can open it, with the list of who must be told. The records stay here until they
// are wiped. The folder counts as a medium of backups: it says when somebody is erased who stands in it.
var HandOver = define(Op[Succession, backup.Handover]{
	Name: "hand-over", Role: Owner, Long: true, Whole: true, Audit: Changes("hand everything over"),
	About: func(in Succession, _ backup.Handover) string { return in.Key },
	Run:   (*Service).handOver,
})

func (s *Service) handOver(ctx context.Context, in Succession) (backup.Handover, error) {
	told, err := s.mustBeTold()
	if err != nil {
		return backup.Handover{}, err
	}
	if in.Dir == "" {
		if in.Dir, err = s.besideBackups("handover"); err != nil {
			return backup.Handover{}, err
		}
	}
	h, err := backup.HandOver(ctx, backup.Options{
		Records: s.o.Records, State: s.o.Backups.State, Dir: in.Dir, Now: s.o.Now, Seen: s.o.Records.SeeMedium,
	}, strings.TrimSpace(in.Key), told)
	for path, why := range map[string]error{"key": backup.ErrRecipient, "dir": backup.ErrUsed} {
		if errors.Is(err, why) {
			return h, &InvalidError{What: "handover", Problems: []knowledge.Problem{{Path: path, Text: why.Error()}}}
		}
	}
	return h, err
}

// besideBackups makes a folder for today on the medium of the backups.
func (s *Service) besideBackups(name string) (string, error) {
	medium := s.backupFolder()
	if medium == "" {
		return "", backup.ErrNoFolder
	}
	if _, err := os.Stat(medium); err != nil {
		return "", fmt.Errorf("%w (%s)", backup.ErrNoMedium, medium)
	}
	dir := filepath.Join(medium, name+"-"+s.o.Now().UTC().Format("20060102"))
	return dir, os.MkdirAll(dir, 0o700)
}

// mustBeTold lists everybody of whom something is kept and who can be reached, and why.
func (s *Service) mustBeTold() ([][]string, error) {
	rs, err := s.o.Records.Requests()
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	for _, r := range rs {
		open[r.Caller] = open[r.Caller] || r.State == record.RequestOpen
	}
	var out [][]string
	cs, err := s.o.Records.Callers(allCallers)
	if err != nil {
		return nil, err
	}
	for _, c := range cs {
		mail := record.Personal("")
		if vs := c.Values(record.FieldEmail); len(vs) > 0 {
			mail = vs[0]
		}
		if c.Number == "" && mail == "" && c.Name == "" {
			continue
		}
		why := []string{"a card is kept"}
		if c.Calls > 0 {
			why = append(why, "has called")
		}
		if open[c.ID] {
			why = append(why, "has an open request: tell first")
		}
		switch _, err := s.o.Records.Hold(c.ID); {
		case err == nil:
			why = append(why, "held by law")
		case !errors.Is(err, store.ErrNotFound):
			return nil, err
		}
		if c.Has(record.TagNoContact) {
			why = append(why, "does not want to be contacted for anything else")
		}
		out = append(out, []string{
			harmless(c.Name), harmless(c.Number), harmless(mail), day(c.FirstSeen), day(c.LastSeen), strings.Join(why, "; "),
		})
	}
	return out, nil
}

// day is a day as lists have it; "" = never.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
