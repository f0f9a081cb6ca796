"""What is known of a text: found out once, and anew where files may have changed."""

from hasim.description.known import know

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"


def test_a_text_is_read_once():
    assert know(PAIR) is know(PAIR)
    assert know(PAIR).checked is know(PAIR).checked
    assert know(PAIR).plain["components"]["web"]["replicas"] == "2"


def test_a_text_that_includes_a_file_is_read_anew(tmp_path):
    text = "name: a\ninclude: [more.yaml]\ncomponents: {web: {mtbf: 1 d, mttr: 1 h, needs: [db]}}\n"
    (tmp_path / "more.yaml").write_text("components: {db: {mtbf: 1 d, mttr: 1 h}}\n")
    assert know(text, tmp_path).checked.system is not None
    (tmp_path / "more.yaml").write_text("components: {other: {mtbf: 1 d, mttr: 1 h}}\n")
    (finding,) = know(text, tmp_path).notices["components.web.needs[0]"]
    assert "db" in finding.found
