"""What `hasim size --worlds` says about uncertain wishes, word by word."""

import pytest

from hasim.planner.sizing.optimum import size
from hasim.reporting.regret_text import tell_regret
from tests.planner.sizing.test_wishes import BET, CROWD, space_of

TAKEN = """\
2 quantities uncertain, 16 worlds (docs/regret.md)
                              nominal optimum         least regret
  components.web.replicas     3                       5
  targets met in              8 of 16 (28 % to 72 %)  16 of 16 (80.6 % to 100 %)
  cost a year, middle values  52,560 EUR              87,600 EUR
  mean regret where met       3,012 EUR               21,282 EUR
  95 % of these within        18,102 EUR              62,354 EUR
  largest of these            18,102 EUR              63,063 EUR
being sure costs 35,040 EUR a year more with middle values; 33,060 EUR a year more with downtime, on
  average over the worlds
the nominal optimum fails in 8: cannot be built (components.web.required) in 8
  more where services.site.demand.peak is high: about 7,394 rps where it fails, 4,497 rps elsewhere
  (correlation 0.87)
compared: all designs
least regret as a model: hasim run MODEL --set 'components.web.replicas=5'
"""

MISSED = """\
one quantity uncertain, 16 worlds (docs/regret.md)
                              nominal optimum         least regret
  targets met in              8 of 16 (28 % to 72 %)  8 of 16 (28 % to 72 %)
  cost a year, middle values  8,760 EUR               8,760 EUR
  mean regret where met       0 EUR                   0 EUR
  95 % of these within        0 EUR                   0 EUR
  largest of these            0 EUR                   0 EUR
no candidate meets the targets in 95 % of the worlds: this is the one that fails in fewest
the nominal optimum is the design of least regret
the nominal optimum fails in 8: site: availability 99.4 % in 8
  more where components.web.mtbf is low: about 17.3 d where it fails, 52.1 d elsewhere (correlation
  -0.87)
in 8 worlds no candidate meets the targets
compared: all designs
least regret as a model: hasim run MODEL --set 'components.web.replicas=1'
"""


def told(text, target, **options):
    sizing = size(space_of(text), [target], **options)
    return "\n".join(tell_regret(sizing.regret, sizing.unit))


@pytest.mark.normal
def test_two_designs_side_by_side():
    text = CROWD.replace("currency: EUR,", "currency: EUR, downtime: 100 EUR / min,")
    assert told(text, "availability=99.9%", worlds=16) == TAKEN.rstrip()


@pytest.mark.normal
def test_the_nominal_optimum_has_the_least_regret_and_nothing_keeps_the_targets_often_enough():
    text = BET.replace("replicas: [1, 2]", "replicas: [1]")
    assert told(text, "availability=99.4%", worlds=16) == MISSED.rstrip()
