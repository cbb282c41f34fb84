package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/record"
)

// Target is a recipient with its secret, which nothing may log.
type Target struct {
	record.Recipient
	Secret string
}

// Sender brings a letter to a recipient by one way. It returns nil when the other side has taken it, and ends with its context.
type Sender interface {
	Send(ctx context.Context, to Target, l Letter) error
}

// Fault says why a letter could not be brought, as far as it matters for what to do.
type Fault string

// The closed list of faults, as sentences.
const (
	FaultName        Fault = "the name of the server cannot be found"
	FaultGone        Fault = "the server does not answer at this address"
	FaultSlow        Fault = "the server was too slow"
	FaultCertificate Fault = "the certificate of the server is not believed"
	FaultPlain       Fault = "the server offers no encryption"
	FaultCredentials Fault = "the server does not take the name and the secret"
	FaultRefused     Fault = "the server refused it"
	FaultBusy        Fault = "the server takes nothing now"
	FaultGarbage     Fault = "the server's answer cannot be understood"
	FaultDenied      Fault = "the box lets nothing out by this way"
	FaultOutside     Fault = "it is no computer of the office's own network"
	FaultSetting     Fault = "a setting of the recipient is wrong"
	FaultUnknown     Fault = "it could not be sent"
)

// Error is a fault with its cause. What the other side said is not in it: it may repeat a caller's words.
type Error struct {
	Fault Fault
	Code  int // of HTTP, SMTP or SIP; 0 = none
	Err   error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("%s (%d)", e.Fault, e.Code)
	}
	return string(e.Fault)
}

// Unwrap tells the cause.
func (e *Error) Unwrap() error { return e.Err }

// Permanent reports whether the same letter will never be taken.
func (e *Error) Permanent() bool { return e.Fault == FaultRefused }

// Explain finds the fault in an error of the network.
func Explain(err error) *Error {
	var known *Error
	var name *net.DNSError
	var timeout net.Error
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, egress.ErrDenied):
		return &Error{Fault: FaultDenied, Err: err}
	case errors.Is(err, egress.ErrOutside):
		return &Error{Fault: FaultOutside, Err: err}
	case errors.As(err, &name):
		return &Error{Fault: FaultName, Err: err}
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &verify):
		return &Error{Fault: FaultCertificate, Err: err}
	case errors.As(err, &header):
		return &Error{Fault: FaultPlain, Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Fault: FaultSlow, Err: err}
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Fault: FaultGone, Err: err}
	}
	return &Error{Fault: FaultUnknown, Err: err}
}

// Trust returns the TLS settings for a server: whom the recipient's authorities vouch for, or the system's.
func Trust(r record.Recipient, host string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if r.CA != "" {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM([]byte(r.CA)) {
			return nil, &Error{Fault: FaultSetting, Err: errors.New("there is no certificate in it")}
		}
	}
	return c, nil
}
