            {
                let r := R
                let sum := add(p, $sum_place)
                let point := add(p, $last_point)
                let first := add(p, 576)
                for { let at := add(signals, $last_signal) } iszero(lt(point, first)) { at := sub(at, 32) } {
                    let x := calldataload(at)
                    valid := and(valid, lt(x, r))
                    mstore(add(point, 64), x) // in the place of the point after this one, which has been added
                    enough := and(enough, staticcall(gas(), 7, point, 96, add(sum, 64), 64))
                    enough := and(enough, staticcall(gas(), 6, sum, 128, sum, 64))
                    point := sub(point, 64)
                }
                mstore(add(p, 192), mload(sum))
                mstore(add(p, 224), mload(add(sum, 32)))
            }
