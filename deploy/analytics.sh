#!/bin/sh
# The one consumer of what the workers tell RabbitMQ; until SIGTERM.
exec python -c 'import sys; from bot.cli import main; sys.exit(main(sys.argv[1:]))' analytics
