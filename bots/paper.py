"""Paper: the report as one page that stands by itself, for whoever decides about the programme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from statistics import median

from bots.plots import Column, Drawing, bars, columns, legend, svg
from core.report import AGES, LEAST_PEOPLE, Report

OUTCOMES = {
    "ok": ("good to go", "#2f8f5b"),
    "revise": ("change this", "#d99a1c"),
    "block": ("do not post this", "#b3362f"),
    "unchecked": ("could not be checked", "#8b93a1"),
}
FOUND, WRONG, TERMS = "#4d7ea8", "#1d2b3a", "#7b68a6"
LEGEND = {"drafts in which it was found": FOUND, "called a false alarm (in brackets)": WRONG}
LEFT_OUT = f"Shares leave out {{left:,}} drafts of weeks in which fewer than {LEAST_PEOPLE} people sent any."
MOST_RULES = 20
WORDS = {
    "open": "asked for", "approve": "approved", "suggest": "answered with another wording", "decline": "declined",
    "withdraw": "withdrawn", "delegate": "handed on", "reopen": "opened again", "lapse": "lapsed unanswered",
    "delete": "deleted after their time",
}  # fmt: skip
STYLE = """
:root{color-scheme:light;--ink:#16222d;--soft:#55636f;--line:#d5dce2}
body{font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);max-width:820px;
margin:2.5rem auto;padding:0 1.25rem}
h1{font-size:1.9rem;line-height:1.2;margin:0}h2{font-size:1.2rem;margin:2.6rem 0 .4rem}
.soft,.legend{color:var(--soft);font-size:.9rem}.figures{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.6rem 0}
.figures div{flex:1 1 6.5rem;border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}
.figures b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto;display:block}svg text{font-size:12px;fill:var(--soft)}svg line{stroke:var(--line)}
svg .few{fill:none;stroke:var(--soft);stroke-dasharray:3 3}svg .mark{fill:var(--ink)}
.legend span{margin-right:1.2rem;white-space:nowrap}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{padding:.3rem .8rem .3rem 0;text-align:left;
border-bottom:1px solid var(--line)}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
summary{cursor:pointer;color:var(--soft);font-size:.9rem;margin:.4rem 0}
@media print{body{margin:0;max-width:none}section{break-inside:avoid}summary{display:none}}
"""


def page(report: Report) -> str:
    """Render a report as HTML without scripts, fonts or pictures from anywhere."""
    span = f"{report.since:%-d %B %Y} to {report.until:%-d %B %Y}"
    parts = [_figures(report), _weeks(report), _rules(report), _terms(report), _policies(report), _reviews(report)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>checkpost, {escape(span)}</title><style>{STYLE}</style></head><body>"
        f'<h1>Drafts checked before publication</h1><p class="soft">checkpost, {escape(span)}</p>'
        f"{''.join(part for part in parts if part)}{_reading()}</body></html>\n"
    )


def _figures(report: Report) -> str:
    outcomes = report.outcomes
    shown = outcomes.total()
    cells = [("drafts checked", f"{report.checks:,}")]
    cells += [(words, _share(outcomes[name], shown)) for name, (words, _) in OUTCOMES.items()]
    boxes = "".join(f"<div><b>{escape(figure)}</b>{escape(words)}</div>" for words, figure in cells)
    left = report.checks - shown
    return f'<div class="figures">{boxes}</div>' + (f'<p class="soft">{LEFT_OUT.format(left=left)}</p>' if left else "")


def _weeks(report: Report) -> str:
    if not report.weeks:
        return "<p>Nothing was checked in this time.</p>"
    some = _columns(report)
    rows = [
        [f"{column.label}"]
        + (["–"] * 4 if column.parts is None else [f"{column.parts.get(name, 0):,}" for name in OUTCOMES])
        for column in some
    ]
    words = dict(OUTCOMES.values())
    said = "A dashed box is a week of few people. ▲ a new policy came into force."
    head = ["week from", *(words for words, _ in OUTCOMES.values())]
    plot = legend(words) + svg(draw_weeks(report)) + f'<p class="soft">{said}</p>'
    return _section("Verdicts, week by week", plot, head, rows)


def draw_weeks(report: Report) -> Drawing:
    """Draw how many drafts there were each week, by verdict."""
    colours = {name: colour for name, (_, colour) in OUTCOMES.items()}
    return columns("Drafts a week by verdict", _columns(report), colours)


def _columns(report: Report) -> list[Column]:
    marks: dict[date, list[str]] = {}
    for version, at in list(report.policies.items())[1:]:
        marks.setdefault(_monday(at.date()), []).append(_short(version))
    some = []
    for week in _every_week(min(report.weeks), max(report.weeks)):
        tally = report.weeks.get(week)
        parts = {} if tally is None else None if tally.few else dict(tally.counts)
        changed = f"policy {', '.join(marks[week])} came into force" if week in marks else ""
        some.append(Column(f"{week:%-d %b}", parts, changed))
    return some


def draw_rules(report: Report, most: int = MOST_RULES) -> Drawing:
    """Draw in how many drafts the rules were found, those first that were found most."""
    lines = sorted(report.lines, key=lambda line: (-line.found, line.rule))[:most]
    rows = [(line.rule, line.found, line.false_alarms) for line in lines]
    return bars("Rules by drafts in which they were found", rows, (FOUND, WRONG))


def _rules(report: Report) -> str:
    lines = sorted(report.lines, key=lambda line: (-line.found, line.rule))
    if not lines and not report.withheld:
        return ""
    plot = svg(draw_rules(report)) if lines else ""
    words = legend(LEGEND)
    few = f'<p class="soft">Left out, for fewer than {LEAST_PEOPLE} people: {report.withheld} more.</p>'
    rows = [[line.rule, f"{line.found:,}", f"{line.false_alarms:,}", line.share] for line in lines]
    head = ["rule", "found in", "false alarms", "share"]
    return _section("What was found", words + plot + (few if report.withheld else ""), head, rows)


def _terms(report: Report) -> str:
    if not report.ages:
        return ""
    rows = [(name, report.ages[name], 0) for name in AGES]
    said = f'<p class="soft">{report.ages.total():,} names are guarded. Is an old one public by now?</p>'
    return _section("Confidential names by age", svg(bars("Names by age", rows, (TERMS, TERMS))) + said)


def _policies(report: Report) -> str:
    if len(report.policies) < 2:
        return ""
    rows = [[f"{at:%-d %B %Y}", _short(version)] for version, at in report.policies.items()]
    return _section("Changes of the policy", _table(["first used", "version"], rows))


def _reviews(report: Report) -> str:
    if not report.reviews:
        return ""
    if report.few_asked:
        few = f'<p class="soft">Left out: fewer than {LEAST_PEOPLE} people asked for one.</p>'
        return _section("Reviews by people", few)
    rows = [[WORDS.get(kind, kind), f"{count:,}"] for kind, count in report.reviews.most_common()]
    waits = sorted(report.waits)
    said = ""
    if waits:
        late = waits[min(len(waits) - 1, int(len(waits) * 0.9))]
        said = f"<p>Half were answered within {median(waits):.1f} hours, nine in ten within {late:.1f}.</p>"
    return _section("Reviews by people", said + _table(["what happened", "times"], rows))


def _reading() -> str:
    return (
        '<section><h2>How to read this</h2><p class="soft">Counts are of drafts, never of people. No text, no name and '
        f"no channel is kept with them. A count over the drafts of fewer than {LEAST_PEOPLE} people is withheld, and "
        "whatever it could be worked out from. A false alarm is what an author called so; nobody has judged it.</p>"
        "</section>"
    )


def _section(title: str, body: str, head: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> str:
    more = f"<details><summary>As a table</summary>{_table(head, rows)}</details>" if rows else ""
    return f"<section><h2>{escape(title)}</h2>{body}{more}</section>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], kind: str) -> str:
        made = (f"<{kind}{' class=n' if at else ''}>{escape(cell)}</{kind}>" for at, cell in enumerate(cells))
        return f"<tr>{''.join(made)}</tr>"

    return f"<table>{line(head, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"


def _every_week(first: date, last: date) -> list[date]:
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _short(version: str) -> str:
    return version.removeprefix("sha256:")[:8]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
