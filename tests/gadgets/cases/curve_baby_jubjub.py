"""Points of Baby Jubjub in Edwards and in Montgomery form."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR
from zkctl.dsl import Bit, circuit, private
from zkctl.gadgets.curve import baby_jubjub, montgomery
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER
from zkctl.gadgets.curve.montgomery import MontgomeryPoint

TORSION = [oracle.multiply(k * SUBGROUP_ORDER, GENERATOR) for k in range(8)]
SUM = (
    7916061937171219682591368294088513039687205273691143098332585753343424131937,
    14035240266687799601661095864649209771790948434046947201833777492504781204499,
)
SUMMANDS = {
    "p": (
        17777552123799933955779906779655732241715742912184938656739573121738514868268,
        2626589144620713026669568689430873010625803728049924121243784502389097019475,
    ),
    "q": (
        16540640123574156134436876038791482806971768689494387082833631921987005038935,
        20819045374670962167435360035096875258406992893633759881276124905556507972311,
    ),
}
BASE_IN_MONTGOMERY_FORM = (
    7117928050407583618111176421555214756675765419608405867398403713213306743542,
    14577268218881899420966779687690205425227431577728659819975198491127179315626,
)
TWICE_BASE = (
    10031262171927540148667355526369034398030886437092045105752248699557385197826,
    633281375905621697187330766174974863687049529291089048651929454608812697683,
)
SCHOOL = "chord and tangent in tests/oracle"
GIVEN = "the test chooses such points"
U = BASE_IN_MONTGOMERY_FORM
V = oracle.from_edwards(TWICE_BASE)
THRICE = oracle.chord(U, V)
assert V is not None
assert THRICE is not None


@circuit
def added(p: Point = private(), q: Point = private()) -> Point:
    return baby_jubjub.add(p, q)


@circuit
def subtracted(p: Point = private(), q: Point = private()) -> Point:
    return baby_jubjub.subtract(p, q)


@circuit
def doubled(p: Point = private()) -> Point:
    return baby_jubjub.double(p)


@circuit
def negated(p: Point = private()) -> Point:
    return baby_jubjub.negate(p)


@circuit
def on_curve(p: Point = private()) -> None:
    baby_jubjub.enforce_on_curve(p)


@circuit
def in_subgroup(p: Point = private()) -> None:
    baby_jubjub.enforce_in_subgroup(p)


@circuit
def small(p: Point = private()) -> Bit:
    return baby_jubjub.is_of_small_order(p)


@circuit
def converted(p: Point = private()) -> MontgomeryPoint:
    return montgomery.to_montgomery(p)


@circuit
def converted_for_a_reason(p: Point = private()) -> MontgomeryPoint:
    return montgomery.to_montgomery(p, because=GIVEN)


@circuit
def converted_back(p: MontgomeryPoint = private()) -> Point:
    return montgomery.from_montgomery(p)


@circuit
def converted_back_for_a_reason(p: MontgomeryPoint = private()) -> Point:
    return montgomery.from_montgomery(p, because=GIVEN)


@circuit
def montgomery_sum(
    p: MontgomeryPoint = private(), q: MontgomeryPoint = private()
) -> MontgomeryPoint:
    return montgomery.add(p, q)


@circuit
def montgomery_sum_for_a_reason(
    p: MontgomeryPoint = private(), q: MontgomeryPoint = private()
) -> MontgomeryPoint:
    return montgomery.add(p, q, because=GIVEN)


@circuit
def montgomery_double(p: MontgomeryPoint = private()) -> MontgomeryPoint:
    return montgomery.double(p)


@circuit
def montgomery_negative(p: MontgomeryPoint = private()) -> MontgomeryPoint:
    return montgomery.negate(p)


CASES = [
    GadgetCase(
        gadget=baby_jubjub.add,
        circuit=added,
        inputs=SUMMANDS,
        outputs=SUM,
        source="circomlib's test",
        constraints=6,
        circomlib="babyadd_tester",
        circom=6,
    ),
    GadgetCase(
        gadget=baby_jubjub.subtract,
        circuit=subtracted,
        inputs={"p": SUM, "q": SUMMANDS["q"]},
        outputs=SUMMANDS["p"],
        source="circomlib's test, the other way round",
        constraints=6,
    ),
    GadgetCase(
        gadget=baby_jubjub.double,
        circuit=doubled,
        inputs={"p": BASE},
        outputs=TWICE_BASE,
        source="circomlibjs",
        constraints=5,
    ),
    GadgetCase(
        gadget=baby_jubjub.negate,
        circuit=negated,
        inputs={"p": BASE},
        outputs=oracle.negate(BASE),
        source=SCHOOL,
        constraints=0,
    ),
    GadgetCase(
        gadget=baby_jubjub.enforce_on_curve,
        circuit=on_curve,
        inputs={"p": GENERATOR},
        outputs=[],
        source="ERC-2494",
        constraints=3,
        refused=[{"p": (0, 0)}, {"p": (1, 1)}, {"p": (GENERATOR[1], GENERATOR[0])}],
        circomlib="babycheck_test",
        circom=3,
    ),
    GadgetCase(
        gadget=baby_jubjub.enforce_in_subgroup,
        circuit=in_subgroup,
        inputs={"p": BASE},
        outputs=[],
        source="ERC-2494",
        constraints=16,
        refused=[{"p": p} for p in [GENERATOR, (0, 0), *TORSION[1:]]],
    ),
    GadgetCase(
        gadget=baby_jubjub.is_of_small_order,
        circuit=small,
        inputs={"p": BASE},
        outputs=[0],
        source="ERC-2494",
        constraints=5,
    ),
    GadgetCase(
        gadget=montgomery.to_montgomery,
        circuit=converted,
        inputs={"p": BASE},
        outputs=U,
        source="circomlib's test",
        constraints=3,
        refused=[{"p": (0, 1)}, {"p": (0, -1)}],
    ),
    GadgetCase(
        gadget=montgomery.to_montgomery,
        circuit=converted_for_a_reason,
        inputs={"p": BASE},
        outputs=U,
        source="circomlib's test",
        constraints=2,
        refused=[{"p": (0, 1)}],
        circomlib="edwards2montgomery",
        circom=2,
    ),
    GadgetCase(
        gadget=montgomery.from_montgomery,
        circuit=converted_back,
        inputs={"p": U},
        outputs=BASE,
        source="circomlib's test",
        constraints=3,
        refused=[{"p": (0, 0)}, {"p": (-1, 1)}],
    ),
    GadgetCase(
        gadget=montgomery.from_montgomery,
        circuit=converted_back_for_a_reason,
        inputs={"p": U},
        outputs=BASE,
        source="circomlib's test",
        constraints=2,
        refused=[{"p": (-1, 1)}],
        circomlib="montgomery2edwards",
        circom=2,
    ),
    GadgetCase(
        gadget=montgomery.add,
        circuit=montgomery_sum,
        inputs={"p": U, "q": V},
        outputs=THRICE,
        source=SCHOOL,
        constraints=4,
        refused=[{"p": U, "q": U}, {"p": U, "q": (U[0], -U[1] % oracle.P)}],
    ),
    GadgetCase(
        gadget=montgomery.add,
        circuit=montgomery_sum_for_a_reason,
        inputs={"p": U, "q": V},
        outputs=THRICE,
        source=SCHOOL,
        constraints=3,
        refused=[{"p": U, "q": (U[0], -U[1] % oracle.P)}],
        circomlib="montgomeryadd",
        circom=3,
    ),
    GadgetCase(
        gadget=montgomery.double,
        circuit=montgomery_double,
        inputs={"p": U},
        outputs=V,
        source=SCHOOL,
        constraints=4,
        refused=[{"p": (0, 0)}],
        circomlib="montgomerydouble",
        circom=4,
    ),
    GadgetCase(
        gadget=montgomery.negate,
        circuit=montgomery_negative,
        inputs={"p": U},
        outputs=[U[0], -U[1] % oracle.P],
        source=SCHOOL,
        constraints=0,
    ),
]
