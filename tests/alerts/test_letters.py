"""Who may get content: addresses of the listed domains, letter for letter."""

import pytest
from pytest_django import Settings

from alerts.letters import allowed


@pytest.mark.parametrize(
    ("address", "may", "why"),
    [
        ("zhou@press.gov.cn", True, "on the list"),
        ("ZHOU@Press.GOV.cn ", True, "in other case, with a space behind"),
        ("zhou@mail.press.gov.cn", False, "a subdomain is another domain"),
        ("zhou@notpress.gov.cn", False, "ends alike"),
        ("zhou@press.gov.cn.evil.example", False, "begins alike"),
        ("zhou@press.gov.cn.", False, "a dot behind"),
        ("zhou@pre\u017f\u017f.gov.cn", False, "long s, which folding takes for s"),
        ("zhou@pre\u00df.gov.cn", False, "sharp s, which folding takes for ss"),
        ("zhou@press.gov.cn\u200b", False, "an invisible character"),
        ("zhou@press\uff0egov.cn", False, "a full-width dot"),
        ("zhou@evil.example,x@press.gov.cn", False, "two addresses"),
        ('"zhou@evil.example"@press.gov.cn', False, "a second sign in quotes"),
        ("zhou", False, "no domain"),
        ("", False, "nothing"),
    ],
)
def test_content_goes_to_listed_domains_only(address: str, may: bool, why: str, settings: Settings) -> None:
    settings.MAIL_DOMAINS = ["@Press.gov.cn"]
    assert allowed(address) is may, why


def test_without_a_list_nobody_gets_content(settings: Settings) -> None:
    settings.MAIL_DOMAINS = []
    assert not allowed("zhou@press.gov.cn")
