#!/bin/bash
# deps.sh build|test|check...: install what is missing, by Debian's and Ubuntu's packages; elsewhere say what
# to install. What is there already is left alone, so no network is needed then.
set -u

# what it is found by | package
build='
command cc|gcc
command make|make
command pkg-config|pkg-config
library libelf|libelf-dev
library ncursesw|libncurses-dev
library termkey|libtermkey-dev
library libpcre2-8|libpcre2-dev
library libzstd|libzstd-dev
library zlib|zlib1g-dev
library liblzma|liblzma-dev
library liblz4|liblz4-dev'
test='
library cmocka|libcmocka-dev
command npm|npm
command gdb|gdb
command tmux|tmux
command zstd|zstd
command git|git
file /etc/ssl/certs/ca-certificates.crt|ca-certificates'
check='
command clang|clang
command cppcheck|cppcheck
command mandoc|mandoc
command groff|groff
command man|man-db
command zsh|zsh
command fish|fish'

is_there() {
	case $1 in
	command) command -v "$2" >/dev/null ;;
	library) command -v pkg-config >/dev/null && pkg-config --exists "$2" ;;
	file) [ -e "$2" ] ;;
	esac
}

missing=()
for set in "$@"; do
	while IFS='|' read -r found package; do
		[ -n "$found" ] || continue
		# shellcheck disable=SC2086 # two words
		is_there $found || missing+=("$package")
	done <<<"${!set}"
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "Please install what these Debian packages hold: ${missing[*]}" >&2
	exit 1
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
echo "Installing: ${missing[*]}"
$sudo apt-get update -q >/dev/null &&
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
