package numbering_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

func TestNumbers(t *testing.T) {
	for _, x := range []struct {
		region                string
		in, e164, nation, see string
	}{
		{"US", "3125550144", "+13125550144", "3125550144", "+1 312-555-0144"},
		{"US", "13125550144", "+13125550144", "3125550144", "+1 312-555-0144"},
		{"US", "+13125550144", "+13125550144", "3125550144", "+1 312-555-0144"},
		{"US", "0114989123456", "+4989123456", "+4989123456", "+49 89 123456"},
		{"GB", "01725550144", "+441725550144", "01725550144", "+44 1725 550144"},
		{"GB", "00441725550144", "+441725550144", "01725550144", "+44 1725 550144"},
		{"DE", "089123456", "+4989123456", "089123456", "+49 89 123456"},
		{"DE", "+13125550144", "+13125550144", "+13125550144", "+1 312-555-0144"},
		{"CH", "0441234567", "+41441234567", "0441234567", "+41 44 123 45 67"},
		{"IT", "0612345678", "+390612345678", "0612345678", "+39 06 1234 5678"},
		// What is no number of the public plan.
		{"US", "201", "201", "201", "201"},
		{"DE", "110", "110", "110", "110"},
		{"US", "01725550144", "01725550144", "01725550144", "01725550144"},
		{"", "3125550144", "3125550144", "3125550144", "3125550144"},
		{"ZZ", "3125550144", "3125550144", "3125550144", "3125550144"},
		{"US", "+999999999999", "+999999999999", "+999999999999", "+999999999999"},
		{"US", "", "", "", ""},
	} {
		e := numbering.E164(record.PhoneNumber(x.in), x.region)
		if string(e) != x.e164 {
			t.Errorf("%s in %q: E.164 %s, want %s", x.in, x.region, e, x.e164)
		}
		if got := numbering.National(e, x.region); string(got) != x.nation {
			t.Errorf("%s in %q: nationally %s, want %s", x.in, x.region, got, x.nation)
		}
		if got := numbering.Shown(e); got != x.see {
			t.Errorf("%s in %q: shown %s, want %s", x.in, x.region, got, x.see)
		}
	}
}

// However people write a number, it is kept in one form.
func TestOneForm(t *testing.T) {
	for _, x := range []struct {
		region, kept string
		written      []string
	}{
		{
			"US", "+12175550614", []string{
				"(217) 555-0614", "217-555-0614", "217.555.0614", "1 217 555 0614", "+1 (217) 555-0614", "1-217-555-0614", " +12175550614 ",
				"217/555/0614", "tel:+12175550614",
			},
		},
		{
			"GB", "+441725550144", []string{
				"01725 550144", "(01725) 550144", "+44 (0)1725 550144", "0044 1725 550144", "+44 1725 550 144", "01725-550-144",
			},
		},
		{
			"DE", "+4989123456", []string{
				"089 123456", "089/123456", "(089) 12 34 56", "+49 (0) 89 123456", "0049-89-123456", "+49 89 123 456", "089 – 123456",
			},
		},
		{"DE", "+4915112345678", []string{"0151 12345678", "0151/12 34 56 78", "+49 151 12345678", "0049 151 12345678"}},
		{"AT", "+431234567890", []string{"01 234567890", "+43 1 234567890", "0043 (1) 234567890"}},
		{"CH", "+41441234567", []string{"044 123 45 67", "+41 44 123 45 67", "0041 (0)44 123 45 67"}},
		// None of the public plan: what people put between the digits does not make it another one.
		{"US", "201", []string{"201", " 201", "2-0-1"}},
		{"DE", "*21", []string{"*21"}},
		{"", "2175550614", []string{"(217) 555-0614", "217-555-0614", "2175550614"}},
		{"", "+12175550614", []string{"+1 (217) 555-0614", "+1 217.555.0614"}},
		{"US", "anonymous", []string{"anonymous", " anonymous "}},
		{"US", "desk7", []string{"desk7"}},
	} {
		for _, w := range x.written {
			if got := numbering.Canonical(record.PhoneNumber(w), x.region); string(got) != x.kept {
				t.Errorf("%q in %q is kept as %q, want %q", w, x.region, got, x.kept)
			}
		}
	}
}

// FuzzNumbers: whatever a PBX calls a number, the forms of it are bounded, and those of the canonical form are the same again.
func FuzzNumbers(f *testing.F) {
	f.Add("+13125550144", "US")
	f.Add("0114989123456;ext=5", "GB")
	f.Add("٠٨٩١٢٣٤٥٦٧", "DE")
	f.Fuzz(func(t *testing.T, n, region string) {
		e := numbering.E164(record.PhoneNumber(n), region)
		if string(e) != n && (!strings.HasPrefix(string(e), "+") || len(e) > 20) {
			t.Errorf("%q became %q", n, e)
		}
		if string(e) != n && numbering.E164(e, region) != e {
			t.Errorf("%q became %q, and then %q", n, e, numbering.E164(e, region))
		}
		_, _ = numbering.National(e, region), numbering.Shown(e)
		one := numbering.Canonical(record.PhoneNumber(n), region)
		if again := numbering.Canonical(one, region); again != one {
			t.Errorf("%q became %q, and then %q", n, one, again)
		}
		if strings.HasPrefix(string(e), "+") && e != record.PhoneNumber(n) && one != e {
			t.Errorf("%q is %q to be dialled and %q to be kept", n, e, one)
		}
	})
}
