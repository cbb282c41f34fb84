package numbering_test

import (
	"testing"

	"frontdesk.internal/appliance/numbering"
)

func TestWritten(t *testing.T) {
	for _, x := range []struct{ region, text, want string }{
		{"US", "Call 217-555-0142.", "Call <217-555-0142>."},
		{"US", "Call (217) 555-0142 or +1 217 555 0143 now", "Call <(217) 555-0142> or <+1 217 555 0143> now"},
		{"US", "Dial 555-0142, it is free.", "Dial <555-0142>, it is free."},
		{"US", "Since 2026-11-24 we open 10-12.", "Since 2026-11-24 we open 10-12."},
		{"US", "It costs 1250 or 12,500.", "It costs 1250 or 12,500."},
		{"GB", "Ring 020 7946 0123 or 07911 123456", "Ring <020 7946 0123> or <07911 123456>"},
		{"DE", "Rufen Sie 030/123456 oder 0172 1234567 an.", "Rufen Sie <030/123456> oder <0172 1234567> an."},
		{"DE", "Am 24.12.2026 von 8.00-12.00 Uhr", "Am 24.12.2026 von 8.00-12.00 Uhr"},
		{"DE", "Zimmer 24 030 123456", "Zimmer 24 <030 123456>"},
		{"CH", "044 364 12 34", "<044 364 12 34>"},
		{"US", "", ""},
	} {
		if got := numbering.Written(x.text, x.region, func(n string) string { return "<" + n + ">" }); got != x.want {
			t.Errorf("%q in %s: %q, want %q", x.text, x.region, got, x.want)
		}
	}
}
