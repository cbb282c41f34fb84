package appliance

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"time"

	"frontdesk.internal/appliance/console"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/nearby"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/sshdoor"
	"frontdesk.internal/appliance/verdict"
	"frontdesk.internal/appliance/web"
	"frontdesk.internal/appliance/web/api"
)

// doors are what people and programs look in through. Any but the control socket may be nil.
type doors struct {
	control *remote.Server
	page    *web.Server
	metrics *web.MetricsServer
	ssh     *sshdoor.Server
	nearby  *nearby.Responder // nil: the page is found by its address alone
}

// Conditions of doors that could not be opened.
const (
	condPage    = "web"
	condMetrics = "metrics"
	condSSH     = "console.ssh"
)

// openDoors opens the control socket, the page and the metrics. A page that cannot be opened is told of and does not keep the
// telephone from being answered; without the control socket another appliance runs on the same state.
func (a *Appliance) openDoors(counts *web.Metrics) error {
	var err error
	if a.doors.control, err = remote.Listen(remote.Socket(a.cfg.Storage.Dir), a.service, a.log); err != nil {
		return err
	}
	if a.cfg.Web.Listen != "" {
		found := a.findable()
		a.doors.page, err = web.Listen(web.Options{
			Found:  found,
			Listen: a.cfg.Web.Listen, Dir: filepath.Join(a.cfg.Storage.Dir, "web"), Certificate: a.cfg.Web.Certificate, Key: a.cfg.Web.Key,
			Service: a.service, Guard: a.gate, Logger: a.log.With("part", "web"),
			API: api.New(api.Options{
				Service: a.service, Version: a.deps.Version, Logger: a.log.With("part", "api"),
				Session: func(r *http.Request) (service.Actor, bool) { return web.SignedIn(a.gate, r) },
			}),
		})
		if err != nil {
			a.health.Set(condPage, health.Degraded, "The page in the browser cannot be opened: "+verdict.OneLine(err.Error())+".")
		} else if err := a.doors.page.Problem(); err != nil {
			a.health.Set(condPage, health.Degraded, "The page uses the box's own certificate instead of yours: "+verdict.OneLine(err.Error())+".")
		}
	}
	if a.cfg.Console.SSH != "" {
		a.doors.ssh, err = sshdoor.Listen(sshdoor.Options{
			Listen: a.cfg.Console.SSH, Dir: filepath.Join(a.cfg.Storage.Dir, "console"), Show: a.showConsole, UsePassword: a.gate.UseTicket,
			Logger: a.log.With("part", "ssh"),
		})
		if err != nil {
			a.health.Set(condSSH, health.Degraded, "The console cannot be reached over SSH: "+verdict.OneLine(err.Error())+".")
		}
	}
	if a.cfg.Metrics.Listen != "" {
		a.doors.metrics, err = web.ListenMetrics(web.MetricsOptions{
			Listen: a.cfg.Metrics.Listen, Service: a.service, Metrics: counts, Logger: a.log.With("part", "metrics"),
		})
		if err != nil {
			a.health.Set(condMetrics, health.Degraded, "The figures for monitoring cannot be read: "+verdict.OneLine(err.Error())+".")
		}
	}
	return nil
}

// findable returns the name by which the page is found in this network; "" = none, because it was not wanted or the page is for this
// machine alone.
func (a *Appliance) findable() string {
	host, _, err := net.SplitHostPort(a.cfg.Web.Listen)
	at, _ := netip.ParseAddr(host) // a name is none: it answers everywhere that is private
	if !a.cfg.Web.Discover || err != nil || at.IsLoopback() || host == "localhost" {
		return ""
	}
	a.doors.nearby = &nearby.Responder{Listen: at, Logger: a.log.With("part", "nearby")}
	return nearby.Name
}

// pageAddress is where a browser of this network finds the page now: by its name, else by an address of the machine; "" = nowhere.
func (d doors) pageAddress() string {
	if d.page == nil {
		return ""
	}
	at, err := netip.ParseAddrPort(d.page.Addr().String())
	if err != nil {
		return ""
	}
	host := ""
	switch {
	case d.nearby != nil && d.nearby.Found():
		host = nearby.Name
	case !at.Addr().IsUnspecified():
		host = at.Addr().Unmap().String()
	default:
		all, err := net.InterfaceAddrs()
		if err != nil {
			return ""
		}
		for _, x := range all {
			if p, err := netip.ParsePrefix(x.String()); err == nil && p.Addr().Is4() && !p.Addr().IsLoopback() {
				host = p.Addr().String()
				break
			}
		}
	}
	return addressAt(host, at.Port())
}

// addressAt writes the address of the page at a host; "" = nowhere.
func addressAt(host string, port uint16) string {
	switch {
	case host == "":
		return ""
	case port == 443:
		return "https://" + host
	}
	return "https://" + net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// sshIdle is how long a console over SSH stays open without a key.
const sshIdle = 30 * time.Minute

// showConsole shows the console to who came in over SSH.
func (a *Appliance) showConsole(ctx context.Context, s sshdoor.Session) error {
	return console.Run(ctx, console.Options{
		Service: a.service, In: s.Terminal, Out: s.Terminal, Size: s.Size, Resized: s.Resized, Terminal: console.TerminalFor(s.Environ),
		Door: "ssh", Who: s.Who, Idle: sshIdle, Folder: filepath.Join(a.cfg.Storage.Dir, "support"),
	})
}

// run starts every door that is there.
func (d doors) run(part func(name string, run func(context.Context) error)) {
	part("control", d.control.Run)
	if d.page != nil {
		part("page", d.page.Run)
	}
	if d.nearby != nil {
		part("nearby", d.nearby.Run)
	}
	if d.metrics != nil {
		part("metrics", d.metrics.Run)
	}
	if d.ssh != nil {
		part("ssh", d.ssh.Run)
	}
}

// close closes every door that is there.
func (d doors) close() []error {
	var errs []error
	if d.control != nil {
		errs = append(errs, d.control.Close())
	}
	if d.page != nil {
		errs = append(errs, d.page.Close())
	}
	if d.metrics != nil {
		errs = append(errs, d.metrics.Close())
	}
	if d.ssh != nil {
		errs = append(errs, d.ssh.Close())
	}
	return errs
}

// observers tells each of them.
type observers []reception.Observer

var _ reception.Observer = observers(nil)

// CallStarted implements reception.Observer.
func (os observers) CallStarted(c record.Call) {
	for _, o := range os {
		o.CallStarted(c)
	}
}

// TurnHeard implements reception.Observer.
func (os observers) TurnHeard(call, text string, final bool) {
	for _, o := range os {
		o.TurnHeard(call, text, final)
	}
}

// TurnSpeaking implements reception.Observer.
func (os observers) TurnSpeaking(call, text string) {
	for _, o := range os {
		o.TurnSpeaking(call, text)
	}
}

// TurnDone implements reception.Observer.
func (os observers) TurnDone(call string, t record.Turn) {
	for _, o := range os {
		o.TurnDone(call, t)
	}
}

// CallEnded implements reception.Observer.
func (os observers) CallEnded(c record.Call) {
	for _, o := range os {
		o.CallEnded(c)
	}
}
