#!/bin/sh
# Replay keys against the program and print the snapshots that they ask for.
#
#   play.sh PROGRAM FILE.keys
#
# FILE.keys holds keys (see tui/script.h). Comments on its first lines say how to run it:
#   # size: 100x30
#   # options: --theme dark
#   # env: NO_COLOR=1
#   # core: damaged.core.zst     instead of the sample core, beside it
set -u
program=$1 keys=$2

setting() { # NAME
  sed -n "s/^# $1: *//p" "$keys" | head -n 1
}

size=$(setting size)
core=$(setting core)
# Words of these are arguments each.
# shellcheck disable=SC2046
exec env -i PATH="$PATH" HOME=/nonexistent TERM=xterm-256color LC_ALL=C.UTF-8 \
  ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} $(setting env) \
  "$program" "$(dirname "$0")/../sample/${core:-sample.core.zst}" --script "$keys" --threads 0 --no-exe \
  --size "${size:-80x24}" $(setting options) 2>&1
