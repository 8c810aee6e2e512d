"""A case's budget, shared out among its rounds."""

from benchmarks.cases.budget import Budget


def test_the_budget_is_shared_out_among_the_rounds():
    budget = Budget(seconds=8, limit=60, least=10, most=50, stored=30, kept=5, rounds=4)
    shared = budget.of_round()
    assert shared.stored == 8
    assert (shared.seconds, shared.limit) == (2, 60)
    assert (shared.least, shared.most, shared.kept, shared.rounds) == (3, 13, 2, 1)
