pragma circom 2.1.6;
function total(n) { if (n == 0) { return 0; } return total(n - 1) + n; }
function power(x, k) { if (k == 0) { return 1; } var half = power(x, k \ 2); if (k % 2 == 1) { return half * half * x; } return half * half; }
template T() {
    signal input a;
    signal input b;
    signal output o[3];
    o[0] <-- total(a);
    o[1] <-- power(a, 13);
    o[2] <-- power(3, b);
}
component main = T();
