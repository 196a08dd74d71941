"""Leaves libraries unloaded until something of them is used; most never are.

Rasa imports the clients of every chat service, a scheduler, scikit-learn and matplotlib when it starts, and spaCy its
command line: a third of the start and a fifth of the memory. Names imported from them stay empty hulls here: one that
is called, or asked for an attribute, loads the library and passes the call on. For ``lantern serve`` and its kin only;
Rasa's own commands load everything. A hull can neither be built upon nor caught as an error, so that a library which
the configuration asks for is loaded as usual.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import re
import sys
import types
from collections.abc import Iterable
from typing import Any

from bot.paths import PROJECT

LATER = {  # library: the channel in credentials.yml, or the store in endpoints.yml, that needs it
    "aiogram": "telegram",
    "apscheduler": None,
    "boto3": "dynamo",
    "fbmessenger": "facebook",
    "matplotlib": None,
    "mattermostwrapper": "mattermost",
    "prompt_toolkit": None,
    "questionary": None,
    "rocketchat_API": "rocketchat",
    "sklearn": None,
    "slack_sdk": "slack",
    "socketio": "socketio",
    "spacy.cli": None,
    "twilio": "twilio",
    "webexteamssdk": "webexteams",
}
_CONFIGURATION = ("credentials.yml", "endpoints.yml")


def defer() -> None:
    """Call before Rasa is imported. What is loaded already stays as it is."""
    texts = [(PROJECT / name).read_text(encoding="utf-8") for name in _CONFIGURATION if (PROJECT / name).exists()]
    sys.meta_path.insert(0, _Finder(name for name in unneeded(texts) if name not in sys.modules))


def unneeded(configuration: Iterable[str]) -> list[str]:
    """The libraries that no line of the configuration's files asks for."""
    lines = [line for text in configuration for line in text.splitlines()]
    asked = [re.sub(r"^\s*(?:type:)?\s*|[\s:]+$", "", line).lower() for line in lines]
    return [library for library, word in LATER.items() if word not in asked]


class _Hull(type):
    """The class of what is imported: usable in an annotation, and otherwise the real thing."""

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        return _real(cls)(*arguments, **options)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_real(cls), name)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _real(cls)) if _ORIGIN in vars(cls) else super().__instancecheck__(instance)


_ORIGIN = "lantern_origin"  # attribute of a hull: module and name of the real thing


def _real(hull: _Hull) -> Any:
    """The real object; from now on its library is imported as usual."""
    if _ORIGIN not in vars(hull):
        raise RuntimeError(f"{hull.__name__} is built on a library that `lantern serve` leaves out: use `rasa run`")
    module, name = vars(hull)[_ORIGIN]
    for finder in [finder for finder in sys.meta_path if isinstance(finder, _Finder)]:
        finder.release(module)
    return getattr(importlib.import_module(module), name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives an empty module for the names, and for what lies below them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if self._root(fullname):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []

    def release(self, module: str) -> None:
        """Take the empty modules of one library away."""
        root = self._root(module)
        if root:
            self._names.remove(root)
            for name in [name for name in sys.modules if name == root or name.startswith(f"{root}.")]:
                del sys.modules[name]

    def _root(self, module: str) -> str | None:
        return next((name for name in self._names if module == name or module.startswith(f"{name}.")), None)


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        hull = _Hull(name, (), {_ORIGIN: (self.__name__, name)})
        setattr(self, name, hull)
        return hull
