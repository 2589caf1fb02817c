            // (x, y) is a point of G1 with canonical coordinates; (0, 0) is infinity
            function isPoint(x, y) -> ok {
                ok := eq(mulmod(y, y, Q), addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q))
                ok := or(ok, iszero(or(x, y)))
                ok := and(ok, and(lt(x, Q), lt(y, Q)))
            }

            // the four words at this place of the calldata are a point of the twist with canonical coordinates, or zero
            function isTwistPoint(place) -> ok {
                let x1 := calldataload(place)
                let x0 := calldataload(add(place, 32))
                let y1 := calldataload(add(place, 64))
                let y0 := calldataload(add(place, 96))
                ok := and(and(lt(x1, Q), lt(x0, Q)), and(lt(y1, Q), lt(y0, Q)))
                if and(ok, gt(or(or(x1, x0), or(y1, y0)), 0)) {
                    // x^2 = (x0 + x1) (x0 - x1) + 2 x0 x1 u
                    let s0 := mulmod(addmod(x0, x1, Q), addmod(x0, sub(Q, x1), Q), Q)
                    let s1 := mulmod(addmod(x0, x0, Q), x1, Q)
                    // x^3 + b
                    let c0 := addmod(mulmod(s0, x0, Q), sub(Q, mulmod(s1, x1, Q)), Q)
                    let c1 := addmod(mulmod(s0, x1, Q), mulmod(s1, x0, Q), Q)
                    ok := eq(addmod(c0, TWIST_B0, Q), mulmod(addmod(y0, y1, Q), addmod(y0, sub(Q, y1), Q), Q))
                    ok := and(ok, eq(addmod(c1, TWIST_B1, Q), mulmod(addmod(y0, y0, Q), y1, Q)))
                }
            }

            // add `factor` times the point at `base` to the point at `total`, which has 96 bytes of room behind it
            function addMultiple(total, base, factor) -> done {
                let work := add(total, 64)
                mstore(work, mload(base))
                mstore(add(total, 96), mload(add(base, 32)))
                mstore(add(total, 128), factor)
                done := staticcall(gas(), 7, work, 96, work, 64)
                done := and(done, staticcall(gas(), 6, total, 128, total, 64))
            }
