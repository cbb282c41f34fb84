// Package firmware_test installs the packages that firmware/build has made, as a customer would: in a clean Debian, and on the
// other processor under emulation. It needs root, the network and some minutes: .ci/test deb.
package firmware_test
