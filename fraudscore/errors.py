"""What can go wrong, as a tree.

FraudscoreError
├── InputError       the input cannot be used            exit code 2
├── OutputError      the result cannot be written        exit code 2
├── CohortError      the cohort cannot be used           exit code 2
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


class BundleError(FraudscoreError):
    """A model bundle is refused."""


class BundleMissing(BundleError):
    """A file of the bundle is missing or cannot be read."""


class BundleDamaged(BundleError):
    """The bundle is not what its manifest says."""


class BundleMismatch(BundleError):
    """The bundle was made for another catalogue or format."""
