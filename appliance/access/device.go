package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"frontdesk.internal/appliance/record"
)

// DeviceLife is how long a browser is told to keep what tells that somebody has signed in with it.
const DeviceLife = 365 * 24 * 60 * 60 // seconds

// maxDevice bounds what a browser may bring.
const maxDevice = 200

// Device returns what a browser is given in which the session under secret is: with it, wrong guesses that others make in that name do not
// make it wait. It holds until the password is another one, lets nobody in, and is kept nowhere here.
func (g *Guard) Device(ctx context.Context, secret string) (string, error) {
	who, err := g.Session(ctx, secret)
	if err != nil {
		return "", err
	}
	a, err := g.byID(who.Account)
	if err != nil {
		return "", err
	}
	nonce := rand.Text()
	return nonce + "." + deviceMark(a, nonce), nil
}

// deviceMark is what only this box can make, and only for this account with its present password.
func deviceMark(a record.Account, nonce string) string {
	m := hmac.New(sha256.New, []byte(a.Hash))
	_, _ = m.Write([]byte("frontdesk device\n" + a.ID + "\n" + nonce)) // never fails
	return hex.EncodeToString(m.Sum(nil))
}

// knows reports whether a browser was given device after a sign-in to the account.
func knows(a record.Account, device string) bool {
	nonce, mark, ok := strings.Cut(device, ".")
	return ok && a.ID != "" && len(device) <= maxDevice && hmac.Equal([]byte(mark), []byte(deviceMark(a, nonce)))
}
