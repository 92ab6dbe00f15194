"""What can go wrong, as a tree.

FraudscoreError
├── InputError       the input cannot be used            exit code 2
├── OutputError      the result cannot be written        exit code 2
├── CohortError      the cohort cannot be used           exit code 2
├── ReviewError      the review desk refuses             exit code 2
│   ├── NotThere         nothing of that id for this tenant          HTTP 404
│   ├── NotAllowed       the role or scope does not allow it         HTTP 403
│   ├── Conflict         somebody else was first, or it is too late  HTTP 409
│   └── NotUsable        what was sent cannot be used                HTTP 422
└── BundleError      a model bundle is refused           exit code 4
    ├── BundleMissing    a file of it cannot be read
    ├── BundleDamaged    it is not what its manifest says
    └── BundleMismatch   it was made for another program
"""

from __future__ import annotations


class FraudscoreError(Exception):
    """Base of every error raised on purpose; its text says what to do."""


class InputError(FraudscoreError, ValueError):
    """The input cannot be used."""


class OutputError(FraudscoreError):
    """The result cannot be written."""


class CohortError(FraudscoreError):
    """The people known so far cannot be read or added to."""


class ReviewError(FraudscoreError):
    """The review desk refuses, or its database cannot be used."""


class NotThere(ReviewError):
    """There is nothing of that id, or it belongs to another tenant."""


class NotAllowed(ReviewError):
    """The role of the user or the scope of the key does not allow it."""


class Conflict(ReviewError):
    """Somebody else was first, or the moment for it has passed."""


class NotUsable(ReviewError):
    """What was sent cannot be used; says what to send instead."""


class BundleError(FraudscoreError):
    """A model bundle is refused."""


class BundleMissing(BundleError):
    """A file of the bundle is missing or cannot be read."""


class BundleDamaged(BundleError):
    """The bundle is not what its manifest says."""


class BundleMismatch(BundleError):
    """The bundle was made for another catalogue or format."""
