"""Rules are read strictly, and say in words what they demand."""

import pytest

from benchmark.verdict.rule_file import Rule, list_shipped_rules, read_rules
from data.errors import VerdictError


@pytest.mark.parametrize("name", list_shipped_rules())
def test_rules_that_ship_can_be_read(name):
    rules = read_rules(name)
    assert rules.rules
    assert all(rule.sentence for rule in rules.rules)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ('metric = "pd"', "one limit"),
        ('metric = "pd"\nleast = 0.5\nnot_worse_by = 0.1', "one limit"),
        ('metric = "pd"\nmost = 0.5', "wrong way"),
        ('metric = "pfa"\nleast = 0.5', "wrong way"),
        ('metric = "pd"\nat_pfa = 0.1\nleast = 0.5', "at_pfa goes with"),
        ('metric = "pd_at_pfa"\nleast = 0.5', "at_pfa goes with"),
        ('metric = "pfa"\nmost = 0.5\nslice = "pose"', "tell firearms apart"),
        ('metric = "pd"\nleast = 0.5\nslice = "colour"', "no slice 'colour'"),
        ('metric = "map"\nleast = 0.5', "metric"),
        ('metric = "pd"\nleast = 0.5\nmargin = 1', "margin"),
        ('metric = "pd"\nleast = nan', "least"),
    ],
)
def test_rules_that_make_no_sense_are_refused_in_one_line(tmp_path, rule, why):
    path = tmp_path / "rules.toml"
    path.write_text(f'title = "t"\n[[rules]]\n{rule}\n')
    with pytest.raises(VerdictError, match=why) as caught:
        read_rules(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(VerdictError, match="one of accept, replace"):
        read_rules("nothing")
    (tmp_path / "r.toml").write_text("[[")
    with pytest.raises(VerdictError, match="no TOML"):
        read_rules(tmp_path / "r.toml")
    (tmp_path / "r.toml").write_text('title = "t"\nrules = []\n')
    with pytest.raises(VerdictError, match="rules"):
        read_rules(tmp_path / "r.toml")


def test_a_rule_in_words():
    rule = Rule(metric="pd_at_pfa", at_pfa=0.01, not_worse_by=0.03)
    assert rule.sentence == (
        "Pd of firearms at Pfa 0.01 not below the champion's by more than 0.03"
    )
