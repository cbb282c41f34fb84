package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// recordingCommand is frontdesk recording.
func recordingCommand() *cobra.Command {
	days := 0
	set := func(use string, mode record.RecordingMode, short string) *cobra.Command {
		cmd := ask(use, short, func(ctx context.Context, r *request) error {
			s, err := service.SetRecordingSettings.Do(ctx, r.office, record.RecordingSettings{Mode: mode, KeepDays: days})
			return r.showRecording(s, err)
		})
		cmd.Flags().IntVar(&days, "keep-days", 0, "remove recordings after so many `days`; 0 leaves it as it is")
		return cmd
	}
	return group("recording", "whether calls are recorded, and how long that is kept",
		ask("show", "what holds now", func(ctx context.Context, r *request) error {
			s, err := service.ReadRecordingSettings.Get(ctx, r.office)
			return r.showRecording(s, err)
		}),
		described(set("announce", record.RecordingAnnounce, "record calls; callers are told and can refuse"),
			`Records calls from the next one on; callers are told at the start and can
refuse.`, "  frontdesk recording announce --keep-days 30"),
		set("ask", record.RecordingAsk, "ask callers, and record those who agree"),
		described(set("off", record.RecordingOff, "record no more calls"),
			"Records no more calls; what there is stays until its time is over.", ""))
}

func (r *request) showRecording(s record.RecordingSettings, err error) error {
	if err != nil {
		return err
	}
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
