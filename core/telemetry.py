"""Telemetry: logs that let only named keys through, and the metrics."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

ALLOWED = frozenset(
    "event level timestamp logger error platform method reason status outcome count version url host port path file "
    "seconds seq mac front_end result request revision name advice".split()
)
"""Keys that may be logged. Anything else could be somebody's words and is dropped."""

CHECKS = Counter("checkpost_checks_total", "Drafts checked.", ["platform", "outcome"])
CHECK_SECONDS = Histogram(
    "checkpost_check_duration_seconds",
    "From intake to verdict on record.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10),
)
ACK_SECONDS = Histogram(
    "checkpost_ack_duration_seconds",
    "From a platform's request to our acknowledgement; Slack waits 3 seconds.",
    ["platform"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5),
)
QUEUE_DEPTH = Gauge("checkpost_queue_depth", "Drafts being checked or waiting for it.")
QUEUE_REJECTED = Counter(
    "checkpost_queue_rejected_total", "Drafts and requests refused for too many at once.", ["platform"]
)
AUDIT_ERRORS = Counter("checkpost_audit_write_errors_total", "Verdicts withheld, because they could not be recorded.")
AUDIT_HEAD = Gauge("checkpost_audit_head_seq", "Number of the last audit record.")
TERMS_COUNT = Gauge("checkpost_terms_count", "Names on the list.")
TERMS_VERSION = Gauge("checkpost_terms_version", "Number of the list's last change.")
TERMS_AGE = Gauge("checkpost_terms_age_seconds", "Since this process last compared its list with the database.")
POLICY_VERSION = Gauge("checkpost_policy_version_info", "The policy in force, always 1.", ["version"])
DB_ERRORS = Counter("checkpost_db_errors_total", "Database work that failed.", ["op"])
LOOP_LAG = Gauge("checkpost_event_loop_lag_seconds", "The event loop's longest delay within half a minute.")
BUILD = Gauge("checkpost_build_info", "What is running, always 1.", ["version", "python"])
REJECTED = Counter("checkpost_requests_rejected_total", "Requests refused at the gate.", ["platform", "reason"])
DUPLICATES = Counter("checkpost_deliveries_duplicate_total", "Deliveries seen before.")
ORACLE_LIMITED = Counter("checkpost_oracle_limited_total", "Checks refused to probing.", ["platform", "reason"])
API_REQUESTS = Counter(
    "checkpost_platform_api_requests_total", "Calls to Slack and Teams.", ["platform", "method", "result"]
)
API_SECONDS = Histogram(
    "checkpost_platform_api_duration_seconds",
    "From a call to Slack or Teams to its answer, each attempt by itself.",
    ["platform"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10),
)


def set_up_logging(level: str) -> None:
    """Write JSON lines to standard error; other libraries speak from WARNING up, by their event's place only."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Bridge()]
    root.setLevel(logging.WARNING)


def _only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: value if key in ALLOWED else "[dropped]" for key, value in event.items()}


class _Bridge(logging.Handler):
    """Passes on that another library warned, and where; what it said may hold a draft and is left out."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the place of one record."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        fields = {"error": error} if error else {}
        structlog.get_logger().warning(
            "library.warned",
            logger=record.name,
            name=f"{record.module}:{record.lineno}",
            level=record.levelname,
            **fields,
        )
