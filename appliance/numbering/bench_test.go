package numbering_test

import (
	"testing"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// BenchmarkCanonical is what each look-up of a caller costs before the file is read: a PBX writes the number in the form of E.164, or
// as it is dialled where the business is.
func BenchmarkCanonical(b *testing.B) {
	for _, x := range []struct{ name, region, number string }{
		{"kept", "US", "+12175550614"}, {"kept elsewhere", "DE", "+4989123456"}, {"no number", "US", "+999999999999"},
		{"dialled", "US", "2175550614"},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				numbering.Canonical(record.PhoneNumber(x.number), x.region)
			}
		})
	}
}
