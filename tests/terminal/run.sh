#!/bin/bash
# The program on a terminal (tmux): whatever happens, the terminal is as it was, and a key sends
# little to it.
#
#   run.sh PROGRAM [TEST...]
set -u
export LC_ALL=C.UTF-8 # of what looks at the screens
program=$(realpath "$1")
shift
core=$(realpath "$(dirname "$0")/../sample/sample.core.zst")
work=$(mktemp -d)
server=dumpdive-test-$$
failures=0

tmux() { command tmux -L "$server" -f /dev/null "$@"; }
finish() {
  tmux kill-server 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

fail() {
  echo "FAILED $test: $*"
  tmux capture-pane -p | sed 's/^/    | /' | head -30
  failures=$((failures + 1))
}

# A shell in a terminal of COLUMNSxROWS; its modes and settings are noted.
shell() { # [SIZE] [TERM]
  local size=${1:-80x24}
  tmux kill-server 2>/dev/null
  while tmux has-session 2>/dev/null; do sleep 0.05; done
  tmux new-session -d -x "${size%x*}" -y "${size#*x}" \
    "env -i PATH=\"$PATH\" HOME=/nonexistent LC_ALL=C.UTF-8 TERM=${2:-screen-256color} PS1='ready> ' ${ASAN_OPTIONS:+ASAN_OPTIONS=$ASAN_OPTIONS} bash --norc --noprofile"
  tmux set-option -g default-size "$size" >/dev/null
  wait_for 'ready>'
  type_line "stty -g >$work/before"
  wait_file "$work/before"
}

type_line() { tmux send-keys -l "$1"; tmux send-keys Enter; }
keys() { tmux send-keys "$@"; }

wait_until() { # COMMAND...: up to ten seconds
  local i
  for i in $(seq 200); do
    "$@" && return 0
    sleep 0.05
  done
  return 1
}
shows() { tmux capture-pane -p | grep -q -e "$1"; }
hides() { ! shows "$1"; }
wait_for() { wait_until shows "$1" || fail "'$1' never came"; }
wait_file() { wait_until test -s "$1"; }
is_gone() { ! kill -0 "$1" 2>/dev/null; }

start() { # [OPTION...]
  type_line "clear; $program $core $*; echo status=\$?"
  wait_for '^ 1 Summary'
  pid=$(tmux list-panes -F '#{pane_pid}')
  pid=$(pgrep -P "$pid" -x "$(basename "$program" | cut -c1-15)")
}

flags() { tmux display-message -p "alternate=#{alternate_on} cursor=#{cursor_flag} keypad=#{keypad_flag} mouse=#{mouse_any_flag}"; }

is_plain() { [ "$(flags)" = 'alternate=0 cursor=1 keypad=0 mouse=0' ]; }

# The terminal is as the shell left it.
restored() {
  wait_until is_plain || fail "$1: $(flags)"
  rm -f "$work/after"
  type_line "stty -g >$work/after"
  wait_file "$work/after"
  # Not the same file: bash itself switches modes around its prompt.
  cmp -s "$work/before" "$work/after" || fail "$1: modes $(cat "$work/after") were $(cat "$work/before")"
}

test_quit() {
  shell
  start --mouse
  keys Q
  wait_for 'status=0'
  restored quit
}

test_quit_by_interrupt() {
  shell
  start
  wait_for 'complete' # before that, C-c stops the stages
  keys C-c
  wait_for 'nothing to stop'
  keys C-c
  wait_for 'status=0'
  restored 'twice C-c'
}

test_suspend() {
  shell
  start --mouse
  keys C-z
  wait_for 'Stopped'
  restored suspended
  tmux resize-window -x 100 -y 30
  type_line fg
  wait_for 'keys  q quit'
  wait_until tall 30 || fail 'the new size is not used'
  keys Q
  wait_for '^ready>'
  restored 'quit after suspending'
}
tall() { tmux capture-pane -p | sed -n "$1p" | grep -q 'q quit\|q close'; }

test_suspend_in_a_prompt() {
  shell
  start
  keys : t y p C-z
  wait_for 'Stopped'
  type_line fg
  wait_for '^:typ'
  keys Escape
  wait_for 'keys  q quit'
  keys Q
  wait_for '^ready>'
  restored 'prompt'
}

test_stopped_from_outside() {
  shell
  start
  kill -STOP "$pid"
  wait_for 'Stopped'
  type_line fg
  wait_for 'keys  q quit'
  keys M-2
  wait_for '^─ segments'
  keys Q
  wait_for '^ready>'
  restored 'stopped from outside'
}

test_resize() {
  shell
  start
  local size
  for size in 160x48 60x15 120x40 200x60 80x24; do
    tmux resize-window -x "${size%x*}" -y "${size#*x}"
    wait_until tall "${size#*x}" || fail "$size is not filled"
  done
  tmux resize-window -x 50 -y 10
  wait_for 'too small'
  keys j
  tmux resize-window -x 80 -y 24
  wait_for 'keys  q quit'
  keys Q
  wait_for 'status=0'
  restored resize
}

test_signals() {
  local signal
  for signal in TERM HUP SEGV ABRT; do
    shell
    start --mouse
    kill -"$signal" "$pid"
    wait_for 'status=1[0-9][0-9]'
    restored "SIG$signal"
    wait_until is_gone "$pid" || fail "SIG$signal: still there"
    case $signal in
      SEGV | ABRT) shows 'crashed (signal' || fail "SIG$signal: says nothing" ;;
      *) hides 'crashed' || fail "SIG$signal: not a crash" ;;
    esac
  done
}

test_terminal_gone() {
  shell
  start
  tmux kill-server
  wait_until is_gone "$pid" || fail 'the program outlives its terminal'
}

test_unknown_terminal() {
  shell 80x24 no-such-terminal
  start
  shows 'TERM=no-such-terminal is not known here' || fail 'says nothing of it'
  keys Q
  wait_for 'status=0'
}

test_dumb_terminal() {
  shell 80x24 dumb
  type_line "$program $core; echo status=\$?"
  wait_for 'status=2'
  shows 'name a command' || fail 'no advice'
}

test_no_terminal() {
  setsid -w "$program" "$core" +types </dev/null >"$work/out" 2>&1
  [ $? -eq 0 ] || [ -s "$work/out" ] || fail 'says nothing'
}

# Escape is taken for itself after its delay, and Escape with a key at once is Alt.
test_escape() {
  shell
  start --escape-delay 200
  keys : x
  wait_for '^:x'
  keys Escape
  wait_for 'keys  q quit'
  tmux send-keys -H 1b 32
  wait_for '^─ segments'
}

test_paste() {
  shell
  start
  keys :
  tmux set-buffer "$(printf 'segments\nq')"
  tmux paste-buffer -p
  wait_for '^:segments q'
  keys Escape
  wait_for 'keys  q quit'
}

# Every terminal, in every size: the last line is where it should be and says what the keys are.
test_terminals() {
  local term size
  for term in xterm-256color xterm screen tmux linux vt100 xterm-mono vt220; do
    shell 80x24 $term
    start
    keys M-2
    wait_for 'segments . [0-9]* segments'
    keys j j
    wait_for '^ 3/'
    for size in 60x15 120x40 200x60 80x24; do
      tmux resize-window -x "${size%x*}" -y "${size#*x}"
      wait_until tall "${size#*x}" || fail "$term: $size is not filled"
      wait_for '^ 3/' # on the same row
      wait_until hides 'not known yet' || fail "$term: a pane that came to be seen is not up to date"
    done
    keys Q
    wait_for 'status=0'
    wait_until is_plain || fail "$term: $(flags)"
  done
}

# Bytes that keys send to the terminal: what is drawn is only the difference.
test_bytes() {
  shell 80x24 "${BYTES_TERM:-xterm-256color}"
  start
  keys M-3 # so that its first frame, still without rows, does not count
  wait_for '^─ types'
  sleep 0.5
  keys M-2
  wait_for '^─ segments'
  tmux pipe-pane -O "cat >$work/bytes"
  sleep 0.3
  local key before after most=0 sum=0 count=0
  for key in ${KEYS:-j j k C-f C-f C-b G gg o s / Escape M-3 j C-o}; do
    before=$(stat -c %s "$work/bytes" 2>/dev/null || echo 0)
    if [ "$key" = gg ]; then keys g g; else keys "$key"; fi
    sleep 0.3
    after=$(stat -c %s "$work/bytes")
    echo "    $key: $((after - before)) bytes"
    count=$((count + 1)) sum=$((sum + after - before))
    [ $((after - before)) -gt $most ] && most=$((after - before))
  done
  echo "    most $most, on average $((sum / count))"
  [ $most -le 2048 ] || fail "a key sends $most bytes"
  sleep 1
  before=$(stat -c %s "$work/bytes")
  sleep 1
  [ "$(stat -c %s "$work/bytes")" -eq "$before" ] || fail 'an idle screen sends something'
}

# Every terminal that people come with.
terminals='xterm-256color screen tmux linux vt100 xterm-mono'

# Bytes that each key sends once the stages are through: prints the figures of the pty.
sends() { # TERM KEYS
  LC_ALL=C.UTF-8 "${PTY:?}" -t "$1" -u complete -w 300 "$2" "$program" "$core"
}

# The founding case, key by key (a text that is typed counts as one): 2 KB at most, and half of the keys
# less than 500 bytes.
test_founding() {
  local term figures
  for term in $terminals; do
    figures=$(sends $term '3 / \^SignedRequest$ \r \r \r j j r j p k S' | tail -n 1)
    echo "    $term: $figures"
    # shellcheck disable=SC2086
    set -- $figures
    [ "${2:-0}" -eq 13 ] || fail "$term: not all keys came through"
    [ "${10%.*}" -le 2048 ] || fail "$term: a key sends ${10} bytes"
    [ "${12%.*}" -lt 500 ] || fail "$term: half of all keys send ${12} bytes"
  done
}

# The same bound for whatever else opens, pages and sorts.
test_bytes_everywhere() {
  local term most
  for term in xterm-256color tmux vt100; do
    most=$(sends $term '3 :strings\r ^F G gg o v O :functions\r ^F ^D G :roots\r ^F G :segments\r j ^F
      :dominators\r l j ^F :threads\r 6 ^F \r \e8 ? ^F :commands\r ^F :messages\r \e3 x ^F i ^F R r
      :source\sBuffer\r :spaces\r :types\s--by\sshape\r ^F G :strings\s--duplicates\r ^F' |
      awk '$5 == "bytes" && $4 > most { most = $4; key = $1 } END { print most, key }')
    echo "    $term: $most"
    [ "${most%% *}" -gt 500 ] && [ "${most%% *}" -le 2048 ] || fail "$term: a key sends ${most%% *} bytes"
  done
}

# What the program holds is made visible, never sent: of controls only those that terminals need.
test_hostile() {
  "${PTY:?}" -o "$work/sent" -t xterm-256color -w 1500 ':strings\r j ^F G \e3 G' "$program" "$core" >/dev/null
  if LC_ALL=C grep -aqP '\x1b[\]PX^_]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]' "$work/sent"; then
    fail 'a control sequence of the core reached the terminal'
  fi
}

[ $# -gt 0 ] || set -- $(declare -F | sed -n 's/^declare -f test_//p')
for name; do
  test=$name
  before_failures=$failures
  "test_$name"
  [ $failures -gt $before_failures ] || echo "ok $name"
done
[ $failures -eq 0 ]
