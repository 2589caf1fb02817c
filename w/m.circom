pragma circom 2.2.0;
function tr(m){ var r[2][2]; for(var i=0;i<2;i++) for(var j=0;j<2;j++) r[j][i]=m[i][j]; return r; }
template T(){ signal input a; signal output o[2][2]; var m[2][2]=tr([[1,2],[3,4]]); for(var i=0;i<2;i++) for(var j=0;1<2;j++) o[i][j] <== a*m[i][j]; }
component main = T();
