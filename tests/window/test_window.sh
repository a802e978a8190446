#!/bin/bash
# The desktop window on a virtual screen: HEADWISE_BIN=path/to/headwise tests/window/test_window.sh
# Pictures of it are left in tests/window/out.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=${HEADWISE_BIN:-$here/../../build/release/headwise}
out=$here/out
# A graphics driver keeps memory to the end.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}

if [ "${1:-}" != inside ]; then
  screen=$(mktemp -d)
  trap 'rm -rf "$screen"' EXIT
  SCREEN=$screen xvfb-run -a -s "-screen 0 1280x800x24 -fbdir $screen" "$0" inside
  exit
fi

passed=0 failed=0
ok() {
  if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "ok: $1"; else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

# Starts the window and waits until it has drawn something; sets pid, window, colours, picture.
open_window() {
  "$bin" "$@" 2>"$SCREEN/errors" &
  pid=$!
  window=$(timeout 20 xdotool search --sync --onlyvisible --pid $pid 2>/dev/null | head -1)
  timeout 5 xdotool windowfocus --sync "$window"
  for _ in $(seq 60); do
    look opened
    [ "$colours" -gt 8 ] && return 0
    sleep 0.25
  done
  return 1
}

look() {
  mkdir -p "$out"
  read -r colours picture < <(python3 "$here/screenshot.py" "$SCREEN/Xvfb_screen0" "$out/$1.png")
}

# Waits until the picture differs from $1.
changes_from() {
  for _ in $(seq 40); do
    look "$2"
    [ "$picture" != "$1" ] && return 0
    sleep 0.25
  done
  return 1
}

# Waits for the program's end; its exit status must be 0, with nothing on standard error.
ends_cleanly() {
  for _ in $(seq 40); do
    if ! kill -0 $pid 2>/dev/null; then
      wait $pid && [ ! -s "$SCREEN/errors" ] && return 0
      cat "$SCREEN/errors"
      return 1
    fi
    sleep 0.25
  done
  kill $pid
  return 1
}

open_window
ok "the window opens and is not blank" $?
sleep 1
look settled
before=$picture
xdotool key Right Right Right
changes_from "$before" stepped
ok "the right arrow steps" $?
sleep 0.5
look stepped
before=$picture
xdotool key Left
changes_from "$before" back
ok "the left arrow steps back" $?
time_before=$(cut -d' ' -f14,15 "/proc/$pid/stat" 2>/dev/null || echo "0 0")
sleep 2
time_after=$(cut -d' ' -f14,15 "/proc/$pid/stat" 2>/dev/null || echo "0 9999")
[ $((${time_after% *} + ${time_after#* } - ${time_before% *} - ${time_before#* })) -lt 60 ]
ok "it rests when nothing happens" $?
python3 "$here/close.py" "$window"
ends_cleanly
ok "the close button ends it" $?

open_window d_model=16 num_heads=4 num_kv_heads=2 mask=causal theme=dark stage=attn_weights
ok "it opens with settings" $?
xdotool key ctrl+q
ends_cleanly
ok "Ctrl+Q ends it" $?

message=$(env -u DISPLAY -u WAYLAND_DISPLAY "$bin" 2>&1)
status=$?
[ $status = 2 ] && [ "$(wc -l <<<"$message")" = 1 ] && [[ $message == "headwise: error: "* ]]
ok "without a display it says so" $?

echo "$passed passed, $failed failed"
[ $failed = 0 ]
