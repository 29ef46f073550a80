"""Figures are said so that they can be pictured, and never say more than is known."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.rates import Rate
from benchmark.report.words import (
    count_of,
    say_change,
    say_percent,
    say_rate,
    shorten,
    show_text,
)

SHARES = st.floats(0, 1)


def make_rate(low, share, high):
    return Rate(share, low, high, trials=100, hits=1, groups=9)


@given(st.lists(SHARES, min_size=3, max_size=3).map(sorted))
def test_a_count_lies_within_what_it_is_said_to_lie_between(shares):
    count = count_of(make_rate(*shares))
    base, hits = (int(text.replace(",", "")) for text in (count.of, count.hits))
    ends = [int(n.replace(",", "")) for n in re.findall(r"[\d,]+", count.between)]
    if count.between.startswith("at most"):
        ends.insert(0, 0)
    elif count.between.startswith("at least"):
        ends.append(base)
    assert ends[0] <= hits <= ends[1]
    assert abs(hits / base - shares[1]) <= 0.5 / base + 1e-12


def test_rare_is_not_said_to_be_never_and_nearly_all_not_all():
    rare = count_of(make_rate(0.001, 0.004, 0.01))
    assert (rare.of, rare.hits, rare.between) == ("1,000", "4", "between 1 and 10")
    nearly = count_of(make_rate(0.99, 0.9995, 0.9999))
    assert (nearly.of, nearly.hits) == ("10,000", "9,995")


def test_none_of_many_still_says_how_many_there_could_be():
    assert count_of(make_rate(0.0, 0.0, 0.004)).between == "at most 4"
    assert count_of(make_rate(0.0, 0.0, 0.004)).of == "1,000"
    assert count_of(make_rate(0.93, 1.0, 1.0)).between == "at least 93"


def test_only_all_is_a_hundred_per_cent_and_only_none_is_zero():
    assert say_percent(0.9994) == "99.94\N{NO-BREAK SPACE}%"
    assert say_percent(0.0006) == "0.06\N{NO-BREAK SPACE}%"
    assert say_rate(None) == "not measured"


def test_changes_carry_their_sign_and_nought_has_none():
    assert say_change(-0.031, points=True) == "\N{MINUS SIGN}3.1"
    assert say_change(-0.0001, points=True) == "0.0"
    assert say_change(float("-inf"), points=False) == "no limit"


@given(st.text(st.characters(codec=None)))
def test_shown_text_hides_nothing_and_turns_nothing_around(text):
    shown = show_text(text)
    assert len(shown) == len(text)
    kinds = {unicodedata.category(one) for one in shown}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert show_text(shown) == shown


@given(st.text(), st.integers(1, 30))
def test_shortened_text_is_short_and_begins_alike(text, most):
    short = shorten(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
