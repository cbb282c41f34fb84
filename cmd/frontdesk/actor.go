package main

import (
	"context"

	"frontdesk.internal/appliance/service"
)

// asOperator says that whoever runs this command acts.
func asOperator(ctx context.Context) context.Context {
	return service.WithActor(ctx, service.Actor{Kind: "user", Name: userName(), Door: "command line", Role: service.Operator})
}
