package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"frontdesk.internal/models/cpucheck"
)

// benchCommand measures one part of the appliance on this machine.
func benchCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "measure this machine"}
	cmd.AddCommand(benchCallersCommand(), benchTurnCommand(), benchWebCommand(), benchMediaCommand(), benchStoreCommand(),
		benchDeliveryCommand(), benchSiegeCommand(), benchUnderstandingCommand(), benchEmbedCommand(), benchASRCommand(),
		benchVoiceCommand())
	return fit(cpucheck.Check, described(cmd, `Measures one part of the appliance on this machine. With --json the last line is
one JSON object: durations in milliseconds, rates as fractions of 1.`, "  frontdesk bench turn --json"))
}

// printBenchJSON writes the one JSON object that ends the output of every bench, with the machine's core count.
func printBenchJSON(w io.Writer, result map[string]any) error {
	result["cores"] = runtime.NumCPU()
	b, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", b)
	return err
}
