"""Stand-ins: empty modules for what a package imports and we never let it use, so that it need not be loaded."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def load(module: str, without: Collection[str]) -> ModuleType:
    """Import and return a module of a package, with stand-ins for the modules `without` that are not loaded yet.

    Afterwards whoever imports one of them gets the real one, and to use a stand-in is a RuntimeError. A package that
    stand-ins do not satisfy, as those of another version may not, is imported once more, with all that it asks for.
    """
    try:
        with _standing_in({name for name in without if name not in sys.modules}):
            return import_module(module)
    except Exception:
        _forget({module.partition(".")[0]})
        return import_module(module)


@contextmanager
def _standing_in(names: Collection[str]) -> Iterator[None]:
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _forget(names)


def _forget(modules: Collection[str]) -> None:
    for name in [each for each in sys.modules if _is_within(each, modules)]:
        del sys.modules[name]


def _is_within(name: str, modules: Collection[str]) -> bool:
    """Tell whether a module is one of these or in a package of them."""
    # thousands of names are asked about: what is no prefix of any is told first
    return name.startswith(tuple(modules)) and any(name == each or name.startswith(f"{each}.") for each in modules)


class _StandIn(type):
    """The type of what stands for anything: all that is asked of it is itself, but what Python asks of a class."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls

    def __call__(cls, *_: object, **__: object) -> type:
        if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
            raise RuntimeError("this was left out when its package was imported")
        return cls


class _Anything(metaclass=_StandIn):
    """A class to inherit from, a decorator or a type to name in a signature."""


class _Module(ModuleType):
    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything


class _Finder(MetaPathFinder, Loader):
    """Finds a stand-in for some modules, and for all that is in those that are packages."""

    def __init__(self, modules: Collection[str]) -> None:
        self._modules = modules

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a stand-in's place, or None for other packages."""
        return ModuleSpec(fullname, self, is_package=True) if _is_within(fullname, self._modules) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a stand-in."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is nothing in it."""
