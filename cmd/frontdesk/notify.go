package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/appliance/notify/hook"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// recipientFlags are the fields of a recipient as flags; what is not given stays as it is.
type recipientFlags struct {
	name, server, to, from, user, security, auth, caFile, secretFile string
	tell                                                             []string
	only, quiet, daily, page                                         string
	words, off                                                       bool
}

func (f *recipientFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.server, "server", "", "`address`: https://host/path, host:port of mail and MQTT, tls://host")
	fs.StringVar(&f.to, "to", "", "mail `addresses` with commas, a topic, a room, or an extension")
	fs.StringVar(&f.from, "from", "", "`address` that mail comes from")
	fs.StringVar(&f.user, "user", "", "user `name` for the secret")
	fs.StringVar(&f.secretFile, "secret-file", "", "`file` with password, token or secret in its first line; - reads standard input")
	fs.StringVar(&f.security, "security", "", "`how` mail and MQTT are encrypted: tls, starttls or none")
	fs.StringVar(&f.auth, "auth", "", "`kind` of sign-in to the mail server, when not the best it knows")
	fs.StringVar(&f.caFile, "ca", "", "PEM `file` of the authority to believe instead of the system's; \"\" for those")
	fs.StringSliceVar(&f.tell, "tell", nil, "`kind=when`, such as missed=daily or health=never; may be repeated")
	fs.BoolVar(&f.words, "words", false, "send names, numbers and words of callers, too")
	fs.StringVar(&f.only, "for", "", "only messages for this `person` of the staff")
	fs.StringVar(&f.quiet, "quiet", "", "`times` in which only what is urgent is sent, such as 18:00-08:00; \"\" for none")
	fs.StringVar(&f.daily, "daily", "", "`time` of the daily letter, such as 17:30")
	fs.StringVar(&f.page, "page", "", "`address` of the page for links, such as https://frontdesk.local:8443")
	fs.BoolVar(&f.off, "off", false, "keep it, and send nothing there")
}

// over puts the given flags over a recipient.
func (f *recipientFlags) over(r *request, was record.Recipient) (e service.RecipientEdit, err error) {
	e.Recipient = was
	for name, field := range map[string][2]*string{
		"name": {&e.Name, &f.name}, "server": {&e.Server, &f.server}, "to": {&e.To, &f.to}, "from": {&e.From, &f.from},
		"user": {&e.User, &f.user}, "auth": {&e.Auth, &f.auth}, "for": {&e.For, &f.only}, "daily": {&e.Daily, &f.daily},
		"page": {&e.Page, &f.page},
	} {
		if r.flags.Changed(name) {
			*field[0] = *field[1]
		}
	}
	if r.flags.Changed("security") {
		e.Security = record.Security(f.security)
	}
	if r.flags.Changed("words") {
		e.Words = f.words
	}
	if r.flags.Changed("off") {
		e.On = !f.off
	}
	if r.flags.Changed("quiet") {
		e.Quiet.From, e.Quiet.To, _ = strings.Cut(f.quiet, "-")
	}
	for _, t := range f.tell {
		kind, at, ok := strings.Cut(t, "=")
		if !ok {
			return e, misused("--tell %s: write KIND=WHEN, such as missed=daily", t)
		}
		if e.Tells == nil {
			e.Tells = e.Via.Tells()
		}
		e.Tells[record.OccasionKind(kind)] = record.When(strings.ReplaceAll(at, "-", " "))
	}
	if r.flags.Changed("ca") && f.caFile == "" {
		e.CA = ""
	} else if f.caFile != "" {
		b, err := os.ReadFile(f.caFile)
		if err != nil {
			return e, fmt.Errorf("read certificates: %w", err)
		}
		e.CA = string(b)
	}
	if f.secretFile != "" {
		var secret string
		secret, err = readPassword(f.secretFile, r.in)
		e.Secret = service.Password(secret)
	}
	return e, err
}

// notifyCommand is frontdesk notify.
func notifyCommand() *cobra.Command {
	return group("notify", "who of the office is told of messages, and what was sent",
		ask("list", "who is told, of what and when", listRecipients),
		ask("show ID", "one recipient with all its settings", showRecipient),
		addRecipientCommand(), setRecipientCommand(),
		ask("remove ID", "tell it nothing any more, and forget what it was sent", removeRecipient),
		ask("test ID", "send it a letter that says nothing but that it came", testRecipient),
		deliveriesCommand("sent", record.DeliverySent, "what was sent, the newest first"),
		deliveriesCommand("waiting", record.DeliveryWaiting, "what waits, the oldest first"),
		deliveriesCommand("dead", record.DeliveryDead, "what could not be sent and is not tried any more"),
		retryCommand(),
		office(needsNothing, "schema", "what webhooks send, as JSON Schema", func(_ context.Context, r *request) error {
			r.out.line("%s", strings.TrimSpace(string(hook.Schema)))
			return nil
		}))
}

func addRecipientCommand() *cobra.Command {
	var f recipientFlags
	var via string
	cmd := ask("add NAME", "have somebody or something told from now on", func(ctx context.Context, r *request) error {
		e, err := f.over(r, record.Recipient{Name: r.arg, Via: record.Via(via), On: true})
		if err != nil {
			return err
		}
		n, err := service.AddRecipient.Do(ctx, r.office, e)
		if err != nil {
			return err
		}
		secret := ""
		if n.Secret != "" {
			secret = "\nIts secret, shown only now: " + n.Secret
		}
		return r.told(n, "%s is told from now on. %s%s\nTry it: frontdesk notify test %s", n.Name, n.Sends, secret, n.ID)
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&via, "via", string(record.ViaEmail), "`way`: email, webhook, ntfy, gotify, mqtt, matrix, syslog or telephone")
	return described(cmd, `Has somebody or something told of messages, missed calls and more from now on.
Nothing is sent to anybody who is not named so. By default a letter says only
that there is something, with a link; --words sends what callers said.`,
		`  frontdesk notify add Maria --server mail.lan --from a@b.test --to c@d.test
  frontdesk notify add CRM --via webhook --server https://crm.lan/hook --words
  frontdesk notify add "Desk 201" --via telephone --to 201 --tell message=never`)
}

func setRecipientCommand() *cobra.Command {
	var f recipientFlags
	cmd := ask("set ID", "change a recipient; what is not named stays", func(ctx context.Context, r *request) error {
		was, err := service.ReadRecipient.Do(ctx, r.office, r.arg)
		if err != nil {
			return err
		}
		e, err := f.over(r, was.Recipient)
		if err != nil {
			return err
		}
		st, err := service.ChangeRecipient.Do(ctx, r.office, e)
		if err != nil {
			return err
		}
		return r.told(st, "%s: %s", st.Name, st.Sends)
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&f.name, "name", "", "`name` of the recipient")
	return described(cmd, "", "  frontdesk notify set ID --quiet 18:00-08:00 --tell missed=at-once")
}

func listRecipients(ctx context.Context, r *request) error {
	rs, err := service.ListRecipients.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range rs {
		rows = append(rows, []string{
			x.ID, string(x.Via), strconv.Itoa(x.Waiting), strconv.Itoa(x.Dead), when(x.Last), shown(x.Name), shown(cmp.Or(x.Problem, x.Sends)),
		})
	}
	return r.table(rs, "Nobody is told: frontdesk notify add NAME has somebody told.",
		[]string{"ID", "VIA", "WAITING", "DEAD", "LAST SENT", "NAME", ""}, rows)
}

func showRecipient(ctx context.Context, r *request) error {
	x, err := service.ReadRecipient.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	r.print(x, func() {
		secret := "none"
		if x.HasSecret {
			secret = "kept, not shown"
		}
		r.out.fields("Name", shown(x.Name), "Via", string(x.Via), "Server", x.Server, "To", x.To, "From", x.From, "User", x.User, "Secret",
			secret, "Security", string(x.Security), "Page", x.Page, "Sends", shown(x.Sends), "Waiting", strconv.Itoa(x.Waiting), "Dead letters",
			strconv.Itoa(x.Dead), "Last sent", when(x.Last), "Problem", x.Problem)
	})
	return nil
}

func removeRecipient(ctx context.Context, r *request) error {
	if err := service.RemoveRecipient.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "removed": true}, "It is told nothing any more.")
}

func testRecipient(ctx context.Context, r *request) error {
	t, err := service.TestRecipient.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	if err := r.told(t, "%s", t.Text); err != nil || t.OK {
		return err
	}
	return errSaid
}

func deliveriesCommand(use string, state record.DeliveryState, short string) *cobra.Command {
	limit := 0
	cmd := ask(use+" ID", short, func(ctx context.Context, r *request) error {
		ds, err := service.ListDeliveries.Do(ctx, r.office, service.DeliveryFilter{Recipient: r.arg, State: state, Limit: limit})
		if err != nil {
			return err
		}
		var rows [][]string
		for _, d := range ds {
			at := d.Sent
			if at.IsZero() {
				at = d.Due
			}
			rows = append(rows, []string{d.ID, string(d.Kind), when(at), strconv.Itoa(d.Attempts), d.Problem, shown(d.Says)})
		}
		return r.table(ds, "There is nothing.", []string{"ID", "KIND", "WHEN", "ATTEMPTS", "PROBLEM", "SAYS"}, rows)
	})
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many `rows`")
	return cmd
}

func retryCommand() *cobra.Command {
	letter := ""
	cmd := ask("retry ID", "try dead letters again, all or one", func(ctx context.Context, r *request) error {
		n, err := service.RetryDeliveries.Do(ctx, r.office, service.Resending{Recipient: r.arg, Delivery: letter})
		if err != nil {
			return err
		}
		return r.told(map[string]any{"retried": n}, "%d tried again.", n)
	})
	cmd.Flags().StringVar(&letter, "delivery", "", "`ID` of the one, as the command dead lists it; all without")
	return cmd
}
