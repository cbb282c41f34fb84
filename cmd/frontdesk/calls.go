package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// limitFlag adds --limit to a list.
func limitFlag(list *cobra.Command, n *int) {
	list.Flags().IntVar(n, "limit", 50, "list at most `N`; 0 = as many as there are, up to 1000")
}

// sinceFlag adds --since to a list of what.
func sinceFlag(list *cobra.Command, day *string, what string) {
	list.Flags().StringVar(day, "since", "", "only "+what+" from this `day` on, as 2026-03-02")
}

// dayFlag is the beginning of the day that a flag names; the zero time without one.
func dayFlag(name, day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, day, time.Local)
	if err != nil {
		return t, fmt.Errorf("read --%s: write the day as 2026-03-02: %w", name, err)
	}
	return t, nil
}

// callsCommand is frontdesk calls.
func callsCommand() *cobra.Command {
	var f service.CallFilter
	var since, file string
	list := ask("list", "who called, newest first", func(ctx context.Context, r *request) error { return listCalls(ctx, r, f, since) })
	limitFlag(list, &f.Limit)
	sinceFlag(list, &since, "calls")
	list.Flags().StringVar(&f.Caller, "caller", "", "only calls of the caller with this `ID`")
	list.Flags().BoolVar(&f.Tests, "self-tests", false, "list the calls of the box to itself instead")

	sound := ask("sound ID", "the recording of a call as a WAV file", func(ctx context.Context, r *request) error {
		pcm, err := service.PlayRecording.Do(ctx, r.office, r.arg)
		if err != nil {
			return err
		}
		return r.whole("recording", file, func(w io.Writer) error { return service.Pour(w, pcm) })
	})
	outFlag(sound, &file)

	note := ask("note ID TEXT", "write a note of the office on a call", func(ctx context.Context, r *request) error {
		id, text, _ := strings.Cut(r.arg, " ")
		r.arg = id
		n, err := service.AddNote.Do(ctx, r.office, service.CallNote{Call: id, Text: record.Personal(text)})
		if err != nil {
			return err
		}
		return r.told(n, "The note is on the call.")
	})

	turn := -1
	mend := ask("correct ID TEXT", "write what the caller really said in a turn", func(ctx context.Context, r *request) error {
		id, text, _ := strings.Cut(r.arg, " ")
		if r.arg = id; turn < 0 {
			return errors.New("say which turn with --turn, as calls show --json has it")
		}
		m, err := service.MendTurn.Do(ctx, r.office, service.Mending{Call: id, Turn: turn, Text: record.Personal(text)})
		if err != nil {
			return fmt.Errorf("turn %d of call %s: %w", turn, id, err)
		}
		return r.told(m, "The words of the turn are now: %s", shown(string(m.Words())))
	})
	mend.Flags().IntVar(&turn, "turn", -1, "`number` of the turn, as calls show --json has it")

	return group("calls", "who called, and what was said",
		described(list, "", "  frontdesk calls list --since 2026-03-02\n  frontdesk calls --json"),
		ask("show ID", "what was heard, decided and said on a call, with times", showCall),
		callsCSVCommand(),
		described(mend, "Corrects the words of a turn; what was heard stays beside it, and without TEXT\n"+
			"holds again. Words that were missed are listened for from the next call on.",
			"  frontdesk calls correct ID --turn 2 \"my name is Thomas Brown\""),
		described(note, "Writes a note of the office on a call. It is kept and erased with the call.",
			"  frontdesk calls note ID \"rang back, comes on Monday\""),
		described(sound, "Writes the recording of a call as a WAV file: the caller left, Frontdesk right.",
			"  frontdesk calls sound ID --out call.wav\n  frontdesk calls sound ID | aplay"))
}

// outFlag adds --out.
func outFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "out", "", "write to this `file`, which only you may read, instead of standard output")
}

func listCalls(ctx context.Context, r *request, f service.CallFilter, since string) (err error) {
	if f.Since, err = dayFlag("since", since); err != nil {
		return err
	}
	calls, err := service.ListCalls.Do(ctx, r.office, f)
	if err != nil {
		return err
	}
	r.print(calls, func() { r.out.calls(calls) })
	return nil
}

func (p *printer) calls(calls []record.Call) {
	var rows [][]string
	for _, c := range calls {
		rows = append(rows, []string{
			c.ID, when(c.Started), c.From.Masked(), lasted(duration(c)), string(c.Outcome.Result),
			strconv.Itoa(c.Turns), strconv.Itoa(c.Messages),
		})
	}
	p.table("There are no calls.", []string{"ID", "STARTED", "FROM", "LASTED", "RESULT", "TURNS", "MESSAGES"}, rows)
}

// whole writes to standard output, or to the file that was asked for: whole or not at all, and for nobody else to read.
func (r *request) whole(what, file string, write func(w io.Writer) error) error {
	if file == "" {
		return write(r.out.w)
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".frontdesk-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return r.told(map[string]string{"file": file}, "The %s is in %s.", what, file)
}

func duration(c record.Call) time.Duration {
	if c.Answered.IsZero() || c.Ended.IsZero() {
		return 0
	}
	return c.Ended.Sub(c.Answered)
}

func showCall(ctx context.Context, r *request) error {
	c, err := service.ReadCall.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(c)
		return nil
	}
	r.out.fields(
		"Call", c.ID, "Started", when(c.Started), "From", whole(c.From), "Shown as", string(c.DisplayName), "Diverted from", whole(c.Diverted),
		"Extension", c.Extension, "Caller", strings.TrimSpace(c.CallerID+" "+string(c.Caller.Name)), "Lasted", lasted(duration(c.Call)),
		"Result", strings.TrimSpace(string(c.Outcome.Result)+" "+c.Outcome.Reason+" "+cause(c.Cause)),
		"About", c.Summary, "To do", c.Next,
		"Line", fmt.Sprintf("%s, %d packets in, %d lost, %d late, jitter %.1f ms, %d out", c.Codec, c.Line.Received, c.Line.Lost, c.Line.Late,
			c.Line.JitterMS, c.Line.Sent),
		"Sound", sound(c.Quality),
		"Recording", recorded(c),
		"Profile", fmt.Sprintf("%s, version %d", c.Business, c.Profile),
	)
	for _, t := range c.TurnList {
		r.out.turn(c.Answered, t)
	}
	for _, n := range c.Notes {
		r.out.line("Note %s, %s: %s", when(n.At), n.By, n.Text)
	}
	for _, m := range c.MessageList {
		r.out.line("")
		r.out.message(m)
	}
	return nil
}

// cause shows the telephone network's number for the end of a call; "" when nobody gave one.
func cause(q850 int) string {
	if q850 == 0 {
		return ""
	}
	return fmt.Sprintf("(cause %d)", q850)
}

// recorded shows what became of the recording; "" when recording was off.
func recorded(c service.CallDetail) string {
	switch {
	case c.RecordingSeconds > 0:
		return fmt.Sprintf("%s, %.0f s", c.Recording, c.RecordingSeconds)
	case c.Recording == record.RecordingKept:
		return "removed when its time was over"
	}
	return strings.ReplaceAll(string(c.Recording), "_", " ")
}

// sound shows the quality of the line; "" when it is not known.
func sound(q service.Quality) string {
	if q.Verdict == service.QualityUnknown || q.Verdict == "" {
		return ""
	}
	return fmt.Sprintf("%s MOS %.1f, %.1f %% of the caller's sound lost, %d frames filled in", q.Text, q.MOS, q.LossPercent, q.Concealed)
}

// turn prints one exchange with its times from the start of the call.
func (p *printer) turn(start time.Time, t record.Turn) {
	at := func(x time.Time) string {
		if x.IsZero() || start.IsZero() {
			return ""
		}
		return fmt.Sprintf("%.1fs", x.Sub(start).Seconds())
	}
	p.line("")
	if t.Heard != "" {
		p.line("%7s  caller     %s", at(t.HeardAt), shown(string(t.Words())))
	}
	if t.Mended != "" {
		p.line("%7s             corrected; it was heard as: %s", "", shown(string(t.Heard)))
	}
	if t.Said != "" {
		said := t.Said
		if t.CutOff {
			said += " [interrupted]"
		}
		p.line("%7s  Frontdesk  %s", at(t.SaidAt), shown(said))
	}
	if t.Decided != "" {
		why := t.DecidedBy
		if t.Source != "" {
			why += ", from " + t.Source
		}
		p.line("%7s             %s (%s)", "", t.Decided, why)
	}
	if t.Total > 0 {
		p.line("%7s             %d ms: waited %d, recognised %d, decided %d, voice %d, line %d", "", t.Total.Milliseconds(),
			t.Endpointing.Milliseconds(), t.Recognition.Milliseconds(), t.Decision.Milliseconds(), t.Voice.Milliseconds(), t.Media.Milliseconds())
	}
}

// whole shows a number in full.
func whole(n record.PhoneNumber) string {
	if n == "" {
		return n.Masked()
	}
	return numbering.Shown(n)
}
