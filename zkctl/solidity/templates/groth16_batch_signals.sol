
            // the multiples of the points that the public signals multiply
            function addSignals(at, size, list, xs) -> canonical, done {
                let pair := add(at, mul(add(size, 1), 192))
                let sum := sumAt(at, size)
                canonical := 1
                done := 1
                for { let i := 0 } lt(i, $signal_bytes) { i := add(i, 32) } {
                    let scalar := 0
                    for { let k := 0 } lt(k, size) { k := add(k, 1) } {
                        let x := calldataload(add(xs, add(mul(k, $signal_bytes), i)))
                        canonical := and(canonical, lt(x, $r))
                        scalar := addmod(scalar, mulmod(x, mload(powerAt(at, size, k)), $r), $r)
                    }
                    mstore(add(sum, 64), mload(list))
                    mstore(add(sum, 96), mload(add(list, 32)))
                    done := and(done, addMultiple(sum, scalar))
                    list := add(list, 64)
                }
                mstore(pair, mload(sum))
                mstore(add(pair, 32), mload(add(sum, 32)))
            }
