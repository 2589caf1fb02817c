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

    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param a the point A (x, y)
    /// @param b the point B ((x imaginary, x real), (y imaginary, y real))
    /// @param c the point C (x, y)
$doc_signals
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) public view returns (bool valid) {
$points        // e(IC_0 + sum x_i IC_i, -gamma) e(alpha, -beta) e(C, -delta) e(A, B) = 1; the imaginary part comes first
        assembly ("memory-safe") {
            if sub(calldatasize(), $calldata_bytes) {
                mstore(0, $wrong_length)
                revert(28, 4)
            }
            let p := mload(0x40) // the input of the pairing, behind all memory in use
            mstore(p, $ic_x)
            mstore(add(p, 32), $ic_y)
$sum
            mstore(add(p, 64), $gamma_0)
            mstore(add(p, 96), $gamma_1)
            mstore(add(p, 128), $gamma_2)
            mstore(add(p, 160), $gamma_3)
            mstore(add(p, 192), $alpha_x)
            mstore(add(p, 224), $alpha_y)
            mstore(add(p, 256), $beta_0)
            mstore(add(p, 288), $beta_1)
            mstore(add(p, 320), $beta_2)
            mstore(add(p, 352), $beta_3)
            calldatacopy(add(p, 384), c, 64)
            mstore(add(p, 448), $delta_0)
            mstore(add(p, 480), $delta_1)
            mstore(add(p, 512), $delta_2)
            mstore(add(p, 544), $delta_3)
            calldatacopy(add(p, 576), a, 64)
            calldatacopy(add(p, 640), b, 128)
            // A coordinate that is not below the prime and a point off its curve or outside its group cost the pairing all gas
            // that it is given: twice its price of 45000 + 4 * 34000 (EIP-1108), so that a wrong proof never costs all gas, nor
            // a rise of prices the contract.  A failure says something about the proof only if there was gas to pass on.
            let available := gas()
            let done := staticcall(362000, 8, p, 768, 0, 32)
            if iszero(and(enough, or(done, gt(available, 187000)))) {
                mstore(0, $not_enough)
                revert(28, 4)
            }
            valid := and(valid, and(done, mload(0)))
$function        }
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c$parameter
    ) external view {
        if (!verifyProof(a, b, c$argument)) revert InvalidProof();
    }
$batch}
