pragma circom 2.2.0;

// A part of a bus is assigned in one branch, the whole in another.
bus Pair() {
    signal a[2];
}

bus Record() {
    signal b;
    Pair() p[2];
}

template Choice() {
    Record() input in;
    signal input k;
    Record() output first;
    Record() output second;

    if (in.b > 10) {
        first.b <-- 2;
        second.p[1].a[k] <-- 7;
    } else {
        first <-- in;
        if (in.b == 3) {
            second.p[0] <-- in.p[1];
        } else {
            second <-- in;
        }
    }
}

component main = Choice();
