// Package cachedir keeps files that must be whole or absent: created under another name, synced and renamed; checked by
// size, time and hash; guarded by a lock against a second process.
//
// It knows nothing of what the files are. Files belong to the caller; a lock belongs to the process and ends with it,
// however it ends. The package starts no goroutines.
package cachedir
