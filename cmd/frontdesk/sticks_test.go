package main

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/machine"
)

// What a stick is named can steer neither the folder nor the program that mounts it; whose the files are is said where that is needed.
func TestMountLine(t *testing.T) {
	for _, tt := range []struct {
		stick machine.Stick
		want  string
	}{
		{
			machine.Stick{Device: "sdb1", Name: "BACKUP", Kind: "vfat"},
			"mount -t vfat -o nodev,nosuid,noexec,uid=7,gid=8,umask=0077 /dev/sdb1 /media/BACKUP",
		},
		{machine.Stick{Device: "sdc1", Kind: "ext4"}, "mount -t ext4 -o nodev,nosuid,noexec /dev/sdc1 /media/sdc1"},
		{machine.Stick{Device: "sdc1", Name: "../../etc; rm", Kind: "ext4"}, "mount -t ext4 -o nodev,nosuid,noexec /dev/sdc1 /media/etcrm"},
		{machine.Stick{Device: "sdc1", Name: "日本", Kind: "ext4"}, "mount -t ext4 -o nodev,nosuid,noexec /dev/sdc1 /media/sdc1"},
	} {
		at, line := mountLine(tt.stick, 7, 8)
		if got := strings.Join(line, " "); got != tt.want || !strings.HasSuffix(got, " "+at) {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func TestMountOfNothing(t *testing.T) {
	var out strings.Builder
	if code := run(t.Context(), []string{"backup", "mount", "sdzz9", "--state", t.TempDir()}, nil, &out, &out); code != exitFailed ||
		!strings.Contains(out.String(), "frontdesk backup sticks") {
		t.Errorf("code %d: %s", code, &out)
	}
}
