"""The benchmark of formation does what it says; never how good or fast it is."""

import gzip
import json

import numpy as np

from bench import formation


def said(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_published_instances_are_held_against_the_best_known_values(tmp_path, capsys):
    chance = np.random.default_rng(1)
    lines = [f"{i} {j} {chance.integers(1, 100)}" for i in range(120) for j in range(i + 1, 120)]
    text = "\n".join(["120 20 ss " + " ".join(["6 6"] * 20), *lines])
    (tmp_path / "Some_n120.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "best_known.csv").write_text("instance,n,best_of_20\nSome_n120,120,20000\nAbsent,120,1\n")
    (tmp_path / "small_groups_best.csv").write_text("instance,n,best_seen\nSome_n120,120,1000000\n")

    assert formation.main(["--instances", str(tmp_path), "--seconds", "0.2", "--part", "mdgp", "--json"]) == 0

    figures = said(capsys)
    assert set(figures) == {
        "published Some_n120", "published mean", "small Some_n120", "small mean", "quick Some_n120", "quick mean",
        "beside CP-SAT",
    }  # fmt: skip
    assert set(figures["small mean"]) == {"value", "floor", "ratio", "reach", "ok"}
    assert figures["published Some_n120"]["ok"] is True
    assert figures["small Some_n120"]["ok"] is False


def test_without_a_folder_it_makes_its_own(capsys):
    assert formation.main(["--seconds", "0.05", "--only", "RanInt", "--part", "mdgp", "--json"]) == 0

    assert set(said(capsys)) == {"small own RanInt n120", "small mean", "quick own RanInt n120", "quick mean"}


def test_it_prints_a_table(capsys):
    assert formation.main(["--seconds", "0.05", "--only", "RanInt", "--part", "mdgp"]) == 0

    assert "| small own RanInt n120 |" in capsys.readouterr().out


def test_rosters_under_all_rules_are_held_against_cp_sat(capsys, tmp_path):
    lines = [f"p{n}@x.example,Person {n},T{n % 6}" for n in range(12)]
    (tmp_path / "roster.csv").write_text("\n".join(["email,name,team", *lines]))
    arguments = ["--part", "rosters", "--most", "10", "--seconds", "0.3", "--roster", str(tmp_path / "roster.csv")]

    assert formation.main([*arguments, "--json"]) == 0

    figures = said(capsys)
    assert set(figures) == {
        "planted 10 broken", "planted 10 seconds", "planted 10 score", "roster broken", "roster seconds", "optimum",
        "verdict", "conflict", "minimal", "proved",
    }  # fmt: skip
    assert (figures["planted 10 broken"]["value"], figures["roster broken"]["ok"]) == (0, True)
    assert (figures["verdict"]["value"], figures["verdict"]["ok"]) == (1, True)
