package remote

import (
	"context"
	"net/http"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
)

// Imports are contacts that are taken over, and what calls come to.
type Imports interface {
	ImportContacts(ctx context.Context, i service.Import) (record.ImportBatch, error)
	UndoImport(ctx context.Context, id string) error
	Imports(ctx context.Context) ([]record.ImportBatch, error)
	Statistics(ctx context.Context, from, to time.Time) (statistics.Report, error)
}

const (
	actUndoImport act[args, none]                 = "undo-import"
	actImports    act[none, []record.ImportBatch] = "imports"

	actImport longAct[service.Import, record.ImportBatch] = "import"
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

func importRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), mux *http.ServeMux, s Imports) {
	actUndoImport.serve(route, func(ctx context.Context, a args) (none, error) { return none{}, s.UndoImport(ctx, a.ID) })
	actStatistics.serve(route, func(ctx context.Context, in span) (statistics.Report, error) {
		return s.Statistics(ctx, in.From, in.To)
	})
	actImports.serve(route, func(ctx context.Context, _ none) ([]record.ImportBatch, error) { return s.Imports(ctx) })
	actImport.serve(mux, toItsEnd(s.ImportContacts))
}

// ImportContacts implements Service.
func (c *Client) ImportContacts(ctx context.Context, i service.Import) (record.ImportBatch, error) {
	return actImport.ask(ctx, c, i)
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
