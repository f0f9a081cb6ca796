"""HTML from text: what a user wrote stays text."""

from hasim.reporting.markup import details, join, listing, table, tag, with_code


def test_text_is_escaped_and_markup_is_not():
    inner = tag("b", "a < b & c")
    assert inner == "<b>a &lt; b &amp; c</b>"
    assert tag("p", inner, " > d") == "<p><b>a &lt; b &amp; c</b> &gt; d</p>"
    assert join(["<", inner]) == f"&lt;{inner}"


def test_attributes_are_escaped_too():
    assert tag("a", "x", href='#"><script>') == '<a href="#&quot;&gt;&lt;script&gt;">x</a>'
    assert tag("p", "", class_="soft") == '<p class="soft"></p>'
    assert tag("meta", http_equiv="x") == '<meta http-equiv="x">'


def test_the_first_column_of_a_table_names_its_rows():
    text = table(("a", "b"), [("<r>", "1")], kind="key")
    assert '<table class="key">' in text
    assert '<th scope="row">&lt;r&gt;</th><td>1</td>' in text
    assert text.count('<th scope="col">') == 2


def test_back_quotes_become_code():
    assert with_code("say `a < b`.") == "say <code>a &lt; b</code>."


def test_lists_and_details():
    assert listing(["<", tag("b", "x")]) == "<ul><li>&lt;</li><li><b>x</b></li></ul>"
    assert details("<more>", "x") == "<details><summary>&lt;more&gt;</summary>x</details>"
