
            // add multiples of the points from the last on; the public signal goes to the place of the point after it
            function addSignals(total, list, xs) -> canonical, added {
                canonical := 1
                added := 1
                let point := add(list, $points_bytes)
                for { let at := add(xs, $signals_bytes) } gt(at, xs) { } {
                    at := sub(at, 32)
                    point := sub(point, 64)
                    let x := calldataload(at)
                    canonical := and(canonical, lt(x, $r))
                    mstore(add(point, 64), x)
                    added := and(added, staticcall(gas(), 7, point, 96, add(total, 64), 64))
                    added := and(added, staticcall(gas(), 6, total, 128, total, 64))
                }
            }
