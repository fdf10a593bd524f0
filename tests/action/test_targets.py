"""Lists for other tools: published hashes, phones without guessing, receipts that add up."""

import re

import pandas as pd
import pytest

from segkit.action import targets
from segkit.action.targets import identifiers
from segkit.study import StudyError

SHA, MD5 = identifiers.HASHES["sha256"], identifiers.HASHES["md5"]


@pytest.mark.parametrize(
    ("given", "rule", "written", "hashed"),
    [
        ("cloudy.sanfrancisco+shopping@gmail.com", "google", "cloudysanfrancisco@gmail.com",
         "223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4"),
        ("user.name+NYC@Example.com", "google", "user.name+nyc@example.com",
         "f109a2a632fbcea5fc82049f50beed3d8621bf9034399f437fb622222acccdac"),
        (" Cloudy.S+x@GMAIL.com ", "plain", "cloudy.s+x@gmail.com", None),
        ("no address", "plain", "", None),
        ("a@b", "plain", "", None),
    ],
)  # fmt: skip
def test_an_e_mail_is_written_as_its_tool_publishes(given, rule, written, hashed):
    assert identifiers.email(given, rule=rule) == written
    assert hashed is None or SHA(written) == hashed


@pytest.mark.parametrize(
    ("given", "country", "rule", "written", "hashed"),
    [
        ("(800)555-0100", "US", "e164", "+18005550100",
         "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"),
        ("(800)555-0100", "US", "digits", "18005550100",
         "92cfdc5fbcd4a20fbe5d3857af6c1aba31762105bba7f21a17155e920653046c"),
        ("+7 916 555-44-33", "", "e164", "+79165554433", None),
        ("00 49 30 901820", "", "e164", "+4930901820", None),
        ("'+79165554433", "", "e164", "+79165554433", None),
    ],
)  # fmt: skip
def test_a_phone_is_written_as_its_tool_publishes(given, country, rule, written, hashed):
    assert identifiers.phone(given, country=country, rule=rule) == written
    assert hashed is None or SHA(written) == hashed


@pytest.mark.parametrize(
    ("text", "hashed"),
    [
        ("79876543210", "5c5259938ed3e632bc5e3f94731090af"),
        ("79012345678", "7cea6da797b7105aee4188b6731a9006"),
        ("mail@yandex.ru", "3c56ff8fef0f6c65b36b2d25720fe276"),
        ("example2@yandex.ru", "8d2b135ba9bd88fbfbd8ececb31196d1"),
    ],
)
def test_yandex_publishes_these_sums(text, hashed):
    assert MD5(text) == hashed
    assert MD5("") == ""


@pytest.mark.parametrize("given", ["8 (916) 555-44-33", "9165554433", "555-44-33", "", "+7 000"])
def test_no_country_code_is_guessed(given):
    assert identifiers.phone(given) == ""


def test_a_placeholder_is_no_phone_in_any_country():
    assert identifiers.phone("0000000000", country="RU") == ""


def people(n=3, **columns):
    frame = pd.DataFrame({"customer_id": [str(k) for k in range(n)]})
    return frame.assign(segment="A", persona="B", **columns)


def test_a_receipt_adds_up_and_the_other_identifier_still_serves():
    given = people(
        6,
        email=["A@x.org", "a@x.org", "bad", "bad", "", "c@x.org"],
        phone=["", "", "+79165554433", "12", "", "+79165554434"],
    )
    agreed = pd.Series([True, True, True, True, True, False])
    found = targets.prepare(given, targets.load("klaviyo"), agreed=agreed)
    counts = found.receipt
    parts = ("without consent", "without identifier", "twice", "out")
    assert counts["in"] == sum(counts[part] for part in parts) == 6
    assert (counts["invalid e-mails"], counts["invalid phones"], counts["twice"]) == (2, 1, 1)
    assert found.frame["Email"].tolist() == ["a@x.org", ""]
    assert found.frame["Phone Number"].tolist() == ["", "+79165554433"]
    assert "1 are another row's twin" in found.said


def test_a_list_below_the_minimum_is_refused_with_what_is_missing():
    given = people(63, email=[f"c{k}@x.org" for k in range(63)])
    with pytest.raises(StudyError, match="63 are usable, 37 short"):
        targets.prepare(given, targets.load("google-ads"))
    whole = people(100, email=[f"c{k}@x.org" for k in range(100)])
    assert len(targets.prepare(whole, targets.load("google-ads")).frame) == 100


def test_what_is_to_be_hashed_is_never_written_plain():
    given = people(120, email=[f"C{k}@x.org" for k in range(120)])
    for name in ("google-ads", "meta", "yandex-audience"):
        frame = targets.prepare(given, targets.load(name)).frame
        hashed = frame[[c for c in frame if c.lower() == "email"]].iloc[:, 0]
        assert hashed.str.fullmatch("[0-9a-f]{32}|[0-9a-f]{64}").all(), name
        assert "@" not in frame.to_csv(), name


def test_the_order_of_the_rows_changes_no_list():
    given = people(4, email=["b@x.org", "a@x.org", "A@x.org", "?"])
    one, other = (targets.prepare(g, targets.load("unisender")) for g in (given, given[::-1]))
    assert sorted(one.frame["email"]) == sorted(other.frame["email"]) == ["a@x.org", "b@x.org"]
    assert one.receipt == other.receipt


def test_a_long_list_is_cut_without_loss():
    asked = targets.load("hubspot")
    found = targets.prepare(people(5, email=[f"{k}@x.org" for k in range(5)]), asked)
    short = targets.Prepared(targets.Target(**{**asked.__dict__, "most_rows": 2}), found.frame, {})
    assert [len(part) for part in short.parts] == [2, 2, 1]
    assert pd.concat(short.parts).equals(found.frame)


def test_every_target_says_where_its_rules_were_read_and_asks_only_what_there_is():
    fields = {"email", "phone", "customer_id", "segment", "persona", "country"}
    for name in targets.names():
        asked = targets.load(name)
        assert re.fullmatch(r"\w+ 20\d\d", asked.read), name
        assert asked.source, name
        assert set(asked.columns.values()) <= fields, name
        assert set(asked.identifiers) | set(asked.hashed) <= set(asked.columns.values()), name
        assert bool(asked.hash) is bool(asked.hashed), name


def test_an_unknown_tool_is_answered_with_the_nearest():
    with pytest.raises(StudyError, match="Did you mean 'google-ads'"):
        targets.load("google-add")
