"""Tier rules and scoring models as one person asks for them over the API."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

TIERS = "/api/v1/icp-tier-rules/"


MODEL = "/api/v1/scoring-model/"


LEADERS = {"field": "seniority", "op": "in", "value": ["vp", "director"]}


RULE = {"name": "Leaders", "tier": "A", "filter": LEADERS}


class Api:
    """One person's calls."""

    def __init__(self, http: TestClient, headers: dict[str, str]) -> None:
        self.http, self.headers = http, headers

    def get(self, path: str, status: int = 200, **params: str) -> Any:
        answer = self.http.get(path, headers=self.headers, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    def put(self, path: str, body: object, status: int = 200, **params: str) -> Any:
        answer = self.http.put(path, json=body, headers=self.headers, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    def delete(self, path: str, status: int = 200, **params: str) -> Any:
        answer = self.http.delete(path, headers=self.headers, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()


def given(answer: dict[str, Any]) -> dict[str, Any]:
    """What a PUT takes, of what a GET answers."""
    return {key: answer[key] for key in ("weights", "thresholds", "rules")}
