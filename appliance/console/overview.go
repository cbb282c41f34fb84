package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/machine"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// overview is the first screen: how everything is, and what happened last.
type overview struct {
	calls    []record.Call
	messages []record.Message
	account  service.PhoneAccount
	asking   pending
	asking2  pending
	asking3  pending
	wasAsked bool
}

func (o *overview) command() string { return "frontdesk health   frontdesk calls list" }
func (o *overview) keys() string {
	return "1 phone 2 calls 3 sound 4 network 5 models 6 test 7 logs 8 support 9 system ? q"
}

// shownLast is how many calls and messages are asked for.
const shownLast = 20

// refresh asks for the last calls and messages and the changes of the registration.
func (o *overview) refresh(e *env) tea.Cmd {
	return tea.Batch(
		ask(e, &o.asking, quick, func(ctx ctx) ([]record.Call, error) {
			return service.ListCalls.Do(ctx, e.service, service.CallFilter{Limit: shownLast})
		},
			func(cs []record.Call, err error) tea.Cmd {
				if err == nil {
					o.calls, o.wasAsked = cs, true
				}
				return nil
			}),
		ask(e, &o.asking2, quick, service.ReadPhoneAccount.From(e.service), func(a service.PhoneAccount, err error) tea.Cmd {
			if err == nil {
				o.account = a
			}
			return nil
		}),
		ask(e, &o.asking3, quick, func(ctx ctx) ([]record.Message, error) {
			return service.ListMessages.Do(ctx, e.service, service.MessageFilter{Limit: shownLast, Done: true})
		},
			func(ms []record.Message, err error) tea.Cmd {
				if err == nil {
					o.messages = ms
				}
				return nil
			}),
	)
}

func (o *overview) key(e *env, k press) tea.Cmd {
	switch k.name {
	case "1":
		return e.open(&account{})
	case "2":
		return e.open(&calls{})
	case "3":
		return e.open(&sound{})
	case "4":
		return e.open(&network{})
	case "5":
		return e.open(&models{})
	case "7":
		return e.open(&logs{})
	case "8":
		return e.open(&support{})
	case "6":
		return e.open(&testCall{})
	case "9":
		return e.open(&system{})
	case "r":
		return o.refresh(e)
	}
	return nil
}

// repairs leads from the first word of a condition's name to the key of the screen that repairs it.
func repairs(condition string) string {
	first, _, _ := strings.Cut(condition, ".")
	switch first {
	case "phone":
		return "[1]"
	case "engines", "models":
		return "[5]"
	case "business": // it is the owner's page or a file that says who is served
		return ""
	case "disk", "web", "metrics", "recordings", "console":
		return "[9]"
	}
	return ""
}

func (o *overview) draw(e *env, p *page) {
	if !e.known {
		if e.down != nil {
			p.gap()
			notRunning(e, p)
		}
		return
	}
	s := e.status
	now := e.now()
	l, text := phoneLine(now, s.Phone)
	if system := cmp.Or(s.Phone.Registrar, o.account.Registrar); s.Phone.Extension != "" && system != "" {
		text = s.Phone.Extension + "@" + system + "  " + text
	}
	p.field("Phone", l, text)
	p.field("Calls", plain, o.callsLine(s))
	p.field("Models", engineLook(s.Engines), enginesLine(s.Engines))
	if s.Phone.Contact != "" {
		p.field("Network", plain, "the telephone system finds this box as "+s.Phone.Contact)
	}
	if text := machineLine(e.facts); text != "" {
		p.field("Machine", plain, text)
	}
	switch {
	case len(s.Health) > 0:
	case s.Answering:
		p.field("Health", good, "all is well")
	default:
		p.field("Health", bad, s.Text+" [1]")
	}
	for i, c := range s.Health {
		name := ""
		if i == 0 {
			name = "Health"
		}
		l := warn
		if c.Severity == health.Failed {
			l = bad
		}
		p.field(name, l, c.Text+" "+repairs(c.Name))
	}
	p.rule()
	o.events(e, p)
}

// callsLine counts the calls.
func (o *overview) callsLine(s service.Status) string {
	text := fmt.Sprintf("%d of %d now · %d today", s.CallsNow, s.MaxCalls, s.CallsToday)
	var longest time.Duration
	refused := time.Time{}
	for _, c := range o.calls {
		if !c.Answered.IsZero() {
			longest = max(longest, c.Ended.Sub(c.Answered))
		}
		if c.Outcome.Result == record.ResultRefused && c.Started.After(refused) {
			refused = c.Started
		}
	}
	if longest > 0 {
		text += " · longest lately " + span2(longest)
	}
	if !refused.IsZero() {
		text += " · last refused " + refused.Local().Format("15:04")
	}
	if s.Messages > 0 {
		text += fmt.Sprintf(" · %d messages open", s.Messages)
	}
	return text
}

// machineLine says how busy the computer is.
func machineLine(f machine.Facts) string {
	if f.Cores == 0 {
		return ""
	}
	text := fmt.Sprintf("load %.2f of %d cores · memory %d %% used · disk %d %% used", f.Load[0], f.Cores, f.Memory.Used(), f.Disk.Used())
	if f.Temperature > 0 {
		text += fmt.Sprintf(" · %.0f°C", f.Temperature)
	}
	return text
}

func engineLook(en service.Engines) look {
	if en.Problem != "" || en.State == "down" {
		return warn
	}
	return plain
}

func enginesLine(en service.Engines) string {
	if en.State == "" {
		return "none: keypad and rendered phrases only"
	}
	text := en.State
	for _, x := range []struct {
		what string
		service.Engine
	}{{"hearing", en.Ears}, {"mind", en.Mind}, {"voice", en.Mouth}, {"meaning", en.Meaning}} {
		text += " · " + x.what + " " + x.State
		if x.Model != "" && x.State == "ready" {
			text = strings.TrimSuffix(text, x.State) + modelName(x.Model)
		}
	}
	if en.Restarts > 0 {
		text += fmt.Sprintf(" · started anew %d times", en.Restarts)
	}
	if en.Problem != "" {
		text += ": " + en.Problem
	}
	return text
}

// modelName is the name of a model's file without what is the same in all of them; of several models, how many they are.
func modelName(file string) string {
	if n := strings.Count(file, ", "); n > 0 {
		return fmt.Sprintf("%d models", n+1)
	}
	name := strings.TrimPrefix(file, "ggml-")
	for _, end := range []string{".bin", ".gguf", ".onnx", "-q4_k_m", "-instruct"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// event is a row of what happened last.
type event struct {
	at   time.Time
	text string
}

// events lists what happened last, the newest first.
func (o *overview) events(e *env, p *page) {
	var list []event
	for _, c := range o.calls {
		list = append(list, event{c.Started, "call " + callWords(e.now(), c)})
	}
	for _, m := range o.messages { // who left it and why is for the owner's page
		list = append(list, event{m.At, "message kept (" + string(m.Urgency) + ")"})
	}
	for _, c := range o.account.Changes {
		list = append(list, event{c.At, c.Text})
	}
	slices.SortStableFunc(list, func(a, b event) int { return b.at.Compare(a.at) })
	for _, ev := range list {
		if p.full() {
			return
		}
		p.line(plain, "  %s %s", stamp(e.now(), ev.at), ev.text)
	}
	if len(list) == 0 && o.wasAsked {
		p.line(plain, "  No call came in yet. Let somebody ring the box, or press 6 for a test call.")
	}
}

// stamp writes a time of today as the hour, an older one with its day, eleven characters wide.
func stamp(now, t time.Time) string {
	t, now = t.Local(), now.Local()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04:05   ")
	}
	return t.Format("02 Jan 15:04")[:min(12, len(t.Format("02 Jan 15:04")))][:11]
}

// callWords says in a row how a call was.
func callWords(now time.Time, c record.Call) string {
	lasted := ""
	switch {
	case c.Answered.IsZero():
	case c.Ended.IsZero():
		lasted = since(now, c.Answered) + ", goes on"
	default:
		lasted = span2(c.Ended.Sub(c.Answered))
	}
	words := []string{from(c), c.Codec, lasted, outcome(c)}
	if q := service.JudgeLine(c.Codec, c.Line); q.MOS > 0 && !c.Ended.IsZero() {
		words = append(words, fmt.Sprintf("MOS %.1f", q.MOS))
	}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "  ")
}

// outcome says how a call ended, in words.
func outcome(c record.Call) string {
	if c.Outcome.Result == record.ResultRunning {
		return ""
	}
	text := strings.ReplaceAll(string(c.Outcome.Result), "_", " ")
	if c.Outcome.Reason != "" {
		text += " (" + strings.ReplaceAll(c.Outcome.Reason, "_", " ") + ")"
	}
	return text
}
