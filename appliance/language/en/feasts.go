package en

import (
	"time"

	"frontdesk.internal/appliance/language/feast"
)

func called(names ...string) [][]string {
	var out [][]string
	for _, n := range names {
		out = append(out, Language{}.Words(n))
	}
	return out
}

// Countries whose holidays have names of their own.
var (
	britain = []string{"GB", "IE"}
	south   = []string{"AU", "NZ"}
)

// feasts the callers name. Read only.
var feasts = []feast.Feast{
	// Names that mean another day in some countries, before what they mean elsewhere.
	{Name: "Thanksgiving", Called: called("thanksgiving day", "thanksgiving"), On: feast.Nth(time.October, time.Monday, 2),
		Regions: []string{"CA"}},
	{Name: "Labour Day", Called: called("labour day", "labor day"), On: feast.Fixed(time.May, 1), Regions: britain},
	{Name: "Labour Day", Called: called("labour day", "labor day"), On: feast.Nth(time.October, time.Monday, 4), Regions: []string{"NZ"}},
	{Name: "Boxing Day", Called: called("saint stephen's day", "st stephen's day"), On: feast.Fixed(time.December, 26), Regions: britain},
	{Name: "the early May bank holiday", Called: called("may day bank holiday", "early may bank holiday", "may bank holiday", "may day"),
		On: feast.Nth(time.May, time.Monday, 1), Regions: britain},
	{Name: "the spring bank holiday", Called: called("spring bank holiday", "whitsun"), On: feast.Nth(time.May, time.Monday, -1),
		Regions: []string{"GB"}},
	{Name: "the August bank holiday", Called: called("august bank holiday", "summer bank holiday"), On: feast.Nth(time.August,
		time.Monday, -1), Regions: []string{"GB"}},
	{Name: "the August bank holiday", Called: called("august bank holiday"), On: feast.Nth(time.August, time.Monday, 1),
		Regions: []string{"IE"}},
	{Name: "Bonfire Night", Called: called("bonfire night", "guy fawkes"), On: feast.Fixed(time.November, 5), Regions: []string{"GB"}},
	{Name: "Saint Patrick's Day", Called: called("saint patrick's day", "st patrick's day", "paddy's day"), On: feast.Fixed(time.March,
		17)},
	{Name: "Canada Day", Called: called("canada day"), On: feast.Fixed(time.July, 1)},
	{Name: "Victoria Day", Called: called("victoria day"), On: feast.Before(time.May, 25, time.Monday)},
	{Name: "Remembrance Day", Called: called("remembrance day"), On: feast.Fixed(time.November, 11)},
	{Name: "Australia Day", Called: called("australia day"), On: feast.Fixed(time.January, 26), Regions: south},
	{Name: "Anzac Day", Called: called("anzac day"), On: feast.Fixed(time.April, 25), Regions: south},

	// Longer names stand before shorter ones that they hold.
	{Name: "Christmas Eve", Called: called("christmas eve", "xmas eve"), On: feast.Fixed(time.December, 24)},
	{Name: "New Year's Eve", Called: called("new year's eve", "new years eve"), On: feast.Fixed(time.December, 31)},
	{Name: "New Year's Day", Called: called("new year's day", "new years day", "new year's", "new years", "new year"),
		On: feast.Fixed(time.January, 1)},
	{Name: "Christmas Day", Called: called("christmas day", "christmas", "xmas"), On: feast.Fixed(time.December, 25)},
	{Name: "Boxing Day", Called: called("boxing day"), On: feast.Fixed(time.December, 26)},
	{Name: "Independence Day", Called: called("independence day"), On: feast.Fixed(time.July, 4)},
	{Name: "Black Friday", Called: called("black friday", "day after thanksgiving"), On: feast.After(feast.Nth(time.November,
		time.Thursday, 4), 1)},
	{Name: "Thanksgiving", Called: called("thanksgiving day", "thanksgiving"), On: feast.Nth(time.November, time.Thursday, 4)},
	{Name: "Labor Day", Called: called("labor day", "labour day"), On: feast.Nth(time.September, time.Monday, 1)},
	{Name: "Memorial Day", Called: called("memorial day"), On: feast.Nth(time.May, time.Monday, -1)},
	{Name: "Martin Luther King Day", Called: called("martin luther king day", "martin luther king", "mlk day", "mlk"),
		On: feast.Nth(time.January, time.Monday, 3)},
	{Name: "Presidents' Day", Called: called("presidents day", "president's day"), On: feast.Nth(time.February, time.Monday, 3)},
	{Name: "Juneteenth", Called: called("juneteenth", "june teenth"), On: feast.Fixed(time.June, 19)},
	{Name: "Columbus Day", Called: called("columbus day", "indigenous peoples day"), On: feast.Nth(time.October, time.Monday, 2)},
	{Name: "Veterans Day", Called: called("veterans day", "veteran's day"), On: feast.Fixed(time.November, 11)},
	{Name: "Halloween", Called: called("halloween"), On: feast.Fixed(time.October, 31)},
	{Name: "Valentine's Day", Called: called("valentine's day", "valentines day"), On: feast.Fixed(time.February, 14)},
	{Name: "Good Friday", Called: called("good friday"), On: feast.Easter(-2)},
	{Name: "Easter Monday", Called: called("easter monday"), On: feast.Easter(1)},
	{Name: "Easter Sunday", Called: called("easter sunday", "easter"), On: feast.Easter(0)},
}
