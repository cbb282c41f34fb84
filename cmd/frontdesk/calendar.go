package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// calendarCommand is frontdesk calendar.
func calendarCommand() *cobra.Command {
	return group("calendar", "the office's calendars, by which callers are offered times",
		ask("list", "which there are, and how they are doing", listCalendars),
		setCalendarCommand("add NAME", "connect a calendar", func(_ context.Context, r *request) (record.Calendar, error) {
			return record.Calendar{Name: r.arg, On: true}, nil
		}),
		setCalendarCommand("set ID", "change a calendar; what is not named stays", keptCalendar),
		ask("remove ID", "forget a calendar; what stands in it stays", func(ctx context.Context, r *request) error {
			if err := service.RemoveCalendar.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return r.told(map[string]any{"id": r.arg, "removed": true}, "Nothing is asked or written there any more.")
		}),
		ask("try ID", "look at a calendar, and change nothing there", func(ctx context.Context, r *request) error {
			t, err := service.TryCalendar.Do(ctx, r.office, r.arg)
			if err != nil {
				return err
			}
			r.print(t, func() {
				r.out.line("%s", shown(t.Text))
				for _, o := range t.Others {
					r.out.line("  %s  %s", shown(o.URL), shown(o.Name))
				}
			})
			return nil
		}))
}

// keptCalendar is the calendar that a command is about.
func keptCalendar(ctx context.Context, r *request) (record.Calendar, error) {
	cs, err := service.ListCalendars.Get(ctx, r.office)
	for _, c := range cs {
		if c.ID == r.arg {
			return c.Calendar, nil
		}
	}
	return record.Calendar{}, cmp.Or(err, store.ErrNotFound)
}

// setCalendarCommand adds or changes a calendar; from is what the flags are put over.
func setCalendarCommand(use, about string, from func(context.Context, *request) (record.Calendar, error)) *cobra.Command {
	var f struct {
		name, url, user, person, secretFile, caFile string
		services                                    []string
		off                                         bool
	}
	cmd := ask(use, about, func(ctx context.Context, r *request) error {
		c, err := from(ctx, r)
		if err != nil {
			return err
		}
		for name, field := range map[string][2]*string{
			"name": {&c.Name, &f.name}, "url": {&c.URL, &f.url}, "user": {&c.User, &f.user}, "for": {&c.For, &f.person},
		} {
			if r.flags.Changed(name) {
				*field[0] = *field[1]
			}
		}
		if r.flags.Changed("service") {
			c.Services = f.services
		}
		if r.flags.Changed("off") {
			c.On = !f.off
		}
		if r.flags.Changed("ca") {
			c.CA = ""
		}
		if f.caFile != "" {
			b, err := os.ReadFile(f.caFile)
			if err != nil {
				return fmt.Errorf("read certificates: %w", err)
			}
			c.CA = string(b)
		}
		e := service.CalendarEdit{Calendar: c}
		if f.secretFile != "" {
			secret, err := readPassword(f.secretFile, r.in)
			if err != nil {
				return err
			}
			e.Secret = service.Password(secret)
		}
		st, err := service.SetCalendar.Do(ctx, r.office, e)
		if err != nil {
			return err
		}
		return r.told(st, "%s: %s\nTry it: frontdesk calendar try %s", st.Name, st.Sends, st.ID)
	})
	fs := cmd.Flags()
	fs.StringVar(&f.name, "name", "", "`name` of the calendar")
	fs.StringVar(&f.url, "url", "", "CalDAV `address` of the calendar, https://host/path/")
	fs.StringVar(&f.user, "user", "", "user `name` on the server")
	fs.StringVar(&f.secretFile, "secret-file", "", "`file` with the password in its first line; - reads standard input")
	fs.StringVar(&f.caFile, "ca", "", "PEM `file` of the authority to believe instead of the system's; \"\" for those")
	fs.StringVar(&f.person, "for", "", "`person` of the staff whose it is; \"\" for the whole office")
	fs.StringArrayVar(&f.services, "service", nil, "`service` that it is for, again for more; \"\" for all")
	fs.BoolVar(&f.off, "off", false, "keep it, and ask and write nothing there")
	return described(cmd, "", "  frontdesk calendar add Work --url https://nas.lan/work/ --user fd --off")
}

func listCalendars(ctx context.Context, r *request) error {
	cs, err := service.ListCalendars.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range cs {
		state := cmp.Or(c.Problem, c.Unfitting, c.Sends)
		rows = append(rows, []string{c.ID, when(c.Read), strconv.Itoa(c.Entries), shown(c.Name), shown(cmp.Or(c.For, "all")), shown(state)})
	}
	return r.table(cs, "There is none: frontdesk calendar add NAME connects one.",
		[]string{"ID", "READ", "ENTRIES", "NAME", "FOR", ""}, rows)
}
