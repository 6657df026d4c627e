"""An address that no database can look for leads to the page for what is not there."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/diarium/?q=a%00b", "/regioner/1%004/", "/losningar/?omrade=%00", "/losningar/?slag=ai&sida=2%00"]
)
def test_an_address_with_a_nul_is_no_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


@pytest.mark.django_db
def test_two_noughts_after_a_percent_sign_are_text(client):
    assert client.get("/diarium/", {"q": "100 %00"}).status_code == 200
