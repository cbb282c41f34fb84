package corpus

import (
	"strings"
	"testing"
	"testing/fstest"
)

// fewest is how many turns a trade must have, so that a share of them means something.
const fewest = 60

// TestLoad reads what is in the tree: every profile is valid, every label fits it, and no trade is thin or one-sided.
func TestLoad(t *testing.T) {
	trades, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(trades) == 0 {
		t.Fatal("no trades")
	}
	ids := map[string]string{}
	for _, trade := range trades {
		if other := ids[trade.Business.ID]; other != "" {
			t.Errorf("%s has the id of %s", trade.Name, other)
		}
		ids[trade.Business.ID] = trade.Name
		if len(trade.Turns) < fewest {
			t.Errorf("%s has %d turns, fewer than %d", trade.Name, len(trade.Turns), fewest)
		}
		kinds := map[string]int{}
		for _, turn := range trade.Turns {
			kinds[turn.Kind]++
		}
		for _, k := range Kinds() {
			// Who asks for a person and who asks about one are close; a trade may write both under either kind.
			if kinds[k] == 0 && k != "staff" && k != "person" {
				t.Errorf("%s has no turn of kind %s", trade.Name, k)
			}
		}
		if kinds["staff"]+kinds["person"] == 0 {
			t.Errorf("%s has no turn about its staff", trade.Name)
		}
	}
}

// TestNoSentenceTwice holds that no two trades share a sentence: a trade is scored with what was fitted on all others, which must not
// have seen its sentences.
func TestNoSentenceTwice(t *testing.T) {
	trades, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, trade := range trades {
		for _, turn := range trade.Turns {
			key := turn.Before + "\n" + strings.ToLower(turn.Say)
			if other := seen[key]; other != "" {
				t.Errorf("%s and %s both have %q", other, trade.Name, turn.Say)
			}
			seen[key] = trade.Name
		}
	}
}

func TestParse(t *testing.T) {
	for _, good := range []string{
		"hours", "hours:today", "price", "price:new chain", "right:erase", "answer:Is it 5:30?", "price:a + hours:sunday",
	} {
		got, err := Parse(good)
		if err != nil {
			t.Errorf("%s: %v", good, err)
		}
		var back []string
		for _, l := range got {
			back = append(back, l.String())
		}
		if strings.Join(back, " + ") != good {
			t.Errorf("%s came back as %v", good, back)
		}
	}
	for _, bad := range []string{
		"", "prices", "hours:noon", "right", "right:sing", "service", "duration", "holiday", "answer", "hello:you", "price:", "price + ",
	} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}

// TestFaults holds that each fault in a trade's files is found.
func TestFaults(t *testing.T) {
	const business = `
id = "corner-shop"
name = "Corner Shop"
trade = "shop"
language = "en"
time_zone = "Europe/London"
currency = "GBP"
region = "GB"
[[services]]
name = "keys"
`
	for _, c := range []struct{ turn, want string }{
		{`say = "Hi" ` + "\n" + `want = ["hello"]` + "\n" + `kind = "talk"`, ""},
		{`say = "Hi"` + "\n" + `kind = "talk"`, "needs say and want"},
		{`say = "Hi"` + "\n" + `want = ["hello"]` + "\n" + `kind = "small talk"`, "no kind"},
		{`say = "Hi"` + "\n" + `want = ["hullo"]` + "\n" + `kind = "talk"`, "no label"},
		{`say = "Hi"` + "\n" + `want = ["price:locks"]` + "\n" + `kind = "price"`, "not in the profile"},
		{`say = "Hi"` + "\n" + `want = ["hours + staff:Ann"]` + "\n" + `kind = "multi"`, "not in the profile"},
		{`say = "Hi"` + "\n" + `want = ["duration:keys"]` + "\n" + `kind = "fact"`, "does not say"},
		{`say = "Hi"` + "\n" + `want = ["parking"]` + "\n" + `kind = "fact"`, "does not say"},
		{`say = "Hi"` + "\n" + `want = ["hello"]` + "\n" + `never = ["answer:Why?"]` + "\n" + `kind = "talk"`, "not in the profile"},
		{`say = "Hi"` + "\n" + `want = ["hello"]` + "\n" + `never = ["hello"]` + "\n" + `kind = "talk"`, "must never be"},
		{`say = "Hi"` + "\n" + `want = ["hello"]` + "\n" + `never = ["hours + price"]` + "\n" + `kind = "talk"`, "several labels"},
		{`say = "Hi"` + "\n" + `wants = ["hello"]` + "\n" + `kind = "talk"`, "turns.toml"},
	} {
		_, err := load(fstest.MapFS{
			"shop/business.toml": {Data: []byte(business)},
			"shop/turns.toml":    {Data: []byte("[[turn]]\n" + c.turn + "\n")},
		})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.turn, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: want %q, got %v", c.turn, c.want, err)
		}
	}
}
