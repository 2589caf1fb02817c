
    /// @notice Says whether all proofs hold, with one pairing call; false for no proofs.
    /// @dev Checks that the product of e(r_k A_k, B_k) e(alpha, -beta)^r_k e(IC_0 + sum x_ki IC_i, -gamma)^r_k e(C_k, -delta)^r_k
    /// over all proofs k is 1, where r_k is the Keccak-256 hash of all proofs, all public signals and k, modulo the order of the
    /// groups.  If one proof is wrong then its factor is a root of unity of that prime order other than 1, and for any other r_l
    /// only one of its values of r_k makes the product 1.  The r_k are fixed only when everything else is, so a prover who tries
    /// t batches succeeds with probability t / 2^252 or so (in the random oracle model).
    /// @param proofs of each proof A, B and C in the order of verifyProof
$doc_signals    function verifyBatch(
        uint256[8][] calldata proofs$parameter
    ) external view returns (bool valid) {
$points        assembly ("memory-safe") {
            let n := proofs.length
            if sub(calldatasize(), add($lengths_bytes, mul(n, $statement_bytes))) {
                mstore(0, $wrong_length)
                revert(28, 4)
            }
            valid := $is_batch
            if valid {
                // memory: pairing input, the r_k, a sum of points with room behind it; all of it behind the memory in use
                let p := mload(0x40)
                makePowers(p, n, proofs.offset, $signals_offset)
                let enough := addKey(p, n)
$add_signals                {
                    let canonical, done := addProofs(p, n, proofs.offset)
                    valid := and(valid, canonical)
                    enough := and(enough, done)
                }
                if and(valid, enough) { valid, enough := pairing(p, n) }
                if iszero(enough) {
                    mstore(0, $not_enough)
                    revert(28, 4)
                }
            }

            // the places of r_k and of the sum
            function powerAt(at, size, k) -> place { place := add(at, add(mul(add(size, 3), 192), mul(k, 32))) }
            function sumAt(at, size) -> place { place := powerAt(at, size, size) }

            // r_k; the memory of the hash is used again later
            function makePowers(at, size, statements, xs) {
                let length := mul(size, 256)
                calldatacopy(at, statements, length)
                calldatacopy(add(at, length), xs, mul(size, $signal_bytes))
                mstore(0, keccak256(at, mul(size, $statement_bytes)))
                for { let k := 0 } lt(k, size) { k := add(k, 1) } {
                    mstore(32, k)
                    mstore(powerAt(at, size, k), mod(keccak256(0, 64), $r))
                }
            }

            // e(sum of r_k alpha, -beta), -gamma and -delta of the pairs after it, and IC_0 times the sum of r_k
            function addKey(at, size) -> done {
                let factor := 0
                for { let k := 0 } lt(k, size) { k := add(k, 1) } { factor := addmod(factor, mload(powerAt(at, size, k)), $r) }
                let pair := add(at, mul(size, 192))
                mstore(pair, $alpha_x)
                mstore(add(pair, 32), $alpha_y)
                mstore(add(pair, 64), factor)
                done := staticcall(gas(), 7, pair, 96, pair, 64)
                mstore(add(pair, 64), $beta_0)
                mstore(add(pair, 96), $beta_1)
                mstore(add(pair, 128), $beta_2)
                mstore(add(pair, 160), $beta_3)
                mstore(add(pair, 256), $gamma_0)
                mstore(add(pair, 288), $gamma_1)
                mstore(add(pair, 320), $gamma_2)
                mstore(add(pair, 352), $gamma_3)
                mstore(add(pair, 448), $delta_0)
                mstore(add(pair, 480), $delta_1)
                mstore(add(pair, 512), $delta_2)
                mstore(add(pair, 544), $delta_3)
                let sum := sumAt(at, size)
                mstore(sum, $ic_x)
                mstore(add(sum, 32), $ic_y)
                mstore(add(sum, 64), factor)
                done := and(done, staticcall(gas(), 7, sum, 96, sum, 64))
                mstore(add(pair, 192), mload(sum))
                mstore(add(pair, 224), mload(add(sum, 32)))
            }
$signals_function
            // e(r_k A_k, B_k), and the sum of r_k C_k; A_k and C_k are points, so that their multiples cost their price
            function addProofs(at, size, statements) -> canonical, done {
                let sum := sumAt(at, size)
                canonical := 1
                done := 1
                mstore(sum, 0)
                mstore(add(sum, 32), 0)
                for { let k := 0 } lt(k, size) { k := add(k, 1) } {
                    canonical := and(canonical, and(isPoint(statements), isPoint(add(statements, 192))))
                    if iszero(canonical) { break }
                    let scalar := mload(powerAt(at, size, k))
                    let pair := add(at, mul(k, 192))
                    calldatacopy(pair, statements, 64)
                    mstore(add(pair, 64), scalar)
                    done := and(done, staticcall(gas(), 7, pair, 96, pair, 64))
                    calldatacopy(add(pair, 64), add(statements, 64), 128)
                    calldatacopy(add(sum, 64), add(statements, 192), 64)
                    done := and(done, addMultiple(sum, scalar))
                    statements := add(statements, 256)
                }
                let last := add(at, mul(add(size, 2), 192))
                mstore(last, mload(sum))
                mstore(add(last, 32), mload(add(sum, 32)))
            }

            function pairing(at, size) -> holds, sufficed {
                let price := add(45000, mul(add(size, 3), 34000))
                let available := gas()
                holds := staticcall(mul(2, price), 8, at, mul(add(size, 3), 192), 0, 32)
                sufficed := or(holds, gt(available, add(price, div(price, 32))))
                holds := and(holds, eq(mload(0), 1))
            }

            // whether there is a point of G1 with canonical coordinates in the calldata; (0, 0) is infinity
            function isPoint(at) -> ok {
                let x := calldataload(at)
                let y := calldataload(add(at, 32))
                ok := eq(mulmod(y, y, $q), addmod(mulmod(mulmod(x, x, $q), x, $q), 3, $q))
                ok := or(ok, iszero(or(x, y)))
                ok := and(ok, and(lt(x, $q), lt(y, $q)))
            }

            // add `factor` times the point behind a point to it; 32 more bytes are free
            function addMultiple(total, factor) -> done {
                let point := add(total, 64)
                mstore(add(total, 128), factor)
                done := staticcall(gas(), 7, point, 96, point, 64)
                done := and(done, staticcall(gas(), 6, total, 128, total, 64))
            }
        }
    }
