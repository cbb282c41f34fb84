package access

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// OpenSession is a browser that is signed in, as people are shown it.
type OpenSession struct {
	ID      string    `json:"id"`
	Account string    `json:"account"` // its name
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	From    string    `json:"from,omitempty"`
	Agent   string    `json:"agent,omitempty"`
	Mine    bool      `json:"mine,omitempty"` // the one that asks
}

// sessionID is the part of a session's key by which it is named; who has it cannot sign in with it.
const sessionID = 16

// NoteBrowser keeps with a session where it was begun.
func (g *Guard) NoteBrowser(secret string, from netip.Addr, agent string) error {
	key := sessionKey(secret)
	s, err := g.records.Session(key)
	if err != nil {
		return err
	}
	if r := []rune(agent); len(r) > 200 {
		agent = string(r[:200])
	}
	s.From, s.Agent = from.String(), agent
	return g.records.SaveSession(key, s)
}

// Sessions returns the browsers that are signed in, of one account or with "" of all, the one last used first. secret is of the one
// that asks.
func (g *Guard) Sessions(account, secret string) ([]OpenSession, error) {
	all, err := g.records.Sessions()
	if err != nil {
		return nil, err
	}
	people, err := g.records.Accounts()
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, a := range people {
		names[a.ID] = a.Name
	}
	now, out := g.now(), []OpenSession{}
	for key, s := range all {
		if account != "" && s.Account != account || now.Sub(s.Seen) > IdleLimit || now.Sub(s.Created) > TotalLimit {
			continue
		}
		out = append(out, OpenSession{
			ID: key[:sessionID], Account: names[s.Account], Created: s.Created, Seen: s.Seen, From: s.From, Agent: s.Agent,
			Mine: secret != "" && key == sessionKey(secret),
		})
	}
	slices.SortFunc(out, func(a, b OpenSession) int { return b.Seen.Compare(a.Seen) })
	return out, nil
}

// Revoke ends a session, of one account or with "" of any; store.ErrNotFound when there is none.
func (g *Guard) Revoke(_ context.Context, account, id string) error {
	all, err := g.records.Sessions()
	if err != nil {
		return err
	}
	for key, s := range all {
		if len(id) == sessionID && key[:sessionID] == id && (account == "" || s.Account == account) {
			return g.records.DeleteSession(key)
		}
	}
	return store.ErrNotFound
}

// Named returns who has an account of that name; store.ErrNotFound when nobody has.
func (g *Guard) Named(name string) (Identity, error) {
	a, err := g.byName(name)
	if err == nil && a.ID == "" {
		err = store.ErrNotFound
	}
	return identity(a), err
}

func identity(a record.Account) Identity { return Identity{Account: a.ID, Name: a.Name, Role: a.Role} }
