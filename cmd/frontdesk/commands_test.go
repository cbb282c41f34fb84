package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"frontdesk.internal/models/progress"
)

// allCommands are all commands that are offered to people.
func allCommands(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			list = append(list, allCommands(c)...)
		}
	}
	return list
}

// parses says whether the program would take a command line; nothing is run.
func parses(args []string) error {
	root := rootCommand()
	complete(root)
	cmd, rest, err := root.Find(args)
	if err == nil && cmd == root {
		err = fmt.Errorf("there is no command %q", args[0])
	}
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err == nil {
		err = cmd.ValidateArgs(cmd.Flags().Args())
	}
	return err
}

// Every command explains itself on a terminal of 80 columns, by itself and by the command help, and its examples are command lines that
// it takes.
func TestHelp(t *testing.T) {
	root := rootCommand()
	for _, c := range allCommands(root) {
		path := strings.Fields(c.CommandPath())[1:]
		var out, said strings.Builder
		if code := run(t.Context(), append(path, "--help"), nil, &out, io.Discard); code != exitOK {
			t.Errorf("%s --help: code %d", c.CommandPath(), code)
		}
		if code := run(t.Context(), append([]string{"help"}, path...), nil, &said, io.Discard); code != exitOK || said.String() != out.String() {
			t.Errorf("help %s: code %d\n%s", c.CommandPath(), code, &said)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s --help has a line of %d columns: %s", c.CommandPath(), n, line)
			}
		}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") || !strings.Contains(out.String(), "\nUsage:\n  "+c.CommandPath()) {
			t.Errorf("%s is explained as\n%s", c.CommandPath(), &out)
		}
		for line := range strings.Lines(c.Example) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "    ") // what follows says what it is good for
			line, _, _ = strings.Cut(line, " > ")
			line, _, _ = strings.Cut(line, " | ")
			words := shellWords(line)
			if err := parses(words[1:]); words[0] != "frontdesk" || err != nil {
				t.Errorf("%s: the example %q: %v", c.CommandPath(), line, err)
			}
		}
	}
}

// shellWords splits a line where a shell would, with quotes and without anything else.
func shellWords(line string) []string {
	quoted := false
	return strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}

// The tree of commands is what users and their scripts hold on to: every command, with its first verb where one is meant.
func TestCommandLines(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(commandLines), "\n") {
		if err := parses(strings.Fields(line)); err != nil {
			t.Errorf("frontdesk %s: %v", line, err)
		}
	}
}

// commandLines are lines that every version takes.
const commandLines = `
serve --config f --scripted
check --config f --json
config sample
console --config f --state s --login --ascii
console password --json
console keys --state s
console trust FILE
console trust -
console distrust SHA256:x
console pin
demo --dir d --ringer r --scenes s --keep --all --log
bench turn --json --dir d --log --calls 2 --language de
bench asr --models m --asr a --sounds s --transcripts t --every 2 --clips 3 --threads 1 --beam 1 --json -v --v
bench embed --models m --rounds 2 --json
bench voice --models m --voice v --every 2 --json -v --v
bench web --json --dir d --calls 2 --rounds 2
bench media --json --calls 2 --for 3s --codec PCMA --srtp --rate 2.5 --limit --dial a
bench store --json --dir d --turns 100
bench delivery --json --dir d --count 10000
bench siege --json --dir d --calls 3 --attackers 2 --for 3s --own-network --ipv6 --outside n --besiege
bench understanding --models m --fit f --language en --folds 2 --words --compare --spoken --sample 3 --voices all --list --json
bench callers --json --show --log --dir d --callers 2 --at 3 --goal g --line l --persona p --trade t
engines --socket s --scripted --models m --asr a --vad v --turn t --llm l --voice v --voice-for de=x --onnxruntime o --espeak e --state-dir s --language de --threads 2
extract --name a.txt --language de
docs FOLDER
calls
calls --json --limit 3
calls list --config f --state s --json --limit 3 --caller c --self-tests --since 2026-03-02
calls show ID --json
calls csv --since 2026-03-02 --until 2026-04-01 --out f
calls note ID TEXT
calls correct ID --turn 2 TEXT
calls sound --out f ID
callers --limit 0
callers list --json
callers show ID
callers add --set name=Ada --set number=1 --remove a=b --tag vip --untag minor
callers edit ID --set name=Ada
callers merge ID --into ID
callers split ID --call a --call b
callers hold ID --reason r --until 2027-03-02
callers release ID
callers erase ID --reason r
callers code ID
callers export ID --out f --redact a --redact b
callers vcard --out f
callers csv --out f
callers consent ID --to contact --said given
callers consents ID
callers import FILE --map A=name --map B= --dry-run
callers imports
callers undo ID
messages --all
messages list --limit 2 --all
messages show ID
messages done ID
messages undo ID
messages call-back ID --phone 200
unanswered --json
unanswered list
unanswered answer ID --reply r --question q --same-as s
unanswered dismiss ID
documents
documents list
documents show D
documents add FILE --name n --replace D
documents change D --name n --off a --off b --on c
documents remove D
documents restore D
examples
examples list
examples meanings
examples add CALL --turn 2 --means hours
examples keep ID
examples remove ID
models
models list --dir d --config f --json
models fetch
models fetch A B
models verify A
models import FOLDER
models use NAME
phone
phone show
phone test --registrar r --transport tls --user u --auth-user a --domain d --password-file -
phone set --user u
phone ring-me 200
phone foresee
phone foresee 1
first-steps
first-steps list --json
first-steps done prices
first-steps skip people
first-steps again people
phone ladder
phone ladder CALL
notify
notify list --json
notify show ID
notify add NAME --via email --server s --to a --from b --user u --secret-file - --security tls --auth plain --ca f --tell missed=never --page p
notify set ID --name n --words --for x --quiet 18:00-08:00 --daily 17:30 --off
notify remove ID
notify test ID
notify sent ID --limit 3
notify waiting ID
notify dead ID --json
notify retry ID --delivery D
notify schema
calendar
calendar list --json
calendar add NAME --url u --user a --secret-file - --ca f --for p --service s
calendar set ID --name n --off
calendar remove ID
calendar try ID
feed
feed list --json
feed add NAME --for p --calendar ID --shows name --number --requests
feed revoke ID
pbx
pbx list --json
pbx sheet NAME --json
directory
directory list --json
directory add NAME --url u --form digits --user a --header h --secret-file - --ca f --name-field n --person-field p --tags-field t --tag a=vip
directory set ID --name n --off
directory remove ID
directory try ID --number n
engine-host
engine-host list --json
engine-host set ROLE --url u --model m --secret-file - --ca f --off
engine-host remove ROLE
engine-host try ROLE
recording
recording show
recording announce --keep-days 3
recording ask
recording off
sound
sound devices
sound level --microphone m --seconds 2
sound tone --speaker s --seconds 1 --hz 500
sound record --microphone m --speaker s --seconds 2
sound talk --microphone m --speaker s --headset
selftest --json
logs --level warn --follow -n 5
logs --n 5
machine
network --json
support --out f
restart --box --now
label --out f --page https://box.local --json
health --json --state s
profile
profile show 3
profile history --limit 2
profile back 2 --note n
profile draft
profile draft-import FILE
profile publish --note n
profile discard
profile try
profile try question --published --at 2026-12-24T09:30:00Z
profile sample dental
profile check FILE
profile import FILE
profile export FILE
owner
owner code
owner reset
token
token add NAME --role owner
token list
token revoke ID
privacy
privacy requests
privacy request CALLER --right access --identity code --agent a --proof p --what w
privacy identify ID --identity code
privacy done ID
privacy refuse ID --reason r
privacy erasures
privacy prove-erasure
privacy prove-erasure ID --text a --text b
privacy holds
privacy due --days 3
privacy sweep --dry-run
privacy retention --transcripts 1 --calls 2 --messages 3 --callers 4 --minors 5
privacy retention --transcripts 1 --preview
privacy record
audit
audit list --limit 1 --who w --about a --since 2026-03-02
audit verify --head f
audit head
backup --to d
backup list
backup sticks
backup mount sdb1
backup use
backup use sdb1
backup setup
backup now --to d
backup verify
backup verify B
backup restore FOLDER --backup b --set-aside --words-file -
statistics --from 2026-03-02 --to 2026-03-03
egress
egress report --since 2026-03-02
egress filter --unit --nftables --write
store
store check
store compact
store snapshots
store set-aside
store restore S
keys
keys show
keys lock --with passphrase --file f --passphrase-file -
keys rotate
unlock --passphrase-file -
version --json
licenses --json --text --sbom NAME
`

// What is wrong with a command line is said with what to do, and ends with another code than what failed.
func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args, want string
		code       int
	}{
		{"", "Calls and callers:", exitUsage},
		{"help", "Calls and callers:", exitOK},
		{"--help", "frontdesk calls list --limit 5", exitOK},
		{"--version", versionLine(), exitOK},
		{"version", versionLine(), exitOK},
		{"callz", `there is no command "callz"; did you mean`, exitUsage},
		{"callz --json", `there is no command "callz"; did you mean`, exitUsage},
		{"nothing", "frontdesk --help lists what there is", exitUsage},
		{"calls nothing", "use one of: correct, csv, list, ", exitUsage},
		{"calls nothing --odd", "use one of: correct, csv, list, ", exitUsage},
		{"calls show", "frontdesk calls show: ID is missing\nUsage: frontdesk calls show ID [flags]\nfrontdesk calls show --help", exitUsage},
		{"calls show a b", `"b" is one word too many`, exitUsage},
		{"calls list --odd", "unknown flag: --odd", exitUsage},
		{"calls list -json", "two dashes: --json", exitUsage},
		{"calls list --limit x", "--limit", exitUsage},
		{"models help", "espeak-ng", exitOK},
		{"config", "sample", exitUsage},
		{"completion", "bash", exitUsage},
		{"completion nonsense", "use one of: bash, fish", exitUsage},
		{"check --config /nowhere", "frontdesk check: ", exitFailed},
		{"profile sample nobody", "frontdesk profile sample: ", exitFailed},
	} {
		var out strings.Builder
		if code := run(t.Context(), strings.Fields(tt.args), nil, &out, &out); code != tt.code || !strings.Contains(out.String(), tt.want) {
			t.Errorf("frontdesk %s: code %d, want %d with %q:\n%s", tt.args, code, tt.code, tt.want, &out)
		}
	}
}

// A verb that is meant takes its flags, and what is printed before an error is the error's.
func TestMeantVerb(t *testing.T) {
	got := -1
	verb := func() *cobra.Command {
		c := &cobra.Command{Use: "list", Short: "list", RunE: func(*cobra.Command, []string) error { return errSaid }}
		c.Flags().IntVar(&got, "limit", 50, "`N`")
		return c
	}
	for args, want := range map[string]int{"": 50, "--limit 3": 3, "list --limit 4": 4} {
		var errs strings.Builder
		code := execute(t.Context(), group("things", "things", verb()), strings.Fields(args), nil, io.Discard, &errs)
		if code != exitFailed || got != want || errs.Len() > 0 {
			t.Errorf("things %s: code %d, limit %d, said %q", args, code, got, &errs)
		}
	}
}

func TestFit(t *testing.T) {
	lacks := func() error { return progress.NewFault("Build it on this machine.", "this one lacks avx2") }
	fits := func() error { return nil }
	for _, tt := range []struct {
		check func() error
		args  []string
		code  int
		runs  bool
	}{
		{fits, nil, exitOK, true},
		{lacks, []string{"below"}, exitFailed, false},
		{lacks, []string{"--help"}, exitOK, false},
	} {
		var errs strings.Builder
		ran := false
		do := func(*cobra.Command, []string) error { ran = true; return nil }
		serve := &cobra.Command{Use: "serve", Short: "serve", RunE: do}
		serve.AddCommand(&cobra.Command{Use: "below", Short: "below", RunE: do})
		code := execute(context.Background(), fit(tt.check, serve), tt.args, nil, io.Discard, &errs)
		if code != tt.code || ran != tt.runs {
			t.Errorf("%q: got code %d, ran %v", tt.args, code, ran)
		}
		if said := errs.String(); code != exitOK && said != "serve below: this one lacks avx2\n  Build it on this machine.\n" {
			t.Errorf("got %q", said)
		}
	}
}
