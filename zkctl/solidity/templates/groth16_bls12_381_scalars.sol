            // each public signal is below the order of the groups, and is written behind the point that it multiplies
            {
                let end := add(signals, $signals_bytes)
                let place := add(p, 1824) // behind IC_1
                for { let at := signals } lt(at, end) { at := add(at, 32) } {
                    let x := calldataload(at)
                    valid := and(valid, lt(x, $r))
                    mstore(place, x)
                    place := add(place, 160)
                }
            }
