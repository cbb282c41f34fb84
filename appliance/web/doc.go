// Package web is the owner's page of the appliance, in its first and plain form, and the figures for a monitoring system.
//
// [Listen] opens an HTTPS server with a status page, /healthz and the certificate of the box's own authority;
// [ListenMetrics] opens a second, plain HTTP server with /metrics in the text form of Prometheus. There is no sign-in yet,
// so nothing here names a caller or repeats a word that was said: numbers and the state of the box are all that leaves.
// The package only reads; whatever changes something belongs elsewhere until there is a sign-in.
//
// Certificates: on its first start the box makes a certificate authority (10 years, name constraints for this box and for
// private networks) and a server certificate below it (397 days), both with ECDSA P-256 and the standard library alone.
// The server certificate is renewed while the server runs. An authority that loads is never replaced before it ends, because
// people have told their devices to trust it.
//
// Goroutines: those of net/http, one or more for each connection, and one that waits for the end of the context; Run returns
// after all of them. [Metrics] starts none. Everything exported is safe for concurrent use.
package web
