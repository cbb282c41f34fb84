//go:build pbx

package interop_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "draw INTEROP.md anew")

const (
	interopFile = "../INTEROP.md"
	patience    = 25 * time.Second // for one scenario; most take seconds
	yes         = "yes"
	no          = "**no**"
	notYet      = "not yet"
)

// scenario is a row of the table. Without a do the program cannot do it yet, and why says what is missing.
type scenario struct {
	name string
	why  string
	do   func(ctx context.Context, t trial)

	patience time.Duration // patience by default
}

// trial is the test of one scenario with one peer.
type trial struct{ *testing.T }

// peer is a column of the table.
type peer struct {
	name      string
	scenarios []scenario
}

// table is what came out. Many scenarios may write at once.
type table struct {
	mu    sync.Mutex
	peers []string
	rows  []string
	cells map[string]string // row + "\n" + peer → yes, no, not yet
	whys  []string

	partial bool // something was left out
}

func newTable(rows []string) *table { return &table{rows: rows, cells: make(map[string]string)} }

func (b *table) put(row, peer, how string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cells[row+"\n"+peer] = how
}

// run runs the scenarios of a peer, one after the other.
func (b *table) run(t *testing.T, p peer) {
	t.Helper()
	for _, s := range p.scenarios {
		if !slices.Contains(b.rows, s.name) {
			t.Errorf("%s: the scenario %q is in no row", p.name, s.name)
		}
		if s.do == nil {
			b.put(s.name, p.name, notYet)
			b.mu.Lock()
			if why := "- " + s.name + ": " + s.why; !slices.Contains(b.whys, why) {
				b.whys = append(b.whys, why)
			}
			b.mu.Unlock()
			continue
		}
		how := "" // -run may leave it out
		t.Run(s.name, func(t *testing.T) {
			how = no
			ctx, cancel := context.WithTimeout(t.Context(), max(patience, s.patience))
			defer cancel()
			s.do(ctx, trial{t})
			if !t.Failed() {
				how = yes
			}
		})
		if how == "" {
			b.partial = true
			how = "left out"
		}
		b.put(s.name, p.name, how)
	}
}

// String draws the table.
func (b *table) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s strings.Builder
	fmt.Fprintf(&s, "| | %s |\n|---|%s\n", strings.Join(b.peers, " | "), strings.Repeat("---|", len(b.peers)))
	for _, row := range b.rows {
		fmt.Fprintf(&s, "| %s |", row)
		for _, p := range b.peers {
			how, ok := b.cells[row+"\n"+p]
			if !ok {
				how = "–"
			}
			fmt.Fprintf(&s, " %s |", how)
		}
		s.WriteString("\n")
	}
	if len(b.whys) > 0 {
		slices.Sort(b.whys)
		fmt.Fprintf(&s, "\nNot yet:\n\n%s\n", strings.Join(b.whys, "\n"))
	}
	return s.String()
}

// fill puts the table, and the figures where there are any, between their marks in the text of INTEROP.md.
func fill(text, mark, content string) (string, error) {
	begin, end := "<!-- "+mark+": drawn by make test-pbx -->\n", "<!-- end of "+mark+" -->"
	head, rest, ok := strings.Cut(text, begin)
	_, foot, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", fmt.Errorf("INTEROP.md has no marks for the %s", mark)
	}
	return head + begin + "\n" + strings.TrimSpace(content) + "\n\n" + end + foot, nil
}

// interopMu is held while INTEROP.md is drawn.
var interopMu sync.Mutex

// keep writes the table to build/pbx and, with -update, into INTEROP.md; otherwise what is there has to be the same.
func keep(t *testing.T, table string) {
	t.Helper()
	interopMu.Lock()
	defer interopMu.Unlock()
	old, err := os.ReadFile(interopFile)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := fill(string(old), "table", table)
	if err != nil {
		t.Fatal(err)
	}
	dir := "../../../build/pbx"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "INTEROP.md"), []byte(drawn), 0o644); err != nil {
		t.Fatal(err)
	}
	switch {
	case *update && !t.Failed():
		if err := os.WriteFile(interopFile, []byte(drawn), 0o644); err != nil {
			t.Fatal(err)
		}
	case drawn != string(old):
		t.Errorf("INTEROP.md does not say what came out; when that is as it should be, make test-pbx draws it anew:\n%s", table)
	}
}
