"""Alice, as she asks for segments."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.conftest import World
from tests.segments.asking import Api


@pytest.fixture
def alice(http: TestClient, world: World) -> Api:
    return Api(http, world.alice.headers)
