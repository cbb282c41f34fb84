package console

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/label"
)

// address shows where the page is, for a telephone's camera.
type address struct{ page string }

func (a *address) command() string      { return "frontdesk label --json" }
func (a *address) keys() string         { return "b back  ? help" }
func (a *address) refresh(*env) tea.Cmd { return nil }

func (a *address) key(*env, press) tea.Cmd { return nil }

func (a *address) draw(_ *env, p *page) {
	p.row(span{strong, " The page  "}, span{plain, a.page})
	drawn, err := label.Blocks(a.page)
	if p.term.ASCII || err != nil {
		p.wrap(plain, 1, "This terminal cannot draw it: type the address into a browser of this network.")
		return
	}
	for row := range strings.Lines(drawn) {
		p.line(plain, "   %s", strings.TrimRight(row, "\n"))
	}
}
