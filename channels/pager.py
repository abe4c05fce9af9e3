"""The hospital's own pager (a telephone or message gateway), called when an alert rings and nobody has acknowledged.

One POST a ring, JSON: alert_id, urgency, level, name, call, rings, waited_s. Nothing of the patient leaves by this way;
who is called opens the console. Any 2xx is taken for "passed on"; everything else is logged, and the alert rings again
anyway until a person has acknowledged it.
"""

from dataclasses import asdict

import httpx
import structlog

from care.emergency.alerts import Ring
from settings import get_settings

log = structlog.get_logger(__name__)

TIMEOUT_S = 5.0


def call(ring: Ring) -> bool:
    """Pass one ring on; whether the pager took it. False when there is no pager; never raises."""
    address = get_settings().pager_url
    if not address:
        return False
    try:
        answer = httpx.post(address, json=asdict(ring), timeout=TIMEOUT_S, trust_env=False)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.error("pager_failed", alert=ring.alert_id, error=type(error).__name__)
        return False
    return True
