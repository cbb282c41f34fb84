package main

import (
	"fmt"
	"regexp"
	"strings"

	"frontdesk.internal/appliance/config"
)

// roff is a manual page that is being written.
type roff struct{ strings.Builder }

// roffText makes s safe within a line of roff.
func roffText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "“", `\(lq`, "”", `\(rq`, "…", "...", "µ", `\(mc`, "–", `\(en`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func (r *roff) title(name, section, what string) {
	fmt.Fprintf(r, ".TH %s %s \"\" \"Frontdesk\" \"%s\"\n", strings.ToUpper(roffText(name)), section, what)
}
func (r *roff) section(s string) { fmt.Fprintf(r, ".SH %s\n", roffText(s)) }
func (r *roff) sub(s string)     { fmt.Fprintf(r, ".SS \"%s\"\n", roffText(s)) }
func (r *roff) text(s string)    { fmt.Fprintf(r, "%s\n", roffText(s)) }
func (r *roff) item(head, s string) {
	fmt.Fprintf(r, ".TP\n.B %s\n%s\n", roffText(head), roffText(s))
}

// options lists flags below what they belong to.
func (r *roff) options(list []option) {
	for _, o := range list {
		r.item(strings.TrimSpace("--"+o.name+" "+o.value), o.summary)
	}
}

// manualPage is frontdesk(1).
func manualPage(topics []topic) string {
	r := &roff{}
	r.title("frontdesk", "1", "User Commands")
	r.section("NAME")
	r.text("frontdesk - the receptionist that answers the office's telephone")
	r.section("SYNOPSIS")
	r.WriteString(".B frontdesk\n.I COMMAND\n[flags]\n")
	r.section("DESCRIPTION")
	r.text("Frontdesk registers at the office's phone system as an extension, answers callers with speech models on this machine, " +
		"keeps what they leave, and sends nothing about them anywhere. The package installs it as the service frontdesk.service.")
	r.section("COMMANDS")
	for _, t := range topics {
		r.sub("frontdesk " + t.name)
		r.text(upperFirst(t.summary) + ".")
		r.options(t.flags)
		for _, v := range t.verbs {
			r.item(strings.TrimSpace(t.name+" "+v.name+" "+v.args), v.summary)
			if len(v.flags) > 0 {
				r.WriteString(".RS\n")
				r.options(v.flags)
				r.WriteString(".RE\n")
			}
		}
	}
	r.section("EXIT STATUS")
	r.text("0 when all went well, 1 when not, 2 when the command line is wrong.")
	r.section("FILES")
	r.item(defaultConfig, "Settings; see frontdesk.toml(5).")
	r.item("/etc/frontdesk/"+config.Credential, "The password of the extension, one line, mode 0600; the service manager hands it to the service.")
	r.item(config.Default().Storage.Dir, "Everything the box keeps.")
	r.section("SEE ALSO")
	r.text("frontdesk.toml(5), systemctl(1), journalctl(1)")
	return r.String()
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

var (
	sampleTable = regexp.MustCompile(`^\[([a-z_]+)\]`)
	sampleKey   = regexp.MustCompile(`^(?:# )?([a-z_]+) = ("[^"]*"|\[[^\]]*\]|\S+)(?:\s+# (.*))?$`)
)

// settingsPage is frontdesk.toml(5), from the comments of the sample.
func settingsPage(sample []byte) string {
	r := &roff{}
	r.title("frontdesk.toml", "5", "File Formats")
	r.section("NAME")
	r.text("frontdesk.toml - settings of the receptionist frontdesk(1)")
	r.section("DESCRIPTION")
	r.text("A file in the language TOML, in " + defaultConfig + ". What callers are told is not in it: that is the business profile. " +
		"frontdesk check tells all that is wrong with it at once. Changes are taken up when the service starts anew: systemctl restart frontdesk.")
	r.section("SETTINGS")
	for line := range strings.Lines(string(sample)) {
		line = strings.TrimRight(line, "\n")
		if m := sampleTable.FindStringSubmatch(line); m != nil {
			r.sub("[" + m[1] + "]")
		} else if m := sampleKey.FindStringSubmatch(line); m != nil {
			given := "Default: " + m[2] + "."
			if !strings.HasPrefix(line, "#") {
				given = "Example: " + m[2] + "."
			}
			if m[3] != "" {
				given = upperFirst(m[3]) + ". " + given
			}
			r.item(m[1], given)
		}
	}
	r.section("SEE ALSO")
	r.text("frontdesk(1)")
	return r.String()
}
