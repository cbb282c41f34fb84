package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/cmd/internal/browser"
)

// benchWords are what the callers of the stored calls talk about.
func benchWords() []string {
	return strings.Fields(`appointment tooth crown filling price insurance Thursday Friday morning afternoon pain children parking
		cleaning bridge
		whitening root canal invoice copy prescription extraction sedation braces aligner Spanish elevator wheelchair payment card cash emergency
		swelling bleeding gum wisdom denture implant check-up x-ray second opinion referral sister daughter husband neighbour Monday Tuesday
		later`)
}

func callID(i int) string { return fmt.Sprintf("%012x%08x", 1_700_000_000_000+i*777_000, i) }

// manyCalls makes up calls of half a year by a few thousand callers, the same ones each time.
func manyCalls(n int) iter.Seq[store.Full] {
	return func(yield func(store.Full) bool) {
		r := rand.New(rand.NewPCG(5, 20000)) // made-up callers need not be hard to guess
		words := benchWords()
		sentence := func(k int) string {
			var b strings.Builder
			for range k {
				b.WriteString(words[r.IntN(len(words))] + " ")
			}
			return strings.TrimSpace(b.String())
		}
		people := max(1, n/5)
		began := time.Now().AddDate(0, -6, 0)
		step := time.Since(began) / time.Duration(n+1)
		for i := range n {
			who, at := r.IntN(people), began.Add(time.Duration(i)*step)
			number := record.PhoneNumber(fmt.Sprintf("+1217%07d", 2_000_000+who))
			f := store.Full{Caller: record.Caller{ID: fmt.Sprintf("caller-%06d", who), Number: number, FirstSeen: began, LastSeen: at, Calls: 5}}
			if who%2 == 0 {
				f.Caller.Name = record.Personal(fmt.Sprintf("Person %s%d", words[who%len(words)], who))
			}
			f.Call = record.Call{
				ID: callID(i), CallerID: f.Caller.ID, From: number, Started: at, Answered: at.Add(time.Second), Ended: at.Add(90 * time.Second),
				Outcome: record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}, Turns: 6, Business: "bright-smile", Profile: 1,
				Line: record.LineQuality{Received: 4500, Sent: 4500, JitterMS: 2},
			}
			for k := range 6 {
				said := at.Add(time.Duration(k*15) * time.Second)
				f.Turns = append(f.Turns, record.Turn{
					HeardAt: said, Heard: record.Personal("I would like to know about " + sentence(9)), HeardProb: 0.9, Decided: "answer.price",
					DecidedBy: "rule", Source: "services[0].price", Said: "The price for a check-up is sixty-five dollars. " + sentence(8) + ".",
					SaidAt: said.Add(time.Second), Endpointing: 300 * time.Millisecond, Recognition: 200 * time.Millisecond, Voice: 100 * time.Millisecond,
					Total: 900 * time.Millisecond,
				})
			}
			if i%3 == 0 {
				f.Call.Messages = 1
				f.Messages = []record.Message{{
					ID: fmt.Sprintf("%s-m", f.Call.ID), CallID: f.Call.ID, CallerID: f.Caller.ID, At: at, Name: f.Caller.Name, Number: number,
					Reason: record.Personal(sentence(12)), Urgency: record.Normal, Done: i < n-40, DoneAt: at.Add(time.Hour),
				}}
			}
			if !yield(f) {
				return
			}
		}
	}
}

func removeRecords(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove former records: %w", err)
	}
	return nil
}

func searchFor(text string) service.CallSearch { return service.CallSearch{Text: text, Limit: 1} }

// newBrowser trusts the authority of the box whose state is in dir.
func newBrowser(addr, dir string) (*browser.Browser, error) {
	pem, err := os.ReadFile(filepath.Join(dir, "web", authorityFile))
	if err != nil {
		return nil, fmt.Errorf("read the page's authority: %w", err)
	}
	return browser.New(addr, pem)
}

// authorityFile is where the page keeps the certificate that browsers trust.
const authorityFile = "ca.pem"

// The owner of the office that is measured.
const (
	benchOwner    = "Bench"
	benchPassword = "forty kettles on a warm roof"
)

// signIn makes the owner's account with the one-time code, as on the first run.
func signIn(ctx context.Context, b *browser.Browser, c *remote.Client) error {
	access, err := service.ReadOwnerCode.Get(asOperator(ctx), c)
	if err != nil {
		return err
	}
	body, _, err := b.Load(ctx, "/setup", url.Values{
		"code": {access.Code}, "name": {benchOwner}, "password": {benchPassword}, "again": {benchPassword},
	})
	if err == nil && !strings.Contains(body, "/signout") {
		err = errors.New("the page did not let the owner in")
	}
	return err
}

// assets are the files that a page names.
var assets = regexp.MustCompile(`(?:href|src)="(/files/[^"]+)"`)

// loadPages measures first load, pages and searches.
func loadPages(ctx context.Context, addr, dir string, c *remote.Client, rounds int, progress io.Writer,
	after func(what string)) (map[string]any, error) {
	b, err := newBrowser(addr, dir)
	if err != nil {
		return nil, err
	}
	defer b.Forget()
	if err := signIn(ctx, b, c); err != nil {
		return nil, err
	}
	after("sign-in")
	first, err := firstLoad(ctx, b)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"first_load_kb": float64(first*10/1024) / 10}
	pages, err := samplePages(ctx, c)
	if err != nil {
		return nil, err
	}
	each, slowest, worst := map[string]any{}, []float64{}, 0.0
	for range rounds {
		for i, p := range pages {
			_, took, err := b.Load(ctx, p.path, nil)
			if err != nil {
				return nil, err
			}
			pages[i].took = append(pages[i].took, milliseconds(took))
			if err := pause(ctx, think); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range pages {
		fmt.Fprintf(progress, "%-10s p50 %6.1f ms  p95 %6.1f ms\n", p.name, quantile(p.took, 0.5), quantile(p.took, 0.95))
		each[p.name] = summary(p.took)
		worst = max(worst, quantile(p.took, 0.95))
		slowest = append(slowest, p.took...)
	}
	after("pages")
	searches, err := search(ctx, b, rounds)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(progress, "%-10s p50 %6.1f ms  p95 %6.1f ms\n", "search", quantile(searches, 0.5), quantile(searches, 0.95))
	result["page_p50_ms"], result["page_p95_ms"], result["page_max_ms"], result["pages"] = quantile(slowest, 0.5), quantile(slowest,
		0.95), quantile(slowest, 1), each
	result["worst_page_p95_ms"] = worst
	result["search_p50_ms"], result["search_p95_ms"], result["page_loads"] = quantile(searches, 0.5), quantile(searches, 0.95), len(slowest)
	return result, nil
}

// firstLoad is how many octets come over the wire when a browser opens the page for the first time, encryption included.
func firstLoad(ctx context.Context, b *browser.Browser) (int64, error) {
	b.Forget()
	before := b.Octets()
	page, _, err := b.Load(ctx, "/", nil)
	if err != nil {
		return 0, err
	}
	for _, m := range assets.FindAllStringSubmatch(page, -1) {
		if _, _, err := b.Load(ctx, m[1], nil); err != nil {
			return 0, err
		}
	}
	return b.Octets() - before, nil
}

// think is the time between two pages: no person opens them faster.
const think = 30 * time.Millisecond

// samplePage is one page that is loaded many times.
type samplePage struct {
	name, path string
	took       []float64
}

// samplePages are all pages that an owner opens, and no page twice.
func samplePages(ctx context.Context, c *remote.Client) ([]samplePage, error) {
	calls, err := service.ListCalls.Do(asOperator(ctx), c, service.CallFilter{Limit: 100})
	if err != nil || len(calls) == 0 {
		return nil, fmt.Errorf("list calls: %w", errors.Join(err, ctx.Err()))
	}
	messages, err := service.ListMessages.Do(asOperator(ctx), c, service.MessageFilter{Limit: 1})
	if err != nil || len(messages) == 0 {
		return nil, fmt.Errorf("list messages: %w", errors.Join(err, ctx.Err()))
	}
	older := calls[len(calls)-1]
	pages := []samplePage{
		{name: "today", path: "/"},
		{name: "calls", path: "/calls"},
		{name: "older", path: "/calls?before=" + url.QueryEscape(older.Started.Format(time.RFC3339Nano))},
		{name: "filtered", path: "/calls?kind=message"},
		{name: "call", path: "/calls/" + older.ID},
		{name: "callers", path: "/callers"},
		{name: "caller", path: "/callers/" + older.CallerID},
		{name: "business", path: "/business"},
		{name: "services", path: "/business/services"},
		{name: "history", path: "/business/history"},
		{name: "edition", path: "/business/history/1"},
		{name: "learned", path: "/business/learned"},
		{name: "documents", path: "/business/documents"},
		{name: "phone", path: "/phone"},
		{name: "system", path: "/system"},
		{name: "start", path: "/start"},
		{name: "statistics", path: "/statistics"},
		{name: "records", path: "/records"},
		{name: "egress", path: "/egress"},
		{name: "requests", path: "/requests"},
		{name: "contacts", path: "/contacts"},
		{name: "no-contact", path: "/callers/no-contact"},
		{name: "recipients", path: "/recipients"},
		{name: "calendars", path: "/calendars"},
		{name: "directories", path: "/directories"},
		{name: "engine hosts", path: "/engine-hosts"},
		{name: "account", path: "/account"},
		{name: "security", path: "/account/security"},
		{name: "breach", path: "/breach"},
		{name: "trust", path: "/trust"},
		{name: "call back", path: "/messages/" + messages[0].ID + "/call"},
	}
	for _, s := range edit.Sections() {
		if s != edit.Services { // it is there
			pages = append(pages, samplePage{name: string(s), path: "/business/" + string(s)})
		}
	}
	return pages, nil
}

// search asks for words that many calls have, for few, for numbers and for several words.
func search(ctx context.Context, b *browser.Browser, rounds int) ([]float64, error) {
	words := benchWords()
	var out []float64
	for i := range rounds * 4 {
		q := words[i%len(words)]
		switch i % 4 {
		case 1:
			q += " " + words[(i*7)%len(words)]
		case 2:
			q = fmt.Sprintf("200%04d", i*13%4000)
		case 3:
			q = q[:3]
		}
		_, took, err := b.Load(ctx, "/calls?q="+url.QueryEscape(q), nil)
		if err != nil {
			return nil, err
		}
		out = append(out, milliseconds(took))
		if err := pause(ctx, think); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
