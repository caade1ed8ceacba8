"""The cache that may be lost."""

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger("colloquy.cache")


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; with Valkey away it remembers nothing instead of failing the page."""

    def get(self, key, default=None, version=None):
        return self._try(default, super().get, key, default, version=version)

    def add(self, key, value, timeout=None, version=None):
        return self._try(True, super().add, key, value, version=version, **_timeout(timeout))

    def set(self, key, value, timeout=None, version=None):
        return self._try(None, super().set, key, value, version=version, **_timeout(timeout))

    def incr(self, key, delta=1, version=None):
        return self._try(1, super().incr, key, delta, version=version)

    def delete(self, key, version=None):
        return self._try(False, super().delete, key, version=version)

    def _try(self, otherwise, call, *args, **kwargs):
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            log.warning("cache_away", error=type(error).__name__)
            return otherwise


def _timeout(timeout):
    return {} if timeout is None else {"timeout": timeout}
