package main

import (
	"context"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// feedCommand is frontdesk feed.
func feedCommand() *cobra.Command {
	var f record.Feed
	var shows string
	add := ask("add NAME", "make an address to subscribe to; it is shown this once", func(ctx context.Context, r *request) error {
		in := f
		in.Name, in.Shows = r.arg, record.FeedShows(shows)
		made, err := service.AddFeed.Do(ctx, r.office, in)
		if err != nil {
			return err
		}
		return r.told(made, "https://ADDRESS-OF-THE-BOX:8443%s\nThis is shown only now. Who has it reads %s: %s.\n"+
			"frontdesk feed revoke %s ends it.", made.Path, shown(made.Of), made.Tells, made.ID)
	})
	fs := add.Flags()
	fs.StringVar(&f.For, "for", "", "`person` of the staff whose appointments it has")
	fs.StringVar(&f.Calendar, "calendar", "", "`ID` of the calendar whose appointments it has, such as a room's")
	fs.StringVar(&shows, "shows", string(record.FeedShowsInitial), `what it tells of callers: "nobody", "initial" or "name"`)
	fs.BoolVar(&f.Number, "number", false, "tell the caller's number, too")
	fs.BoolVar(&f.Requests, "requests", false, "also wishes for an appointment left as messages")
	return group("feed", "addresses by which calendar programs read the appointments",
		ask("list", "which there are, and when they were read last", listFeeds),
		described(add, "", "  frontdesk feed add Maria --for \"Maria Lopez\""),
		ask("revoke ID", "end a feed at once: its address leads nowhere", func(ctx context.Context, r *request) error {
			if err := service.RevokeFeed.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return r.told(map[string]any{"id": r.arg, "revoked": true}, "Its address leads nowhere any more.")
		}))
}

func listFeeds(ctx context.Context, r *request) error {
	fs, err := service.ListFeeds.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, f := range fs {
		rows = append(rows, []string{f.ID, when(f.At), when(f.Used), shown(f.Name), shown(f.Of + ": " + f.Tells)})
	}
	return r.table(fs, "There is none: frontdesk feed add NAME makes one.", []string{"ID", "CREATED", "READ", "NAME", "WHAT"}, rows)
}
