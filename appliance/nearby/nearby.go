// Package nearby lets computers of the same network find the box by a name: it answers for that name by multicast DNS (RFC 6762), as
// printers do, so that nobody has to look up or type an address.
//
// It speaks only where every address is private, to the link alone, and says nothing but those addresses. Where another box answers for
// the name already, it keeps silent. Run starts the goroutines of the responder and waits for them.
package nearby

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pion/logging"
	"github.com/pion/mdns/v2"
	"golang.org/x/net/ipv4"
)

// Name is what the box is found as.
const Name = "frontdesk.local"

// Group is where questions and answers go.
const Group = "224.0.0.251"

// lookEvery is how often the network cards are looked at: cables and addresses come and go.
const lookEvery = 30 * time.Second

// askFor is how long another box has to say that the name is its own.
const askFor = 2 * time.Second

// Responder answers for the name.
type Responder struct {
	Listen netip.Addr // only the card with this address; the zero value and the unspecified address: all
	Logger *slog.Logger

	found atomic.Bool
}

// Found reports whether the box is found by its name now.
func (r *Responder) Found() bool { return r.found.Load() }

// Run answers for the name until ctx ends. That it cannot is told to the logger, once, and tried again: the page is there without it.
func (r *Responder) Run(ctx context.Context) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var at []net.Interface // where it answers
	var answering *mdns.Conn
	said := ""
	for {
		cards, err := private(r.Listen)
		if err == nil && !slices.EqualFunc(cards, at, same) {
			if answering != nil {
				err = answering.Close()
			}
			answering, at = nil, nil
			if err == nil && len(cards) > 0 {
				if answering, err = answer(ctx, Name, cards); err == nil {
					at = cards
					r.Logger.Info("found in this network", "name", Name)
				}
			}
		}
		r.found.Store(answering != nil)
		if err != nil && ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			r.Logger.Warn("not found by name in this network", "name", Name, "err", err)
		}
		select {
		case <-ctx.Done():
			if answering != nil {
				return answering.Close()
			}
			return nil
		case <-look.C:
		}
	}
}

func same(a, b net.Interface) bool { return a.Index == b.Index && a.Name == b.Name }

// private are the network cards on which the box may answer: those that are up and have a private IPv4 address and no public one.
func private(listen netip.Addr) ([]net.Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list network cards: %w", err)
	}
	var out []net.Interface
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagMulticast == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue // it is gone
		}
		if at := prefixes(addresses); allPrivate(at) && (!listen.IsValid() || listen.IsUnspecified() || slices.Contains(at, listen.Unmap())) {
			out = append(out, i)
		}
	}
	return out, nil
}

func prefixes(list []net.Addr) (out []netip.Addr) {
	for _, a := range list {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			out = append(out, p.Addr().Unmap())
		}
	}
	return out
}

// allPrivate reports whether there is an IPv4 address, and none that is known outside. IPv6 addresses may be public: they are not told.
func allPrivate(at []netip.Addr) bool {
	some := false
	for _, a := range at {
		if !a.Is4() {
			continue
		}
		if !a.IsPrivate() && !a.IsLinkLocalUnicast() {
			return false
		}
		some = true
	}
	return some
}

// errTaken says that another box has the name.
var errTaken = errors.New("another computer of this network answers to it")

// answer begins to answer for a name at some network cards.
func answer(ctx context.Context, name string, cards []net.Interface) (*mdns.Conn, error) {
	asking, err := open(cards)
	if err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	_, whose, err := asking.QueryAddr(wait, name)
	if over := asking.Close(); over != nil {
		return nil, fmt.Errorf("ask for the name: %w", over)
	}
	if err == nil && !own(whose) {
		return nil, fmt.Errorf("%w: %s", errTaken, whose)
	}
	return open(cards, mdns.WithLocalNames(name))
}

// own reports whether an address is one of this machine's: its name service may know the name, too.
func own(a netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	return err == nil && slices.Contains(prefixes(all), a.Unmap().WithZone(""))
}

// open listens for multicast DNS beside whatever else on this machine does.
func open(cards []net.Interface, more ...mdns.ServerOption) (*mdns.Conn, error) {
	group, err := net.ResolveUDPAddr("udp4", mdns.DefaultAddressIPv4)
	if err != nil {
		return nil, fmt.Errorf("multicast DNS: %w", err)
	}
	c, err := net.ListenUDP("udp4", group)
	if err != nil {
		return nil, fmt.Errorf("multicast DNS: %w", err)
	}
	return serve(c, append(more, mdns.WithInterfaces(cards...))...)
}

// serve reads questions from c, which it closes.
func serve(c net.PacketConn, options ...mdns.ServerOption) (*mdns.Conn, error) {
	conn, err := mdns.NewServer(ipv4.NewPacketConn(c), nil, append(options, mdns.WithLoggerFactory(silent{}))...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("multicast DNS: %w", err), c.Close())
	}
	return conn, nil
}

// silent is where the responder's notes go: what strangers send is no news.
type silent struct{}

// NewLogger implements logging.LoggerFactory.
func (silent) NewLogger(string) logging.LeveledLogger {
	return logging.NewDefaultLeveledLoggerForScope("", logging.LogLevelDisabled, nil)
}
