package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/wipe"
)

// handoverCommand is frontdesk handover.
func handoverCommand() *cobra.Command {
	var key string
	cmd := ask("handover FOLDER", "everything for a successor, who alone can open it", func(ctx context.Context, r *request) error {
		dir, err := filepath.Abs(r.arg)
		if err != nil {
			return err
		}
		h, err := service.HandOver.Do(ctx, r.office, service.Succession{Dir: dir, Key: key})
		if err != nil {
			return err
		}
		return r.told(h, "%s holds everything, %s, and %s says who must be told: %d people.\nOnly the successor can open it: age --decrypt -i "+
			"KEYFILE %s shows how.\nfrontdesk wipe destroys what is here.", r.arg, megabytes(h.Backup.Bytes), h.List, h.Told, h.Letter)
	})
	cmd.Flags().StringVar(&key, "to", "", "the successor's public `key`: age1...")
	return described(cmd, `Writes records, recordings, settings and keys into an empty folder, encrypted
to the successor's key of age, with the list of who must be told. What is here
stays.`, "  frontdesk handover /media/stick --to age1...")
}

// wipeCommand is frontdesk wipe.
func wipeCommand() *cobra.Command {
	var sure, show bool
	var receipt string
	cmd := office(needsFolder, "wipe", "destroy everything: keys first, then files", func(ctx context.Context, r *request) error {
		if show {
			got, err := wipe.Last(r.state)
			if err != nil {
				return err
			}
			return r.wiped(got, receipt)
		}
		if !sure {
			r.out.line("This destroys all records, recordings and keys in %s. Nothing brings them back but a backup.", r.state)
			r.out.line("Type %q to go on:", wipe.Word)
			line, err := bufio.NewReader(r.in).ReadString('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if strings.TrimSpace(line) != wipe.Word {
				return errors.New("nothing was destroyed")
			}
		}
		if client, err := remote.Dial(ctx, remote.Socket(r.state)); err == nil {
			defer func() { _ = client.Close() }() // the box ends
			if receipt != "" {
				return errors.New("the appliance is running, and writes the receipt itself: leave --receipt out, and use --show afterwards")
			}
			got, err := service.OrderWipe.Do(asOperator(ctx), client, wipe.Word)
			if err != nil {
				return err
			}
			return r.told(got, "The box ends its calls, and destroys everything when it starts anew, which follows at once.\n"+
				"frontdesk wipe --show shows the receipt then.")
		}
		ring, beyond := r.beyond(ctx)
		got, err := wipe.Folder(ctx, r.state, ring, beyond, time.Now)
		if err != nil {
			return err
		}
		return r.wiped(got, receipt)
	})
	cmd.Flags().BoolVar(&sure, "yes-destroy-everything", false, "do not ask")
	cmd.Flags().BoolVar(&show, "show", false, "show the receipt of the last one that the running box has carried out")
	cmd.Flags().StringVar(&receipt, "receipt", "", "write the receipt to this `file`, too; not in the state folder")
	return described(cmd, `Destroys everything that the box keeps: the keys first, so that nothing can be
read any more anywhere, then the files. Speech models stay. The receipt names
nobody; it says which backups there are that somebody must destroy. A box that
runs ends its calls, starts anew and destroys everything then.`, "  frontdesk wipe --receipt /media/stick/receipt.json")
}

// beyond says which ring of keys is destroyed, and what is beyond the box's reach; with records that cannot be opened, only in general.
func (r *request) beyond(ctx context.Context) (ring string, beyond []string) {
	cfg := loadedSettings("", r.state)
	records, err := appliance.Open(cfg, appliance.Deps{Keys: keyOptions(ctx, cfg.Storage, nil)})
	if err != nil {
		return "", []string{"The records could not be opened: look for all media of backups that were ever used, for the words of the " +
			"recovery key, and for files that were given out."}
	}
	defer func() { _ = records.Close() }() // it is destroyed next
	review, err := service.ReviewWipe.Get(asOperator(ctx), records.Service(service.Options{}))
	if err != nil {
		return records.Ring(), []string{"Look for all media of backups that were ever used: " + err.Error()}
	}
	return review.Ring, review.Beyond
}

// wiped prints the receipt, and keeps it where that was asked for.
func (r *request) wiped(got wipe.Receipt, file string) error {
	if file != "" {
		b, err := json.MarshalIndent(got, "", "  ")
		if err == nil {
			err = os.WriteFile(file, append(b, '\n'), 0o600)
		}
		if err != nil {
			return fmt.Errorf("everything is destroyed, but the receipt could not be written: %w", err)
		}
	}
	r.print(got, func() {
		r.out.line("The keys were destroyed at %s, %d files (%s) by %s.", got.Keys.Format(time.RFC3339), got.Files, megabytes(got.Bytes),
			got.Ended.Format(time.RFC3339))
		r.out.line("Beyond this box:")
		for _, b := range got.Beyond {
			r.out.line("  %s", b)
		}
	})
	return nil
}
