"""Other systems' own exports as profiles: what each one is, and the list of them all.

A connector keeps derived facts, dates and keyed identifiers. Raw commit messages, message texts and
addresses of third parties stay behind.
"""

from __future__ import annotations

from fraudscore.connectors.connector import Connector
from fraudscore.connectors.resume import RESUME

CONNECTORS: dict[str, Connector] = {connector.kind: connector for connector in (RESUME,)}
"""Every connector by the word that names it on the command line."""
