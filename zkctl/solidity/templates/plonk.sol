// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Verifier of PLONK proofs over BN254
/// @notice Made by zkctl (export-solidity).
$header/// @dev Calls the precompiled contracts 5 (EIP-198), 6, 7 and 8 (EIP-196, EIP-197).
contract $name {
    /// The calldata is longer or shorter than the arguments.
    error WrongCalldataLength();
    /// The call had too little gas for the elliptic curve operations; says nothing about the proof.
    error NotEnoughGas();
    /// The proof does not hold for the public signals.
    error InvalidProof();

    // order of the groups: public signals and evaluations are below it
    uint256 private constant R = $r;
    // the base field: coordinates are below it
    uint256 private constant Q = $q;

    // the domain: 2^LOG_N rows, OMEGA generates it; the cosets of the wires
    uint256 private constant LOG_N = $log_n;
    uint256 private constant N_INVERSE = $n_inverse;
    uint256 private constant OMEGA = $omega;
    uint256 private constant OMEGA_INVERSE = $omega_inverse;
    uint256 private constant K1 = $k1;
    uint256 private constant K2 = $k2;

    // commitments to the selectors and the permutation
    uint256 private constant QM_X = $q_m_x;
    uint256 private constant QM_Y = $q_m_y;
    uint256 private constant QL_X = $q_l_x;
    uint256 private constant QL_Y = $q_l_y;
    uint256 private constant QR_X = $q_r_x;
    uint256 private constant QR_Y = $q_r_y;
    uint256 private constant QO_X = $q_o_x;
    uint256 private constant QO_Y = $q_o_y;
    uint256 private constant QC_X = $q_c_x;
    uint256 private constant QC_Y = $q_c_y;
    uint256 private constant S1_X = $sigma_1_x;
    uint256 private constant S1_Y = $sigma_1_y;
    uint256 private constant S2_X = $sigma_2_x;
    uint256 private constant S2_Y = $sigma_2_y;
    uint256 private constant S3_X = $sigma_3_x;
    uint256 private constant S3_Y = $sigma_3_y;

    // tau times the generator of G2, and that generator; the imaginary part comes first
    uint256 private constant X2_X1 = $x_2_x1;
    uint256 private constant X2_X0 = $x_2_x0;
    uint256 private constant X2_Y1 = $x_2_y1;
    uint256 private constant X2_Y0 = $x_2_y0;
$generator
    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param proof A, B, C, Z, T1, T2, T3, Wxi, Wxiw (x, y each), then the values a, b, c, s1, s2, zw
$doc_signals
    function verifyProof(uint256[24] calldata proof$parameter) external view returns (bool) {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        return _verifyProof(proof$argument);
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(uint256[24] calldata proof$parameter) external view {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        if (!_verifyProof(proof$argument)) revert InvalidProof();
    }

    /// @dev For contracts that inherit from this one.  The words of `w`, by their place in bytes:
    ///   0       Qm, Ql, Qr, Qo, Qc, S1, S2, S3
    ///   $at_signals     public signals
    ///   $at_proof     the proof
    ///   $at_challenges    beta, gamma, alpha, xi, v, u, xi^n, xi^n - 1, L_1(xi), sum of x_i L_i(xi)
    ///   $at_scratch    a point and room to add to it, another one, the generator, 12 words for the pairing
    ///   $at_table    xi - w^i and the product of those before, for each L_i
    function _verifyProof(uint256[24] calldata proof$parameter) internal view returns (bool) {
        uint256[$n_words] memory w;
        assembly ("memory-safe") {
            mstore(w, QM_X)
            mstore(add(w, 32), QM_Y)
            mstore(add(w, 64), QL_X)
            mstore(add(w, 96), QL_Y)
            mstore(add(w, 128), QR_X)
            mstore(add(w, 160), QR_Y)
            mstore(add(w, 192), QO_X)
            mstore(add(w, 224), QO_Y)
            mstore(add(w, 256), QC_X)
            mstore(add(w, 288), QC_Y)
            mstore(add(w, 320), S1_X)
            mstore(add(w, 352), S1_Y)
            mstore(add(w, 384), S2_X)
            mstore(add(w, 416), S2_Y)
            mstore(add(w, 448), S3_X)
            mstore(add(w, 480), S3_Y)
$copy_signals
            calldatacopy(add(w, $at_proof), proof, 768)
        }
        return _holds(w);
    }

    function _holds(uint256[$n_words] memory w) private view returns (bool) {
        if (!_isCanonical(w)) return false;
        _challenges(w);
        return _lagrange(w) && _pairing(w);
    }

    /// @dev Points are on the curve (infinity is none) with coordinates below Q; all other numbers are below R.
    function _isCanonical(uint256[$n_words] memory w) private pure returns (bool valid) {
        assembly ("memory-safe") {
            valid := 1
            let end := add(w, $at_evaluations)
            for { let at := add(w, $at_proof) } lt(at, end) { at := add(at, 64) } {
                let x := mload(at)
                let y := mload(add(at, 32))
                valid := and(valid, and(lt(x, Q), lt(y, Q)))
                valid := and(valid, eq(mulmod(y, y, Q), addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q)))
            }
            end := add(w, $at_challenges)
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
            copy(add(c, 64), add(p, 192), 2)
            mstore(add(c, 64), mod(keccak256(c, 128), R))
            // xi: alpha, T1, T2, T3
            copy(add(c, 96), add(p, 256), 6)
            mstore(add(c, 96), mod(keccak256(add(c, 64), 224), R))
            // v: xi, a, b, c, s1, s2, zw
            copy(add(c, 128), add(p, 576), 6)
            mstore(add(c, 128), mod(keccak256(add(c, 96), 224), R))
            // u: v, Wxi, Wxiw
            copy(add(c, 160), add(p, 448), 4)
            mstore(add(c, 160), mod(keccak256(add(c, 128), 160), R))
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
    /// @dev e(-(Wxi + u Wxiw), X2) e(xi Wxi + u xi w Wxiw + F - E, G2) = 1.
    function _pairing(uint256[$n_words] memory w) private view returns (bool valid) {
        bool enough;
        assembly ("memory-safe") {
            let p := add(w, $at_proof)
            let c := add(w, $at_challenges)
            let t := add(w, $at_scratch)
            // Qc + ab Qm + a Ql + b Qr + c Qo
            mstore(t, mload(add(w, 256)))
            mstore(add(t, 32), mload(add(w, 288)))
            enough := addMultiple(t, w, mulmod(mload(add(p, 576)), mload(add(p, 608)), R))
            enough := and(enough, addMultiple(t, add(w, 64), mload(add(p, 576))))
            enough := and(enough, addMultiple(t, add(w, 128), mload(add(p, 608))))
            enough := and(enough, addMultiple(t, add(w, 192), mload(add(p, 640))))
            let gamma := mload(add(c, 32))
            let alpha := mload(add(c, 64))
            let e := mulmod(mload(add(c, 256)), mulmod(alpha, alpha, R), R) // L_1 alpha^2
            {
                // ((a + beta xi + gamma) (b + beta xi k1 + gamma) (c + beta xi k2 + gamma) alpha + L_1 alpha^2 + u) Z
                let x := mulmod(mload(c), mload(add(c, 96)), R)
                let f := addmod(addmod(mload(add(p, 576)), x, R), gamma, R)
                f := mulmod(f, addmod(addmod(mload(add(p, 608)), mulmod(x, K1, R), R), gamma, R), R)
                f := mulmod(f, addmod(addmod(mload(add(p, 640)), mulmod(x, K2, R), R), gamma, R), R)
                f := addmod(addmod(mulmod(f, alpha, R), e, R), mload(add(c, 160)), R)
                enough := and(enough, addMultiple(t, add(p, 192), f))
            }
            {
                // -(a + beta s1 + gamma) (b + beta s2 + gamma) alpha beta zw S3
                let beta := mload(c)
                let f := addmod(addmod(mload(add(p, 576)), mulmod(beta, mload(add(p, 672)), R), R), gamma, R)
                f := mulmod(f, addmod(addmod(mload(add(p, 608)), mulmod(beta, mload(add(p, 704)), R), R), gamma, R), R)
                f := mulmod(f, mulmod(alpha, mload(add(p, 736)), R), R)
                enough := and(enough, addMultiple(t, add(w, 448), mulmod(f, sub(R, beta), R)))
                // -r0 = sum of x_i L_i + L_1 alpha^2 + (a + beta s1 + gamma) (b + beta s2 + gamma) (c + gamma) alpha zw
                e := addmod(e, mulmod(f, addmod(mload(add(p, 640)), gamma, R), R), R)
                e := addmod(e, mload(add(c, 288)), R)
            }
            {
                // -(xi^n - 1) (T1 + xi^n T2 + xi^2n T3)
                let f := sub(R, mload(add(c, 224)))
                enough := and(enough, addMultiple(t, add(p, 256), f))
                f := mulmod(f, mload(add(c, 192)), R)
                enough := and(enough, addMultiple(t, add(p, 320), f))
                f := mulmod(f, mload(add(c, 192)), R)
                enough := and(enough, addMultiple(t, add(p, 384), f))
            }
            {
                // v A + v^2 B + v^3 C + v^4 S1 + v^5 S2 - E
                let v := mload(add(c, 128))
                let f := v
                for { let i := 0 } lt(i, 5) { i := add(i, 1) } {
                    let point := add(p, mul(i, 64))
                    if gt(i, 2) { point := add(w, add(128, mul(i, 64))) }
                    enough := and(enough, addMultiple(t, point, f))
                    e := addmod(e, mulmod(f, mload(add(p, add(576, mul(i, 32)))), R), R)
                    f := mulmod(f, v, R)
                }
                e := addmod(e, mulmod(mload(add(c, 160)), mload(add(p, 736)), R), R)
                mstore(add(t, 320), 1)
                mstore(add(t, 352), 2)
                enough := and(enough, addMultiple(t, add(t, 320), sub(R, e)))
            }
            let other := add(t, 160)
            {
                // xi Wxi + u xi w Wxiw; Wxi + u Wxiw
                let u := mload(add(c, 160))
                let xi := mload(add(c, 96))
                enough := and(enough, addMultiple(t, add(p, 448), xi))
                enough := and(enough, addMultiple(t, add(p, 512), mulmod(u, mulmod(xi, OMEGA, R), R)))
                mstore(other, mload(add(p, 448)))
                mstore(add(other, 32), mload(add(p, 480)))
                enough := and(enough, addMultiple(other, add(p, 512), u))
            }
$pairing

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
    }
}
