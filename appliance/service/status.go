package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/store"
)

// Runtime is how the running appliance is, in plain facts, as the composition root gathers them.
type Runtime struct {
	Running  bool               `json:"running"` // false: nobody answers, the records were opened by a command
	Started  time.Time          `json:"started,omitzero"`
	Version  string             `json:"version,omitempty"`
	Page     string             `json:"page,omitempty"` // where browsers of this network find the page; "" = it is off
	Phone    Phone              `json:"phone"`
	Lines    []Phone            `json:"lines,omitempty"` // further extensions
	Engines  Engines            `json:"engines"`
	CallsNow int                `json:"calls_now"`
	MaxCalls int                `json:"max_calls"`
	Health   []health.Condition `json:"conditions"` // the worst first
}

// Phone is the registration at the PBX.
type Phone struct {
	State     string    `json:"state"` // "registered", "registering", "off", …
	Since     time.Time `json:"since,omitzero"`
	Registrar string    `json:"registrar,omitempty"` // address in use, "192.0.2.10:5060"
	Problem   string    `json:"problem,omitempty"`   // what to do, in plain words; "" when all is right
	Verdict   string    `json:"verdict,omitempty"`   // the same as one of the closed list of Verdict…; "" when all is right
	Code      int       `json:"code,omitempty"`      // SIP status of the last answer
	Extension string    `json:"extension,omitempty"` // such as "100"
	Transport string    `json:"transport,omitempty"` // "udp", "tcp", "tls"
	Contact   string    `json:"contact,omitempty"`   // host:port where the telephone system finds this box
	Algorithm string    `json:"algorithm,omitempty"` // of the password check: "MD5", "SHA-256", …
	Next      time.Time `json:"next,omitzero"`       // next refresh or attempt
	Attempts  int       `json:"attempts,omitempty"`  // failures in a row
}

// Registered reports whether the PBX sends calls here.
func (p Phone) Registered() bool { return p.State == "registered" }

// Engines are the models in their child process.
type Engines struct {
	State    string    `json:"state"` // "up", "down", …
	Since    time.Time `json:"since,omitzero"`
	Restarts int       `json:"restarts"`
	Problem  string    `json:"problem,omitempty"`
	Ears     Engine    `json:"ears"`
	Mind     Engine    `json:"mind"`
	Mouth    Engine    `json:"mouth"`
	Meaning  Engine    `json:"meaning"`
}

// Engine is one model.
type Engine struct {
	State   string `json:"state"` // "ready", "loading", "absent", "failed"
	Model   string `json:"model,omitempty"`
	Problem string `json:"problem,omitempty"`
}

// Status is all that can be told about the appliance without naming a caller.
type Status struct {
	Runtime
	Overall    health.Severity `json:"health"`
	Answering  bool            `json:"answering"`
	Text       string          `json:"text"` // one or two plain sentences: does it answer, and if not, why
	Business   string          `json:"business,omitempty"`
	Profile    int             `json:"profile_version,omitempty"`
	CallsToday int             `json:"calls_today"`
	Messages   int             `json:"open_messages"`
	Unanswered int             `json:"unanswered"`
	At         time.Time       `json:"at"`
}

// ReadStatus returns how the appliance is now. Days begin at midnight where the business is.
var ReadStatus = define(Op[None, Status]{
	Name: "read-status", Role: Anybody, Audit: NoLine("how the box is; it names no caller"),
	Run: get((*Service).readStatus),
})

func (s *Service) readStatus(context.Context) (Status, error) {
	now := s.o.Now()
	out := Status{Runtime: s.o.Runtime(), At: now}
	out.Health = some(out.Health)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	b, version, err := s.o.Records.Profile()
	switch {
	case err == nil:
		out.Business, out.Profile, midnight = b.Name, version, b.DayHours(now).Date
	case !errors.Is(err, store.ErrNotFound):
		return Status{}, fmt.Errorf("read status: %w", err)
	}
	today, err := s.o.Records.CountCalls(midnight)
	if err != nil {
		return Status{}, fmt.Errorf("count calls: %w", err)
	}
	open, err := s.o.Records.CountOpen()
	if err != nil {
		return Status{}, fmt.Errorf("count messages: %w", err)
	}
	questions, err := s.o.Records.UnansweredList()
	if err != nil {
		return Status{}, fmt.Errorf("count questions: %w", err)
	}
	out.CallsToday, out.Messages, out.Unanswered = today, open, len(questions)
	out.judge()
	return out, nil
}

// judge says in plain words whether calls are answered.
func (s *Status) judge() {
	s.Overall = health.Worst(s.Health)
	switch {
	case !s.Running:
		s.Overall = health.Failed
		s.Text = "Frontdesk is not running. Calls are not answered."
	case s.Overall == health.Failed:
		s.Text = "Frontdesk does not answer calls. " + s.Health[0].Text
	case !s.Phone.Registered():
		s.Overall = max(s.Overall, health.Degraded)
		s.Text = "Frontdesk does not get calls: it is not registered at the telephone system."
	case s.Overall == health.Degraded:
		s.Answering = true
		s.Text = "Frontdesk answers calls, with limits. " + s.Health[0].Text
	default:
		s.Answering = true
		s.Text = "Frontdesk answers calls."
	}
}
