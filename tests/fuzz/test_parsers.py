"""What reads files and arguments: any input gives a result or an error of the catalogue, never another exception."""

from __future__ import annotations

import contextlib
import io
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import schema, yaml
from bot.cli import parser
from bot.errors import DataError, LanternError
from bot.rasa_parts.channels.telegram.updates import Incoming, Me, read
from bot.review import table
from tests.fuzz.conftest import anything, objects, share, words

SLOWEST = 2.0
COMMANDS = frozenset({"start", "help", "delete"})
numbers = st.one_of(st.integers(), st.integers(1, 10))

chats = objects(id=numbers, type=st.sampled_from(["private", "group", "supergroup", "channel"]))
people = objects(id=numbers, is_bot=st.booleans())
messages = objects(
    message_id=numbers, chat=chats, **{"from": people}, text=words, caption=words, photo=anything, sender_chat=chats,
    entities=st.lists(objects(user=people), max_size=3), reply_to_message=objects(**{"from": people}),
    is_topic_message=st.booleans(), message_thread_id=numbers, media_group_id=words,
)  # fmt: skip
taps = objects(id=words, data=words, message=messages, **{"from": people})
updates = st.one_of(objects(update_id=numbers, message=messages, callback_query=taps), anything)


@share(0.2)
@given(update=updates, name=st.sampled_from(["", "lantern_bot"]))
def test_telegram_updates(update: Any, name: str) -> None:
    found = read(update, Me(7, name), COMMANDS)
    if found is not None:
        assert isinstance(found, Incoming) and isinstance(found.text, str) and isinstance(found.chat, int)
        assert found.command in ("", *COMMANDS) and (found.payload is None or isinstance(found.payload, str))


yaml_pieces = st.sampled_from([
    "symptoms.bone:", "  title: Bone", "  points:", "  - one [nci]", "  review: {status: approved}", "&a", "*a",
    "<<: *a", "!!python/object/apply:os.system [echo]", "!!int x", "!!timestamp x", "2024-99-99", "1:99:99", "? [a, b]",
    "- - -", "|", ">", "'", '"', "%YAML 9.9", "---", "...", "\t", "{", "[", "]", "}", "#", ": :", "!!binary x",
    ".inf", "0o9", "!!float x", "!!set",
    "!!omap", "!!bool x", "\x00", "\u2028", "\ufeff", "0x", "12e03", "2001-12-14t21:59:43.10-05:00",
])  # fmt: skip
yaml_files = st.one_of(
    st.lists(st.one_of(yaml_pieces, words), max_size=10)
    .map("\n".join)
    .map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.lists(yaml_pieces, max_size=8).map(" ".join).map(str.encode),
    st.binary(max_size=200),
)


@share(0.2)
@given(content=yaml_files)
@example(b"a: 2024-99-99")
@example(b"a: !!int x")
@example(b"[" * 3000)
@example(b"? [a]\n: b")
@example(b"a: &a [*a]")
@example(b"a: &a {b: *a}")
@example(b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b]")
def test_knowledge_files(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "symptoms.yml"
    path.write_bytes(content)
    started = time.monotonic()
    try:
        assert isinstance(yaml.read(path), dict)
    except DataError as error:
        assert error.problems
    assert isinstance(schema.problems_of(path), list)
    assert time.monotonic() - started < SLOWEST


HEAD = "id,version,verdict,role,day,comment\n"
cells = st.lists(words, max_size=8).map(",".join)
sheets = st.one_of(
    st.lists(cells, max_size=5).map(lambda rows: (HEAD + "\n".join(rows)).encode("utf-8", "surrogatepass")),
    st.lists(cells, max_size=5).map(lambda rows: (HEAD + "\n".join(rows)).encode("utf-16", "surrogatepass")),
    st.binary(max_size=300),
    st.binary(max_size=100).map(lambda raw: HEAD.encode() + raw),
)


@share(0.1)
@given(content=sheets)
@example(HEAD.encode() + b'"' + b"a" * 200_000)
@example(HEAD.encode() + b"a" * 10_000_000)
def test_review_sheets(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "review.csv"
    path.write_bytes(content)
    try:
        assert all(row["id"] is not None and row.line > 1 for row in table.read(path))
    except LanternError as error:
        assert error.code == "E12"


arguments = st.lists(
    st.one_of(
        st.sampled_from(
            ["ask", "serve", "review", "validate", "evaluate", "--port", "--json", "--help", "-1", "--", "-"]
        ),
        words,
    ),
    max_size=6,
)


@share(0.1)
@given(given_arguments=arguments)
def test_arguments(given_arguments: list[str]) -> None:
    quiet = io.StringIO()
    with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
        try:
            assert parser().parse_args(given_arguments).run
        except SystemExit as ended:
            assert ended.code in (0, 2)


@pytest.mark.parametrize("content", [b"a" * 10_000_000, b"a: " + b"x" * 10_000_000], ids=["no YAML", "one value"])
def test_large_knowledge_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "symptoms.yml"
    path.write_bytes(content)
    assert schema.problems_of(path)


@pytest.mark.parametrize("text", ["${HOME}", "it costs $5 ${", "${NOT_SET_ANYWHERE}", "a ${HOME} b"])
def test_no_environment_variable_gets_into_an_answer(tmp_path: Path, text: str) -> None:
    """Rasa teaches ruamel, for the whole process, to put the values of variables into every YAML file."""
    import rasa.shared.utils.io as rasa_io

    path = tmp_path / "symptoms.yml"
    path.write_text(f"a: {text}\n")
    rasa_io.read_yaml("b: 1")
    assert yaml.read(path) == {"a": text}
