"""The two ciphers: right by the published vectors, and apart from each other."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from records.keys import NONCE_BYTES, TAG_BYTES, Algorithm, cipher_for, derive
from records.keys.ciphers import Sm4Gcm

SECRET = bytes(range(32))


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1."""
    cipher = Sm4Gcm(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    nonce = bytes.fromhex("00001234567800000000ABCD")
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert cipher.encrypt(nonce, plain, associated) == sealed
    assert cipher.decrypt(nonce, sealed, associated) == plain


@pytest.mark.parametrize("algorithm", Algorithm)
@given(data=st.binary(max_size=100), associated=st.binary(max_size=20), bit=st.integers(min_value=0))
def test_one_changed_bit_is_noticed(algorithm: Algorithm, data: bytes, associated: bytes, bit: int) -> None:
    cipher, nonce = cipher_for(algorithm, SECRET, "test"), bytes(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, data, associated)
    assert len(sealed) == len(data) + TAG_BYTES
    assert cipher.decrypt(nonce, sealed, associated) == data
    changed = bytearray(sealed)
    changed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, bytes(changed), associated)
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed, associated + b"x")


@pytest.mark.parametrize("cut", [b"", b"short", bytes(TAG_BYTES - 1)])
@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_is_shorter_than_a_tag_is_refused(algorithm: Algorithm, cut: bytes) -> None:
    with pytest.raises(InvalidTag):
        cipher_for(algorithm, SECRET, "test").decrypt(bytes(NONCE_BYTES), cut, b"")


def test_every_purpose_and_every_algorithm_has_its_own_key() -> None:
    keys = {derive(algorithm, SECRET, purpose) for algorithm in Algorithm for purpose in ("wrap", "data", "media")}
    assert len(keys) == 6
    assert SECRET not in keys


def test_a_code_is_one_algorithm_for_ever() -> None:
    assert {algorithm.code: algorithm for algorithm in Algorithm} == {1: Algorithm.AES_256_GCM, 2: Algorithm.SM4_GCM}
    assert Algorithm.of_code(0) is None
