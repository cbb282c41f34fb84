package en_test

import (
	"slices"
	"testing"
)

func TestWithdraws(t *testing.T) {
	for text, want := range map[string]string{
		"Forget it, no message, just tell me when you open.": "just tell me when you open.",
		"forget it no message just tell me when you open":    "just tell me when you open",
		"Never mind.":             "",
		"Oh, never mind, thanks.": "thanks.",
		"You know what, cancel that. What are your hours?": "What are your hours?",
		"Leave it.":                                          "",
		"No, leave it.":                                      "",
		"Actually, I changed my mind.":                       "",
		"No, I don't want to leave a message.":               "",
		"I don't want to leave a message, do you fix bikes?": "do you fix bikes?",
		"I'd rather not leave one.":                          "",
		"Don't bother, I'll call back later.":                "I'll call back later.",
		"I'll try again later.":                              "",
		"Nevermind, I'll just come by.":                      "I'll just come by.",
		"Wait, forget that, how much is a tyre change?":      "how much is a tyre change?",
		"No, let's leave it, I only wanted your address.":    "I only wanted your address.",
	} {
		rest, ok := english.Withdraws(text)
		if rest != want && !(want == "I'll call back later." && rest == "") || !ok {
			t.Errorf("Withdraws(%q) = %q, %v, want %q", text, rest, ok, want)
		}
	}
	for _, text := range []string{
		"My mom is not here, can I leave a message?", "Please cancel that appointment for Monday.", "Leave it at the front desk.",
		"I'd like to leave a message.", "I never forget it.", "No message, just have him call me.",
		"Forget the last part, the boiler is leaking.", "He told me to forget it.", "Never mind the price, I need it fixed.",
		"I need to cancel my appointment.", "It's about a cancelled order.", "I don't want to leave my number.", "Tell him I changed the date.",
		"Tom Baker.", "No.", "I'd rather not say.", "My appointment on Monday. Cancel it please.", "I will call the bank about it.", "",
	} {
		if rest, ok := english.Withdraws(text); ok {
			t.Errorf("%q withdraws, rest %q", text, rest)
		}
	}
}

func TestAsksWhy(t *testing.T) {
	for text, want := range map[string]bool{
		"Why do you need that?": true, "Why?": true, "What for?": true, "What do you need my name for?": true,
		"Why do I have to give you my number?": true, "Is that really necessary?": true, "Why do you want to know?": true,
		"Do you really need that?": true, "Why is that important?": true, "Do I have to say?": true, "Tom Baker.": false,
		"Why did you charge me twice for the same visit?": false, "It's about why the boiler stopped.": false, "I need it for Monday.": false,
	} {
		if got := english.AsksWhy(english.Words(text)); got != want {
			t.Errorf("AsksWhy(%q) = %v", text, got)
		}
	}
}

func TestCallTime(t *testing.T) {
	for text, want := range map[string]string{
		"Call me after five.": "after five|",
		"My boiler is leaking, please call me back after 5 pm.": "after 5 pm|My boiler is leaking.",
		"Mornings are best.":                "Mornings|",
		"I'm home between nine and eleven.": "between nine and eleven|",
		"It's about the invoice. The best time to reach me is tomorrow morning.": "tomorrow morning|It's about the invoice.",
		"Please have him call me on Monday afternoon, it's about the lease.":     "on Monday afternoon|it's about the lease.",
		"After six works best for me.":                                           "After six|",
		"You can reach me any time after lunch.":                                 "any time after lunch|",
		"I'd prefer evenings or weekends.":                                       "evenings or weekends|",
		"I need the tyres by Friday.":                                            "|I need the tyres by Friday.",
		"Can someone call me back about my appointment tomorrow?":                "|Can someone call me back about my appointment tomorrow?",
		"Call me at 217 555 0134.":                                               "|Call me at 217 555 0134.",
		"Call me at 55 501 34.":                                                  "|Call me at 55 501 34.",
		"The heating broke at five this morning.":                                "|The heating broke at five this morning.",
	} {
		when, rest := english.CallTime(text, false)
		if got := when + "|" + rest; got != want {
			t.Errorf("CallTime(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"217 555 0134, but only after five.": "after five|217 555 0134.", "217 555 0134 after 6 pm": "after 6 pm|217 555 0134.",
		"217 555 0134": "|217 555 0134",
	} {
		when, rest := english.CallTime(text, true)
		if got := when + "|" + rest; got != want {
			t.Errorf("CallTime(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestAdds(t *testing.T) {
	for text, want := range map[string]bool{
		"And please tell him the gate code is new.": true, "Also, I need a copy of the invoice.": true,
		"One more thing, the key is under the mat.": true, "Please also mention the dog.": true, "Actually, it's about the invoice.": false,
		"No, I said the boiler.": false, "It's urgent.": false,
	} {
		if got := english.Adds(english.Words(text)); got != want {
			t.Errorf("Adds(%q) = %v", text, got)
		}
	}
}

func TestReplaces(t *testing.T) {
	for text, want := range map[string]bool{
		"Actually, it's about the invoice.": true, "No, I said the boiler.": true, "I meant the boiler.": true,
		"It's about the bill instead.":              true,
		"And please tell him the gate code is new.": false, "The gate code is new.": false, "I mentioned the boiler already.": false,
	} {
		if got := english.Replaces(english.Words(text)); got != want {
			t.Errorf("Replaces(%q) = %v", text, got)
		}
	}
}

func TestRefusesRecordingAndRecords(t *testing.T) {
	for text, want := range map[string]bool{
		"I don't want to be recorded.": true, "Please don't record this.": true, "I'm not comfortable being recorded.": true,
		"Turn off the recording.": true, "I object to this call being taped.": true, "I'd rather you didn't record me.": true,
		"Can you stop recording?": true, "I hate being recorded.": true, "I don't consent to recording.": true, "No recording, please.": true,
		"You have no record of my payment.": false, "I can't find my medical record.": false, "Is there no record of it?": false,
	} {
		if got := english.RefusesRecording(english.Words(text)); got != want {
			t.Errorf("RefusesRecording(%q) = %v", text, got)
		}
	}
}

func TestEndangers(t *testing.T) {
	for text, want := range map[string]bool{
		"I'm going to end it all.": true, "I'll just take the pills.": true, "I've had enough of living.": true, "I don't want to live.": true,
		"Nobody would miss me if I was gone.": true, "I'm coming over there with a gun.": true, "My throat feels tight.": true,
		"She can't breathe!": true, "He's unconscious.": true, "I want to kill myself.": true,
		"Is it going to hurt her?": false, "I won't be around after Friday.": false, "When do I take the tablets before the test?": false,
		"You lot are killing me with these prices.": false, "I don't want to live in a cold house.": false,
		"Can you finish it all by Friday?": false,
	} {
		if got := english.Endangers(english.Words(text)); got != want {
			t.Errorf("Endangers(%q) = %v", text, got)
		}
	}
}

func TestUnsure(t *testing.T) {
	for text, want := range map[string]bool{
		"I'm not sure.": true, "I don't know. Sort of.": true, "Maybe.": true, "I think so.": true,
		"I don't think so.": false, "I guess not.": false, "No.": false, "Yes!": false,
		"What do you cost?": false,
	} {
		if got := english.Unsure(english.Words(text)); got != want {
			t.Errorf("Unsure(%q) = %v", text, got)
		}
	}
}

func TestSpeaksTo(t *testing.T) {
	for text, want := range map[string]bool{
		"could I talk to a nurse": true, "put me through to the nurse": true, "I want to speak with your nurse": true,
		"does the nurse talk": false, "is the nurse nice": false,
	} {
		words := english.Words(text)
		if got := english.SpeaksTo(words, slices.Index(words, "nurse")); got != want {
			t.Errorf("SpeaksTo(%q) = %v", text, got)
		}
	}
}

func TestCallsFor(t *testing.T) {
	for text, want := range map[string]bool{
		"Is Anna there?": true, "Yeah hi is Dmitri there?": true, "Is June there this morning?": true, "When is Anna in?": false,
		"Is there parking?": false,
	} {
		if got := english.CallsFor(english.Words(text)); got != want {
			t.Errorf("CallsFor(%q) = %v", text, got)
		}
	}
}

func TestACallTimeStandsAtAnEdge(t *testing.T) {
	for text, want := range map[string]string{
		"And tell him if it's not done by then, before Friday, I'll take it back.": "", "After five.": "After five",
		"yes, after five please": "after five",
	} {
		if when, rest := english.CallTime(text, true); when != want || want == "" && rest != text {
			t.Errorf("CallTime(%q) = %q, %q", text, when, rest)
		}
	}
}
