#!/bin/bash
# What the program writes about itself: manual pages that formatters find nothing wrong with, and
# completion that the shells themselves take.
#
#   run.sh PROGRAM [TEST...]
set -u
program=$(realpath "$1")
shift
work=$(mktemp -d -t dumpdive-XXXXXX) # a formatter takes what follows a dot for the section
server=dumpdive-manual-$$
failures=0
tmux() { command tmux -L "$server" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT

fail() {
  echo "FAILED $test: $*"
  failures=$((failures + 1))
}

is_there() {
  command -v "$1" >/dev/null && return
  echo "   $test: no $1 here"
  return 1
}

# A folder to complete file names in.
mkdir "$work/here" "$work/here/folder"
touch "$work/here/core.1" "$work/here/my keys"
cd "$work/here" || exit 2

# --- the manual ------------------------------------------------------------------------------------

test_manual() {
  local page
  for page in man man-keys; do
    "$program" --generate $page >"$work/$page"
    # Whether the pages that are referred to are installed is another matter.
    ! is_there mandoc || complaints=$(mandoc -Tlint "$work/$page" 2>/dev/null | grep -v 'referenced manual\|mandoc.db')
    [ -z "${complaints:-}" ] || fail "mandoc: $complaints"
    ! is_there groff || complaints=$(groff -mandoc -ww -z -Tutf8 "$work/$page" 2>&1)
    [ -z "${complaints:-}" ] || fail "groff: $complaints"
    ! is_there man || MANWIDTH=80 man --warnings -l "$work/$page" >"$work/text" 2>"$work/said"
    [ ! -s "$work/said" ] || fail "man: $(cat "$work/said")"
  done
}

# --- completion ------------------------------------------------------------------------------------

# What is typed | what of it is offered (blanks between; "-": nothing), in every shell. Words that
# shells show differently (with blanks, or with the folder's sign behind them) are not for here.
cases='
dumpdive c|core.1
dumpdive core.1 ty|types
dumpdive core.1 ::findjs|::findjsobjects
dumpdive core.1 0x12::jspr|0x12::jsprint
dumpdive core.1 +ty|+types
dumpdive core.1 types --pro|--property
dumpdive core.1 ::findjsobjects --pro|--property
dumpdive core.1 info --pro|-
dumpdive core.1 types --by |constructor shape
dumpdive core.1 types --by s|shape
dumpdive core.1 types --by=s|--by=shape
dumpdive core.1 types --sort sh|shallow shape share
dumpdive core.1 types -p --x --sort ex|example
dumpdive core.1 types --filter co|count:
dumpdive --color al|always
dumpdive --color always core.1 objects --sha|--shape
dumpdive --threads 2 core.1 types --isolate 0 --js|--json
dumpdive --theme high|high-contrast
dumpdive --exe co|core.1
dumpdive core.1 bytes 0x1 |-
'

check() { # SHELL LINE WANTED OFFERED
  local offered
  offered=$(echo $4)
  [ "${offered:--}" = "$3" ] || fail "$1: '$2' offers '$offered', not '$3'"
}

each_case() { # FUNCTION
  local line wanted
  while IFS='|' read -r line wanted; do
    [ -z "$line" ] || "$1" "$line" "$wanted"
  done <<<"$cases"
}

# Bash splits the line at its own separators and wants only what is behind the last one.
bash_offers() {
  local rest=$1 reply COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=() COMP_CWORD COMPREPLY=() before
  while [[ $rest =~ ^[[:space:]]*([=:]+|[^[:space:]=:]+)(.*)$ ]]; do
    COMP_WORDS+=("${BASH_REMATCH[1]}")
    rest=${BASH_REMATCH[2]}
  done
  [[ $1 != *[[:space:]] ]] || COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _dumpdive dumpdive "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
  before=${1##*[[:space:]]}
  [[ $before == *[=:]* ]] && before=${before%"${before##*[=:]}"} || before=
  for reply in "${COMPREPLY[@]}"; do
    echo "$before$reply"
  done | sort
}
bash_case() { check bash "$1" "$2" "$(bash_offers "$1")"; }

test_bash() {
  "$program" --generate bash >"$work/completion.bash"
  source "$work/completion.bash" || fail 'cannot be read'
  each_case bash_case
  check bash 'a file with a blank' 'my keys' "$(bash_offers 'dumpdive core.1 --keys my')"
  check bash 'no separators' --by=shape "$(unseparated)"
}

unseparated() {
  local COMP_WORDBREAKS=' ' COMP_LINE='dumpdive c types --by=sh' COMP_POINT=24 COMP_CWORD=3 COMPREPLY
  local COMP_WORDS=(dumpdive c types --by=sh)
  _dumpdive 2>/dev/null
  echo "${COMPREPLY[@]}"
}

fish_case() {
  local offered
  offered=$(fish --no-config -c "source $work/completion.fish; complete -C \$argv[1]" "$1" | cut -f 1 | sort)
  check fish "$1" "$2" "$offered"
}

test_fish() {
  is_there fish || return
  "$program" --generate fish >"$work/completion.fish"
  HOME=$work each_case fish_case
}

# The same on a terminal: a line, Tab, and what it becomes.
terminal() { # SHELL-COMMAND SETTINGS
  tmux kill-server 2>/dev/null
  while tmux has-session 2>/dev/null; do sleep 0.05; done
  tmux new-session -d -x 100 -y 24 \
    "env -i PATH=\"$PATH\" HOME=$work LC_ALL=C.UTF-8 TERM=screen-256color PS1='ready> ' $1"
  tmux send-keys -l "PS1='ready> '; $2; clear"
  tmux send-keys Enter
  shows '^ready>$' || fail "$1 does not begin"
}

shows() {
  local i
  for i in $(seq 100); do
    tmux capture-pane -p | grep -q -e "$1" && return
    sleep 0.05
  done
  return 1
}

becomes() { # TYPED WANTED
  tmux send-keys C-u
  tmux send-keys -l "$1"
  tmux send-keys Tab
  shows "^ready> $2" || fail "'$1' becomes '$(tmux capture-pane -p | head -n 3)', not '$2'"
  tmux send-keys C-u C-l
}

lines_become() {
  becomes 'dumpdive core.1 ty' 'dumpdive core.1 types *$'
  becomes 'dumpdive core.1 types --by=sh' 'dumpdive core.1 types --by=shape'
  becomes 'dumpdive core.1 types --filter exam' 'dumpdive core.1 types --filter example:'
  becomes 'dumpdive core.1 0x12::jsp' 'dumpdive core.1 0x12::jsprint'
  becomes 'dumpdive --keys my' 'dumpdive --keys my\\ keys'
  becomes 'dumpdive fo' 'dumpdive folder/'
}

test_bash_terminal() {
  is_there tmux || return
  "$program" --generate bash >"$work/completion.bash"
  terminal 'bash --norc --noprofile' "source $work/completion.bash"
  lines_become
}

test_zsh_terminal() {
  is_there tmux && is_there zsh || return
  "$program" --generate zsh >"$work/_dumpdive"
  terminal 'zsh -f' "fpath=($work \$fpath); autoload -U compinit; compinit -u -D; setopt noautomenu"
  lines_become
  becomes 'dumpdive core.1 types --sort sh' 'dumpdive core.1 types --sort sha'
  becomes 'dumpdive core.1 ::findjsobjects --prop' 'dumpdive core.1 ::findjsobjects --property'
}

[ $# -gt 0 ] || set -- $(declare -F | sed -n 's/^declare -f test_//p')
for name; do
  test=$name
  before_failures=$failures
  "test_$name"
  [ $failures -gt $before_failures ] || echo "ok $name"
done
[ $failures -eq 0 ]
