package machine

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Stick is a file system on what somebody can plug in: a USB stick, a disk, a memory card.
type Stick struct {
	Device   string `json:"device"`         // "sdb1"
	Name     string `json:"name"`           // its label, else who made it; it may be ""
	Kind     string `json:"kind,omitempty"` // of its file system, such as "vfat"; "" = unknown, or there is none
	Space    Space  `json:"space"`          // Free is known where it is mounted
	At       string `json:"at,omitempty"`   // folder where it is mounted; "" = it is not
	ReadOnly bool   `json:"read_only,omitempty"`
}

// Sticks finds them, in the order of their devices.
func Sticks(root fs.FS) []Stick {
	sticks := []Stick{}
	mounts := mountPoints(read(root, "proc/self/mountinfo"))
	disks, _ := fs.Glob(root, "sys/block/*") // the pattern is right
	for _, at := range disks {
		name := path.Base(at)
		if strings.HasPrefix(name, "loop") || strings.HasPrefix(name, "sr") || strings.HasPrefix(name, "fd") {
			continue
		}
		about := read(root, "run/udev/data/b"+strings.TrimSpace(read(root, path.Join(at, "dev"))))
		if strings.TrimSpace(read(root, path.Join(at, "removable"))) != "1" && field(about, "E:ID_BUS=") != "usb" {
			continue
		}
		maker := strings.TrimSpace(strings.TrimSpace(read(root, path.Join(at, "device/vendor"))) + " " +
			strings.TrimSpace(read(root, path.Join(at, "device/model"))))
		parts, _ := fs.Glob(root, path.Join(at, name+"*", "partition")) // the pattern is right
		if len(parts) == 0 {
			parts = []string{path.Join(at, "partition")} // the whole of it is one
		}
		for _, part := range parts {
			if s, ok := stick(root, path.Dir(part), maker, mounts); ok {
				sticks = append(sticks, s)
			}
		}
	}
	slices.SortFunc(sticks, func(a, b Stick) int { return cmp.Compare(a.Device, b.Device) })
	return sticks
}

// stick reads one; at is its folder below sys. An empty slot for cards is none.
func stick(root fs.FS, at, maker string, mounts map[string]mountPoint) (Stick, bool) {
	const sector = 512 // in which the kernel counts, whatever the device has
	number := strings.TrimSpace(read(root, path.Join(at, "dev")))
	about := read(root, "run/udev/data/b"+number)
	sectors, err := strconv.ParseInt(strings.TrimSpace(read(root, path.Join(at, "size"))), 10, 64)
	if err != nil || sectors <= 0 || sectors > 1<<50 {
		return Stick{}, false
	}
	s := Stick{
		Device: path.Base(at), Name: cmp.Or(field(about, "E:ID_FS_LABEL="), maker), Kind: field(about, "E:ID_FS_TYPE="),
		Space: Space{Total: sectors * sector},
	}
	if m, ok := mounts[number]; ok {
		s.At, s.ReadOnly, s.Space.Free = m.at, m.readOnly, disk(m.at).Free
	}
	return s, true
}

// mountPoint is where a device is mounted.
type mountPoint struct {
	at       string
	readOnly bool
}

// mountPoints reads /proc/self/mountinfo, by the number of the device. Of several folders that a device is mounted at the first counts.
func mountPoints(text string) map[string]mountPoint {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	points := map[string]mountPoint{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 6 || !path.IsAbs(f[4]) {
			continue
		}
		if _, known := points[f[2]]; !known {
			points[f[2]] = mountPoint{unescape.Replace(f[4]), slices.Contains(strings.Split(f[5], ","), "ro")}
		}
	}
	return points
}
