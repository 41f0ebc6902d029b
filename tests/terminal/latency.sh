#!/bin/bash
# How long keys wait for the last byte of their frame, on a large core.
#
#   latency.sh PROGRAM CORE [TIMES]
#
# PTY names tests/terminal/pty. Every list of keys is typed once while the stages run, from the opening
# page on, and once when they are through; each of these TIMES times (3), and of every key the least is
# taken: a machine that others use as well makes some of them wait, a slow key waits each time. Printed:
# the keys over 50 ms, and the worst, the 99th per cent and the median of each list.
set -u
program=$1 core=$2 times=${3:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A lists=(
  [types]='3 j j ^F ^F G gg ^D ^U o b o c o s o r o t O O S / Array\r n N & S o c k \r & !Array\r
    \\ \e :types\s--by\sshape\r ^F G gg o p o c O \r ^F G ^O ]'
  [objects]=':objects\r ^F ^F G gg ^D j \r r R ^O ^O ^O o s O o a O o t O O G gg & Sock \r / http\r n N
    ^O ] ^O ] :objects\sObject\r ^F G o s O o p O gg \r ^F G ^O'
  [strings]=':strings\r ^F ^F G gg o v O o l O & http \r ^F G gg / zz\r n ^C :strings\s--duplicates\r ^F G
    o w O o c & ab\r ^F ^O ^O ]'
  [functions]=':functions\r ^F ^F G gg ^D o f O o c O / req\r n N & on\r G gg S ^F ^O v ^F ^O
    :scripts\r ^F G gg o s O \r ^F ^O'
  [roots]=':roots\r ^F ^F G gg ^D o r O o t O o a O / stack\r n & weak\r G gg \r i r p ^O ^O ^O'
  [leaks]='6 j j ^F G gg \r ^O o ^O S ^O x ^F ^O :dominators\r ^F G gg l j l j l ^F G h h o r O / Arr\r
    n & Obj\r ^O'
  [memory]='2 j j ^F G gg o s O o k / heap\r & v8\r G \r ^F ^F G gg j \r ^O ^O :bytes\r :spaces\r j ^F
    :threads\r j \r ^O :info\r ^F :summary\r ^F G gg'
  [hops]='3 j \r \r i r j \r R j \r p j j r ^O ^O ^O ^O ] ] ] t j i x ^F ^O X ^O u l j l h v ^O ma gg `a
    '\''a yy ya :marks\r ^O 4 5 6 7 \e1 \e3 \t \t z z'
  [sizes]='@160x48 3 j \r j \r r R p ^O ^O @200x60 \t ^F G gg \t j r @60x15 ^F j @120x40 { } z j z
    :strings\r @80x24 & ab @160x48 c \r @80x24 / zz\r @160x48 ^C @80x24 ? ^F q'
)
[ -n "${LISTS:-}" ] || LISTS=${!lists[*]}

# Least per key of all runs: "KEY MS bytes WORK", and the figures of these.
report() { # NAME FILE...
  local name=$1
  shift
  awk -v name="$name" '
    FNR == 1 { n = 0 }
    $3 == "ms" && $5 == "bytes" {
      n++; key[n] = $1; if (!(n in ms) || $2 < ms[n]) { ms[n] = $2; work[n] = $6 } seen[n]++
      if (n > most) most = n
    }
    END {
      for (i = 1; i <= most; i++) {
        if (ms[i] > 50) printf "    %d. %s: %.0f ms (%.0f of work)\n", i, key[i], ms[i], work[i]
        for (j = ++count; j > 1 && sorted[j - 1] > ms[i]; j--) sorted[j] = sorted[j - 1]
        sorted[j] = ms[i] + 0
      }
      printf "%-28s %3d keys  worst %.1f ms  99 %% %.1f ms  median %.1f ms\n", name, count,
             sorted[count], sorted[int((count - 1) * .99) + 1], sorted[int((count + 1) / 2)]
    }' "$@"
}

export LC_ALL=C.UTF-8
for name in $LISTS; do
  for i in $(seq "$times"); do
    "${PTY:?}" -t xterm-256color -u '1 Summary' -w 60 "${lists[$name]}" "$program" "$core" >"$work/early.$i"
    "$PTY" -t xterm-256color -u complete -w 300 "${lists[$name]}" "$program" "$core" >"$work/late.$i"
  done
  report "$name while stages run" "$work"/early.*
  report "$name when they are through" "$work"/late.*
done
