"""Shapes of .circom programs, each above 100,000 constraints: for comparisons of memory and time with circom2."""

from __future__ import annotations

_LINK = (
    "template Link() { signal input a; signal output b; signal c; c <== a * a; b <== c * a + 1; }\n"
)
_PARAMETERS = """template Step(k) { signal input a; signal output b; signal c; c <== a * a + k; b <== c * a + k; }
template Main(n) { signal input start; signal output out; component h[n]; signal v[n + 1]; v[0] <== start;
  for (var i = 0; i < n; i++) { h[i] = Step(i); h[i].a <== v[i]; v[i + 1] <== h[i].b; }
  out <== v[n]; }
"""
_TREE = """template Node(d) { signal input a; signal output b; signal c; c <== a * a; component l; component r;
  if (d > 0) { l = Node(d - 1); r = Node(d - 1); l.a <== c; r.a <== c + 1; b <== l.b * r.b; } else { b <== c * a; } }
"""
_DEEP = """template Level(d, n) { signal input a; signal output b; signal v[n]; v[0] <== a * a; component next;
  for (var i = 1; i < n; i++) { v[i] <== v[i - 1] * a + d; }
  if (d > 0) { next = Level(d - 1, n); next.a <== v[n - 1]; b <== next.b; } else { b <== v[n - 1]; } }
"""
_WIDE = """template Main(n) { signal input a[n]; signal input b[n]; signal output c[n];
  for (var i = 0; i < n; i++) { c[i] <== a[i] * b[i]; } }
"""
_CUBE = """template Main(n) { signal input a[n][n][n]; signal output s; signal b[n][n][n]; signal t[n + 1]; t[0] <== 0;
  for (var i = 0; i < n; i++) { var sum = 0; for (var j = 0; j < n; j++) { for (var k = 0; k < n; k++) {
    b[i][j][k] <== a[i][j][k] * a[k][j][i]; sum += b[i][j][k] * (i + 2 * j + 3 * k); } } t[i + 1] <== t[i] + sum; }
  s <== t[n]; }
"""
_SUMS = """template Main(n, m) { signal input a[m]; signal output c[n];
  for (var i = 0; i < n; i++) { var sum = 0; for (var j = 0; j < m; j++) { sum += a[j] * (i + j + 1); } c[i] <== sum * a[i % m]; } }
"""
_HINTS = """template Main(n) { signal input a[n]; signal output c; signal h[n]; signal l[n]; signal t[n + 1]; t[0] <== 0;
  for (var i = 0; i < n; i++) { h[i] <-- a[i] \\ 7; l[i] <-- a[i] % 7; h[i] * 7 + l[i] === a[i]; t[i + 1] <== t[i] + h[i] * l[i]; }
  c <== t[n]; }
"""
_CALLS = """function root(x) { var y = x; for (var i = 0; i < 8; i++) { if (y > 1) { y = (y + x / y) / 2; } } return y; }
template One() { signal input a; signal output b; b <-- root(a); b * b === a; }
template Main(n) { signal input a[n]; signal output c; component h[n]; signal t[n + 1]; t[0] <== 0;
  for (var i = 0; i < n; i++) { h[i] = One(); h[i].a <== a[i]; t[i + 1] <== t[i] * h[i].b + 1; }
  c <== t[n]; }
"""
_ANONYMOUS = """template Main(n) { signal input start; signal output out; signal v[n + 1]; v[0] <== start;
  for (var i = 0; i < n; i++) { v[i + 1] <== Link()(v[i]); }
  out <== v[n]; }
"""
_TUPLES = """template Two() { signal input a; signal input b; signal output c; signal output d; c <== a * b; d <== c * a + b; }
template Main(n) { signal input a; signal input b; signal output c; signal v[n + 1]; signal w[n + 1]; v[0] <== a; w[0] <== b;
  for (var i = 0; i < n; i++) { (v[i + 1], w[i + 1]) <== Two()(v[i], w[i]); }
  c <== v[n] * w[n]; }
"""
_BUSES = """bus Point() { signal x; signal y[3]; }
template Double() { input Point() p; output Point() q; q.x <== p.x * p.x; for (var i = 0; i < 3; i++) { q.y[i] <== p.y[i] * p.x; } }
template Main(n) { input Point() p; output Point() q; Point() v[n + 1]; component h[n]; v[0] <== p;
  for (var i = 0; i < n; i++) { h[i] = Double(); h[i].p <== v[i]; v[i + 1] <== h[i].q; }
  q <== v[n]; }
"""
_GRID = """template Main(n) { signal input a[n]; signal output c[n]; component h[n][n];
  for (var i = 0; i < n; i++) { for (var j = 0; j < n; j++) { h[i][j] = Link();
    if (j == 0) { h[i][j].a <== a[i]; } else { h[i][j].a <== h[i][j - 1].b; } }
    c[i] <== h[i][n - 1].b; } }
"""
_BITS = """template Bits(n) { signal input in; signal output out[n]; var sum = 0; var e = 1;
  for (var i = 0; i < n; i++) { out[i] <-- (in >> i) & 1; out[i] * (out[i] - 1) === 0; sum += out[i] * e; e = e + e; }
  sum === in; }
template Main(n) { signal input a[n]; signal output c[n]; component h[n];
  for (var i = 0; i < n; i++) { h[i] = Bits(253); h[i].in <== a[i]; c[i] <== h[i].out[i % 253] * a[i]; } }
"""
_LINEAR = """template Main(n) { signal input a; signal output c; signal v[n + 1]; signal w[n + 1]; v[0] <== a; w[0] <== a + 1;
  for (var i = 0; i < n; i++) { v[i + 1] <== v[i] + 2 * w[i] + 3; w[i + 1] <== w[i] + i; }
  c <== v[n] * w[n]; }
"""
_MATRIX = """template Main(n) { signal input a[n][n]; signal input b[n][n]; signal output c[n][n]; signal m[n][n][n];
  for (var i = 0; i < n; i++) { for (var j = 0; j < n; j++) { var sum = 0;
    for (var k = 0; k < n; k++) { m[i][j][k] <== a[i][k] * b[k][j]; sum += m[i][j][k]; } c[i][j] <== sum; } } }
"""
_COMPUTED = """function power(x, n) { var y = 1;
  for (var i = 0; i < n; i++) { y = (y * x + i) % 340282366920938463463374607431768211297; } return y; }
function table(n) { var t[256]; for (var i = 0; i < 256; i++) { t[i] = power(i + 3, n); } return t; }
template Main(n) { signal input a; signal output c; signal v[n + 1]; v[0] <== a; var t[256] = table(4000);
  for (var i = 0; i < n; i++) { v[i + 1] <== v[i] * a + t[i % 256]; }
  c <== v[n]; }
"""
_LIMBS = """function multiply(a, b) { var c[16]; for (var i = 0; i < 8; i++) { for (var j = 0; j < 8; j++) { c[i + j] += a[i] * b[j]; } }
  for (var i = 0; i < 15; i++) { c[i + 1] += c[i] \\ 4294967296; c[i] = c[i] % 4294967296; } return c; }
template Step(k) { signal input a; signal output b; var x[8]; for (var i = 0; i < 8; i++) { x[i] = 4294967291 - i * k; }
  for (var r = 0; r < 40; r++) { var y[16] = multiply(x, x); for (var i = 0; i < 8; i++) { x[i] = y[i + 4]; } }
  signal v[129]; v[0] <== a; for (var i = 0; i < 128; i++) { v[i + 1] <== v[i] * a + x[i % 8]; } b <== v[128]; }
template Main(n) { signal input a; signal output c; component h[n]; signal v[n + 1]; v[0] <== a;
  for (var i = 0; i < n; i++) { h[i] = Step(i); h[i].a <== v[i]; v[i + 1] <== h[i].b; }
  c <== v[n]; }
"""
_ASSERTS = """template Main(n) { signal input a[n]; signal output c; signal t[n + 1]; t[0] <== 0;
  for (var i = 0; i < n; i++) { assert(a[i] < 1000 + i); log("row", i, a[i]); t[i + 1] <== t[i] * a[i] + 1; }
  c <== t[n]; }
"""
_CHOICES = """template Main(n) { signal input a[n]; signal input s; signal output c; signal d[n]; signal t[n + 1]; t[0] <== 0;
  for (var i = 0; i < n; i++) { var x; if (s == 1) { x = a[i]; } else { x = a[(i + 1) % n]; } d[i] <-- x; t[i + 1] <== t[i] * a[i] + d[i]; }
  c <== t[n]; }
"""
_TAGS = """template Bit() { signal input a; signal output {binary} b; b <== a; b * (b - 1) === 0; }
template And() { signal input {binary} a; signal input {binary} b; signal output {binary} c; c <== a * b; }
template Main(n) { signal input a[n]; signal output c; component h[n]; component g[n]; signal {binary} t[n + 1]; t[0] <== 1;
  for (var i = 0; i < n; i++) { h[i] = Bit(); h[i].a <== a[i]; g[i] = And(); g[i].a <== h[i].b; g[i].b <== t[i]; t[i + 1] <== g[i].c; }
  c <== t[n]; }
"""
_MANY = """template T{k}() {{ signal input a; signal output b; signal v[33]; v[0] <== a;
  for (var i = 0; i < 32; i++) {{ v[i + 1] <== v[i] * a + {k}; }} b <== v[32]; }}
"""


def _main(*arguments: int) -> str:
    return f"component main = Main({', '.join(map(str, arguments))});\n"


def _many_templates(n: int) -> str:
    made = "".join(_MANY.format(k=k) for k in range(n))
    parts = "".join(f"component h{k} = T{k}(); h{k}.a <== {f'h{k - 1}.b' if k else 'a'};\n" for k in range(n))  # fmt: skip
    return f"{made}template Main() {{ signal input a; signal output c;\n{parts}c <== h{n - 1}.b; }}\n{_main()}"


def _straight(n: int) -> str:
    lines = "".join(f"signal v{k}; v{k} <== {f'v{k - 1}' if k else 'a'} * a + {k};\n" for k in range(n))  # fmt: skip
    return (
        f"template Main() {{ signal input a; signal output c;\n{lines}c <== v{n - 1}; }}\n{_main()}"
    )


SHAPES = {
    "parameters": _PARAMETERS + _main(1 << 15),
    "tree": _TREE + "component main = Node(15);\n",
    "deep": _DEEP + "component main = Level(100, 1024);\n",
    "wide": _WIDE + _main(1 << 17),
    "cube": _CUBE + _main(50),
    "sums": _SUMS + _main(1 << 13, 128),
    "hints": _HINTS + _main(1 << 16),
    "calls": _CALLS + _main(1 << 16),
    "anonymous": _LINK + _ANONYMOUS + _main(1 << 15),
    "tuples": _TUPLES + _main(1 << 15),
    "buses": _BUSES + _main(1 << 14),
    "grid": _LINK + _GRID + _main(200),
    "bits": _BITS + _main(512),
    "linear": _LINEAR + _main(1 << 16),
    "matrix": _MATRIX + _main(50),
    "computed": _COMPUTED + _main(1 << 17),
    "limbs": _LIMBS + _main(1 << 10),
    "asserts": _ASSERTS + _main(1 << 17),
    "choices": _CHOICES + _main(1 << 17),
    "tags": _TAGS + _main(1 << 15),
    "templates": _many_templates(1 << 12),
    "straight": _straight(1 << 17),
}
