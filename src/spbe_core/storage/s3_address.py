"""Where an object store's vault is: its URL taken apart, with nothing in it that could be a secret."""

import re
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

import attrs

from spbe_core.errors import InputError

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_SECRET: Final = re.compile(r"//.*@", re.DOTALL)


@attrs.frozen
class S3Address:
    """A vault's place in an object store.

    Attributes:
        bucket: its name.
        prefix: what the names of the vault's objects begin with; empty, or ending in ``/``.
        endpoint: the server's URL; None for the provider's own.
        region: None for what the environment says.
    """

    bucket: str
    prefix: str
    endpoint: str | None
    region: str | None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Take ``s3://BUCKET/PREFIX?endpoint=URL&region=REGION`` apart; all but the bucket may be left out.

        Raises:
            InputError: ``vault-url-malformed``, which does not repeat what may be a secret written in the wrong place.
        """
        malformed = InputError("vault-url-malformed", vault=_SECRET.sub("//...@", url.partition("?")[0]))
        try:
            parts = urlsplit(url)
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            endpoint = urlsplit(options.get("endpoint", "https://provider"))
            has_host = endpoint.scheme in {"http", "https"} and endpoint.hostname and endpoint.port != 0
        except ValueError:
            raise malformed from None
        fits = (
            parts.scheme == "s3"
            and _BUCKET.fullmatch(parts.netloc)
            and not parts.fragment
            and options.keys() <= {"endpoint", "region"}
            and all(options.values())
            and has_host
            and endpoint.username is None
            and not endpoint.query
        )
        if not fits:
            raise malformed
        prefix = parts.path.strip("/")
        return cls(parts.netloc, f"{prefix}/" if prefix else "", options.get("endpoint"), options.get("region"))

    def __str__(self) -> str:
        """The address as it is shown."""
        return f"s3://{self.bucket}/{self.prefix}"
