package verdict

import (
	"fmt"

	"frontdesk.internal/appliance/health"
)

// Free space below which the owner is told, below which things are given up one after the other, and below which messages are in danger.
const (
	diskLow         = 1 << 30
	diskRecordings  = 512 << 20
	diskTranscripts = 192 << 20
	diskEmpty       = 64 << 20
)

// DiskPolicy says what is given up when the disk fills: first recordings, then what was said on calls, messages last.
func DiskPolicy(free uint64, err error) (noRecordings, noTranscripts bool) {
	return err == nil && free < diskRecordings, err == nil && free < diskTranscripts
}

// Disk judges the room for records.
func Disk(free uint64, err error) Verdict {
	switch noRecordings, noTranscripts := DiskPolicy(free, err); {
	case err != nil:
		return Verdict{health.Degraded, "The free space of the disk cannot be read: " + OneLine(err.Error()) + "."}
	case free < diskEmpty:
		return Verdict{health.Failed, "The disk is full: messages cannot be kept. Free some space."}
	case noTranscripts:
		return Verdict{
			health.Degraded, fmt.Sprintf("The disk is almost full: %d MB are left. Calls are not recorded, what is said is not kept, "+
				"and text messages are refused; spoken messages are kept. Free some space.", free>>20),
		}
	case noRecordings:
		return Verdict{
			health.Degraded, fmt.Sprintf("The disk is almost full: %d MB are left. Calls are not recorded. Free some space.", free>>20),
		}
	case free < diskLow:
		return Verdict{health.Degraded, fmt.Sprintf("The disk is almost full: %d MB are left. Free some space.", free>>20)}
	}
	return Verdict{}
}
