package web

import (
	"net/http"
	"slices"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// egressRoutes are what left the box, and where it may speak to.
func (p *pages) egressRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /egress", owner, p.showEgress)
}

// egressShown is how many entries of the ledger are shown.
const egressShown = 200

// egressPage is the ledger, the newest first.
type egressPage struct {
	Destinations []record.Destination
	Ledger       []record.Egress
	More         bool // there are older ones
}

func (p *pages) showEgress(v *visit) (reply, error) {
	r, err := service.ReadEgress.Do(v.Context(), p.service, "")
	if err != nil {
		return reply{}, err
	}
	slices.Reverse(r.Ledger)
	page := egressPage{Destinations: r.Destinations, Ledger: r.Ledger, More: len(r.Ledger) > egressShown}
	page.Ledger = page.Ledger[:min(len(page.Ledger), egressShown)]
	return reply{page: "egress.html", title: "What left this box", nav: navSystem, data: page}, nil
}
