"""Each type that headers declare has a name of its own: a second one of the same name breaks the
one-definition rule ([basic.def.odr]), and no linker says so."""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPE = re.compile(r"^(?:struct|class|union|enum(?: class)?)\s+(\w+)[^;]*\{")
NAMESPACE = re.compile(r"^(?:inline )?namespace ([\w:]+) \{")


def types(path):
    """Qualified names of what a header defines at the level of a namespace."""
    namespaces = []
    for line in path.read_text().splitlines():
        if opened := NAMESPACE.match(line):
            namespaces.append(opened[1])
        elif line.startswith("}  // namespace"):
            namespaces.pop()
        elif found := TYPE.match(line):
            yield "::".join([*namespaces, found[1]])


where = collections.defaultdict(list)
for part in ("engine", "ui", "app"):
    for header in sorted((ROOT / part).rglob("*.hpp")):
        for name in types(header):
            where[name].append(str(header.relative_to(ROOT)))
assert where["headwise::Session"] == ["engine/session/session.hpp"], where["headwise::Session"]
twice = {name: files for name, files in where.items() if len(files) > 1}
for name, files in twice.items():
    print(f"{name} is defined in {' and '.join(files)}")
print(f"{len(where) - len(twice)} passed, {len(twice)} failed")
sys.exit(bool(twice))
