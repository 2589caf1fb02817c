            for { let i := 0 } lt(i, $n_public) { i := add(i, 1) } {
                let scalar := 0
                for { let k := 0 } lt(k, n) { k := add(k, 1) } {
                    let x := calldataload(add(signals.offset, add(mul(k, $signal_bytes), mul(i, 32))))
                    valid := and(valid, lt(x, r))
                    scalar := addmod(scalar, mulmod(x, mload(add(rs, mul(k, 32))), r), r)
                }
                enough := and(enough, addMultiple(sum, add(add(points, 32), mul(i, 64)), scalar))
            }
