package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/models/progress"
)

// logsCommand shows what the running appliance wrote into its log.
func logsCommand() *cobra.Command {
	var level slog.Level
	var follow bool
	var limit int
	cmd := office(needsBox, "logs", "the newest lines of the log, also of the last starts", func(ctx context.Context, r *request) error {
		return r.logs(ctx, level, limit, follow)
	})
	cmd.Flags().TextVar(&level, "level", slog.LevelInfo, "lines of this `level` or more: debug, info, warn, error")
	cmd.Flags().BoolVar(&follow, "follow", false, "go on with new lines as they come; Ctrl-C ends it")
	cmd.Flags().IntVarP(&limit, "n", "n", 200, "at most so many `lines`")
	return described(cmd, "Shows the newest lines of the log, also those of the last starts, and\nalso while the service does not run. "+
		"No name, number or word of a caller is in\nit.",
		"  frontdesk logs -n 50\n  frontdesk logs --level warn --follow")
}

func (r *request) logs(ctx context.Context, level slog.Level, limit int, follow bool) error {
	f := service.LogFilter{Level: level, Limit: limit}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		lines, err := service.ReadLogs.Do(ctx, r.office, f)
		if err != nil {
			if follow && ctx.Err() != nil {
				return nil
			}
			return err
		}
		if err := r.logLines(lines, follow); err != nil || !follow {
			return err
		}
		if len(lines) > 0 {
			f.After = lines[len(lines)-1].Number
		}
		f.Limit = 0
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// logLines prints lines; while they are followed each is a JSON value of its own.
func (r *request) logLines(lines []logring.Line, each bool) error {
	if r.json && !each {
		r.out.json(lines)
		return r.out.err
	}
	for _, l := range lines {
		if r.json {
			r.out.json(l)
		} else {
			r.out.line("%s %-5s %s", l.At.Local().Format("2006-01-02 15:04:05.000"), l.Level, shown(l.Text))
		}
	}
	return r.out.err
}

// machineCommand tells how the computer is.
func machineCommand() *cobra.Command {
	return office(needsBox, "machine", "the computer: load, memory, disk, temperature", showMachine)
}

func showMachine(ctx context.Context, r *request) error {
	m, err := service.ReadMachine.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(m)
		return nil
	}
	warm := "no sensor"
	if m.Temperature > 0 {
		warm = fmt.Sprintf("%.0f °C", m.Temperature)
	}
	r.out.fields(
		"Name", m.Name, "System", m.System, "Processor", fmt.Sprintf("%s, %d cores", m.Processor, m.Cores),
		"Load", fmt.Sprintf("%.2f  %.2f  %.2f over 1, 5, 15 minutes", m.Load[0], m.Load[1], m.Load[2]),
		"Memory", fmt.Sprintf("%d %% of %s used", m.Memory.Used(), progress.Size(m.Memory.Total)),
		"Disk", fmt.Sprintf("%d %% of %s used, %s free", m.Disk.Used(), progress.Size(m.Disk.Total), progress.Size(m.Disk.Free)),
		"Temperature", warm, "Up", (time.Duration(m.Up) * time.Second).String(),
	)
	return nil
}

// networkCommand tells how the computer is connected.
func networkCommand() *cobra.Command {
	return office(needsBox, "network", "addresses, gateway, clock, the way to the telephone system", showNetwork)
}

func showNetwork(ctx context.Context, r *request) error {
	n, err := service.ReadNetwork.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(n)
		return nil
	}
	for _, i := range n.Interfaces {
		state := "no cable or nobody at its other end"
		if i.Up {
			state = "up"
		}
		for _, a := range i.Addresses {
			state += "  " + a.String()
		}
		r.out.fields(i.Name, state)
	}
	gateways := make([]string, 0, len(n.Gateways))
	for _, g := range n.Gateways {
		gateways = append(gateways, g.Address.String()+" by "+g.Interface)
	}
	names := make([]string, 0, len(n.Resolvers))
	for _, a := range n.Resolvers {
		names = append(names, a.String())
	}
	clock := "nobody sets it: times in the records may be wrong (timedatectl)"
	if n.Clock.Synchronised {
		clock = fmt.Sprintf("set from the network, off by %.0f ms at most", n.Clock.OffMS)
	}
	r.out.fields("Gateway", orNone(gateways), "Names from", orNone(names), "Clock", clock, "Phone system", registration(n.Phone))
	return nil
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// supportCommand gathers what helps somebody elsewhere to find a fault.
func supportCommand() *cobra.Command {
	var out string
	cmd := office(needsBox, "support", "write a support bundle with no personal data in it",
		func(ctx context.Context, r *request) error { return r.support(ctx, out) })
	cmd.Flags().StringVar(&out, "out", "", "the `file` to write; frontdesk-support-DATE.zip in this folder without it")
	return described(cmd, `Writes a ZIP archive that helps somebody elsewhere to find a fault. No personal
data is in it; its README.txt says what is.`, "")
}

func (r *request) support(ctx context.Context, out string) error {
	b, err := service.MakeSupportBundle.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if out == "" {
		out = "frontdesk-support-" + time.Now().Format("2006-01-02-150405") + ".zip"
	}
	if out, err = filepath.Abs(out); err != nil {
		return fmt.Errorf("write support bundle: %w", err)
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write support bundle: %w", err)
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write support bundle: %w", err)
	}
	return r.told(map[string]any{"file": out, "bytes": len(b)},
		"Written: %s (%s). It holds nothing of callers; its README.txt says what it holds.", out, progress.Size(int64(len(b))))
}

// restartCommand has the appliance end and start anew.
func restartCommand() *cobra.Command {
	var box, now bool
	cmd := office(needsBox, "restart", "start the appliance anew when calls are over", func(ctx context.Context, r *request) error {
		if box {
			return r.restartBox(ctx, now)
		}
		if now {
			return misused("--now goes with --box")
		}
		if err := service.Restart.Act(ctx, r.office, service.None{}); err != nil {
			return err
		}
		return r.told(map[string]any{"restarting": true},
			"The appliance ends as soon as calls are over, and starts anew. frontdesk health tells when it answers.")
	})
	cmd.Flags().BoolVar(&box, "box", false, "the whole machine, where it was made from the box's image")
	cmd.Flags().BoolVar(&now, "now", false, "with --box: calls that go on are ended with a goodbye")
	return described(cmd, `Starts the appliance anew; calls that are up may come to their end before. With
--box the machine starts anew, so that a version that was installed takes
effect; on a machine that was not made from the box's image the appliance does.`,
		"  frontdesk restart --box")
}

func (r *request) restartBox(ctx context.Context, now bool) error {
	got, err := service.RestartBox.Do(ctx, r.office, service.RestartOrder{Now: now})
	if err != nil {
		return err
	}
	what := "The appliance"
	if got.Machine {
		what = "The machine"
	}
	return r.told(got, "%s starts anew; calls that go on now: %d. frontdesk health tells when it answers.", what, got.Calls)
}
