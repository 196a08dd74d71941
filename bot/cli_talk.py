"""Subcommands that make the bot talk: start, serve, train, shell, ask."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
from collections.abc import Callable


def add_to(add: Callable[..., argparse.ArgumentParser]) -> None:
    start = add("start", _start, "train if needed, then chat here and serve http://localhost:5005")
    serve = add("serve", _serve, "only the server (for a machine that nobody sits at)")
    for command in (start, serve):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=5005)
    add("train", _train, "train the model").add_argument("--if-needed", action="store_true")
    add("shell", _shell, "chat in the terminal, without a server")
    ask = add("ask", _ask, "print one reply")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="as the JSON of the reply contract")
    stock = add("rasa", _rasa, "one of Rasa's own commands, without the warnings of its libraries")
    stock.add_argument("arguments", nargs=argparse.REMAINDER, help="such as: shell")


def _train(options: argparse.Namespace) -> None:
    from bot import model

    if options.if_needed and model.is_current():
        print("The model fits the data.")
        return
    print("Training the model (one to two minutes) ...", flush=True)
    from bot.rasa_parts.training import train_model

    train_model()


def _start(options: argparse.Namespace) -> None:
    _train(argparse.Namespace(if_needed=True))
    _load_fast()
    from bot import model
    from bot.rasa_parts import server, shell

    print(f"Web page: http://localhost:{options.port}", flush=True)
    server.serve(model.path(), options.host, options.port, shell.converse if sys.stdin.isatty() else None)


def _serve(options: argparse.Namespace) -> None:
    _load_fast()
    from bot import model
    from bot.rasa_parts import server

    server.serve(model.path(), options.host, options.port)


def _shell(_options: argparse.Namespace) -> None:
    _load_fast()
    from bot import model
    from bot.rasa_parts import shell
    from bot.rasa_parts.local import LocalBot

    shell.run(LocalBot(model.path()))


def _ask(options: argparse.Namespace) -> None:
    _load_fast()
    from bot import model, plain
    from bot.rasa_parts.local import LocalBot

    reply = asyncio.run(LocalBot(model.path()).ask("ask", options.question))
    print(json.dumps(reply, ensure_ascii=False, indent=2) if options.json else plain.render(reply))


def _load_fast() -> None:
    """For what only answers: less of Rasa, and no hunt for garbage (``tuning.settle`` takes it up again)."""
    from bot.rasa_parts import deferred

    gc.disable()
    deferred.defer()


def _rasa(options: argparse.Namespace) -> None:
    from bot.rasa_parts import stock

    stock.main(options.arguments)
