// Package web is the owner's page of the appliance, and the figures for a monitoring system.
//
// [Listen] opens an HTTPS server: first run and sign-in, today, calls, callers, what callers are told (business), the state of
// the box, and below /api/ what package api answers. Nothing that names a caller or repeats a word is sent to somebody who is
// not signed in; what callers are told is changed by the owner alone. Everything but live views works without a script in the
// browser. [ListenMetrics] opens a second, plain HTTP server with /metrics in the text form of Prometheus, which names nobody.
//
// Certificates: on its first start the box makes a certificate authority (10 years, name constraints for this box and for
// private networks) and a server certificate below it (397 days), both with ECDSA P-256 and the standard library alone.
// The server certificate is renewed while the server runs. An authority that loads is never replaced before it ends, because
// people have told their devices to trust it.
//
// Goroutines: those of net/http, one or more for each connection, and one that waits for the end of the context; Run returns
// after all of them. [Metrics] starts none. Everything exported is safe for concurrent use.
package web
