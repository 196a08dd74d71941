#!/bin/sh
# Links the encoder that was built with the image into the data folder, then serves until SIGTERM.
set -eu
for graph in /app/encoder/encoder-*; do
    [ -e "$LANTERN_DATA/${graph##*/}" ] || ln -s "$graph" "$LANTERN_DATA/"
done
exec python -c 'import sys; from bot.cli import main; sys.exit(main(sys.argv[1:]))' serve --host 0.0.0.0 --port 5005
