"""Errors that people see. Each says what is wrong, where, and what to do next.

CheckpostError
 ├── SettingsError      an environment variable or a secret's file; the process does not start
 ├── PolicyError        a policy pack or site.yaml, as `file:line: what to write instead`
 ├── DatabaseError      no database, a foreign one, another revision, a wrong key
 │    └── CommitUnknown the answer to a commit was lost: nobody knows whether it was done
 ├── DraftError         text that cannot be a draft: empty, not UTF-8, an unknown network
 ├── GuidanceError      a page of guidance that there is not
 ├── ModelError         a file of the reader is missing, unreadable or not the one that was shipped
 ├── PictureError       a picture that cannot be read: no picture, damaged, too large, too slow
 ├── ReviewError        a request for review that cannot be opened or decided in this way
 ├── ExceptionError     an exception that cannot be made or ended
 ├── RecordError        something that the audit record cannot do: a person, a hold or a receipt
 └── TermsError         a change to the terms list that cannot be made
      ├── TermChanged   a term that somebody else changed since it was seen; nothing was saved
      └── TermRowsError every bad row of a CSV file, by line; nothing was imported
"""

from __future__ import annotations

from pathlib import Path


class CheckpostError(Exception):
    """Something a person can put right. Its message never holds draft text, and names no secret."""


class SettingsError(CheckpostError):
    """A setting is missing, malformed or unsafe; names the variable, never its value."""


class PolicyError(CheckpostError):
    """A pack cannot be used; the message starts with `file:line:`."""


class DatabaseError(CheckpostError):
    """The database cannot be used as it is."""


class CommitUnknown(DatabaseError):  # noqa: N818
    """What was to be written may have been, or not: doing it again could do it twice."""


class DraftError(CheckpostError):
    """The text or its particulars cannot be checked."""


class GuidanceError(CheckpostError):
    """Nothing is called so; the message says what there is, and repeats no word."""


class ModelError(CheckpostError):
    """The reader cannot be loaded; drafts are then answered with `unchecked`.

    `file` names the one to blame, `reason` says whether it is `missing`, `unreadable` or `damaged`.
    """

    def __init__(self, path: Path, reason: str, said: str) -> None:
        self.file, self.reason = path.name, reason
        super().__init__(f"{path}: {said}; install again")


class PictureError(CheckpostError):
    """The picture cannot be read; the message says what to send instead, and quotes nothing of it."""


class ReviewError(CheckpostError):
    """A request for review cannot be opened or decided in this way."""


class ExceptionError(CheckpostError):
    """An exception cannot be made or ended in this way."""


class RecordError(CheckpostError):
    """The audit record cannot do this: a person, a hold or a receipt that there is not, or that stands in the way."""


class TermsError(CheckpostError):
    """The terms list cannot be changed in this way."""


class TermChanged(TermsError):  # noqa: N818
    """A term is not what it was when somebody saw it."""


class TermRowsError(TermsError):
    """Rows of a CSV file that cannot be read, as (line number, reason)."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self.rows = rows
        lines = "\n".join(f"line {line}: {reason}" for line, reason in rows)
        super().__init__(f"nothing was imported; {len(rows)} row(s) need mending\n{lines}")
