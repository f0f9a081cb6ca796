"""The house style, measured. Each test lists every place that breaks its rule as `file:line what`.

CONTRIBUTING.md says why the rules are what they are. Layers and rooms of foreign libraries stand in
pyproject.toml and are judged by import-linter, which is run here so that CI runs it too.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "hasim").rglob("*.py"))
KERNELS = ROOT / "hasim" / "engines" / "kernels"

MOST_LINES_OF_CODE = 50
MOST_NESTING = 3
MOST_POSITIONAL = 6
MOST_LINES_IN_A_FILE = 600
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}
# Libraries that take too long to import for a command that may not need them.
IMPORTED_WHEN_NEEDED = {"scipy", "altair", "vl_convert"}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Findings = Iterator[str]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions_in(path: Path) -> list[Function]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTIONS)]


def place(path: Path, line: int) -> str:
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"{shown}:{line}"


def in_kernels(path: Path) -> bool:
    return path.is_relative_to(KERNELS)


# ---------------------------------------------------------------------------- size and shape


@cache
def code_lines(path: Path) -> frozenset[int]:
    """Return the numbers of the lines that hold code: no blank lines, comments or docstrings."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    silent |= {tokenize.ENCODING, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree_of(path)):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and ast.get_docstring(node):
            docstring = node.body[0]
            lines.difference_update(range(docstring.lineno, docstring.end_lineno + 1))
    return frozenset(lines)


def long_functions(path: Path) -> Findings:
    for function in functions_in(path):
        lines = code_lines(path) & set(range(function.lineno, function.end_lineno + 1))
        if len(lines) > MOST_LINES_OF_CODE and not in_kernels(path):
            yield f"{place(path, function.lineno)} {function.name} has {len(lines)} code lines"


def nesting(statements: list[ast.stmt]) -> int:
    """Return how many blocks stand inside one another; `elif` and `except` open no new one."""
    return max((depth_of(statement) for statement in statements), default=0)


def depth_of(node: ast.stmt) -> int:
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return 0  # judged on its own
    if not isinstance(node, BLOCKS):
        return 0
    orelse: list[ast.stmt] = getattr(node, "orelse", [])
    is_elif = isinstance(node, ast.If) and len(orelse) == 1 and isinstance(orelse[0], ast.If)
    if is_elif and orelse[0].col_offset == node.col_offset:
        return max(1 + nesting(node.body), depth_of(orelse[0]))
    inner = [*getattr(node, "body", []), *orelse, *getattr(node, "finalbody", [])]
    for part in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
        inner += part.body
    return 1 + nesting(inner)


def deep_functions(path: Path) -> Findings:
    for function in functions_in(path):
        depth = nesting(function.body)
        if depth > MOST_NESTING:
            yield f"{place(path, function.lineno)} {function.name} nests {depth} deep"


def greedy_functions(path: Path) -> Findings:
    for function in functions_in(path):
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        count = len([name for name in names if name not in ("self", "cls")])
        if count > MOST_POSITIONAL and not in_kernels(path):
            yield f"{place(path, function.lineno)} {function.name} takes {count} positional"


def long_files(path: Path) -> Findings:
    count = len(path.read_text(encoding="utf-8").splitlines())
    if count > MOST_LINES_IN_A_FILE:
        yield f"{place(path, count)} {count} lines; what second subject does it hold?"


# ---------------------------------------------------------------------------- names and words


def vague_modules(path: Path) -> Findings:
    if {path.stem, path.parent.name} & VAGUE_NAMES:
        yield f"{place(path, 1)} the name says nothing; name the step of the domain"


def modules_named_like_a_function(path: Path) -> Findings:
    name = path.parent.name if path.stem == "__init__" else path.stem
    for node in tree_of(path).body:
        if isinstance(node, FUNCTIONS) and node.name == name:
            yield f"{place(path, node.lineno)} module and function are both called {name}"


def is_public(node: ast.stmt) -> bool:
    return isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")


def undocumented(path: Path) -> Findings:
    tree = tree_of(path)
    if not ast.get_docstring(tree):
        yield f"{place(path, 1)} the module has no docstring"
    for node in filter(is_public, tree.body):
        members = filter(is_public, node.body) if isinstance(node, ast.ClassDef) else []
        for documented in [node, *members]:
            if not ast.get_docstring(documented):
                yield f"{place(path, documented.lineno)} {documented.name} has no docstring"


def loose_ends(path: Path) -> Findings:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if re.search(r"\b(TODO|FIXME|XXX)\b|\bNotImplementedError\b", line):
            yield f"{place(path, number)} {line.strip()}"


def swallowed_errors(path: Path) -> Findings:
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = ast.unparse(node.type) if node.type else "everything"
        silent = all(isinstance(step, (ast.Pass, ast.Continue)) for step in node.body)
        if silent and caught in ("everything", "Exception", "BaseException"):
            yield f"{place(path, node.lineno)} {caught} is caught and forgotten"


# ---------------------------------------------------------------------------- imports


def eager_imports(path: Path) -> Findings:
    for node in statements_run_on_import(tree_of(path).body):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        for module in modules:
            if module.split(".")[0] in IMPORTED_WHEN_NEEDED:
                yield f"{place(path, node.lineno)} {module} is imported before it is needed"


def statements_run_on_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements outside functions, but for those that only the type checker reads."""
    for node in body:
        yield node
        for_types_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if isinstance(node, FUNCTIONS) or for_types_only:
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from statements_run_on_import(getattr(node, part, []))


# ---------------------------------------------------------------------------- the tests

RULES = [
    long_functions,
    deep_functions,
    greedy_functions,
    long_files,
    vague_modules,
    modules_named_like_a_function,
    undocumented,
    loose_ends,
    swallowed_errors,
    eager_imports,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule):
    findings = [finding for path in SOURCES for finding in rule(path)]
    assert not findings, f"{rule.__name__}:\n" + "\n".join(findings)


CALLS_FOR_HELP = "def f():\n    " + "help()\n    " * MOST_LINES_OF_CODE
BREACHES = [
    (long_functions, "probe.py", CALLS_FOR_HELP),
    (
        deep_functions,
        "probe.py",
        "def f():\n  for a in b:\n    if a:\n      try:\n        with c: d\n      finally: e",
    ),
    (greedy_functions, "probe.py", "def f(a, b, c, d, e, f, g): ..."),
    (long_files, "probe.py", "\n" * (MOST_LINES_IN_A_FILE + 1)),
    (vague_modules, "helpers.py", ""),
    (modules_named_like_a_function, "probe.py", "def probe(): ..."),
    (undocumented, "probe.py", "class A:\n  'doc'\n  def f(self): ..."),
    (loose_ends, "probe.py", "# TO" + "DO later"),
    (swallowed_errors, "probe.py", "try: f()\nexcept Exception: pass"),
    (eager_imports, "probe.py", "if a:\n  from scipy.special import gamma"),
]


def test_every_rule_has_a_breach_that_shows_it_works():
    assert [rule for rule, *_ in BREACHES] == RULES


@pytest.mark.parametrize(
    ("rule", "name", "source"), BREACHES, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_breach_is_found(rule, name, source, tmp_path):
    path = tmp_path / name
    path.write_text(source)
    assert [finding.split(":")[0] for finding in rule(path)][:1] == [str(path)]


def test_imports_keep_to_layers_and_rooms():
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [lint, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


ADDRESS_OF_AN_INDEX = re.compile(
    r"index[-]url|find[-]links|file:/[/]/|https?://\S*/(simple|packages)/|https?://\S*(py[p]i|npm)"
)
WRITTEN_BY_HAND = {".cfg", ".ini", ".ipynb", ".md", ".py", ".toml", ".txt", ".yaml", ".yml", ""}


def test_no_file_names_an_index_of_packages():
    places = [ROOT / ".ci", *(path for path in ROOT.iterdir() if path.name[0] not in "._")]
    files = [file for top in places for file in [top, *top.rglob("*")] if file.is_file()]
    findings = [
        f"{place(path, number)} {line.strip()[:80]}"
        for path in sorted(files)
        if path.suffix in WRITTEN_BY_HAND
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if ADDRESS_OF_AN_INDEX.search(line)
    ]
    assert not findings, "\n".join(findings)
