pragma circom 2.2.0;
pragma custom_templates;
template custom G(n, k){ signal input x; signal m[2]; signal output y; signal input z; m[0] <-- x; m[1] <-- n*x; y <-- m[0]+z+k[1]; }
template T(){ signal input a; signal output b; component h=G(3,[5,6]); component g=G(3,[5,6]); component q = G(4,[1,2]); g.x <== a; g.z<==a; h.x <== g.y; h.z <== a; q.x<==a; q.z<==a; b <== h.y + q.y; }
component main = T();
