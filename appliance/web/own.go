package web

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// ownEvery is how often the files of the office's own certificate are looked at.
const ownEvery = time.Minute

// ownCertificate is a certificate that the office brought along. It is loaded anew when its file changes, as programs that renew
// certificates do it; while the new one cannot be read the former serves.
type ownCertificate struct {
	cert, key string
	now       func() time.Time
	log       *slog.Logger

	mu     sync.Mutex
	looked time.Time
	stamp  time.Time // of the file that was loaded or has failed
	loaded *tls.Certificate
}

// openOwn loads the pair; the error says what is wrong with it.
func openOwn(cert, key string, now func() time.Time, log *slog.Logger) (*ownCertificate, error) {
	o := &ownCertificate{cert: cert, key: key, now: now, log: log}
	if err := o.load(); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *ownCertificate) load() error {
	info, err := os.Stat(o.cert)
	if err != nil {
		return fmt.Errorf("read own certificate: %w", err)
	}
	o.stamp = info.ModTime()
	pair, err := tls.LoadX509KeyPair(o.cert, o.key)
	if err != nil {
		return fmt.Errorf("read own certificate %s with key %s: %w", o.cert, o.key, err)
	}
	if o.now().After(pair.Leaf.NotAfter) {
		return fmt.Errorf("own certificate %s ended on %s: renew it", o.cert, pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	o.loaded = &pair
	return nil
}

// get returns the newest pair that could be loaded.
func (o *ownCertificate) get() *tls.Certificate {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	if now.Sub(o.looked) < ownEvery {
		return o.loaded
	}
	o.looked = now
	if info, err := os.Stat(o.cert); err == nil && !info.ModTime().Equal(o.stamp) {
		if err := o.load(); err != nil {
			o.log.Error("the page goes on with its former certificate", "err", err)
		} else {
			o.log.Info("the page's own certificate was loaded anew", "until", o.loaded.Leaf.NotAfter)
		}
	}
	return o.loaded
}
