//go:build pbx

package interop_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Addresses of the two ends of the cable; those of RFC 5737 and RFC 3849, which nobody has.
const (
	peerAddr  = "192.0.2.1"
	boxAddr   = "192.0.2.10"
	peerAddr6 = "2001:db8::1"
	boxAddr6  = "2001:db8::10"

	nobodysAddr = "192.0.2.77"
)

// faults are what the cable does to packets, each way for itself.
type faults struct {
	cut       bool
	loss      float64       // share of packets
	double    float64       // share of packets that come twice
	delay     time.Duration // of every packet
	jitter    time.Duration // more delay, evenly spread from 0; packets keep their order
	reorder   float64       // share of packets that come later than their turn
	reorderBy time.Duration // by so much
}

// world is two network namespaces with a cable between them: the peers' and the box's.
type world struct {
	peers, box string // names of the namespaces
	dir        string // what the programs in it write

	mu     sync.Mutex
	faults faults
	left   map[netip.Addr]uint64 // octets that left the box, by where they went; nil: nobody counts
}

// newWorld makes the namespaces and lays the cable.
func newWorld(t *testing.T) *world {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces are made by root only")
	}
	if _, err := os.Stat("/dev/net/tun"); err != nil {
		t.Skip("this machine's kernel has no /dev/net/tun")
	}
	name := fmt.Sprintf("frontdesk-%d-%x-", os.Getpid(), rand.Uint32())
	w := &world{peers: name + "peers", box: name + "box", dir: t.TempDir()}
	ends := make([]*os.File, 2)
	for i, end := range []struct{ space, addr, addr6 string }{{w.peers, peerAddr, peerAddr6}, {w.box, boxAddr, boxAddr6}} {
		must(t, "ip", "netns", "add", end.space)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", end.space).Run() })
		err := inside(end.space, func() (err error) {
			ends[i], err = openTun("cable")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ip := func(args ...string) { must(t, "ip", append([]string{"-n", end.space}, args...)...) }
		ip("link", "set", "lo", "up")
		ip("addr", "add", end.addr+"/24", "dev", "cable")
		ip("addr", "add", end.addr6+"/64", "dev", "cable", "nodad")
		ip("link", "set", "cable", "up")
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { w.carry(ctx, ends[0], ends[1], 1) })
	wg.Go(func() { w.carry(ctx, ends[1], ends[0], fromBox) })
	t.Cleanup(func() {
		cancel()
		for _, f := range ends {
			_ = f.Close()
		}
		wg.Wait()
	})
	return w
}

// inside runs fn in a network namespace; sockets that fn opens stay there.
func inside(space string, fn func() error) error {
	ran := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		f, err := os.Open(filepath.Join("/run/netns", space))
		if err == nil {
			err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET)
			_ = f.Close()
		}
		if err == nil {
			err = fn()
		}
		ran <- err
	}()
	return <-ran
}

// openTun makes a network interface whose packets are read and written through the file.
func openTun(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	req, err := unix.NewIfreq(name)
	if err == nil {
		req.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, req)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("make interface %s: %w", name, err)
	}
	return os.NewFile(uintptr(fd), "tun"), nil
}

// set changes what the cable does.
func (w *world) set(f faults) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = f
}

// fromBox marks the way from the box to the peers.
const fromBox = 2

// goesTo is where a packet goes. What a kernel says by itself to its neighbours on the cable (ICMPv6, IGMP) is not the box's.
func goesTo(b []byte) (netip.Addr, bool) {
	switch {
	case len(b) >= 20 && b[0]>>4 == 4 && b[9] != unix.IPPROTO_IGMP:
		return netip.AddrFrom4([4]byte(b[16:20])), true
	case len(b) >= 40 && b[0]>>4 == 6 && b[6] != unix.IPPROTO_ICMPV6 && b[6] != 0:
		return netip.AddrFrom16([16]byte(b[24:40])), true
	}
	return netip.Addr{}, false
}

// carry takes packets from one end to the other until the end is closed.
func (w *world) carry(ctx context.Context, from, to *os.File, seed uint64) {
	dice := rand.New(rand.NewPCG(seed, 6)) // the same faults each time
	var wg sync.WaitGroup
	defer wg.Wait()
	var last time.Time
	buf := make([]byte, 65536)
	for {
		n, err := from.Read(buf)
		if err != nil {
			if errors.Is(err, os.ErrClosed) || errors.Is(err, io.EOF) || ctx.Err() != nil {
				return
			}
			continue
		}
		w.mu.Lock()
		f := w.faults
		if w.left != nil && seed == fromBox {
			if to, ok := goesTo(buf[:n]); ok {
				w.left[to] += uint64(n)
			}
		}
		w.mu.Unlock()
		if f == (faults{}) {
			_, _ = to.Write(buf[:n])
			continue
		}
		if f.cut || dice.Float64() < f.loss {
			continue
		}
		at := time.Now().Add(f.delay + time.Duration(dice.Float64()*float64(f.jitter)))
		if at.Before(last) {
			at = last
		}
		last = at
		if dice.Float64() < f.reorder {
			at = at.Add(f.reorderBy)
		}
		times := 1
		if dice.Float64() < f.double {
			times = 2
		}
		b := append([]byte(nil), buf[:n]...)
		for range times {
			wg.Add(1)
			time.AfterFunc(time.Until(at), func() {
				defer wg.Done()
				_, _ = to.Write(b)
			})
		}
	}
}

// command is a program in one of the namespaces; it dies with ctx.
func (w *world) command(ctx context.Context, space, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", space, name}, args...)...)
}

// must runs a program of this machine and returns what it said.
func must(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// until asks again and again until yes says so. It returns an error that names what, and what was seen last, when ctx ends before.
func until(ctx context.Context, what string, yes func() (bool, string)) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, seen := yes()
		if ok {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s did not come: %w\n%s", what, ctx.Err(), seen)
		}
	}
}

// pause lets d of the call go by: what is measured here is sound, which takes its time.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
