package sdp_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"frontdesk.internal/appliance/phone/sdp"
	strict "github.com/pion/sdp/v3"
)

var local = sdp.Local{
	Addr: netip.MustParseAddr("192.0.2.10"), Port: 30000, ID: 7, Version: 1, Codecs: []string{"G722", "PCMU", "PCMA"}, Events: true,
}

// What real telephones send, and what is read from it.
func TestParseLenient(t *testing.T) {
	tests := map[string]struct {
		text  string
		check func(*sdp.Session) string // "" = right
	}{
		"no o, s, t": {"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n", remote("192.0.2.1:4000", "192.0.2.1:4001")},
		"c after t": {
			"v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nt=0 0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n",
			remote("192.0.2.1:4000", "192.0.2.1:4001"),
		},
		"c of the media": {
			"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\n", remote("192.0.2.2:4000", "192.0.2.2:4001"),
		},
		"negative id": {
			"v=0\r\no=- -5 -6 IN IP4 192.0.2.1\r\ns=\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0", remote("192.0.2.1:4000", "192.0.2.1:4001"),
		},
		"space in user": {
			"v=0\r\no=Cisco Systems 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0",
			remote("192.0.2.1:4000", "192.0.2.1:4001"),
		},
		"bare LF": {"v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n", remote("192.0.2.1:4000", "192.0.2.1:4001")},
		"unknown lines": {
			"v=0\r\nx=1\r\nhello\r\n\r\nc=IN IP4 192.0.2.1\r\n=\r\nm=audio 4000 RTP/AVP 0\r\nq=2\r\n", remote("192.0.2.1:4000", "192.0.2.1:4001"),
		},
		"IPv6":            {"v=0\r\nc=IN IP6 2001:db8::1\r\nm=audio 4000 RTP/AVP 0\r\n", remote("[2001:db8::1]:4000", "[2001:db8::1]:4001")},
		"ttl, port count": {"v=0\r\nc=IN IP4 192.0.2.1/127\r\nm=audio 4000/2 RTP/AVP 0\r\n", remote("192.0.2.1:4000", "192.0.2.1:4001")},
		"rtcp port":       {"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:5000\r\n", remote("192.0.2.1:4000", "192.0.2.1:5000")},
		"rtcp address": {
			"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP4 192.0.2.3\r\n", remote("192.0.2.1:4000", "192.0.2.3:5000"),
		},
		"hold of old": {"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n", func(s *sdp.Session) string {
			if !s.Media[0].Held() || s.Media[0].RTPAddr().IsValid() {
				return "not held"
			}
			return ""
		}},
		"direction of the session": {"v=0\r\na=sendonly\r\nc=IN IP4 192.0.2.1\r\nm=audio 1 RTP/AVP 0\r\n" +
			"m=audio 2 RTP/AVP 0\r\na=inactive\r\n", func(s *sdp.Session) string {
			if s.Media[0].Direction != sdp.SendOnly || s.Media[1].Direction != sdp.Inactive {
				return fmt.Sprint(s.Media[0].Direction, s.Media[1].Direction)
			}
			return ""
		}},
		"times and fmtp": {"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 1 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000/1\r\na=fmtp:96 " +
			"0-15\r\na=ptime: 30\r\na=maxptime:150\r\n", func(s *sdp.Session) string {
			m := s.Media[0]
			if f := m.Formats[1]; m.Ptime != 30 || m.MaxPtime != 150 || f.Name != "TELEPHONE-EVENT" || f.Rate != 8000 || f.Params != "0-15" {
				return fmt.Sprintf("%+v", m)
			}
			return ""
		}},
		"name as host": {"v=0\r\nc=IN IP4 pbx.office\r\nm=audio 4000 RTP/AVP 0\r\n", func(s *sdp.Session) string {
			if s.Media[0].Host != "pbx.office" || s.Media[0].Addr.IsValid() {
				return s.Media[0].Host
			}
			return ""
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := sdp.Parse([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if wrong := tt.check(s); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

func remote(rtp, rtcp string) func(*sdp.Session) string {
	return func(s *sdp.Session) string {
		if len(s.Media) != 1 {
			return fmt.Sprintf("%d media lines", len(s.Media))
		}
		if a, b := s.Media[0].RTPAddr().String(), s.Media[0].RTCPAddr().String(); a != rtp || b != rtcp {
			return a + " " + b
		}
		return ""
	}
}

func TestParseErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"empty":           {"", sdp.ErrMalformed},
		"nonsense":        {"hello world", sdp.ErrMalformed},
		"port":            {"v=0\r\nm=audio x RTP/AVP 0", sdp.ErrMalformed},
		"port too high":   {"v=0\r\nm=audio 70000 RTP/AVP 0", sdp.ErrMalformed},
		"short":           {"v=0\r\nm=audio 1", sdp.ErrMalformed},
		"no token":        {"v=0\r\nm=aud\"io 1 RTP/AVP 0", sdp.ErrMalformed},
		"too big":         {"v=0\r\ns=" + strings.Repeat("x", sdp.MaxBytes), sdp.ErrTooLarge},
		"too many media":  {"v=0\r\n" + strings.Repeat("m=audio 1 RTP/AVP 0\r\n", sdp.MaxMedia+1), sdp.ErrTooLarge},
		"too many format": {"v=0\r\nm=audio 1 RTP/AVP" + strings.Repeat(" 0", sdp.MaxFormats+1), sdp.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := sdp.Parse([]byte(tt.text)); !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

func TestAnswer(t *testing.T) {
	tests := map[string]struct {
		offer string
		media []string // m-lines of the answer
		event uint8
		pt    uint8
		dir   sdp.Direction
	}{
		"plain": {
			"m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n", []string{"m=audio 30000 RTP/AVP 0 101"}, 101, 0, sdp.SendRecv,
		},
		"their order": {"m=audio 4000 RTP/AVP 8 0\r\n", []string{"m=audio 30000 RTP/AVP 8"}, 0, 8, sdp.SendRecv},
		"wideband first": {
			"m=audio 4000 RTP/AVP 8 0 9 101\r\na=rtpmap:101 telephone-event/8000\r\n", []string{"m=audio 30000 RTP/AVP 9 101"}, 101, 9, sdp.SendRecv,
		},
		"wideband by another number": {
			"m=audio 4000 RTP/AVP 8 97\r\na=rtpmap:97 G722/8000\r\n", []string{"m=audio 30000 RTP/AVP 97"}, 0, 97, sdp.SendRecv,
		},
		"dynamic types": {
			"m=audio 4000 RTP/AVP 18 97 98 96\r\na=rtpmap:97 PCMA/8000\r\na=rtpmap:98 telephone-event/16000\r\na=rtpmap:96 telephone-event/8000\r\n",
			[]string{"m=audio 30000 RTP/AVP 97 96"}, 96, 97, sdp.SendRecv,
		},
		"with video": {
			"m=video 5000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\nm=audio 4000 RTP/AVP 0\r\n",
			[]string{"m=video 0 RTP/AVP 99", "m=audio 30000 RTP/AVP 0"}, 0, 0, sdp.SendRecv,
		},
		"with fax": {
			"m=audio 4000 RTP/AVP 0\r\nm=image 4002 udptl t38\r\n", []string{"m=audio 30000 RTP/AVP 0", "m=image 0 udptl t38"}, 0, 0, sdp.SendRecv,
		},
		"two audio": {
			"m=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 0\r\n", []string{"m=audio 30000 RTP/AVP 0", "m=audio 0 RTP/AVP 0"}, 0, 0, sdp.SendRecv,
		},
		"one refused": {
			"m=audio 0 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 8\r\n", []string{"m=audio 0 RTP/AVP 0", "m=audio 30000 RTP/AVP 8"}, 0, 8, sdp.SendRecv,
		},
		"SRTP too": {
			"m=audio 4000 RTP/SAVP 0\r\nm=audio 4000 RTP/AVP 0\r\n", []string{"m=audio 0 RTP/SAVP 0", "m=audio 30000 RTP/AVP 0"}, 0, 0, sdp.SendRecv,
		},
		"hold":        {"m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n", []string{"m=audio 30000 RTP/AVP 0"}, 0, 0, sdp.RecvOnly},
		"they listen": {"m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n", []string{"m=audio 30000 RTP/AVP 0"}, 0, 0, sdp.SendOnly},
		"inactive":    {"a=inactive\r\nm=audio 4000 RTP/AVP 0\r\n", []string{"m=audio 30000 RTP/AVP 0"}, 0, 0, sdp.Inactive},
		"hold of old": {"m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n", []string{"m=audio 30000 RTP/AVP 0"}, 0, 0, sdp.RecvOnly},
		"comfort noise": {
			"m=audio 4000 RTP/AVP 0 13 101\r\na=rtpmap:101 telephone-event/8000\r\n", []string{"m=audio 30000 RTP/AVP 0 13 101"}, 101, 0,
			sdp.SendRecv,
		},
		"AVPF":           {"m=audio 4000 RTP/AVPF 0\r\n", []string{"m=audio 30000 RTP/AVPF 0"}, 0, 0, sdp.SendRecv},
		"stereo, second": {"m=audio 4000 RTP/AVP 96 8\r\na=rtpmap:96 PCMU/8000/2\r\n", []string{"m=audio 30000 RTP/AVP 8"}, 0, 8, sdp.SendRecv},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			offer, err := sdp.Parse([]byte(head + tt.offer))
			if err != nil {
				t.Fatal(err)
			}
			body, choice, err := sdp.Answer(offer, local)
			if err != nil {
				t.Fatal(err)
			}
			var media []string
			for _, line := range strings.Split(string(body), "\r\n") {
				if strings.HasPrefix(line, "m=") {
					media = append(media, line)
				}
			}
			if strings.Join(media, "|") != strings.Join(tt.media, "|") {
				t.Errorf("media = %q, want %q", media, tt.media)
			}
			if choice.EventPayload != tt.event || choice.Codec.PayloadType != tt.pt || choice.Direction != tt.dir {
				t.Errorf("choice = %+v", choice)
			}
			if !strings.Contains(string(body), "a=ptime:20\r\na="+tt.dir.String()+"\r\n") {
				t.Errorf("no packet time or direction:\n%s", body)
			}
			if !strings.Contains(tt.offer, "udptl") {
				strictly(t, body)
			}
		})
	}
}

// strictly reads body with an independent, strict parser.
func strictly(t *testing.T, body []byte) {
	t.Helper()
	var s strict.SessionDescription
	if err := s.Unmarshal(body); err != nil {
		t.Errorf("a strict parser refuses our description: %v\n%s", err, body)
	}
}

func TestAnswerNothingInCommon(t *testing.T) {
	for _, media := range []string{
		"", "m=audio 4000 RTP/AVP 18\r\n", "m=audio 0 RTP/AVP 0\r\n", "m=video 4000 RTP/AVP 0\r\n", "m=audio 4000 RTP/SAVP 0\r\n",
		"m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n", "m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::1\r\n",
		"m=audio 4000 RTP/AVP 0\r\nc=IN IP4 name.office\r\n",
		"m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n",
	} {
		offer, err := sdp.Parse([]byte(head + media))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := sdp.Answer(offer, local); !errors.Is(err, sdp.ErrNoCommon) {
			t.Errorf("%q: error = %v, want ErrNoCommon", media, err)
		}
		if sdp.Usable(offer, local) {
			t.Errorf("%q: usable", media)
		}
	}
}

// Offer, answer and acceptance agree with each other.
func TestOfferAccept(t *testing.T) {
	for _, addr := range []string{"192.0.2.10", "2001:db8::10"} {
		a, b := local, local
		a.Addr = netip.MustParseAddr(addr)
		b.Addr, b.Port, b.Codecs = a.Addr, 40000, []string{"PCMA"}
		body := sdp.Offer(a)
		strictly(t, body)
		offer, err := sdp.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		answer, theirs, err := sdp.Answer(offer, b)
		if err != nil {
			t.Fatal(err)
		}
		strictly(t, answer)
		read, err := sdp.Parse(answer)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := sdp.Accept(read, a)
		if err != nil {
			t.Fatal(err)
		}
		if ours.Codec.Name != "PCMA" || theirs.Codec.Name != "PCMA" || ours.EventPayload != 101 ||
			ours.Remote != netip.AddrPortFrom(b.Addr, 40000) || theirs.Remote != netip.AddrPortFrom(a.Addr, 30000) {
			t.Errorf("ours %+v, theirs %+v", ours, theirs)
		}
	}
	refused, err := sdp.Parse([]byte(head + "m=audio 0 RTP/AVP 0\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sdp.Accept(refused, local); !errors.Is(err, sdp.ErrNoCommon) {
		t.Errorf("refused stream accepted: %v", err)
	}
}

// Each side sends with the numbers that the other one has listed (RFC 3264 section 5.1), which the answerer may choose anew.
func TestAcceptOtherNumbers(t *testing.T) {
	answer, err := sdp.Parse([]byte(head + "m=audio 4000 RTP/AVP 97 96\r\na=rtpmap:97 G722/8000\r\na=rtpmap:96 telephone-event/8000\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := sdp.Accept(answer, local)
	if err != nil {
		t.Fatal(err)
	}
	if c.Codec.PayloadType != 97 || c.EventPayload != 96 || c.Receive != (sdp.Payloads{Codec: 9, Event: 101}) {
		t.Errorf("we send %d and %d, and receive %+v; want 97, 96, {9 101}", c.Codec.PayloadType, c.EventPayload, c.Receive)
	}
}

// FuzzParse: whatever comes in, results are bounded, and an answer has as many m-lines as the offer, takes one stream,
// reads back as what was chosen and satisfies a strict parser.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		head + "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n",
		head + "m=image 4000 udptl t38\r\nm=audio 4002 RTP/AVP 8\r\na=sendonly\r\n",
		"v=0\nc=IN IP4 0.0.0.0\nm=audio 1 RTP/AVP 0\na=rtcp:5 IN IP6 ::1\n",
		"m=audio 4000/2 RTP/AVPF 97\r\na=rtpmap:97 pcmu/8000\r\nc=IN IP4 192.0.2.1/3",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		offer, err := sdp.Parse(data)
		if err != nil {
			return
		}
		if len(offer.Media) > sdp.MaxMedia {
			t.Fatalf("%d media lines", len(offer.Media))
		}
		body, choice, err := sdp.Answer(offer, local)
		if (err == nil) != sdp.Usable(offer, local) {
			t.Fatalf("Usable and Answer (%v) disagree", err)
		}
		if err != nil {
			return
		}
		back, err := sdp.Parse(body)
		if err != nil {
			t.Fatalf("our own answer does not parse: %v", err)
		}
		if len(back.Media) != len(offer.Media) {
			t.Fatalf("answer has %d media lines, offer %d", len(back.Media), len(offer.Media))
		}
		open := 0
		for i, m := range back.Media {
			if m.Type != offer.Media[i].Type || m.Proto != offer.Media[i].Proto {
				t.Fatalf("media line %d is %s %s, offered %s %s", i, m.Type, m.Proto, offer.Media[i].Type, offer.Media[i].Proto)
			}
			if m.Port == 0 {
				continue
			}
			if open++; m.Port != local.Port || m.Formats[0].Name != choice.Codec.Name || m.Direction != choice.Direction {
				t.Fatalf("answer %+v, choice %+v", m, choice)
			}
			// The answer may not claim what was not offered (RFC 3264 section 6.1).
			if d := offer.Media[i].Direction; m.Direction.Sends() && !d.Receives() || m.Direction.Receives() && !d.Sends() {
				t.Fatalf("direction %v answers %v", m.Direction, d)
			}
		}
		if open != 1 {
			t.Fatalf("%d streams are open", open)
		}
		for _, m := range offer.Media {
			switch m.Type {
			case "audio", "video", "text", "application", "message":
			default:
				return // the oracle knows no other types
			}
			switch m.Proto {
			case "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP", "TCP":
			default:
				return // nor other protocols
			}
		}
		var s strict.SessionDescription
		if err := s.Unmarshal(body); err != nil {
			t.Fatalf("a strict parser refuses our answer: %v\n%s", err, body)
		}
	})
}
