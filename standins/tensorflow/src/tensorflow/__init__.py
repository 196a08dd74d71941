"""A stand-in for TensorFlow, so that rasa's modules import where no TensorFlow component is used.

rasa 3.6 imports TensorFlow when it registers its own components (DIET, TED, ...), though Lantern's pipeline
holds none of them. The real package costs about 1 GB of disk, 15 s at start and 250 MB of memory. Every
name that is read here is a ``Placeholder``: it can be subclassed, used as a decorator or in an annotation;
building or calling it for work raises ``RuntimeError`` with what to do.
"""

import importlib.abc
import importlib.machinery
import sys
import types

__version__ = "2.12.0"

_ROOTS = ("tensorflow", "keras")


class _PlaceholderMeta(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder

    def __getitem__(cls, _key):
        return cls


class Placeholder(metaclass=_PlaceholderMeta):
    """Whatever is asked of TensorFlow: fine to name, not to use."""

    def __new__(cls, *args, **kwargs):
        decorates = len(args) == 1 and not kwargs and callable(args[0])
        if decorates:  # @tf.function
            return args[0]
        raise RuntimeError(
            f"{cls.__name__} needs TensorFlow, which Lantern leaves out. "
            "Take TensorFlow components (DIETClassifier, TEDPolicy, ResponseSelector, ...) out of config.yml."
        )


class _StandinModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every submodule of the stood-in packages: ``tensorflow.keras.utils``, ``keras``, ..."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] in _ROOTS:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return _StandinModule(spec.name)

    def exec_module(self, module):
        module.__path__ = []


sys.meta_path.append(_Finder())
__path__ = []


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Placeholder
