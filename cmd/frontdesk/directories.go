package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// directoryCommand is frontdesk directory.
func directoryCommand() *cobra.Command {
	var number string
	try := ask("try ID", "ask a system, or look at an address book; nothing is kept", func(ctx context.Context, r *request) error {
		t, err := service.TryDirectory.Do(ctx, r.office, service.DirectoryQuestion{ID: r.arg, Number: record.PhoneNumber(number)})
		if err != nil {
			return err
		}
		r.print(t, func() {
			r.out.line("%s", shown(t.Text))
			for _, o := range t.Others {
				r.out.line("  %s: %s", shown(o.Name), shown(o.URL))
			}
			r.out.line("Sent: %s", shown(t.Sent))
			if len(t.Words) > 0 {
				r.out.line("Words of the field of tags: %s", shown(strings.Join(t.Words, ", ")))
			}
			for line := range strings.Lines(t.Sample) {
				r.out.line("  %s", shown(strings.TrimRight(line, "\n")))
			}
		})
		if !t.OK {
			return errSaid
		}
		return nil
	})
	try.Flags().StringVar(&number, "number", "", "telephone `number` of somebody who stands in it")
	return group("directory", "the office's systems that know callers",
		ask("list", "which there are, and how they are doing", listDirectories),
		setDirectoryCommand("add NAME", "connect a system", func(_ context.Context, r *request) (record.Directory, error) {
			return record.Directory{Name: r.arg, On: true}, nil
		}),
		setDirectoryCommand("set ID", "change a system; what is not named stays", keptDirectory),
		ask("remove ID", "forget a system, and what it alone has said of callers", func(ctx context.Context, r *request) error {
			if err := service.RemoveDirectory.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return r.told(map[string]any{"id": r.arg, "removed": true}, "Nothing is asked there any more.")
		}),
		described(try, "Asks a system for a number, also one that is off, and shows what it says and\n"+
			"what is made of it; or looks at an address book, and needs no number.",
			"  frontdesk directory try ID --number +12175550142"))
}

// keptDirectory is the directory that a command is about.
func keptDirectory(ctx context.Context, r *request) (record.Directory, error) {
	ds, err := service.ListDirectories.Get(ctx, r.office)
	for _, d := range ds {
		if d.ID == r.arg {
			return d.Directory, nil
		}
	}
	return record.Directory{}, cmp.Or(err, store.ErrNotFound)
}

// setDirectoryCommand adds or changes a directory; from is what the flags are put over.
func setDirectoryCommand(use, about string, from func(context.Context, *request) (record.Directory, error)) *cobra.Command {
	var f struct {
		name, kind, url, user, header, form, nameField, personField, tagsField, secretFile, caFile string
		tags                                                                                       []string
		off, writeBack                                                                             bool
	}
	cmd := ask(use, about, func(ctx context.Context, r *request) error {
		d, err := from(ctx, r)
		if err != nil {
			return err
		}
		for name, field := range map[string][2]*string{
			"name": {&d.Name, &f.name}, "url": {&d.URL, &f.url}, "user": {&d.User, &f.user}, "header": {&d.Header, &f.header},
			"name-field": {&d.NameField, &f.nameField}, "person-field": {&d.PersonField, &f.personField}, "tags-field": {&d.TagsField, &f.tagsField},
		} {
			if r.flags.Changed(name) {
				*field[0] = *field[1]
			}
		}
		if r.flags.Changed("form") {
			d.Form = record.NumberForm(f.form)
		}
		if r.flags.Changed("tag") {
			d.Tags = service.ParseTagLines(strings.Join(f.tags, "\n"))
		}
		if r.flags.Changed("kind") {
			d.Kind = record.DirectoryKind(f.kind)
		}
		if r.flags.Changed("off") {
			d.On = !f.off
		}
		if r.flags.Changed("write-back") {
			d.WriteBack = f.writeBack
		}
		if r.flags.Changed("ca") {
			d.CA = ""
		}
		if f.caFile != "" {
			b, err := os.ReadFile(f.caFile)
			if err != nil {
				return fmt.Errorf("read certificates: %w", err)
			}
			d.CA = string(b)
		}
		e := service.DirectoryEdit{Directory: d}
		if f.secretFile != "" {
			secret, err := readPassword(f.secretFile, r.in)
			if err != nil {
				return err
			}
			e.Secret = service.Password(secret)
		}
		st, err := service.SetDirectory.Do(ctx, r.office, e)
		if err != nil {
			return err
		}
		how := " --number NUMBER"
		if st.Kind == record.DirectoryBook {
			how = ""
		}
		return r.told(st, "%s: %s\nTry it: frontdesk directory try %s%s", st.Name, st.Sends, st.ID, how)
	})
	fs := cmd.Flags()
	fs.StringVar(&f.name, "name", "", "`name` of the system")
	fs.StringVar(&f.kind, "kind", "", "`how`: lookup (asked for each number) or carddav (an address book)")
	fs.StringVar(&f.url, "url", "", "`address` that is asked, with {number} in it; or the address book's")
	fs.StringVar(&f.form, "form", "", "`how` it has numbers: e164 (+4930…), digits (4930…) or national (030…)")
	fs.StringVar(&f.user, "user", "", "user `name` on the server")
	fs.StringVar(&f.header, "header", "", "`header` of HTTP that a key goes in, when there is no user")
	fs.StringVar(&f.secretFile, "secret-file", "", "`file` with the password or key in its first line; - reads standard input")
	fs.StringVar(&f.caFile, "ca", "", "PEM `file` of the authority to believe instead of the system's; \"\" for those")
	fs.StringVar(&f.nameField, "name-field", "", "`where` in the answer the name stands, such as customer.name")
	fs.StringVar(&f.personField, "person-field", "", "`where` it says who of the staff deals with the caller")
	fs.StringVar(&f.tagsField, "tags-field", "", "`where` the tags stand")
	fs.StringArrayVar(&f.tags, "tag", nil, "`word=tag`: what a word of the system means, again for more")
	fs.BoolVar(&f.writeBack, "write-back", false, "write named callers into an address book that lacks them")
	fs.BoolVar(&f.off, "off", false, "keep it, and ask nothing there")
	return described(cmd, "", "  frontdesk directory set ID --url https://crm/?tel={number} --name-field name")
}

func listDirectories(ctx context.Context, r *request) error {
	ds, err := service.ListDirectories.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, d := range ds {
		if d.Kind == record.DirectoryBook {
			d.Known = d.Book.Cards
		}
		rows = append(rows, []string{
			d.ID, when(d.Last), strconv.Itoa(d.Asked), strconv.Itoa(d.Known), shown(d.Name), shown(cmp.Or(d.Problem, d.Sends)),
		})
	}
	return r.table(ds, "There is none: frontdesk directory add NAME connects one.",
		[]string{"ID", "ASKED", "TIMES", "KNOWN", "NAME", ""}, rows)
}
