package console

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// sound checks microphone and speaker of the box, and lets somebody talk to the assistant there.
type sound struct {
	devices service.SoundDevices
	problem string // why there are none
	known   bool
	mic     int // chosen, from 0; the default one first
	speaker int
	use     service.SoundUse
	meter   bool // the level is measured again and again
	level   *service.SoundLevel
	busy    string // what is done now
	talk    service.Talk
	call    service.CallDetail
	asking  pending
	talking pending
	turning pending
	doing   pending
}

func (s *sound) command() string { return "frontdesk sound devices | level | tone | record | talk" }
func (s *sound) keys() string {
	talk := "6 talk"
	if s.talk.Running {
		talk = "6 hang up"
	}
	return "1 microphone  2 speaker  3 level  4 tone  5 record  " + talk + "  7 headset  b back"
}

// What the checks last.
const (
	meterTime  = 400 * time.Millisecond
	toneTime   = time.Second
	recordTime = 4 * time.Second
	toneHz     = 440
	soundLimit = 20 * time.Second
)

func (s *sound) refresh(e *env) tea.Cmd {
	cmds := []tea.Cmd{ask(e, &s.talking, quick, service.ReadTalk.From(e.service), func(t service.Talk, err error) tea.Cmd {
		if err != nil {
			return nil
		}
		if s.talk.Running && !t.Running && t.Problem != "" {
			e.say(bad, "%s", t.Problem)
		}
		s.talk = t
		return s.turns(e)
	})}
	if !s.known || s.problem != "" { // a microphone may have been plugged in
		cmds = append(cmds, ask(e, &s.asking, quick, service.ListSoundDevices.From(e.service), func(d service.SoundDevices, err error) tea.Cmd {
			s.known, s.problem = true, ""
			if err != nil {
				s.problem = explain(err)
			}
			s.devices = d
			s.mic, s.speaker = standard(d.Microphones), standard(d.Speakers)
			return nil
		}))
	}
	return tea.Batch(cmds...)
}

// standard is the device that is used when nobody chooses.
func standard(ds []service.SoundDevice) int {
	for i, d := range ds {
		if d.Default {
			return i
		}
	}
	return 0
}

// turns asks what was said in the talk.
func (s *sound) turns(e *env) tea.Cmd {
	id := s.talk.Call
	if id == "" {
		return nil
	}
	return ask(e, &s.turning, quick, func(ctx ctx) (service.CallDetail, error) {
		return service.ReadCall.Do(ctx, e.service, id)
	}, func(c service.CallDetail, err error) tea.Cmd {
		if err == nil {
			s.call = c
		}
		return nil
	})
}

// chosen is which devices are used.
func (s *sound) chosen() service.SoundUse {
	use := service.SoundUse{Headset: s.use.Headset}
	if s.mic < len(s.devices.Microphones) {
		use.Microphone = s.devices.Microphones[s.mic].ID
	}
	if s.speaker < len(s.devices.Speakers) {
		use.Speaker = s.devices.Speakers[s.speaker].ID
	}
	return use
}

func (s *sound) key(e *env, k press) tea.Cmd {
	switch k.name {
	case "1":
		s.mic = next(s.mic, len(s.devices.Microphones))
	case "2":
		s.speaker = next(s.speaker, len(s.devices.Speakers))
	case "3":
		if s.meter = !s.meter; s.meter {
			return s.listen(e)
		}
	case "4":
		return s.do(e, "Playing a tone ...", func(ctx ctx) (service.SoundLevel, error) {
			return service.SoundLevel{}, service.PlayTone.Act(ctx, e.service, service.Tone{Use: s.chosen(), Hz: toneHz, Length: toneTime})
		}, func(service.SoundLevel) {
			e.say(plain, "Was a tone heard? If not: another speaker [2], or the volume (alsamixer).")
		})
	case "5":
		return s.do(e, "Speak now: four seconds are recorded, then played back ...", func(ctx ctx) (service.SoundLevel, error) {
			return service.EchoSound.Do(ctx, e.service, service.SoundCheck{Use: s.chosen(), Length: recordTime})
		}, func(l service.SoundLevel) { s.level = &l })
	case "6":
		return s.startStop(e)
	case "7":
		s.use.Headset = !s.use.Headset
	case "r":
		s.known = false
		return s.refresh(e)
	}
	return nil
}

func next(i, n int) int {
	if n == 0 {
		return 0
	}
	return (i + 1) % n
}

// do uses the sound for something that takes a while.
func (s *sound) do(e *env, what string, call func(ctx) (service.SoundLevel, error), then func(service.SoundLevel)) tea.Cmd {
	if s.doing.busy {
		return nil
	}
	s.busy, s.meter = what, false
	e.say(plain, "")
	return ask(e, &s.doing, soundLimit, call, func(l service.SoundLevel, err error) tea.Cmd {
		s.busy = ""
		if err != nil {
			e.fail(err)
			return nil
		}
		then(l)
		return nil
	})
}

// listen measures the level, and goes on until the meter is off or another screen is in front.
func (s *sound) listen(e *env) tea.Cmd {
	use := s.chosen()
	return ask(e, &s.doing, soundLimit, func(ctx ctx) (service.SoundLevel, error) {
		return service.MeasureSound.Do(ctx, e.service, service.SoundCheck{Use: use, Length: meterTime})
	},
		func(l service.SoundLevel, err error) tea.Cmd {
			if err != nil {
				s.meter = false
				e.fail(err)
				return nil
			}
			s.level = &l
			if s.meter = s.meter && e.front() == screen(s); !s.meter {
				return nil
			}
			return s.listen(e)
		})
}

// startStop begins a talk, or hangs up.
func (s *sound) startStop(e *env) tea.Cmd {
	use := s.chosen()
	call := func(ctx ctx) (service.Talk, error) { return service.StartTalk.Do(ctx, e.service, use) }
	if s.talk.Running {
		call = service.StopTalk.From(e.service)
	}
	s.meter = false
	return ask(e, &s.doing, soundLimit, call, func(t service.Talk, err error) tea.Cmd {
		if err != nil {
			e.fail(err)
			return nil
		}
		s.talk = t
		e.say(plain, "")
		return nil
	})
}

// leave hangs up: nobody is listened to by a box that nobody looks at.
func (s *sound) leave(e *env) tea.Cmd {
	s.meter = false
	if !s.talk.Running {
		return nil
	}
	return ask(e, &pending{}, quick, service.StopTalk.From(e.service), func(service.Talk, error) tea.Cmd { return nil })
}

func (s *sound) draw(e *env, p *page) {
	p.line(strong, " Sound: microphone and speaker of this box")
	switch {
	case !s.known:
		p.line(plain, " Asking the box ...")
		return
	case s.problem != "":
		p.gap()
		p.wrap(bad, 1, s.problem)
		return
	}
	s.drawDevice(p, "Microphone", s.devices.Microphones, s.mic)
	s.drawDevice(p, "Speaker", s.devices.Speakers, s.speaker)
	headset := "no: the assistant cannot be interrupted, the microphone would hear it"
	if s.use.Headset {
		headset = "yes: the assistant may be interrupted"
	}
	p.field("Headset", plain, headset)
	p.gap()
	if s.level != nil {
		p.row(span{plain, "  Level      "}, span{levelLook(*s.level), bar(s.level.PeakDB, min(40, p.width-34))},
			span{plain, fmt.Sprintf("  %3.0f dB, peak %3.0f dB", s.level.MeanDB, s.level.PeakDB)})
		p.wrap(plain, column, s.level.Text)
	}
	if s.busy != "" {
		p.line(strong, "  %s", s.busy)
	}
	if s.talk.Call != "" || s.talk.Running {
		s.drawTalk(e, p)
	}
}

func (s *sound) drawDevice(p *page, what string, ds []service.SoundDevice, at int) {
	if at >= len(ds) {
		p.field(what, bad, "there is none")
		return
	}
	text := ds[at].Name
	if len(ds) > 1 {
		text += fmt.Sprintf("  (%d of %d)", at+1, len(ds))
	}
	p.field(what, plain, text)
}

// bar draws a level from -60 to 0 dB of full scale.
func bar(db float64, cells int) string {
	cells = max(cells, 4)
	n := int((max(-60, min(0, db)) + 60) / 60 * float64(cells))
	return strings.Repeat("█", n) + strings.Repeat("░", cells-n)
}

func levelLook(l service.SoundLevel) look {
	if l.Clipped > 10 {
		return bad
	}
	return plain
}

// drawTalk shows how the talk goes: what was understood, what was said, how long it took.
func (s *sound) drawTalk(e *env, p *page) {
	p.gap()
	state := "ended"
	if s.talk.Running {
		state = "goes on, " + since(e.now(), s.talk.Started) + "; speak"
	}
	p.field("Talk", strong, state)
	if s.call.ID != s.talk.Call {
		return
	}
	turns := s.call.TurnList
	turns = turns[max(0, len(turns)-p.left()/2):]
	for _, t := range turns {
		if t.Heard != "" {
			p.line(plain, "  you        %s", t.Heard)
		}
		p.row(span{plain, "  it         " + t.Said}, span{plain, "  " + secs(t.Total) + " s"})
	}
}
