package service

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Hosts are the computers of the office's network that help the box; *lan.Hosts is the real one.
type Hosts interface {
	// Changed says that computers have changed.
	Changed()
	// State tells how the one in a role is doing.
	State(role record.EngineRole) lan.State
	// Try measures one; the error is a *notify.Error.
	Try(ctx context.Context, h record.EngineHost, secret string) (lan.Trial, error)
}

// EngineHostEdit is a computer that is to help in its role, in place of the one that does.
type EngineHostEdit struct {
	record.EngineHost
	Secret Password `json:"secret,omitempty"` // "" keeps the one there is
}

// EngineHostState is a computer that helps, what goes there, and how it is doing.
type EngineHostState struct {
	record.EngineHost
	lan.State
	Sends string `json:"sends"` // what goes there, in a sentence or two
	Now   string `json:"now"`   // whether it is asked, in a sentence
}

// ListEngineHosts returns the computers that help, at the most one for each role.
var ListEngineHosts = define(Op[None, []EngineHostState]{
	Name: "list-engine-hosts", Role: Owner | Technician, Audit: NoLine("which computers help; no words of callers, no key"),
	Run: get((*Service).listEngineHosts),
})

func (s *Service) listEngineHosts(context.Context) ([]EngineHostState, error) {
	hs, err := s.o.Records.EngineHosts()
	out := []EngineHostState{}
	for _, role := range record.EngineRoles() {
		for _, h := range hs {
			if h.Role == role {
				out = append(out, s.engineHostState(h))
			}
		}
	}
	return out, err
}

func (s *Service) engineHostState(h record.EngineHost) EngineHostState {
	st := EngineHostState{EngineHost: h, Sends: EngineHostSends(h)}
	if s.o.Hosts != nil && h.On {
		st.State = s.o.Hosts.State(h.Role)
	}
	st.Now = standing(st.Standing)
	return st
}

// EngineHostSends says what goes to a computer, and what becomes of its answer.
func EngineHostSends(h record.EngineHost) string {
	if !h.On {
		return "Nothing: it is switched off."
	}
	text := "The sound of what callers say goes there, sentence by sentence, with names and services of the profile as spelling help; " +
		"nothing that is stored here. What it writes down counts as the caller's words, and nothing more."
	if h.Role == record.EngineText {
		text = "What a caller has just said goes there as text when the box is not sure what is wanted, with the list of what it may be; " +
			"nothing that is stored here. The answer can only be one of the list: nothing that it writes is ever spoken."
	}
	if strings.HasPrefix(h.URL, "http:") {
		text += " It goes there without encryption: everybody in the office's network can read along."
	}
	return text
}

// standing says whether a computer is asked.
func standing(s lan.Standing) string {
	switch s {
	case lan.StandingUsed:
		return "Calls ask it, and the box itself at the same time: the first answer counts."
	case lan.StandingUntried:
		return "Calls do not ask it yet: it is compared with the box itself as soon as nobody calls."
	case lan.StandingSlower:
		return "Calls do not ask it: it is slower than the box itself."
	case lan.StandingLate:
		return "Calls do not ask it now: the box itself was faster three times running."
	case lan.StandingFailed:
		return "Calls do not ask it: the box does everything itself."
	case lan.StandingNoVoice:
		return "Calls do not ask it: the box's own voice is not ready yet, with which it is tried."
	case lan.StandingOff:
	}
	return "Calls do not ask it."
}

// SetEngineHost has a computer help in a role, in place of the one that does. The error is an *InvalidError when it cannot.
var SetEngineHost = define(Op[EngineHostEdit, EngineHostState]{
	Name: "set-engine-host", Role: Owner, Audit: Changes("set engine host"),
	About: func(e EngineHostEdit, _ EngineHostState) string { return string(e.Role) },
	Run:   (*Service).setEngineHost,
})

func (s *Service) setEngineHost(ctx context.Context, e EngineHostEdit) (EngineHostState, error) {
	all, err := s.o.Records.EngineHosts()
	if err != nil {
		return EngineHostState{}, err
	}
	h, problems := tidyEngineHost(e.EngineHost, string(e.Secret))
	for _, was := range all {
		if was.Role == h.Role && e.Secret == "" && was.HasSecret && !sameServer(was.URL, h.URL) {
			problems = append(problems, knowledge.Problem{Path: "secret", Text: "type the secret again: the server is another one"})
		}
	}
	if len(problems) > 0 {
		return EngineHostState{}, &InvalidError{What: "computer", Problems: problems}
	}
	h.At, h.By = s.o.Now(), ActorOf(ctx).By()
	if h, err = s.o.Records.SetEngineHost(h, string(e.Secret)); err != nil {
		return EngineHostState{}, err
	}
	s.hostsChanged()
	return s.engineHostState(h), nil
}

func (s *Service) hostsChanged() {
	if s.o.Hosts != nil {
		s.o.Hosts.Changed()
	}
}

// tidyEngineHost fills in what was left out and returns what is wrong, by field of the form.
func tidyEngineHost(h record.EngineHost, secret string) (record.EngineHost, []knowledge.Problem) {
	var ps []knowledge.Problem
	check := func(ok bool, path, text string) {
		if !ok {
			ps = append(ps, knowledge.Problem{Path: path, Text: text})
		}
	}
	h.URL, h.Model = strings.TrimSpace(h.URL), strings.TrimSpace(h.Model)
	check(slices.Contains(record.EngineRoles(), h.Role), "role", "there is no such role")
	for path, v := range map[string]string{"url": h.URL, "model": h.Model} {
		check(len(v) <= maxTyped && !strings.ContainsAny(v, "\r\n\x00"), path, "use one line of at most 500 characters")
	}
	check(len(secret) <= maxSecret && !strings.ContainsAny(secret, "\r\n\x00"), "secret", "use one line")
	u, err := url.Parse(h.URL)
	if checkServer(u, err, "https://gpu.lan:8443/v1", check) {
		check(u.RawQuery == "", "url", "write the address without a question mark")
		a, err := netip.ParseAddr(u.Hostname())
		check(err != nil || record.InHouse(u.Hostname()) || a.Is6(), "url", "this is no address of the office's own network")
	}
	checkCA(h.CA, check)
	return h, ps
}

// RemoveEngineHost forgets the computer in a role; the box does all itself.
var RemoveEngineHost = define(Op[string, None]{
	Name: "remove-engine-host", Role: Owner, Audit: Changes("remove engine host"),
	About: of[None],
	Run:   act((*Service).removeEngineHost),
})

func (s *Service) removeEngineHost(_ context.Context, role string) error {
	if err := s.o.Records.DropEngineHost(role); err != nil {
		return err
	}
	s.hostsChanged()
	return nil
}

// EngineHostTrial is how a computer does when it is tried.
type EngineHostTrial struct {
	OK     bool   `json:"ok"`               // calls would ask it
	Text   string `json:"text"`             // in plain sentences
	Model  string `json:"serves,omitempty"` // the model, as it calls it
	Said   string `json:"said,omitempty"`   // what it wrote down, or chose
	TookMS int    `json:"took_ms"`
	OwnMS  int    `json:"own_took_ms,omitempty"` // the box itself, with the same; 0 = it was not measured
}

// TryEngineHost has a computer do once what it is for, also one that is off, with a sentence of the box's own.
var TryEngineHost = define(Op[string, EngineHostTrial]{
	Name: "try-engine-host", Role: Owner | Technician, Long: true, Needs: needHosts,
	Audit: NoLine("a sentence of the box's own; nothing of a caller"),
	Run:   (*Service).tryEngineHost,
})

func (s *Service) tryEngineHost(ctx context.Context, role string) (EngineHostTrial, error) {
	h, secret, err := s.o.Records.EngineHost(role)
	if err != nil {
		return EngineHostTrial{}, err
	}
	x, err := s.o.Hosts.Try(ctx, h, secret)
	t := EngineHostTrial{Model: x.Model, Said: x.Said, TookMS: int(x.Took.Milliseconds()), OwnMS: int(x.Own.Milliseconds())}
	var fault *notify.Error
	switch {
	case errors.As(err, &fault):
		t.Text = "It cannot be used: " + fault.Error() + "."
		return t, nil
	case err != nil:
		return EngineHostTrial{}, err
	}
	t.OK, t.Text = x.Standing == lan.StandingUsed, tried(x)
	return t, nil
}

// tried puts a trial into sentences.
func tried(t lan.Trial) string {
	took, own := t.Took.Milliseconds(), t.Own.Milliseconds()
	switch {
	case t.Standing == lan.StandingUsed && own == 0:
		return fmt.Sprintf("It answers in %d milliseconds. The box has no engine of its own to compare it with.", took)
	case t.Standing == lan.StandingUsed:
		return fmt.Sprintf("It answers in %d milliseconds; the box itself takes %d.", took, own)
	case t.Standing == lan.StandingSlower:
		return fmt.Sprintf("It answers in %d milliseconds; the box itself takes %d. Calls do not ask it, for it is slower.", took, own)
	case t.Standing == lan.StandingNoVoice:
		return "It is there. It can be tried when the box's own voice is ready."
	}
	return fmt.Sprintf("It answers in %d milliseconds. It is compared with the box itself as soon as nobody calls.", took)
}

// serverOf is the host of an address, for people.
func serverOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
