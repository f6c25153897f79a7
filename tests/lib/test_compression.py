"""Pages are compressed for browsers that can read it; files are sent as they are."""

import gzip

from django.urls import reverse

GZIP = {"accept-encoding": "gzip, deflate"}


def test_a_page_is_compressed_for_a_browser_that_reads_it(client, db):
    response = client.get(reverse("account_login"), headers=GZIP)
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert '<html lang="fr">' in gzip.decompress(response.content).decode()


def test_another_browser_gets_it_plain(client, db):
    response = client.get(reverse("account_login"))
    assert not response.has_header("Content-Encoding")
    assert '<html lang="fr">' in response.content.decode()


def test_a_file_keeps_its_length(agent_client):
    response = agent_client.get(reverse("workbook_template"), headers=GZIP)
    assert not response.has_header("Content-Encoding")
    assert response.status_code == 200
