// Package line is the media of one call: RTP and RTCP (RFC 3550, 3551), telephone events (RFC 4733) and one 20 ms schedule for
// both directions.
//
// A [Line] gives what the caller says to an [Ear] and takes what is to be said from a [Mouth], both at a rate of the
// program's choice; codec, jitter buffer, concealment and resampling are inside. It knows no SIP.
//
// Goroutines, all started and waited for by [Line.Run]: rx (RTP socket → jitter buffer), rtcp (RTCP socket, when there is
// one) and clock (the caller's own goroutine: every 20 ms one frame to the ear, one from the mouth, one packet out). The clock
// allocates nothing for a frame. The line owns its sockets and closes them when Run returns.
package line

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/conceal"
	"frontdesk.internal/audio/dtmf"
	"frontdesk.internal/audio/echo"
	"frontdesk.internal/audio/jitter"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/audio/stretch"
)

// Static payload types (RFC 3551 table 4).
const (
	PayloadPCMU = 0
	PayloadPCMA = 8
)

const (
	packMost    = 3 // frames in a packet
	clockRate   = 8000
	frameOctets = 160
	maxPacket   = 1500
	// catchUp is how many frames the schedule makes good after a stall; a longer one starts it anew.
	catchUp = 5
	// lateAfter is the delay beyond which a sent frame counts as late.
	lateAfter = 5 * time.Millisecond
	// Media timeouts: before the first packet, and after one.
	timeoutFirst = 30 * time.Second
	timeoutNext  = 15 * time.Second
)

// ErrMediaTimeout says that the other side has sent nothing for too long.
var ErrMediaTimeout = errors.New("no audio from the other side")

// Codec is an agreed codec.
type Codec struct {
	Name        string // "PCMU", "PCMA" or "G722"
	PayloadType uint8  // what we send
	// ReceiveType is the payload type we receive when it differs; 0 with PayloadType other than 0 means the same.
	ReceiveType uint8
}

// Numbers are the payload types of a session: each side sends with those that the other side has listed, which may differ (RFC 3264
// section 5.1). What comes is taken by our numbers, and by theirs, with which some send.
type Numbers struct {
	Send, Receive             uint8 // of the codec
	SendEvents, ReceiveEvents uint8 // of telephone-event; 0 = not agreed
}

// events reports whether packets of type pt are telephone events.
func (n Numbers) events(pt uint8) bool {
	return pt != 0 && (pt == n.ReceiveEvents || pt == n.SendEvents && pt != n.Receive)
}

// audio reports whether packets of type pt are audio; n.events was asked before.
func (n Numbers) audio(pt uint8) bool { return pt == n.Receive || pt == n.Send }

// PacketConn is the part of *net.UDPConn that a line needs.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	SetReadDeadline(t time.Time) error
	LocalAddr() net.Addr
	Close() error
}

// Direction is ours, as in our session description (RFC 3264 section 5.1).
type Direction int

// The directions.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

func (d Direction) sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) receives() bool { return d == SendRecv || d == RecvOnly }

// Config describes a line.
type Config struct {
	RTP        PacketConn
	RTCP       PacketConn // nil: RTCP is not sent, but understood on the RTP port (RFC 5761)
	Remote     netip.AddrPort
	RemoteRTCP netip.AddrPort // zero: the port above Remote's
	Codec      Codec
	EventPT    uint8 // payload type of telephone-event, 0 = not agreed
	// EventReceiveType is the one we receive when it differs; 0 means the same.
	EventReceiveType uint8
	Rate             int // of the samples toward ear and mouth: 8000 or 16000
	Direction        Direction
	Logger           *slog.Logger
	// PacketTime is how much sound the other side wants in a packet, in milliseconds: 10, or 20, 40 or 60. Others become the next lower of
	// these, or 10; 0 = 20. It is not what we receive, which may be anything.
	PacketTime int
	// Echo has our own voice taken out of what ears are given early, when it comes back from the other side's loudspeaker.
	Echo bool
	// Tones has keys looked for in the audio even where telephone-event was agreed on; without EventPT they always are.
	Tones bool
	// Timeouts replace the media timeouts (30 s before, 15 s after the first packet); zero keeps them.
	TimeoutFirst, TimeoutNext time.Duration
}

// Frame is 20 ms of what the other side says. PCM and Early are only valid during Hear.
type Frame struct {
	PCM audio.PCM
	// Early is the same sound ahead of its time, for ears that need no steady pace: all that has come since the frame before, also what is not
	// due yet. It may be empty or several frames long; all of them together are the sound of PCM, but for the frames that were played
	// faster or slower, and up to the jitter buffer's delay ahead. With Config.Echo it is the other side alone, and a part of it may
	// come some frames late: what may be our own voice is given when it is known what it is.
	Early audio.PCM
	// Ours is how many samples at the end of what was given early before turned out to be our own voice only now.
	Ours      int
	At        time.Time // when it left the jitter buffer
	Arrived   time.Time // when its packet came; zero for made-up frames
	Concealed bool      // lost and filled in
	Silence   bool      // nothing was sent
}

// Ear takes the frames. Hear is called on the clock goroutine and must not block.
type Ear interface{ Hear(f Frame) }

// Mouth gives the frames. Say is called on the clock goroutine right before a packet is sent; it fills the beginning of dst (20 ms) and
// returns how much; the rest is silence. It must not block.
type Mouth interface{ Say(dst audio.PCM) int }

// Digit is a key that the other side pressed.
type Digit struct {
	Key rune
	At  time.Time
}

// Line is one call's media. New makes it, Run lives through it; the other methods are safe for concurrent use.
type Line struct {
	cfg    Config
	start  time.Time
	digits chan Digit

	mu     sync.Mutex // guards what rx and Update share with the clock
	jb     *jitter.Buffer
	keysIn dtmf.Receiver
	once   dtmf.Once
	latch  latch
	dir    Direction
	nums   Numbers
	in     inbound
	report reports

	ticks atomic.Uint64 // frames that the clock has done

	keysMu  sync.Mutex
	keysOut dtmf.Sender
	keysEnd chan struct{} // closed when keysOut has nothing left

	tx  transmitter
	out outbound
}

// transmitter belongs to the clock goroutine.
type transmitter struct {
	ssrc     uint32
	seq      uint16
	ts       uint32
	talking  bool
	buf      [maxPacket]byte
	payload  [packMost * frameOctets]byte
	packing  packing
	nums     Numbers // those of this frame
	raw      [frameOctets]byte
	coder    coder
	coded    audio.PCM // at the codec's rate
	last     audio.PCM // the frame that was played last, likewise
	more     []byte    // a frame and what it may be shortened by
	longer   audio.PCM // the same, decoded
	wide     audio.PCM // at cfg.Rate
	ear      audio.PCM
	peeked   audio.PCM           // at the codec's rate, for quiet
	up, down *resample.Resampler // nil when both rates are the same
	conceal  *conceal.Concealer
	nextRTCP time.Time
	cname    string
	tones    *dtmf.Tones // nil when keys in the audio are not looked for
	early    early
}

// New checks cfg and returns a line that is not running yet.
func New(cfg Config) (*Line, error) {
	if cfg.RTP == nil || cfg.Logger == nil {
		return nil, errors.New("open line: no socket or no logger")
	}
	c, ok := newCoder(cfg.Codec.Name)
	if !ok {
		return nil, fmt.Errorf("open line: codec %q is not supported", cfg.Codec.Name)
	}
	if cfg.Rate != 8000 && cfg.Rate != 16000 {
		return nil, fmt.Errorf("open line: rate %d: use 8000 or 16000", cfg.Rate)
	}
	if cfg.Codec.ReceiveType == 0 {
		cfg.Codec.ReceiveType = cfg.Codec.PayloadType
	}
	if cfg.EventReceiveType == 0 {
		cfg.EventReceiveType = cfg.EventPT
	}
	if cfg.TimeoutFirst == 0 {
		cfg.TimeoutFirst = timeoutFirst
	}
	if cfg.TimeoutNext == 0 {
		cfg.TimeoutNext = timeoutNext
	}
	if !cfg.RemoteRTCP.IsValid() && cfg.Remote.IsValid() {
		cfg.RemoteRTCP = netip.AddrPortFrom(cfg.Remote.Addr(), cfg.Remote.Port()+1)
	}
	l := &Line{cfg: cfg, digits: make(chan Digit, 64), dir: cfg.Direction}
	l.nums = Numbers{Send: cfg.Codec.PayloadType, Receive: cfg.Codec.ReceiveType, SendEvents: cfg.EventPT, ReceiveEvents: cfg.EventReceiveType}
	if cfg.Echo {
		l.tx.early.echo = echo.New(c.rate())
	}
	if cfg.EventPT == 0 || cfg.Tones {
		l.tx.tones = dtmf.NewTones(c.rate())
	}
	l.jb = jitter.New(l.quiet)
	l.latch.reset(cfg.Remote)
	l.tx.packing = newPacking(cfg.PacketTime)
	if err := l.tx.init(c, cfg.Rate); err != nil {
		return nil, err
	}
	return l, nil
}

// init draws the random starts of RFC 3550 section 5.1 and makes the buffers.
func (t *transmitter) init(c coder, rate int) error {
	var r [26]byte
	_, _ = rand.Read(r[:]) // never fails
	t.ssrc, t.ts = binary.BigEndian.Uint32(r[:]), binary.BigEndian.Uint32(r[4:])
	t.seq = binary.BigEndian.Uint16(r[8:]) & 0x7fff
	t.cname = fmt.Sprintf("%x", r[10:])
	t.coder = c
	t.coded, t.wide = make(audio.PCM, 0, 2*audio.FrameLen(c.rate())), make(audio.PCM, audio.FrameLen(rate))
	t.peeked = make(audio.PCM, audio.FrameLen(c.rate()))
	t.ear = make(audio.PCM, 0, 2*audio.FrameLen(rate))
	t.last, t.more = make(audio.PCM, audio.FrameLen(c.rate())), make([]byte, frameOctets+stretch.More(clockRate))
	t.longer = make(audio.PCM, audio.FrameLen(c.rate())+stretch.More(c.rate()))
	t.conceal = conceal.New(c.rate())
	err := t.early.init(c.rate(), rate)
	if err != nil {
		return fmt.Errorf("open line: %w", err)
	}
	if rate == c.rate() {
		return nil
	}
	if t.up, err = resample.New(c.rate(), rate); err != nil {
		return fmt.Errorf("open line: %w", err)
	}
	if t.down, err = resample.New(rate, c.rate()); err != nil {
		return fmt.Errorf("open line: %w", err)
	}
	return nil
}

// String names the stages of both directions, as tests and logs show them.
func (l *Line) String() string {
	return fmt.Sprintf("rtp ← jitter ← %[1]s/%[2]d ← conceal → ear %[3]d | mouth %[3]d → %[1]s/%[2]d → rtp", l.cfg.Codec.Name,
		l.tx.coder.rate(), l.cfg.Rate)
}

// Digits delivers keys, each once, by whichever way it comes first: as a telephone event, as tones in the audio, by [Line.Press].
// It is never closed.
func (l *Line) Digits() <-chan Digit { return l.digits }

// Press takes a key that came by signalling (SIP INFO). One that the audio has told of already is dropped.
func (l *Line) Press(key rune) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pressed(key, dtmf.ByInfo, time.Now())
}

// pressed hands a key on, once. Called with mu held.
func (l *Line) pressed(key rune, by dtmf.Source, now time.Time) {
	if !l.once.New(key, by, now) {
		return
	}
	select {
	case l.digits <- Digit{Key: key, At: now}:
	default:
		l.in.keysLost++
	}
}

// Ticks is how many frames of 20 ms the schedule has done. While Run lives it grows by fifty a second; when it stands still, the
// call's audio does too.
func (l *Line) Ticks() uint64 { return l.ticks.Load() }

// Update follows a re-INVITE: another address of the other side (zero keeps it), another direction of ours.
func (l *Line) Update(remote netip.AddrPort, d Direction) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if remote.IsValid() && remote != l.latch.signalled {
		l.latch.reset(remote)
		l.cfg.RemoteRTCP = netip.AddrPortFrom(remote.Addr(), remote.Port()+1)
	}
	if !l.dir.receives() && d.receives() {
		l.in.last = time.Now() // the media timeout begins anew after a hold
	}
	l.dir = d
}

// Renumber follows a re-INVITE that numbers the payload types anew.
func (l *Line) Renumber(n Numbers) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nums = n
}

// SendKeys sends keys as telephone events and returns when the last has gone out. It fails when the other side did not agree to events.
func (l *Line) SendKeys(ctx context.Context, keys string) error {
	l.mu.Lock()
	taken := l.nums.SendEvents != 0
	l.mu.Unlock()
	if !taken {
		return errors.New("send keys: the other side takes no telephone events")
	}
	l.keysMu.Lock()
	if err := l.keysOut.Queue(keys); err != nil {
		l.keysMu.Unlock()
		return fmt.Errorf("send keys: %w", err)
	}
	if l.keysEnd == nil {
		l.keysEnd = make(chan struct{})
	}
	end := l.keysEnd
	l.keysMu.Unlock()
	select {
	case <-end:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("send keys: %w", context.Cause(ctx))
	}
}

// Run carries the call until ctx ends (its cause is returned), the other side has been silent for too long
// ([ErrMediaTimeout]) or the socket fails. It closes the sockets.
func (l *Line) Run(ctx context.Context, ear Ear, mouth Mouth) error {
	var wg sync.WaitGroup
	now := time.Now()
	l.mu.Lock()
	l.start, l.in.last = now, now
	l.mu.Unlock()
	failed := make(chan error, 2)
	wg.Go(func() { l.receive(ctx, l.cfg.RTP, failed) })
	if l.cfg.RTCP != nil {
		wg.Go(func() { l.receive(ctx, l.cfg.RTCP, failed) })
	}
	err := l.clock(ctx, ear, mouth, failed)
	l.bye()
	l.Close()
	wg.Wait()
	return err
}

// Close closes the sockets of a line that will not run any more. Errors of closing a UDP socket tell nothing and are dropped.
func (l *Line) Close() {
	_ = l.cfg.RTP.Close()
	if l.cfg.RTCP != nil {
		_ = l.cfg.RTCP.Close()
	}
}

// clock is the 20 ms schedule: start + n·20 ms, absolute, so that a late wake-up makes no frame late but one.
func (l *Line) clock(ctx context.Context, ear Ear, mouth Mouth, failed <-chan error) error {
	start, n := time.Now(), 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		due := start.Add(time.Duration(n) * audio.FrameDuration)
		timer.Reset(time.Until(due))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case err := <-failed:
			return err
		case <-timer.C:
		}
		now := time.Now()
		behind := now.Sub(due)
		l.out.lateness(behind)
		if behind > catchUp*audio.FrameDuration {
			l.out.resets.Add(1)
			start, n = now, 0
		}
		n++
		if err := l.tick(now, ear, mouth); err != nil {
			return err
		}
		l.ticks.Add(1)
	}
}

// tick is one frame of both directions.
func (l *Line) tick(now time.Time, ear Ear, mouth Mouth) error {
	frame, err := l.pull(now)
	if err != nil {
		return err
	}
	ear.Hear(frame)
	n := mouth.Say(l.tx.wide)
	clear(l.tx.wide[n:])
	return l.send(now, n > 0)
}

// pull takes the next frame out of the jitter buffer and brings it to the ear's rate.
func (l *Line) pull(now time.Time) (Frame, error) {
	t := &l.tx
	f := Frame{At: now}
	l.mu.Lock()
	receives := l.dir.receives()
	if !receives {
		l.in.last = now // on hold nothing is due
	}
	idle, limit := now.Sub(l.in.last), l.cfg.TimeoutNext
	if l.in.packets == 0 {
		limit = l.cfg.TimeoutFirst
	}
	pcm := t.coded[:audio.FrameLen(t.coder.rate())]
	kind := jitter.Audio
	if !l.corrected(pcm, now) {
		if kind = l.jb.Pull(t.raw[:], now); kind == jitter.Audio {
			t.coder.decode(pcm, t.raw[:])
		}
	}
	if kind == jitter.Audio {
		f.Arrived = l.jb.Arrived()
	}
	pos, stream := t.early.look(l.jb)
	l.mu.Unlock()
	if idle > limit {
		return f, ErrMediaTimeout
	}
	switch kind {
	case jitter.Audio:
		l.listen(pcm, now)
		t.conceal.Good(pcm)
	case jitter.Lost:
		t.conceal.Conceal(pcm)
		f.Concealed = true
	case jitter.Silence:
		clear(pcm)
		f.Silence = true
	}
	copy(t.last, pcm)
	f.PCM, f.Early = pcm, t.early.next(pcm, kind, pos, stream, t.coder)
	f.Ours = t.early.ours(l.cfg.Rate)
	if t.up != nil {
		t.ear = t.up.Append(t.ear[:0], pcm)
		f.PCM = t.ear
	}
	return f, nil
}

// corrected plays the next frame a little faster or slower when the jitter buffer wants it and nobody hears it, and reports whether it did.
// Called with mu held.
func (l *Line) corrected(pcm audio.PCM, now time.Time) bool {
	t := &l.tx
	rate := t.coder.rate()
	k := rate / clockRate // samples of an octet
	var n, octets int
	switch l.jb.Correction() {
	case jitter.Shorter:
		if !l.jb.Peek(t.more) {
			return false
		}
		t.coder.peek(t.longer, t.more)
		n = stretch.Shorten(pcm, t.longer, rate) / k
		octets = frameOctets + n
	case jitter.Longer:
		if !l.jb.Peek(t.raw[:]) {
			return false
		}
		t.coder.peek(t.longer[:len(pcm)], t.raw[:])
		n = -stretch.Lengthen(pcm, t.last, t.longer[:len(pcm)], rate) / k
		octets = frameOctets + n
	default:
		return false
	}
	if n == 0 {
		return false
	}
	l.jb.Pull(t.more[:octets], now)
	t.coder.decode(t.longer[:octets*k], t.more[:octets]) // what was used up is behind it now
	l.jb.Corrected(n)
	return true
}

// listen looks for keys in a frame that arrived.
func (l *Line) listen(pcm audio.PCM, now time.Time) {
	if l.tx.tones == nil {
		return
	}
	if k := l.tx.tones.Hear(pcm); k != 0 {
		l.mu.Lock()
		l.pressed(k, dtmf.ByTone, now)
		l.mu.Unlock()
	}
}

// quietLevel is the peak below which a frame may be dropped or repeated unheard, about -48 dBFS.
const quietLevel = 128

// quiet is the jitter buffer's question; called with mu held, on the clock goroutine.
func (l *Line) quiet(frame []byte) bool {
	pcm := l.tx.peeked
	l.tx.coder.peek(pcm, frame)
	for _, v := range pcm {
		if v > quietLevel || v < -quietLevel {
			return false
		}
	}
	return true
}
