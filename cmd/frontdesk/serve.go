package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/wipe"
	"frontdesk.internal/models"
	"frontdesk.internal/models/cpucheck"
	"frontdesk.internal/systemd"
)

// serveCommand runs the appliance until it is told to stop.
func serveCommand() *cobra.Command {
	var file string
	var scripted bool
	cmd := command("serve", "run the appliance", func(cmd *cobra.Command, _ []string) error {
		began := time.Now()
		manager, err := systemd.FromEnvironment()
		if err != nil {
			return err
		}
		err = runAppliance(cmd.Context(), manager, configPath(file), scripted, cmd.ErrOrStderr())
		if err != nil && time.Since(began) < startTime {
			manager.Failed(cmd.Context(), failedFor, err)
		}
		return err
	})
	configFlag(cmd.Flags(), &file)
	cmd.Flags().BoolVar(&scripted, "scripted", false, "speak in tones, without models and without a child process, for tests")
	return fit(cpucheck.Check, described(cmd, `Runs the appliance until it is told to stop: it registers at the telephone
system and answers. The package starts it as the service frontdesk.service.`, "  frontdesk serve --config "+defaultConfig))
}

// A start that fails is tried again by the service manager: not at once, and with the reason to be seen meanwhile.
const (
	startTime = time.Minute // what ends sooner has failed to start
	failedFor = 5 * time.Second
)

// runAppliance runs the appliance of a settings file. Why it ended is in the log of the state folder, too, which can be read while it is
// down.
func runAppliance(ctx context.Context, manager *systemd.Notifier, file string, scripted bool, stderr io.Writer) error {
	cfg, err := config.Load(file)
	if err != nil {
		// The folder may not be there yet, or be another's; the reason is told in any case.
		_ = logring.Append(logFolder(stateFolder(file)), time.Now(), slog.LevelError, "it cannot start: "+err.Error())
		return err
	}
	wiped, err := wipe.Carry(ctx, cfg.Storage.Dir, time.Now)
	if err != nil {
		return fmt.Errorf("destroy everything, as was ordered: %w", err)
	}
	kept := logring.New(0)
	log := newLogger(stderr, cfg.Log)
	deps := appliance.Deps{Logger: slog.New(kept.Beside(log.Handler(), min(slog.LevelInfo, levelOf(cfg.Log)))), LogRing: kept,
		Updates: updates()}
	if err := kept.KeepIn(logFolder(cfg.Storage.Dir)); err != nil {
		deps.Logger.Warn("the log is kept in memory only", "err", err)
	}
	if wiped != nil {
		deps.Logger.Warn("everything was destroyed, as was ordered", "files", wiped.Files, "ring", wiped.Ring)
	}
	if scripted {
		deps.Engines, deps.Voice = &scriptedEngines{}, func(string) string { return "scripted" }
	}
	err = offerRestore(serve(ctx, manager, cfg, deps), cfg.Storage.Dir, cfg.Backup.Dir)
	if err != nil {
		deps.Logger.Error("it has ended", "err", err)
	}
	_ = kept.Close() // lines of the log, not records
	return err
}

// logFolder is where the newest lines of the log are, below a state folder.
func logFolder(state string) string { return filepath.Join(state, "log") }

// serve runs an appliance with the engines of this program, and keeps the service manager informed when there is one.
func serve(ctx context.Context, manager *systemd.Notifier, cfg config.Config, deps appliance.Deps) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	deps.Restart = func() error {
		if manager == nil {
			return errNobodyStarts
		}
		stop() // the service manager starts what ended (Restart=always)
		return nil
	}
	u := &unlocker{state: cfg.Storage.Dir, manager: manager, log: deps.Logger}
	a, err := u.open(ctx, cfg, deps)
	if err != nil {
		return err
	}
	running, ended := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() {
		manager.Follow(running, ctx.Done(), a, func(err error) { deps.Logger.Warn("service manager", "err", err) })
	})
	err = a.Run(ctx)
	ended()
	wg.Wait()
	return err
}

// newAppliance adds the engines to deps as the settings want them, and makes the appliance.
func newAppliance(cfg config.Config, deps appliance.Deps) (*appliance.Appliance, error) {
	if cfg.Engines.Enabled && deps.Engines == nil {
		if !hasEngines {
			return nil, errNoEngines
		}
		dir, err := models.DefaultDir(cfg.Models.Dir, cfg.Storage.Dir)
		if err != nil {
			return nil, err
		}
		f, err := chosenEngines(dir, filepath.Join(cfg.Storage.Dir, "engines"))
		if err != nil {
			// What is there is used; the health of the box tells what is missing.
			deps.Missing = err
		}
		f.threads = cfg.Engines.Threads
		sockets, err := socketDir(cfg.Storage.Dir)
		if err != nil {
			return nil, err
		}
		if deps.Engines, err = newEngines(f, sockets, deps.Logger); err != nil {
			return nil, err
		}
		deps.Voice = f.sounds.of
	}
	if dir, err := models.DefaultDir(cfg.Models.Dir, cfg.Storage.Dir); err == nil && deps.Models == nil {
		deps.Models = weights{dir}
	}
	if deps.Documents == nil {
		deps.Documents = documents.NewReader(documentChild(), deps.Logger.With("part", "documents"))
	}
	deps.Sound, deps.Version = soundHost(), programVersion()
	return appliance.New(cfg, deps)
}

// socketDir is a folder for Unix sockets whose path is short enough for one: below the state, else below the run-time folder.
func socketDir(state string) (string, error) {
	dir := filepath.Join(state, "run")
	if len(dir) <= 80 {
		return dir, nil
	}
	short, err := os.MkdirTemp("", "frontdesk-")
	if err != nil {
		return "", fmt.Errorf("make folder for sockets: %w", err)
	}
	return short, nil
}

// errNobodyStarts says that a restart would be an end.
var errNobodyStarts = errors.New("no service manager started this program, so that nobody would start it again: stop it and run " +
	"frontdesk serve")

// levelOf is the level that the settings name.
func levelOf(c config.Log) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// newLogger writes as the settings say. Types that hold personal data redact themselves; see appliance/record.
func newLogger(w io.Writer, c config.Log) *slog.Logger {
	o := &slog.HandlerOptions{Level: levelOf(c)}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
