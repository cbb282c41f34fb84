// Package email brings letters by the office's mail server (SMTP, RFC 5321), as text and HTML.
//
// The way is encrypted, from the first octet or by STARTTLS, unless the owner has said otherwise; then no password goes over it that could
// be read. A letter has the same Message-ID whenever it is sent again. The package starts no goroutine; a [Sender] is safe for concurrent
// use.
package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"html"
	"net"
	stdmail "net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Sender sends mail.
type Sender struct {
	Gate *egress.Gate
}

var _ notify.Sender = (*Sender)(nil)

// port is that of a mail server whose address names none (RFC 8314 section 3).
func port(s record.Security) string {
	if s == record.SecurityTLS {
		return "465"
	}
	return "587"
}

// patience is how long a server may take for one answer.
const patience = 20 * time.Second

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, to notify.Target, l notify.Letter) error {
	msg, err := compose(to.Recipient, l)
	if err != nil {
		return &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	host, p, err := net.SplitHostPort(to.Server)
	if err != nil {
		host, p = strings.Trim(to.Server, "[]"), port(to.Security)
	}
	number, err := strconv.Atoi(p)
	if err != nil {
		return &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	trust, err := notify.Trust(to.Recipient, host)
	if err != nil {
		return err
	}
	var closed func() bool
	options := []mail.Option{
		mail.WithPort(number), mail.WithTimeout(patience), mail.WithHELO("frontdesk.internal"),
		mail.WithDialContextFunc(func(ctx2 context.Context, _, _ string) (net.Conn, error) {
			c, err := s.dial(ctx2, to.Security, net.JoinHostPort(host, p), trust)
			if err == nil { // the library keeps its own deadlines, and no context
				closed = context.AfterFunc(ctx, func() { _ = c.Close() })
			}
			return c, err
		}),
	}
	options = append(options, secure(to, trust)...)
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if closed != nil {
		defer closed()
	}
	if err != nil {
		return explain(ctx, err)
	}
	defer func() { _ = client.CloseWithSMTPClient(conn) }() // the letter was taken, or the error is told already
	if err := client.SendWithSMTPClient(conn, msg); err != nil {
		return explain(ctx, err)
	}
	return nil
}

// dial connects, by TLS from the first octet when that is wanted.
func (s *Sender) dial(ctx context.Context, how record.Security, address string, trust *tls.Config) (net.Conn, error) {
	c, err := s.Gate.DialName(ctx, egress.Email, address)
	if err != nil || how != record.SecurityTLS {
		return c, err
	}
	return egress.Secure(ctx, c, trust)
}

// secure are the options of encryption and of the secret.
func secure(to notify.Target, trust *tls.Config) []mail.Option {
	policy := mail.WithTLSPolicy(mail.TLSMandatory)
	if to.Security != record.SecurityStartTLS && to.Security != "" { // TLS is there already, or is not wanted
		policy = mail.WithTLSPolicy(mail.NoTLS)
	}
	options := []mail.Option{policy, mail.WithTLSConfig(trust)}
	if to.User == "" {
		return options
	}
	options = append(options, mail.WithUsername(to.User), mail.WithPassword(to.Secret))
	kinds := []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthCramMD5}
	if to.Security != record.SecurityNone {
		kinds = append(kinds, mail.SMTPAuthPlain, mail.SMTPAuthLogin)
	}
	if to.Auth != "" {
		kinds = []mail.SMTPAuthType{mail.SMTPAuthType(strings.ToUpper(to.Auth))}
	}
	return append(options, mail.WithOpportunisticSMTPAuth(kinds...))
}

// explain finds the fault.
func explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &notify.Error{Fault: notify.FaultSlow, Err: err}
	}
	var reply *textproto.Error
	var send *mail.SendError
	switch {
	case errors.As(err, &send) && send.ErrorCode() != 0:
		return code(send.ErrorCode(), err)
	case errors.As(err, &reply):
		return code(reply.Code, err)
	case errors.Is(err, mail.ErrNoSupportedAuthDiscovered), strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return &notify.Error{Fault: notify.FaultCredentials, Err: err}
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return &notify.Error{Fault: notify.FaultPlain, Err: err}
	case errors.As(err, new(textproto.ProtocolError)):
		return &notify.Error{Fault: notify.FaultGarbage, Err: err}
	}
	return notify.Explain(err)
}

// code tells what an answer of a mail server means (RFC 5321 section 4.2, RFC 4954 section 6).
func code(n int, err error) error {
	switch {
	case n == 530 || n == 534 || n == 535 || n == 538:
		return &notify.Error{Fault: notify.FaultCredentials, Code: n, Err: err}
	case n >= 500 && n < 600:
		return &notify.Error{Fault: notify.FaultRefused, Code: n, Err: err}
	case n >= 400 && n < 500:
		return &notify.Error{Fault: notify.FaultBusy, Code: n, Err: err}
	}
	return &notify.Error{Fault: notify.FaultGarbage, Code: n, Err: err}
}

// compose writes the mail.
func compose(r record.Recipient, l notify.Letter) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(r.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	list, err := stdmail.ParseAddressList(r.To)
	if err != nil {
		return nil, fmt.Errorf("receivers: %w", err)
	}
	for _, a := range list {
		m.AddToMailAddress(a)
	}
	m.SetMessageIDWithValue(l.Key + "@frontdesk.internal")
	m.SetDateWithValue(l.At)
	m.Subject(l.Subject)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday answers it
	if l.Urgent {
		m.SetImportance(mail.ImportanceHigh)
	}
	m.SetBodyString(mail.TypeTextPlain, l.Text()+"\n")
	m.AddAlternativeString(mail.TypeTextHTML, markup(l))
	return m, nil
}

// markup is a letter as HTML: paragraphs and links, nothing that is loaded from anywhere.
func markup(l notify.Letter) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title></head><body>\n",
		html.EscapeString(l.Subject))
	for _, i := range l.Items {
		fmt.Fprintf(&b, "<p>%s", html.EscapeString(i.Line()))
		if i.Link != "" {
			fmt.Fprintf(&b, "<br>\n<a href=\"%s\">Open it</a>", html.EscapeString(i.Link))
		}
		b.WriteString("</p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}
