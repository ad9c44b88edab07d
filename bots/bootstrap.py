"""Builds what every door needs, once, from the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.audit import Audit
from core.checker import Checker
from core.contacts import Contacts
from core.db import Database, open_database
from core.deliveries import Deliveries
from core.exceptions import Exceptions
from core.guidance import Guidance, load_guidance
from core.pictures import Pictures
from core.policy import load_policy
from core.probing import Probing
from core.reviews.notices import Notices
from core.reviews.store import Reviews
from core.settings import Settings
from core.terms.proposals import Proposals
from core.terms.store import TermsStore

PICTURE_SECONDS = 15.0
"""So long a picture may take that somebody waits for; a minute has to do for all of a check."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a door may use."""

    settings: Settings
    database: Database
    terms: TermsStore
    proposals: Proposals
    audit: Audit
    deliveries: Deliveries
    checker: Checker
    guidance: Guidance
    exceptions: Exceptions
    reviews: Reviews
    notices: Notices
    contacts: Contacts
    pictures: Pictures

    def within(self, workspace: str) -> Services:
        """Return the same services with the terms and proposals of one workspace."""
        terms, proposals = TermsStore(self.database, workspace), Proposals(self.database, workspace)
        return replace(self, terms=terms, proposals=proposals)

    async def close(self) -> None:
        """Let go of threads and connections."""
        self.checker.close()
        await self.database.close()


async def build_services(settings: Settings) -> Services:
    """Load the policy, open the database and warm the recognizers.

    Raises:
        PolicyError: a pack cannot be used; SettingsError, DatabaseError: the database cannot be opened.
    """
    policy = load_policy(settings.policy_dir)
    guidance = load_guidance(settings.policy_dir)
    database = await open_database(settings)
    terms = TermsStore(database)
    audit = Audit(database)
    exceptions, reviews = Exceptions(database), Reviews(database, policy.review, settings.review_channel)
    checker = Checker(policy, terms, audit, Probing(database))
    deliveries, proposals, notices = Deliveries(database), Proposals(database), Notices(database)
    services = Services(
        settings, database, terms, proposals, audit, deliveries, checker, guidance, exceptions, reviews, notices,
        Contacts(database), Pictures(PICTURE_SECONDS),
    )  # fmt: skip
    try:
        await checker.warm_up()
    except BaseException:
        await services.close()
        raise
    return services
