"""`hasim new`: a model to start from."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from hasim.cli.commands import check_writable, guarded, write_file
from hasim.errors import KEY_LENGTH, InputError, escape_text

SCHEMA = "hasim.schema.json"

_MODEL = f"""\
# yaml-language-server: $schema=./{SCHEMA}
#
# A small web site: three web servers in two zones in front of a database that fails over.
# hasim run answers it, hasim check tells what is wrong, hasim trace tells an incident.
language: 1
name: %s

domains:                              # what fails together
  zone-a: {{level: zone, mtbf: 2 years, mttr: 2 h}}
  zone-b: {{level: zone, mtbf: 2 years, mttr: 2 h}}

crews:
  oncall: {{size: 1}}                   # one repair at a time

components:                           # a component is a group of replicas
  web:
    replicas: 3
    required: 2                       # how many must serve
    capacity: 500 rps                 # of one replica
    spread: [zone-a, zone-b]          # placed round robin
    needs: [db]
    failures:
      crash:    {{after: 30 d, detect: {{probe: 5 s, misses: 3}}, repair: 1 min}}
      hardware:                       # a second failure mode, with a repair that needs people
        after: 4 years
        detect: 1 min
        repair: {{lognormal: {{median: 4 h, p95: 24 h}}}}
        crew: oncall
  db:
    replicas: 2
    redundancy: active-passive        # one serves, the other stands by
    spread: [zone-a, zone-b]
    failures:
      crash: {{after: 90 d, repair: 4 h, crew: oncall, common_cause: 5 %%}}
    failover:                         # the stages of taking over, one after another
      detect: {{heartbeat: 10 s, misses: 3}}
      decide: 5 s
      promote: 20 s
      switch: 10 s
      coverage: 95 %%                  # how often it works by itself
      manual: 30 min                  # otherwise people do it

services:                             # what users see, and what is promised to them
  site:
    needs: [web]
    demand: {{peak: 800 rps}}
    objectives: {{availability: 99.9 %%, headroom: 20 %%}}
"""


@click.command()
@click.argument("file")
@guarded
def new(file: str) -> None:
    """Write a small commented model to start from, and the schema that its editor reads.

    Example: hasim new site.yaml
    """
    if os.path.lexists(file):
        raise InputError(f"{file} is there already", "a new file", "name another file")
    check_writable(file)

    from hasim.description.naming import model_name, quoted
    from hasim.description.schema import schema_text

    path = Path(file)
    schema = path.parent / SCHEMA
    write_file(file, _MODEL % quoted(model_name(path.stem)))
    if not schema.exists():
        write_file(str(schema), schema_text())
    told = f"wrote {file}, and {SCHEMA} beside it for editors; next: hasim run {shlex.quote(file)}"
    click.echo(escape_text(told, KEY_LENGTH))
