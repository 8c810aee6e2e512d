"""Import every module of `benchmarks` without some packages: python import_all.py NAME ...

Each module is imported with torch's operations watched. Prints what was run, as JSON.
"""

import importlib
import json
import pkgutil
import sys
from itertools import chain

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Without:
    """Every finder but those of some packages, which are then not installed."""

    def __init__(self, packages):
        self.packages, self.finders = packages, [*sys.meta_path]

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.packages:
            return None
        found = (finder.find_spec(name, path, target) for finder in self.finders)
        return next(filter(None, found), None)

    def find_distributions(self, *context):
        finders = (getattr(finder, "find_distributions", None) for finder in self.finders)
        return chain.from_iterable(find(*context) for find in filter(None, finders))


class Watched(TorchDispatchMode):
    """Notes the operations that are run within."""

    def __init__(self):
        super().__init__()
        self.operations = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.operations.append(str(function))
        return function(*args, **kwargs or {})


if __name__ == "__main__":
    missing = sys.argv[1:]
    sys.meta_path[:] = [Without(missing)]
    for name in [name for name in sys.modules if name.partition(".")[0] in missing]:
        del sys.modules[name]  # torch may have imported it, if it was there
    import benchmarks

    walked = pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")
    failed, names = {}, []
    with Watched() as watched:
        for module in walked:
            names.append(module.name)
            try:
                importlib.import_module(module.name)
            except ImportError as error:
                failed[module.name] = str(error)
    seen = {"operations": watched.operations, "device": torch.cuda.is_initialized()}
    print(json.dumps({"failed": failed, "modules": names, **seen}))
