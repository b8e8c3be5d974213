"""Which functions are public: found by walking the packages, so that a new one is tried from its first day."""

import inspect
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules, walk_packages

import ipywidgets as ipw

import crmlib
from crmlib import chain, rollout, widgets


@dataclass(frozen=True)
class Target:
    """A function, or a method of a class (`owner`)."""

    name: str
    module: str
    owner: type | None
    attribute: str

    def __str__(self):
        return self.name

    @property
    def file(self):
        return inspect.getsourcefile(inspect.unwrap(self.function)).rpartition("crmlib/")[2]

    @property
    def function(self):
        return getattr(self.owner or import_module(self.module), self.attribute)

    @property
    def arguments(self):
        """What may be spoilt; of a converter in `crmlib.checks` the first argument: the others are our own words."""
        names = [name for name in inspect.signature(self.function).parameters if name != "self"]
        return names if self.room != "checks" else names[: "name" in names and not self.attribute.startswith("no_")]

    @property
    def room(self):
        return self.name.partition(".")[0]


# Not for readers: the start page, and what answers copies of earlier editions.
INNER = ("editions", "selftest")


def targets():
    """Every function and method that a reader may call and that takes arguments, each once.

    Of `crmlib.logs` only what opens a log: everything else there works on what that returns.
    """
    found = {}
    for module, name, thing in _offered():
        for target in _of(module, name, thing):
            opened = target.room != "logs" or target.module == "crmlib.logs.opening"
            if target.arguments and target.room not in INNER and opened:
                found.setdefault((target.owner, target.module, target.attribute), target)
    return sorted(found.values(), key=str)


def _offered():
    """What the packages offer by their ``__init__``, the modules beside them, worlds of plans, and the explorers."""
    for entry in iter_modules(crmlib.__path__):
        package = import_module(f"crmlib.{entry.name}")
        for name, thing in vars(package).items():
            if not name.startswith("_") and callable(thing) and _home(thing).startswith(package.__name__):
                yield _home(thing), name, thing
    for world in (chain, rollout):  # those that take what a student writes
        for name, thing in vars(world).items():
            if not name.startswith("_") and _home(thing) == world.__name__:
                yield world.__name__, name, thing
    for entry in walk_packages(widgets.__path__, "crmlib.widgets."):
        for name, thing in vars(import_module(entry.name)).items():
            wrapped = inspect.isfunction(thing) and hasattr(thing, "__wrapped__")
            if wrapped and _home(thing) == entry.name and not name.startswith("_"):
                yield entry.name, name, thing  # it carries @takes_givens


def _of(module, name, thing):
    room = module.split(".")[1]
    if not inspect.isclass(thing):
        yield Target(f"{module.split('.')[-1] if room == 'worlds' else room}.{name}", module, None, name)
        return
    if issubclass(thing, ipw.Widget):  # an explorer, made by its function
        return
    for attribute in dir(thing):
        method = getattr(thing, attribute)
        if inspect.isfunction(method) and _home(method).startswith("crmlib") and is_public(attribute):
            yield Target(f"{room}.{name}.{attribute}", module, thing, attribute)


def is_public(attribute):
    """Whether a method is for readers, by its name."""
    return attribute == "__init__" or not attribute.startswith("_")


def _home(thing):
    return getattr(thing, "__module__", None) or ""
