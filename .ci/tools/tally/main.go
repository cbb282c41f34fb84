// Command tally watches test runs: it shows how they go, and in the end counts over all of them what passed, failed and was
// skipped, and why.
//
//	go test -json ./... | tally watch SECTION TALLY     show a run and add it to the file TALLY; fails if a test failed
//	tally note SECTION NAME pass|fail TALLY             add something that is no Go test
//	tally failed SECTION TALLY                          packages of a section with failed tests: package and pattern for go test -run
//	tally report TALLY ALLOWED                          count; with CI=true a skip that ALLOWED does not list fails
//
// A test that is skipped in one section and passes in another has run. One that runs twice in a section counts as it ended last, and the
// report names it if that was better. Subtests count as tests.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Getenv("CI") == "true", os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, strict bool, stdin io.Reader, stdout, stderr io.Writer) int {
	var ok bool
	var err error
	switch {
	case len(args) == 3 && args[0] == "watch":
		w := watcher{section: args[1], out: stdout, text: make(map[string][]string), broke: make(map[string]bool)}
		if err = w.watch(stdin); err == nil {
			ok = !slices.ContainsFunc(w.results, func(r result) bool { return r.How == "fail" })
			err = appendResults(args[2], w.results)
		}
	case len(args) == 5 && args[0] == "note" && (args[3] == "pass" || args[3] == "fail"):
		ok = true
		err = appendResults(args[4], []result{{Section: args[1], Test: args[2], How: args[3]}})
	case len(args) == 3 && args[0] == "failed":
		ok = true
		err = failed(args[1], args[2], stdout)
	case len(args) == 3 && args[0] == "report":
		ok, err = report(args[1], args[2], strict, stdout)
	default:
		fmt.Fprintln(stderr, "usage: tally watch SECTION TALLY | note SECTION NAME pass|fail TALLY | failed SECTION TALLY | report TALLY ALLOWED")
		return 2
	}
	if err != nil {
		fmt.Fprintln(stderr, "tally:", err)
	}
	if err != nil || !ok {
		return 1
	}
	return 0
}

// event is a line of go test -json.
type event struct {
	Action, Package, ImportPath, Test, Output, FailedBuild string
	Elapsed                                                float64
}

// result is how one test of one section ended: pass, fail or skip; a package that passed is "ok".
type result struct {
	Section, Package, Test, How, Why string
	Took                             float64 // seconds; of packages
}

// wholePackage stands for the name of a test where a package failed by itself: it was not built, or ended before its tests or after them.
const wholePackage = "(package)"

// watcher shows one run.
type watcher struct {
	section string
	out     io.Writer
	text    map[string][]string // what tests and packages said, until they end
	broke   map[string]bool     // packages that a panic or the time limit ended: some of their tests did not run
	results []result
}

func (w *watcher) watch(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	events := 0
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(w.out, lines.Text()) // Of the go command itself.
			continue
		}
		events++
		w.event(e)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read test events: %w", err)
	}
	if events == 0 {
		return fmt.Errorf("section %s: no test was run", w.section)
	}
	return nil
}

func (w *watcher) event(e event) {
	e.Package = strings.TrimPrefix(e.Package, "frontdesk.internal/")
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(w.out, e.Output)
	case "output":
		w.text[key] = append(w.text[key], e.Output)
		if strings.HasPrefix(e.Output, "panic: ") || strings.HasPrefix(e.Output, "fatal error: ") {
			w.broke[e.Package] = true
		}
	case "pass", "fail", "skip":
		if e.Test == "" {
			w.packageEnded(e)
		} else {
			w.testEnded(e, key)
		}
		delete(w.text, key)
	}
}

func (w *watcher) testEnded(e event, key string) {
	r := result{Section: w.section, Package: e.Package, Test: e.Test, How: e.Action}
	switch e.Action {
	case "fail":
		fmt.Fprintf(w.out, "  FAIL  %s %s (%.1f s)\n", e.Package, e.Test, e.Elapsed)
		for _, l := range w.text[key] {
			fmt.Fprint(w.out, "        ", l)
		}
	case "skip":
		r.Why = reason(w.text[key])
	}
	w.results = append(w.results, r)
}

func (w *watcher) packageEnded(e event) {
	if e.Action == "skip" {
		return // It has no tests.
	}
	if e.Action == "pass" {
		fmt.Fprintf(w.out, "  ok    %s (%.1f s)\n", e.Package, e.Elapsed)
		w.results = append(w.results, result{Section: w.section, Package: e.Package, Test: wholePackage, How: "ok", Took: e.Elapsed})
		return
	}
	fmt.Fprintf(w.out, "  FAIL  %s (%.1f s)\n", e.Package, e.Elapsed)
	if !w.broke[e.Package] && slices.ContainsFunc(w.results, func(r result) bool { return r.Package == e.Package && r.How == "fail" }) {
		return
	}
	for key, text := range w.text {
		if strings.HasPrefix(key, e.Package+" ") {
			fmt.Fprint(w.out, "        ", strings.Join(text, "        "))
		}
	}
	w.results = append(w.results, result{Section: w.section, Package: e.Package, Test: wholePackage, How: "fail", Took: e.Elapsed})
}

var place = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// reason is what a test said when it skipped itself.
func reason(text []string) string {
	for _, l := range slices.Backward(text) {
		if place.MatchString(l) {
			return strings.TrimSpace(place.ReplaceAllString(l, ""))
		}
	}
	return "no reason given"
}

func appendResults(name string, results []result) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open tally: %w", err)
	}
	enc := json.NewEncoder(f)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			_ = f.Close()
			return fmt.Errorf("write tally: %w", err)
		}
	}
	return f.Close()
}

// failed lists what to run again of a section.
func failed(section, tally string, out io.Writer) error {
	results, err := readResults(tally)
	if err != nil {
		return err
	}
	tests := make(map[string][]string) // by package; none: all of them
	for _, r := range results {
		if r.Section != section || r.How != "fail" {
			continue
		}
		name, _, sub := strings.Cut(r.Test, "/")
		list, ok := tests[r.Package]
		switch {
		case r.Test == wholePackage:
			tests[r.Package] = nil
		case ok && list == nil || sub || slices.Contains(list, name): // a subtest fails its test
		default:
			tests[r.Package] = append(list, name)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(tests)) {
		pattern := ""
		if len(tests[p]) > 0 {
			pattern = " ^(" + strings.Join(tests[p], "|") + ")$"
		}
		fmt.Fprintf(out, "./%s%s\n", p, pattern)
	}
	return nil
}

// last keeps of tests that ran twice in a section how they ended last, and names those that failed before and then did not.
func last(results []result) (kept []result, better []string) {
	type key struct{ section, pkg, test string }
	at := make(map[key]int)
	for _, r := range results {
		k := key{r.Section, r.Package, r.Test}
		i, twice := at[k]
		if !twice {
			at[k] = len(kept)
			kept = append(kept, r)
			continue
		}
		if kept[i].How == "fail" && r.How != "fail" {
			better = append(better, fmt.Sprintf("[%s] %s", r.Section, strings.TrimSpace(r.Package+" "+r.Test)))
		}
		kept[i] = r
	}
	return kept, better
}

// report prints the count of all sections.
func report(tally, allowed string, strict bool, out io.Writer) (bool, error) {
	results, err := readResults(tally)
	if err != nil {
		return false, err
	}
	results, better := last(results)
	list, err := readAllowed(allowed)
	if err != nil {
		return false, err
	}
	passed, failed := 0, 0
	ran := make(map[string]bool)
	skips := make(map[string]string) // reason by name
	for _, r := range results {
		name := strings.TrimSpace(r.Package + " " + r.Test)
		switch r.How {
		case "pass":
			passed++
			ran[name] = true
		case "fail":
			failed++
			fmt.Fprintf(out, "failed   [%s] %s\n", r.Section, name)
		case "skip":
			skips[name] = r.Why
		}
	}
	skipped, bad := 0, 0
	names := make([]string, 0, len(skips))
	for name := range skips {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if ran[name] {
			continue
		}
		skipped++
		note := ""
		if why, ok := list[name]; ok {
			note = " (allowed: " + why + ")"
		} else if strict {
			bad++
			note = " (not allowed here)"
		}
		fmt.Fprintf(out, "skipped  %s: %s%s\n", name, skips[name], note)
	}
	if bad > 0 {
		fmt.Fprintf(out, "%d skipped tests are not in %s: on this machine every test has to run\n", bad, allowed)
	}
	for _, name := range better {
		fmt.Fprintf(out, "retried  %s: passed the second time\n", name)
	}
	slowest(results, out)
	again := ""
	if len(better) > 0 {
		again = fmt.Sprintf(", %d retried", len(better))
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped%s\n", passed, failed, skipped, again)
	return failed == 0 && bad == 0 && passed > 0, nil
}

// slow is from how many seconds on a package is named, and how many of a section are.
const slow, slowMost = 20, 6

// slowest names the packages of each section that took longest: where a run of everything can become shorter.
func slowest(results []result, out io.Writer) {
	sections := make(map[string][]result)
	for _, r := range results {
		if r.Test == wholePackage && r.Took >= slow {
			sections[r.Section] = append(sections[r.Section], r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		list := sections[name]
		slices.SortStableFunc(list, func(a, b result) int { return cmp.Compare(b.Took, a.Took) })
		fmt.Fprintf(out, "slowest  [%s]", name)
		for i, r := range list[:min(len(list), slowMost)] {
			if i > 0 {
				fmt.Fprint(out, ",")
			}
			fmt.Fprintf(out, " %s %.0f s", r.Package, r.Took)
		}
		fmt.Fprintln(out)
	}
}

func readResults(name string) ([]result, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open tally: %w", err)
	}
	defer f.Close()
	var results []result
	for dec := json.NewDecoder(f); ; {
		var r result
		if err := dec.Decode(&r); err == io.EOF {
			return results, nil
		} else if err != nil {
			return nil, fmt.Errorf("read tally: %w", err)
		}
		results = append(results, r)
	}
}

// readAllowed reads lines of package, test and reason, separated by spaces; # begins a comment.
func readAllowed(name string) (map[string]string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read allowed skips: %w", err)
	}
	list := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) < 3 {
			return nil, fmt.Errorf("read allowed skips: %q has no reason", line)
		}
		list[f[0]+" "+f[1]] = strings.Join(f[2:], " ")
	}
	return list, nil
}
