package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/service"
)

// backupCommand is frontdesk backup.
func backupCommand() *cobra.Command {
	var dir string
	to := func(cmd *cobra.Command) *cobra.Command {
		cmd.Flags().StringVar(&dir, "to", "", "`folder` of the backups, instead of the one in the settings")
		return cmd
	}
	return group("backup", "copies of everything on a stick or a share", append([]*cobra.Command{
		to(ask("list", "the backups that there are, newest first",
			func(ctx context.Context, r *request) error { return listBackups(ctx, r, dir) })),
		described(ask("setup", "make the recovery key, which is shown this once", setUpBackup),
			`Makes the recovery key, which is shown this once: 24 words to be written down.
With them and a backup everything can be restored, without them nothing.`, ""),
		described(to(ask("now", "make a backup; calls go on", func(ctx context.Context, r *request) error {
			i, err := service.MakeBackup.Do(ctx, r.office, dir)
			if err != nil {
				return err
			}
			return r.told(i, "Backup made: %s, %s.", i.Name, megabytes(i.Bytes))
		})), "", "  frontdesk backup now --to /media/stick"),
		described(to(ask("verify [BACKUP]", "restore into a scratch folder and open every record", func(ctx context.Context, r *request) error {
			got, err := service.VerifyBackup.Do(ctx, r.office, service.BackupName{Dir: dir, Name: r.arg})
			return r.restored(got, err, "is sound")
		})), `Restores a backup into a scratch folder and opens every record; without BACKUP
the newest.`, ""),
		restoreBackup(),
		described(ask("erase-again [FILE]", "erase again who has come back with a restored backup", func(ctx context.Context, r *request) error {
			again, err := r.receipts(cmp.Or(r.arg, "-"))
			if err != nil {
				return err
			}
			n, err := service.EraseAgain.Do(ctx, r.office, again)
			if err != nil {
				return err
			}
			return r.told(n, "Of %d keys of receipts %d had come back; they are erased again.", len(again), n)
		}), `FILE has the receipts of the erasures: what frontdesk privacy erasures --json
writes, or a text with the keys that they name; without FILE, standard input.`, ""),
	}, stickCommands()...)...)
}

// receipts reads which keys the receipts in a file name; nil when no file is said.
func (r *request) receipts(file string) ([]string, error) {
	if file == "" {
		return nil, nil
	}
	var b []byte
	var err error
	if file == "-" {
		b, err = io.ReadAll(io.LimitReader(r.in, maxReceipts))
	} else {
		b, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	return backup.Receipts(string(b)), nil
}

// maxReceipts bounds what is read of receipts, in bytes.
const maxReceipts = 8 << 20

// restoreBackup is frontdesk backup restore.
func restoreBackup() *cobra.Command {
	var name, wordsFile, receipts string
	var aside bool
	cmd := office(needsFolder, "restore FOLDER", "put a backup into an empty state folder", func(ctx context.Context, r *request) error {
		again, err := r.receipts(receipts)
		if err != nil {
			return err
		}
		words, err := r.recoveryWords(ctx, wordsFile)
		if err != nil {
			return err
		}
		k, err := backup.ParseWords(words)
		if err != nil {
			return err
		}
		var moved string
		if aside {
			if err := stopped(ctx, r.state); err != nil {
				return err
			}
			if _, err := backup.Find(r.arg, name); err != nil { // before anything is moved
				return err
			}
			if moved, err = setAside(r.state); err != nil {
				return err
			}
		}
		got, err := backup.Restore(ctx, r.arg, name, k, r.state, keyOptions(ctx, loadedSettings("", r.state).Storage, askTerminal), again)
		if err != nil && moved != "" {
			err = errors.Join(err, putBack(r.state, moved))
		}
		if err == nil && moved != "" && !r.json {
			r.out.line("What was there is in %s. Remove it when it is not needed: whoever is erased from now on is not erased there.", moved)
		}
		return r.restored(got, err, "is restored to "+r.state)
	})
	cmd.Flags().StringVar(&name, "backup", "", "`name` of the backup; the newest one when it is not said")
	cmd.Flags().BoolVar(&aside, "set-aside", false, "move records that are there into a folder beside them first")
	cmd.Flags().StringVar(&receipts, "receipts", "", "`file` with the receipts of erasures: whoever they name does not come back; "+
		"- reads standard input")
	cmd.Flags().StringVar(&wordsFile, "words-file", "", "`file` with the recovery key; - reads it from standard input. Without it somebody "+
		"is asked")
	return described(cmd, "Puts a backup of a folder into the empty state folder of a new box; the words of\nthe recovery key are asked for.",
		"  frontdesk backup restore /media/stick --set-aside")
}

func setUpBackup(ctx context.Context, r *request) error {
	k, err := service.SetUpBackup.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(k)
		return nil
	}
	r.out.line("This is the recovery key. Write it down and keep it where neither the box nor the backups are: with it and a backup " +
		"everything can be")
	r.out.line("restored, without it nothing. It is not shown again.")
	r.out.line("")
	words := strings.Fields(k.Words)
	for i := 0; i < len(words); i += 6 {
		r.out.line("  %s", strings.Join(words[i:min(len(words), i+6)], " "))
	}
	r.out.line("")
	r.out.line("%s", strings.TrimRight(k.QR, "\n"))
	return nil
}

func listBackups(ctx context.Context, r *request, dir string) error {
	s, err := service.ListBackups.Do(ctx, r.office, dir)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(s)
		return nil
	}
	if !s.HasKey {
		r.out.line("There is no recovery key yet: frontdesk backup setup makes one.")
	}
	if s.Problem != "" {
		r.out.line("%s", shown(s.Problem))
	}
	var rows [][]string
	for _, i := range s.Backups {
		rows = append(rows, []string{i.Name, when(i.Made), megabytes(i.Bytes)})
	}
	r.out.table("There are no backups.", []string{"BACKUP", "MADE", "SIZE"}, rows)
	return nil
}

func (r *request) restored(got backup.Restored, err error, what string) error {
	if err != nil {
		return err
	}
	r.print(got, func() {
		r.out.line("The backup of %s %s: %d records could be opened, %d recordings.", when(got.Backup.Made), what, got.Report.Values,
			got.Recordings)
		if got.Erased > 0 {
			r.out.line("%d callers were erased after it was made; nothing of them came back.", got.Erased)
		}
		r.out.line("The medium knows of erasures until %s. Who was erased later is there again, unless --receipts names them.", when(got.KnownTo))
	})
	return nil
}

// recoveryWords reads the recovery key: from a file, or from whoever sits there.
func (r *request) recoveryWords(ctx context.Context, file string) (string, error) {
	if file != "" {
		return readPassword(file, r.in)
	}
	t, fd, ok := typist(ctx)
	if !ok {
		return "", errors.New("no terminal to type the recovery key at: use --words-file")
	}
	fmt.Fprint(t.out, "The 24 words of the recovery key (not shown): ")
	if b, err := term.ReadPassword(fd); err == nil {
		fmt.Fprintln(t.out)
		return string(b), nil
	}
	line, err := bufio.NewReader(io.LimitReader(t.in, maxPassword)).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("read recovery key: %w", err)
	}
	return line, nil
}
