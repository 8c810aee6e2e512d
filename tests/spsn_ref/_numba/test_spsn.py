"""The fused SPSN of method "numba": its random numbers, law and gradient."""

import numpy as np
import pytest
import torch
from scipy import stats

from spsn_ref import NeuronParameters, leaky_integrate, spsn

pytest.importorskip("numba", reason="method 'numba' needs numba")

from spsn_ref._numba.spsn import _chance

SHARPNESS = {"sigmoid_bernoulli": 1.0, "gumbel_softmax": 2.0}
PARAMETERS = NeuronParameters()


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def philox(counter, key):
    """Philox4x32-10 of Salmon et al., 2011, on arrays of uint64 below 2^32."""
    low, c, k = np.uint64(0xFFFFFFFF), [np.uint64(x) for x in counter], [int(x) for x in key]
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        high0, high1 = p0 >> np.uint64(32), p1 >> np.uint64(32)
        c = [high1 ^ c[1] ^ np.uint64(k[0]), p1 & low, high0 ^ c[3] ^ np.uint64(k[1]), p0 & low]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


def uniform(seed, steps, lanes, first=0):
    """The numbers U of SPSN-GS, [time, lane]."""
    return _chance(torch.Size((steps, lanes)), seed, [0, first], True).numpy()


def xoshiro(words, count):
    """xoshiro128+ of Blackman and Vigna, 2021, on arrays of uint64 below 2^32."""
    s = [np.asarray(word, dtype=np.uint64) for word in words]
    low, numbers = np.uint64(0xFFFFFFFF), []
    for _ in range(count):
        numbers.append((s[0] + s[3]) & low)
        t = (s[1] << np.uint64(9)) & low
        s[2], s[3] = s[2] ^ s[0], s[3] ^ s[1]
        s[1], s[0] = s[1] ^ s[2], s[0] ^ s[3]
        s[2] = s[2] ^ t
        s[3] = ((s[3] << np.uint64(11)) | (s[3] >> np.uint64(21))) & low
    return numbers


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        (
            [0xFFFFFFFF] * 4,
            [0xFFFFFFFF] * 2,
            [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD],
        ),
    ],
)
def test_this_files_philox_gives_the_known_answers(counter, key, words):
    assert philox(counter, key) == words


@pytest.mark.parametrize("seed", [0, 12345, -1, -(2**63), 2**63 - 1])
@pytest.mark.parametrize("first", [0, 48, 2**33])
def test_the_kernels_draw_xoshiro_started_by_philox(seed, first):
    ours = uniform(seed, 80, 37, first)
    against_rho = _chance(torch.Size((80, 37)), seed, [0, first], False).numpy()
    lane = np.arange(37, dtype=np.uint64) + np.uint64(first)
    key = (seed % 2**32, seed % 2**64 >> 32)
    for chunk in range(3):
        words = philox([lane & np.uint64(2**32 - 1), lane >> np.uint64(32), chunk, 0], key)
        for t, number in enumerate(xoshiro(words, min(32, 80 - 32 * chunk)), 32 * chunk):
            expected = 1 - ((number >> np.uint64(9)).astype(np.float64) + 0.5) / 2**23
            assert (ours[t] == expected).all()
            assert (against_rho[t] == (number >> np.uint64(1)).astype(np.float64) / 2**31).all()


def test_the_numbers_are_uniform_and_unrelated():
    steps, width = 400, 500
    u = uniform(99, steps, width).astype(np.float64)
    n = u.size
    assert 0 < u.min() < u.max() < 1
    # Five deviations of each statistic.
    assert abs(u.mean() - 0.5) < 5 / np.sqrt(12 * n)
    assert abs(u.var() - 1 / 12) < 5 / np.sqrt(180 * n)
    counts = np.histogram(u, bins=256, range=(0, 1))[0]
    assert 1e-6 < stats.chisquare(counts).pvalue < 1 - 1e-6
    centred = (u - 0.5) * np.sqrt(12)
    for lag in (1, 2, 3, 4, 5, 8, 31, 32, 33):
        assert abs((centred[lag:] * centred[:-lag]).mean()) < 5 / np.sqrt(n * 0.9)
        assert abs((centred[:, lag:] * centred[:, :-lag]).mean()) < 5 / np.sqrt(n * 0.9)
    other = (uniform(100, steps, width) - 0.5) * np.sqrt(12)
    assert abs((centred * other).mean()) < 5 / np.sqrt(n)


@pytest.mark.parametrize("firing", list(SHARPNESS))
def test_spsn_fires_by_the_law_of_its_membrane(firing):
    current = torch.randn(203, 8, 17, generator=generator(2))
    counts = torch.zeros_like(current)
    for seed in range(40):
        spikes, membrane = spsn(current, firing=firing, method="numba", generator=generator(seed))
        counts += spikes
    assert set(spikes.unique().tolist()) == {0.0, 1.0}
    probability = torch.sigmoid(SHARPNESS[firing] * membrane)
    deviation = (40 * (probability * (1 - probability)).sum()).sqrt()
    assert ((counts.sum() - 40 * probability.sum()) / deviation).abs() < 5


@pytest.mark.parametrize("drive", [-300.0, -20.0, -1.0, 0.0, 1.0, 20.0, 300.0])
@pytest.mark.parametrize("firing", list(SHARPNESS))
def test_spsn_fires_by_its_law_at_both_ends(firing, drive):
    # The first steps: the membrane, constant over lanes, is far from zero on either side.
    spikes, membrane = spsn(
        torch.full((3, 1, 40_000), drive), firing=firing, method="numba", generator=generator()
    )
    for s, u in zip(spikes, membrane, strict=True):
        law = torch.sigmoid(SHARPNESS[firing] * u[0, 0].double()).item()
        low, high = stats.binom.interval(1 - 1e-7, s.numel(), law)
        assert low <= s.sum() <= high


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("firing", list(SHARPNESS))
def test_spikes_and_slope_are_those_of_one_random_number(firing, dtype):
    steps, lane_count = 90, 21
    x = (2 * torch.randn(steps, lane_count, generator=generator(), dtype=dtype)).requires_grad_()
    g_spikes, g_membrane = torch.randn(2, steps, lane_count, generator=generator(1), dtype=dtype)
    spikes, membrane = spsn(x, PARAMETERS, firing, "numba", generator(5))
    torch.autograd.backward((spikes, membrane), (g_spikes, g_membrane))

    seed = torch.randint(-(2**63), 2**63 - 1, (1,), generator=generator(5)).item()
    u = membrane.detach().double()
    gumbel = firing == "gumbel_softmax"
    number = _chance(torch.Size((steps, lane_count)), seed, [0, 0], gumbel)
    drive = 2 * u + torch.logit(number) if gumbel else torch.sigmoid(u) - number
    sure = drive.abs() > 1e-6
    assert torch.equal((drive > 0).double()[sure], spikes.detach().double()[sure])
    if firing == "sigmoid_bernoulli":
        slope = torch.sigmoid(u) ** 2 * (1 - torch.sigmoid(u))
    else:
        slope = 2 * torch.sigmoid(drive) * (1 - torch.sigmoid(drive))
    truth = x.detach().double().requires_grad_()
    leaky_integrate(truth, PARAMETERS.alpha, PARAMETERS.beta, method="loop").backward(
        g_membrane.double() + g_spikes.double() * slope
    )
    error = (x.grad.double() - truth.grad).abs().max() / truth.grad.abs().max()
    assert error < (1e-6 if dtype == torch.float32 else 1e-12)


@pytest.mark.parametrize("firing", list(SHARPNESS))
def test_the_gradient_survives_extreme_membranes(firing):
    x = torch.tensor([-1e30, -1e3, 1e3, 1e30]).reshape(1, 1, 4).requires_grad_()
    spikes, _ = spsn(x, firing=firing, method="numba")
    spikes.sum().backward()
    assert spikes.flatten().tolist() == [0, 0, 1, 1]
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("firing", list(SHARPNESS))
def test_the_generator_alone_decides(firing):
    x = torch.randn(50, 2, 30, generator=generator(1))
    fire = lambda source: spsn(x, PARAMETERS, firing, "numba", source)[0]  # noqa: E731
    state = torch.get_rng_state()
    first = fire(generator(7))
    assert torch.equal(first, fire(generator(7)))
    assert not torch.equal(first, fire(generator(8)))
    assert torch.equal(state, torch.get_rng_state())
    source = generator(7)
    assert not torch.equal(fire(source), fire(source))
    torch.manual_seed(1)
    default = fire(None)
    assert not torch.equal(default, fire(None))
    torch.manual_seed(1)
    assert torch.equal(default, fire(None))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("gumbel", [False, True])
@pytest.mark.parametrize("start", [False, True])
def test_the_operators_are_well_formed(gumbel, start, dtype):
    operators = torch.ops.spsn_ref
    x = torch.rand(30, 6, dtype=dtype, requires_grad=True)
    state = torch.rand(2, 6, dtype=torch.float64, requires_grad=True) if start else None
    seed, g, u = torch.tensor([5]), torch.rand(30, 6, dtype=dtype), torch.rand(30, 6, dtype=dtype)
    end = torch.rand(2, 6, dtype=torch.float64)
    for with_membrane in (True, False):
        inputs = (x, seed, state, [3, 2], [0.95, 0.9], gumbel, True, with_membrane)
        torch.library.opcheck(operators.numba_spsn.default, inputs)
    settings = (end, seed, [3, 2], [0.95, 0.9], gumbel, dtype)
    backward = operators.numba_spsn_backward.default
    torch.library.opcheck(backward, (None, g, end if start else None, u, *settings))
    if dtype == torch.float32:
        kept = torch.randint(-(2**15), 2**15, (30, 6)).short()
        torch.library.opcheck(backward, (g, None, None, kept, *settings))


def test_other_firings_are_refused():
    for firing in ("escape_noise", "x", lambda u, generator: u):
        with pytest.raises(ValueError, match="'sigmoid_bernoulli', 'gumbel_softmax'"):
            spsn(torch.zeros(3, 1, 1), firing=firing, method="numba")
