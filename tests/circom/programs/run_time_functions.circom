pragma circom 2.1.6;
function sumsq(a, n){ var s = 0; for (var i = 0; i < n; i++) { s += a[i]*a[i]; } return s; }
function split(x, k){ var out[8]; for (var i = 0; i < 8; i++) { out[i] = 0; } for (var i = 0; i < k; i++) { out[i] = (x >> (4*i)) & 15; } return out; }
function gcd(a, b){ while (b != 0) { var t = a % b; a = b; b = t; } return a; }
function mat(m, v){ var r[2]; for (var i=0;i<2;i++) { r[i] = 0; for (var j=0;j<2;j++) { r[i] += m[i][j]*v[j]; } } return r; }
function first(a, n, x){ for (var i=0;i<n;i++) { if (a[i] == x) { return i; } } return -1; }
function coll(n){ var steps = 0; while (n > 1) { if (n % 2 == 0) { n = n \ 2; } else { n = 3*n+1; } steps++; } return steps; }
function log_ceil(n) { var t = n; for (var i = 0; i < 254; i++) { if (t == 0) { return i; } t = t \ 2; } return 254; }
function pick(c, x, y) { return c ? gcd(x,y) : sumsq([x,y],2); }
template T(n){
  signal input a; signal input b; signal input v[4]; signal input idx;
  signal output o[16];
  o[0] <-- sumsq(v, n);
  var sp[8] = split(a, 5);
  for (var i=0;i<3;i++) o[1+i] <-- sp[i] + i;
  o[4] <-- gcd(a,b);
  var m[2][2] = [[1,2],[3,4]];
  m[0][1] = a;
  var q[2] = mat(m, [b, 7]);
  o[5] <-- q[0]*q[1];
  o[6] <-- first(v, 4, v[2]);
  o[7] <-- coll(a+1);
  o[8] <-- idx < 4 ? v[idx] : 99;
  var acc = 0; var cnt = 0;
  for (var i=0;i<4;i++) { if (v[i] > b) { acc += v[i]; cnt++; if (cnt == 2) { acc *= 3; } } else { acc -= 1; } }
  o[9] <-- acc; o[10] <-- cnt;
  var table[5] = [11,22,33,44,55];
  o[11] <-- table[idx];
  var w[3][2];
  w[idx][1] = 5; w[1][b%2] += a;
  o[12] <-- w[0][0] + 10*w[0][1] + 100*w[1][0] + 1000*w[1][1] + 10000*w[2][1];
  o[13] <-- log_ceil(a) + pick(b > 3, a, b) + pick(b<=3, a, b) ;
  var k = 0; 
  while (k < idx) { k += 1; acc = acc + k*k; if (acc % 7 == 3) { acc = acc ^ 5; } }
  o[14] <-- (acc != 0 ? acc - 1 : 77) | (k << 3);
  if (a > b) { o[15] <-- a - b; } else { o[15] <-- b - a + (!(a==b) && k >= 1) ; }
  log("values", o[4], o[5]); assert(o[6] >= 0);
}
component main = T(4);
