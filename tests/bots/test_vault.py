"""What is sealed opens only for whom it was sealed, and keys change while everything runs."""

from __future__ import annotations

import asyncio
import multiprocessing
import stat
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.errors import Refused
from bots.keyring import endpoint_subject
from bots.rotation import counted, retire, rotate
from bots.settings import load
from bots.settings_source import SettingsRefused
from bots.vault import SealBroken, Vault
from bots.vault_keys import FileKeys, GivenKeys, KeysRefused, is_key, key_id, new_key
from domain.businesses import Account
from domain.clock import ManualClock
from domain.ports import Credential, Endpoint
from storage.memory.store import MemoryStore
from tests.builders import LUZ, LUZ_CHAT, NOW

LUZ_ID = LUZ.business.id


def in_file(folder):
    keys = FileKeys(folder / "keys")
    return keys, Vault(keys)


@given(st.text(max_size=40), st.text(max_size=40), st.binary(max_size=200))
def test_what_was_sealed_comes_out_again(business, subject, secret):
    vault = Vault(GivenKeys((new_key(),)))
    sealed, _ = vault.seal(business, subject, secret)
    assert vault.open(business, subject, sealed) == secret


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_it_opens_for_nobody_else(business, subject, other_business, other_subject):
    vault = Vault(GivenKeys((new_key(),)))
    sealed, _ = vault.seal(business, subject, b"canary")
    if (business, subject) != (other_business, other_subject):
        with pytest.raises(SealBroken) as broken:
            vault.open(other_business, other_subject, sealed)
        assert "canary" not in str(broken.value)


def test_rows_that_are_swapped_open_nothing():
    vault = Vault(GivenKeys((new_key(),)))
    ours, _ = vault.seal("luz", "account-1", b"ours")
    theirs, _ = vault.seal("mar", "account-2", b"theirs")
    for business, subject, row in (
        ("luz", "account-1", theirs),
        ("mar", "account-2", ours),
        ("luz", "account-2", ours),
    ):
        with pytest.raises(SealBroken, match="something else"):
            vault.open(business, subject, row)


def test_broken_twin_without_the_names_inside_a_swapped_row_opens(monkeypatch):
    monkeypatch.setattr("bots.vault._bound", lambda *names: b"")
    vault = Vault(GivenKeys((new_key(),)))
    theirs, _ = vault.seal("mar", "account-2", b"theirs")
    assert vault.open("luz", "account-1", theirs) == b"theirs"


def test_a_ring_without_the_right_key_opens_nothing_and_says_no_secret():
    sealed, _ = Vault(GivenKeys((new_key(),))).seal("luz", "a", b"canary")
    for text in (sealed, sealed[:-4] + b"AAAA", b"", b"\xff\x00", "é".encode()):
        with pytest.raises(SealBroken) as broken:
            Vault(GivenKeys((new_key(),))).open("luz", "a", text)
        assert "canary" not in f"{broken.value} {broken.value.__cause__}"
        assert text.decode("latin1") not in str(broken.value) or not text


def test_the_first_need_makes_a_file_that_only_its_owner_reads(tmp_path):
    keys, vault = in_file(tmp_path / "data")
    with pytest.raises(SealBroken):
        vault.open("luz", "a", b"x")
    assert not (tmp_path / "data").exists(), "nothing is made by looking"
    sealed, used = vault.seal("luz", "a", b"token")
    file = tmp_path / "data" / "keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert is_key(file.read_text().strip())
    assert vault.key_ids() == (used,) == (key_id(file.read_bytes().strip()),)
    assert in_file(tmp_path / "data")[1].open("luz", "a", sealed) == b"token"
    assert file.read_text().strip() not in f"{keys!r} {vault!r}"


def test_keys_that_others_can_read_are_refused_with_the_remedy(tmp_path):
    _, vault = in_file(tmp_path)
    sealed, _ = vault.seal("luz", "a", b"token")
    (tmp_path / "keys").chmod(0o640)
    for act in (lambda: vault.open("luz", "a", sealed), lambda: vault.seal("luz", "a", b"x"), vault.ready):
        with pytest.raises(KeysRefused, match=f"mode 0640.*chmod 600 {tmp_path / 'keys'}"):
            act()


@pytest.mark.parametrize("text", [b"", b"short\n", b"\xff\xfe" * 40, b"?" * 44, new_key() + b"\nhalf"])
def test_damaged_keys_are_refused_and_kept(tmp_path, text):
    file = tmp_path / "keys"
    file.write_bytes(text)
    file.chmod(0o600)
    with pytest.raises(KeysRefused, match="backup"):
        in_file(tmp_path)[1].seal("luz", "a", b"token")
    assert file.read_bytes() == text


def test_keys_that_vanish_still_open_here_and_seal_nothing(tmp_path):
    _, vault = in_file(tmp_path)
    sealed, _ = vault.seal("luz", "a", b"token")
    kept = (tmp_path / "keys").read_bytes()
    (tmp_path / "keys").unlink()
    assert vault.open("luz", "a", sealed) == b"token"
    with pytest.raises(KeysRefused, match="vanished"):
        vault.seal("luz", "b", b"would be lost")
    (tmp_path / "keys").write_bytes(kept)
    (tmp_path / "keys").chmod(0o600)
    vault.seal("luz", "b", b"token")


def test_a_folder_that_is_none_is_said_in_words(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(KeysRefused, match=r"cannot be (read|written): "):
        in_file(tmp_path / "data")[1].ready()
    (tmp_path / "gone").symlink_to(tmp_path / "data")
    with pytest.raises(KeysRefused, match=r"cannot be (read|written): "):
        in_file(tmp_path / "gone" / "deeper")[1].ready()


def test_a_changed_ring_is_noticed_by_programs_that_run(tmp_path):
    _, web = in_file(tmp_path)
    keys, worker = in_file(tmp_path)
    before, old = web.seal("luz", "a", b"token")
    new = keys.add()
    after, used = web.seal("luz", "a", b"token")
    assert used == new != old
    assert [worker.open("luz", "a", one) for one in (before, after)] == [b"token", b"token"]
    assert worker.key_ids() == (new, old)


def _add(folder, ready):
    keys = FileKeys(folder / "keys")
    ready.wait()
    for _ in range(5):
        keys.add()


def test_programs_that_add_keys_at_once_lose_none(tmp_path):
    in_file(tmp_path)[1].ready()
    spawn = multiprocessing.get_context("fork")
    ready = spawn.Barrier(3)
    programs = [spawn.Process(target=_add, args=(tmp_path, ready)) for _ in range(3)]
    for one in programs:
        one.start()
    for one in programs:
        one.join(20)
        assert one.exitcode == 0
    assert len(set(FileKeys(tmp_path / "keys").ring())) == 16
    assert list(tmp_path.iterdir()) == [tmp_path / "keys"]


def test_programs_that_start_at_once_agree_on_one_key(tmp_path):
    gate, rings = threading.Barrier(8), []

    def start():
        keys = FileKeys(tmp_path / "keys")
        gate.wait()
        rings.append(keys.ring(make=True))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert len(set(rings)) == 1


def settings(folder, **environment):
    (folder / "config.yaml").touch()
    return load(folder / "config.yaml", {f"FRONTDESK_{key}": value for key, value in environment.items()})


def test_many_machines_must_be_given_the_keys(tmp_path):
    many = {"STORE__KIND": "postgres", "STORE__URL": "postgresql://db.internal/frontdesk"}
    with pytest.raises(KeysRefused, match="FRONTDESK_SECRETS__KEYS"):
        Vault.from_settings(settings(tmp_path, **many)).ready()
    first, second = new_key().decode(), new_key().decode()
    given_keys = Vault.from_settings(settings(tmp_path, **many, SECRETS__KEYS=f"{first} {second}"))
    assert given_keys.key_ids() == (key_id(first.encode()), key_id(second.encode()))
    assert not (tmp_path / "data").exists()
    sealed, _ = Vault(GivenKeys((second.encode(),))).seal("luz", "a", b"token")
    assert given_keys.open("luz", "a", sealed) == b"token"


def test_the_embedded_default_keeps_its_keys_beside_the_database_and_memory_keeps_none(tmp_path):
    Vault.from_settings(settings(tmp_path)).ready()
    assert (tmp_path / "data" / "keys").is_file()
    forgets = settings(tmp_path, STORE__KIND="memory", DATA__FOLDER="elsewhere")
    assert len(Vault.from_settings(forgets).key_ids()) == 1
    assert not (tmp_path / "elsewhere").exists()


# Rotation


def account(number):
    return Account(f"{number:032x}", LUZ_ID, "telegram", str(number), f"endpoint-{number:020}")


def sealed_with(vault, one, token):
    text, used = vault.seal(LUZ_ID, one.id, token)
    return Credential(LUZ_ID, one.id, text, used, NOW)


async def connected(vault, several=3):
    """Return a store in which so many accounts are connected, each with a token and a secret of its own."""
    store = MemoryStore(ManualClock(NOW))
    await store.directories.save(LUZ, [LUZ_CHAT])
    for number in range(several):
        one = account(number)
        secret, used = vault.seal("", endpoint_subject("telegram", one.endpoint_id), b"secret %d" % number)
        endpoint = Endpoint(one.endpoint_id, "telegram", secret, used)
        await store.accounts.connect(one, endpoint, sealed_with(vault, one, b"token %d" % number))
    return store


async def opened(store, vault):
    """Return every token and secret that can be opened."""
    return [
        *[vault.open(LUZ_ID, one.account_id, one.sealed) for one in await store.accounts.credentials(LUZ_ID)],
        *[
            vault.open("", endpoint_subject(one.channel, one.id), one.sealed)
            for one in await store.accounts.endpoints()
        ],
    ]


def test_a_rotation_seals_everything_anew_and_the_old_key_goes(tmp_path):
    async def story():
        keys, vault = in_file(tmp_path)
        store = await connected(vault)
        (old,) = vault.key_ids()
        before = await opened(store, vault)
        done = await rotate(store, vault)
        assert (done.added, done.resealed, done.broken) == (True, 6, ())
        assert await counted(store) == {done.newest: 6}
        assert vault.key_ids() == (done.newest, old)
        assert await retire(store, vault) == (old,)
        assert FileKeys(tmp_path / "keys").ring() == keys.ring()
        assert vault.key_ids() == (done.newest,)
        assert await opened(store, in_file(tmp_path)[1]) == before

    asyncio.run(story())


def test_to_rotate_twice_is_to_rotate_once(tmp_path):
    async def story():
        keys, vault = in_file(tmp_path)
        store = await connected(vault)
        first = await rotate(store, vault)
        again = await rotate(store, vault)
        assert (again.added, again.resealed, again.newest) == (False, 0, first.newest)
        assert len(keys.ring()) == 2
        await retire(store, vault)
        assert await retire(store, vault) == ()

    asyncio.run(story())


def test_a_rotation_that_was_killed_is_finished_by_the_next(tmp_path):
    class Killed(BaseException):
        pass

    async def story():
        _, vault = in_file(tmp_path)
        store = await connected(vault, several=10)
        before, reseal, left = await opened(store, vault), store.accounts.reseal, [4]

        async def dying(*rows):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return await reseal(*rows)

        store.accounts.reseal = dying
        with pytest.raises(Killed):
            await rotate(store, vault)
        assert len(await counted(store)) == 2
        with pytest.raises(Refused, match=r"6 still sealed with an old key.*keys rotate"):
            await retire(store, vault)
        assert await opened(store, vault) == before, "everything works meanwhile"
        store.accounts.reseal = reseal
        done = await rotate(store, vault)
        assert (done.added, done.resealed) == (False, 6)
        assert len(await retire(store, vault)) == 1
        assert await opened(store, vault) == before

    asyncio.run(story())


def test_what_no_key_opens_is_named_and_stops_nothing_else(tmp_path):
    async def story():
        _, vault = in_file(tmp_path)
        store = await connected(vault)
        stray = Vault(GivenKeys((new_key(),)))
        (broken, *_), text = await store.accounts.credentials(LUZ_ID), stray.seal(LUZ_ID, "x", b"lost")
        assert await store.accounts.reseal(broken, replace(broken, sealed=text[0], key_id=text[1]))
        done = await rotate(store, vault)
        assert done.broken == (f"account {broken.account_id}",)
        assert done.resealed == 5
        assert len(await retire(store, vault)) == 1, "a key that is not in the ring keeps no other in it"

    asyncio.run(story())


def test_a_program_that_seals_with_an_old_key_at_the_last_moment_keeps_it_alive(tmp_path):
    async def story():
        keys, vault = in_file(tmp_path)
        store = await connected(vault, several=1)
        (slow,) = await store.accounts.credentials(LUZ_ID)  # sealed before the rotation, written after it
        await rotate(store, vault)
        drop = keys.drop

        def late(old):
            drop(old)
            store.accounts._table.credentials[LUZ_ID, slow.account_id] = slow

        keys.drop = late
        with pytest.raises(Refused, match="1 still sealed"):
            await retire(store, vault)
        assert len(vault.key_ids()) == 2
        assert vault.open(LUZ_ID, slow.account_id, slow.sealed) == b"token 0"

    asyncio.run(story())


def test_keys_of_the_environment_are_changed_on_every_machine_first():
    async def story():
        old, new = new_key(), new_key()
        only = GivenKeys((old,))
        store = await connected(Vault(only))
        with pytest.raises(KeysRefused, match="first at the end and then, once all have it, in front"):
            await rotate(store, Vault(only))
        both = GivenKeys((new, old))
        done = await rotate(store, Vault(both))
        assert (done.newest, done.added, done.resealed) == (key_id(new), False, 6)
        with pytest.raises(KeysRefused, match=f"leave only {key_id(new)}"):
            await retire(store, Vault(both))
        assert len(await opened(store, Vault(GivenKeys((new,))))) == 6
        for refused in (only, both):
            assert old.decode() not in repr(refused)

    asyncio.run(story())


async def _busy(folder, store, accounts, rotating):
    """A hundred readers and writers go on while the keys change; returns what each account's token should be."""
    _, vault = in_file(folder)
    latest = dict.fromkeys(range(accounts), 0)
    done = asyncio.Event()

    async def refreshes(number):
        """Write newer and newer tokens, each only over the one that was read."""
        one = account(number)
        while not done.is_set():
            before = await store.accounts.credential(LUZ_ID, one.id)
            version = int(vault.open(LUZ_ID, one.id, before.sealed).split()[-1])
            assert version == latest[number], "a token that was written is gone"
            await asyncio.sleep(0)
            if await store.accounts.reseal(before, sealed_with(vault, one, b"token %d" % (version + 1))):
                latest[number] = version + 1
            await asyncio.sleep(0)

    async def reads(number):
        one = account(number)
        while not done.is_set():
            sealed = (await store.accounts.credential(LUZ_ID, one.id)).sealed
            assert vault.open(LUZ_ID, one.id, sealed).startswith(b"token")
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for number in range(accounts):
            tasks.create_task(refreshes(number))
            tasks.create_task(reads(number))
        try:
            await rotating()
        finally:
            done.set()
    return latest


def _rotated_while_busy(folder, spoil=lambda store: None, accounts=50):
    async def story():
        _, vault = in_file(folder)
        store = await connected(vault, accounts)
        for number in range(accounts):
            before = await store.accounts.credential(LUZ_ID, account(number).id)
            await store.accounts.reseal(before, sealed_with(vault, account(number), b"token 0"))
        resealing = store.accounts.reseal

        async def slow(before, after):
            await asyncio.sleep(0)  # as a database would, let others in between reading and writing
            return await resealing(before, after)

        store.accounts.reseal = slow
        spoil(store)

        async def rotating():
            for _ in range(2):
                await rotate(store, vault)
                await retire(store, vault)

        latest = await _busy(folder, store, accounts, rotating)
        assert max(latest.values()) > 3, "they did write meanwhile"
        for number, version in latest.items():
            sealed = (await store.accounts.credential(LUZ_ID, account(number).id)).sealed
            assert vault.open(LUZ_ID, account(number).id, sealed) == b"token %d" % version
        assert set(await counted(store)) == set(vault.key_ids())
        assert len(vault.key_ids()) == 1

    asyncio.run(story())


def test_a_hundred_readers_and_writers_lose_nothing_while_keys_are_rotated(tmp_path):
    _rotated_while_busy(tmp_path)


def test_broken_twin_without_compare_and_swap_a_refreshed_token_is_lost(tmp_path):
    def spoil(store):
        async def whatever_was_there(before, after):
            await asyncio.sleep(0)
            store.accounts._table.credentials[before.business_id, before.account_id] = after
            return True

        store.accounts.reseal = whatever_was_there

    with pytest.raises(ExceptionGroup) as lost:
        _rotated_while_busy(tmp_path, spoil)
    assert "a token that was written is gone" in str(lost.value.exceptions[0])


def test_settings_refuse_a_key_that_is_none(tmp_path):
    with pytest.raises(SettingsRefused, match=r"secrets\.keys has something in it that is no key") as refused:
        settings(tmp_path, SECRETS__KEYS=f"{new_key().decode()} canary")
    assert "canary" not in str(refused.value)
