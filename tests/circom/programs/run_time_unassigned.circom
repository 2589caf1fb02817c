pragma circom 2.1.0;
// Signals that code reads before anything has assigned them are 0; a part of an array that was assigned before keeps its value.
function five() { return 5; }
template T() {
    signal input a;
    signal output part;
    signal output itself;
    signal output other;
    signal b[2];
    b[0] <-- a * 2;
    var x = 1;
    if (a > 0) { b[1] <-- 3; x = b[0] + b[1]; }
    part <-- x;
    itself <-- a ? itself + five() : 7;
    other <-- 1 <= (a ? other : a);
}
component main = T();
