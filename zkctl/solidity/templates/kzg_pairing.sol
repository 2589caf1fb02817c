            // valid if e(-O, X2) e(T, G2) = 1, O the point at `other`, T the one at `t`; 384 bytes from t + 384 on are free
            {
                // all points are in their groups: the precompiled contracts fail for lack of gas only
                let at := add(t, 384)
                mstore(at, mload(other))
                mstore(add(at, 32), mod(sub(Q, mload(add(other, 32))), Q))
                mstore(add(at, 64), X2_X1)
                mstore(add(at, 96), X2_X0)
                mstore(add(at, 128), X2_Y1)
                mstore(add(at, 160), X2_Y0)
                mstore(add(at, 192), mload(t))
                mstore(add(at, 224), mload(add(t, 32)))
                mstore(add(at, 256), G2_X1)
                mstore(add(at, 288), G2_X0)
                mstore(add(at, 320), G2_Y1)
                mstore(add(at, 352), G2_Y0)
                enough := and(enough, staticcall(gas(), 8, at, 384, 0, 32))
                valid := and(enough, eq(mload(0), 1))
            }
