    /// @dev L_i(xi) = w^i (xi^n - 1) / (n (xi - w^i)), all by one inversion; false if xi is in the domain.
    function _lagrange(uint256[$n_words] memory w) private view returns (bool valid) {
        bool enough;
        assembly ("memory-safe") {
            let table := add(w, $at_table)
            let end := add(table, $table_bytes)
            let omega := 1
            let inverse
            {
                let product := 1
                {
                    let xi := mload(add(w, $at_xi))
                    for { let at := table } lt(at, end) { at := add(at, 64) } {
                        let x := addmod(xi, sub(R, omega), R)
                        mstore(at, x)
                        mstore(add(at, 32), product)
                        product := mulmod(product, x, R)
                        omega := mulmod(omega, OMEGA, R)
                    }
                }
                let t := add(w, $at_scratch)
                mstore(t, 32)
                mstore(add(t, 32), 32)
                mstore(add(t, 64), 32)
                mstore(add(t, 96), product)
                mstore(add(t, 128), sub(R, 2))
                mstore(add(t, 160), R)
                enough := staticcall(gas(), 5, t, 192, 0, 32)
                inverse := mload(0)
                valid := eq(mulmod(product, inverse, R), 1)
            }
            let value
            let total := 0
            for { let at := sub(end, 64) } iszero(lt(at, table)) { at := sub(at, 64) } {
                omega := mulmod(omega, OMEGA_INVERSE, R)
                value := mulmod(omega, mulmod(inverse, mload(add(at, 32)), R), R)
                inverse := mulmod(inverse, mload(at), R)
$add_signal
            }
            let c := add(w, $at_challenges)
            let factor := mulmod(mload(add(c, 224)), N_INVERSE, R)
            mstore(add(c, 256), mulmod(value, factor, R))
            mstore(add(c, 288), mulmod(total, factor, R))
        }
        if (!enough) revert NotEnoughGas();
    }
