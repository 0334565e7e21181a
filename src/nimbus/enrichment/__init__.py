"""Completing contacts from outside sources: keys, the cache of answers, and the import's stage."""

from nimbus.enrichment.provider import FRESH_FOR, Answer, Provider
from nimbus.enrichment.read import cached, providers
from nimbus.enrichment.stage import check_ready

__all__ = ["FRESH_FOR", "Answer", "Provider", "cached", "check_ready", "providers"]
