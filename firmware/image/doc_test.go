// Package image_test boots the box's image in a machine without hardware of its own (qemu, emulated processor) with the firmware of PCs
// (OVMF) and a TPM (swtpm), on a cable to an office with a practice PBX. It needs root, /dev/net/tun and some minutes: make test-image.
package image_test
