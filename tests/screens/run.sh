#!/bin/sh
# Replay keys against the program and compare what it shows.
#
#   run.sh PROGRAM [NAME...]            compare with NAME.screen
#   run.sh --record PROGRAM [NAME...]   show what changed, ask, and record it
#
# NAME.keys holds keys; see play.sh for what its first lines may say.
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
  "$folder/play.sh" "$program" "$folder/$name.keys" >"$work/$name.screen"
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
