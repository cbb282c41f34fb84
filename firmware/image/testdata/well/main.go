// Command well is the init of a root that is well: it says so and switches the machine off.
package main

import (
	"os"
	"syscall"
)

// drain is what waits until a terminal has sent all that was written to it: TCSBRK with an argument other than 0 (ioctl_tty(2)).
const drain = 0x5409

func main() {
	_, _ = os.Stdout.WriteString("\nThe version before runs.\n")           // the line is all there is to say it on
	_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, os.Stdout.Fd(), drain, 1) // what is lost is not seen by the test
	_ = syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)                 // it ends with this
}
