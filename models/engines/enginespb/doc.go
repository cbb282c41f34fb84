// Package enginespb is the generated code for engines.proto; make proto writes it again. Only package engines uses it.
package enginespb
