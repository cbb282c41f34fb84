package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/machine"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
)

// screen is one of the things to look at. Its methods are called by the program's one loop only.
type screen interface {
	// command is the sub-command that shows or does the same.
	command() string
	// keys says which keys do what here, in one row.
	keys() string
	// refresh asks for what is shown: when it comes to front, and at every beat.
	refresh(e *env) tea.Cmd
	// key is told of a key that means nothing everywhere.
	key(e *env, k press) tea.Cmd
	draw(e *env, p *page)
}

// leaver is a screen that ends something when it is left.
type leaver interface{ leave(e *env) tea.Cmd }

// changer is a screen on which something was changed and not saved; it tells so once.
type changer interface{ unsaved() bool }

// typist is a screen that somebody types a text into: it gets every key then.
type typist interface{ typing() bool }

// press is a key: its name as in "enter", "esc", "ctrl+c", "a", and the text it types, if any.
type press struct{ name, text string }

// ctx is short for the context that questions are asked with.
type ctx = context.Context

// result is what a question to the office came to; it is called by the loop and may ask on.
type result func() tea.Cmd

// resized is a new size of the window that was told from outside.
type resized Size

// beat is the pulse by which everything is asked for anew.
type beat struct{}

// env is what screens share.
type env struct {
	ctx     context.Context //nolint:containedctx // The program's: the library calls without one.
	service service.Invoker
	now     func() time.Time
	every   time.Duration
	term    Terminal
	size    Size
	login   bool
	idle    time.Duration // 0 = never
	folder  string

	repair bool // leaving the line to who repairs is offered while nobody answers
	left   bool // somebody took it

	restart func() error // of the machine, offered while nobody answers; nil: it is not
	sure    bool         // R was pressed, and waits for a yes

	problem func() string // nil: nothing is known
	cause   string        // what it said last

	status service.Status
	known  bool // status was told at least once
	facts  machine.Facts
	down   error // why the last question was not answered; nil: it was

	stack  []screen
	notice span // of the last act
	help   bool
	quit   bool // what q asked for
}

// open brings a screen to front.
func (e *env) open(s screen) tea.Cmd {
	e.stack = append(e.stack, s)
	e.say(plain, "")
	return s.refresh(e)
}

// back goes to the screen before.
func (e *env) back() tea.Cmd {
	var left tea.Cmd
	if len(e.stack) > 1 {
		left = e.leave(e.front())
		e.stack = e.stack[:len(e.stack)-1]
	}
	e.say(plain, "")
	return tea.Batch(left, e.front().refresh(e))
}

// home leaves every screen but the first one.
func (e *env) home() tea.Cmd {
	var left []tea.Cmd
	for _, s := range e.stack {
		left = append(left, e.leave(s))
	}
	e.stack, e.help = []screen{&overview{}}, false
	e.say(plain, "")
	return tea.Batch(left...)
}

func (e *env) leave(s screen) tea.Cmd {
	if l, ok := s.(leaver); ok {
		return l.leave(e)
	}
	return nil
}

func (e *env) front() screen { return e.stack[len(e.stack)-1] }

// say leaves a sentence below the screen.
func (e *env) say(l look, format string, args ...any) {
	e.notice = span{l, fmt.Sprintf(format, args...)}
}

// fail says why something did not work.
func (e *env) fail(err error) { e.say(bad, "%s", explain(err)) }

// pending tells whether a question is under way; one is asked at a time.
type pending struct{ busy bool }

// How long answers are waited for.
const (
	quick = 5 * time.Second
	slow  = 40 * time.Second // a registration for a test
)

// ask puts a question to the office, unless the last one of the kind is still under way, and hands the answer to then.
func ask[T any](e *env, p *pending, limit time.Duration, call func(context.Context) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	if p.busy {
		return nil
	}
	p.busy = true
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(e.ctx, limit)
		defer cancel()
		v, err := call(ctx)
		return result(func() tea.Cmd {
			p.busy = false
			return then(v, err)
		})
	}
}

// explain says an error as a sentence.
func explain(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, remote.ErrNotRunning):
		return "Frontdesk is not running on this box."
	case errors.Is(err, context.DeadlineExceeded):
		return "The box did not answer in time."
	}
	s := strings.TrimPrefix(err.Error(), "the appliance says: ")
	if s == "" {
		return "It did not work."
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// root is the whole program.
type root struct {
	env     *env
	resized <-chan Size
	asking  pending
	looking pending
	locked  *signIn // nil: signed in
	pressed time.Time
}

var _ tea.Model = (*root)(nil)

func newRoot(ctx context.Context, o Options) *root {
	e := &env{
		ctx: ctx, service: o.Service, now: o.Now, every: o.Beat, term: o.Terminal, size: o.Size.or80(), login: o.Login, idle: o.Idle,
		folder: o.Folder, problem: o.Problem, repair: o.Repair, restart: o.RestartMachine,
	}
	if e.now == nil {
		e.now = time.Now
	}
	if e.every <= 0 {
		e.every = beatEvery
	}
	if e.login && e.idle <= 0 {
		e.idle = idleLimit
	}
	r := &root{env: e, resized: o.Resized, pressed: e.now()}
	if o.Login {
		r.locked = &signIn{}
	}
	e.stack = []screen{&overview{}}
	return r
}

// Init implements tea.Model.
func (r *root) Init() tea.Cmd { return tea.Batch(r.fetch(), r.wait(), r.waitSize()) }

// wait returns at the next beat.
func (r *root) wait() tea.Cmd {
	return func() tea.Msg {
		t := time.NewTimer(r.env.every)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.env.ctx.Done():
		}
		return beat{}
	}
}

// waitSize returns when the window has another size.
func (r *root) waitSize() tea.Cmd {
	if r.resized == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case s, ok := <-r.resized:
			if ok {
				return resized(s.or80())
			}
		case <-r.env.ctx.Done():
		}
		return nil
	}
}

// fetch asks how the box is, and for what the front screen shows.
func (r *root) fetch() tea.Cmd {
	e := r.env
	status := ask(e, &r.asking, quick, service.ReadStatus.From(e.service), func(s service.Status, err error) tea.Cmd {
		e.down = err
		if err == nil {
			e.status, e.known, e.cause = s, true, ""
			return nil
		}
		return e.why()
	})
	facts := ask(e, &r.looking, quick, service.ReadMachine.From(e.service), func(f machine.Facts, err error) tea.Cmd {
		if err == nil {
			e.facts = f
		}
		return nil
	})
	if r.locked != nil {
		return tea.Batch(status, facts, r.locked.refresh(e))
	}
	return tea.Batch(status, facts, e.front().refresh(e))
}

// why asks what keeps the appliance from answering.
func (e *env) why() tea.Cmd {
	if e.problem == nil {
		return nil
	}
	return func() tea.Msg {
		cause := e.problem()
		return result(func() tea.Cmd { e.cause = cause; return nil })
	}
}

// Update implements tea.Model.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	e := r.env
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.size = Size{msg.Width, msg.Height}.or80()
	case resized:
		return r, tea.Batch(func() tea.Msg { return tea.WindowSizeMsg(msg) }, r.waitSize())
	case beat:
		if e.idle > 0 && r.locked == nil && e.now().Sub(r.pressed) > e.idle {
			return r, tea.Batch(r.end(), r.wait())
		}
		return r, tea.Batch(r.fetch(), r.wait())
	case result:
		cmd := msg()
		if r.locked != nil && r.locked.passed {
			r.unlock()
			return r, tea.Batch(cmd, r.fetch())
		}
		return r, cmd
	case press:
		r.pressed = e.now()
		cmd := r.press(msg)
		if !e.quit {
			return r, cmd
		}
		e.quit = false
		return r, r.end()
	}
	return r, nil
}

// restarts has the machine start anew for R and a yes; false: the key means something else.
func (e *env) restarts(k press) bool {
	if e.restart == nil || e.down == nil {
		e.sure = false
		return false
	}
	sure := e.sure
	e.sure = !sure && k.name == "R"
	if sure && (k.name == "y" || k.name == "Y") {
		if err := e.restart(); err != nil {
			e.fail(err)
		} else {
			e.say(warn, "The machine restarts.")
		}
	}
	return sure || e.sure
}

// press is one key.
func (r *root) press(k press) tea.Cmd {
	e := r.env
	if k.name == "ctrl+l" {
		return tea.ClearScreen
	}
	if e.repair && e.down != nil && k.name == "L" {
		e.left = true
		return tea.Quit
	}
	if r.locked != nil {
		if e.restarts(k) {
			return nil
		}
		return r.locked.key(e, k)
	}
	s := e.front()
	if t, ok := s.(typist); ok && t.typing() && k.name != "ctrl+c" && k.name != "ctrl+d" {
		return s.key(e, k)
	}
	if e.restarts(k) {
		return nil
	}
	if e.help {
		e.help = false
		return nil
	}
	switch k.name {
	case "ctrl+c", "ctrl+d", "q":
		e.quit = true
		return nil
	case "?":
		e.help = true
		return nil
	case "esc", "b", "backspace", "left":
		if c, ok := s.(changer); ok && c.unsaved() {
			e.say(warn, "What was changed is not saved: s saves it, b once more leaves it.")
			return nil
		}
		return e.back()
	}
	return s.key(e, k)
}

// end ends the program, or the session where somebody signs in.
func (r *root) end() tea.Cmd {
	if !r.env.login {
		return tea.Sequence(r.env.home(), tea.Quit)
	}
	r.locked = &signIn{}
	return tea.Batch(r.env.home(), r.fetch())
}

func (r *root) unlock() { r.locked, r.pressed = nil, r.env.now() }
