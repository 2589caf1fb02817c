            for { let i := 0 } lt(i, $n_public) { i := add(i, 1) } {
                let x := calldataload(add(signals, mul(i, 32)))
                valid := and(valid, lt(x, R))
                point := add(point, 64)
                enough := and(enough, addMultiple(sum, point, x))
            }
