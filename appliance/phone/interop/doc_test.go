//go:build pbx

// Package interop_test holds the real program, with scripted engines, against the telephone systems and telephones of others:
// Asterisk, Kamailio, baresip and SIPp, each in the version that Debian has. It needs root and some minutes: .ci/test pbx.
//
// The box and its peers live in two network namespaces of their own, joined by a cable that the test holds in its hands ([world]):
// it can cut it, and lose, delay, double and reorder packets. The telephone systems run from Debians in the cache ([house]), so
// that none of them is installed, or started, on the machine that tests. What each peer did in each scenario is INTEROP.md.
package interop_test
