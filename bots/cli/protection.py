"""Protection: the data-protection document of an installation, written from its settings and policy as they are."""

from __future__ import annotations

from collections.abc import Iterator

from core.draft import Account
from core.guidance import Guidance
from core.packs import Status
from core.policy import Policy
from core.probing import CHECKS_A_MINUTE, SECRET_FINDINGS_A_DAY
from core.report import LEAST_PEOPLE
from core.settings import Settings

_DOORS = "the command line"


def document_text(settings: Settings, policy: Policy, guidance: Guidance) -> str:
    """Return the document as Markdown: what is processed, why, where, how long, who sees it, what guards it."""
    parts = (
        ("What this is", _about(policy)),
        ("Where drafts come in", _doors(settings)),
        ("What happens to a draft", _draft()),
        ("What is kept, why and how long", _kept(policy)),
        ("Who sees what", _seen(settings, policy)),
        ("Where it lies and what guards it", _guarded(settings)),
        ("What is not done", _not_done()),
        ("The rights of the people concerned", _rights(guidance)),
        ("The rules in force", _rules(policy)),
    )
    lines = ["# Data protection: checkpost", ""]
    for heading, sentences in parts:
        lines += [f"## {heading}", "", *(f"- {sentence}" for sentence in sentences), ""]
    return "\n".join(lines)


def _about(policy: Policy) -> Iterator[str]:
    yield "checkpost reads the draft of a public post that a member of staff sends it, and answers before it is out."
    yield "Purpose: to keep confidential names, personal data and offence out of posts. It is offered, not imposed."
    yield f"Written from the configuration with policy version `{policy.version}`. Generate it anew after a change."


def _doors(settings: Settings) -> Iterator[str]:
    on = {"Slack": settings.slack_on, "Microsoft Teams": settings.teams_on, "programs": settings.api_token is not None}
    yield f"On: {', '.join([_DOORS, *(name for name, is_on in on.items() if is_on)])}."
    off = [name for name, is_on in on.items() if not is_on]
    if off:
        yield f"Off: {', '.join(off)}."
    yield "It follows no channel and reads nothing that its author did not send to it."


def _draft() -> Iterator[str]:
    yield "It is judged in the memory of this installation, by rules and by language models that run on its own CPU."
    yield "It is sent to nobody else. Once it is answered it is gone: not in the database, logs, metrics or files."
    yield "The one exception is a review that its author asks for (below)."


def _kept(policy: Policy) -> Iterator[str]:
    plan = policy.review
    yield (
        "A record of each check: when, the network and account, the length, the outcome, the ids of the rules and the "
        "version of the policy. People in chat stand in it under a name drawn by lot; who that is, is kept encrypted "
        "and can be deleted. It shows that drafts were checked, and stays until `checkpost audit prune` takes it."
    )
    yield (
        "A request for review: the draft, its findings, the reason of a decision and e-mail addresses, encrypted, "
        f"until {plan.keep_days} days after the decision; who asked and who decided, until the person is deleted."
    )
    yield "The confidential list with its history, encrypted, and who changed it: as long as the list is kept."
    yield "Exceptions with owner and reason, encrypted. Proposals for the list: until they are answered."
    yield (
        "Fingerprints of sentences that named a secret term, for two days, against fishing for names: "
        f"at most {SECRET_FINDINGS_A_DAY} a person and day are answered, of {CHECKS_A_MINUTE['slack']} checks a minute."
    )
    yield (
        "Where each person's direct chat in Teams is, encrypted, so that answers to a request for review reach them: "
        "until the app is removed there, or the person deleted."
    )
    yield (
        "Numbers of deliveries from Slack and Teams, and of findings that their author called wrong, hashed, for ten "
        "minutes, so that none is answered or counted twice."
    )


def _seen(settings: Settings, policy: Policy) -> Iterator[str]:
    yield "The author: the verdict, in private. Nobody else, unless the author asks for a review."
    where = f"in the channel {settings.review_channel}" if settings.review_channel else "but no channel is set"
    yield f"Reviewers: the drafts that authors send to them, {where}. Entries for reviewers: {len(settings.reviewers)}."
    steps = ", then ".join(step.title for step in policy.review.steps)
    yield f"Steps of a review: {steps}, each by another person, never the author."
    yield f"Admins, who keep the confidential list: {len(settings.admins)} entries. They see no drafts."
    yield (
        "Reports count rules, not people, and name no rule that fewer than "
        f"{LEAST_PEOPLE} people met. There is no score, ranking or profile of anybody."
    )


def _guarded(settings: Settings) -> Iterator[str]:
    url = settings.database_url.get_secret_value()
    yield "A SQLite file on this host." if url.startswith("sqlite") else "A PostgreSQL database of the operator's."
    key = "set by the operator and kept outside the database" if settings.encryption_key else "not set: for trying only"
    yield f"Names, drafts in review, reasons and people are encrypted (AES-256-GCM); the key is {key}."
    yield "The record is chained with a keyed digest: an edit, a gap or a cut shows (`checkpost audit verify`)."
    yield "Logs have a list of allowed keys and name errors by type. Nothing is fetched while it runs."


def _not_done() -> Iterator[str]:
    yield "No automatic decision: a verdict is advice, publishing stays with the author."
    yield "No monitoring of channels, no report about single people, no deletion of anybody's posts."
    yield "Talk of pay, hours, safety, unions or a report to an authority makes hard words a note at most."


def _rights(guidance: Guidance) -> Iterator[str]:
    yield "To know: `privacy` in chat shows what is kept; `checkpost privacy list` counts it for one person."
    yield "To a receipt: `checkpost audit receipt` gives a signed line about one's own check, without its text."
    yield "To deletion: `checkpost privacy delete` takes away what is kept of one person, and their name."
    yield "A hold (`checkpost audit hold`), with a reason on record, puts deletion off while it stands."
    yield f"Questions go to {guidance.owner}."


def _rules(policy: Policy) -> Iterator[str]:
    for pack, title in policy.titles.items():
        rules = [rule for rule in policy.rules if rule.pack == pack and rule.status is Status.ACTIVE]
        if rules:
            personal = sum(Account.PERSONAL in rule.actions for rule in rules)
            yield f"{title}: {len(rules)} rules, {personal} of them on personal accounts; owner {rules[0].owner}."
