package main

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// listNotices is frontdesk privacy notices.
func listNotices(ctx context.Context, r *request) error {
	ns, err := service.ListNotices.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, n := range ns {
		for _, v := range n.Versions {
			rows = append(rows, []string{string(n.Kind), strconv.Itoa(v.Version), when(v.At), v.Text})
		}
		if n.Changed {
			rows = append(rows, []string{string(n.Kind), "draft", "", n.Draft})
		}
	}
	return r.table(ns, "No notice was in force yet.", []string{"NOTICE", "VERSION", "SINCE", "TEXT"}, rows)
}

// hearNotice is frontdesk privacy hear.
func hearNotice() *cobra.Command {
	var file string
	cmd := ask("hear NOTICE", "speak a notice of the draft into a file", func(ctx context.Context, r *request) error {
		wav, err := service.HearNotice.Do(ctx, r.office, record.NoticeKind(r.arg))
		if err != nil {
			return err
		}
		return r.whole("notice", file, func(w io.Writer) error { return service.Pour(w, wav) })
	})
	outFlag(cmd, &file)
	return described(cmd, `Speaks what the draft tells callers, with the box's own voice, and writes it
as a WAV file: assistant, recording or privacy. A new wording is published
after somebody has heard it.`, "  frontdesk privacy hear recording --out notice.wav")
}
