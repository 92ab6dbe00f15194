"""Other systems' own exports as profiles: what each one is, and the list of them all.

A connector keeps derived facts, dates and keyed identifiers. Raw commit messages, message texts and
addresses of third parties stay behind.
"""

from __future__ import annotations

from fraudscore.connectors.cloudtrail import CLOUDTRAIL
from fraudscore.connectors.connector import Connector
from fraudscore.connectors.entra import ENTRA
from fraudscore.connectors.fake_analyzer import FAKE_ANALYZER
from fraudscore.connectors.git_log import GIT
from fraudscore.connectors.github import GITHUB
from fraudscore.connectors.github_audit import GITHUB_AUDIT
from fraudscore.connectors.google_workspace import GOOGLE_WORKSPACE
from fraudscore.connectors.intune import INTUNE
from fraudscore.connectors.jamf import JAMF
from fraudscore.connectors.linkedin import LINKEDIN
from fraudscore.connectors.ocsf import OCSF
from fraudscore.connectors.okta import OKTA
from fraudscore.connectors.osquery import OSQUERY
from fraudscore.connectors.payoneer import PAYONEER
from fraudscore.connectors.paypal import PAYPAL
from fraudscore.connectors.resume import RESUME
from fraudscore.connectors.sepa import SEPA
from fraudscore.connectors.stripe import STRIPE
from fraudscore.connectors.table import TABLE
from fraudscore.connectors.wise import WISE

CONNECTORS: dict[str, Connector] = {
    connector.kind: connector
    for connector in (
        RESUME,
        GIT,
        GITHUB,
        FAKE_ANALYZER,
        LINKEDIN,
        OKTA,
        ENTRA,
        GOOGLE_WORKSPACE,
        CLOUDTRAIL,
        GITHUB_AUDIT,
        OCSF,
        TABLE,
        OSQUERY,
        INTUNE,
        JAMF,
        STRIPE,
        PAYPAL,
        WISE,
        PAYONEER,
        SEPA,
    )
}
"""Every connector by the word that names it on the command line."""
