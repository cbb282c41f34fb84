package phone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/phone/transaction"
)

const (
	maxServers  = 16              // places of one account that are tried
	srvTimeout  = 3 * time.Second // offices whose name server drops questions for SRV exist
	srvFarewell = "."             // target of a domain that has no such service (RFC 2782)
)

// server is one place where the PBX may be.
type server struct {
	addr netip.AddrPort
	name string // as the settings have it: over TLS the certificate must bear it (RFC 5922 section 7)
}

// registrars are the places of a list such as "pbx1.example, 192.0.2.11:5070", the preferred one first.
func registrars(list string) []string {
	var out []string
	for _, s := range strings.Split(list, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// locate finds where the hosts of list are, in the order in which they are to be tried (RFC 3263 section 4.2): a host with a port
// or an IP address by its addresses, a bare name by its SRV records for the transport, and by its addresses when there are none.
// NAPTR is not asked: it would choose the transport, which the account names. Hosts that are not found are left out unless all are;
// the error is then that of the first.
func (c Config) locate(ctx context.Context, list, transport string) ([]server, error) {
	var out []server
	var failed error
	for _, s := range registrars(list) {
		found, err := c.locateOne(ctx, s, transport)
		if err != nil && failed == nil {
			failed = err
		}
		for _, f := range found {
			if len(out) < maxServers && !slices.ContainsFunc(out, func(o server) bool { return o.addr == f.addr }) {
				out = append(out, f)
			}
		}
	}
	if len(out) == 0 {
		return nil, failed
	}
	return out, nil
}

func (c Config) locateOne(ctx context.Context, s, transport string) ([]server, error) {
	host, port := splitHost(s)
	if transport == transaction.TransportTLS && port == defaultPort && !strings.HasSuffix(s, ":5060") {
		port = defaultTLSPort
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return []server{{netip.AddrPortFrom(a.Unmap(), port), host}}, nil
	}
	if _, _, err := net.SplitHostPort(s); err != nil && c.LookupSRV != nil {
		found, err := c.bySRV(ctx, host, transport)
		if len(found) > 0 || err != nil {
			return found, err
		}
	}
	return c.byAddress(ctx, host, port, host)
}

// bySRV returns nothing when the host has no such records, and an error when it says that it has no such service.
func (c Config) bySRV(ctx context.Context, host, transport string) ([]server, error) {
	limited, cancel := context.WithTimeout(ctx, srvTimeout)
	defer cancel()
	service, proto := "sip", transport
	if transport == transaction.TransportTLS {
		service, proto = "sips", transaction.TransportTCP
	}
	records, err := c.LookupSRV(limited, service, proto, host)
	if err != nil {
		return nil, nil //nolint:nilerr // no records, or nobody who knows: the addresses are asked for
	}
	if len(records) == 1 && records[0].Target == srvFarewell {
		return nil, fmt.Errorf("look up %q: it says that it offers no SIP over %s", host, strings.ToUpper(transport))
	}
	var out []server
	for _, r := range records {
		found, err := c.byAddress(ctx, strings.TrimSuffix(r.Target, "."), r.Port, host)
		if err == nil {
			out = append(out, found...)
		}
	}
	return out, nil
}

func (c Config) byAddress(ctx context.Context, host string, port uint16, name string) ([]server, error) {
	addrs, err := c.Resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("look up %q: no address", host)
	}
	out := make([]server, len(addrs))
	for i, a := range addrs {
		out[i] = server{netip.AddrPortFrom(a.Unmap(), port), name}
	}
	return out, nil
}

// resolve finds the places of the registrar, or of the proxy before it, and lets them in. A failed look-up keeps those known before,
// and so does one that found the same in another order: records of equal weight come shuffled.
func (r *registration) resolve(ctx context.Context) error {
	list := r.account.Registrar
	if r.phone.cfg.Proxy != "" {
		list = r.phone.cfg.Proxy
	}
	found, err := r.phone.cfg.locate(ctx, list, r.account.Transport)
	if err != nil {
		if len(r.servers) > 0 {
			return nil
		}
		return &registerError{failure: FailNameNotFound, err: err}
	}
	ours := r.stack.Wire.Local().Addr()
	fits := slices.DeleteFunc(found, func(s server) bool {
		return s.addr.Addr().Is4() != ours.Is4() && (!ours.IsUnspecified() || !ours.Is6())
	})
	if len(fits) == 0 {
		return &registerError{failure: FailNameNotFound, err: errors.New("find the PBX: no address of the kind that the phone listens on")}
	}
	r.phone.senders.admit(fits)
	if len(r.servers) != len(fits) || !sameSet(r.servers, fits) {
		r.servers, r.at, r.tried = fits, 0, 0
	}
	return nil
}

func sameSet(a, b []server) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}
