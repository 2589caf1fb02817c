pragma circom 2.1.6;
pragma custom_templates;

bus Point() {
    signal x;
    signal y[2];
}

bus Line() {
    Point ends[2];
    signal w;
}

function square(x) {
    return x * x;
}

template custom Gate() {
    signal input a;
    signal output c;
    c <-- a;
}

template Sub(n) {
    signal input a;
    signal input more[2][2];
    signal output o;
    signal output z[2];
    o <== a * n;
    z[0] <== more[0][0];
    z[1] <== more[0][1] + more[1][0];
}

template NoOutput() {
    signal input a;
    a === a * a;
}

template WithBuses() {
    input Point p;
    output Point q[2];
    q[0] <== p;
}

template Suggested() {
    signal input a;
    signal input b[4];
    input Point p;
    Point copy;
    copy <-- p;
    signal s1; s1 <-- a;
    signal s2; s2 <-- a * b[0];
    signal s3; s3 <-- a * b[0] * b[1];
    signal s4; s4 <-- square(a);
    signal s5; s5 <-- 5;
    signal s6; a * 2 --> s6;
    signal s7; if (a == 1) { s7 <-- a; }
    signal s8[3]; s8 <-- [a, a * b[0], a \ 2];
    signal s9[2]; s9 <-- [a \ 2, a \ 3];
    signal s10; s10 <-- a / 2;
    signal s11; s11 <-- (a >> 1) & 1;
    signal s12; s12 <-- a == 1 ? 1 : 0;
    var unknown = 0;
    if (a == 1) { unknown = 3; }
    signal s13; s13 <-- unknown;
    signal s14[2]; s14[a] <-- a;
    signal s15[2][2]; for (var i = 0; i < 2; i++) { s15[i] <-- [a, b[i]]; }
    signal {bit} s16; s16 <-- a;
    signal s17; signal s18; (s17, s18) <-- (a, a \ 2);
}

template Discarded() {
    signal input q[10];
    signal input r[3];
    input Point p;
    _ <== q[0] * q[1] + q[2];
    _ <== square(q[3]);
    _ <-- q[4];
    _ <== r;
    _ <== p.y;
    _ <== 0 * q[5] + q[6];
    (_, _) <== Sub(7)(q[7], [[1, 2], [3, 4]]);
    component sub = Sub(8);
    sub.a <== q[8];
    sub.more <== [[1, 2], [3, q[8]]];
    _ <== sub.o;
}

template Main(n) {
    signal input a;
    signal input b[4];
    signal input m[2][3];
    signal input unused;
    input Point p;
    input Line line[2];
    signal output c;
    signal output outs[3];
    signal k1; k1 <-- 1; k1 === k1;
    signal k2; k2 <== a - a + 0 * b[1];
    a * 0 === b[0] * 0;
    a * (n - n) === 0;
    b[2] * b[3] === 7;
    outs[0] <== 1; outs[1] <-- a \ 3; outs[2] <-- a \ 2;
    m[0][0] === m[1][2];
    component one = Sub(0); one.a <== a; one.more <== [[1, 2], [3, 4]];
    component two[2];
    for (var i = 0; i < 2; i++) {
        two[i] = Sub(i);
        two[i].a <-- a;
        two[i].more <== [[1, 2], [3, b[i]]];
    }
    component no = NoOutput(); no.a <== a;
    component buses = WithBuses(); buses.p <== p;
    component again = WithBuses(); again.p <-- p;
    component gate = Gate(); gate.a <== a;
    component hinted = Suggested(); hinted.a <== a; hinted.b <== b; hinted.p <== p;
    component dropped = Discarded(); dropped.q <== [1, 2, 3, 4, 5, 6, 7, 8, 9, a]; dropped.r <-- [a, a, a]; dropped.p <== p;
    assert(b[1] == 1);
    log(b[0]);
    c <== one.o;
}

component main {public [a]} = Main(3);
