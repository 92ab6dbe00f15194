"""Every public source a feature rests on. Facts are carried over, sentences are not."""

from __future__ import annotations

SOURCES: dict[str, str] = {
    "PSA23": (
        "FBI/IC3 public service announcement, 18 October 2023: additional guidance on remote IT workers"
    ),
    "PSA24": (
        "FBI/IC3 public service announcement, 16 May 2024: facilitators inside the United States"
    ),
    "PSA25J": (
        "FBI/IC3 public service announcement, 23 January 2025: data extortion by remote IT workers"
    ),
    "FBI25": "FBI guidance to businesses, summer 2025",
    "ADV22": "US State, Treasury and FBI joint advisory, 16 May 2022",
    "OFSI": "UK HM Treasury OFSI advisory, 12 September 2024",
    "NPA24": "Japan National Police Agency notice, 26 March 2024",
    "CHAP": "US court record (D.D.C.): Arizona laptop farm",
    "KNO": "US court record (M.D. Tenn.): Nashville farm",
    "JPN2": "Japanese account lenders, press reports of April 2025",
    "SEAL": "Security Alliance framework on impersonated IT workers",
    "TAY": "Public indicator collection on linked personas",
    "UNC5267": "Mandiant on UNC5267, 2024",
    "GLAB": "Google Threat Intelligence and Mandiant incident reports, 2024-2026",
    "GTIG25": "Google Threat Intelligence Group, 2025",
    "MS": "Microsoft on Storm-0287 and Jasper Sleet, 2025-2026",
    "DTEX": "DTEX i3 investigations, 2024-2025",
    "SWX": "Secureworks on NICKEL TAPESTRY, 2024-2025",
    "SOPH": "Sophos MDR incident report",
    "LVB": "LevelBlue/Cybereason incident report, 2025",
    "INSIKT26": "Recorded Future Insikt Group, August 2026",
    "THN26S": "The Hacker News digest of vendor research, 2026 (Silent Push and others)",
    "THN26A": "The Hacker News digest of vendor research, 2026 (Kudelski)",
    "CHB": "Chrome Remote Desktop honeypot study, August 2026",
    "KVMSIG": "Public signatures of IP-KVM devices",
    "ANYRUN": "ANY.RUN and NorthScan honeypot, 2025",
    "AMZN": "Amazon statements, December 2025",
    "KB4": "KnowBe4 incident report, July 2024",
    "KRAK": "Kraken hiring case, May 2025",
    "NISOS": "Nisos podcast and reports on hiring fraud",
    "CIND": "Cinder hiring reports, 2024-2025",
    "HN25": "Public engineers' discussion of IP-KVM use, 2025",
    "YG": "YouGov poll on VPN use of remote workers, 2022",
    "MAXM": "The Kansas default coordinates, 2016: limits of address geolocation",
    "NXTC": "Reports of corporate egress hundreds of kilometres from the user",
    "PLAUS": "Reports of relay geolocation errors",
    "GEOW": "A detection write-up on undeclared travel, December 2025",
    "KET": "Ketman project reports",
    "CIPAY": "Payments in under-banked countries, public accounts",
    "UPWVPN": "Upwork VPN policy and users' accounts of it",
    "ASTRDEV": "Ordinary users' accounts of an expatriate VPN",
    "ELASTIC": "Elastic security research on VPN sign-ins",
}
"""Tag of each source and what it is; the tags stand beside the features that rest on them."""
