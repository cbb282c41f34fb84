package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/cmd/internal/browser"
	"frontdesk.internal/cmd/internal/siege"
)

// siegeBench is what is measured.
type siegeBench struct {
	calls, attackers int
	lasting          time.Duration
	each             time.Duration // how long a call lasts; then its caller calls again
	dir              string
	ipv6             bool   // calls by IPv6
	outside          string // network namespace of the attackers, when this process is in that of the office; "" = loopback
}

// benchSiegeCommand measures the box under every attack at once while calls go on. SIP, RTP, records, TLS, HTTP and SSH are real, the
// engines scripted. The attackers are processes of their own, with addresses of their own: on the loopback interface, or in a network
// namespace of theirs.
func benchSiegeCommand() *cobra.Command {
	b := siegeBench{each: 20 * time.Second}
	var asJSON, besiege, ownNetwork bool
	cmd := command("siege", "every attack at once while ten calls go on", func(cmd *cobra.Command, _ []string) error {
		if besiege {
			return attackAsChild(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
		}
		if b.calls < 1 || b.attackers < 1 || b.lasting < time.Second {
			return misused("--calls and --attackers from 1, --for from 1s")
		}
		if b.ipv6 && !ownNetwork && b.outside == "" {
			return misused("--ipv6 needs --own-network")
		}
		if ownNetwork {
			return b.inNetwork(cmd.Context(), asJSON, cmd.OutOrStdout(), cmd.ErrOrStderr())
		}
		progress := cmd.OutOrStdout()
		if asJSON {
			progress = io.Discard
		}
		result, err := b.measure(cmd.Context(), progress, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		return printBenchJSON(cmd.OutOrStdout(), result)
	})
	fs := cmd.Flags()
	fs.BoolVar(&asJSON, "json", false, "print only one JSON object")
	fs.IntVar(&b.calls, "calls", 10, "so many `calls` at once")
	fs.IntVar(&b.attackers, "attackers", 4, "so many `attackers` of each kind")
	fs.DurationVar(&b.lasting, "for", 5*time.Minute, "how `long`")
	fs.StringVar(&b.dir, "dir", filepath.Join("build", "bench", "siege"), "`folder` for state")
	fs.BoolVar(&ownNetwork, "own-network", false, "in network namespaces of its own, with attackers by IPv4 and IPv6 (root)")
	fs.BoolVar(&b.ipv6, "ipv6", false, "calls by IPv6, too, with --own-network")
	fs.StringVar(&b.outside, "outside", "", "`network` namespace of the attackers (the bench says it itself)")
	fs.BoolVar(&besiege, "besiege", false, "be the attackers, of what stands on standard input (the bench starts them itself)")
	return described(cmd, `Measures the box under guesses at every door, calls that nobody acknowledges,
files that cost time, connections that say nothing and floods of each kind, all
at once, while ten calls go on: calls lost, sound that came late, how soon
callers are greeted, how long the owner takes to get in, memory.`, "  frontdesk bench siege --for 1m --json\n"+
		"  frontdesk bench siege --own-network --ipv6")
}

// The RTP ports of the box, which attackers find by trying.
const (
	siegeRTPMin = 21000
	siegeRTPMax = 21199
)

// spareCalls is how many more calls than the measured ones are taken: those that nobody acknowledges take their places from each other.
const spareCalls = 2

func (b siegeBench) measure(ctx context.Context, progress, log io.Writer) (_ map[string]any, err error) {
	dir, err := filepath.Abs(filepath.Join(b.dir, "state"))
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil { // an office that was besieged before has used up its hour of texts
		return nil, fmt.Errorf("remove former state: %w", err)
	}
	notes, at, load := &lineNotes{}, b.addrs(), loadNow()
	st, err := newStage(ctx, stageOptions{
		dir: dir, sample: "dental", page: at.doors, observer: notes, maxCalls: b.calls + spareCalls, rtpMin: siegeRTPMin,
		rtpMax: siegeRTPMax, ssh: at.doors, drain: time.Second, box: at.box, pbx: at.pbx,
		deps: appliance.Deps{Logger: newLogger(io.Discard, config.Log{Level: "info"}), Engines: benchEngines()},
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	client, err := remote.Dial(ctx, remote.Socket(dir))
	if err != nil {
		return nil, err
	}
	defer func() { _ = client.Close() }() // idle connections only
	own, err := newBrowser(onPort(at.page, st.app.Page()), dir)
	if err != nil {
		return nil, err
	}
	defer own.Forget()
	if err := signIn(ctx, own, client); err != nil {
		return nil, err
	}
	target, err := b.target(ctx, st, client)
	if err != nil {
		return nil, err
	}
	before := st.app.Phone()
	running, stop := context.WithCancel(ctx)
	defer stop()
	callers := &besieged{st: st, each: b.each, from: anyPort(at.pbx)}
	for i := range b.calls {
		callers.running.Go(func() { callers.callAgain(running, i) })
	}
	door := &ownersDoor{browser: own}
	callers.running.Go(func() { door.signInAgain(running) })
	callers.running.Go(func() { // on a machine that is slow it lasts until there is something to be told
		defer stop()
		for wait := b.lasting; pause(running, wait) == nil && (door.times() == 0 || !callers.answering()); {
			wait = comeBack
		}
	})
	peak := &memoryPeak{}
	callers.running.Go(func() { peak.watch(running, progress, callers, door) })
	tally, err := b.attack(running, target, log)
	stop()
	callers.running.Wait()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	after := st.app.Phone()
	r := map[string]any{
		"seconds": b.lasting.Seconds(), "calls_at_once": b.calls, "attackers": b.attackers, "engines": "scripted",
		"owner_sign_in_ms": quantile(door.took, 1), "owner_sign_ins": len(door.took), "owner_kept_out": door.keptOut, "why_kept_out": door.why,
		"mem_peak_mb": peak.most / 1024, "let_in": tally.In(), "load_1m_before": load, "load_1m": loadNow(),
		"own_network": b.outside != "", "calls_by_ipv6": at.box.Is6(), "attackers_by_ipv6": len(at.strangers6) > 0,
		"forged": after.Forged - before.Forged, "strangers": after.Strangers - before.Strangers, "malformed": after.Malformed - before.Malformed,
		"limited": after.Limited - before.Limited, "texts_refused": after.Texts - before.Texts, "overload": after.Overload - before.Overload,
	}
	sent, refused := map[string]uint64{}, map[string]uint64{}
	for kind, n := range tally {
		sent[kind], refused[kind] = n.Sent, n.Refused
		fmt.Fprintf(progress, "%-24s sent %7d  refused %7d  let in %d\n", kind, n.Sent, n.Refused, n.In)
	}
	r["sent"], r["refused"] = sent, refused
	callers.figures(r)
	notes.mu.Lock()
	defer notes.mu.Unlock()
	late := uint64(0)
	for _, l := range notes.lines {
		late += l.SentLate
	}
	r["rtp_left_5ms_late"] = late
	return r, nil
}

// target is what the attackers know, with two tokens and a card that belong to the office.
func (b siegeBench) target(ctx context.Context, st *stage, client *remote.Client) (t siege.Target, err error) {
	ctx = asOperator(ctx)
	owners, err := service.AddToken.Do(ctx, client, service.TokenWish{Name: "contacts", Role: record.RoleOwner})
	if err != nil {
		return t, err
	}
	staff, err := service.AddToken.Do(ctx, client, service.TokenWish{Name: "calendar", Role: record.RoleStaff})
	if err != nil {
		return t, err
	}
	card, err := service.ChangeCaller.Do(ctx, client, service.CallerChange{Edit: service.CallerEdit{
		Add:  []record.Field{{Kind: record.FieldName, Value: "Ada Byron"}, {Kind: record.FieldNumber, Value: "+12175550142"}},
		Tags: []record.Tag{record.TagObjects},
	}})
	if err != nil {
		return t, err
	}
	pbx, err := netip.ParseAddrPort(st.pbx.Addr())
	if err != nil {
		return t, fmt.Errorf("find practice PBX: %w", err)
	}
	at := b.addrs()
	t = siege.Target{
		SIP: st.app.Addr(), PBX: pbx, Extension: stageExtension, RTPMin: siegeRTPMin, RTPMax: siegeRTPMax, Page: onPort(at.page, st.app.Page()),
		SSH: onPort(at.page, st.app.SSH()), Owner: benchOwner, OwnersKey: owners.Secret, StaffKey: staff.Secret, Objector: card.ID,
		Attackers: b.attackers, Strangers: at.strangers, Strangers6: at.strangers6,
	}
	if at.page6.IsValid() {
		t.Page6, t.SSH6 = onPort(at.page6, st.app.Page()), onPort(at.page6, st.app.SSH())
	}
	return t, nil
}

// onPort is an address with the port of a door that listens on more than one.
func onPort(a netip.Addr, door net.Addr) string {
	_, port, err := net.SplitHostPort(door.String())
	if err != nil {
		return door.String()
	}
	return net.JoinHostPort(a.String(), port)
}

// attack has other processes attack until ctx ends: one, or where the attackers have a network of their own one there, and one beside the
// telephone system for those who have its address.
func (b siegeBench) attack(ctx context.Context, t siege.Target, log io.Writer) (siege.Tally, error) {
	if b.outside == "" {
		return attackByChild(ctx, nil, t, log)
	}
	var beside siege.Tally
	var fault error
	var other sync.WaitGroup
	here, elsewhere := t, t
	here.Part, elsewhere.Part = siege.BesideThePBX, siege.FromElsewhere
	other.Go(func() { beside, fault = attackByChild(ctx, nil, here, log) })
	tally, err := attackByChild(ctx, []string{"nsenter", "--net=/run/netns/" + b.outside}, elsewhere, log)
	other.Wait()
	if err = errors.Join(err, fault); err != nil {
		return nil, err
	}
	tally.Add(beside)
	return tally, nil
}

// childEndsWithin is how long the attackers may take to stop.
const childEndsWithin = time.Minute

// attackByChild has another process attack until ctx ends. through is what starts it elsewhere; nil = it is started here.
func attackByChild(ctx context.Context, through []string, t siege.Target, log io.Writer) (siege.Tally, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	b, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode target: %w", err)
	}
	line := append(slices.Clone(through), self, "bench", "siege", "--besiege")
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, log, childEndsWithin
	in, err := cmd.StdinPipe()
	if err == nil {
		// It hears of the end by the end of its input, so that it can say what it did.
		cmd.Cancel = func() error { return errors.Join(os.ErrProcessDone, in.Close()) }
		err = cmd.Start()
	}
	if err == nil {
		_, err = in.Write(append(b, '\n'))
		err = errors.Join(cmd.Wait(), err)
	}
	if err != nil {
		return nil, fmt.Errorf("attackers: %w", err)
	}
	tally := siege.Tally{}
	if err := json.Unmarshal(out.Bytes(), &tally); err != nil {
		return nil, fmt.Errorf("attackers: %w: %s", err, strings.TrimSpace(out.String()))
	}
	return tally, nil
}

// attackAsChild is the other process: it attacks until its input ends.
func attackAsChild(ctx context.Context, in io.Reader, out io.Writer) error {
	var t siege.Target
	d := json.NewDecoder(in)
	if err := d.Decode(&t); err != nil {
		return fmt.Errorf("read target: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, in) // until it ends
		stop()
	}()
	tally, err := siege.Run(ctx, t)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(tally)
}

// memoryPeak is the most memory that this process held, the callers and the practice PBX included.
type memoryPeak struct{ most float64 } // KB

func (m *memoryPeak) watch(ctx context.Context, progress io.Writer, c *besieged, door *ownersDoor) {
	said := time.Now()
	for pause(ctx, 200*time.Millisecond) == nil {
		u := use()
		m.most = max(m.most, u.residentKB)
		if time.Since(said) >= 10*time.Second {
			said = time.Now()
			calls, lost := c.count()
			fmt.Fprintf(progress, "%d calls, %d lost; the owner signed in %d times; %.0f MB\n", calls, lost, door.times(), u.residentKB/1024)
		}
	}
}

// ownersDoor is the owner, who goes and comes back in a browser that has signed in before.
type ownersDoor struct {
	browser *browser.Browser

	mu      sync.Mutex
	took    []float64
	keptOut int
	why     string
}

// comeBack is the time between two sign-ins.
const comeBack = 2 * time.Second

func (d *ownersDoor) signInAgain(ctx context.Context) {
	for pause(ctx, comeBack) == nil {
		began := time.Now()
		body, err := d.comeIn(ctx)
		if ctx.Err() != nil {
			return
		}
		d.mu.Lock()
		if err == nil && !strings.Contains(body, "/signout") {
			err = errors.New("the page did not let the owner in")
		}
		if err != nil {
			d.keptOut++
			d.why = err.Error()
		}
		d.took = append(d.took, milliseconds(time.Since(began)))
		d.mu.Unlock()
	}
}

// comeIn signs out, and in again by a new connection.
func (d *ownersDoor) comeIn(ctx context.Context) (string, error) {
	_, _, err := d.browser.Load(ctx, "/signout", url.Values{})
	if err != nil {
		return "", err
	}
	d.browser.Forget()
	body, _, err := d.browser.Load(ctx, "/signin", url.Values{"name": {benchOwner}, "password": {benchPassword}})
	return body, err
}

func (d *ownersDoor) times() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(slices.Clone(d.took))
}
