package main

import (
	"context"
	"flag"
	"io"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tokenCommand are token add, list and revoke.
func tokenCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "token", verbs: []verb{
		{name: "list", summary: "the programs that may use the API, and when they last did", run: listTokens},
		{name: "add", args: "NAME", summary: "let a program use the API; prints its secret this once", flags: roleFlag, run: addToken},
		{name: "revoke", args: "ID", summary: "end a token at once", run: revokeToken},
	}}
}

func roleFlag(fs *flag.FlagSet, r *request) {
	fs.StringVar(&r.role, "role", string(record.RoleStaff), `what it may do: "staff" sees calls and messages, "owner" does everything`)
}

func listTokens(ctx context.Context, r *request) error {
	ts, err := service.ListTokens.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(ts)
		return nil
	}
	var rows [][]string
	for _, t := range ts {
		rows = append(rows, []string{t.ID, string(t.Role), when(t.Created), when(t.Used), t.Name})
	}
	r.out.table("No program may use the API.", []string{"ID", "ROLE", "CREATED", "LAST USED", "NAME"}, rows)
	return nil
}

func addToken(ctx context.Context, r *request) error {
	t, err := service.AddToken.Do(ctx, r.office, service.TokenWish{Name: r.arg, Role: record.Role(r.role)})
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(t)
		return nil
	}
	r.out.line("%s", t.Secret)
	r.out.line("This is shown only now. Send it as: Authorization: Bearer ...; frontdesk token revoke %s ends it.", t.ID)
	return nil
}

func revokeToken(ctx context.Context, r *request) error {
	if err := service.RevokeToken.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "revoked": true}, "The token holds no more.")
}
