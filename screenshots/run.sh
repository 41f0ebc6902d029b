#!/bin/sh
# Draw all pictures anew: run.sh PROGRAM DRAW
#
# NAME.keys is played as in the screen tests (see ../tests/screens/play.sh); each of its snapshots
# becomes NAME-SNAPSHOT.svg and .txt, a snapshot without a name NAME.svg and .txt. Besides what
# play.sh reads, a script may say
#   # palette: light      colours of the terminal: dark, light, black (dark)
#   # needs: refs         a command: where the program has none of that name, the script ends there
set -eu
program=$(realpath "$1") draw=$(realpath "$2")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/pictures"

# The script up to the first command that is missing.
playable() {
  while IFS= read -r line; do
    case $line in
    '# needs: '*)
      command=${line#\# needs: }
      "$program" --help | grep -q "^  $command\( \|\$\)" || return 0
      ;;
    esac
    printf '%s\n' "$line"
  done <"$1"
}

for keys in *.keys; do
  name=${keys%.keys}
  playable "$keys" >"$work/$keys"
  ../tests/screens/play.sh "$program" "$work/$keys" >"$work/snapshots" ||
    { echo "$keys: the program failed"; tail -n 3 "$work/snapshots"; exit 1; }
  "$draw" "$work/pictures" "$name" $(sed -n 's/^# palette: *//p' "$keys") <"$work/snapshots"
done

# What no script draws any more goes; what is the same keeps its time.
for old in *.svg *.txt; do
  [ -e "$work/pictures/$old" ] || rm -f "$old"
done
for new in "$work/pictures"/*; do
  cmp -s "$new" "${new##*/}" || { cp "$new" .; echo "${new##*/}"; }
done
