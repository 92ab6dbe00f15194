"""An end to waiting for a PostgreSQL that stays connected and says nothing: stopped, swapped out, hung.

A network that is cut is noticed by the system (`fraudscore.database`); a server whose machine still
acknowledges every packet is not, and whoever asked it would wait for ever.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event


def answered_within(seconds: float, engine: Engine) -> None:
    """Let whatever is asked over new connections of a PostgreSQL engine be answered within this time.

    What is not fails as if the server had hung up.
    """
    import psycopg

    class Patient(psycopg.Connection[Any]):
        """A connection that waits so long."""

        def wait(self, gen: Any, *given: Any, **more: Any) -> Any:
            """As the driver waits, but no longer."""
            try:
                return super().wait(gen, *given, **{"timeout": seconds} | more)
            except psycopg.errors._WaitTimeout:  # the driver has no other name for it
                # What is on its way belongs to a question that nobody asks any more.
                self.close()
                raise

    def connecting(_dialect: Any, _record: Any, given: Any, more: Any) -> Any:
        return Patient.connect(*given, **more)

    event.listen(engine, "do_connect", connecting)
