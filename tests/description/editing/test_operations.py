"""Each operation, with the exact text that it leaves."""

import pytest

from hasim.description.editing import apply_operations, free_name
from hasim.errors import ModelError

TEXT = """\
# A shop
name: shop   # small

domains:
  a: {level: zone}   # the first
  b: {level: zone}

crews: {oncall: {}}

# what there is
components:
  web:   # stateless
    replicas: 2        # one each
    spread: [a, b]     # two zones
    needs: [db]
  db:
    spread:
    - a   # the primary's
    - b
    failures: {crash: {after: 90 d, repair: "4 h", crew: oncall}}
    # no failover yet

services:
  checkout: {needs: [web]}
# end
"""


def edited(text, *operations):
    outcome = apply_operations(text, operations)
    assert outcome.refused == ()
    return outcome.text


def refused(text, operation):
    """What is said about an operation that cannot be done, and leaves the text alone."""
    outcome = apply_operations(text, [operation])
    assert outcome.text == text
    [(index, error)] = outcome.refused
    assert index == 0
    return str(error)


def replaced(*pairs):
    text = TEXT
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


EDITS = {
    "add": (
        [{"do": "add", "name": "cache", "role": "cache", "into": "a"}],
        [
            (
                "    # no failover yet\n",
                "  cache:\n    kind: cache\n    replicas: 1\n    spread: [a]\n"
                "    # no failover yet\n",
            )
        ],
    ),
    "add_domain": (
        [{"do": "add_domain", "name": "c", "level": "zone", "into": None}],
        [("  b: {level: zone}\n", "  b: {level: zone}\n  c: {level: zone}\n")],
    ),
    "add_service": (
        [{"do": "add_service", "name": "search"}],
        [("needs: [web]}\n", "needs: [web]}\n  search: {needs: []}\n")],
    ),
    "connect in brackets": (
        [{"do": "add_service", "name": "s"}, {"do": "connect", "from": "web", "to": "s"}],
        [("[db]", "[db, s]"), ("needs: [web]}\n", "needs: [web]}\n  s: {needs: []}\n")],
    ),
    "connect anew": (
        [{"do": "connect", "from": "db", "to": "web"}],
        [("crew: oncall}}\n", "crew: oncall}}\n    needs: [web]\n")],
    ),
    "disconnect a service": (
        [{"do": "disconnect", "from": "checkout", "to": "web"}],
        [("{needs: [web]}", "{needs: []}")],
    ),
    "disconnect a component": (
        [{"do": "disconnect", "from": "web", "to": "db"}],
        [("    needs: [db]\n", "")],
    ),
    "delete": (
        [{"do": "delete", "names": ["a", "oncall"]}],
        [
            ("  a: {level: zone}   # the first\n", ""),
            ("crews: {oncall: {}}", "crews: {}"),
            ("[a, b]     # two", "[b]        # two"),
            ("    - a   # the primary's\n", ""),
            (", crew: oncall", ""),
        ],
    ),
    "delete what a service needs": (
        [{"do": "delete", "names": ["web"]}],
        [
            (TEXT[TEXT.index("  web:") : TEXT.index("  db:")], ""),
            ("{needs: [web]}", "{needs: []}"),
        ],
    ),
    "rename": (
        [{"do": "rename", "name": "a", "to": "zone-a"}],
        [
            ("  a: {", "  zone-a: {"),
            ("[a, b]", "[zone-a, b]"),
            ("- a ", "- zone-a "),
        ],
    ),
    "copy": (
        [{"do": "copy", "names": ["web", "checkout"]}],
        [
            (
                "    needs: [db]\n",
                "    needs: [db]\n  web-2:   # stateless\n    replicas: 2        # one each\n"
                "    spread: [a, b]     # two zones\n    needs: [db]\n",
            ),
            ("needs: [web]}\n", "needs: [web]}\n  checkout-2: {needs: [web-2]}\n"),
        ],
    ),
    "drop into one more": (
        [
            {"do": "add_domain", "name": "c", "level": "zone", "into": None},
            {"do": "drop", "name": "web", "into": "c", "from": None},
        ],
        [
            ("  b: {level: zone}\n", "  b: {level: zone}\n  c: {level: zone}\n"),
            ("replicas: 2        #", "replicas: 3        #"),
            ("[a, b]     #", "[a, b, c]  #"),
        ],
    ),
    "drop outside": (
        [{"do": "drop", "name": "db", "into": None, "from": "a"}],
        [("    - a   # the primary's\n", "")],
    ),
    "drop from one to the other": (
        [{"do": "drop", "name": "web", "into": "a", "from": "b"}],
        [("[a, b]     #", "[a]        #")],
    ),
    "drop a domain": (
        [{"do": "drop", "name": "a", "into": "b", "from": None}],
        [("a: {level: zone}", "a: {level: zone, in: b}")],
    ),
    "set": (
        [
            {"do": "set", "path": ["components", "web", "replicas"], "value": 12},
            {
                "do": "set",
                "path": ["components", "db", "failures", "crash", "repair"],
                "value": "1 h",
            },
            {"do": "set", "path": ["components", "web", "standby", "test"], "value": "30 d"},
        ],
        [
            ("replicas: 2        #", "replicas: 12       #"),
            ('"4 h"', "1 h"),
            ("needs: [db]\n", "needs: [db]\n    standby: {test: 30 d}\n"),
        ],
    ),
    "unset": (
        [{"do": "unset", "path": ["components", "web", "spread"]}],
        [("    spread: [a, b]     # two zones\n", "")],
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_operation_changes_what_it_says_and_nothing_else(case):
    operations, pairs = EDITS[case]
    assert edited(TEXT, *operations) == replaced(*pairs)


def test_comments_of_one_column_stay_in_it():
    text = edited(TEXT, {"do": "rename", "name": "a", "to": "zone-a"})
    assert "    spread: [zone-a, b]     # two zones" in text  # no room
    roomy = TEXT.replace("[a, b]     #", "[a, b]         #").replace("2        #", "2            #")
    text = edited(roomy, {"do": "rename", "name": "a", "to": "zone-a"})
    assert "    spread: [zone-a, b]    # two zones" in text
    assert edited(text, {"do": "rename", "name": "zone-a", "to": "a"}) == roomy


def test_a_model_starts_from_nothing():
    operations = [
        {"do": "add", "name": "web", "role": None, "into": None},
        {"do": "add_domain", "name": "a", "level": "zone", "into": None},
        {"do": "drop", "name": "web", "into": "a", "from": None},
        {"do": "add_service", "name": "shop"},
        {"do": "connect", "from": "shop", "to": "web"},
    ]
    made = """\
components:
  web:
    replicas: 1
    spread: [a]
domains:
  a: {level: zone}
services:
  shop: {needs: [web]}
"""
    assert edited("", *operations) == made
    assert edited("# mine", *operations) == "# mine\n" + made
    assert edited("name: x\n", *operations) == "name: x\n" + made


def test_the_sections_that_are_empty_are_filled_in_lines():
    text = "components: {}   # none yet\nservices:\n"
    operations = [
        {"do": "add", "name": "web", "role": None, "into": None},
        {"do": "add_service", "name": "s"},
    ]
    assert edited(text, *operations) == (
        "components:   # none yet\n  web:\n    replicas: 1\nservices:\n  s: {needs: []}\n"
    )


def test_brackets_stay_brackets():
    text = "{components: {web: {needs: [db]}, db: {}}}\n"
    operations = [
        {"do": "add", "name": "c", "role": None, "into": None},
        {"do": "connect", "from": "db", "to": "c"},
        {"do": "add_service", "name": "s"},
    ]
    assert edited(text, *operations) == (
        "{components: {web: {needs: [db]}, db: {needs: [c]}, c: {replicas: 1}}, "
        "services: {s: {needs: []}}}\n"
    )


NEEDS = """\
components:
  web:
    needs:
      - {name: db, tolerates: 1 h}   # for a while
      # one of two
      - any:
          - db
          - {name: cache, at_least: 2}
      - {at_least: 1, of: [db, cache]}
    uses: [{name: db, loses: 10 %}, cache]
  edge:
    routes: {to: web, through: db}
  db: {}
  cache: {}
"""


def test_disconnect_finds_a_need_in_every_form():
    text = edited(NEEDS, {"do": "disconnect", "from": "web", "to": "db"})
    assert text == NEEDS.replace(
        "      - {name: db, tolerates: 1 h}   # for a while\n", ""
    ).replace("          - db\n", "").replace("of: [db, cache]", "of: [cache]").replace(
        "{name: db, loses: 10 %}, ", ""
    )


def test_a_route_without_its_target_is_none():
    text = edited(NEEDS, {"do": "disconnect", "from": "edge", "to": "web"})
    assert "  edge: {}\n" in text
    text = edited(NEEDS, {"do": "delete", "names": ["db"]})
    assert "    routes: {to: web}\n" in text


REPEATED = """\
components:
  one:
    failures: &crash   # as all
      crash: {after: 30 d, repair: 1 h}   # month
    needs: &both [db]
  two: {failures: *crash, needs: *both}
  three:
    failures: *crash   # too
  db: {}
"""


def test_what_is_repeated_is_written_out_before_one_of_it_changes():
    path = ["components", "three", "failures", "crash", "repair"]
    text = edited(REPEATED, {"do": "set", "path": path, "value": "2 h"})
    assert text == REPEATED.replace(
        "    failures: *crash   # too\n",
        "    failures:\n      crash: {after: 30 d, repair: 2 h}   # too\n",
    )


def test_what_others_repeat_goes_to_them_before_it_changes_or_goes():
    text = edited(REPEATED, {"do": "connect", "from": "one", "to": "two"})
    assert "    needs: [db, two]\n  two: {failures: *crash, needs: &both [db]}\n" in text
    text = edited(REPEATED, {"do": "delete", "names": ["one"]})
    assert text == (
        "components:\n"
        "  two: {failures: &crash {crash: {after: 30 d, repair: 1 h}}, needs: &both [db]}\n"
        "  three:\n    failures: *crash   # too\n  db: {}\n"
    )


def test_what_is_repeated_goes_past_what_goes_too():
    text = edited(REPEATED, {"do": "delete", "names": ["two", "one", "db"]})
    assert text == (
        "components:\n  three:\n    failures: &crash {crash: {after: 30 d, repair: 1 h}}   # too\n"
    )


def test_a_name_that_goes_goes_from_what_is_repeated():
    text = edited(REPEATED, {"do": "delete", "names": ["db"]})
    assert text == REPEATED.replace("&both [db]", "&both []").replace("  db: {}\n", "")


def test_windows_lines_stay():
    text = "components:\r\n  web: {}\r\n  db: {}\r\n"
    wanted = "components:\r\n  web: {needs: [db]}\r\n  db: {}\r\n"
    assert edited(text, {"do": "connect", "from": "web", "to": "db"}) == wanted
    text = "components:\r\n  web:\r\n    replicas: 2\r\n"
    assert edited(text, {"do": "copy", "names": ["web"]}) == (
        text + "  web-2:\r\n    replicas: 2\r\n"
    )


REFUSALS = [
    ({"do": "add", "name": "web"}, "there is web already; a name stands for one thing; web-2"),
    ({"do": "add", "name": "a b"}, "a b is no name; a name has letters, digits"),
    ({"do": "add", "name": "c", "into": "z"}, "there is no z in this file"),
    (
        {"do": "connect", "from": "web", "to": "dbb"},
        "there is no dbb in this file; did you mean db",
    ),
    ({"do": "connect", "from": "web", "to": "db"}, "web needs db already"),
    ({"do": "connect", "from": "web", "to": "web"}, "web would need itself"),
    ({"do": "disconnect", "from": "db", "to": "web"}, "db does not need web"),
    ({"do": "delete", "names": ["web", "nobody"]}, "there is no nobody in this file"),
    ({"do": "rename", "name": "web", "to": "db"}, "there is db already"),
    ({"do": "drop", "name": "web", "into": "a"}, "web is in a already"),
    ({"do": "drop", "name": "checkout", "into": "a"}, "there is no checkout in this file"),
    ({"do": "drop", "name": "a", "into": "a"}, "a in itself"),
    ({"do": "set", "path": ["components", "x", "replicas"], "value": 1}, "there is no x in comp"),
    ({"do": "set", "path": ["name", "x"], "value": 1}, "name is the text shop; it has no key x"),
    ({"do": "set", "path": ["name"]}, "set: it has no value; value is a text, list or mapping"),
    ({"do": "set", "path": ["name"], "value": {1, 2}}, "a value of type set"),
    ({"do": "set", "path": [None], "value": "1"}, "nothing is no step of a path"),
    ({"do": "grow"}, "there is no operation grow; expected one of add, add_domain"),
    ({"do": "add", "name": "c", "kind": "x"}, "add has no kind; expected name, role, into"),
    ({"do": "copy", "names": "web"}, "copy: names is web; names is a list of names"),
    ([], "a list is no operation"),
]


@pytest.mark.parametrize(("operation", "told"), REFUSALS, ids=str)
def test_what_cannot_be_done_is_told_and_leaves_the_text_alone(operation, told):
    assert refused(TEXT, operation).startswith(told)


def test_what_follows_a_refusal_is_done():
    operations = [{"do": "grow"}, {"do": "add_service", "name": "s"}]
    outcome = apply_operations("name: x\n", operations)
    assert [index for index, _ in outcome.refused] == [0]
    assert outcome.text == "name: x\nservices:\n  s: {needs: []}\n"


ELSEWHERE = """\
include: [parts.yaml]
parameters: {where: db}
stamps:
  region:
    for: [eu, us]
    components: {cache: {needs: [store, db]}, db: {}}
components:
  web: {needs: ["${where}"]}
  store: {}
  db: {}
"""


def test_what_stamps_and_files_bring_is_not_edited_but_can_be_needed():
    told = refused(ELSEWHERE, {"do": "delete", "names": ["eu-cache"]})
    assert told == "eu-cache comes from the stamp region; edit stamps.region in the text"
    told = refused(ELSEWHERE, {"do": "rename", "name": "dns", "to": "names"})
    assert told.endswith("edit the included file if it comes from there")
    text = edited(ELSEWHERE, {"do": "connect", "from": "store", "to": "eu-cache"})
    assert "store: {needs: [eu-cache]}" in text


def test_a_block_of_a_stamp_means_its_own_names_first():
    text = edited(ELSEWHERE, {"do": "rename", "name": "store", "to": "disk"})
    assert "{cache: {needs: [disk, db]}, db: {}}" in text
    told = refused(ELSEWHERE, {"do": "rename", "name": "store", "to": "cache"})
    assert told.startswith("the stamp region names store, and has a part cache of its own")


def test_a_name_in_a_parameter_is_not_followed():
    told = refused(ELSEWHERE, {"do": "rename", "name": "db", "to": "disk"})
    assert told.startswith("components.web.needs[0] names db by the parameter ${where}")


def test_the_service_that_is_not_written_needs_nothing_else():
    told = refused("components: {web: {}}\n", {"do": "connect", "from": "service", "to": "web"})
    assert told.endswith("add a service first")


def test_entries_of_lists_are_set_by_their_number():
    text = "components: {web: {needs: &n [a, b]}, db: {needs: *n}}\n"
    path = ["components", "db", "needs"]
    operations = [
        {"do": "set", "path": [*path, 0], "value": "x"},
        {"do": "set", "path": [*path, "2"], "value": "y"},
        {"do": "unset", "path": [*path, "1"]},
    ]
    assert edited(text, *operations) == (
        "components: {web: {needs: &n [a, b]}, db: {needs: [x, y]}}\n"
    )
    told = refused(text, {"do": "set", "path": [*path, 3], "value": "z"})
    assert told.startswith("components.db.needs is a list of 2; it has no entry 3")


def test_names_are_followed_into_prices_and_options():
    text = """\
components: {web: {replicas: 2}, db: {}}
costs: {currency: EUR, components: {web: 1 EUR / h}}
options:
  components.web.replicas: [2, 3]
  size: {large: {components.web: {needs: [db]}, costs.components.web: 2 EUR / h}}
scenarios: {loss: {events: [{at: 0 s, fail: web.1}, {at: 1 s, fail: db}]}}
"""
    renamed = edited(text, {"do": "rename", "name": "web", "to": "app"})
    assert renamed == text.replace("web", "app")
    gone = edited(text, {"do": "delete", "names": ["web"]})
    assert (
        gone
        == """\
components: {db: {}}
costs: {currency: EUR, components: {}}
options:
  size: {large: {}}
scenarios: {loss: {events: [{at: 1 s, fail: db}]}}
"""
    )


@pytest.mark.parametrize(
    ("text", "place"), [("a: [", "text:1:5"), ("- a", "text:1:1"), ("a: !x b", "text:1:4")]
)
def test_what_is_no_yaml_tells_where(text, place):
    with pytest.raises(ModelError) as error:
        apply_operations(text, [])
    assert str(error.value).startswith(place)


def test_free_names():
    assert free_name(TEXT, "cache") == "cache"
    assert free_name(TEXT, "web") == "web-2"
    assert free_name(["web", "web-2", "web-3"], "web-2") == "web-4"
    assert free_name(["x" * 60], "x" * 60) == "x" * 58 + "-2"
