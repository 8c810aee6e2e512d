"""Forward-mode derivatives: those of the float64 loop, or a refusal, and never a silent zero."""

import pytest
import torch
from torch.autograd import forward_ad

import spsn_ref
from spsn_ref import NeuronState, leaky_integrate, lif, spsn, surrogate_heaviside

AVAILABLE = {
    operation: [name for name, status in table.items() if status == "available"]
    for operation, table in spsn_ref.methods().items()
}
STATES = ["loop", "scan", "fft"]
ALPHA, BETA = 0.9, 0.8


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


X, V = torch.randn(2, 20, 2, 3, dtype=torch.float64, generator=generator())


def by_dual_numbers(function, x, v):
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(function(forward_ad.make_dual(x, v))).tangent


def by_jvp(function, x, v):
    return torch.func.jvp(function, (x,), (v,))[1]


def by_jacfwd(function, x, v):
    jacobian = torch.func.jacfwd(function, randomness="same")(x)
    return (jacobian.flatten(x.dim()) @ v.flatten()).view(x.shape)


WAYS = [by_dual_numbers, by_jvp, by_jacfwd]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", AVAILABLE["leaky_integrate"])
def test_the_integrator_is_linear_or_refuses(method, way):
    function = lambda x: leaky_integrate(x, ALPHA, BETA, method)  # noqa: E731
    if method == "numba":
        with pytest.raises(NotImplementedError, match="'numba' has no forward-mode derivative"):
            way(function, X, V)
        return
    # A linear function is its own derivative.
    torch.testing.assert_close(way(function, X, V), function(V))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", STATES)
def test_the_integrator_is_linear_in_its_state(method, way):
    def function(first):
        state = NeuronState(first[0], first[1])
        membrane, end = leaky_integrate(X, ALPHA, BETA, method, state=state, return_state=True)
        return torch.stack([membrane[7], end.synaptic])

    slope = function(V[:2]) - function(torch.zeros_like(V[:2]))
    torch.testing.assert_close(way(function, X[:2], V[:2]), slope)


@pytest.mark.parametrize("method", STATES)
def test_hessians_by_both_modes_are_those_by_reverse_mode(method):
    x = X[:6, 0]

    def function(x):
        return (leaky_integrate(x, ALPHA, BETA, method) ** 3).sum()

    expected = torch.autograd.functional.hessian(function, x)
    assert expected.abs().max() > 1
    torch.testing.assert_close(torch.func.hessian(function)(x), expected)
    by_rows = torch.func.jacrev(torch.func.jacrev(function))(x)
    torch.testing.assert_close(by_rows, expected)


@pytest.mark.parametrize("method", STATES)
def test_vmap_is_a_loop_over_calls(method):
    function = lambda x: leaky_integrate(x, ALPHA, BETA, method)  # noqa: E731
    for dim in (0, 1):
        found = torch.vmap(function, in_dims=dim)(X.movedim(1, dim))
        torch.testing.assert_close(found, function(X).movedim(1, 0))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("with_membrane", [True, False])
@pytest.mark.parametrize("method", AVAILABLE["lif"])
def test_the_lif_refuses(method, with_membrane, way):
    function = lambda x: lif(x, method=method, with_membrane=with_membrane)[0]  # noqa: E731
    with pytest.raises(NotImplementedError, match="lif has no forward-mode derivative"):
        way(function, X, V)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("firing", ["sigmoid_bernoulli", "gumbel_softmax", "escape_noise"])
@pytest.mark.parametrize("method", AVAILABLE["spsn"])
def test_the_spsn_refuses(method, firing, way):
    if method == "numba" and firing == "escape_noise":
        pytest.skip("method 'numba' has no escape noise")
    function = lambda x: spsn(x, firing=firing, method=method)[0]  # noqa: E731
    with pytest.raises(NotImplementedError, match="no forward-mode derivative; take a reverse"):
        way(function, X, V)


@pytest.mark.parametrize("way", WAYS)
def test_a_state_with_a_tangent_is_refused_as_a_current_is(way):
    function = lambda u: lif(X, state=NeuronState(X[0], u))[0]  # noqa: E731
    with pytest.raises(NotImplementedError, match="lif has no forward-mode derivative"):
        way(function, X[0], V[0])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "fire", [surrogate_heaviside, spsn_ref.sigmoid_bernoulli, spsn_ref.gumbel_softmax]
)
def test_spikes_refuse_and_soft_values_do_not(fire, way):
    with pytest.raises(NotImplementedError, match=r"surrogate gradient.*no forward-mode"):
        way(fire, X, V)


def test_soft_values_have_a_forward_derivative():
    soft = lambda u: spsn_ref.gumbel_softmax(u, hard=False, generator=generator(1))  # noqa: E731
    value = soft(X)
    torch.testing.assert_close(by_jvp(soft, X, V), 2 * value * (1 - value) * V)


def test_dual_numbers_elsewhere_are_no_reason_to_refuse():
    with forward_ad.dual_level():
        spikes, _ = lif(X)
    assert torch.equal(spikes, lif(X)[0])
