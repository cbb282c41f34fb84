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

// feasts the callers name; longer names stand before shorter ones that they hold. Read only.
var feasts = []feast.Feast{
	{Name: "Christmas Eve", Called: called("christmas eve", "xmas eve"), On: feast.Fixed(time.December, 24)},
	{Name: "New Year's Eve", Called: called("new year's eve", "new years eve"), On: feast.Fixed(time.December, 31)},
	{Name: "New Year's Day", Called: called("new year's day", "new years day", "new year's", "new years", "new year"), On: feast.Fixed(time.January, 1)},
	{Name: "Christmas Day", Called: called("christmas day", "christmas", "xmas"), On: feast.Fixed(time.December, 25)},
	{Name: "Boxing Day", Called: called("boxing day"), On: feast.Fixed(time.December, 26)},
	{Name: "Independence Day", Called: called("fourth of july", "4th of july", "july fourth", "july 4th", "independence day"), On: feast.Fixed(time.July, 4)},
	{Name: "Black Friday", Called: called("black friday", "day after thanksgiving"), On: feast.After(feast.Nth(time.November, time.Thursday, 4), 1)},
	{Name: "Thanksgiving", Called: called("thanksgiving day", "thanksgiving"), On: feast.Nth(time.November, time.Thursday, 4)},
	{Name: "Labor Day", Called: called("labor day", "labour day"), On: feast.Nth(time.September, time.Monday, 1)},
	{Name: "Memorial Day", Called: called("memorial day"), On: feast.Nth(time.May, time.Monday, -1)},
	{Name: "Martin Luther King Day", Called: called("martin luther king day", "martin luther king", "mlk day", "mlk"), On: feast.Nth(time.January, time.Monday, 3)},
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
