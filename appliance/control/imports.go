package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk.internal/appliance/desk"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/statistics"
)

// Imports are contacts that are taken over, and what calls come to.
type Imports interface {
	ImportContacts(ctx context.Context, i desk.Import, told func(done int)) (record.ImportBatch, error)
	UndoImport(ctx context.Context, id string) error
	Imports(ctx context.Context) ([]record.ImportBatch, error)
	Statistics(ctx context.Context, from, to time.Time) (statistics.Report, error)
}

const (
	actUndoImport act[args, none]                 = "undo-import"
	actImports    act[none, []record.ImportBatch] = "imports"
)

// span is from when to when.
type span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

const actStatistics act[span, statistics.Report] = "statistics"

// Statistics implements Service.
func (c *Client) Statistics(ctx context.Context, from, to time.Time) (statistics.Report, error) {
	return actStatistics.ask(ctx, c, span{from, to})
}

// maxImport bounds the contacts that a command sends, in bytes.
const maxImport = 512 << 20

// importStep is one line of the answer to an import: how far it is, and in the end what became of it.
type importStep struct {
	Done  int                 `json:"done,omitempty"`
	Batch *record.ImportBatch `json:"batch,omitempty"`
	Error *reply              `json:"failed,omitempty"`
}

func importRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), mux *http.ServeMux, s Imports) {
	actUndoImport.serve(route, func(ctx context.Context, a args) (none, error) { return none{}, s.UndoImport(ctx, a.ID) })
	actStatistics.serve(route, func(ctx context.Context, in span) (statistics.Report, error) {
		return s.Statistics(ctx, in.From, in.To)
	})
	actImports.serve(route, func(ctx context.Context, _ none) ([]record.ImportBatch, error) { return s.Imports(ctx) })
	mux.HandleFunc("POST /v1/import", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxImport)
		in, err := readBody[desk.Import](r)
		if err != nil {
			answer(w, nil, err)
			return
		}
		lines := json.NewEncoder(w)
		flush := http.NewResponseController(w)
		tell := func(st importStep) {
			_ = errors.Join(lines.Encode(st), flush.Flush()) // a command that went away need not know; the import goes on
		}
		ctx := context.WithoutCancel(desk.WithDoor(r.Context(), r.Header.Get(doorHeader)))
		b, err := s.ImportContacts(ctx, in, func(done int) { tell(importStep{Done: done}) })
		if err != nil {
			_, why := explain(err)
			tell(importStep{Error: &why})
			return
		}
		tell(importStep{Batch: &b})
	})
}

// ImportContacts implements Service.
func (c *Client) ImportContacts(ctx context.Context, i desk.Import, told func(done int)) (b record.ImportBatch, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	resp, err := c.send(ctx, http.MethodPost, "/v1/import", nil, i)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return b, refusal(resp)
	}
	for lines := json.NewDecoder(resp.Body); ; {
		var st importStep
		if err := lines.Decode(&st); err != nil {
			return b, fmt.Errorf("the appliance gave no answer: %w", err)
		}
		switch {
		case st.Error != nil:
			return b, st.Error.err()
		case st.Batch != nil:
			return *st.Batch, nil
		case told != nil:
			told(st.Done)
		}
	}
}

// UndoImport implements Service.
func (c *Client) UndoImport(ctx context.Context, id string) error {
	_, err := actUndoImport.ask(ctx, c, args{ID: id})
	return err
}

// Imports implements Service.
func (c *Client) Imports(ctx context.Context) ([]record.ImportBatch, error) {
	return actImports.ask(ctx, c, none{})
}
