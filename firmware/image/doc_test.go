// Package image_test boots the box's image in a machine without hardware of its own (qemu, emulated processor) with the firmware of PCs
// (OVMF) and a TPM (swtpm), on a cable to an office with a practice PBX. It needs root, /dev/net/tun and a quiet machine: make
// test-image. That takes an hour or more where two cores have other things to do, so CI does not run it; what the start-up decides about a
// version is tried everywhere (TestConfirm).
package image_test
