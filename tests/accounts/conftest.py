"""Tests of accounts do not test the hasher, which costs 0.3 s a password on purpose."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def quick_hasher(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
