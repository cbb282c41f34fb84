package console

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// models lists the weights, reads them anew, and takes missing ones from a stick.
type models struct {
	list   []service.Model
	known  bool
	wrong  string // why they cannot be told
	busy   string // what is done now
	began  time.Time
	typed  *input
	folder string // to import from, once it was typed
	rows   list
	asking pending
	doing  pending
}

func (m *models) command() string { return "frontdesk models list | verify | import FOLDER" }
func (m *models) typing() bool    { return m.typed != nil }
func (m *models) keys() string {
	if m.typed != nil {
		return "Enter imports  Esc leaves it"
	}
	return "v verify all  i import from a stick  j down  k up  b back  ? help"
}

// hashing is how long reading all weights may take on a slow disk.
const hashing = 10 * time.Minute

func (m *models) refresh(e *env) tea.Cmd {
	if m.doing.busy {
		return nil
	}
	return ask(e, &m.asking, quick, service.ListModels.From(e.service), func(ms []service.Model, err error) tea.Cmd {
		m.known, m.wrong = true, ""
		if err != nil {
			m.wrong = explain(err)
			return nil
		}
		m.list = merged(m.list, ms)
		return nil
	})
}

// merged keeps what was read of files that are still as they were told.
func merged(before, now []service.Model) []service.Model {
	read := map[string]string{}
	for _, b := range before {
		read[b.Name] = b.State
	}
	for i, n := range now {
		if r := read[n.Name]; n.State == service.ModelPresent && (r == service.ModelVerified || r == service.ModelBad) {
			now[i].State = r
		}
	}
	return now
}

func (m *models) key(e *env, k press) tea.Cmd {
	if m.typed != nil {
		if !m.typed.key(k) {
			return nil
		}
		m.typed = nil
		folder := m.folder
		if m.folder = ""; folder == "" {
			return nil
		}
		return m.do(e, "Looking for models below "+folder+" ...", func(ctx ctx) ([]service.Model, error) {
			return service.ImportModels.Do(ctx, e.service, folder)
		},
			func(took []service.Model) { m.imported(e, took) })
	}
	switch k.name {
	case "v":
		return m.do(e, "Reading every file; some seconds for each gigabyte ...", service.VerifyModels.From(e.service), func(ms []service.Model) {
			m.verified(e, ms)
		})
	case "i":
		if !m.doing.busy {
			m.typed = &input{label: "Folder or stick", value: "/media/", most: 255, done: func(v string) { m.folder = v }}
		}
	case "r":
		return m.refresh(e)
	}
	m.rows.key(k)
	return nil
}

// do does something with the weights that takes a while.
func (m *models) do(e *env, what string, call func(ctx) ([]service.Model, error), then func([]service.Model)) tea.Cmd {
	if m.doing.busy {
		return nil
	}
	m.busy, m.began = what, e.now()
	e.say(plain, "")
	return ask(e, &m.doing, hashing, call, func(ms []service.Model, err error) tea.Cmd {
		m.busy = ""
		if err != nil {
			e.fail(err)
			return nil
		}
		then(ms)
		return m.refresh(e)
	})
}

func (m *models) verified(e *env, ms []service.Model) {
	states := map[string]string{}
	wrong := 0
	for _, x := range ms {
		states[x.Name] = x.State
		if x.State == service.ModelBad || x.State == service.ModelMissing {
			wrong++
		}
	}
	for i, x := range m.list {
		if s := states[x.Name]; s != "" {
			m.list[i].State = s
		}
	}
	if wrong > 0 {
		e.say(bad, "%d of %d are missing or not what they should be: import them again [i].", wrong, len(ms))
		return
	}
	e.say(good, "All %d are what they should be.", len(ms))
}

func (m *models) imported(e *env, took []service.Model) {
	switch len(took) {
	case 0:
		e.say(warn, "Nothing that is missing was found there.")
	case 1:
		e.say(good, "%s was taken. It is used after a restart [9].", took[0].Name)
	default:
		e.say(good, "%d models were taken. They are used after a restart.", len(took))
	}
}

func (m *models) draw(e *env, p *page) {
	if m.typed != nil {
		p.line(strong, " Import models from a folder of this box, such as a stick")
		p.gap()
		m.typed.draw(p)
		p.gap()
		p.wrap(plain, 1, "Files may have any name and lie anywhere below it. Each is checked before it gets its place.")
		return
	}
	switch {
	case !m.known:
		p.line(plain, " Asking the box ...")
		return
	case m.wrong != "":
		p.wrap(bad, 1, m.wrong)
		return
	}
	if m.busy != "" {
		p.line(strong, " %s %s", m.busy, since(e.now(), m.began))
	}
	p.line(strong, "  Model                          For          Size      State")
	from, to := p.window(&m.rows, len(m.list), p.left())
	for i := from; i < to; i++ {
		x := m.list[i]
		l, mark := m.rows.mark(i)
		state, sl := modelState(x)
		p.row(span{l, mark + p.cell(x.Name, 31) + p.cell(x.Role, 13) + p.cell(size(x.Bytes), 10)}, span{sl, state})
	}
}

func modelState(x service.Model) (string, look) {
	used := ""
	if x.InUse {
		used = ", in use"
	}
	switch x.State {
	case service.ModelVerified:
		return "verified" + used, good
	case service.ModelBad:
		return "NOT WHAT IT SHOULD BE" + used, bad
	case service.ModelMissing:
		if x.InUse {
			return "MISSING, wanted [i]", bad
		}
		return "not here", plain
	}
	return "here" + used, plain
}

// size writes bytes as people do.
func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0f kB", float64(n)/1e3)
}
