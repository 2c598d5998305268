"""Secrets at rest: what is sealed opens in its own place with its own key, and nowhere else."""

import base64
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MasterKeyInvalid, MasterKeyMissing, SecretUnreadable, VaultError
from core.vault import MasterKey, SecretContext, Vault, fingerprint_of, generate_master_key

PLACE = SecretContext("7c1f8a52-0000-4000-8000-000000000001", "l10n_mx_co_edi.secret", 7, "ciphertext")
SECRET = b"contrase\xc3\xb1a muy secreta"


@pytest.fixture(scope="module")
def key() -> MasterKey:
    return MasterKey.from_text(generate_master_key())


@pytest.fixture(scope="module")
def vault(key) -> Vault:
    return Vault([key])


def test_what_is_sealed_opens(vault):
    for plaintext in (SECRET, b"", bytes(range(256)) * 100):
        assert vault.open(vault.seal(plaintext, PLACE), PLACE) == plaintext


def test_two_seals_share_nothing_but_the_header(vault):
    one, two = vault.seal(SECRET, PLACE), vault.seal(SECRET, PLACE)
    assert one[:13] == two[:13]
    assert not {one[i : i + 8] for i in range(13, len(one) - 8)} & {two[i : i + 8] for i in range(13, len(two) - 8)}
    assert SECRET not in one and base64.b64encode(SECRET) not in one


def test_every_changed_bit_is_noticed(vault):
    blob = vault.seal(SECRET, PLACE)
    for index in range(len(blob)):
        for bit in (1, 128):
            damaged = bytearray(blob)
            damaged[index] ^= bit
            with pytest.raises(VaultError):
                vault.open(bytes(damaged), PLACE)


def test_cut_and_extended_blobs_are_noticed(vault):
    blob = vault.seal(SECRET, PLACE)
    for damaged in [blob[:n] for n in range(len(blob))] + [blob + b"\0", b"\0" + blob]:
        with pytest.raises(SecretUnreadable):
            vault.open(damaged, PLACE)


@pytest.mark.parametrize(
    "other",
    [
        SecretContext("7c1f8a52-0000-4000-8000-000000000002", PLACE.model, 7, PLACE.field),
        SecretContext(PLACE.database, "res.company", 7, PLACE.field),
        SecretContext(PLACE.database, PLACE.model, 8, PLACE.field),
        SecretContext(PLACE.database, PLACE.model, 77, PLACE.field),
        SecretContext(PLACE.database, PLACE.model, 7, "password"),
        SecretContext(PLACE.database, PLACE.model + "7", "", PLACE.field),
    ],
)
def test_a_secret_moved_to_another_place_does_not_open(vault, other):
    blob = vault.seal(SECRET, PLACE)
    with pytest.raises((SecretUnreadable, ValueError)):
        vault.open(blob, other)
    assert vault.open(blob, SecretContext(PLACE.database, PLACE.model, "7", PLACE.field)) == SECRET


def test_places_that_look_alike_when_joined_are_different():
    assert SecretContext("d", "ab", 1, "c").encoded() != SecretContext("d", "a", "b1", "c").encoded()
    assert SecretContext("d", "a", 11, "f").encoded() != SecretContext("d", "a", 1, "1f").encoded()


def test_a_secret_without_its_whole_place_is_refused(vault):
    with pytest.raises(ValueError, match="place"):
        vault.seal(SECRET, SecretContext("", "m", 1, "f"))


def test_parts_of_two_blobs_cannot_be_mixed(vault):
    """The wrapped data key of one secret with the ciphertext of another, in the same place."""
    one, two = vault.seal(b"one", PLACE), vault.seal(b"two", PLACE)
    with pytest.raises(SecretUnreadable):
        vault.open(one[:73] + two[73:], PLACE)
    assert vault.open(one[:73] + one[73:], PLACE) == b"one"


def test_another_key_does_not_open_and_is_named(vault):
    blob = vault.seal(SECRET, PLACE)
    stranger = Vault([MasterKey.from_text(generate_master_key())])
    with pytest.raises(MasterKeyMissing) as caught:
        stranger.open(blob, PLACE)
    assert caught.value.params["fingerprint"] == vault.fingerprint == fingerprint_of(blob)


def test_a_forged_fingerprint_does_not_lead_to_another_key(vault):
    stranger = MasterKey.from_text(generate_master_key())
    blob = vault.seal(SECRET, PLACE)
    forged = blob[:5] + bytes.fromhex(stranger.fingerprint) + blob[13:]
    with pytest.raises(SecretUnreadable):
        Vault([stranger]).open(forged, PLACE)


def test_rotation_moves_a_secret_to_the_first_key_once(key, vault):
    new = MasterKey.from_text(generate_master_key())
    both, only_new = Vault([new, key]), Vault([new])
    old_blob = vault.seal(SECRET, PLACE)
    assert both.open(old_blob, PLACE) == SECRET
    new_blob = both.rotate(old_blob, PLACE)
    assert fingerprint_of(new_blob) == new.fingerprint != fingerprint_of(old_blob)
    assert only_new.open(new_blob, PLACE) == SECRET
    with pytest.raises(MasterKeyMissing):
        vault.open(new_blob, PLACE)
    assert both.rotate(new_blob, PLACE) == new_blob
    with pytest.raises(SecretUnreadable):
        both.rotate(old_blob, SecretContext(PLACE.database, PLACE.model, 8, PLACE.field))
    with pytest.raises(SecretUnreadable):
        both.rotate(new_blob[:-1] + bytes([new_blob[-1] ^ 1]), PLACE)


def test_the_same_key_in_every_spelling_has_one_fingerprint():
    raw = bytes(range(200, 232))
    standard = base64.b64encode(raw).decode()
    spellings = [standard, standard.rstrip("="), base64.urlsafe_b64encode(raw).decode(), raw.hex(), raw.hex().upper()]
    assert {MasterKey.from_text(f" {text}\n").fingerprint for text in spellings} == {MasterKey(raw).fingerprint}


@pytest.mark.parametrize(
    "text",
    [
        *("", "short", "A" * 44, "0" * 64, "g" * 64, "ñ" * 44, "é", "\0"),
        *(base64.b64encode(b"x" * 16).decode(), base64.b64encode(b"ab" * 20).decode()),
    ],
)
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(MasterKeyInvalid) as caught:
        MasterKey.from_text(text)
    assert not text.strip() or len(text) < 5 or text not in str(caught.value)


def test_a_generated_key_is_new_every_time_and_usable():
    texts = {generate_master_key() for _ in range(20)}
    assert len(texts) == 20
    assert len({MasterKey.from_text(text).fingerprint for text in texts}) == 20


def test_a_key_shows_its_fingerprint_and_nothing_else():
    text = generate_master_key()
    key = MasterKey.from_text(text)
    raw = base64.b64decode(text)
    for shown in (repr(key), str(key), f"{key}", repr(Vault([key]))):
        assert text not in shown and raw.hex() not in shown
    assert key.fingerprint in repr(key)
    assert key.fingerprint not in raw.hex()
    assert not hasattr(key, "__dict__")


def test_a_vault_without_key_is_a_typed_error():
    with pytest.raises(MasterKeyMissing):
        Vault([])


def _key_file(folder, mode: int, content: bytes | None = None):
    path = folder / "kek"
    path.write_bytes(generate_master_key().encode() + b"\n" if content is None else content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_is_read(tmp_path, mode):
    path = _key_file(tmp_path, mode)
    expected = MasterKey.from_text(path.read_text()).fingerprint
    assert MasterKey.from_sources(path=path).fingerprint == expected
    assert MasterKey.from_sources(text=generate_master_key(), path=str(path)).fingerprint == expected


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o620, 0o601, 0o777])
def test_a_file_that_others_may_touch_is_refused(tmp_path, mode):
    with pytest.raises(MasterKeyInvalid, match="0600"):
        MasterKey.from_sources(path=_key_file(tmp_path, mode))


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"x" * 100_000])
def test_a_file_without_key_is_refused(tmp_path, content):
    with pytest.raises(MasterKeyInvalid):
        MasterKey.from_sources(path=_key_file(tmp_path, 0o600, content))


def test_missing_sources_are_told_from_broken_ones(tmp_path):
    for sources in ({}, {"text": ""}, {"text": "  "}, {"path": ""}, {"path": tmp_path / "none"}):
        with pytest.raises(MasterKeyMissing):
            MasterKey.from_sources(**sources)
    with pytest.raises(MasterKeyInvalid):
        MasterKey.from_sources(path=tmp_path)  # a folder
    with pytest.raises(MasterKeyInvalid):
        MasterKey.from_sources(text="nonsense")


def test_a_named_pipe_does_not_hang_the_start(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(MasterKeyInvalid):
        MasterKey.from_sources(path=tmp_path / "pipe")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_open(data):
    with pytest.raises(VaultError):
        Vault([MasterKey(bytes(range(32)))]).open(data, PLACE)
    with pytest.raises(VaultError):
        Vault([MasterKey(bytes(range(32)))]).open(b"MXCO\x01" + data, PLACE)
