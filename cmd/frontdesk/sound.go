package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/audio/handset"
)

// soundHost opens devices in processes of their own, which are this very program; a program without sound needs none.
func soundHost() handset.Host {
	if !hasEngines {
		return handset.Host{}
	}
	return handset.Host{Command: []string{"/proc/self/exe", "sound-helper"}}
}

// soundHelperCommand is the process that has a sound device open.
func soundHelperCommand() *cobra.Command {
	return command("sound-helper DO [ID]", "the child process that has a sound device open; not for people",
		func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) > 1 {
				id = args[1]
			}
			return handset.Serve(args[0], id, cmd.InOrStdin(), cmd.OutOrStdout())
		})
}

// soundFlags choose devices and how long a check lasts.
type soundFlags struct {
	use     service.SoundUse
	seconds float64
	hz      float64
}

func (f *soundFlags) length() time.Duration { return time.Duration(f.seconds * float64(time.Second)) }

// soundFlag adds one of them.
type soundFlag func(f *soundFlags, fs *pflag.FlagSet)

func microphone(f *soundFlags, fs *pflag.FlagSet) {
	fs.StringVar(&f.use.Microphone, "microphone", "", "`ID` of the microphone, as sound devices lists them; the default one without it")
}

func speaker(f *soundFlags, fs *pflag.FlagSet) {
	fs.StringVar(&f.use.Speaker, "speaker", "", "`ID` of the speaker, as sound devices lists them; the default one without it")
}

func headset(f *soundFlags, fs *pflag.FlagSet) {
	fs.BoolVar(&f.use.Headset, "headset", false, "the microphone cannot hear the speaker: the assistant may be interrupted")
}

func pitch(f *soundFlags, fs *pflag.FlagSet) { fs.Float64Var(&f.hz, "hz", 440, "`pitch`, 50 to 7000") }

func seconds(d float64) soundFlag {
	return func(f *soundFlags, fs *pflag.FlagSet) {
		fs.Float64Var(&f.seconds, "seconds", d, "how `long`, 0.2 to 10")
	}
}

// soundCheck makes a command with flags of its own.
func soundCheck(use, short string, do func(f *soundFlags, ctx context.Context, r *request) error, flags ...soundFlag) *cobra.Command {
	f := &soundFlags{}
	cmd := office(needsBox, use, short, func(ctx context.Context, r *request) error { return do(f, ctx, r) })
	for _, add := range flags {
		add(f, cmd.Flags())
	}
	return cmd
}

// soundCommand is frontdesk sound.
func soundCommand() *cobra.Command {
	return group("sound", "microphone and speaker of the box",
		office(needsBox, "devices", "the microphones and speakers of this box", listSound),
		soundCheck("level", "listen to the microphone and say how loud it is", (*soundFlags).level, microphone, seconds(3)),
		soundCheck("tone", "play a tone on the speaker", (*soundFlags).tone, speaker, seconds(1), pitch),
		soundCheck("record", "record and play back", (*soundFlags).record, microphone, speaker, seconds(4)),
		soundCheck("talk", "talk to the assistant at the box; Ctrl-C hangs up", (*soundFlags).talk, microphone, speaker, headset))
}

func listSound(ctx context.Context, r *request) error {
	found, err := service.ListSoundDevices.Get(ctx, r.office)
	if err != nil {
		return err
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
	return r.table(found, "There is no sound hardware.", []string{"KIND", "ID", "NAME"}, rows)
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
	return r.told(map[string]any{"hz": f.hz, "seconds": f.seconds},
		"The tone was played. Nothing heard? Look at the volume (alsamixer), or choose another speaker.")
}

func (f *soundFlags) record(ctx context.Context, r *request) error {
	if !r.json {
		r.out.line("Recording for %.1f s; it is played back then.", f.seconds)
	}
	l, err := service.EchoSound.Do(ctx, r.office, service.SoundCheck{Use: f.use, Length: f.length()})
	if err != nil {
		return err
	}
	return r.told(l, "%s  %.1f dB at the loudest.", l.Text, l.PeakDB)
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
