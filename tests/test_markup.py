"""The check of the pages' HTML finds what is planted."""

import pytest

PAGE = '<!DOCTYPE html><html lang="fr"><head><title>Page</title></head><body>{}</body></html>'
SOUND = '<main><h1>Page</h1><table><caption>Lignes</caption><tr><th scope="row">1</th></tr></table></main>'

HEADLESS = "<table><caption>Lignes</caption><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ('<p id="a"></p><p id="a"></p>', "Duplicate ID"),
        ('<a href="#"><button type="button">Agir</button></a>', "must not appear as a descendant"),
        ('<label for="nowhere">Nom</label>', "“for” attribute"),
        ('<p aria-describedby="nowhere">Texte</p>', "aria-describedby"),
        ("<ul><p>Texte</p></ul>", "not allowed as child"),
        ("<div>Texte", "Unclosed element"),
        ('<button hx-get="/">Agir</button>', "“hx-get” not allowed"),
        ("<table><caption>Lignes</caption><tr><th>1</th></tr></table>", "without scope"),
        ("<table><tr><td>1</td></tr></table>", "without caption"),
        (HEADLESS, "a row without head"),
    ],
)
def test_a_planted_fault_is_found(html_checker, planted, said):
    if html_checker is None:
        pytest.skip("Java is not installed: apt-get install default-jre-headless")
    assert html_checker.faults(PAGE.format(SOUND)) == []
    assert any(said in fault for fault in html_checker.faults(PAGE.format(SOUND + planted)))
