"""Forms for people who do not write YAML: the fields of a part of a model (docs/forms.md)."""

from hasim.description.forms.answers import read_field
from hasim.description.forms.changes import Operation, add, answer, put, remove, write_out
from hasim.description.forms.fields import (
    Field,
    Form,
    Group,
    Notice,
    Suggestion,
    as_data,
    count_errors,
)
from hasim.description.forms.law_sheets import Sheet, law_of, sheet_of, sheets_for, text_of
from hasim.description.forms.outline import form_of, part_at, walk

__all__ = [
    "Field",
    "Form",
    "Group",
    "Notice",
    "Operation",
    "Sheet",
    "Suggestion",
    "add",
    "answer",
    "as_data",
    "count_errors",
    "form_of",
    "law_of",
    "part_at",
    "put",
    "read_field",
    "remove",
    "sheet_of",
    "sheets_for",
    "text_of",
    "walk",
    "write_out",
]
