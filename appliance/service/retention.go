package service

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
)

// ReadRetention tells how long things are kept.
var ReadRetention = define(Op[None, record.Retention]{
	Name: "read-retention", Role: Owner, Audit: NoLine("a setting of the box"),
	Run: get((*Service).readRetention),
})

func (s *Service) readRetention(context.Context) (record.Retention, error) {
	return s.o.Records.Retention()
}

// maxKeepDays bounds what is kept: ten years.
const maxKeepDays = 3660

// SetRetention changes it from the next sweep on.
var SetRetention = define(Op[record.Retention, record.Retention]{
	Name: "set-retention", Role: Owner, Audit: Changes("change how long things are kept"),
	Run: (*Service).setRetention,
})

func (s *Service) setRetention(ctx context.Context, r record.Retention) (record.Retention, error) {
	if err := checkRetention(r); err != nil {
		return r, err
	}
	r.At, r.By = s.o.Now(), ActorOf(ctx).By()
	defer s.due.forget()
	return r, s.o.Records.SetRetention(r)
}

func checkRetention(r record.Retention) error {
	for _, n := range []int{r.Transcripts, r.Calls, r.Messages, r.Callers, r.Imported, r.Pushed, r.Office, r.Minors, r.Security} {
		if n < 0 || n > maxKeepDays {
			return &InvalidError{
				What: "setting", Problems: []knowledge.Problem{
					{Path: "days", Text: fmt.Sprintf("write a number of days from 0 (for ever) to %d", maxKeepDays)},
				},
			}
		}
	}
	return nil
}

// PreviewRetention lists what the next sweep would remove if things were kept so long. Nothing is changed.
var PreviewRetention = define(Op[record.Retention, []privacy.Due]{
	Name: "preview-retention", Role: Owner, Audit: Reads("preview how long things are kept"),
	Run: (*Service).previewRetention,
})

func (s *Service) previewRetention(ctx context.Context, r record.Retention) ([]privacy.Due, error) {
	if err := checkRetention(r); err != nil {
		return nil, err
	}
	return s.dueOf(ctx, ruled{s.o.Records, r}, 0)
}

// ruled are the records as if things were kept otherwise.
type ruled struct {
	privacy.RetainedRecords
	rule record.Retention
}

// Retention implements privacy.RetainedRecords.
func (r ruled) Retention() (record.Retention, error) { return r.rule, nil }

// ListDue lists what will be removed by the sweeps of the next days; 0 = by the next one.
var ListDue = define(Op[int, []privacy.Due]{
	Name: "list-due", Role: Owner, Audit: Reads("list what is due"),
	Run: (*Service).listDue,
})

// DueAhead is how many days ahead the page looks at what will be removed.
const DueAhead = 7

func (s *Service) listDue(ctx context.Context, days int) ([]privacy.Due, error) {
	if days != DueAhead {
		return s.dueOf(ctx, s.o.Records, days)
	}
	if list, ok := s.due.recent(s.o.Now()); ok {
		return slices.Clone(list), nil
	}
	return s.dueAhead(ctx)
}

// dueAhead lists what is due in the next DueAhead days and keeps the list, with how long that took.
func (s *Service) dueAhead(ctx context.Context) ([]privacy.Due, error) {
	began := s.o.Now()
	list, err := s.dueOf(ctx, s.o.Records, DueAhead)
	if err == nil {
		s.due.keep(slices.Clone(list), began, s.o.Now().Sub(began))
	}
	return list, err
}

// refreshDue makes the list anew for who comes next. A fault is told to whoever asks: then nothing is kept.
func (s *Service) refreshDue(ctx context.Context) { _, _ = s.dueAhead(ctx) }

func (s *Service) dueOf(ctx context.Context, kept privacy.RetainedRecords, days int) ([]privacy.Due, error) {
	made, err := s.o.Recordings.Made()
	if err != nil {
		return nil, err
	}
	set, err := s.readRecordingSettings(ctx)
	if err != nil {
		return nil, err
	}
	return s.o.Privacy.Due(kept, s.o.Now().AddDate(0, 0, max(0, days)), set.KeepDays, made)
}

// SweepRecords removes what is due now, and documents for good that cannot be had back any more.
var SweepRecords = define(Op[None, privacy.Swept]{
	Name: "sweep-records", Role: Owner, Long: true, Whole: true, Audit: Changes("remove what is due"),
	About: func(_ None, out privacy.Swept) string {
		n := 0
		for _, k := range out.Removed {
			n += k
		}
		return strconv.Itoa(n)
	},
	Run: get((*Service).sweepRecords),
})

func (s *Service) sweepRecords(ctx context.Context) (privacy.Swept, error) {
	defer s.due.forget()
	due, err := s.listDue(ctx, 0)
	if err != nil {
		return privacy.Swept{}, err
	}
	swept, err := s.o.Privacy.Sweep(ctx, s.o.Records, due)
	if err == nil {
		_, err = s.o.Records.DropDocuments(s.o.Now().Add(-RestoreWithin))
	}
	if err == nil {
		err = s.ageSecurity()
	}
	return swept, err
}
