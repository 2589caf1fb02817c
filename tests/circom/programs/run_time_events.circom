pragma circom 2.1.6;
template Half() { signal input x; signal output y; signal output z; y <-- x \ 2; z <-- x % 2; x === 2*y + z; }
template T(){
  signal input a; signal input b;
  signal output o[6];
  component h[2];
  var seen = 0;
  for (var i = 0; i < 2; i++) { h[i] = Half(); h[i].x <== i == 0 ? a : b; seen += h[i].z * (1 << i); }
  var both = (h[0].y ^ h[1].y) + seen;
  o[0] <-- both;
  signal m[3]; 
  m[0] <-- both \ 3; m[1] <-- both % 3; m[2] <== m[0]*m[1];
  o[1] <-- m[2] + both;
  o[2] <-- (m[2] > both) ? 1/(both) : m[2]/both;
  var t = 0;
  if (h[0].z == 1) { if (h[1].z == 1) { t = 3; } else { t = 2; } } else { for (var i=0;i<h[1].y;i++) { t += i; } }
  o[3] <-- t;
  signal inv; inv <-- a != 0 ? 1/a : 0; o[4] <== 1 - a*inv;
  o[5] <-- -a ** 2 + ~b + (a << 3) - (b >> 1) + (a <= b) + (a >= b) * 2 + (a != b) * 4 + (a && b) * 8 + (a || b) * 16 + (a & b) + (a | b) * 2 + 7 \ (b + 1);
}
component main = T();
