from zkctl.solidity.abi import ContractCall, hex_words, quoted, selector


def test_selectors_of_known_functions() -> None:
    """Of the ABI specification and of ERC-20."""
    assert selector("baz(uint32,bool)").hex() == "cdcd77c0"
    assert selector("sam(bytes,bool,uint256[])").hex() == "a5643bf2"
    assert selector("transfer(address,uint256)").hex() == "a9059cbb"


def test_arguments_of_fixed_length_follow_the_selector() -> None:
    """The example `bar(bytes3[2])` of the ABI specification."""
    words = tuple(int.from_bytes(text.ljust(32, b"\0")) for text in (b"abc", b"def"))
    call = ContractCall("bar(bytes3[2])", words, {}, "")
    assert call.encoded().hex() == (
        "fce353f6"
        "6162630000000000000000000000000000000000000000000000000000000000"
        "6465660000000000000000000000000000000000000000000000000000000000"
    )


def test_words_as_text() -> None:
    assert hex_words([1, 2**256 - 1]) == ["0x" + "0" * 63 + "1", "0x" + "f" * 64]
    assert quoted([10, 0]) == '"0x' + "0" * 63 + 'a","0x' + "0" * 64 + '"'
    assert quoted([]) == ""
