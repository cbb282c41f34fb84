// Package pip fetches packages of the Python index, each pinned by its hash, with pip as the client.
//
// Nothing is installed and no code of a package is run: wheels are only downloaded, and source packages, whose metadata
// pip insists on asking for, are answered for by a build backend of our own (stub.py) instead of theirs. Which index is
// asked, through which proxy and with which certificates, is pip's own configuration; FRONTDESK_PIP_ARGS adds arguments.
//
// A Client may be used by several goroutines. One goroutine a download watches the folder grow; it ends before Download
// returns.
package pip
