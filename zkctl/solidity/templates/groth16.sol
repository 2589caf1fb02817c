// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Verifier of Groth16 proofs over BN254
/// @notice Made by zkctl (export-solidity).
$header
/// @dev Calls the precompiled contracts 6, 7 and 8 (EIP-196, EIP-197).  Proofs are malleable: others can make a second
/// valid proof of the same public signals, so never use a proof or its hash as an identifier.
contract $name {
    /// The calldata is longer or shorter than the arguments.
    error WrongCalldataLength();
    /// The call had too little gas for the elliptic curve operations; says nothing about the proof.
    error NotEnoughGas();
    /// The proof does not hold for the public signals.
    error InvalidProof();

    // order of the groups: public signals are below it
    uint256 private constant R = $r;
    // the base field: coordinates are below it
    uint256 private constant Q = $q;

    // the verification key; coordinates in Fq2 have the imaginary part first
    uint256 private constant ALPHA_X = $alpha_x;
    uint256 private constant ALPHA_Y = $alpha_y;
    uint256 private constant BETA_X1 = $beta_x1;
    uint256 private constant BETA_X0 = $beta_x0;
    uint256 private constant BETA_Y1 = $beta_y1;
    uint256 private constant BETA_Y0 = $beta_y0;
    uint256 private constant GAMMA_X1 = $gamma_x1;
    uint256 private constant GAMMA_X0 = $gamma_x0;
    uint256 private constant GAMMA_Y1 = $gamma_y1;
    uint256 private constant GAMMA_Y0 = $gamma_y0;
    uint256 private constant DELTA_X1 = $delta_x1;
    uint256 private constant DELTA_X0 = $delta_x0;
    uint256 private constant DELTA_Y1 = $delta_y1;
    uint256 private constant DELTA_Y0 = $delta_y0;

    // y^2 = x^3 + 3 / (9 + u), the curve of G2
    uint256 private constant TWIST_B1 = 0x009713b03af0fed4cd2cafadeed8fdf4a74fa084e52d1852e4a2bd0685c315d2;
    uint256 private constant TWIST_B0 = 0x2b149d40ceb8aaae81be18991be06ac3b5b4c5e559dbefa33267e6dc24a138e5;

    // EIP-1108.  A point of B outside its group costs the pairing all gas that it is given: twice its price at most.
    uint256 private constant PAIRING_BASE = 45000;
    uint256 private constant PAIRING_EACH = 34000;

    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param a the point A (x, y)
    /// @param b the point B ((x imaginary, x real), (y imaginary, y real))
    /// @param c the point C (x, y)
$doc_signals
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) external view returns (bool) {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        return _verifyProof(a, b, c$argument);
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) external view {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        if (!_verifyProof(a, b, c$argument)) revert InvalidProof();
    }

    /// @dev For contracts that inherit from this one: e(-A, B) e(alpha, beta) e(IC_0 + sum x_i IC_i, gamma) e(C, delta) = 1.
    function _verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) internal view returns (bool) {
        bytes memory ic = _publicPoints();
        bool valid;
        bool enough;
        assembly ("memory-safe") {
            let p := mload(0x40) // pairing input, 4 * 192 bytes; behind it 160 bytes for the sum of public points
            let sum := add(p, 768)
            let point := add(ic, 32)
            valid := 1
            enough := 1

            // IC_0 + sum x_i IC_i
            mstore(sum, mload(point))
            mstore(add(sum, 32), mload(add(point, 32)))
$sum_loop

            // A and C are points of G1, B is a point of the twist: the precompiled contracts meet nothing they refuse but a B
            // of wrong order
            valid := and(valid, isPoint(calldataload(a), calldataload(add(a, 32))))
            valid := and(valid, isPoint(calldataload(c), calldataload(add(c, 32))))
            valid := and(valid, isTwistPoint(b))

            // e(-A, B)
            mstore(p, calldataload(a))
            mstore(add(p, 32), mod(sub(Q, calldataload(add(a, 32))), Q))
            calldatacopy(add(p, 64), b, 128)
            // e(alpha, beta)
            mstore(add(p, 192), ALPHA_X)
            mstore(add(p, 224), ALPHA_Y)
            mstore(add(p, 256), BETA_X1)
            mstore(add(p, 288), BETA_X0)
            mstore(add(p, 320), BETA_Y1)
            mstore(add(p, 352), BETA_Y0)
            // e(sum, gamma)
            mstore(add(p, 384), mload(sum))
            mstore(add(p, 416), mload(add(sum, 32)))
            mstore(add(p, 448), GAMMA_X1)
            mstore(add(p, 480), GAMMA_X0)
            mstore(add(p, 512), GAMMA_Y1)
            mstore(add(p, 544), GAMMA_Y0)
            // e(C, delta)
            calldatacopy(add(p, 576), c, 64)
            mstore(add(p, 640), DELTA_X1)
            mstore(add(p, 672), DELTA_X0)
            mstore(add(p, 704), DELTA_Y1)
            mstore(add(p, 736), DELTA_Y0)

            if and(valid, enough) {
                let price := add(PAIRING_BASE, mul(4, PAIRING_EACH))
                let available := gas()
                valid := staticcall(mul(2, price), 8, p, 768, 0, 32)
                enough := or(valid, gt(available, add(price, div(price, 32))))
                valid := and(valid, eq(mload(0), 1))
            }

$functions
        }
        if (!enough) revert NotEnoughGas();
        return valid;
    }
$batch
    /// @dev IC_0, IC_1 ...: the points that the public signals multiply, 64 bytes each.
    function _publicPoints() private pure returns (bytes memory) {
        return
$ic;
    }
}
