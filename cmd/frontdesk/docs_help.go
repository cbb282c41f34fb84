package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// topic is a command, or a verb of one, as its --help explains it.
type topic struct {
	name    string // "calls", or "list" for a verb
	args    string // "ID"
	summary string
	text    string // all that --help says
	flags   []option
	verbs   []topic
}

// option is a flag.
type option struct{ name, value, summary string }

var (
	verbLine = regexp.MustCompile(`^  ([a-z][a-z-]*)((?: \[?[A-Z]{2,}(?:\.\.\.)?\]?)*) +([^ ].*)$`)
	flagLine = regexp.MustCompile(`^  -([a-z][a-z-]*)(?: (\S+))?$`)
)

// internal commands are started by other parts of the program and are not offered to people.
func internal(name string) bool { return name == "engines" || name == "docs" || name == "extract" }

// readHelp asks every command for its help.
func readHelp(ctx context.Context) ([]topic, error) {
	var out bytes.Buffer
	all := commands(strings.NewReader(""), &out, &out)
	ask := func(c command, args ...string) string {
		out.Reset()
		c.run(ctx, append(args, "--help"))
		return out.String()
	}
	var topics []topic
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if internal(name) {
			continue
		}
		c := all[name]
		t := readTopic(name, ask(c))
		t.summary, _, _ = strings.Cut(c.summary, " (")
		if t.text == "" {
			return nil, fmt.Errorf("frontdesk %s does not explain itself with --help", name)
		}
		for i, v := range t.verbs {
			r := readTopic(v.name, ask(c, v.name))
			t.verbs[i].text, t.verbs[i].flags = r.text, r.flags
		}
		topics = append(topics, t)
	}
	return topics, nil
}

// readTopic finds verbs and flags in a help text.
func readTopic(name, text string) topic {
	t := topic{name: name, text: strings.TrimSpace(text)}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if m := verbLine.FindStringSubmatch(l); m != nil {
			t.verbs = append(t.verbs, topic{name: m[1], args: strings.TrimSpace(m[2]), summary: m[3]})
		} else if m := flagLine.FindStringSubmatch(l); m != nil {
			o := option{name: m[1], value: m[2]}
			if i+1 < len(lines) {
				o.summary = strings.TrimSpace(lines[i+1])
			}
			t.flags = append(t.flags, o)
		}
	}
	return t
}
