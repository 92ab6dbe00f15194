"""The review desk: what is kept of people, cases, decisions and who did what. Knows nothing of HTTP."""
