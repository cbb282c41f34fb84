package sdp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio/dtls"
	"frontdesk.internal/audio/srtp"
)

const (
	theirs80  = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz" // RFC 4568 section 4
	theirsGCM = "inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=="
)

func secured(s sdp.Security) sdp.Local {
	l := local
	l.Security = s
	for _, suite := range srtp.Suites() {
		l.Keys = append(l.Keys, srtp.NewKey(suite))
	}
	return l
}

func TestAnswerEncrypted(t *testing.T) {
	const (
		cm    = "a=crypto:7 AES_CM_128_HMAC_SHA1_80 " + theirs80 + "|2^20\r\n"
		gcm   = "a=crypto:9 AEAD_AES_128_GCM " + theirsGCM + "\r\n"
		savp  = "m=audio 4000 RTP/SAVP 0\r\n"
		avp   = "m=audio 4000 RTP/AVP 0\r\n"
		plain = ""
	)
	for name, x := range map[string]struct {
		security sdp.Security
		offer    string
		media    string // the m-line with a port in the answer; empty when nothing is in common
		crypto   string // the beginning of the a=crypto line in the answer
	}{
		"off":                  {sdp.Plain, savp + cm, "", plain},
		"off, below AVP":       {sdp.Plain, avp + cm, "RTP/AVP", plain},
		"preferred":            {sdp.Preferred, savp + cm, "RTP/SAVP", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:"},
		"preferred, not there": {sdp.Preferred, avp, "RTP/AVP", plain},
		"preferred, below AVP": {sdp.Preferred, avp + cm, "RTP/AVP", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:"},
		"required":             {sdp.Required, savp + cm, "RTP/SAVP", "a=crypto:7 "},
		"required, below AVP":  {sdp.Required, avp + cm, "RTP/AVP", "a=crypto:7 "},
		"required, not there":  {sdp.Required, avp, "", plain},
		"the better suite":     {sdp.Preferred, savp + cm + gcm, "RTP/SAVP", "a=crypto:9 AEAD_AES_128_GCM inline:"},
		"the encrypted stream": {sdp.Preferred, avp + savp + cm, "RTP/SAVP", "a=crypto:7 "},
		"no key at all":        {sdp.Preferred, savp, "", plain},
		"unknown suite":        {sdp.Preferred, savp + "a=crypto:1 F8_128_HMAC_SHA1_80 " + theirs80 + "\r\n", "", plain},
		"session parameter": {
			sdp.Preferred, savp + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + theirs80 + " UNENCRYPTED_SRTP\r\n", "", plain,
		},
		"session parameter, spared": {
			sdp.Preferred, savp + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + theirs80 + " WSH=128 -x\r\n", "RTP/SAVP", "a=crypto:1 ",
		},
		"bad tag":   {sdp.Preferred, savp + "a=crypto:-1 AES_CM_128_HMAC_SHA1_80 " + theirs80 + "\r\n", "", plain},
		"short key": {sdp.Preferred, savp + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + theirsGCM + "\r\n", "", plain},
	} {
		t.Run(name, func(t *testing.T) {
			offer, err := sdp.Parse([]byte(head + x.offer))
			if err != nil {
				t.Fatal(err)
			}
			l := secured(x.security)
			body, choice, err := sdp.Answer(offer, l)
			if x.media == "" {
				if !errors.Is(err, sdp.ErrNoCommon) || sdp.Usable(offer, l) {
					t.Errorf("answered: %v\n%s", err, body)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(body), "m=audio 30000 "+x.media+" ") || strings.Contains(string(body), "crypto") != (x.crypto != "") ||
				!strings.Contains(string(body), x.crypto) || strings.Count(string(body), "a=crypto") > 1 {
				t.Errorf("answer:\n%s", body)
			}
			if choice.Encrypt.Valid() != (x.crypto != "") || choice.Decrypt.Valid() != (x.crypto != "") ||
				choice.Encrypt.Suite() != choice.Decrypt.Suite() {
				t.Errorf("choice %v", choice)
			}
			for _, theirs := range []string{theirs80, theirsGCM} {
				if strings.Contains(string(body), theirs) || strings.Contains(fmt.Sprintf("%+v %#v", choice, offer), theirs[7:20]) {
					t.Error("their key is written where it should not be")
				}
			}
			strictly(t, body)
		})
	}
}

// Two of us agree, each with the other's key.
func TestOfferEncrypted(t *testing.T) {
	for _, s := range []struct{ offers, answers sdp.Security }{
		{sdp.Required, sdp.Required}, {sdp.Required, sdp.Preferred}, {sdp.Preferred, sdp.Required}, {sdp.Preferred, sdp.Preferred},
		{sdp.Preferred, sdp.Plain}, {sdp.Plain, sdp.Preferred},
	} {
		a, b := secured(s.offers), secured(s.answers)
		offer, err := sdp.Parse(sdp.Offer(a))
		if err != nil {
			t.Fatal(err)
		}
		body, theirs, err := sdp.Answer(offer, b)
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		answer, err := sdp.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := sdp.Accept(answer, a)
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		if want := s.offers != sdp.Plain && s.answers != sdp.Plain; ours.Encrypt.Valid() != want {
			t.Errorf("%v: encrypted %v, want %v", s, ours.Encrypt.Valid(), want)
		}
		if !ours.Encrypt.Equal(theirs.Decrypt) || !ours.Decrypt.Equal(theirs.Encrypt) ||
			ours.Encrypt.Valid() && ours.Encrypt.Equal(ours.Decrypt) {
			t.Errorf("%v: keys do not match", s)
		}
	}
}

func FuzzCrypto(f *testing.F) {
	f.Add("1 AES_CM_128_HMAC_SHA1_80 " + theirs80 + "|2^20|1:4 WSH=64")
	f.Add("2 AEAD_AES_128_GCM " + theirsGCM)
	l := secured(sdp.Preferred)
	f.Fuzz(func(t *testing.T, line string) {
		offer, err := sdp.Parse([]byte(head + "m=audio 4000 RTP/SAVP 0\r\na=crypto:" + line + "\r\n"))
		if err != nil {
			return
		}
		body, choice, err := sdp.Answer(offer, l)
		if err != nil {
			return
		}
		if choice.Codec.Name != "" && len(offer.Media) == 1 && !choice.Encrypt.Valid() {
			t.Fatalf("RTP/SAVP answered without keys:\n%s", body)
		}
		if choice.Encrypt.Valid() {
			if _, err := srtp.New(choice.Encrypt, choice.Decrypt); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestDTLS(t *testing.T) {
	const theirs = "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3F:11:5D:AA:5B:0F:27:5B:2D:5A:C1:2B"
	ours, ok := dtls.ParseFingerprint(strings.ReplaceAll(theirs, "4A", "5A"))
	if !ok {
		t.Fatal("no fingerprint")
	}
	const line = "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\n"
	names := "a=fingerprint:" + theirs + "\r\n"
	for name, x := range map[string]struct {
		security sdp.Security
		offer    string
		setup    string // ours; "" when nothing is in common
	}{
		"who begins is ours to choose": {sdp.Preferred, line + names + "a=setup:actpass\r\n", "active"},
		"not said":                     {sdp.Preferred, line + names, "active"},
		"they begin":                   {sdp.Required, line + names + "a=setup:active\r\n", "passive"},
		"we are to begin":              {sdp.Required, line + names + "a=setup:passive\r\n", "active"},
		"not yet":                      {sdp.Required, line + names + "a=setup:holdconn\r\n", ""},
		"of the session":               {sdp.Preferred, names + "a=setup:passive\r\n" + line, "active"},
		"below AVP":                    {sdp.Preferred, "m=audio 4000 RTP/SAVPF 0\r\n" + names + "a=setup:actpass\r\n", "active"},
		"off":                          {sdp.Plain, line + names + "a=setup:actpass\r\n", ""},
		"no fingerprint":               {sdp.Preferred, line + "a=setup:actpass\r\n", ""},
		"a weak one": {
			sdp.Preferred, line + "a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\r\n", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			offer, err := sdp.Parse([]byte(head + x.offer))
			if err != nil {
				t.Fatal(err)
			}
			l := secured(x.security)
			l.Fingerprint = ours
			body, c, err := sdp.Answer(offer, l)
			if x.setup == "" {
				if !errors.Is(err, sdp.ErrNoCommon) {
					t.Errorf("answered with %s, %v", body, err)
				}
				return
			}
			if err != nil || c.DTLS == nil || c.DTLS.Peer.String() != theirs || c.DTLS.Active != (x.setup == "active") || !c.Encrypted() {
				t.Fatalf("%+v, %v", c, err)
			}
			if s := string(body); !strings.Contains(s, "a=setup:"+x.setup+"\r\n") || !strings.Contains(s, "a=fingerprint:"+ours.String()+"\r\n") ||
				strings.Contains(s, "a=crypto") {
				t.Errorf("answer %s", s)
			}
			// What is offered in mid-call goes on with it.
			l.DTLS = c.DTLS
			again := string(sdp.Offer(l))
			if !strings.Contains(again, "UDP/TLS/RTP/SAVP") || !strings.Contains(again, "a=setup:actpass") {
				t.Errorf("offer %s", again)
			}
		})
	}
}
