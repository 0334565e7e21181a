"""The address that needs nobody: whether the product is well (G-05)."""

from __future__ import annotations

import psycopg
import structlog
from fastapi import APIRouter
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from nimbus.db.instance import Instance
from nimbus.jobs.lease import worker_is_alive
from nimbus.web.route import json_response

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()


@router.get("/health")
def health(request: Request) -> Response:
    """Says nothing about tenants. 503 only without the database: pages work without a worker."""
    instance: Instance = request.app.state.instance
    try:
        with instance.door.platform() as tx:
            worker = worker_is_alive(tx)
    except (psycopg.Error, PoolTimeout) as error:
        log.warning("the database does not answer", error=str(error))
        return json_response({"status": "down", "database": False, "worker": None}, 503)
    status = "ok" if worker else "no worker"
    return json_response({"status": status, "database": True, "worker": worker})
