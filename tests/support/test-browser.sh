#!/bin/sh
# The browser of most tests: without a window Chromium's headless shell, as Playwright itself uses, which starts in a
# third of the processor time; with a window the browser that the product would find. See test-browser.ts.
for argument; do
  case $argument in
    --headless*) exec chromium-headless-shell "$@" ;;
  esac
done
exec "$TEST_BROWSER" "$@"
