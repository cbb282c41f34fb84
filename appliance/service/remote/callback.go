package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/service"
)

const (
	actHandsets act[none, []service.Handset] = "handsets"
	actCallBack longAct[args, none]          = "call-back"
)

// callBackRoutes call people back.
func callBackRoutes(route router, mux *http.ServeMux, s Service) {
	actHandsets.serve(route, func(ctx context.Context, _ none) ([]service.Handset, error) { return s.Handsets(ctx) })
	actCallBack.serve(mux, func(ctx context.Context, a args) (none, error) { return none{}, s.CallBack(ctx, a.ID, a.Into) })
}

// Handsets implements Service.
func (c *Client) Handsets(ctx context.Context) ([]service.Handset, error) {
	return actHandsets.ask(ctx, c, none{})
}

// CallBack implements Service.
func (c *Client) CallBack(ctx context.Context, message, extension string) error {
	_, err := actCallBack.ask(ctx, c, args{ID: message, Into: extension})
	return err
}
