package main

import (
	"context"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tokenCommand is frontdesk token.
func tokenCommand() *cobra.Command {
	var role string
	add := ask("add NAME", "let a program use the API; prints its secret this once", func(ctx context.Context, r *request) error {
		t, err := service.AddToken.Do(ctx, r.office, service.TokenWish{Name: r.arg, Role: record.Role(role)})
		if err != nil {
			return err
		}
		return r.told(t, "%s\nThis is shown only now. Send it as: Authorization: Bearer ...; frontdesk token revoke %s ends it.", t.Secret, t.ID)
	})
	add.Flags().StringVar(&role, "role", string(record.RoleStaff), `what it may do: "staff" sees calls and messages, "owner" does everything`)
	return group("token", "programs that may use the API",
		ask("list", "the programs, and when they last used the API", listTokens),
		described(add, "", "  frontdesk token add calendar --role staff"),
		ask("revoke ID", "end a token at once", revokeToken))
}

func listTokens(ctx context.Context, r *request) error {
	ts, err := service.ListTokens.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, t := range ts {
		rows = append(rows, []string{t.ID, string(t.Role), when(t.Created), when(t.Used), t.Name})
	}
	return r.table(ts, "No program may use the API.", []string{"ID", "ROLE", "CREATED", "LAST USED", "NAME"}, rows)
}

func revokeToken(ctx context.Context, r *request) error {
	if err := service.RevokeToken.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "revoked": true}, "The token holds no more.")
}
