#!/bin/sh
# Chromium's headless shell, as Playwright itself uses. It starts in a third of the processor time of a whole browser. Where
# keyturn asks for a window there is none either, and a file in the profile tells the simulated person that it asked.
for argument; do
  case $argument in
    --headless*) headless=yes ;;
    --user-data-dir=*) profile=${argument#*=} ;;
  esac
done
if [ "$headless" ]; then rm -f "$profile/has-window"; else touch "$profile/has-window"; fi
# A desktop that only seems to be there: see keyturn-home.ts. The shell would look for it.
unset DISPLAY WAYLAND_DISPLAY
# A graphics process of its own would take another tenth of the start.
exec chromium-headless-shell --in-process-gpu "$@"
