// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title Verifier of Groth16 proofs over BLS12-381
/// @notice Made by zkctl (export-solidity).
$header/// @dev Calls the precompiled contracts 12 and 15 of EIP-2537; chains without them answer NotEnoughGas().  Coordinates have 64 bytes,
/// the higher word first.  Proofs are malleable: others can make a second valid proof of the same public signals, so never use
/// a proof or its hash as an identifier.
contract $name {
    /// The calldata is longer or shorter than the arguments.
    error WrongCalldataLength();
    /// The call had too little gas for the elliptic curve operations, or the chain lacks them; says nothing about the proof.
    error NotEnoughGas();
    /// The proof does not hold for the public signals.
    error InvalidProof();

    /// @notice Says whether the proof holds for the public signals; never reverts for a wrong proof.
    /// @param a the point A (x, y)
    /// @param b the point B (x real, x imaginary, y real, y imaginary)
    /// @param c the point C (x, y)
$doc_signals
    function verifyProof(
        uint256[4] calldata a,
        uint256[8] calldata b,
        uint256[4] calldata c$parameter
    ) public view returns (bool valid) {
        bytes memory key = _key();
        // e(IC_0 + sum x_i IC_i, -gamma) e(alpha, -beta) e(C, -delta) e(A, B) = 1
        assembly ("memory-safe") {
            if sub(calldatasize(), $calldata_bytes) {
                mstore(0, $wrong_length)
                revert(28, 4)
            }
            let p := add(key, 32)
            valid := 1
$scalars            // an answer is as long as a point, where there is such a contract
            let enough := staticcall(gas(), 12, add(p, 1536), $sum_bytes, p, 128)
            enough := and(enough, eq(returndatasize(), 128))
            calldatacopy(add(p, 768), c, 128)
            calldatacopy(add(p, 1152), a, 128)
            calldatacopy(add(p, 1280), b, 256)
            // A coordinate that is not below the prime and a point off its curve or outside its group cost the pairing all gas
            // that it is given: twice its price of 37700 + 4 * 32600, so that a wrong proof never costs all gas, nor a rise of
            // prices the contract.  A failure says something about the proof only if there was gas to pass on.
            let available := gas()
            let done := staticcall(336200, 15, p, 1536, 0, 32)
            enough := and(enough, or(and(done, eq(returndatasize(), 32)), and(iszero(done), gt(available, 174000))))
            if iszero(enough) {
                mstore(0, $not_enough)
                revert(28, 4)
            }
            valid := and(valid, and(done, mload(0)))
        }
    }

    /// @notice As verifyProof, but reverts with InvalidProof() where that returns false.
    function requireProof(
        uint256[4] calldata a,
        uint256[8] calldata b,
        uint256[4] calldata c$parameter
    ) external view {
        if (!verifyProof(a, b, c$argument)) revert InvalidProof();
    }

    /// @dev The input of the pairing: room for the sum, -gamma, alpha, -beta, room for C, -delta, room for A and B; then the input
    /// of the sum: IC_0 and 1, IC_1 and room for a scalar, IC_2, ...
    function _key() private pure returns (bytes memory) {
        return
$key;
    }
}
