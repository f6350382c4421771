"""A site beside the test."""

from collections.abc import Iterator

import pytest

from parvis.lib.web.tests.site import Site, site


@pytest.fixture
def there() -> Iterator[Site]:
    with site() as here:
        yield here
