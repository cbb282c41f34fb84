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
)

// engineHostCommand is frontdesk engine-host.
func engineHostCommand() *cobra.Command {
	try := ask("try ROLE", "have one do once what it is for, and compare", func(ctx context.Context, r *request) error {
		t, err := service.TryEngineHost.Do(ctx, r.office, r.arg)
		if err != nil {
			return err
		}
		r.print(t, func() {
			r.out.line("%s", shown(t.Text))
			if t.Model != "" {
				r.out.line("Model: %s", shown(t.Model))
			}
			if t.Said != "" {
				r.out.line("Its answer: %s", shown(t.Said))
			}
		})
		if !t.OK {
			return errSaid
		}
		return nil
	})
	return group("engine-host", "computers of the office's network that help to understand",
		ask("list", "which there are, and how they are doing", listEngineHosts),
		setEngineHostCommand(),
		ask("remove ROLE", "forget one; the box does all itself", func(ctx context.Context, r *request) error {
			if err := service.RemoveEngineHost.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return r.told(map[string]any{"role": r.arg, "removed": true}, "Nothing goes there any more.")
		}),
		described(try, "Uses a sentence of the box's own, never one of a caller, also while it is off.",
			"  frontdesk engine-host try speech"))
}

// setEngineHostCommand has a computer help in a role; what is not named stays.
func setEngineHostCommand() *cobra.Command {
	var f struct {
		url, model, secretFile, caFile string
		off                            bool
	}
	cmd := ask("set ROLE", "have a computer help; what is not named stays", func(ctx context.Context, r *request) error {
		hs, err := service.ListEngineHosts.Get(ctx, r.office)
		if err != nil {
			return err
		}
		e := service.EngineHostEdit{EngineHost: record.EngineHost{Role: record.EngineRole(r.arg), On: true}}
		for _, h := range hs {
			if h.Role == e.Role {
				e.EngineHost = h.EngineHost
			}
		}
		if r.flags.Changed("url") {
			e.URL = f.url
		}
		if r.flags.Changed("model") {
			e.Model = f.model
		}
		if r.flags.Changed("off") {
			e.On = !f.off
		}
		if r.flags.Changed("ca") {
			e.CA = ""
		}
		if f.caFile != "" {
			b, err := os.ReadFile(f.caFile)
			if err != nil {
				return fmt.Errorf("read certificates: %w", err)
			}
			e.CA = string(b)
		}
		if f.secretFile != "" {
			secret, err := readPassword(f.secretFile, r.in)
			if err != nil {
				return err
			}
			e.Secret = service.Password(secret)
		}
		st, err := service.SetEngineHost.Do(ctx, r.office, e)
		if err != nil {
			return err
		}
		return r.told(st, "%s\nTry it: frontdesk engine-host try %s", st.Sends, st.Role)
	})
	fs := cmd.Flags()
	fs.StringVar(&f.url, "url", "", "`address` of its OpenAI interface, in the office's own network")
	fs.StringVar(&f.model, "model", "", "`model`, as the server calls it; \"\" for the first that it lists")
	fs.StringVar(&f.secretFile, "secret-file", "", "`file` with the key in its first line; - reads standard input")
	fs.StringVar(&f.caFile, "ca", "", "PEM `file` of the authority to believe instead of the system's; \"\" for those")
	fs.BoolVar(&f.off, "off", false, "keep it, and ask nothing there")
	return described(cmd, "ROLE is speech (what callers say goes there as sound, to be written down) or\n"+
		"text (single sentences go there, to be sorted into a list). The box works on the\n"+
		"same at the same time, and the first answer counts: no call waits.",
		"  frontdesk engine-host set speech --url https://gpu.lan/v1 --secret-file key")
}

func listEngineHosts(ctx context.Context, r *request) error {
	hs, err := service.ListEngineHosts.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, h := range hs {
		rows = append(rows, []string{
			string(h.Role), when(h.Tried), strconv.Itoa(h.TookMS), strconv.Itoa(h.OwnMS), strconv.Itoa(h.First), strconv.Itoa(h.Late),
			strconv.Itoa(h.Failed), shown(cmp.Or(h.Problem, h.Now)),
		})
	}
	return r.table(hs, "There is none: frontdesk engine-host set ROLE names one.",
		[]string{"ROLE", "TRIED", "MS", "BOX MS", "FIRST", "LATE", "FAILED", ""}, rows)
}
