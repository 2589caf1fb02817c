"""A .circom file with the kinds of templates that Python circuits call."""

from __future__ import annotations

from pathlib import Path

from zkctl import circom
from zkctl.circom.python.library import CircomLibrary

TEXT = """pragma circom 2.1.6;
bus Point { signal x; signal y[2]; }
bus Flag { signal {binary} on; }
template Sum(n) {
    signal input in[n];
    signal output out;
    var total = 0;
    for (var k = 0; k < n; k++) { total += in[k]; }
    out <== total;
}
template Divide() {
    signal input in;
    signal input by;
    signal output out;
    out <-- in / by;
    out * by === in;
}
template Points(n) {
    input Point() a;
    input Point() b[n];
    output Point() out;
    output Point() all[n];
    signal output sum;
    out.x <== a.x * b[0].x;
    out.y <== a.y;
    for (var k = 0; k < n; k++) { all[k] <== b[k]; }
    sum <== a.x + 1;
}
template Table(t, m) { signal input i; signal output o; o <== t[1] * i + m[1][0]; }
template Words() { signal input in; signal input lambda; signal output pass; pass <== in * lambda; }
template Three() { signal input a; a === 3; }
template Square() { signal input a; signal output b; b <-- a * a + 1; b === a * a + 1; }
template Squares() { signal input a; signal output b; b <== Square()(Square()(a)); }
template Shift() { signal input a; signal output b; b <-- a + 1; b === a + 1; }
function factorial(x) { if (x == 0) { return 1; } return x * factorial(x - 1); }
template Factorial() { signal input a; signal output b; b <-- factorial(a); }
template Ones(n) { signal output out[n]; for (var k = 0; k < n; k++) { out[k] <== 1; } }
template Not() { signal input {binary} in; signal output {binary} out; out <== 1 - in; }
template Bits() { signal input {maxbit} in; signal output n; signal output o; n <== in.maxbit; o <== in; }
template Largest() { signal input {max} in[2]; signal output n; n <== in.max + 0 * in[0]; }
template Odd() { signal input {odd} in; signal output o; o <== in; }
template Flagged() { input Flag() in[2]; signal output o; o <== in[0].on + in[1].on; }
template Small() { signal input a; log("a is", a); assert(a < 10); a * a === 4 * a; }
component main = Three();
"""


def library(folder: Path, text: str = TEXT) -> CircomLibrary:
    """The file, loaded."""
    path = folder / "templates.circom"
    path.write_text(text)
    return circom.load(path)
