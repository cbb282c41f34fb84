package service_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk.internal/appliance/service"
)

// sticksOf are the machine's files with two sticks: sdb1 is mounted at a folder, sdc1 is not.
func sticksOf(at string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range map[string]string{
		"sys/block/sdb/dev": "8:16", "sys/block/sdb/removable": "1", "sys/block/sdb/sdb1/partition": "1", "sys/block/sdb/sdb1/dev": "8:17",
		"sys/block/sdb/sdb1/size": "4000", "run/udev/data/b8:17": "E:ID_FS_TYPE=vfat\nE:ID_FS_LABEL=BACKUP\n",
		"sys/block/sdc/dev": "8:32", "sys/block/sdc/removable": "1", "sys/block/sdc/sdc1/partition": "1", "sys/block/sdc/sdc1/dev": "8:33",
		"sys/block/sdc/sdc1/size": "4000", "run/udev/data/b8:33": "E:ID_FS_TYPE=ext4\n",
		"sys/block/sdd/dev": "8:48", "sys/block/sdd/removable": "1", "sys/block/sdd/size": "4000",
		"proc/self/mountinfo": "40 30 8:17 / " + at + " rw - vfat /dev/sdb1 rw\n",
	} {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

// A stick is found, named and chosen; backups go there from then on, and what it lacks is said in words that can be typed.
func TestAStickIsFoundAndChosen(t *testing.T) {
	h := openHouse(t)
	stick := t.TempDir()
	h.d = h.with(func(o *service.Options) { o.Platform.Root = sticksOf(stick) })
	ok(h, service.SetUpBackup, service.None{})
	list := ok(h, service.ListSticks, service.None{})
	if len(list) != 3 || list[0].Name != "BACKUP" || list[0].At != stick || list[0].Advice != "" || list[0].Chosen {
		t.Fatalf("sticks: %+v", list)
	}
	if !strings.Contains(list[1].Advice, "sudo frontdesk backup mount sdc1") || !strings.Contains(list[2].Advice, "Format it") {
		t.Errorf("what they lack: %q, %q", list[1].Advice, list[2].Advice)
	}
	for _, name := range []string{"BACKUP", "sdb1", "/dev/sdb1", stick} {
		ok(h, service.ChooseBackupFolder, "")
		if name == "/dev/sdb1" {
			name = strings.TrimPrefix(name, "/dev/")
		}
		if s := ok(h, service.ChooseBackupFolder, name); s.Dir != stick || s.Problem != "" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if list = ok(h, service.ListSticks, service.None{}); !list[0].Chosen {
		t.Errorf("not chosen: %+v", list[0])
	}
	i := ok(h, service.MakeBackup, "")
	if _, err := os.Stat(filepath.Join(stick, i.Name)); err != nil {
		t.Errorf("the backup is not on the stick: %v", err)
	}
	if s := ok(h, service.ChooseBackupFolder, ""); s.Dir != h.o.Backups.Dir {
		t.Errorf("back to the settings: %+v", s)
	}
}

// A folder that takes no backup is not chosen, and the one until now stays.
func TestAFolderThatCannotTakeBackups(t *testing.T) {
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) { o.Platform.Root = sticksOf(t.TempDir()) })
	before := ok(h, service.ListBackups, "").Dir
	for name, says := range map[string]string{
		"/no/such/folder": "plug the medium in", "sdc1": "backup mount sdc1", "sdz": "no stick",
		h.o.Backups.State: "where the records themselves are",
		filepath.Join(h.o.Backups.State, "recordings"): "where the records themselves are",
	} {
		var bad *service.InvalidError
		if _, err := as(h, service.Owner, service.ChooseBackupFolder, name); !errors.As(err, &bad) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := ok(h, service.ListBackups, ""); s.Dir != before {
		t.Errorf("backups go to %s, not to %s", s.Dir, before)
	}
	if _, err := as(h, service.Staff, service.ChooseBackupFolder, ""); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
}
