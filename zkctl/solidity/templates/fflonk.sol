// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Verifier of fflonk proofs over BN254
/// @notice Made by zkctl (export-solidity).
$header/// @dev Calls the precompiled contracts 6, 7 and 8 (EIP-196, EIP-197).
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

    // the domain: N = 2^LOG_N rows, OMEGA generates it; the cosets of the wires
    uint256 private constant LOG_N = $log_n;
    uint256 private constant N = $n;
    uint256 private constant OMEGA = $omega;
    uint256 private constant OMEGA_INVERSE = $omega_inverse;
    uint256 private constant K1 = $k1;
    uint256 private constant K2 = $k2;
    // 1 / (1 - OMEGA), and the constant factor of the product that the proof's `inv` inverts
    uint256 private constant GAP_INVERSE = $gap_inverse;
    uint256 private constant PRODUCT_FACTOR = $product_factor;

    // commitment to the selectors and the permutation
    uint256 private constant C0_X = $c_0_x;
    uint256 private constant C0_Y = $c_0_y;

    // tau times the generator of G2, and that generator; the imaginary part comes first
    uint256 private constant X2_X1 = $x_2_x1;
    uint256 private constant X2_X0 = $x_2_x0;
    uint256 private constant X2_Y1 = $x_2_y1;
    uint256 private constant X2_Y0 = $x_2_y0;
$generator
    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param proof C1, C2, W1, W2 (x, y each), the values ql, qr, qm, qo, qc, s1, s2, s3, a, b, c, z, zw, t1w, t2w, and inv
$doc_signals
    function verifyProof(bytes32[24] calldata proof, uint256[$width] calldata signals) external view returns (bool) {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        return _verifyProof(proof, signals);
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(bytes32[24] calldata proof, uint256[$width] calldata signals) external view {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        if (!_verifyProof(proof, signals)) revert InvalidProof();
    }

    /// @dev For contracts that inherit from this one.  The words of `w`, by their place in bytes:
    ///   0       C0
    ///   64      public signals
    ///   $at_proof     the proof
    ///   $at_challenges    beta, gamma, the seed of xi, alpha, y, xi, xi^n, xi^n - 1, L_1(xi), sum of x_i L_i(xi), 1 / (xi^n - 1),
    ///           1 / (y^4 - xi), 1 / ((y^3 - xi) (y^3 - xi w)), 1 / xi, r0(y), r1(y), r2(y)
    ///   $at_scratch    a point and room to add to it, the generator, 12 words for the pairing
    ///   $at_table    n (xi - w^i) and the product of those before, for each L_i
    function _verifyProof(bytes32[24] calldata proof, uint256[$width] calldata signals) internal view returns (bool) {
        uint256[$n_words] memory w;
        bool valid;
        assembly ("memory-safe") {
            mstore(w, C0_X)
            mstore(add(w, 32), C0_Y)
$copy_signals
            calldatacopy(add(w, $at_proof), proof, 768)
        }
        return valid && _holds(w);
    }

    function _holds(uint256[$n_words] memory w) private view returns (bool) {
        if (!_isCanonical(w)) return false;
        _challenges(w);
        return _inverses(w) && _opened(w);
    }

    function _opened(uint256[$n_words] memory w) private view returns (bool) {
        _r0(w);
        _r1(w);
        _r2(w);
        return _pairing(w);
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
            for { let at := add(w, 64) } lt(at, end) { at := add(at, 32) } {
                valid := and(valid, lt(mload(at), R))
            }
        }
    }

    /// @dev Each challenge is the hash of the one before it and of what the prover sends next.
    function _challenges(uint256[$n_words] memory w) private pure {
        assembly ("memory-safe") {
            let p := add(w, $at_proof)
            let c := add(w, $at_challenges)
            // beta: C0, the public signals, C1
            mstore(c, mod(keccak256(w, $beta_bytes), R))
            // gamma: beta
            mstore(add(c, 32), mod(keccak256(c, 32), R))
            // seed: gamma, C2
            copy(add(c, 64), add(p, 64), 2)
            mstore(add(c, 64), mod(keccak256(add(c, 32), 96), R))
            // alpha: seed, the values but inv
            copy(add(c, 96), add(p, 256), 15)
            mstore(add(c, 96), mod(keccak256(add(c, 64), 512), R))
            // y: alpha, W1
            copy(add(c, 128), add(p, 128), 2)
            mstore(add(c, 128), mod(keccak256(add(c, 96), 96), R))
            // xi = seed^24, xi^n
            let power := mload(add(c, 64))
            power := mulmod(power, power, R)
            power := mulmod(power, power, R)
            power := mulmod(power, power, R)
            power := mulmod(mulmod(power, power, R), power, R)
            mstore(add(c, 160), power)
            for { let i := 0 } lt(i, LOG_N) { i := add(i, 1) } { power := mulmod(power, power, R) }
            mstore(add(c, 192), power)
            mstore(add(c, 224), addmod(power, sub(R, 1), R))

            function copy(to, from, count) {
                for { let i := 0 } lt(i, count) { i := add(i, 1) } { mstore(add(to, mul(i, 32)), mload(add(from, mul(i, 32)))) }
            }
        }
    }

    /// @dev All inverses come from the proof's `inv`, which must be the inverse of the product of
    ///   z = xi^n - 1, f = y^4 - xi, g = (y^3 - xi) (y^3 - xi w), the factors n (xi - w^i) of the L_i, and
    ///   prod_i (y - x_i) prod_(j != i) (x_i - x_j) over the 8 roots of X^8 - xi, the 4 of X^4 - xi and the 6 of g(X):
    ///   PRODUCT_FACTOR xi^20 (y^8 - xi) f g.
    function _inverses(uint256[$n_words] memory w) private pure returns (bool valid) {
        assembly ("memory-safe") {
            let table := add(w, $at_table)
            let end := add(table, $table_bytes)
            let omega := 1
            let inverse := mload(add(w, $at_inv))
            {
                let c := add(w, $at_challenges)
                let product := 1
                let xi := mload(add(c, 160))
                for { let at := table } lt(at, end) { at := add(at, 64) } {
                    let x := mulmod(N, addmod(xi, sub(R, omega), R), R)
                    mstore(at, x)
                    mstore(add(at, 32), product)
                    product := mulmod(product, x, R)
                    omega := mulmod(omega, OMEGA, R)
                }
                {
                    let z := mload(add(c, 224))
                    let f
                    let g
                    let rest // PRODUCT_FACTOR xi^19 (y^8 - xi)
                    {
                        let y := mload(add(c, 128))
                        let minus := sub(R, xi)
                        let power := mulmod(y, y, R)
                        g := mulmod(power, y, R)
                        g := mulmod(addmod(g, minus, R), addmod(g, mulmod(minus, OMEGA, R), R), R)
                        power := mulmod(power, power, R)
                        f := addmod(power, minus, R)
                        rest := addmod(mulmod(power, power, R), minus, R)
                        power := mulmod(xi, xi, R) // 2
                        power := mulmod(power, xi, R) // 3
                        minus := mulmod(power, power, R) // 6
                        power := mulmod(mulmod(minus, power, R), minus, R) // 15
                        power := mulmod(power, mulmod(mulmod(xi, xi, R), mulmod(xi, xi, R), R), R) // 19
                        rest := mulmod(mulmod(PRODUCT_FACTOR, power, R), rest, R)
                    }
                    let first := mulmod(z, mulmod(f, g, R), R)
                    let second := mulmod(mulmod(f, g, R), mulmod(xi, rest, R), R)
                    // 1 / (first second)
                    let both := mulmod(inverse, product, R)
                    inverse := mulmod(inverse, mulmod(first, second, R), R)
                    valid := eq(mulmod(inverse, product, R), 1)
                    // 1 / xi, 1 / first
                    mstore(add(c, 416), mulmod(mulmod(both, first, R), mulmod(mulmod(f, g, R), rest, R), R))
                    first := mulmod(both, second, R)
                    mstore(add(c, 320), mulmod(first, mulmod(f, g, R), R))
                    mstore(add(c, 352), mulmod(first, mulmod(z, g, R), R))
                    mstore(add(c, 384), mulmod(first, mulmod(z, f, R), R))
                }
            }
            // L_i(xi) = w^i (xi^n - 1) / (n (xi - w^i))
            let value
            let total := 0
            for { let at := sub(end, 64) } iszero(lt(at, table)) { at := sub(at, 64) } {
                omega := mulmod(omega, OMEGA_INVERSE, R)
                value := mulmod(omega, mulmod(inverse, mload(add(at, 32)), R), R)
                inverse := mulmod(inverse, mload(at), R)
$add_signal
            }
            let c := add(w, $at_challenges)
            mstore(add(c, 256), mulmod(value, mload(add(c, 224)), R))
            mstore(add(c, 288), mulmod(total, mload(add(c, 224)), R))
        }
    }

    /// @dev r0(y): the polynomial of degree below 8 with the values of C0 at the roots of X^8 - xi; its coefficients are the values.
    function _r0(uint256[$n_words] memory w) private pure {
        assembly ("memory-safe") {
            let v := add(w, $at_evaluations)
            let y := mload(add(w, $at_y))
            let r := mload(add(v, 224)) // s3
            r := addmod(mulmod(r, y, R), mload(add(v, 192)), R) // s2
            r := addmod(mulmod(r, y, R), mload(add(v, 160)), R) // s1
            r := addmod(mulmod(r, y, R), mload(add(v, 128)), R) // qc
            r := addmod(mulmod(r, y, R), mload(add(v, 64)), R) // qm
            r := addmod(mulmod(r, y, R), mload(add(v, 96)), R) // qo
            r := addmod(mulmod(r, y, R), mload(add(v, 32)), R) // qr
            r := addmod(mulmod(r, y, R), mload(v), R) // ql
            mstore(add(w, $at_r0), r)
        }
    }

    /// @dev r1(y) = a + b y + c y^2 + T0(xi) y^3, where T0 is the gates' equation over xi^n - 1.
    function _r1(uint256[$n_words] memory w) private pure {
        assembly ("memory-safe") {
            let v := add(w, $at_evaluations)
            let ch := add(w, $at_challenges)
            let a := mload(add(v, 256))
            let b := mload(add(v, 288))
            let c := mload(add(v, 320))
            let r := addmod(mulmod(mload(v), a, R), mulmod(mload(add(v, 32)), b, R), R)
            r := addmod(r, mulmod(mload(add(v, 64)), mulmod(a, b, R), R), R)
            r := addmod(r, mulmod(mload(add(v, 96)), c, R), R)
            r := addmod(r, mload(add(v, 128)), R)
            r := addmod(r, sub(R, mload(add(ch, 288))), R)
            r := mulmod(r, mload(add(ch, 320)), R)
            let y := mload(add(ch, 128))
            r := addmod(mulmod(r, y, R), c, R)
            r := addmod(mulmod(r, y, R), b, R)
            r := addmod(mulmod(r, y, R), a, R)
            mstore(add(ch, 480), r)
        }
    }

    /// @dev r2(y) = (p(y) (y^3 - xi w) - p'(y) (y^3 - xi)) / (xi - xi w), where p = z + T1 X + T2 X^2 has the values at the roots of
    /// X^3 - xi, and p' = zw + t1w X + t2w X^2 those at the roots of X^3 - xi w.
    function _r2(uint256[$n_words] memory w) private pure {
        assembly ("memory-safe") {
            let r
            let v := add(w, $at_evaluations)
            let ch := add(w, $at_challenges)
            let y := mload(add(ch, 128))
            {
                // T2 = ((a + beta xi + gamma) (b + beta xi k1 + gamma) (c + beta xi k2 + gamma) z
                //       - (a + beta s1 + gamma) (b + beta s2 + gamma) (c + beta s3 + gamma) zw) / (xi^n - 1)
                let beta := mload(ch)
                let gamma := mload(add(ch, 32))
                let x := mulmod(beta, mload(add(ch, 160)), R)
                r := addmod(addmod(mload(add(v, 256)), x, R), gamma, R)
                r := mulmod(r, addmod(addmod(mload(add(v, 288)), mulmod(x, K1, R), R), gamma, R), R)
                r := mulmod(r, addmod(addmod(mload(add(v, 320)), mulmod(x, K2, R), R), gamma, R), R)
                r := mulmod(r, mload(add(v, 352)), R)
                x := addmod(addmod(mload(add(v, 256)), mulmod(beta, mload(add(v, 160)), R), R), gamma, R)
                x := mulmod(x, addmod(addmod(mload(add(v, 288)), mulmod(beta, mload(add(v, 192)), R), R), gamma, R), R)
                x := mulmod(x, addmod(addmod(mload(add(v, 320)), mulmod(beta, mload(add(v, 224)), R), R), gamma, R), R)
                r := addmod(r, mulmod(x, sub(R, mload(add(v, 384))), R), R)
            }
            {
                // p(y) with T1 = (z - 1) L_1 / (xi^n - 1)
                let z := mload(add(v, 352))
                let t1 := mulmod(addmod(z, sub(R, 1), R), mload(add(ch, 256)), R)
                r := mulmod(addmod(mulmod(r, y, R), t1, R), mload(add(ch, 320)), R)
                r := addmod(mulmod(r, y, R), z, R)
            }
            {
                let next := addmod(mulmod(mload(add(v, 448)), y, R), mload(add(v, 416)), R)
                next := addmod(mulmod(next, y, R), mload(add(v, 384)), R)
                let cube := mulmod(mulmod(y, y, R), y, R)
                let minus := sub(R, mload(add(ch, 160)))
                r := mulmod(r, addmod(cube, mulmod(minus, OMEGA, R), R), R)
                r := addmod(r, mulmod(next, sub(R, addmod(cube, minus, R)), R), R)
            }
            r := mulmod(r, mulmod(mload(add(ch, 416)), GAP_INVERSE, R), R)
            mstore(add(ch, 512), r)
        }
    }

    /// @dev e(-W2, X2) e(C0 + q1 C1 + q2 C2 - E - j W1 + y W2, G2) = 1, where j = y^8 - xi, q1 = alpha j / (y^4 - xi),
    /// q2 = alpha^2 j / ((y^3 - xi) (y^3 - xi w)) and E = r0(y) + q1 r1(y) + q2 r2(y) times the generator.
    function _pairing(uint256[$n_words] memory w) private view returns (bool valid) {
        bool enough;
        assembly ("memory-safe") {
            let p := add(w, $at_proof)
            let c := add(w, $at_challenges)
            let t := add(w, $at_scratch)
            let e := mload(add(c, 448))
            let other := add(p, 192) // W2
            mstore(t, mload(w))
            mstore(add(t, 32), mload(add(w, 32)))
            let y := mload(add(c, 128))
            let j := mulmod(y, y, R)
            j := mulmod(j, j, R)
            j := addmod(mulmod(j, j, R), sub(R, mload(add(c, 160))), R)
            {
                let alpha := mload(add(c, 96))
                let q := mulmod(mulmod(alpha, j, R), mload(add(c, 352)), R)
                enough := addMultiple(t, p, q)
                e := addmod(e, mulmod(q, mload(add(c, 480)), R), R)
                q := mulmod(mulmod(mulmod(alpha, alpha, R), j, R), mload(add(c, 384)), R)
                enough := and(enough, addMultiple(t, add(p, 64), q))
                e := addmod(e, mulmod(q, mload(add(c, 512)), R), R)
            }
            mstore(add(t, 160), 1)
            mstore(add(t, 192), 2)
            enough := and(enough, addMultiple(t, add(t, 160), sub(R, e)))
            enough := and(enough, addMultiple(t, add(p, 128), sub(R, j)))
            enough := and(enough, addMultiple(t, other, y))
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
