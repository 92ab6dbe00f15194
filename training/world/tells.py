"""How often each observation shows: by the care an impersonator takes, by scheme and by story.

Part of the parameters: every table says what its numbers are shares of and where they come from.
"""

from __future__ import annotations

from types import MappingProxyType

from training.world.sourced import ASSUMED, Shares, Tell

SUREST = 0.97
"""Largest chance of any tell, whatever the factors (assumed: nothing is certain)."""

CARE = Shares("share of impersonators", ASSUMED, {
    "careless": 0.22, "hidden": 0.38, "targeted": 0.25, "copied": 0.15,
})  # fmt: skip
ATTACKER = MappingProxyType({
    "careless": "careless", "hidden": "vpn", "targeted": "targeted", "copied": "copied_profile",
})  # fmt: skip
"""What a care is called in the labels."""

TELLS: dict[str, Tell] = {
    "outside": Tell(0.55, 0.08, 0.03, 0.03, 0.020),
    "hides": Tell(0.72, 0.95, 0.52, 0.60, 0.0, "assumed; YG sets the honest rate apart"),
    "slips": Tell(0.55, 0.42, 0.16, 0.11, 0.010, "assumed; SOPH, GEOW"),
    "switch": Tell(0.30, 0.24, 0.07, 0.06, 0.004, "LVB"),
    "zone_there": Tell(0.64, 0.36, 0.14, 0.11, 0.022),
    "hours_there": Tell(0.40, 0.30, 0.23, 0.18, 0.05, "assumed; S1: most keep claimed hours"),
    "zone_changes": Tell(0.24, 0.14, 0.07, 0.06, 0.018),
    "hardware_there": Tell(0.55, 0.40, 0.18, 0.14, 0.012, "assumed; INSIKT26"),
    "slow": Tell(0.62, 0.54, 0.63, 0.37, 0.03, "AMZN"),
    "remote_tools": Tell(0.62, 0.44, 0.60, 0.25, 0.02, "CHB, SWX"),
    "unattended": Tell(0.30, 0.20, 0.25, 0.07, 0.004, "CHB"),
    "kvm": Tell(0.14, 0.18, 0.32, 0.11, 0.005, "KVMSIG"),
    "malware": Tell(0.04, 0.02, 0.01, 0.01, 0.002, "assumed; KB4: rare"),
    "mfa_shared": Tell(0.28, 0.23, 0.23, 0.11, 0.005, "MS"),
    "device_shared": Tell(0.52, 0.38, 0.23, 0.16, 0.025, "INSIKT26"),
    "anti_detect": Tell(0.20, 0.20, 0.14, 0.09, 0.003, "INSIKT26"),
    "unmanaged_first": Tell(0.42, 0.30, 0.14, 0.14, 0.06, "LVB"),
    "keep_awake": Tell(0.20, 0.18, 0.16, 0.11, 0.06, "UNC5267"),
    "virtual_camera": Tell(0.30, 0.25, 0.21, 0.14, 0.05, "MS"),
    "activation_there": Tell(0.32, 0.24, 0.08, 0.07, 0.007, "GTIG25"),
    "old_tokens": Tell(0.30, 0.28, 0.23, 0.16, 0.09, "MS"),
    "payee_other": Tell(0.58, 0.47, 0.37, 0.25, 0.014, "NPA24"),
    "account_shared": Tell(0.48, 0.40, 0.30, 0.21, 0.012, "TAY, FBI25"),
    "passed_on": Tell(0.48, 0.42, 0.34, 0.25, 0.010, "JPN2, ANYRUN"),
    "self_paid": Tell(0.08, 0.06, 0.05, 0.03, 0.0015, "ADV22"),
    "early_change": Tell(0.48, 0.42, 0.34, 0.25, 0.06, "SWX"),
    "payout_there": Tell(0.42, 0.25, 0.11, 0.09, 0.018, "PSA23"),
    "route_request": Tell(0.40, 0.36, 0.28, 0.23, 0.05, "SEAL"),
    "crypto": Tell(0.40, 0.36, 0.25, 0.23, 0.05, "assumed; quantities.md 5"),
    "payee_declared": Tell(0.05, 0.10, 0.34, 0.29, 0.0, "assumed; honest rate by story"),
    "voip": Tell(0.60, 0.56, 0.48, 0.41, 0.07, "NISOS"),
    "contact_shared": Tell(0.42, 0.33, 0.21, 0.15, 0.010, "FBI25"),
    "contact_changed": Tell(0.33, 0.30, 0.23, 0.21, 0.06, "ADV22"),
    "young_mail": Tell(0.80, 0.72, 0.52, 0.57, 0.13, "NISOS"),
    "disposable_mail": Tell(0.08, 0.05, 0.01, 0.01, 0.008),
    "listed": Tell(0.09, 0.09, 0.05, 0.05, 0.002, "KRAK"),
    "off_platform": Tell(0.45, 0.38, 0.25, 0.25, 0.07, "GTIG25"),
    "own_device": Tell(0.30, 0.28, 0.17, 0.21, 0.07, "SWX"),
    "prepayment": Tell(0.16, 0.10, 0.05, 0.05, 0.02, "PSA23"),
    "tax_disowned": Tell(0.06, 0.08, 0.09, 0.02, 0.0008, "GLAB"),
    "long_spans": Tell(0.28, 0.23, 0.17, 0.11, 0.03, "ADV22"),
    "dark": Tell(0.30, 0.30, 0.26, 0.17, 0.07, "GEOW"),
    "open_port": Tell(0.22, 0.18, 0.17, 0.08, 0.03, "ADV22"),
    "two_at_once": Tell(0.24, 0.15, 0.06, 0.05, 0.004, "assumed; INSIKT26, PSA25J"),
    "many_countries": Tell(0.28, 0.20, 0.06, 0.06, 0.018, "ADV22"),
    "camera_refused": Tell(0.45, 0.35, 0.23, 0.17, 0.06, "assumed; PSA23, SWX"),
    "other_person": Tell(0.20, 0.15, 0.11, 0.11, 0.004, "assumed; FBI25"),
    "deepfake": Tell(0.30, 0.28, 0.25, 0.17, 0.01, "PIND: 0.25 of those in live interviews"),
    "reads_answers": Tell(0.45, 0.40, 0.34, 0.34, 0.12, "assumed; GART: AI is common"),
    "place_unknown": Tell(0.35, 0.25, 0.14, 0.11, 0.02, "assumed; KRAK"),
    "pickup_avoided": Tell(0.35, 0.35, 0.23, 0.23, 0.04, "assumed; PSA23"),
    "bulk_export": Tell(0.12, 0.10, 0.09, 0.07, 0.01, "assumed; SWX"),
    "check_differs": Tell(0.30, 0.22, 0.11, 0.11, 0.006, "assumed; KB4, KRAK"),
    "screenshot": Tell(0.40, 0.30, 0.17, 0.23, 0.08, "assumed; KRAK, SEAL"),
    "ship_far": Tell(0.40, 0.35, 0.29, 0.17, 0.03, "assumed; KB4, SWX"),
    "ship_abroad": Tell(0.10, 0.08, 0.03, 0.03, 0.004, "assumed; GTIG25"),
    "ship_shared": Tell(0.30, 0.28, 0.32, 0.14, 0.015, "assumed; CHAP, WANG"),
    "ship_box": Tell(0.14, 0.14, 0.08, 0.08, 0.0, "assumed; INSIKT26; honest rate by parcel"),
    "pickup_other": Tell(0.18, 0.15, 0.12, 0.09, 0.06, "assumed; KB4; honest: the house signs"),
    "joined_other_name": Tell(0.20, 0.15, 0.10, 0.10, 0.02, "assumed; KRAK"),
    "employer_unknown": Tell(0.26, 0.20, 0.12, 0.12, 0.02, "assumed; KRAK, FBI25"),
    "in_person_avoided": Tell(0.38, 0.35, 0.26, 0.24, 0.07, "assumed; SEAL, PSA23"),
    "pasted_test": Tell(0.40, 0.36, 0.28, 0.28, 0.15, "assumed; GART: AI is common"),
    "meeting_collision": Tell(0.18, 0.16, 0.14, 0.10, 0.02, "assumed; INSIKT26"),
    "handle_switched": Tell(0.16, 0.14, 0.10, 0.08, 0.03, "assumed; SEAL"),
    "output_changed": Tell(0.20, 0.18, 0.14, 0.12, 0.05, "assumed; SEAL"),
    "threatened": Tell(0.05, 0.04, 0.03, 0.02, 0.002, "assumed; SWX"),
    "advertised": Tell(0.08, 0.06, 0.04, 0.03, 0.001, "assumed; UPW$"),
    "stage_differs": Tell(0.20, 0.16, 0.13, 0.10, 0.006, "assumed; SEAL, KB4"),
    "liveness_failed": Tell(0.24, 0.20, 0.14, 0.12, 0.02, "assumed; SEAL, KB4"),
    "document_reused": Tell(0.20, 0.15, 0.09, 0.09, 0.002, "assumed; INSIKT26, PSA23"),
    "selfie_reused": Tell(0.16, 0.12, 0.07, 0.06, 0.002, "assumed; INSIKT26, PSA23"),
    "owner_unaware": Tell(0.05, 0.05, 0.05, 0.02, 0.0005, "assumed; SEAL, GLAB"),
    "id_name_differs": Tell(0.16, 0.12, 0.07, 0.05, 0.02, "assumed; KRAK"),
    "address_differs": Tell(0.28, 0.24, 0.14, 0.10, 0.05, "assumed; KRAK"),
    "cv_conflict": Tell(0.50, 0.45, 0.30, 0.22, 0.04, "assumed; PSA23, ADV22"),
    "shell_employer": Tell(0.14, 0.12, 0.10, 0.05, 0.004, "assumed; SILV, WANG"),
    "school_denied": Tell(0.22, 0.20, 0.12, 0.06, 0.03, "assumed; UNC5267, AMZN"),
    "skill_early": Tell(0.26, 0.22, 0.14, 0.10, 0.02, "assumed; DTEX"),
    "two_payrolls": Tell(0.14, 0.14, 0.12, 0.10, 0.01, "assumed; SOHAM"),
    "profile_young": Tell(0.50, 0.46, 0.30, 0.34, 0.09, "assumed; NISOS"),
    "profile_revived": Tell(0.15, 0.15, 0.18, 0.18, 0.03, "assumed; AMZN"),
    "web_name_other": Tell(0.18, 0.15, 0.09, 0.08, 0.012, "assumed; KET, NISOS"),
    "references_free": Tell(0.48, 0.42, 0.28, 0.26, 0.06, "assumed; KB4, GTIG25"),
    "reference_denied": Tell(0.24, 0.20, 0.12, 0.10, 0.02, "assumed; GTIG25"),
    "reference_own_ip": Tell(0.20, 0.16, 0.09, 0.09, 0.005, "assumed; GTIG25"),
    "text_shared": Tell(0.42, 0.36, 0.22, 0.24, 0.03, "assumed; PSA25J, ADV22"),
    "no_mentions": Tell(0.62, 0.56, 0.40, 0.42, 0.25, "assumed; CIND"),
    "app_burst": Tell(0.35, 0.32, 0.22, 0.22, 0.03, "assumed; INSIKT26, CIND"),
    "layer_undeclared": Tell(0.24, 0.22, 0.16, 0.12, 0.015, "assumed; PSA24, 38N"),
    "shell_layer": Tell(0.40, 0.40, 0.36, 0.25, 0.10, "assumed; WANG, PLEAS25"),
    "unverified": Tell(0.42, 0.40, 0.34, 0.30, 0.25, "assumed; PSA24, 38N"),
    "author_other": Tell(0.30, 0.26, 0.18, 0.14, 0.015, "assumed; 38N"),
    "organisation_other": Tell(0.20, 0.18, 0.12, 0.10, 0.015, "assumed; 38N"),
    "deliver_there": Tell(0.40, 0.30, 0.14, 0.12, 0.02, "assumed; 38N"),
    "refers_ring": Tell(0.55, 0.50, 0.40, 0.35, 0.30, "assumed; SEAL, NDGA, GLAB"),
    "laundered": Tell(0.97, 0.96, 0.90, 0.94, 0.0, "code_history.md: 0.44 to 0.86 show two flags"),
    "copies_found": Tell(0.70, 0.60, 0.40, 0.55, 0.0, "code_history.md; honest copies are coursework"),
    "code_there": Tell(0.35, 0.25, 0.10, 0.10, 0.012, "code_history.md, supporting"),
    "site_there": Tell(0.80, 0.72, 0.50, 0.55, 0.004, "code_history.md, web and local clocks"),
    "code_other_name": Tell(0.16, 0.14, 0.08, 0.12, 0.0, "code_history.md: 2 of 16"),
    "code_as_other": Tell(0.07, 0.06, 0.03, 0.04, 0.006, "assumed; code_history.md"),
    "crowded_project": Tell(0.20, 0.16, 0.10, 0.12, 0.02, "assumed; SEAL: copied projects"),
    "emigrant": Tell(0.035, 0.035, 0.035, 0.035, 0.035, "assumed; code_history.md names them"),
    "cloud_editor": Tell(0.12, 0.12, 0.12, 0.12, 0.12, "assumed; code_history.md: +0000"),
    "second_machine": Tell(0.012, 0.012, 0.012, 0.012, 0.012, "assumed; code_history.md"),
    "new_account": Tell(0.40, 0.36, 0.28, 0.32, 0.15, "assumed; KET: cohorts of new accounts"),
    "code_email_shared": Tell(0.24, 0.20, 0.12, 0.14, 0.004, "assumed; code_history.md: exact links"),
    "old_identity": Tell(0.03, 0.03, 0.03, 0.03, 0.03, "assumed; code_history.md names them"),
    "migrated": Tell(0.03, 0.03, 0.03, 0.03, 0.03, "assumed; SEAL: easy to clear up"),
    "account_revived": Tell(0.25, 0.22, 0.20, 0.15, 0.06, "assumed; SEAL, KET"),
    "code_renamed": Tell(0.16, 0.16, 0.10, 0.10, 0.05, "assumed; SEAL, KET"),
    "code_gone": Tell(0.10, 0.08, 0.05, 0.05, 0.003, "assumed; ZX24, SEAL"),
    "ship_changed": Tell(0.35, 0.30, 0.23, 0.17, 0.04, "assumed; SWX, PSA24"),
}  # fmt: skip

SCHEMES = Shares("share of impersonated", "assumed; quantities.md 4", {
    "rented_account": 0.26, "stolen_identity_farm": 0.22, "fabricated_persona": 0.26,
    "lent_identity": 0.14, "stand_in": 0.12,
})  # fmt: skip
SCHEME_UNIT = "times as often as in the mean"
SCHEME_TELLS: dict[str, Shares] = {
    "rented_account": Shares(SCHEME_UNIT, "assumed; UPW$", {
        "payee_other": 1.3, "passed_on": 1.8, "device_shared": 1.3, "early_change": 1.3,
        "check_differs": 1.5, "advertised": 3.0, "profile_young": 0.5, "shell_employer": 0.6,
    }),
    "stolen_identity_farm": Shares(SCHEME_UNIT, "assumed; CHAP, WANG, KNO", {
        "hides": 0.25, "remote_tools": 1.7, "kvm": 1.8, "unattended": 1.6, "slow": 1.5,
        "hardware_there": 0.2, "activation_there": 0.3, "mfa_shared": 1.6, "tax_disowned": 2.0,
        "outside": 0.3, "ship_far": 1.8, "ship_shared": 2.0, "owner_unaware": 3.5, "school_denied": 0.5,
        "id_name_differs": 0.5, "two_payrolls": 1.5,
    }),
    "fabricated_persona": Shares(SCHEME_UNIT, "assumed; INSIKT26", {
        "young_mail": 1.4, "voip": 1.3, "contact_shared": 1.4, "crypto": 1.5, "screenshot": 1.5,
        "laundered": 1.15, "document_reused": 1.8, "id_name_differs": 1.4, "owner_unaware": 0.2,
        "shell_employer": 1.5,
    }),
    "lent_identity": Shares(SCHEME_UNIT, "assumed; JPN2, VONG: checks are passed", {
        "payee_other": 0.4, "passed_on": 1.6, "voip": 0.5, "young_mail": 0.5, "listed": 0.3,
        "check_differs": 0.2, "screenshot": 0.2, "pickup_avoided": 0.3, "laundered": 0.9,
        "liveness_failed": 0.2, "document_reused": 0.2, "owner_unaware": 0.1, "school_denied": 0.3,
        "id_name_differs": 0.2, "address_differs": 0.3, "cv_conflict": 0.6, "profile_young": 0.4,
        "pickup_other": 0.5,
    }),
    "stand_in": Shares(SCHEME_UNIT, "assumed; 38N, VZ", {
        "outside": 0.8, "payee_other": 0.5, "device_shared": 1.6, "hours_there": 1.3, "slips": 1.3,
        "other_person": 1.5, "check_differs": 0.5, "passed_on": 1.3, "laundered": 0.9,
        "stage_differs": 1.8, "output_changed": 1.6, "document_reused": 0.4, "owner_unaware": 0.2,
        "school_denied": 0.3, "profile_young": 0.4,
    }),
}  # fmt: skip

STORY_UNIT = "share of people with this story"
STORY_TELLS: dict[str, Shares] = {
    "nomad": Shares(STORY_UNIT, "assumed; MBO, GEOW", {
        "hides": 0.55, "zone_there": 0.30, "hours_there": 0.15, "dark": 0.30, "slow": 0.30,
        "hardware_there": 0.35, "switch": 0.06, "many_countries": 0.25, "activation_there": 0.05,
        "slips": 0.25, "ship_far": 0.3, "ship_abroad": 0.05, "code_there": 0.3,
    }),
    "vpn_to_home": Shares(STORY_UNIT, "assumed; GEOW, REDL", {
        "zone_there": 0.10, "dark": 0.35, "slow": 0.45, "hardware_there": 0.30, "kvm": 0.12,
        "pickup_avoided": 0.2, "ship_far": 0.3,
    }),
    "always_vpn": Shares(STORY_UNIT, ASSUMED, {"dark": 0.3, "voip": 0.2}),
    "home_lab": Shares(STORY_UNIT, "assumed; HN25", {
        "kvm": 0.2, "remote_tools": 0.6, "open_port": 0.4, "unattended": 0.1,
    }),
    "overemployed": Shares(STORY_UNIT, "assumed; SOHAM", {
        "keep_awake": 0.4, "remote_tools": 0.12, "off_platform": 0.15, "long_spans": 0.3,
        "own_device": 0.3, "voip": 0.2, "virtual_camera": 0.2, "camera_refused": 0.2,
        "two_payrolls": 0.6, "meeting_collision": 0.4, "output_changed": 0.2, "cv_conflict": 0.15,
        "in_person_avoided": 0.2,
    }),
    "outsourcer": Shares(STORY_UNIT, "assumed; VZ", {
        "slips": 0.20, "outside": 0.15, "remote_tools": 0.25, "passed_on": 0.25,
        "long_spans": 0.2, "zone_there": 0.12, "device_shared": 0.12, "hours_there": 0.2,
        "mfa_shared": 0.08,
        "layer_undeclared": 0.4, "author_other": 0.4, "deliver_there": 0.3, "output_changed": 0.3,
        "organisation_other": 0.15,
    }),
    "cv_liar": Shares(STORY_UNIT, "assumed; GART", {
        "reads_answers": 0.5, "camera_refused": 0.15, "young_mail": 0.2, "off_platform": 0.12,
        "cv_conflict": 0.6, "employer_unknown": 0.4, "school_denied": 0.4, "skill_early": 0.3,
        "references_free": 0.4, "reference_denied": 0.3, "shell_employer": 0.1,
    }),
    "victim_hired": Shares(STORY_UNIT, "assumed; F28 to F30", {
        "listed": 0.4, "young_mail": 0.6, "contact_changed": 0.5, "tax_disowned": 0.1,
        "document_reused": 0.3, "selfie_reused": 0.05, "advertised": 0.02,
    }),
    "under_banked": Shares(STORY_UNIT, "assumed; CIPAY", {"route_request": 0.3, "crypto": 0.1}),
    "second_hand": Shares(STORY_UNIT, ASSUMED, {"contact_shared": 0.6, "device_shared": 0.5}),
    "thin_file": Shares(STORY_UNIT, ASSUMED, {
        "young_mail": 1.0, "screenshot": 0.2, "profile_young": 0.6, "no_mentions": 0.7,
        "references_free": 0.4, "school_denied": 0.25,
    }),
    "agency": Shares(STORY_UNIT, "assumed; PSA24", {
        "unverified": 0.5, "text_shared": 0.4, "organisation_other": 0.1, "author_other": 0.15,
    }),
    "married_name": Shares(STORY_UNIT, ASSUMED, {
        "id_name_differs": 0.5, "joined_other_name": 0.15, "web_name_other": 0.3,
        "code_as_other": 0.3,
    }),
    "moved_house": Shares(STORY_UNIT, ASSUMED, {
        "early_change": 1.0, "contact_changed": 1.0, "ship_changed": 1.0, "address_differs": 0.6,
        "ship_far": 0.3,
    }),
    "no_camera": Shares(STORY_UNIT, "assumed; trust.md: disability, faith, a bad line", {
        "camera_refused": 1.0, "in_person_avoided": 0.4, "liveness_failed": 0.35,
        "pickup_avoided": 0.2,
    }),
    "hidden_address": Shares(STORY_UNIT, "assumed; trust.md: rural homes and safe addresses", {
        "ship_box": 0.8, "address_differs": 0.5, "pickup_other": 0.2, "dark": 0.2,
    }),
    "job_seeker": Shares(STORY_UNIT, "assumed; GART", {
        "app_burst": 1.0, "text_shared": 0.2, "pasted_test": 0.4, "reads_answers": 0.3,
    }),
    "returner": Shares(STORY_UNIT, "assumed; SEAL, AMZN", {
        "account_revived": 0.8, "profile_revived": 0.6, "references_free": 0.3,
    }),
    "emigrant": Shares(STORY_UNIT, "assumed; code_history.md", {
        "emigrant": 1.0, "old_identity": 0.35, "second_machine": 0.15,
    }),
    "several_machines": Shares(STORY_UNIT, "assumed; code_history.md", {
        "second_machine": 1.0, "cloud_editor": 0.4, "remote_tools": 0.1,
    }),
    "fresh_start": Shares(STORY_UNIT, "assumed; code_history.md, SEAL", {
        "new_account": 0.7, "old_identity": 0.6, "migrated": 0.6, "code_renamed": 0.3,
        "account_revived": 0.2,
    }),
    "minimal_data": Shares(STORY_UNIT, ASSUMED, {
        "voip": 0.4, "camera_refused": 0.4, "dark": 0.3, "no_mentions": 0.8,
    }),
}  # fmt: skip
