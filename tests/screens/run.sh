#!/bin/sh
# Replay keys against the program and compare what it shows.
#
#   run.sh PROGRAM [NAME...]            compare with NAME.screen
#   run.sh --record PROGRAM [NAME...]   show what changed, ask, and record it
#
# NAME.keys holds keys (see tui/script.h). Comments on its first lines say how to run it:
#   # size: 100x30
#   # options: --theme dark
#   # env: NO_COLOR=1
#   # core: damaged.core.zst     instead of the sample core, beside it
# NAME.screen holds each snapshot in two layers, glyphs and one style letter per cell, and what the
# letters mean.
set -u
record=
[ "${1:-}" = --record ] && { record=1; shift; }
program=$1
shift
folder=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

setting() { # NAME FILE
  sed -n "s/^# $1: *//p" "$2" | head -n 1
}

play() { # NAME: the screens on standard output
  keys=$folder/$1.keys
  size=$(setting size "$keys")
  core=$(setting core "$keys")
  # Words of these are arguments each.
  # shellcheck disable=SC2046
  env -i PATH="$PATH" HOME=/nonexistent TERM=xterm-256color LC_ALL=C.UTF-8 \
    ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} $(setting env "$keys") \
    "$program" "$folder/../sample/${core:-sample.core.zst}" --script "$keys" --threads 0 --no-exe \
    --size "${size:-80x24}" $(setting options "$keys") 2>&1
}

if [ $# -eq 0 ]; then
  for keys in "$folder"/*.keys; do
    name=${keys##*/}
    set -- "$@" "${name%.keys}"
  done
fi

failed=0 count=0
for name; do
  count=$((count + 1))
  wanted=$folder/$name.screen
  [ -e "$wanted" ] || wanted=/dev/null
  play "$name" >"$work/$name.screen"
  status=$?
  [ $status -eq 0 ] || { echo "$name: the program ended with status $status"; tail -n 3 "$work/$name.screen"; }
  if ! diff -u --label "$name.screen" --label "$name now" "$wanted" "$work/$name.screen" || [ $status -ne 0 ]; then
    failed=$((failed + 1))
    continue
  fi
  rm "$work/$name.screen"
done

if [ -z "$record" ]; then
  echo "$((count - failed)) of $count screens as recorded"
  [ $failed -eq 0 ]
  exit
fi
[ $failed -gt 0 ] || { echo "nothing changed"; exit 0; }
if [ "${YES:-}" != 1 ]; then
  printf 'Record these %d screens? [y/N] ' $failed
  read -r answer
  case $answer in y* | Y*) ;; *) exit 1 ;; esac
fi
mv "$work"/*.screen "$folder"
