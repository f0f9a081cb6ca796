"""Progress: what it says, and that nobody who does not look is told."""

import math

from hasim.cli.progress import _news, shown_progress
from hasim.solving import Progress


def test_nothing_is_shown_where_there_is_no_terminal(capsys):
    with shown_progress(0.05) as show:
        assert show is None
    assert capsys.readouterr() == ("", "")


def test_news_tell_the_interval_and_the_time_left():
    assert "within 12 %, 5 % asked, about 8 s left" in _news(Progress(64, 0.12, 8.2), 0.05)
    about = "what if 2 of 6"
    assert _news(Progress(64, 0.12, 8.2, about), 0.05).startswith("what if 2 of 6: within 12 %")
    assert _news(Progress(0, math.inf, 8.2, about), 0.05).startswith("what if 2 of 6: Ctrl-C")
    assert "too few outages" in _news(Progress(64, math.inf, None), 0.05)
