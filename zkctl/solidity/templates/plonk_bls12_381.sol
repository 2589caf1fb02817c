// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Verifier of PLONK proofs over BLS12-381
/// @notice Made by zkctl (export-solidity).
$header/// @dev Calls the precompiled contracts 5 (EIP-198), 12 and 15 (EIP-2537); chains without these answer NotEnoughGas().
/// Coordinates have 64 bytes in calldata, the higher word first, and 48 in hashes.
contract $name {
    /// The calldata is longer or shorter than the arguments.
    error WrongCalldataLength();
    /// The call had too little gas for the elliptic curve operations, or the chain lacks them; says nothing about the proof.
    error NotEnoughGas();
    /// The proof does not hold for the public signals.
    error InvalidProof();

    // order of the groups: public signals and evaluations are below it
    uint256 private constant R = $r;

    // the domain: 2^LOG_N rows, OMEGA generates it; the cosets of the wires
    uint256 private constant LOG_N = $log_n;
    uint256 private constant N_INVERSE = $n_inverse;
    uint256 private constant OMEGA = $omega;
    uint256 private constant OMEGA_INVERSE = $omega_inverse;
    uint256 private constant K1 = $k1;
    uint256 private constant K2 = $k2;

    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param proof A, B, C, Z, T1, T2, T3, Wxi, Wxiw (x, y, two words each), then the values a, b, c, s1, s2, zw
$doc_signals
    function verifyProof(uint256[42] calldata proof$parameter) external view returns (bool) {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        return _verifyProof(proof$argument);
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(uint256[42] calldata proof$parameter) external view {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        if (!_verifyProof(proof$argument)) revert InvalidProof();
    }

    /// @dev For contracts that inherit from this one.  The words of `w`, by their place in bytes:
    ///   0       Qm, Ql, Qr, Qo, Qc, S1, S2, S3, coordinates of 48 bytes
    ///   $at_signals     public signals
    ///   $at_proof     the proof, coordinates of 48 bytes
    ///   $at_challenges    beta, gamma, alpha, xi, v, u, xi^n, xi^n - 1, L_1(xi), sum of x_i L_i(xi)
    ///   $at_scratch    the input of the pairing
    ///   $at_points    points and the numbers that multiply them
    ///   $at_table    xi - w^i and the product of those before, for each L_i
    function _verifyProof(uint256[42] calldata proof$parameter) internal view returns (bool) {
        uint256[$n_words] memory w;
        bool valid;
        assembly ("memory-safe") {
$key
$copy_signals
            // points are finite, and coordinates have no more than 48 bytes; their groups are checked when they are multiplied
            valid := 1
            let to := add(w, $at_proof)
            for { let at := proof } lt(at, add(proof, 1152)) { at := add(at, 128) } {
                let x := calldataload(at)
                let y := calldataload(add(at, 64))
                valid := and(valid, iszero(shr(128, or(x, y))))
                valid := and(valid, gt(or(or(x, calldataload(add(at, 32))), or(y, calldataload(add(at, 96)))), 0))
                mstore(to, shl(128, x))
                mstore(add(to, 16), calldataload(add(at, 32)))
                mstore(add(to, 48), shl(128, y))
                mstore(add(to, 64), calldataload(add(at, 96)))
                to := add(to, 96)
            }
            calldatacopy(to, add(proof, 1152), 192)
        }
        return valid && _holds(w);
    }

    function _holds(uint256[$n_words] memory w) private view returns (bool) {
        if (!_isCanonical(w)) return false;
        _challenges(w);
        return _lagrange(w) && _opened(w);
    }

    function _opened(uint256[$n_words] memory w) private view returns (bool) {
        _multiples(w);
        return _pairing(w);
    }

    /// @dev The values and the public signals are below R.
    function _isCanonical(uint256[$n_words] memory w) private pure returns (bool valid) {
        assembly ("memory-safe") {
            valid := 1
            let end := add(w, $at_challenges)
            for { let at := add(w, $at_evaluations) } lt(at, end) { at := add(at, 32) } {
                valid := and(valid, lt(mload(at), R))
            }
            end := add(w, $at_proof)
            for { let at := add(w, $at_signals) } lt(at, end) { at := add(at, 32) } {
                valid := and(valid, lt(mload(at), R))
            }
        }
    }

    /// @dev Each challenge is the hash of the one before it and of what the prover sends next.
    function _challenges(uint256[$n_words] memory w) private pure {
        assembly ("memory-safe") {
            let p := add(w, $at_proof)
            let c := add(w, $at_challenges)
            // beta: the key, the public signals, A, B, C
            mstore(c, mod(keccak256(w, $beta_bytes), R))
            // gamma: beta
            mstore(add(c, 32), mod(keccak256(c, 32), R))
            // alpha: beta, gamma, Z
            copy(add(c, 64), add(p, 288), 3)
            mstore(add(c, 64), mod(keccak256(c, 160), R))
            // xi: alpha, T1, T2, T3
            copy(add(c, 96), add(p, 384), 9)
            mstore(add(c, 96), mod(keccak256(add(c, 64), 320), R))
            // v: xi, a, b, c, s1, s2, zw
            copy(add(c, 128), add(p, 864), 6)
            mstore(add(c, 128), mod(keccak256(add(c, 96), 224), R))
            // u: v, Wxi, Wxiw
            copy(add(c, 160), add(p, 672), 6)
            mstore(add(c, 160), mod(keccak256(add(c, 128), 224), R))
            // xi^n
            let power := mload(add(c, 96))
            for { let i := 0 } lt(i, LOG_N) { i := add(i, 1) } { power := mulmod(power, power, R) }
            mstore(add(c, 192), power)
            mstore(add(c, 224), addmod(power, sub(R, 1), R))

            function copy(to, from, count) {
                for { let i := 0 } lt(i, count) { i := add(i, 1) } { mstore(add(to, mul(i, 32)), mload(add(from, mul(i, 32)))) }
            }
        }
    }

$lagrange
    /// @dev The points of Wxi xi + Wxiw u xi w + F - E with their numbers.
    function _multiples(uint256[$n_words] memory w) private pure {
        assembly ("memory-safe") {
            let v := add(w, $at_evaluations) // a, b, c, s1, s2, zw
            let c := add(w, $at_challenges)
            let at := add(w, $at_points)
            // Qc + ab Qm + a Ql + b Qr + c Qo
            at := put(at, add(w, 384), 1)
            at := put(at, w, mulmod(mload(v), mload(add(v, 32)), R))
            at := put(at, add(w, 96), mload(v))
            at := put(at, add(w, 192), mload(add(v, 32)))
            at := put(at, add(w, 288), mload(add(v, 64)))
            let alpha := mload(add(c, 64))
            let e := mulmod(mload(add(c, 256)), mulmod(alpha, alpha, R), R) // L_1 alpha^2
            {
                // ((a + beta xi + gamma) (b + beta xi k1 + gamma) (c + beta xi k2 + gamma) alpha + L_1 alpha^2 + u) Z
                let gamma := mload(add(c, 32))
                let x := mulmod(mload(c), mload(add(c, 96)), R)
                let f := addmod(addmod(mload(v), x, R), gamma, R)
                f := mulmod(f, addmod(addmod(mload(add(v, 32)), mulmod(x, K1, R), R), gamma, R), R)
                f := mulmod(f, addmod(addmod(mload(add(v, 64)), mulmod(x, K2, R), R), gamma, R), R)
                f := addmod(addmod(mulmod(f, alpha, R), e, R), mload(add(c, 160)), R)
                at := put(at, add(w, $at_z), f)
                // -(a + beta s1 + gamma) (b + beta s2 + gamma) alpha beta zw S3
                x := mload(c)
                f := addmod(addmod(mload(v), mulmod(x, mload(add(v, 96)), R), R), gamma, R)
                f := mulmod(f, addmod(addmod(mload(add(v, 32)), mulmod(x, mload(add(v, 128)), R), R), gamma, R), R)
                f := mulmod(f, mulmod(alpha, mload(add(v, 160)), R), R)
                at := put(at, add(w, 672), mulmod(f, sub(R, x), R))
                // -r0 = sum of x_i L_i + L_1 alpha^2 + (a + beta s1 + gamma) (b + beta s2 + gamma) (c + gamma) alpha zw
                e := addmod(e, mulmod(f, addmod(mload(add(v, 64)), gamma, R), R), R)
                e := addmod(e, mload(add(c, 288)), R)
            }
            {
                // -(xi^n - 1) (T1 + xi^n T2 + xi^2n T3)
                let f := sub(R, mload(add(c, 224)))
                for { let i := 0 } lt(i, 3) { i := add(i, 1) } {
                    at := put(at, add(add(w, $at_t1), mul(i, 96)), f)
                    f := mulmod(f, mload(add(c, 192)), R)
                }
            }
            {
                // v A + v^2 B + v^3 C + v^4 S1 + v^5 S2 - E
                let f := mload(add(c, 128))
                for { let i := 0 } lt(i, 5) { i := add(i, 1) } {
                    let point := add(add(w, $at_proof), mul(i, 96))
                    if gt(i, 2) { point := add(w, add(192, mul(i, 96))) }
                    at := put(at, point, f)
                    e := addmod(e, mulmod(f, mload(add(v, mul(i, 32))), R), R)
                    f := mulmod(f, mload(add(c, 128)), R)
                }
            }
            {
                let u := mload(add(c, 160))
                e := addmod(e, mulmod(u, mload(add(v, 160)), R), R)
                let xi := mload(add(c, 96))
                at := put(at, add(w, $at_wxi), xi)
                at := put(at, add(w, $at_wxiw), mulmod(u, mulmod(xi, OMEGA, R), R))
            }
$generator

            // a point of 96 bytes as one of 128 bytes, and the number that multiplies it
            function put(to, from, factor) -> next {
                mstore(to, shr(128, mload(from)))
                mstore(add(to, 32), mload(add(from, 16)))
                mstore(add(to, 64), shr(128, mload(add(from, 48))))
                mstore(add(to, 96), mload(add(from, 64)))
                mstore(add(to, 128), factor)
                next := add(to, 160)
            }
        }
    }

    /// @dev e(-(Wxi + u Wxiw), X2) e(xi Wxi + u xi w Wxiw + F - E, G2) = 1.
    function _pairing(uint256[$n_words] memory w) private view returns (bool valid) {
        bool enough;
        assembly ("memory-safe") {
            let t := add(w, $at_scratch)
            let points := add(w, $at_points)
            // A coordinate that is not below the prime and a point off its curve or outside its group cost this call all gas that
            // it is given: twice its price, so that a wrong proof never costs all gas, nor a rise of prices the contract.  All
            // points of the proof are among these.  A failure says something about the proof only if there was gas to pass on.
            let available := gas()
            valid := staticcall(289008, 12, points, 2880, add(t, 384), 128)
            enough := or(and(valid, eq(returndatasize(), 128)), and(iszero(valid), gt(available, 150000)))
            if and(valid, enough) {
                // -Wxi - u Wxiw; both are the points before the last, with other numbers
                mstore(add(points, 2528), sub(R, 1))
                mstore(add(points, 2688), sub(R, mload(add(w, $at_u))))
                enough := staticcall(gas(), 12, add(points, 2400), 320, t, 128)
$pairs
                enough := and(enough, staticcall(gas(), 15, t, 768, 0, 32))
                valid := and(enough, mload(0))
            }
        }
        if (!enough) revert NotEnoughGas();
    }
}
