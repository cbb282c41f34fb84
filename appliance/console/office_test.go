package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/machine"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/update"
)

// noon is when everything happens.
func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.Local) }

// fakeOffice is an office in which every text is what the test wants it to be.
type fakeOffice struct {
	text string
	down error
	pin  string
	wait int
	talk service.Talk

	fuzzed bool
	done   []string // acts
}

// Invoke implements service.Invoker.
func (o *fakeOffice) Invoke(ctx context.Context, op service.Operation, in, out any) (err error) {
	set := func(v any, e error) {
		reflect.ValueOf(out).Elem().Set(reflect.ValueOf(v))
		err = e
	}
	switch op {
	case service.ReadStatus:
		set(o.Status(ctx))
	case service.ListCalls:
		set(o.Calls(ctx, in.(service.CallFilter)))
	case service.ReadCall:
		set(o.Call(ctx, in.(string)))
	case service.ListRunning:
		set(o.Running(ctx))
	case service.AddNote:
		n := in.(service.CallNote)
		o.act("note " + n.Call + " " + string(n.Text))
		set(record.Note{Text: n.Text}, o.down)
	case service.ListMessages:
		set(o.Messages(ctx, 0, false))
	case service.ReadPhoneAccount:
		set(o.PhoneAccount(ctx))
	case service.TestPhoneAccount:
		set(o.TestPhoneAccount(ctx, in.(service.PhoneAccountEdit)))
	case service.SetPhoneAccount:
		set(o.SetPhoneAccount(ctx, in.(service.PhoneAccountEdit)))
	case service.ReadLadder:
		set(o.Ladder(ctx, in.(string)))
	case service.StartSelfTest:
		set(o.StartSelfTest(ctx))
	case service.ReadSelfTest:
		set(o.SelfTest(ctx))
	case service.ReadPINState:
		set(o.PINState(ctx))
	case service.PassPIN:
		set(o.PassPIN(ctx, in.(service.Password)))
	case service.SetPIN:
		set(o.SetPIN(ctx, in.(service.NewPIN)))
	case service.ListRecipients:
		set([]service.RecipientState{o.recipient()}, o.down)
	case service.ReadRecipient:
		set(o.recipient(), o.down)
	case service.TestRecipient:
		o.act("test " + in.(string))
		set(service.RecipientTest{Text: "Not sent: the server was too slow." + o.text}, o.down)
	case service.RetryDeliveries:
		o.act("retry " + in.(service.Resending).Recipient)
		set(2, o.down)
	case service.ListSoundDevices:
		set(o.SoundDevices(ctx))
	case service.MeasureSound:
		set(o.SoundLevel(ctx, in.(service.SoundCheck).Use, 0))
	case service.EchoSound:
		set(o.SoundLevel(ctx, in.(service.SoundCheck).Use, 0))
	case service.PlayTone:
		set(service.None{}, o.SoundTone(ctx, in.(service.Tone).Use, 0, 0))
	case service.StartTalk:
		set(o.StartTalk(ctx, in.(service.SoundUse)))
	case service.StopTalk:
		set(o.StopTalk(ctx))
	case service.ReadTalk:
		set(o.Talk(ctx))
	case service.ReadMachine:
		set(o.Machine(ctx))
	case service.ReadNetwork:
		set(o.Network(ctx))
	case service.ReadLogs:
		set(o.Logs(ctx, in.(service.LogFilter)))
	case service.ListModels:
		set(o.Models(ctx))
	case service.VerifyModels:
		set(o.VerifyModels(ctx))
	case service.ImportModels:
		set(o.ImportModels(ctx, in.(string)))
	case service.MakeSupportBundle:
		set(o.SupportBundle(ctx))
	case service.Restart:
		set(service.None{}, o.Restart(ctx))
	case service.RestartBox:
		o.act("restart box")
		set(service.Restarting{Machine: true, Calls: 2}, o.down)
	case service.InstallUpdate:
		o.act("install " + in.(service.NewVersion).File)
		set(update.Bundle{Version: "1.4" + o.text}, o.down)
	case service.GoBackVersion:
		o.act("go back")
		set(update.Slot{Name: "B", Version: "1.3" + o.text}, o.down)
	case service.ReadUpdate:
		set(update.Versions{Slots: []update.Slot{
			{Name: "A", Version: "1.2" + o.text, Running: true, Next: true, Good: true}, {Name: "B", Version: "1.3", Why: "no voice" + o.text},
		}}, o.down)
	case service.ListSticks:
		set([]service.StickState{
			{Stick: machine.Stick{Device: "sdb1", Name: "BACKUP" + o.text, Space: machine.Space{Total: 8 << 30}, At: "/media/BACKUP" + o.text}},
			{Stick: machine.Stick{Device: "sdc1"}, Advice: "It is not mounted yet. At the box: sudo frontdesk backup mount sdc1" + o.text},
		}, o.down)
	case service.ChooseBackupFolder:
		o.act("choose " + in.(string))
		set(service.BackupState{Dir: "/media/BACKUP" + o.text}, o.down)
	case service.ReadOwnerCode:
		set(o.OwnerCode(ctx))
	case service.ResetOwner:
		set(o.ResetOwner(ctx))
	default:
		err = fmt.Errorf("nobody expected %s", op.Facts().Name)
	}
	return err
}

func (o *fakeOffice) act(what string) { o.done = append(o.done, what) }

func (o *fakeOffice) recipient() service.RecipientState {
	return service.RecipientState{
		Recipient: record.Recipient{
			ID: "r1", Name: "Maria" + o.text, Via: "email", Server: "mail.lan:587" + o.text, By: "Tom" + o.text, At: noon(),
		},
		Sends: "At once: messages." + o.text, Waiting: 3, Dead: 2, Last: noon().Add(-time.Hour),
		Problem: "the server does not answer at this address" + o.text,
	}
}

func (o *fakeOffice) phone() service.Phone {
	return service.Phone{
		State: "registered", Since: noon().Add(-2*time.Hour - 11*time.Minute), Registrar: "192.0.2.10:5060", Extension: "100", Transport: "udp",
		Contact: "192.0.2.20:5060" + o.text, Algorithm: "SHA-256", Next: noon().Add(48 * time.Second), Problem: o.text,
	}
}

func (o *fakeOffice) Status(context.Context) (service.Status, error) {
	return service.Status{
		Runtime: service.Runtime{
			Running: true, Started: noon().Add(-3 * time.Hour), Version: "1.2.3" + o.text, Phone: o.phone(), CallsNow: 1, MaxCalls: 2,
			Engines: service.Engines{
				State: "up", Ears: service.Engine{State: "ready", Model: "base" + o.text}, Mind: service.Engine{State: "loading"},
				Mouth: service.Engine{State: "ready", Model: "joe"},
			},
			Health: []health.Condition{
				{Name: "phone.registration", Severity: health.Degraded, Text: "Something is missing." + o.text, Since: noon()},
			},
		},
		Overall: health.Degraded, Answering: true, Text: "Frontdesk answers calls, with limits." + o.text, CallsToday: 34, Messages: 2,
		At: noon(),
	}, o.down
}

func (o *fakeOffice) call(i int) record.Call {
	at := noon().Add(-time.Duration(i) * time.Hour)
	return record.Call{
		ID: fmt.Sprintf("call%d", i), From: record.PhoneNumber("0172555014" + o.text), DisplayName: record.Personal(o.text), Started: at,
		Answered: at.Add(time.Second), Ended: at.Add(90 * time.Second), Codec: "G722" + o.text,
		Outcome: record.Outcome{Result: record.ResultCompleted, Reason: "goodbye" + o.text},
		Line:    record.LineQuality{Received: 4000, Lost: 3, JitterMS: 2, Sent: 4000, FirstSent: 18 * time.Millisecond},
	}
}

func (o *fakeOffice) Calls(_ context.Context, f service.CallFilter) ([]record.Call, error) {
	var out []record.Call
	for i := range min(f.Limit, 40) {
		out = append(out, o.call(i))
	}
	return out, o.down
}

func (o *fakeOffice) Call(context.Context, string) (service.CallDetail, error) {
	c := o.call(1)
	c.Notes = []record.Note{{At: noon(), By: "Tom" + o.text, Text: "rang back" + record.Personal(o.text)}}
	turn := record.Turn{
		Heard: record.Personal(o.text), Decided: "answer.hours" + o.text, DecidedBy: "rule" + o.text, Said: o.text,
		Endpointing: 400 * time.Millisecond, Recognition: 300 * time.Millisecond, Total: 900 * time.Millisecond,
	}
	return service.CallDetail{Call: c, TurnList: []record.Turn{turn, turn}, Quality: service.JudgeLine(c.Codec, c.Line)}, o.down
}

func (o *fakeOffice) Running(context.Context) (callhub.State, error) {
	return callhub.State{Calls: []callhub.Call{
		{Call: record.Call{ID: "other" + o.text}},
		{
			Call: o.call(1), Lines: []callhub.Line{{Text: "How can I help?" + o.text}, {Caller: true, Text: "when are" + o.text}},
			Saying: "you open" + o.text,
		},
	}}, o.down
}

func (o *fakeOffice) Messages(context.Context, int, bool) ([]record.Message, error) {
	return []record.Message{
		{At: noon().Add(-time.Minute), Name: "Anna", Reason: "a toothache", Urgency: record.Urgent + record.Urgency(o.text)},
	}, o.down
}

func (o *fakeOffice) PhoneAccount(context.Context) (service.PhoneAccount, error) {
	return service.PhoneAccount{
		SavedExtension: record.SavedExtension{
			Extension: record.Extension{Registrar: "192.0.2.10", Transport: "udp", User: "100", AuthUser: o.text},
		},
		HasPassword: true, From: service.FromDoor, Now: o.phone(),
		Changes: []service.PhoneChange{
			{At: noon().Add(-time.Hour), State: "registered", Text: "The telephone system accepted extension 100." + o.text},
		},
	}, o.down
}

func (o *fakeOffice) steps() []service.LadderMessage {
	return []service.LadderMessage{
		{At: noon(), Text: "INVITE" + o.text, Note: "offer PCMU PCMA G722" + o.text},
		{At: noon().Add(18 * time.Millisecond), Sent: true, Text: "200 OK", Note: "answer G722"},
		{At: noon().Add(36 * time.Millisecond), Sent: true, Text: "RTP", Note: "greeting, first packet, 18 ms after ACK"},
		{At: noon().Add(40 * time.Millisecond), Text: "RTP", Note: "caller, first packet, 91 ms after ACK"},
	}
}

func (o *fakeOffice) TestPhoneAccount(_ context.Context, e service.PhoneAccountEdit) (service.PhoneTest, error) {
	o.act("test " + e.User)
	return service.PhoneTest{
		Verdict: service.VerdictPassword, Text: "The telephone system refused the password." + o.text, Advice: "Type it again.", Code: 403,
		Steps: o.steps(),
	}, o.down
}

func (o *fakeOffice) SetPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneAccount, error) {
	o.act("save " + e.User + " " + string(e.Password))
	return o.PhoneAccount(ctx)
}

func (o *fakeOffice) Ladder(_ context.Context, call string) (service.Ladder, error) {
	return service.Ladder{Call: call, Began: noon(), End: "goodbye" + o.text, Steps: o.steps()}, o.down
}

func (o *fakeOffice) StartSelfTest(ctx context.Context) (record.SelfTest, error) {
	o.act("self-test")
	return o.SelfTest(ctx)
}

func (o *fakeOffice) SelfTest(context.Context) (record.SelfTest, error) {
	return record.SelfTest{
		Of: 7, Done: 7, Started: noon(), Ended: noon(), Grade: record.GradeFair, Text: "It works." + o.text, Advice: []string{"Slow." + o.text},
		Call: "call1",
		Questions: []record.SelfTestQuestion{
			{Asked: o.text, Heard: "when are you open" + o.text, Said: "We are open." + o.text, Source: "hours"},
		},
	}, o.down
}

func (o *fakeOffice) PINState(context.Context) (service.PINState, error) {
	return service.PINState{OK: true, Set: o.pin != "", Wait: o.wait}, o.down
}

func (o *fakeOffice) PassPIN(_ context.Context, pin service.Password) (service.PINState, error) {
	s := service.PINState{Set: true, OK: string(pin) == o.pin}
	if !s.OK {
		s.Text = "That is not the PIN." + o.text
	}
	return s, o.down
}

func (o *fakeOffice) SetPIN(_ context.Context, p service.NewPIN) (service.PINState, error) {
	o.act("PIN")
	if err := access.CheckPIN(string(p.PIN)); err != nil {
		return service.PINState{Text: err.Error()}, o.down
	}
	o.pin = string(p.PIN)
	return service.PINState{OK: true, Set: true}, o.down
}

func (o *fakeOffice) SoundDevices(context.Context) (service.SoundDevices, error) {
	return service.SoundDevices{
		Microphones: []service.SoundDevice{{ID: "a", Name: "USB" + o.text}, {ID: "b", Name: "Built in", Default: true}},
		Speakers:    []service.SoundDevice{{ID: "c", Name: "Built in" + o.text, Default: true}},
	}, o.down
}

func (o *fakeOffice) SoundLevel(_ context.Context, use service.SoundUse, _ time.Duration) (service.SoundLevel, error) {
	o.act("level " + use.Microphone)
	if len(o.done) > 20 {
		return service.SoundLevel{}, errors.New("unplugged" + o.text)
	}
	return service.SoundLevel{MeanDB: -30, PeakDB: -20, Text: "The microphone hears well." + o.text}, o.down
}

func (o *fakeOffice) SoundTone(_ context.Context, use service.SoundUse, _ float64, _ time.Duration) error {
	o.act("tone " + use.Speaker)
	return o.down
}

func (o *fakeOffice) StartTalk(context.Context, service.SoundUse) (service.Talk, error) {
	o.talk = service.Talk{Running: true, Call: "call1", Started: noon().Add(-time.Minute)}
	return o.talk, o.down
}

func (o *fakeOffice) StopTalk(context.Context) (service.Talk, error) {
	o.talk.Running, o.talk.Problem = false, o.text
	return o.talk, o.down
}

func (o *fakeOffice) Talk(context.Context) (service.Talk, error) { return o.talk, o.down }

func (o *fakeOffice) Machine(context.Context) (machine.Facts, error) {
	return machine.Facts{
		Name: "box-4f21" + o.text, System: "Debian 12" + o.text, Cores: 4, Load: [3]float64{0.42, 0.4, 0.3},
		Memory: machine.Space{Total: 4e9, Free: 2e9}, Disk: machine.Space{Total: 100e9, Free: 39e9}, Up: 7200, Temperature: 51,
	}, o.down
}

func (o *fakeOffice) Network(context.Context) (service.Network, error) {
	return service.Network{Phone: o.phone(), Page: "https://frontdesk.local:8443" + o.text, Network: machine.Network{
		Interfaces: []machine.Interface{
			{Name: "eth0" + o.text, Up: true, Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.20/24")}}, {Name: "eth1"},
			{Name: "eth2", Up: true},
		},
		Gateways: []machine.Gateway{{Interface: "eth0" + o.text, Address: netip.MustParseAddr("192.0.2.1")}},
		Clock:    machine.Clock{Synchronised: true, OffMS: 12},
	}}, o.down
}

func (o *fakeOffice) Logs(_ context.Context, f service.LogFilter) ([]logring.Line, error) {
	var out []logring.Line
	for i := range 60 {
		level := slog.LevelInfo
		if i%10 == 0 {
			level = slog.LevelWarn
		}
		if n := uint64(i) + 1; n > f.After && level >= f.Level {
			out = append(out, logring.Line{Number: n, At: noon(), Level: level, Text: fmt.Sprintf("\"line %d\" part=phone", n) + o.text})
		}
	}
	return out, o.down
}

func (o *fakeOffice) Models(context.Context) ([]service.Model, error) {
	return []service.Model{
		{Name: "whisper-base" + o.text, Role: "ears" + o.text, Bytes: 148e6, State: service.ModelPresent, InUse: true},
		{Name: "qwen", Role: "mind", Bytes: 1.1e9, State: service.ModelPresent},
		{Name: "joe", Role: "mouth", Bytes: 6e7, State: service.ModelMissing, InUse: true},
		{Name: "other", Role: "mind", Bytes: 1e3, State: service.ModelMissing},
	}, o.down
}

func (o *fakeOffice) VerifyModels(context.Context) ([]service.Model, error) {
	o.act("verify")
	return []service.Model{
		{Name: "whisper-base" + o.text, State: service.ModelVerified, InUse: true}, {Name: "qwen", State: service.ModelBad},
	}, o.down
}

func (o *fakeOffice) ImportModels(_ context.Context, dir string) ([]service.Model, error) {
	o.act("import " + dir)
	return []service.Model{{Name: "qwen" + o.text}}, o.down
}

func (o *fakeOffice) SupportBundle(context.Context) ([]byte, error) {
	o.act("bundle")
	if o.fuzzed {
		return nil, errors.New("nothing is written in a folder that a fuzzer makes up" + o.text)
	}
	return []byte("PK"), o.down
}

func (o *fakeOffice) Restart(context.Context) error {
	o.act("restart")
	return o.down
}

func (o *fakeOffice) OwnerCode(context.Context) (service.OwnerAccess, error) {
	return service.OwnerAccess{Account: "Maria" + o.text}, o.down
}

func (o *fakeOffice) ResetOwner(context.Context) (service.OwnerAccess, error) {
	o.act("owner reset")
	return service.OwnerAccess{Account: "Maria", Code: "ABCD-EFGH-JKMN"}, o.down
}

// driver presses keys and looks, without the library's loop.
type driver struct {
	t    testing.TB
	root *root
	quit bool
}

func drive(t testing.TB, o Options) *driver {
	t.Helper()
	o.Beat, o.Now = time.Nanosecond, noon
	if o.Terminal.Name == "" {
		o.Terminal = Terminal{Name: "xterm"}
	}
	d := &driver{t: t, root: newRoot(t.Context(), o)}
	d.run(d.root.Init())
	return d
}

// run does what a command asks for, and all that follows from it but further beats.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, beat:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		// What the library does one after the other is a list of commands too, of a type of its own.
		if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
			for i := range v.Len() {
				d.run(v.Index(i).Interface().(tea.Cmd))
			}
			return
		}
		d.send(msg)
	}
}

func (d *driver) send(msg tea.Msg) {
	_, cmd := d.root.Update(msg)
	d.run(cmd)
}

// keys presses keys by name, or types what is no name letter by letter.
func (d *driver) keys(names ...string) {
	for _, n := range names {
		switch n {
		case "enter", "esc", "ctrl+c", "backspace":
			d.send(press{name: n})
		default:
			for _, r := range n {
				d.send(press{string(r), string(r)})
			}
		}
	}
}

// ours are the only control sequences that a page may hold.
func ours() *regexp.Regexp { return regexp.MustCompile("\x1b\\[(1|32|33|1;31)?m") }

// screen returns what is seen, after a look at what every screen promises.
func (d *driver) screen() string {
	d.t.Helper()
	p := d.root.paint()
	size := d.root.env.size
	if len(p.rows) > size.Height {
		d.t.Errorf("%d rows on a window of %d", len(p.rows), size.Height)
	}
	rows := make([]string, len(p.rows))
	for i, row := range p.rows {
		rows[i] = strings.TrimRight(ours().ReplaceAllString(row, ""), " ")
		for _, r := range rows[i] {
			if unicode.IsControl(r) || r == unicode.ReplacementChar || d.root.env.term.ASCII && r > '~' || unicode.Is(unicode.Cf, r) {
				d.t.Errorf("row %d holds %q: %q", i, r, rows[i])
			}
		}
		if w := ansi.StringWidthWc(rows[i]); w > size.Width {
			d.t.Errorf("row %d is %d cells wide on a window of %d: %q", i, w, size.Width, rows[i])
		}
	}
	return strings.Join(rows, "\n")
}

func (d *driver) sees(want ...string) {
	d.t.Helper()
	got := d.screen()
	for _, w := range want {
		if !strings.Contains(got, w) {
			d.t.Errorf("%q is not on the screen:\n%s", w, got)
		}
	}
}
