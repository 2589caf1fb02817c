            // public signal $number is below the order of the groups; its multiple of IC_$number is added to the sum at p
            valid := $canonical
            mstore(add(p, 64), $ic_x)
            mstore(add(p, 96), $ic_y)
            mstore(add(p, 128), calldataload($signal))
            $enough
            enough := and(enough, staticcall(gas(), 6, p, 128, p, 64))
