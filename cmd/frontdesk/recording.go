package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// recordingCommand are recording show, announce and off.
func recordingCommand(stdout, stderr io.Writer) *officeCommand {
	days := 0
	flags := func(fs *flag.FlagSet, _ *request) {
		fs.IntVar(&days, "keep-days", 0, "remove recordings after so many `days`; 0 leaves it as it is")
	}
	set := func(mode record.RecordingMode) func(ctx context.Context, r *request) error {
		return func(ctx context.Context, r *request) error {
			s, err := service.SetRecordingSettings.Do(ctx, r.office, record.RecordingSettings{Mode: mode, KeepDays: days})
			if err != nil {
				return err
			}
			return r.showRecording(s)
		}
	}
	return &officeCommand{stdout: stdout, stderr: stderr, name: "recording", verbs: []verb{
		{name: "show", summary: "whether calls are recorded, and for how long that is kept", run: func(ctx context.Context, r *request) error {
			s, err := service.ReadRecordingSettings.Get(ctx, r.office)
			if err != nil {
				return err
			}
			return r.showRecording(s)
		}},
		{name: "announce", summary: "record calls from the next one on; callers are told at the start and can refuse", flags: flags, run: set(record.RecordingAnnounce)},
		{name: "ask", summary: "ask callers, and record those who agree", flags: flags, run: set(record.RecordingAsk)},
		{name: "off", summary: "record no more calls; what there is stays until its time is over", flags: flags, run: set(record.RecordingOff)},
	}}
}

func (r *request) showRecording(s record.RecordingSettings) error {
	if r.json {
		r.out.json(s)
		return nil
	}
	what := "Calls are not recorded."
	if s.Mode == record.RecordingAnnounce {
		what = "Calls are recorded; callers are told at the start and can refuse."
	}
	if s.Mode == record.RecordingAsk {
		what = "Callers are asked at the start, and recorded when they agree."
	}
	r.out.line("%s Recordings are removed after %d days.", what, s.KeepDays)
	if s.By != "" {
		r.out.line("%s", shown(fmt.Sprintf("Set %s by %s.", when(s.At), s.By)))
	}
	return nil
}
