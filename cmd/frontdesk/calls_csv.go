package main

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// callsCSVCommand writes call detail records.
func callsCSVCommand() *cobra.Command {
	var since, until, file string
	cmd := ask("csv", "call detail records as a table for other programs", func(ctx context.Context, r *request) error {
		from, err := dayFlag("since", since)
		if err != nil {
			return err
		}
		to, err := dayFlag("until", until)
		if err != nil {
			return err
		}
		calls, err := allCalls(ctx, r.office, from, to)
		if err != nil {
			return err
		}
		return r.whole("table", file, func(w io.Writer) error { return writeCallsCSV(w, calls) })
	})
	sinceFlag(cmd, &since, "calls")
	cmd.Flags().StringVar(&until, "until", "", "only calls before this `day`, as 2026-04-01")
	outFlag(cmd, &file)
	return described(cmd, `Writes call detail records as CSV, the newest first, with whole numbers and
times in UTC; what was said is not in it.`, "  frontdesk calls csv --since 2026-03-01 --until 2026-04-01 --out march.csv")
}

// allCalls returns all calls from a moment on until before another one, the newest first, however many; a zero moment bounds nothing.
func allCalls(ctx context.Context, by service.Invoker, since, until time.Time) (all []record.Call, err error) {
	f := service.CallFilter{Since: since, Before: until}
	for {
		calls, err := service.ListCalls.Do(ctx, by, f)
		if err != nil {
			return nil, err
		}
		all = append(all, calls...)
		if len(calls) < service.MaxList {
			return all, nil
		}
		f.Before = calls[len(calls)-1].Started
	}
}

// writeCallsCSV writes calls as RFC 4180 has tables.
func writeCallsCSV(w io.Writer, calls []record.Call) error {
	table := csv.NewWriter(w)
	table.UseCRLF = true
	rows := [][]string{{
		"id", "started", "answered", "ended", "seconds", "from", "display_name", "diverted_from", "extension", "result", "reason", "q850_cause",
		"messages", "codec", "recording",
	}}
	for _, c := range calls {
		rows = append(rows, []string{
			c.ID, moment(c.Started), moment(c.Answered), moment(c.Ended), strconv.Itoa(int(duration(c).Seconds())), cell(string(c.From)),
			cell(string(c.DisplayName)), cell(string(c.Diverted)), cell(c.Extension), string(c.Outcome.Result), c.Outcome.Reason,
			strconv.Itoa(c.Cause), strconv.Itoa(c.Messages), c.Codec, string(c.Recording),
		})
	}
	return table.WriteAll(rows)
}

// moment is a time as tables have it; "" = it never was.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// cell keeps a spreadsheet from taking what a caller has chosen for a formula: that would be the caller's to run. A number is none.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) && s != "+"+record.PhoneNumber(s).Digits() {
		return "'" + s
	}
	return s
}
