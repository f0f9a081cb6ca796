"""From YAML, Python or a graph to a System: what was typed, what is meant, what is wrong."""

from hasim.description.builder import SystemBuilder
from hasim.description.composition import with_settings
from hasim.description.document import load, load_space
from hasim.description.draft import Draft, draft_of, set_value
from hasim.description.graph import from_graph
from hasim.description.resolution import Checked, check, resolve
from hasim.description.resolved import resolved_text
from hasim.description.yaml_file import read_model, read_text, read_value

__all__ = [
    "Checked",
    "Draft",
    "SystemBuilder",
    "check",
    "draft_of",
    "from_graph",
    "load",
    "load_space",
    "read_model",
    "read_text",
    "read_value",
    "resolve",
    "resolved_text",
    "set_value",
    "with_settings",
]
