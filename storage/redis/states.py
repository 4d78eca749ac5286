"""The hot states of conversations: a cache in Redis that is right or absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redis.asyncio import Redis

    from domain.ids import ConversationId
    from storage.redis.link import RedisLink

KEEP_SECONDS = 24 * 3600
_SET_IF_NEWER = """
local kept = 0
for i = 1, #KEYS do
  local head = redis.call('GETRANGE', KEYS[i], 0, 20)
  local known = tonumber(string.match(head, '^(%d+)|')) or -1
  local version = tonumber(ARGV[2 * i])
  if version > known then
    redis.call('SET', KEYS[i], ARGV[2 * i] .. '|' .. ARGV[2 * i + 1], 'EX', ARGV[1])
    kept = kept + 1
  end
end
return kept
"""


class StateCache:
    """Checkpoints by conversation, each with the version it belongs to; asked for a version, it never gives another."""

    def __init__(self, link: RedisLink) -> None:
        """Use this link to Redis."""
        self._link = link
        self._script = link.client.register_script(_SET_IF_NEWER)

    async def get(self, versions: Mapping[ConversationId, int]) -> dict[ConversationId, bytes]:
        """Return the states that are cached at exactly these versions, in one round trip."""
        if not versions:
            return {}
        ids = list(versions)

        async def fetch(redis: Redis) -> Sequence[bytes | None]:
            return cast("Sequence[bytes | None]", await redis.mget([self._key(one) for one in ids]))

        nothing: Sequence[bytes | None] = ()
        values = await self._link.ask(fetch, nothing)
        found = {}
        for one, value in zip(ids, values, strict=False):
            if value is not None:
                version, bar, state = value.partition(b"|")
                if bar and version == str(versions[one]).encode():
                    found[one] = state
        return found

    async def put(self, states: Sequence[tuple[ConversationId, int, bytes]]) -> None:
        """Cache committed states (id, version, state) where they are newer than what is there, in one round trip."""
        if not states:
            return
        arguments: list[bytes | int] = [KEEP_SECONDS]
        for _, version, state in states:
            arguments += (version, state)

        async def store(redis: Redis) -> None:
            await self._script(keys=[self._key(one) for one, _, _ in states], args=arguments, client=redis)

        await self._link.ask(store, None)

    async def forget(self, ids: Iterable[ConversationId]) -> int:
        """Delete what is cached of these conversations; returns how many there were."""
        keys = [self._key(one) for one in ids]
        if not keys:
            return 0

        async def delete(redis: Redis) -> int:
            return int(await redis.delete(*keys))

        return await self._link.ask(delete, 0)

    def _key(self, conversation_id: ConversationId) -> str:
        return self._link.key("state", conversation_id)
