
    /// @notice Says whether all proofs hold, with one pairing call; false for no proofs.
    /// @dev Checks that the product of e(r_k A_k, B_k) e(alpha, -beta)^r_k e(IC_0 + sum x_ki IC_i, -gamma)^r_k e(C_k, -delta)^r_k
    /// over all proofs k is 1, where r_k is the Keccak-256 hash of all proofs, all public signals and k, modulo R.  If one proof
    /// is wrong then its factor is a root of unity of prime order R other than 1, and for any other r_l only one of the R values
    /// of r_k makes the product 1.  The r_k are fixed only when everything else is, so a prover who tries t batches succeeds
    /// with probability t / 2^252 or so (in the random oracle model).
    /// @param proofs of each proof A, B and C in the order of verifyProof
$doc_signals    function verifyBatch(
        uint256[8][] calldata proofs$parameter
    ) external view returns (bool) {
        uint256 n = proofs.length;
        if (msg.data.length != $lengths_bytes + n * $statement_bytes) revert WrongCalldataLength();
        if (n == 0$or_other_length) return false;
        bytes memory key = _key();
$points        bool valid;
        bool enough;
        assembly ("memory-safe") {
            // memory: pairing input, the r_k, a sum of points with room behind it
            let p := mload(0x40)
            let rs := add(p, mul(add(n, 3), 192))
            let sum := add(rs, mul(n, 32))
            let r := $r
            valid := 1
            enough := 1

            // r_k; the memory of the hash is used again below
            {
                let size := mul(n, 256)
                calldatacopy(p, proofs.offset, size)
                calldatacopy(add(p, size), $signals_offset, mul(n, $signal_bytes))
                mstore(0, keccak256(p, mul(n, $statement_bytes)))
                for { let k := 0 } lt(k, n) { k := add(k, 1) } {
                    mstore(32, k)
                    mstore(add(rs, mul(k, 32)), mod(keccak256(0, 64), r))
                }
            }

            // e(sum of r_k alpha, -beta) and e(sum of multiples of public points, -gamma)
            {
                let factor := 0
                for { let k := 0 } lt(k, n) { k := add(k, 1) } { factor := addmod(factor, mload(add(rs, mul(k, 32))), r) }
                let at := add(p, mul(n, 192))
                copy(at, add(key, 32), 192)
                mstore(add(at, 64), factor)
                enough := staticcall(gas(), 7, at, 96, at, 64)
                mstore(add(at, 64), mload(add(key, 96)))
                mstore(sum, 0)
                mstore(add(sum, 32), 0)
                enough := and(enough, addMultiple(sum, add(key, 480), factor))
            }
$sum_of_signals            {
                let at := add(p, mul(add(n, 1), 192))
                mstore(at, mload(sum))
                mstore(add(at, 32), mload(add(sum, 32)))
                copy(add(at, 64), add(key, 224), 128)
            }

            // e(r_k A_k, B_k), and the sum of r_k C_k; A_k and C_k are points, so that their multiples cost their price
            mstore(sum, 0)
            mstore(add(sum, 32), 0)
            for { let k := 0 } lt(k, n) { k := add(k, 1) } {
                let proof := add(proofs.offset, mul(k, 256))
                let at := add(p, mul(k, 192))
                let scalar := mload(add(rs, mul(k, 32)))
                valid := and(valid, isPoint(calldataload(proof), calldataload(add(proof, 32)), $q))
                valid := and(valid, isPoint(calldataload(add(proof, 192)), calldataload(add(proof, 224)), $q))
                if iszero(valid) { break }
                calldatacopy(at, proof, 64)
                mstore(add(at, 64), scalar)
                enough := and(enough, staticcall(gas(), 7, at, 96, at, 64))
                calldatacopy(add(at, 64), add(proof, 64), 128)
                let c := add(sum, 160)
                calldatacopy(c, add(proof, 192), 64)
                enough := and(enough, addMultiple(sum, c, scalar))
            }

            // e(sum of r_k C_k, -delta)
            if and(valid, enough) {
                let at := add(p, mul(add(n, 2), 192))
                mstore(at, mload(sum))
                mstore(add(at, 32), mload(add(sum, 32)))
                copy(add(at, 64), add(key, 352), 128)
                let price := add(45000, mul(add(n, 3), 34000))
                let available := gas()
                valid := staticcall(mul(2, price), 8, p, mul(add(n, 3), 192), 0, 32)
                enough := or(valid, gt(available, add(price, div(price, 32))))
                valid := and(valid, eq(mload(0), 1))
            }

            function copy(to, from, size) {
                for { let i := 0 } lt(i, size) { i := add(i, 32) } { mstore(add(to, i), mload(add(from, i))) }
            }

            // (x, y) is a point of G1 with canonical coordinates; (0, 0) is infinity
            function isPoint(x, y, m) -> ok {
                ok := eq(mulmod(y, y, m), addmod(mulmod(mulmod(x, x, m), x, m), 3, m))
                ok := or(ok, iszero(or(x, y)))
                ok := and(ok, and(lt(x, m), lt(y, m)))
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
        }
        if (!enough) revert NotEnoughGas();
        return valid;
    }

    /// @dev alpha, -beta, -gamma, -delta, IC_0; coordinates in Fq2 have the imaginary part first.
    function _key() private pure returns (bytes memory) {
        return
$key;
    }
