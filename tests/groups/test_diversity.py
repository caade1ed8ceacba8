"""The annealing: its sums are those that counting gives, sizes hold, and small instances are solved."""

import gzip
import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.formation.__main__ import main
from groups.formation.annealing import anneal, own_of, sums_of, value_of
from groups.formation.diversity import maximize
from groups.formation.mdgp import read_instance
from groups.formation.model import FormationError

ROOT = Path(__file__).resolve().parents[2]


def distances(n, seed):
    gain = np.triu(np.random.default_rng(seed).integers(0, 100, (n, n)), 1).astype(np.float32)
    return gain + gain.T


def counted(gain, group_of):
    return float(sum(gain[i, j] for i, j in combinations(range(len(gain)), 2) if group_of[i] == group_of[j]))


def partitions(people, sizes):
    """Every way to part people into groups of these sizes."""
    if not sizes:
        yield []
        return
    first, *rest = people
    for others in combinations(rest, sizes[0] - 1):
        left = [one for one in rest if one not in others]
        for more in partitions(left, sizes[1:]):
            yield [(first, *others), *more]


@pytest.mark.parametrize("seed", range(5))
def test_small_instances_are_solved_to_the_optimum(seed):
    gain = distances(9, seed)
    best = max(
        sum(gain[i, j] for members in groups for i, j in combinations(members, 2))
        for groups in partitions(range(9), [3, 3, 3])
    )

    found = maximize(gain, [3, 3, 3], [3, 3, 3], turns=400, seed=seed)

    assert found.value == best == counted(gain, found.group_of)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7), st.booleans(), st.floats(0.01, 500))
def test_after_any_turns_the_sums_are_those_that_counting_gives(seed, k, is_free, heat):
    chance = np.random.default_rng(seed)
    n = 5 * k
    gain, group = distances(n, seed), chance.permutation(np.repeat(np.arange(k, dtype=np.int32), 5))
    sizes = np.full(k, 5, np.int32)
    least, most = (sizes - 2, sizes + 2) if is_free else (sizes.copy(), sizes.copy())
    sums = sums_of(gain, group, k)
    own, noise = own_of(group, sums), np.log(chance.random(1 << 10, np.float32) + np.float32(1e-9))
    best, values = group.copy(), np.array([value_of(gain, group)] * 2)

    state = np.array([seed + 1], np.uint64)
    anneal(gain, group, sizes, least, most, sums, own, noise, state, 300, heat, heat / 9, is_free, best, values)

    assert values[0] == pytest.approx(counted(gain, group))
    assert values[1] == pytest.approx(counted(gain, best))
    assert values[1] >= values[0]
    np.testing.assert_array_equal(sums, sums_of(gain, group, k))
    np.testing.assert_array_equal(own, own_of(group, sums))
    np.testing.assert_array_equal(sizes, np.bincount(group, minlength=k))
    assert (least <= sizes).all()
    assert (sizes <= most).all()


def test_the_same_seed_and_turns_give_the_same_groups_and_another_seed_others():
    gain, size = distances(60, 1), [6] * 10

    one, same, other = (maximize(gain, size, size, turns=200, seed=seed) for seed in (3, 3, 4))

    assert one.group_of.tolist() == same.group_of.tolist()
    assert one.group_of.tolist() != other.group_of.tolist()


def test_it_is_far_better_than_chance_and_says_so_on_the_way():
    gain, size, told = distances(60, 2), [6] * 10, []

    found = maximize(gain, size, size, turns=4000, progress=told.append)

    by_chance = counted(gain, np.repeat(np.arange(10), 6))
    assert found.value > 1.25 * by_chance
    assert told
    assert max(told) == pytest.approx(found.value, rel=0.05)


def test_a_caller_can_say_stop_and_gets_the_best_so_far():
    gain, size, asked = distances(60, 2), [6] * 10, []

    def stop():
        asked.append(1)
        return len(asked) > 2

    found = maximize(gain, size, size, seconds=30, should_stop=stop)

    assert found.value == pytest.approx(counted(gain, found.group_of))


def test_sizes_that_cannot_add_up_are_refused():
    with pytest.raises(FormationError, match="7 people do not fit into groups of 8 to 10 in all"):
        maximize(distances(7, 1), [4, 4], [5, 5])


# The file and the command --------------------------------------------------------------------------------------------

SMALL = "4 2 ss 2 2 2 2\n0 1 5\n0 2 1\n0 3 1\n1 2 1\n1 3 1\n2 3 4.5\n"


def test_the_command_prints_one_object_as_its_last_line(tmp_path):
    path = tmp_path / "small.txt.gz"
    path.write_bytes(gzip.compress(SMALL.encode()))

    command = [sys.executable, "-m", "groups.formation", "--mdgp", str(path), "--moves", "100", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    said = json.loads(done.stdout.splitlines()[-1])
    assert sorted(said) == ["groups", "objective", "seconds", "unplaced", "violations"]
    assert (said["objective"], sorted(said["groups"])) == (9.5, [[0, 1], [2, 3]])


def test_without_json_it_prints_the_groups(tmp_path, capsys):
    path = tmp_path / "small.txt"
    path.write_text(SMALL)

    assert main(["--mdgp", str(path), "--seconds", "0.05"]) == 0

    assert "Objective 9.5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: expected n"),
        ("4 2 ss 2 2", "Line 1: 2 groups need 4 sizes"),
        ("9 2 ss 2 2 2 2", "9 people do not fit into groups of 4 to 4"),
        ("4 2 ss 3 2 2 2", "least size is above its most"),
        (SMALL + "0 1", "Line 8: expected two people and their distance"),
        (SMALL + "0 4 1", "Line 8: expected two different people from 0 to 3"),
        (SMALL + "1 1 1", "Line 8: expected two different people"),
        (SMALL + "0 1 nan", "Line 8: expected two different people"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_line(tmp_path, capsys, text, said):
    path = tmp_path / "wrong.txt"
    path.write_text(text)

    assert main(["--mdgp", str(path)]) == 2

    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.txt", "broken.txt.gz"])
def test_a_file_that_cannot_be_read_is_said_so(tmp_path, name):
    (tmp_path / "broken.txt.gz").write_bytes(b"\x1f\x8bnot gzip")

    with pytest.raises(FormationError, match="cannot be read"):
        read_instance(tmp_path / name)
