package srtp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/srtp"
)

// packet is an RTP packet of 20 ms.
func packet(seq uint16) []byte {
	b := make([]byte, 12+160)
	b[0] = 0x80
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], uint32(seq)*160)
	binary.BigEndian.PutUint32(b[8:], 0x11223344)
	for i := range b[12:] {
		b[12+i] = byte(i)
	}
	return b
}

// report is an RTCP receiver report.
func report() []byte {
	return append([]byte{0x81, 201, 0, 7, 0x11, 0x22, 0x33, 0x44}, bytes.Repeat([]byte{5, 6, 7}, 8)...)
}

func pair(tb testing.TB, suite srtp.Suite) (a, b *srtp.Session) {
	tb.Helper()
	ka, kb := srtp.NewKey(suite), srtp.NewKey(suite)
	a, err := srtp.New(ka, kb)
	if err != nil {
		tb.Fatal(err)
	}
	b, err = srtp.New(kb, ka)
	if err != nil {
		tb.Fatal(err)
	}
	return a, b
}

func seal(tb testing.TB, s *srtp.Session, b []byte) []byte {
	tb.Helper()
	out := make([]byte, 1600)
	n, err := s.Seal(out, b)
	if err != nil {
		tb.Fatal(err)
	}
	return out[:n]
}

func open(s *srtp.Session, b []byte) ([]byte, bool) {
	out := make([]byte, 1600)
	n, ok := s.Open(out, b)
	return out[:n], ok
}

func TestEverySuiteBothWays(t *testing.T) {
	for _, suite := range srtp.Suites() {
		a, b := pair(t, suite)
		for i, p := range [][]byte{packet(65534), packet(65535), packet(0), packet(1), report(), report()} {
			sealed := seal(t, a, p)
			if bytes.Contains(sealed, p[12:20]) {
				t.Errorf("%s %d: sent in the clear", suite, i)
			}
			if got, ok := open(b, sealed); !ok || !bytes.Equal(got, p) {
				t.Errorf("%s %d: got %x %v", suite, i, got, ok)
			}
			if _, ok := open(b, sealed); ok {
				t.Errorf("%s %d: the same packet was taken twice", suite, i)
			}
			if _, ok := open(a, sealed); ok {
				t.Errorf("%s %d: our own packet was taken back", suite, i)
			}
		}
		if a.Rejected() != 6 || b.Rejected() != 6 {
			t.Errorf("%s: rejected %d and %d, want 6 each", suite, a.Rejected(), b.Rejected())
		}
	}
}

func TestForgedPacketsAreRefused(t *testing.T) {
	for _, suite := range srtp.Suites() {
		for _, p := range [][]byte{packet(7), report()} {
			a, b := pair(t, suite)
			sealed := seal(t, a, p)
			for i := range sealed {
				forged := bytes.Clone(sealed)
				forged[i] ^= 0x10
				if got, ok := open(b, forged); ok {
					t.Errorf("%s: octet %d changed and taken: %x", suite, i, got)
				}
			}
			for n := range sealed {
				if _, ok := open(b, sealed[:n]); ok {
					t.Errorf("%s: cut to %d octets and taken", suite, n)
				}
			}
			if _, ok := open(b, p); ok {
				t.Errorf("%s: taken without encryption", suite)
			}
			if _, ok := open(b, sealed); !ok {
				t.Errorf("%s: the true packet was refused after forged ones", suite)
			}
		}
	}
}

// Late packets are taken within the window, however they come, and none twice.
func TestLateAndRepeated(t *testing.T) {
	a, b := pair(t, srtp.CM80)
	var sealed [][]byte
	for i := range 400 {
		sealed = append(sealed, seal(t, a, packet(uint16(65400+i))))
	}
	for _, i := range []int{0, 5, 3, 4, 1, 2, 399, 398, 200} {
		if _, ok := open(b, sealed[i]); !ok {
			t.Errorf("packet %d was refused", i)
		}
	}
	for _, i := range []int{5, 399, 200, 100} {
		if _, ok := open(b, sealed[i]); ok {
			t.Errorf("packet %d was taken, though it was there before or is too old", i)
		}
	}
}

// Packets of libsrtp's self test: another program makes of key and packet what we make of them.
func TestVectors(t *testing.T) {
	for _, x := range []struct {
		suite      srtp.Suite
		key, after string
	}{
		{srtp.CM80, "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6", "4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"},
		{
			srtp.GCM128, "000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab",
			"c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
		},
	} {
		const header = "800f1234decafbadcafebabe"
		k, err := srtp.ParseKey(x.suite, "inline:"+base64.StdEncoding.EncodeToString(unhex(t, x.key)))
		if err != nil {
			t.Fatal(err)
		}
		s, err := srtp.New(k, k)
		if err != nil {
			t.Fatal(err)
		}
		plain := unhex(t, header+strings.Repeat("ab", 16))
		if got, want := seal(t, s, plain), unhex(t, header+x.after); !bytes.Equal(got, want) {
			t.Errorf("%s: sealed\n%x, want\n%x", x.suite, got, want)
		}
		if got, ok := open(s, unhex(t, header+x.after)); !ok || !bytes.Equal(got, plain) {
			t.Errorf("%s: opened %x %v", x.suite, got, ok)
		}
	}
}

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// A key that stays goes on, a new one begins.
func TestUpdate(t *testing.T) {
	k1, k2, k3 := srtp.NewKey(srtp.CM80), srtp.NewKey(srtp.CM80), srtp.NewKey(srtp.GCM128)
	a, err := srtp.New(k1, k2)
	if err != nil {
		t.Fatal(err)
	}
	b, err := srtp.New(k2, k1)
	if err != nil {
		t.Fatal(err)
	}
	first := seal(t, a, packet(1))
	if _, ok := open(b, first); !ok {
		t.Fatal("first packet refused")
	}
	if err := b.Update(k2, k1); err != nil {
		t.Fatal(err)
	}
	if _, ok := open(b, first); ok {
		t.Error("after an update with the same keys an old packet is taken again")
	}
	if err := a.Update(k3, k2); err != nil {
		t.Fatal(err)
	}
	if err := b.Update(k2, k3); err != nil {
		t.Fatal(err)
	}
	if _, ok := open(b, seal(t, a, packet(2))); !ok || a.Suite() != srtp.GCM128 {
		t.Errorf("packet with the new key refused, %s", a.Suite())
	}
	if _, ok := open(a, seal(t, b, packet(2))); !ok {
		t.Error("the direction whose key stayed does not go on")
	}
	if err := a.Update(srtp.Key{}, k1); !errors.Is(err, srtp.ErrNoKey) {
		t.Errorf("update without a key: %v", err)
	}
}

func TestParseKey(t *testing.T) {
	const (
		k30 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz" // RFC 4568 section 4
		k28 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=="
	)
	for _, x := range []struct {
		suite  srtp.Suite
		params string
		want   error
	}{
		{srtp.CM80, "inline:" + k30, nil},
		{srtp.CM32, "INLINE:" + k30 + "|2^20", nil},
		{srtp.CM80, "inline:" + k30 + "|2^20|1:4", nil},
		{srtp.CM80, "inline:" + k30 + "|1048576", nil},
		{srtp.CM80, "inline:" + k30 + "|1:1", nil},
		{srtp.GCM128, "inline:" + k28, nil},
		{srtp.GCM128, "inline:" + strings.TrimRight(k28, "="), nil},
		{srtp.GCM256, "inline:" + k28, srtp.ErrKey},
		{srtp.CM80, "inline:" + k28, srtp.ErrKey},
		{srtp.CM80, "inline:" + k30 + "|2^20|256:1", srtp.ErrKey},
		{srtp.CM80, "inline:" + k30 + "|2^20|1:0", srtp.ErrKey},
		{srtp.CM80, "inline:" + k30 + "|2^20|1:129", srtp.ErrKey},
		{srtp.CM80, "inline:" + k30 + ";inline:" + k30, srtp.ErrKey},
		{srtp.CM80, "inline:" + k30 + "|lifetime", srtp.ErrKey},
		{srtp.CM80, "inline:" + k30 + "|2^20|2^20|1:4", srtp.ErrKey},
		{srtp.CM80, "inline:", srtp.ErrKey},
		{srtp.CM80, "uri:" + k30, srtp.ErrKey},
		{srtp.CM80, k30, srtp.ErrKey},
		{"F8_128_HMAC_SHA1_80", "inline:" + k30, srtp.ErrSuite},
	} {
		k, err := srtp.ParseKey(x.suite, x.params)
		if !errors.Is(err, x.want) || k.Valid() != (x.want == nil) {
			t.Errorf("%s %q: %v, %v", x.suite, x.params, k, err)
		}
		if err != nil && strings.Contains(err.Error(), k30[:8]) {
			t.Errorf("the error quotes the key: %v", err)
		}
	}
}

// Packets with a master key identifier carry it, and are refused with another.
func TestMasterKeyIdentifier(t *testing.T) {
	const base = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
	session := func(params string) *srtp.Session {
		t.Helper()
		k, err := srtp.ParseKey(srtp.CM80, params)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := srtp.ParseKey(srtp.CM80, k.Inline()); err != nil || !again.Equal(k) {
			t.Fatalf("%v: not the same key when written and read", err)
		}
		s, err := srtp.New(k, k)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one := session(base + "|2^20|258:2")
	sealed := seal(t, one, packet(1))
	if n := len(packet(1)) + 2 + 10; len(sealed) != n || !bytes.Equal(sealed[n-12:n-10], []byte{1, 2}) {
		t.Errorf("%d octets, want %d with the identifier 0102 before the tag: %x", len(sealed), n, sealed[n-12:])
	}
	if _, ok := open(session(base+"|259:2"), sealed); ok {
		t.Error("taken with another identifier")
	}
	if _, ok := open(session(base+"|258:2"), sealed); !ok {
		t.Error("refused with its identifier")
	}
}

// A key is in no print-out, however it is printed.
func TestKeyIsNeverPrinted(t *testing.T) {
	k := srtp.NewKey(srtp.CM80)
	secret := strings.TrimPrefix(k.Inline(), "inline:")
	type holder struct {
		key    srtp.Key
		Public srtp.Key
		list   []srtp.Key
	}
	h := holder{k, k, []srtp.Key{k}}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%T"} {
		fmt.Fprintf(&out, verb+"\n", k)
		fmt.Fprintf(&out, verb+"\n", &k)
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", &h)
	}
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "key", k, "holder", h)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "key", k, "holder", h)
	for name, s := range map[string]string{"base64": secret, "hex": hex.EncodeToString([]byte(secret)[:8]), "start": secret[:10]} {
		if strings.Contains(out.String(), s) {
			t.Errorf("the key is printed, %s", name)
		}
	}
	if !strings.Contains(out.String(), "key hidden") {
		t.Errorf("nothing was printed at all: %s", out.String())
	}
}

func TestConn(t *testing.T) {
	link := audiotest.NewLink(audiotest.Faults{})
	a, b := pair(t, srtp.GCM256)
	near, far := link.Socket(1), link.Socket(2)
	ours, theirs := a.Wrap(near), b.Wrap(far)
	dst := far.Addr()
	if _, err := near.WriteToUDPAddrPort(packet(1), dst); err != nil { // an intruder, in the clear
		t.Fatal(err)
	}
	if n, err := ours.WriteToUDPAddrPort(packet(2), dst); err != nil || n != len(packet(2)) {
		t.Fatalf("wrote %d, %v", n, err)
	}
	buf := make([]byte, 1500)
	n, _, err := theirs.ReadFromUDPAddrPort(buf)
	if err != nil || !bytes.Equal(buf[:n], packet(2)) || b.Rejected() != 1 {
		t.Errorf("read %x, %v, %d rejected", buf[:n], err, b.Rejected())
	}
}

func BenchmarkPacket(b *testing.B) {
	for _, suite := range srtp.Suites() {
		b.Run(string(suite), func(b *testing.B) {
			from, to := pair(b, suite)
			p, mid, out := packet(0), make([]byte, 1600), make([]byte, 1600)
			seq := uint16(0)
			b.ReportAllocs()
			for b.Loop() {
				seq++
				binary.BigEndian.PutUint16(p[2:], seq)
				n, err := from.Seal(mid, p)
				if err != nil {
					b.Fatal(err)
				}
				if _, ok := to.Open(out, mid[:n]); !ok {
					b.Fatal("refused")
				}
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(packet(1), uint8(0))
	f.Add(report(), uint8(3))
	f.Add([]byte{0x9f, 0, 0, 1}, uint8(1))
	f.Fuzz(func(t *testing.T, b []byte, which uint8) {
		if len(b) > 1500 {
			return
		}
		_, s := pair(t, srtp.Suites()[int(which)%len(srtp.Suites())])
		if got, ok := open(s, b); ok {
			t.Errorf("taken without the key: %x", got)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add("inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4", uint8(2))
	f.Fuzz(func(t *testing.T, params string, which uint8) {
		suite := srtp.Suites()[int(which)%len(srtp.Suites())]
		k, err := srtp.ParseKey(suite, params)
		if err != nil {
			return
		}
		if again, err := srtp.ParseKey(suite, k.Inline()); err != nil || !again.Equal(k) {
			t.Errorf("%q: written and read again: %v", params, err)
		}
		if _, err := srtp.New(k, k); err != nil {
			t.Errorf("%q: %v", params, err)
		}
	})
}
