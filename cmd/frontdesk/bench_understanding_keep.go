package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

// keptMeaning is an engine whose words are kept in a file, for reading all turns of all trades takes most of an hour and most turns
// stay as they are from one run to the next. What was asked before is answered from the file; times say nothing then.
type keptMeaning struct {
	benchEmbedder
	models []byte // what tells these models from others

	mu    sync.Mutex
	file  *os.File
	known map[[sha256.Size]byte][]byte
}

// keepMeaning reads the file, or begins it. An entry that was cut off when a run was stopped is written over.
func keepMeaning(e benchEmbedder, ms []embed.Model, file string) (*keptMeaning, error) {
	k := &keptMeaning{benchEmbedder: e, known: map[[sha256.Size]byte][]byte{}}
	for _, m := range ms {
		k.models = fmt.Appendf(k.models, "%s\n", m.Name)
		if m.Ranker == "" {
			continue
		}
		is, err := os.Stat(m.Ranker)
		if err != nil {
			return nil, fmt.Errorf("look at the ranker: %w", err)
		}
		k.models = fmt.Appendf(k.models, "%d %d\n", is.Size(), is.ModTime().UnixNano())
	}
	var err error
	if k.file, err = os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("open what is kept: %w", err)
	}
	if err := k.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("read what is kept: %w", err), k.file.Close())
	}
	return k, nil
}

// read takes in the whole entries, and leaves the file where the next one belongs. An entry is a key, a length and a gob.
func (k *keptMeaning) read() error {
	all, err := io.ReadAll(k.file)
	if err != nil {
		return err
	}
	const head = sha256.Size + 4
	at := 0
	for len(all)-at >= head {
		n := int(binary.BigEndian.Uint32(all[at+sha256.Size:]))
		if len(all)-at-head < n {
			break
		}
		k.known[[sha256.Size]byte(all[at:])] = all[at+head : at+head+n]
		at += head + n
	}
	_, err = k.file.Seek(int64(at), io.SeekStart)
	return err
}

// kept answers what was asked from the file, or by ask.
func kept[T any](k *keptMeaning, asked any, ask func() (T, error)) (T, error) {
	key := sha256.Sum256(fmt.Appendf(bytes.Clone(k.models), "%#v", asked))
	k.mu.Lock()
	b, ok := k.known[key]
	k.mu.Unlock()
	var got T
	if ok {
		err := gob.NewDecoder(bytes.NewReader(b)).Decode(&got)
		return got, err
	}
	got, err := ask()
	if err != nil {
		return got, err
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(got); err != nil {
		return got, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known[key] = buf.Bytes()
	entry := binary.BigEndian.AppendUint32(bytes.Clone(key[:]), uint32(buf.Len()))
	_, err = k.file.Write(append(entry, buf.Bytes()...))
	return got, err
}

// Embed implements engines.Embedder.
func (k *keptMeaning) Embed(ctx context.Context, language string, texts []string) (engines.Vectors, error) {
	return kept(k, []any{"embed", language, texts}, func() (engines.Vectors, error) {
		return k.benchEmbedder.Embed(ctx, language, texts)
	})
}

// Rank implements engines.Embedder.
func (k *keptMeaning) Rank(ctx context.Context, language, said string, items []engines.RankItem) (engines.Ranks, error) {
	return kept(k, []any{"rank", language, said, items}, func() (engines.Ranks, error) {
		return k.benchEmbedder.Rank(ctx, language, said, items)
	})
}

// Close closes the file and the engine.
func (k *keptMeaning) Close() error { return errors.Join(k.file.Close(), k.benchEmbedder.Close()) }
