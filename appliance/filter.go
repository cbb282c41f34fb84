package appliance

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/machine"
	"frontdesk.internal/appliance/nearby"
	"frontdesk.internal/appliance/service"
)

// filterLook is how often the outward filter is compared with the settings. The first time is when the telephone system was found.
const filterLook = 10 * time.Minute

// meant collects whom the settings mean.
type meant struct {
	list    []filter.Opening
	unknown []string
}

// add adds a host, whose name find looks up.
func (m *meant) add(host, why string, find func(host string) ([]netip.Addr, error)) {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(strings.TrimSpace(host), "[]")
	if host == "" {
		return
	}
	if a, err := netip.ParseAddr(host); err == nil {
		m.list = append(m.list, filter.Host(a, why))
		return
	}
	found, err := find(host)
	if err != nil || len(found) == 0 {
		m.unknown = append(m.unknown, host)
	}
	for _, a := range found {
		m.list = append(m.list, filter.Host(a, why+": "+host))
	}
}

// filterMeant is the outward filter as the settings mean it: the telephone systems, the networks of the office, name servers, and the
// servers of recipients who are told, of calendars and of contacts. The clock is set by the machine's own service, which the filter does
// not hold for.
func (a *Appliance) filterMeant(ctx context.Context) ([]filter.Opening, []string, error) {
	m := &meant{list: filter.Own()}
	network, err := machine.LookNetwork()
	if err != nil {
		return nil, nil, err
	}
	for _, i := range network.Interfaces {
		for _, p := range i.Addresses {
			m.list = append(m.list, filter.Opening{Prefix: p.Masked(), For: "the network at " + i.Name})
		}
	}
	for _, r := range network.Resolvers {
		m.list = append(m.list, filter.Host(r, "a name server"))
	}
	if a.doors.nearby != nil {
		m.list = append(m.list, filter.Host(netip.MustParseAddr(nearby.Group), "the name of the box in this network"))
	}
	for _, text := range a.cfg.Egress.Networks {
		if p, err := netip.ParsePrefix(text); err == nil { // the settings were checked
			m.list = append(m.list, filter.Opening{Prefix: p.Masked(), For: "[egress] networks"})
		}
	}
	for _, t := range append([]*telephone{a.telephone}, a.telephone.further...) {
		t.meant(ctx, m)
	}
	rs, err := a.store.Recipients()
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rs {
		if !r.On || r.Server == "" {
			continue
		}
		host := r.Server
		if u, err := url.Parse(r.Server); err == nil && u.Host != "" {
			host = u.Hostname()
		}
		m.add(host, string(r.Via), func(host string) ([]netip.Addr, error) { return a.out.Addresses(ctx, egress.Purpose(r.Via), host) })
	}
	cs, err := a.store.Calendars()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cs {
		if u, err := url.Parse(c.URL); err == nil && c.On {
			m.add(u.Host, "calendar", func(host string) ([]netip.Addr, error) { return a.out.Addresses(ctx, egress.Calendar, host) })
		}
	}
	ds, err := a.store.Directories()
	if err != nil {
		return nil, nil, err
	}
	for _, d := range ds {
		if u, err := url.Parse(strings.ReplaceAll(d.URL, lookup.Placeholder, "1")); err == nil && d.On {
			m.add(u.Hostname(), "contacts", func(host string) ([]netip.Addr, error) { return a.out.Addresses(ctx, egress.Contacts, host) })
		}
	}
	hs, err := a.store.EngineHosts()
	if err != nil {
		return nil, nil, err
	}
	for _, h := range hs {
		if u, err := url.Parse(h.URL); err == nil && h.On {
			m.add(u.Hostname(), "engines", func(host string) ([]netip.Addr, error) { return a.out.Addresses(ctx, egress.Engines, host) })
		}
	}
	if u, err := url.Parse(a.cfg.Metrics.Traces); err == nil && u.Host != "" {
		m.add(u.Hostname(), "traces", func(host string) ([]netip.Addr, error) { return a.out.Addresses(ctx, egress.Traces, host) })
	}
	return m.list, m.unknown, nil
}

// meant adds where the telephone system is: as it was found, and as the settings have it.
func (t *telephone) meant(ctx context.Context, m *meant) {
	const why = "the telephone system"
	account, status := t.phone.Account(), t.phone.Status()
	find := func(host string) ([]netip.Addr, error) {
		found, err := t.gate.Lookup(ctx, host)
		if err != nil && status.Registrar != "" { // a name of servers, which were found
			return nil, nil
		}
		return found, err
	}
	m.add(status.Registrar, why, find)
	for _, host := range append(account.Hosts(), strings.Split(t.cfg.Proxy, ",")...) {
		m.add(host, why, find)
	}
}

// keepFilter says when the outward filter is not what the settings mean, until ctx ends. Where none was made nobody is asked for names.
func (a *Appliance) keepFilter(ctx context.Context) error {
	next := time.NewTimer(time.Minute)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next.C:
		}
		a.judgeFilter(ctx)
		next.Reset(filterLook)
	}
}

func (a *Appliance) judgeFilter(ctx context.Context) {
	r, err := service.ReadFilter.Get(service.AsBox(ctx, "filter"), a.service)
	switch {
	case err != nil:
		a.log.Error("look at the outward filter", "err", err)
	case r.Problem != "":
		a.health.Set(condFilter, health.Degraded, r.Problem)
	default:
		a.health.Set(condFilter, health.OK, "")
	}
}
