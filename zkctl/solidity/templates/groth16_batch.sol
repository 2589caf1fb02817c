
    /// @notice Says whether all proofs hold, with one pairing call; false for no proofs.
    /// @dev Checks that the product of e(-r_k A_k, B_k) e(alpha, beta)^r_k e(IC_0 + sum x_ki IC_i, gamma)^r_k e(C_k, delta)^r_k
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
        bytes memory ic = _publicPoints();
        bool valid;
        bool enough;
        assembly ("memory-safe") {
            // memory: pairing input, the r_k, a sum of points with room behind it
            let p := mload(0x40)
            let rs := add(p, mul(add(n, 3), 192))
            let sum := add(rs, mul(n, 32))
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
                    mstore(add(rs, mul(k, 32)), mod(keccak256(0, 64), R))
                }
            }

            // e(sum of r_k alpha, beta) and e(sum of multiples of public points, gamma)
            {
                let factor := 0
                for { let k := 0 } lt(k, n) { k := add(k, 1) } { factor := addmod(factor, mload(add(rs, mul(k, 32))), R) }
                let at := add(p, mul(n, 192))
                mstore(at, ALPHA_X)
                mstore(add(at, 32), ALPHA_Y)
                mstore(add(at, 64), factor)
                enough := staticcall(gas(), 7, at, 96, at, 64)
                mstore(add(at, 64), BETA_X1)
                mstore(add(at, 96), BETA_X0)
                mstore(add(at, 128), BETA_Y1)
                mstore(add(at, 160), BETA_Y0)
                mstore(sum, 0)
                mstore(add(sum, 32), 0)
                enough := and(enough, addMultiple(sum, add(ic, 32), factor))
            }
            for { let i := 0 } lt(i, $n_public) { i := add(i, 1) } {
                let scalar := 0
                for { let k := 0 } lt(k, n) { k := add(k, 1) } {
                    let x := calldataload(add($signals_offset, add(mul(k, $signal_bytes), mul(i, 32))))
                    valid := and(valid, lt(x, R))
                    scalar := addmod(scalar, mulmod(x, mload(add(rs, mul(k, 32))), R), R)
                }
                enough := and(enough, addMultiple(sum, add(add(ic, 96), mul(i, 64)), scalar))
            }
            {
                let at := add(p, mul(add(n, 1), 192))
                mstore(at, mload(sum))
                mstore(add(at, 32), mload(add(sum, 32)))
                mstore(add(at, 64), GAMMA_X1)
                mstore(add(at, 96), GAMMA_X0)
                mstore(add(at, 128), GAMMA_Y1)
                mstore(add(at, 160), GAMMA_Y0)
            }

            // e(-r_k A_k, B_k), and the sum of r_k C_k; both points are checked before a precompiled contract sees them
            mstore(sum, 0)
            mstore(add(sum, 32), 0)
            for { let k := 0 } lt(k, n) { k := add(k, 1) } {
                let proof := add(proofs.offset, mul(k, 256))
                let at := add(p, mul(k, 192))
                let scalar := mload(add(rs, mul(k, 32)))
                valid := and(valid, isPoint(calldataload(proof), calldataload(add(proof, 32))))
                valid := and(valid, isTwistPoint(add(proof, 64)))
                valid := and(valid, isPoint(calldataload(add(proof, 192)), calldataload(add(proof, 224))))
                if iszero(valid) { break }
                calldatacopy(at, proof, 64)
                mstore(add(at, 64), sub(R, scalar))
                enough := and(enough, staticcall(gas(), 7, at, 96, at, 64))
                calldatacopy(add(at, 64), add(proof, 64), 128)
                let c := add(sum, 160)
                calldatacopy(c, add(proof, 192), 64)
                enough := and(enough, addMultiple(sum, c, scalar))
            }

            // e(sum of r_k C_k, delta)
            if and(valid, enough) {
                let at := add(p, mul(add(n, 2), 192))
                mstore(at, mload(sum))
                mstore(add(at, 32), mload(add(sum, 32)))
                mstore(add(at, 64), DELTA_X1)
                mstore(add(at, 96), DELTA_X0)
                mstore(add(at, 128), DELTA_Y1)
                mstore(add(at, 160), DELTA_Y0)
                let price := add(PAIRING_BASE, mul(add(n, 3), PAIRING_EACH))
                let available := gas()
                valid := staticcall(mul(2, price), 8, p, mul(add(n, 3), 192), 0, 32)
                enough := or(valid, gt(available, add(price, div(price, 32))))
                valid := and(valid, eq(mload(0), 1))
            }

$functions
        }
        if (!enough) revert NotEnoughGas();
        return valid;
    }
