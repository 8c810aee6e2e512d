"""The picture of fractions of the floor."""


def test_the_floor_is_never_lowest_or_highest_in_a_caption(floor):
    assert "floor/copy (" not in floor.page


def test_the_caption_names_the_extremes(floor):
    words = "Lowest: LIF/published_loop (0.0500, T = 100, batch 1, the neuron alone)"
    assert words in floor.page.replace("\u00a0", " ")
