package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"frontdesk.internal/appliance/service"
)

// soundFlags choose devices and how long a check lasts.
type soundFlags struct {
	use     service.SoundUse
	seconds float64
	hz      float64
}

func (f *soundFlags) length() time.Duration { return time.Duration(f.seconds * float64(time.Second)) }

// soundCommand are sound devices, level, tone, record and talk.
func soundCommand(stdout, stderr io.Writer) *officeCommand {
	f := &soundFlags{}
	microphone := func(fs *flag.FlagSet) {
		fs.StringVar(&f.use.Microphone, "microphone", "", "`ID` of the microphone, as sound devices lists them; the default one without it")
	}
	speaker := func(fs *flag.FlagSet) {
		fs.StringVar(&f.use.Speaker, "speaker", "", "`ID` of the speaker, as sound devices lists them; the default one without it")
	}
	seconds := func(fs *flag.FlagSet, d float64) {
		fs.Float64Var(&f.seconds, "seconds", d, "how `long`, 0.2 to 10")
	}
	return &officeCommand{stdout: stdout, stderr: stderr, name: "sound", bare: true, verbs: []verb{
		{name: "devices", summary: "the microphones and speakers of this box", run: listSound},
		{name: "level", summary: "listen to the microphone and say how loud it is", run: f.level, flags: func(fs *flag.FlagSet, _ *request) {
			microphone(fs)
			seconds(fs, 3)
		}},
		{name: "tone", summary: "play a tone on the speaker", run: f.tone, flags: func(fs *flag.FlagSet, _ *request) {
			speaker(fs)
			seconds(fs, 1)
			fs.Float64Var(&f.hz, "hz", 440, "`pitch`, 50 to 7000")
		}},
		{name: "record", summary: "record and play back", run: f.record, flags: func(fs *flag.FlagSet, _ *request) {
			microphone(fs)
			speaker(fs)
			seconds(fs, 4)
		}},
		{name: "talk", summary: "talk to the assistant at the box, with no telephone; Ctrl-C hangs up", run: f.talk, flags: func(fs *flag.FlagSet, _ *request) {
			microphone(fs)
			speaker(fs)
			fs.BoolVar(&f.use.Headset, "headset", false, "the microphone cannot hear the speaker: the assistant may be interrupted")
		}},
	}}
}

func listSound(ctx context.Context, r *request) error {
	found, err := service.ListSoundDevices.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(found)
		return nil
	}
	var rows [][]string
	add := func(kind string, ds []service.SoundDevice) {
		for _, d := range ds {
			if d.Default {
				kind += ", default"
			}
			rows = append(rows, []string{kind, d.ID, d.Name})
		}
	}
	add("microphone", found.Microphones)
	add("speaker", found.Speakers)
	r.out.table("There is no sound hardware.", []string{"KIND", "ID", "NAME"}, rows)
	return nil
}

func (f *soundFlags) level(ctx context.Context, r *request) error {
	if r.json {
		l, err := service.MeasureSound.Do(ctx, r.office, service.SoundCheck{Use: f.use, Length: f.length()})
		if err != nil {
			return err
		}
		r.out.json(l)
		return nil
	}
	const step = 400 * time.Millisecond
	var last service.SoundLevel
	for left := f.length(); left > 0; left -= step {
		l, err := service.MeasureSound.Do(ctx, r.office, service.SoundCheck{Use: f.use, Length: max(step/2, min(left, step))})
		if err != nil {
			return err
		}
		r.out.line("%-40s %5.1f dB", bar(l.PeakDB), l.PeakDB)
		if last.Text == "" || l.PeakDB > last.PeakDB {
			last = l
		}
	}
	r.out.line("%s", last.Text)
	return nil
}

// bar draws a level from -60 dB to 0.
func bar(db float64) string { return strings.Repeat("#", int(max(0, min(40, (db+60)*40/60)))) }

func (f *soundFlags) tone(ctx context.Context, r *request) error {
	if err := service.PlayTone.Act(ctx, r.office, service.Tone{Use: f.use, Hz: f.hz, Length: f.length()}); err != nil {
		return err
	}
	return r.told(map[string]any{"hz": f.hz, "seconds": f.seconds}, "The tone was played. Nothing heard? Look at the volume (alsamixer), or choose another speaker.")
}

func (f *soundFlags) record(ctx context.Context, r *request) error {
	if !r.json {
		r.out.line("Recording for %.1f s; it is played back then.", f.seconds)
	}
	l, err := service.EchoSound.Do(ctx, r.office, service.SoundCheck{Use: f.use, Length: f.length()})
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(l)
		return nil
	}
	r.out.line("%s  %.1f dB at the loudest.", l.Text, l.PeakDB)
	return nil
}

// talk follows a talk and prints its turns as they are over.
func (f *soundFlags) talk(ctx context.Context, r *request) error {
	t, err := service.StartTalk.Do(ctx, r.office, f.use)
	if err != nil {
		return err
	}
	if !r.json {
		r.out.line("Speak. Ctrl-C hangs up.")
	}
	asking := context.WithoutCancel(ctx) // Ctrl-C hangs up, and the end is looked at
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	shownTurns := 0
	for stopped := ctx.Done(); t.Running; {
		select {
		case <-tick.C:
		case <-stopped:
			stopped = nil
			if _, err := service.StopTalk.Get(asking, r.office); err != nil {
				return err
			}
		}
		if t, err = service.ReadTalk.Get(asking, r.office); err != nil {
			return err
		}
		if c, err := service.ReadCall.Do(asking, r.office, t.Call); err == nil && !r.json {
			for ; shownTurns < len(c.TurnList) && (!t.Running || shownTurns+1 < len(c.TurnList)); shownTurns++ {
				r.out.turn(c.Answered, c.TurnList[shownTurns])
			}
		}
	}
	if r.json {
		r.out.json(t)
	} else {
		r.out.line("")
		r.out.line("The talk is over; frontdesk calls show %s has all of it.", t.Call)
	}
	if t.Problem != "" {
		return fmt.Errorf("%s", t.Problem)
	}
	return nil
}
