"""Whole vectors as numba values: LLVM does not vectorise a loop over arrays that may overlap.

A vector holds `WIDTH` numbers, or a multiple of it. It is read and written by address and takes
part in +, -, *, /, &, |, ^, <<, >> (logical), < and > with vectors and numbers of its own type.
LLVM splits what is wider than the processor's registers: the code is the same for AVX-512, AVX2,
SSE and Arm.
"""

import operator

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, models, register_model
from numba.np.numpy_support import from_dtype

from ..call import WIDTH

# Of functions that only compiled ones call, and of those that become part of their caller.
OUTER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
INNER = {"forceinline": True, **OUTER}


class Vector(types.Type):
    """`count` numbers of one type."""

    def __init__(self, element: types.Type, count: int = WIDTH) -> None:
        self.element, self.count = element, count
        super().__init__(name=f"vector({element} x {count})")

    def of(self, element: types.Type) -> "Vector":
        """Return the type of as many numbers of another type."""
        return Vector(element, self.count)


_LLVM = {
    types.float32: ir.FloatType(),
    types.float64: ir.DoubleType(),
    types.int16: ir.IntType(16),
    types.int32: ir.IntType(32),
    types.int64: ir.IntType(64),
    types.boolean: ir.IntType(1),
}


def _llvm(vector):
    return ir.VectorType(_LLVM[vector.element], vector.count)


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, _llvm(fe_type))


def _splat(builder, scalar, count):
    undefined = ir.Constant(ir.VectorType(scalar.type, count), ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(first, undefined, zeros)


def _as_vector(builder, context, kind, vector, value):
    """Repeat what is a number."""
    if kind == vector:
        return value
    return _splat(builder, context.cast(builder, value, kind, vector.element), vector.count)


def _operator(function, floats, integers, result=None):
    @infer_global(function)
    class Template(AbstractTemplate):
        def generic(self, arguments, keywords):
            vectors = {kind for kind in arguments if isinstance(kind, Vector)}
            numbers = [kind for kind in arguments if not isinstance(kind, Vector)]
            if len(vectors) == 1 and all(isinstance(kind, types.Number) for kind in numbers):
                (vector,) = vectors
                return (vector.of(result) if result else vector)(*arguments)

    def emit(context, builder, signature, arguments):
        vector = next(kind for kind in signature.args if isinstance(kind, Vector))
        arguments = [
            _as_vector(builder, context, kind, vector, value)
            for kind, value in zip(signature.args, arguments, strict=True)
        ]
        is_float = isinstance(vector.element, types.Float)
        return (floats if is_float else integers)(builder, *arguments)

    for kinds in ((Vector, Vector), (Vector, types.Number), (types.Number, Vector)):
        lower_builtin(function, *kinds)(emit)


_build = ir.IRBuilder
_operator(operator.add, _build.fadd, _build.add)
_operator(operator.sub, _build.fsub, _build.sub)
_operator(operator.mul, _build.fmul, _build.mul)
_operator(operator.truediv, _build.fdiv, None)
_operator(operator.and_, None, _build.and_)
_operator(operator.or_, None, _build.or_)
_operator(operator.xor, None, _build.xor)
_operator(operator.lshift, None, _build.shl)
_operator(operator.rshift, None, _build.lshr)
for _sign, _function in ((">", operator.gt), ("<", operator.lt)):
    _operator(
        _function,
        lambda builder, a, b, sign=_sign: builder.fcmp_ordered(sign, a, b),
        lambda builder, a, b, sign=_sign: builder.icmp_signed(sign, a, b),
        types.boolean,
    )


def _unary(element, result, emit):
    @intrinsic
    def operation(context, x):
        if isinstance(x, Vector) and x.element == element:
            vector = _llvm(x.of(result))
            return x.of(result)(x), lambda context, builder, signature, arguments: emit(
                builder, arguments[0], vector
            )

    return operation


def _without_sign(builder, x, vector):
    words = ir.VectorType(ir.IntType(32), vector.count)
    mask = ir.Constant(words, [0x7FFFFFFF] * vector.count)
    return builder.bitcast(builder.and_(builder.bitcast(x, words), mask), vector)


bits = _unary(types.float32, types.int32, _build.bitcast)
from_bits = _unary(types.int32, types.float32, _build.bitcast)
magnitude = _unary(types.float32, types.float32, _without_sign)
double = _unary(types.float32, types.float64, _build.fpext)
single = _unary(types.float64, types.float32, _build.fptrunc)
# To a whole number, towards zero; any number for what int32 does not hold.
whole = _unary(types.float32, types.int32, _build.fptosi)
real = _unary(types.int32, types.float32, _build.sitofp)
low_word = _unary(types.int64, types.int32, _build.trunc)
low_half = _unary(types.int32, types.int16, _build.trunc)
# An int16 as a whole number from 0 to 65535.
unsigned = _unary(types.int16, types.int32, _build.zext)


@intrinsic
def fma(context, a, b, c):
    """Compute a * b + c of floats, rounded once where the processor can."""
    kinds = (a, b, c)
    vectors = {kind for kind in kinds if isinstance(kind, Vector)}
    if len(vectors) != 1 or any(not isinstance(kind.element, types.Float) for kind in vectors):
        return None
    (vector,) = vectors

    def emit(context, builder, signature, arguments):
        function_type = ir.FunctionType(_llvm(vector), [_llvm(vector)] * 3)
        # llvm.fma is a call of the C library on a processor without it.
        name = f"llvm.fmuladd.v{vector.count}f{vector.element.bitwidth}"
        function = cgutils.get_or_insert_function(builder.module, function_type, name)
        arguments = [
            _as_vector(builder, context, kind, vector, value)
            for kind, value in zip(kinds, arguments, strict=True)
        ]
        return builder.call(function, arguments)

    return vector(*kinds), emit


@intrinsic
def fma_one(context, a, b, c):
    """Compute a * b + c of three float64, as `fma` does."""

    def emit(context, builder, signature, arguments):
        function_type = ir.FunctionType(ir.DoubleType(), [ir.DoubleType()] * 3)
        name = "llvm.fmuladd.f64"
        function = cgutils.get_or_insert_function(builder.module, function_type, name)
        return builder.call(function, arguments)

    return types.float64(types.float64, types.float64, types.float64), emit


@intrinsic
def select(context, mask, a, b):
    """Choose `a` where `mask`, else `b`."""
    if not isinstance(mask, Vector) or mask.element != types.boolean:
        return None
    element = next((kind.element for kind in (a, b) if isinstance(kind, Vector)), a)
    vector = mask.of(element)

    def emit(context, builder, signature, arguments):
        where, *values = arguments
        values = [
            _as_vector(builder, context, kind, vector, value)
            for kind, value in zip((a, b), values, strict=True)
        ]
        return builder.select(where, *values)

    return vector(mask, a, b), emit


def shuffler(places):
    """Make a function that picks numbers out of two vectors, by their places in (a, b)."""

    @intrinsic
    def shuffle(context, a, b):
        if a == b and isinstance(a, Vector):

            def emit(context, builder, signature, arguments):
                mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), list(places))
                return builder.shuffle_vector(arguments[0], arguments[1], mask)

            return Vector(a.element, len(places))(a, a), emit

    return shuffle


def _repeater(vector):
    @intrinsic
    def repeat(context, number):
        def emit(context, builder, signature, arguments):
            number_ = context.cast(builder, arguments[0], number, vector.element)
            return _splat(builder, number_, vector.count)

        return vector(number), emit

    return repeat


@intrinsic
def count_up(context):
    """Return 0, 1, 2, ... as int64."""
    vector = Vector(types.int64)
    return vector(), lambda context, builder, signature, arguments: ir.Constant(
        _llvm(vector), list(range(WIDTH))
    )


def _reader(vector):
    @intrinsic
    def read(context, address):
        def emit(context, builder, signature, arguments):
            pointer = builder.inttoptr(arguments[0], _llvm(vector).as_pointer())
            return builder.load(pointer, align=vector.element.bitwidth // 8)

        return vector(types.intp), emit

    return read


F, D = Vector(types.float32), Vector(types.float64)
H, I, L = Vector(types.int16), Vector(types.int32), Vector(types.int64)  # noqa: E741
read_f, read_d, read_h, read_i, read_l = map(_reader, (F, D, H, I, L))
all_f, all_d, all_i, all_l = map(_repeater, (F, D, I, L))
# Four vectors that follow one another in memory.
read_four_f = _reader(Vector(types.float32, 4 * WIDTH))
read_four_i = _reader(Vector(types.int32, 4 * WIDTH))


@intrinsic
def write(context, address, x):
    """Store a vector."""
    if isinstance(x, Vector):

        def emit(context, builder, signature, arguments):
            pointer = builder.inttoptr(arguments[0], arguments[1].type.as_pointer())
            builder.store(arguments[1], pointer, align=x.element.bitwidth // 8)
            return context.get_dummy_value()

        return types.void(types.intp, x), emit


def _getter(kind):
    @intrinsic
    def get(context, address):
        def emit(context, builder, signature, arguments):
            return builder.load(builder.inttoptr(arguments[0], _LLVM[kind].as_pointer()))

        return kind(types.intp), emit

    return get


def _putter(kind):
    @intrinsic
    def put(context, address, x):
        def emit(context, builder, signature, arguments):
            number = context.cast(builder, arguments[1], x, kind)
            builder.store(number, builder.inttoptr(arguments[0], _LLVM[kind].as_pointer()))
            return context.get_dummy_value()

        return types.void(types.intp, x), emit

    return put


get_f, get_d, get_h, get_i, get_l = map(
    _getter, (types.float32, types.float64, types.int16, types.int32, types.int64)
)
put_f, put_d, put_h, put_i, put_l = map(
    _putter, (types.float32, types.float64, types.int16, types.int32, types.int64)
)


@intrinsic
def take_ticket(context, address):
    """Add one to the int64 at `address`, as one step for all threads; return what it was."""

    def emit(context, builder, signature, arguments):
        pointer = builder.inttoptr(arguments[0], _LLVM[types.int64].as_pointer())
        return builder.atomic_rmw("add", pointer, ir.IntType(64)(1), "acq_rel")

    return types.int64(types.intp), emit


def scratch(size):
    """Make a function that returns the address of `size` bytes of its caller's stack."""

    @intrinsic
    def reserve(context):
        def emit(context, builder, signature, arguments):
            with builder.goto_entry_block():
                place = builder.alloca(ir.ArrayType(ir.IntType(8), size))
                place.align = 64
            return builder.ptrtoint(place, ir.IntType(types.intp.bitwidth))

        return types.intp(), emit

    return reserve


def record(structure):
    """Make a function that returns the `structure` at an address."""
    kind = from_dtype(np.dtype(structure))

    @intrinsic
    def at(context, address):
        def emit(context, builder, signature, arguments):
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(types.intp), emit

    return at


@intrinsic
def call_at(context, address, call, tile):
    """Call the work at an address, a function of the addresses of a `Call` and a `Tile`."""

    def emit(context, builder, signature, arguments):
        word = ir.IntType(types.intp.bitwidth)
        kind = ir.FunctionType(ir.VoidType(), [word, word])
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp), emit
