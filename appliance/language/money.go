package language

// minorUnits are how many minor units make one major unit of the currencies that a profile may have.
var minorUnits = map[string]int{"USD": 100, "CAD": 100, "AUD": 100, "NZD": 100, "EUR": 100, "GBP": 100, "CHF": 100, "JPY": 1}

// MinorUnits is how many minor units (cents) make one major unit of an ISO 4217 currency; 100 and false for one that is not known.
func MinorUnits(currency string) (n int, known bool) {
	if n, known = minorUnits[currency]; known {
		return n, true
	}
	return 100, false
}
