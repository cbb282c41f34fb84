package machine

import (
	"reflect"
	"strings"
	"testing"
)

// plugged are files of a machine with its own disk, a stick with two parts, a card without parts, an empty slot and a CD drive.
func plugged() map[string]string {
	return map[string]string{
		"sys/block/sda/dev": "8:0\n", "sys/block/sda/removable": "0\n", "sys/block/sda/size": "1000000\n",
		"sys/block/sda/sda1/partition": "1\n", "sys/block/sda/sda1/dev": "8:1\n", "sys/block/sda/sda1/size": "900000\n",
		"sys/block/sdb/dev": "8:16\n", "sys/block/sdb/removable": "0\n", "sys/block/sdb/size": "62500000\n",
		"sys/block/sdb/device/vendor": "Kingston\n", "sys/block/sdb/device/model": "DataTraveler 3.0\n",
		"sys/block/sdb/sdb1/partition": "1\n", "sys/block/sdb/sdb1/dev": "8:17\n", "sys/block/sdb/sdb1/size": "2000\n",
		"sys/block/sdb/sdb2/partition": "2\n", "sys/block/sdb/sdb2/dev": "8:18\n", "sys/block/sdb/sdb2/size": "4000\n",
		"run/udev/data/b8:16":   "E:ID_BUS=usb\n",
		"run/udev/data/b8:17":   "E:ID_BUS=usb\nE:ID_FS_TYPE=vfat\nE:ID_FS_LABEL=BACKUP\n",
		"sys/block/mmcblk0/dev": "179:0\n", "sys/block/mmcblk0/removable": "1\n", "sys/block/mmcblk0/size": "8000\n",
		"sys/block/sdc/dev": "8:32\n", "sys/block/sdc/removable": "1\n", "sys/block/sdc/size": "0\n",
		"sys/block/sr0/dev": "11:0\n", "sys/block/sr0/removable": "1\n", "sys/block/sr0/size": "8000\n",
		"sys/block/loop0/removable": "1\n",
		"proc/self/mountinfo": "30 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n" +
			`40 30 8:17 / /media/my\040stick rw,nosuid - vfat /dev/sdb1 rw` + "\n" + "41 30 8:17 / /srv/again ro - vfat /dev/sdb1 rw\n" +
			"42 30 179:0 / /srv/card ro,nosuid - ext4 /dev/mmcblk0 rw\nrubbish\n",
	}
}

func TestSticks(t *testing.T) {
	want := []Stick{
		{Device: "mmcblk0", Space: Space{Total: 8000 * 512}, At: "/srv/card", ReadOnly: true},
		{Device: "sdb1", Name: "BACKUP", Kind: "vfat", Space: Space{Total: 2000 * 512}, At: "/media/my stick"},
		{Device: "sdb2", Name: "Kingston DataTraveler 3.0", Space: Space{Total: 4000 * 512}},
	}
	if got := Sticks(files(plugged())); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := Sticks(files(nil)); got == nil || len(got) != 0 {
		t.Errorf("without any: %+v", got)
	}
}

// FuzzMountPoints: whatever the kernel's list holds, what is found is a folder of it.
func FuzzMountPoints(f *testing.F) {
	f.Add(plugged()["proc/self/mountinfo"])
	f.Add("1 2 3 4 /\n")
	f.Fuzz(func(t *testing.T, text string) {
		for number, m := range mountPoints(text) {
			if !strings.HasPrefix(m.at, "/") || !strings.Contains(text, number) {
				t.Errorf("%q is at %q", number, m.at)
			}
		}
	})
}
