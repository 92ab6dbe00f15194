"""Imports of pay-outs: Stripe, PayPal, Wise, Payoneer, SEPA. Whole, broken and hostile."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.reading import read_profile
from fraudscore.cli import main
from fraudscore.connectors import CONNECTORS
from fraudscore.connectors.accounts import NoIban, bank_account
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.dates import day_first
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.people import People
from fraudscore.errors import InputError
from tests import imports

EXPORTS = Path(__file__).parent.parent / "data" / "samples" / "exports"
STRIPE = EXPORTS / "stripe" / "accounts.json"
PAYOUTS, ACTIVITY = EXPORTS / "paypal" / "payouts.csv", EXPORTS / "paypal" / "activity.csv"
WISE, WISE_MAP = EXPORTS / "wise" / "statement.csv", EXPORTS / "wise" / "map.json"
PAYONEER = EXPORTS / "payoneer" / "payouts.csv"
TRANSACTIONS = EXPORTS / "payoneer" / "transactions.csv"
PAIN, CAMT = EXPORTS / "sepa" / "pain.001.xml", EXPORTS / "sepa" / "camt.053.xml"
SEPA_MAP = EXPORTS / "sepa" / "map.json"
KEYS = Keys(b"k" * 32)
IBAN, ABN, PAYSERA = "DE89370400440532013000", "NL91ABNA0417164300", "LT803500000000000000"
SAMPLES = [
    ("stripe", STRIPE),
    ("paypal", PAYOUTS),
    ("paypal", ACTIVITY),
    ("wise", WISE),
    ("payoneer", PAYONEER),
    ("payoneer", TRANSACTIONS),
    ("sepa", PAIN),
    ("sepa", CAMT),
]
WEIRD = [
    None,
    True,
    -1,
    1e308,
    "",
    "\x00",
    "\ud800",
    "x" * 5_000,
    [],
    {},
    [[]],
    {"a": [None]},
    "XK",
]


@pytest.fixture
def run(tmp_path):
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)

    def call(*arguments, code=0):
        given = [str(a) for a in arguments]
        if given[0] == "import":
            given += ["--key-file", str(key), "-o", str(tmp_path / "out.jsonl")]
            given += ["--as-of", "2026-06-01"]
        done = CliRunner().invoke(main, given)
        assert done.exit_code == code, done.output
        return done

    call.out = tmp_path / "out.jsonl"
    return call


@pytest.fixture
def write(tmp_path):
    def make(*lines, name="pay.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return make


def payouts(run):
    """Pay-outs of each person; a bank is what the record takes where no method is given."""
    people = map(json.loads, run.out.read_text().splitlines())
    found = {p["profile_id"]: p.get("payouts", []) for p in people}
    for row in (row for rows in found.values() for row in rows):
        if row.get("method") == "bank":
            del row["method"]
    return found


def keyed(account):
    return KEYS.keyed("account", account)


# the samples


def test_stripe_accounts(run):
    done = run("import", "stripe", STRIPE, code=3)
    assert "data[2].external_accounts.data[0]: names no worker" in done.stderr
    assert "3 personal details" in done.stderr
    found = payouts(run)
    assert found["mira.lind@example.org"] == [
        {
            "provider": "COMMERZBANK AG",
            "holder": "Mira Lind",
            "account": keyed("stripe:fpDE0000001"),
            "country": "DE",
        },
        {
            "provider": "NATIONAL WESTMINSTER BANK",
            "holder": "Goran Petrov",
            "account": keyed("stripe:fpGB0000002"),
            "country": "GB",
        },
    ]
    (card,) = found["w-0044"]
    assert (card["method"], card["holder"], card["provider"]) == ("card", "Taro Belmonte", "Visa")


def test_stripe_payouts_are_dated_where_an_account_follows_another(run, write):
    def payout(number, created, **fields):
        bank = {
            "object": "bank_account",
            "id": f"ba_{number}",
            "account_holder_name": "Mira Lind",
            "metadata": {"worker_id": "w-1"},
        }
        return {"object": "payout", "created": created, "destination": bank, **fields}

    items = [
        payout(1, 1767225600),
        payout(2, 1773136800),
        payout(3, 1773136800, status="failed"),
        payout(4, 1773136800) | {"destination": "ba_4"},
        payout(5, "soon"),
        {"object": "charge"},
        "garbage",
    ]
    path = write(json.dumps({"object": "list", "data": items}), name="payouts.json")
    done = run("import", "stripe", path, code=3)
    assert [row["added_at"] for row in payouts(run)["w-1"]] == [
        "2026-01-01T00:00:00Z",
        "2026-03-10T10:00:00Z",
    ]
    told = done.stderr.replace("\n", " ")
    assert "data[4].created: 'soon' is not a date" in told
    assert "data[5]: is no account or payout" in told
    assert "1 payouts without expanded destination" in told


def test_paypal_payouts(run):
    done = run("import", "paypal", PAYOUTS)
    assert "1 payments that did not arrive" in done.stderr
    found = payouts(run)
    assert found == {
        "mira.lind@example.org": [
            {
                "method": "e_money",
                "provider": "PayPal",
                "holder": "Mira Lind",
                "account": keyed("PayPal:mira.lind@example.org"),
            }
        ],
        "w-0044": [
            {
                "method": "e_money",
                "provider": "PayPal",
                "holder": "Goran Petrov",
                "account": keyed("PayPal:pay@goran.example"),
            }
        ],
    }


def test_paypal_activity_leaves_shops_and_buyers_out(run):
    done = run("import", "paypal", ACTIVITY)
    assert set(payouts(run)) == {"mira.lind@example.org"}
    assert "1 other payments" in done.stderr
    assert "1 incoming payments" in done.stderr
    text = run.out.read_text()
    assert "Corner Hosting" not in text
    assert "Acme" not in text


def test_paypal_activity_with_a_mapping_takes_every_payment_to_a_worker(run, write):
    path = write(json.dumps({"workers": {"billing@hosting.example": "w-5"}}), name="map.json")
    run("import", "paypal", ACTIVITY, "--map", path)
    assert set(payouts(run)) == {"w-5"}


def test_wise_statement(run):
    done = run("import", "wise", WISE, "--map", WISE_MAP, code=3)
    assert "GB29...6818 is no IBAN: its check digits do not fit" in done.stderr.replace("\n", " ")
    assert payouts(run) == {
        "w-0017": [
            {
                "provider": "Commerzbank",
                "holder": "Mira Lind",
                "account": keyed(IBAN),
                "country": "DE",
                "added_at": "2026-01-05T00:00:00Z",
            },
            {
                "method": "e_money",
                "provider": "Paysera",
                "holder": "Goran Petrov",
                "account": keyed(PAYSERA),
                "country": "LT",
                "added_at": "2026-03-05T00:00:00Z",
            },
        ]
    }
    assert "1 payments to others" in done.stderr


def test_a_statement_without_workers_asks_for_them(run):
    done = run("import", "wise", WISE, code=2)
    assert "--map with workers" in done.stderr.replace("\n", " ")
    run("import", "wise", WISE, "--person", "w-1", code=3)
    assert len(payouts(run)["w-1"]) == 3


def test_wise_transfers_and_batches(run, write):
    transfers = write(
        "ID,Status,Direction,Created on,Finished on,Source name,Target name,Currency,Worker ID",
        "T-1,COMPLETED,OUT,2026-01-05 10:00:00,2026-01-05 10:00:05,Buyer,Mira Lind,EUR,w-1",
        "T-2,COMPLETED,IN,2026-01-06 10:00:00,,Buyer,Payer,EUR,w-2",
        "T-3,CANCELLED,OUT,2026-01-07 10:00:00,,Buyer,Ada Osei,EUR,w-3",
    )
    run("import", "wise", transfers)
    assert payouts(run) == {"w-1": [{"provider": "Wise", "holder": "Mira Lind"}]}
    batch = write(
        "name,recipientEmail,account,sourceCurrency,targetCurrency,amount",
        f"Ada Osei,ada@example.org,{ABN},EUR,EUR,5",
        name="batch.csv",
    )
    run("import", "wise", batch)
    assert payouts(run)["ada@example.org"][0]["account"] == keyed(ABN)


def test_payoneer_payouts(run):
    run("import", "payoneer", PAYONEER)
    assert payouts(run) == {
        "w-0017": [
            {
                "method": "e_money",
                "provider": "Payoneer",
                "holder": "Mira Lind",
                "added_at": "2026-01-31T00:00:00Z",
            },
            {
                "provider": "ABN AMRO BANK N.V.",
                "holder": "Mira Lind",
                "account": keyed(ABN),
                "country": "NL",
                "added_at": "2026-02-28T00:00:00Z",
            },
        ],
        "w-0021": [{"provider": "Payoneer", "holder": "Ada Osei"}],
    }


def test_payoneer_transactions(run, write):
    path = write(json.dumps({"workers": {"mira  lind": "w-1"}}), name="map.json")
    done = run("import", "payoneer", TRANSACTIONS, "--map", path)
    assert payouts(run) == {
        "w-1": [{"method": "e_money", "provider": "Payoneer", "holder": "Mira Lind"}]
    }
    assert "1 withdrawals, cards and fees" in done.stderr


def test_sepa_orders(run):
    done = run("import", "sepa", PAIN, code=3)
    assert "pain.001.xml:3: CdtTrfTxInf/CdtrAcct/Id/IBAN: DE00...3000" in done.stderr
    assert payouts(run) == {
        "w-0017": [
            {
                "provider": "Commerzbank",
                "holder": "Mira Lind",
                "account": keyed(IBAN),
                "country": "DE",
            }
        ],
        "w-0021": [
            {
                "method": "e_money",
                "provider": "Wise",
                "holder": "Ada Osei",
                "account": keyed("TRWIBEB1:P12345678"),
                "country": "BE",
            }
        ],
    }


def test_sepa_statement(run):
    run("import", "sepa", CAMT, "--map", SEPA_MAP)
    found = payouts(run)
    assert [(row["holder"], row.get("added_at")) for row in found["w-0017"]] == [
        ("Mira Lind", "2026-01-30T00:00:00Z"),
        ("Goran Petrov", "2026-02-27T00:00:00Z"),
    ]
    assert found["w-0021"][0]["account"] == keyed(ABN)
    assert "Corner Office" not in run.out.read_text()


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_nothing_raw_is_kept(run, kind, sample):
    broken = {WISE, PAIN}
    run("import", kind, sample, "--person", "w-1", code=3 if sample in broken else 0)
    text = run.out.read_text()
    for raw in (
        IBAN,
        ABN,
        PAYSERA,
        "4242",
        "3000",
        "fpDE0000001",
        "P12345678",
        "pay@goran.example",
    ):
        assert raw not in text, raw


def test_one_account_is_one_account_in_every_export(run):
    run("import", "wise", WISE, "--map", WISE_MAP, code=3)
    run("import", "sepa", CAMT, "--map", SEPA_MAP)
    accounts = [row["account"] for row in payouts(run)["w-0017"]]
    assert set(accounts) == {keyed(IBAN), keyed(PAYSERA)}


@pytest.mark.parametrize("number", ["00000000", "12345678", "not available", "XXXXXXXXXX"])
def test_what_stands_where_nothing_is_known_is_no_account(number):
    """Or all whose account is not known would be paid into one."""
    assert "account" not in bank_account(Keys(b"k" * 32), number)


def test_what_was_imported_is_scored(run):
    run("import", "wise", WISE, "--map", WISE_MAP, code=3)
    run("import", "stripe", STRIPE, code=3)
    done = run("score", run.out, "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 3


def test_importing_twice_changes_nothing(run):
    for _ in range(2):
        run("import", "sepa", CAMT, "--map", SEPA_MAP)
        before = run.out.read_text()
    assert run.out.read_text() == before


# who, when, and under which name


def test_a_single_account_has_no_date_as_it_may_be_older_than_the_statement(run, write):
    header = "Payment ID,Payment date,Payee ID,Payee name,Bank account"
    rows = [f"{n},2026-0{n}-01,w-1,Mira Lind,{IBAN}" for n in (1, 2, 3)]
    run("import", "payoneer", write(header, *rows))
    (row,) = payouts(run)["w-1"]
    assert "added_at" not in row


def test_two_spellings_of_a_holder_do_not_make_two_changes(run, write):
    header = "Payment ID,Payment date,Payee ID,Payee name,Bank account"
    run(
        "import",
        "payoneer",
        write(
            header,
            f"1,2026-01-01,w-1,Mira Lind,{IBAN}",
            f"2,2026-02-01,w-1,MIRA LIND,{IBAN}",
            f"3,2026-03-01,w-1,M Lind,{IBAN}",
            f"4,2026-04-01,w-1,Mira Lind,{ABN}",
        ),
    )
    found = payouts(run)["w-1"]
    assert [row["holder"] for row in found] == ["M Lind", "Mira Lind", "Mira Lind"]
    assert [row["added_at"] for row in found if "added_at" in row] == [
        "2026-01-01T00:00:00Z",
        "2026-04-01T00:00:00Z",
    ]


@pytest.mark.parametrize(
    ("dates", "mapping", "wanted"),
    [
        (("31/01/2026", "03/02/2026"), None, "2026-02-03"),
        (("01/31/2026", "02/03/2026"), None, "2026-02-03"),
        (("01/02/2026", "02/03/2026"), None, "2026-02-03"),
        (("01/02/2026", "02/03/2026"), {"day_first": True}, "2026-03-02"),
    ],
)
def test_the_order_of_days_and_months_is_told_by_the_file(run, write, dates, mapping, wanted):
    header = "Payment ID,Payment date,Payee ID,Payee name,Bank account"
    path = write(header, f"1,{dates[0]},w-1,A B,{IBAN}", f"2,{dates[1]},w-1,A B,{ABN}")
    options = ["--map", write(json.dumps(mapping), name="map.json")] if mapping else []
    run("import", "payoneer", path, *options)
    assert payouts(run)["w-1"][1]["added_at"][:10] == wanted


def test_day_first():
    assert day_first(["1/2/2026", "", "x", "13/1/2026"]) is True
    assert day_first(["1/2/2026", "1/13/2026"]) is False
    assert day_first(["1/2/2026", "2026-01-31"]) is None


@pytest.mark.parametrize("workers", ["x", 5, [1], {"a": 5}, {"": "w"}, {"a": "b@c@d"}, {"a": ""}])
def test_a_mapping_of_another_shape_is_refused(run, write, workers):
    path = write(json.dumps({"workers": workers}), name="map.json")
    assert "workers" in run("import", "wise", WISE, "--map", path, code=2).stderr


# accounts


@pytest.mark.parametrize(
    ("number", "bic", "wanted"),
    [
        ("DE89 3704 0044 0532 0130 00", None, {"method": "bank", "country": "DE", "account": IBAN}),
        ("de89-3704-0044-0532-0130-00", "XX", {"method": "bank", "country": "DE", "account": IBAN}),
        (PAYSERA, None, {"method": "e_money", "country": "LT", "account": PAYSERA}),
        ("BE92967000000097", None, {"method": "e_money", "country": "BE", "provider": "Wise"}),
        ("LT203250000000000000", None, {"method": "e_money", "provider": "Revolut Payments"}),
        ("000123456789", "CHASUS33", {"country": "US", "account": "CHASUS33:000123456789"}),
        ("000123456789", None, {"method": "bank", "account": "000123456789"}),
        ("XK051212012345678906", None, {"account": "XK051212012345678906"}),
    ],
)
def test_accounts(number, bic, wanted):
    found = bank_account(KEYS, number, bic)
    if "account" in wanted:
        wanted = wanted | {"account": keyed(wanted["account"])}
    assert wanted.items() <= found.items()


@pytest.mark.parametrize(
    "number", ["****1234", "1234", "", None, 5, "x" * 500, "\ud800", "XXXX9876"]
)
def test_what_names_no_account(number):
    assert bank_account(KEYS, number) == {"method": "bank"}


@pytest.mark.parametrize(
    "number", ["DE00370400440532013000", "DE8937040044053201300", "GB29NWBK6016133192681Z"]
)
def test_what_cannot_be_an_iban(number):
    with pytest.raises(NoIban) as caught:
        bank_account(KEYS, number)
    assert number not in str(caught.value)


# files of another kind, and hostile ones


@pytest.mark.parametrize("kind", ["stripe", "paypal", "wise", "payoneer", "sepa"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"name,amount\na,1\n",
        b'{"resourceType": "Bundle"}\n',
        b'{"object": "list", "data": {}}',
        b"[1, 2]\n",
        b"<html><body>hello</body></html>",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
        b"%PDF-1.7\n\x00\x01\x02",
        b"\x00" * 100,
        b"\xff\xfe" + "ä,ö\n1,2\n".encode("utf-16-le"),
        b"[" * 50_000,
        b'{"data":' * 50_000,
        b"<a>" * 50_000,
    ],
)
def test_another_file_is_refused_in_a_sentence(run, tmp_path, kind, data):
    path = tmp_path / "other.bin"
    path.write_bytes(data)
    done = run("import", kind, path, "--person", "w-1", code=2)
    assert "other.bin" in done.stderr
    assert not run.out.exists()


def test_an_upload_file_of_paypal_has_no_headings(run, write):
    path = write("mira@example.org,10.00,USD,w-1")
    assert "put Recipient" in run("import", "paypal", path, code=2).stderr.replace("\n", " ")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE Document [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Document SYSTEM "http://example.org/pain.dtd">',
        '<!DOCTYPE Document [<!ENTITY % p SYSTEM "http://example.org/p"> %p;]>',
    ],
)
@pytest.mark.parametrize("sample", [PAIN, CAMT])
def test_xml_bombs_are_refused_whole(run, tmp_path, declared, sample):
    text = sample.read_text().replace("<Document", declared + "<Document", 1)
    path = tmp_path / "bomb.xml"
    path.write_text(text.replace("Mira Lind", "&l9;&x;"))
    done = run("import", "sepa", path, "--person", "w-1", code=2)
    assert "declares entities or a document type" in done.stderr.replace("\n", " ")
    assert not run.out.exists()


def test_a_statement_that_is_cut_off_keeps_what_was_whole(run, tmp_path):
    path = tmp_path / "cut.xml"
    path.write_text(CAMT.read_text()[:-900])
    done = run("import", "sepa", path, "--map", SEPA_MAP, code=3)
    assert "is cut off or damaged" in done.stderr
    assert "w-0017" in payouts(run)


def test_too_much_without_a_payment_ends_the_reading(run, tmp_path, monkeypatch):
    monkeypatch.setattr("fraudscore.connectors.sepa.ITEM_MAX", 100_000)
    path = tmp_path / "huge.xml"
    path.write_text("<Document><Stmt><Id>" + "x" * 200_000 + "</Id></Stmt></Document>")
    assert "without a payment" in run("import", "sepa", path, code=2).stderr.replace("\n", " ")


def test_a_long_statement_is_streamed(run, tmp_path, monkeypatch):
    monkeypatch.setattr("fraudscore.connectors.sepa.ITEM_MAX", 100_000)
    text = CAMT.read_text()
    entry = re.search(r"<Ntry>.*?</Ntry>", text, re.DOTALL)[0]
    path = tmp_path / "long.xml"
    path.write_text(text.replace(entry, entry * 500, 1))
    done = run("import", "sepa", path, "--map", SEPA_MAP)
    assert "1,001 payments" in done.stderr


def profiles(kind, path, mapping=None):
    """Every profile an import would make; the record must accept each of them."""
    options, report, found = Options(keys=KEYS, person="w-1", mapping=mapping), Report(), People()
    try:
        for finding in CONNECTORS[kind].read(path, options, report):
            found.add(finding)
    except InputError:
        return
    for person in found:
        data = person.data() | {"as_of": "2199-01-01T00:00:00Z"}
        json.dumps(read_profile(data).model_dump(mode="json"), ensure_ascii=False).encode()


def replaced(value, chance):
    """A decoded JSON value with one part of it swapped for something strange."""
    if isinstance(value, dict) and value and chance.random() < 0.95:
        key = chance.choice(sorted(value))
        return value | {key: replaced(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.95:
        place = chance.randrange(len(value))
        return [*value[:place], replaced(value[place], chance), *value[place + 1 :]]
    return chance.choice(WEIRD)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_strange_values_in_a_list_of_stripe(tmp_path, seed):
    chance = random.Random(seed)
    found = json.loads(STRIPE.read_text())
    for _ in range(3):
        found = replaced(found, chance)
    path = tmp_path / "strange.json"
    path.write_text(json.dumps(found))
    profiles("stripe", path)


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=12)),
        min_size=1,
        max_size=6,
    )
)
def test_mutilated_files(tmp_path, kind, sample, cuts):
    data = sample.read_bytes()
    for place, gone, put in cuts:
        at = place % len(data) if data else 0
        data = data[:at] + put + data[at + gone :]
    path = tmp_path / "mutilated"
    path.write_bytes(data)
    profiles(kind, path)


@pytest.mark.parametrize(("kind", "sample"), [s for s in SAMPLES if s[1].suffix == ".csv"])
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cells=st.lists(st.tuples(st.integers(0, 10_000), st.text(max_size=30)), min_size=1, max_size=8)
)
def test_strange_cells(tmp_path, kind, sample, cells):
    rows = sample.read_text(encoding="utf-8-sig").splitlines()
    table = [row.split(",") for row in rows[1:]]
    for place, text in cells:
        row = table[place % len(table)]
        quoted = text.encode("utf-8", "replace").decode().replace('"', '""')
        row[place % len(row)] = f'"{quoted}"'
    path = tmp_path / "strange.csv"
    path.write_text("\n".join([rows[0], *map(",".join, table)]), encoding="utf-8")
    profiles(kind, path)


ROWS = "Recipient,Name,Status,Date,Customer ID\na@x.example,{},Success,2026-05-01,w1\n"
MORE = "b@x.example,Bo Lind,Success,2026-05-01,w2\nc@x.example,Cy Lind,Success,2026-05-01,w3\n"


def paid(tmp_path, data):
    (tmp_path / "payouts.csv").write_bytes(data)
    return imports.read("paypal", tmp_path / "payouts.csv", imports.options(person=None))


def test_a_quotation_mark_that_stays_open_makes_nobody_part_of_a_name(tmp_path):
    people, report = paid(tmp_path, (ROWS.format("Ann") + MORE.replace("Bo", '"Bo')).encode())
    assert [one["profile_id"] for one in people] == ["w1"]
    (told,) = report.rejected
    assert told.row == 3
    assert "quotation mark that is not closed" in str(told)
    assert "lines 3 to 4 were not read" in str(told)
    people, report = paid(tmp_path, (ROWS.format('"Ann" Lind') + MORE).encode())
    assert [one["profile_id"] for one in people] == ["w2", "w3"]
    assert [told.row for told in report.rejected] == [2]


def test_a_name_saved_by_excel_keeps_its_letters(tmp_path):
    people, _ = paid(tmp_path, ROWS.format("J\u00fcrgen M\u00fcller").encode("cp1252"))
    assert people[0]["payouts"][0]["holder"] == "J\u00fcrgen M\u00fcller"


def test_bars_separate_too(tmp_path):
    people, report = paid(tmp_path, (ROWS.format("Ann") + MORE).replace(",", "|").encode())
    assert [one["profile_id"] for one in people] == ["w1", "w2", "w3"]
    assert not report.lost


def test_a_stripe_account_whose_bank_is_its_own_affair_is_no_error(tmp_path):
    """Stripe shows external accounts of the accounts that the platform controls."""
    account = {"object": "account", "id": "acct_1", "type": "standard", "email": "a@x.example"}
    listed = {"object": "list", "data": [account, *json.loads(STRIPE.read_text())["data"][:1]]}
    (tmp_path / "accounts.json").write_text(json.dumps(listed))
    people, report = imports.read("stripe", tmp_path / "accounts.json")
    assert people
    assert not report.lost
    assert report.ignored["accounts without external accounts"] == 1


DATED = ("--as-of", "2026-06-01T00:00:00Z")


def test_profiles_that_notepad_saved_are_merged_into(tmp_path):
    out = tmp_path / "people.jsonl"
    imports.command(tmp_path, "import", "paypal", PAYOUTS, *DATED, "-o", out)
    before = out.read_bytes()
    out.write_bytes(b"\xef\xbb\xbf" + before)
    imports.command(tmp_path, "import", "paypal", PAYOUTS, *DATED, "-o", out)
    assert out.read_bytes() == before
