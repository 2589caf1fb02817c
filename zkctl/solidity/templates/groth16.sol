// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Verifier of Groth16 proofs over BN254
/// @notice Made by zkctl (export-solidity).
$header/// @dev Calls the precompiled contracts 6, 7 and 8 (EIP-196, EIP-197).  Proofs are malleable: others can make a second
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

    // EIP-1108.  A coordinate that is not below Q and a point off its curve or outside its group cost the pairing all gas that
    // it is given: twice its price at most, so that a wrong proof never costs all gas, nor a rise of prices the contract.
    uint256 private constant PAIRING_PRICE = 181000; // 45000 + 4 * 34000
    uint256 private constant PAIRING_GAS = 362000;

    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param a the point A (x, y)
    /// @param b the point B ((x imaginary, x real), (y imaginary, y real))
    /// @param c the point C (x, y)
$doc_signals
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) public view returns (bool) {
        if (msg.data.length != $calldata_bytes) revert WrongCalldataLength();
        bytes memory key = _key();
        bool valid;
        bool enough;
        // e(-A, B) e(alpha, beta) e(IC_0 + sum x_i IC_i, gamma) e(C, delta) = 1
        assembly ("memory-safe") {
            let p := add(key, 32) // three pairs of the pairing call; the fourth takes the place of IC_1, ...
            valid := 1
            enough := 1
$sum_loop
            let y := calldataload(add(a, 32))
            valid := and(valid, lt(y, Q))
            calldatacopy(add(p, 384), c, 64)
            mstore(add(p, 576), calldataload(a))
            mstore(add(p, 608), mod(sub(Q, y), Q))
            calldatacopy(add(p, 640), b, 128)
            let available := gas()
            let done := staticcall(PAIRING_GAS, 8, p, 768, 0, 32)
            // a failure says something about the proof only if there was gas to pass on
            enough := and(enough, or(done, gt(available, add(PAIRING_PRICE, 6000))))
            valid := and(valid, and(done, mload(0)))
        }
        if (!enough) revert NotEnoughGas();
        return valid;
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) external view {
        if (!verifyProof(a, b, c$argument)) revert InvalidProof();
    }
$batch
$doc_key
    function _key() private pure returns (bytes memory) {
        return
$key;
    }
}
